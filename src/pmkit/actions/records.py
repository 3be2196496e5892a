"""What every kind of record can do: be added, have fields set, move through its states."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, get_args

from pmkit.actions.staffing import refuse_party_change, refuse_replacement
from pmkit.domain.kind import (
    WORKFLOW_FIELDS,
    About,
    Kind,
    Move,
    Record,
    Storage,
    Tracked,
    about,
    attribute_names,
    file_data,
    file_value,
    known_field,
    value_of,
)
from pmkit.domain.parties import Party
from pmkit.domain.people import Person
from pmkit.domain.problems import validated
from pmkit.domain.registry import kind_of_id
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.money import Money
from pmkit.kernel.text import Text, did_you_mean
from pmkit.workspace.edits import Acting, Append, Change, Create, Edits, Remove, Set, headed
from pmkit.workspace.layout import new_path
from pmkit.workspace.links import Link, keeps_seen, links_of, seen_by, seen_now, unfit_link
from pmkit.workspace.model import Workspace

R = TypeVar("R", bound=Record)
NextId = Callable[[str], str]  # a prefix -> the next free id


def new_record(ws: Workspace, kind: Kind, values: Mapping[str, Any], record_id: str, acting: Acting) -> Record:
    """A record made of what a person gave, at the beginning of its workflow. Raises UsageError with all mistakes."""
    record = validated(kind.model, started(kind, record_id, as_stored(ws, kind, values), acting))
    check_links(ws, record)
    check_rules(ws, record)
    return with_seen(ws, record)


def with_seen(ws: Workspace, record: R) -> R:
    """A new record that remembers what it links to as it is now."""
    if keeps_seen(record) and (seen := seen_now(ws, record)):
        return record.model_copy(update={"seen": seen})
    return record


def started(kind: Kind, record_id: str, values: Mapping[str, Any], acting: Acting) -> dict[str, Any]:
    """The fields of a new record with its id, and its first step where the kind has a workflow."""
    raw: dict[str, Any] = {"id": record_id, **values}
    if kind.states is not None:
        raw |= {"status": kind.states.initial, "steps": (step(kind.states.initial, acting),)}
    return raw


def add(ws: Workspace, kind: Kind, values: Mapping[str, Any], next_id: NextId, acting: Acting) -> Edits:
    """A new record in a file of its own, or as the last item of its kind's list file."""
    given = str(values.get("id") or "")
    if given and kind.prefix and kind_of_id(given) is not kind:
        raise UsageError(
            Text(en="{id} is not an id for a {kind}", zh="{id} 不是有效的{kind}编号").format(id=given, kind=kind.label),
            Text(en="leave `id=` out: the next free one is given", zh="请不要写 `id=`，编号会自动分配"),
        )
    record = new_record(ws, kind, values, given or next_id(kind.prefix), acting)
    if "id" in values and record.id in ws.records:  # a numbered id is new: `next_id` has just seen to that
        raise Refused(
            Text(en="{id} exists already", zh="{id} 已存在").format(id=record.id),
            Text(en="`pmkit show {id}` prints it", zh="可用 `pmkit show {id}` 查看").format(id=record.id),
        )
    data = file_data(record)
    change: Change
    if kind.storage is Storage.LIST:
        change = Append(kind.path or "", (kind.list_key or "",), {"id": record.id, **data}, kind.name)
    else:
        change = Create(new_path(kind, record.id), data, kind.name)
    return Edits((change,), f"{kind.name}.add", (record.id,), added(record), acting.by, acting.on)


def added(record: Record) -> Text:
    """The subject of the commit that brings a record."""
    return headed(record.id, Text("Add {name}", "新增“{name}”").format(name=record.name_to_show))


def set_fields(ws: Workspace, record: Record, assignments: Sequence[str], acting: Acting) -> Edits:
    """`field=value`, `+=`, `-=`, or `field=` (empties it) on one record. The fields of the workflow refuse."""
    revised = record
    keys = list(dict.fromkeys(split_assignment(text)[0] for text in assignments))
    for key in keys:
        if key in WORKFLOW_FIELDS:
            raise workflow_refusal(record, key)
    for text in assignments:
        revised = assigned(ws, revised, text)
    changes = changes_between(ws, record, revised, keys)
    refuse_settled(record, keys)
    if isinstance(record, Person) and isinstance(revised, Person):
        refuse_replacement(ws, record, revised)
    if isinstance(record, Party) and isinstance(revised, Party):
        refuse_party_change(ws, record, revised)
    if not changes:
        raise Refused(
            Text(en="{id} says that already; nothing to write", zh="{id} 已是该内容，无需修改").format(id=record.id)
        )
    check_links(ws, revised)
    check_rules(ws, revised, keys)
    labels = Text.join(about(type(record))[key].label for key in keys)
    subject = headed(record.id, Text("Set {keys}", "修改{labels}").format(keys=", ".join(keys), labels=labels))
    return Edits(tuple(changes), f"{record.kind.name}.set", (record.id,), subject, acting.by, acting.on)


def refuse_settled(record: Record, keys: Sequence[str]) -> None:
    """Refuse to edit the content of a record in a state in which others rely on what it says."""
    states = record.kind.states
    if not isinstance(record, Tracked) or states is None or states.open_in is None or record.status in states.open_in:
        return
    content = [key for key in keys if about(type(record))[key].content]
    if content:
        verbs = [m for m in states.moves_from(record.status) if m.to in states.open_in or m.to == record.status]
        commands = [Text.same(f"`{line}`") for line in states.commands(record.kind, record.id, verbs)]
        raise Refused(
            Text(en="{id} is {state}; its content is not edited any more", zh="{id} {state}，内容不再直接修改").format(
                id=record.id, state=states.names[record.status]
            ),
            Text(en="possible: {what}", zh="可执行：{what}").format(what=Text.join(commands)) if verbs else None,
        )


def changes_between(ws: Workspace, record: Record, revised: Record, keys: Sequence[str]) -> list[Change]:
    """The edits that turn the fields of a record into those of its revision; a field that is empty then goes.

    What the links remember of their other ends follows them.
    """
    changes: list[Change] = []
    for key in keys:
        before, after = file_value(value_of(record, key)), file_value(value_of(revised, key))
        if after != before:
            at = record.at(key)
            changes.append(Remove(at.path, at.keys) if after in (None, [], {}) else Set(at.path, at.keys, after))
    if changes and keeps_seen(revised) and (seen := seen_now(ws, revised, record)) != seen_by(record):
        at = record.at("seen")
        changes.append(Set(at.path, at.keys, seen) if seen else Remove(at.path, at.keys))
    return changes


def move(
    ws: Workspace,
    records: Sequence[Record],
    verb: str,
    acting: Acting,
    note: str | None = None,
    values: Mapping[str, Any] | None = None,
) -> Edits:
    """One transition of the workflow, of each of the records, filling in the fields that the step takes.

    Refused, naming what is possible or what is missing, for any of them.
    """
    changes: list[Change] = []
    refusals: list[Refused] = []
    labels: list[Text] = []
    for record in records:
        kind = record.kind
        if not isinstance(record, Tracked) or kind.states is None:
            raise UsageError(Text(en="{id} has no workflow", zh="{id} 没有流程状态").format(id=record.id))
        try:
            choices = kind.states.choices(kind, record.id, record.status, verb)
            revised = filled(ws, record, values or {})
            target = _chosen(revised, choices, note)
        except Refused as refusal:
            refusals.append(refusal)
            continue
        changes += changes_between(ws, record, revised, list(values or {}))
        changes += step_to(record, target.to, acting, note)
        labels.append(target.label)
    if refusals:
        says = Text.join([r.says for r in refusals], en="\n", zh="\n")
        fixes = dict.fromkeys(r.fix for r in refusals if r.fix is not None)
        raise Refused(says, Text.join(fixes, en="\n", zh="\n") if fixes else None)
    ids = tuple(record.id for record in records)
    return Edits(
        tuple(changes),
        f"{records[0].kind.name}.{verb}",
        ids,
        headed(ids_in_short(ids), labels[0]),
        acting.by,
        acting.on,
    )


def filled(ws: Workspace, record: R, values: Mapping[str, Any]) -> R:
    """The record with the fields that were given; what is given for a list joins it. Raises UsageError."""
    if not values:
        return record
    raw = {"id": record.id, **file_data(record)}
    for key, value in as_stored(ws, record.kind, values).items():
        kept = raw.get(key) or []
        joins = isinstance(value, list) and isinstance(kept, list)
        raw[key] = [*kept, *(item for item in value if item not in kept)] if joins else value
    revised = validated(type(record), raw).placed(record.spot)
    check_links(ws, revised)
    return revised


def _chosen(record: Record, choices: Sequence[Move], note: str | None) -> Move:
    """The first move whose needs are met. Refused, saying what the last of them lacks."""
    for choice in choices:
        missing = [key for key in choice.needs if not (note if key == "note" else getattr(record, key))]
        if not missing:
            return choice
    options = [_option(type(record), key) for key in missing if key == "note" or key in about(type(record))]
    says = choice.otherwise or Text(en="give {what}", zh="请补充 {what}").format(what=Text.join(options))
    raise Refused(
        Text(en="{id}: `{verb}` needs more to be known", zh="{id}：执行 `{verb}` 的条件尚不具备").format(
            id=record.id, verb=choice.verb
        ),
        says.format(id=record.id),
    )


def _option(model: type[Record], key: str) -> Text:
    """The option of a step that a field is filled in by."""
    if key == "note":
        return Text("`--note` with the reason", "`--note`（原因）")
    what = about(model)[key]
    option = f"`--{(what.option or key).replace('_', '-')}`"
    return Text(en=option, zh=f"{option}（{what.zh}）")


def ids_in_short(ids: Sequence[str]) -> str:
    """Ids as a commit's subject names them: the first few, and how many more."""
    return ", ".join(ids[:5]) + (f" and {len(ids) - 5} more" if len(ids) > 5 else "")


def step(to: str, acting: Acting, note: str | None = None, evidence: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A step as it is written."""
    data = {"to": to, "on": acting.on.isoformat(), "by": acting.by}
    if acting.recorded_by:
        data["recorded_by"] = acting.recorded_by
    return data | ({"note": note} if note else {}) | ({"evidence": dict(evidence)} if evidence else {})


def step_to(
    record: Tracked, to: str, acting: Acting, note: str | None = None, evidence: Mapping[str, Any] | None = None
) -> tuple[Change, ...]:
    """The two edits that move a record: the status, and the step that says so."""
    status, steps = record.at("status"), record.at("steps")
    return Set(status.path, status.keys, to), Append(steps.path, steps.keys, step(to, acting, note, evidence))


def split_assignment(text: str) -> tuple[str, str, str]:
    """`field`, `=` or `+=` or `-=`, value. Raises UsageError."""
    left, equals, value = text.partition("=")
    operator = "=" if left[-1:] not in "+-" or not left else f"{left[-1]}="
    key = left.rstrip("+-").strip()
    if not equals or not key:
        raise UsageError(
            Text(en="`{text}` is no assignment", zh="`{text}` 不是有效的赋值").format(text=text),
            Text(en="write field=value, field+=value or field-=value", zh="请写成 字段=值、字段+=值 或 字段-=值"),
        )
    return key, operator, value


def assigned(ws: Workspace, record: Record, assignment: str) -> Record:
    """The record as it would be after one assignment. Raises UsageError."""
    key, operator, value = split_assignment(assignment)
    known_field(record.kind, key)
    present = file_value(value_of(record, key))
    is_list = _is_list(record.kind, key)
    new: Any
    if operator == "=":
        new = ([value] if value else []) if is_list else (value or None)
    elif not is_list:
        raise UsageError(
            Text(en="`{key}` is not a list; `{op}` does not fit", zh="`{key}` 不是列表，不能用 `{op}`").format(
                key=key, op=operator
            )
        )
    elif operator == "+=":
        new = [*(present or []), value]
    else:
        if value not in (present or []):
            raise UsageError(
                Text(en="`{key}` does not hold `{value}`", zh="`{key}` 中没有 `{value}`").format(key=key, value=value),
                did_you_mean(value, [str(item) for item in present or []]),
            )
        new = [item for item in present or [] if item != value]
    raw = {"id": record.id, **file_data(record), **as_stored(ws, record.kind, {key: new})}
    return validated(record.kind.model, {k: v for k, v in raw.items() if v is not None}).placed(record.spot)


def workflow_refusal(record: Record, key: str) -> Refused:
    """Why a field of the workflow cannot be set, and the commands that move it."""
    kind = record.kind
    states = kind.states
    lines = states.commands(kind, record.id, states.moves_from(getattr(record, "status", ""))) if states else []
    commands = [Text.same(f"`{line}`") for line in lines]
    return Refused(
        Text(
            en="`{key}` moves by the commands of the workflow only", zh="`{key}` 只能通过流程命令改变，不能直接修改"
        ).format(key=key),
        Text(en="possible now: {what}", zh="目前可执行：{what}").format(what=Text.join(commands)) if commands else None,
    )


def _is_list(kind: Kind, key: str) -> bool:
    return holds(kind, key, tuple)


def holds(kind: Kind, key: str, wanted: type) -> bool:
    """True where the field's type is, or may be, `wanted`."""
    pending = [kind.model.model_fields[attribute_names(kind.model)[key]].annotation]
    while pending:
        found: Any = pending.pop()
        origin = getattr(found, "__origin__", found)
        if found is wanted or origin is wanted:
            return True
        if origin is not tuple:
            pending += get_args(found)
    return False


def as_stored(ws: Workspace, kind: Kind, values: Mapping[str, Any]) -> dict[str, Any]:
    """Amounts typed without a currency are in the project's; a word of either language stands for its choice."""
    known = about(kind.model)
    return {
        key: _as_stored(ws, kind, key, value, known[key]) if key in known else value for key, value in values.items()
    }


def _as_stored(ws: Workspace, kind: Kind, key: str, value: Any, what: About) -> Any:
    if isinstance(value, list | tuple):
        return [_as_stored(ws, kind, key, item, what) for item in value]
    if not isinstance(value, str):
        return value
    if _is_number(value) and holds(kind, key, Money):
        return f"{value} {ws.project.currency}"
    return what.code_of(value)


def _is_number(text: str) -> bool:
    return text.replace(",", "").replace(".", "", 1).lstrip("-").isdigit()


def check_links(ws: Workspace, record: Record) -> None:
    """Refuse links to what does not exist, all of them at once."""
    wrong = link_problems(ws, record)
    if wrong:
        raise UsageError(
            Text.join((says for _, says in wrong), en="\n", zh="\n"),
            Text(
                en="people are added with `pmkit person add HANDLE --name ... --side ... --role ...`",
                zh="人员用 `pmkit person add 代号 --name 姓名 --side 所属方 --role 角色` 添加",
            )
            if any("person" in link.takes for link, _ in wrong)
            else None,
        )


def check_rules(ws: Workspace, record: Record, keys: Sequence[str] = ()) -> None:
    """Refuse what does not fit the project's profile; of an edit only what one of its `keys` says."""
    wrong = [
        Text(en="`{key}` ({label}): {says}", zh="`{key}`（{label}）：{says}").format(
            key=key, label=about(type(record))[key].label, says=says
        )
        for key, says in record.kind.rules(record, ws.project)
        if not keys or key in keys
    ]
    if wrong:
        raise UsageError(Text.join(wrong, en="\n", zh="\n"))


def link_problems(ws: Workspace, record: Record) -> list[tuple[Link, Text]]:
    """The links to what does not exist, or is of a kind that does not fit, and what is wrong with each."""
    found = []
    for link in links_of(record):
        if not ws.knows(link.target) and link.target != record.id:
            says = Text(en="`{key}`: there is no {id}; {hint}", zh="`{key}`：没有 {id}；{hint}").format(
                key=link.field, id=link.target, hint=did_you_mean(link.target, ws.records)
            )
            found.append((link, says.stripped()))
        elif not link.fits(ws):
            found.append((link, unfit_link(ws, link)))
    return found
