"""Change requests: what they propose, their impact, how they are carried out. States and shapes: FORMAT §2.

Who decides on them: `approvals`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pmkit.actions.approvals import refuse_beyond_the_contract, refuse_unapproved
from pmkit.actions.evidence import Received, kept_if_any
from pmkit.actions.records import (
    NextId,
    assigned,
    changes_between,
    check_links,
    new_record,
    split_assignment,
    step_to,
)
from pmkit.domain.changes import CHANGE, STATES, ChangeRequest
from pmkit.domain.kind import (
    WORKFLOW_FIELDS,
    Kind,
    Record,
    about,
    file_data,
    file_value,
    known_field,
    value_of,
)
from pmkit.domain.people import Person
from pmkit.domain.plan import Task
from pmkit.domain.problems import validated
from pmkit.domain.project import PROJECT
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import Text, did_you_mean
from pmkit.workspace.approvals import (
    level_of,
)
from pmkit.workspace.edits import Acting, Change, Create, Edits, Set, headed
from pmkit.workspace.layout import new_path
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import Planned
from pmkit.workspace.proposals import Obstacle, Outcome, outcome, refreshed, with_value


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a change proposes: edits `ID.field=value` (`+=`, `-=`) or mappings `record, field, to`; fields of records to
    add, each with its kind; ids of requirements to withdraw.
    """

    edits: Sequence[str | Mapping[str, Any]] = ()
    add: Sequence[tuple[str, Mapping[str, Any]]] = ()
    withdraw: Sequence[str] = ()


def request(ws: Workspace, values: Mapping[str, Any], proposal: Proposal, next_id: NextId, acting: Acting) -> Edits:
    """A new change request."""
    return request_of(ws, {**values, **_proposed(ws, proposal)}, next_id, acting)


def request_of(ws: Workspace, values: Mapping[str, Any], next_id: NextId, acting: Acting) -> Edits:
    """A new change request of values as its file holds them, proposed edits included."""
    raw = {"edits": [], "add": [], "withdraw": [], **values}
    raw["affects"] = list(dict.fromkeys([*values.get("affects", ()), *_affected(raw)]))
    if "requested_by" not in raw:
        if ws.find(acting.by, Person) is None:
            raise UsageError(
                Text(en="who asked for the change?", zh="请指明变更由谁提出"),
                Text(
                    en="say for whom you act with `--as HANDLE`; `pmkit list person` shows who there is",
                    zh="请用 `--as 代号` 指明代谁办理；`pmkit list person` 可列出全部人员",
                ),
            )
        raw["requested_by"] = acting.by
    record = new_record(ws, CHANGE, raw, next_id(CHANGE.prefix), acting)
    _refuse_wrong(ws, validated(ChangeRequest, {"id": record.id, **file_data(record)}))
    return Edits(
        (Create(new_path(CHANGE, record.id), file_data(record), CHANGE.name),),
        "change.request",
        (record.id,),
        headed(record.id, Text("Request {name}", "提出变更“{name}”").format(name=record.name_to_show)),
        acting.by,
        acting.on,
    )


def propose(ws: Workspace, change: ChangeRequest, proposal: Proposal, drop: Sequence[str], acting: Acting) -> Edits:
    """Change what a draft proposes. `drop`: `ID.field` of an edit, an id that is not to be withdrawn, or a title."""
    if change.status != "draft":
        raise Refused(
            Text(en="{id} is no draft any more", zh="{id} 已不是草稿").format(id=change.id),
            Text.same(f"`pmkit change revise {change.id}`")
            if change.status in {"submitted", "assessed", "deferred"}
            else Text("raise a new request", "请另提变更"),
        )
    dropped = set(drop)
    new = _proposed(ws, proposal)
    fresh = {(e["record"], e["field"]) for e in new["edits"]}
    edits = [file_value(e) for e in change.edits if f"{e.record}.{e.field}" not in dropped]
    raw = {
        "edits": [e for e in edits if (e["record"], e["field"]) not in fresh] + new["edits"],
        "add": [file_value(a) for a in change.add if a.fields.get("title") not in dropped] + new["add"],
        "withdraw": list(dict.fromkeys([*(w for w in change.withdraw if w not in dropped), *new["withdraw"]])),
    }
    titles = [str(added.fields.get("title")) for added in change.add]
    known = [*(f"{e.record}.{e.field}" for e in change.edits), *change.withdraw, *titles]
    if unknown := sorted(dropped - set(known)):
        raise UsageError(
            Text(en="{id} does not propose {what}", zh="{id} 中没有 {what}").format(
                id=change.id, what=", ".join(unknown)
            ),
            did_you_mean(unknown[0], known),
        )
    raw["affects"] = list(dict.fromkeys([*change.affects, *_affected(raw)]))
    revised = validated(ChangeRequest, {"id": change.id, **file_data(change), **raw}).placed(change.spot)
    _refuse_wrong(ws, revised)
    changes = changes_between(ws, change, revised, ("affects", "edits", "add", "withdraw"))
    if not changes:
        raise Refused(Text(en="{id} proposes just that already", zh="{id} 的变更内容没有变化").format(id=change.id))
    return Edits(
        tuple(changes),
        "change.propose",
        (change.id,),
        headed(change.id, Text("Change what is proposed", "修改变更内容")),
        acting.by,
        acting.on,
    )


def _proposed(ws: Workspace, proposal: Proposal) -> dict[str, list[Any]]:
    return {
        "edits": proposed_edits(ws, proposal.edits),
        "add": [{"kind": kind, "fields": dict(fields)} for kind, fields in proposal.add],
        "withdraw": [_id(ws, target) for target in proposal.withdraw],
    }


def _id(ws: Workspace, text: str) -> str:
    record: Record = ws.get(text)
    return record.id


def _affected(raw: Mapping[str, Any]) -> list[str]:
    """The records that edits and withdrawals touch; the profile is no record to be linked."""
    ids = [*(e["record"] for e in raw["edits"]), *raw["withdraw"]]
    return [i for i in ids if i != PROJECT.name]


def _refuse_wrong(ws: Workspace, change: ChangeRequest) -> None:
    """Refuse what could never be applied, all of it at once."""
    wrong = [o.says for o in outcome(ws, change).obstacles if o.why == "wrong"]
    if wrong:
        raise UsageError(Text.join(wrong, en="\n", zh="\n"))


def proposed_edits(ws: Workspace, proposals: Sequence[str | Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The proposals as edits with what stands there now. Raises UsageError for what could not be applied."""
    found: list[dict[str, Any]] = []
    for proposal in proposals:
        record_id, field, operator, value = _parts_of(proposal)
        record: Record = ws.get(record_id)
        if field in WORKFLOW_FIELDS:
            raise Refused(Text(en="a change cannot propose `{field}`", zh="变更不能修改 `{field}`").format(field=field))
        earlier = [e for e in found if e["record"] == record.id and e["field"] == field]
        base = record
        if earlier:
            found.remove(earlier[0])
            base = with_value(record, field, earlier[0].get("to"))
        if isinstance(value, str):
            revised = assigned(ws, base, f"{field}{operator}{value}")
        else:
            known_field(record.kind, field)
            revised = with_value(base, field, value)
        before, after = file_value(value_of(record, field)), file_value(value_of(revised, field))
        if before == after:
            raise UsageError(
                Text(en="{id}.{field} says that already", zh="{id}.{field} 已是该内容").format(
                    id=record.id, field=field
                )
            )
        edit = {"record": record.id, "field": field, "from": before, "to": after}
        found.append({k: v for k, v in edit.items() if v is not None})
    return found


def _parts_of(proposal: str | Mapping[str, Any]) -> tuple[str, str, str, Any]:
    """Record, field, operator and value of a proposal. Raises UsageError."""
    if isinstance(proposal, str):
        key, operator, value = split_assignment(proposal)
        record_id, dot, field = key.rpartition(".")  # a handle may hold dots
        if not dot:
            raise UsageError(
                Text(en="`{text}` does not say which record", zh="`{text}` 没有指明要修改的记录").format(text=proposal),
                Text(en="write ID.field=value", zh="请写成 编号.字段=值"),
            )
        return record_id, field, operator, value
    missing = [key for key in ("record", "field", "to") if key not in proposal]
    if missing:
        raise UsageError(
            Text(en="a proposed edit lacks {keys}", zh="变更内容缺少 {keys}").format(keys=", ".join(missing)),
            Text(en="each one needs record, field and to", zh="每条都要有 record、field、to"),
        )
    return str(proposal["record"]), str(proposal["field"]), "=", proposal["to"]


def assess(
    ws: Workspace,
    change: ChangeRequest,
    impact: Mapping[str, Any],
    acting: Acting,
    plan: Mapping[str, Any] | None = None,
) -> tuple[Edits, list[str]]:
    """Record the impact assessment; `plan`: how it would be carried out. Also the `ID.field` that had moved meanwhile.

    Assessing again voids the approvals given, and sets the edits against what the records say today.
    """
    STATES.move(CHANGE, change.id, change.status, "assess")
    edits, moved = refreshed(ws, change)
    raw = {**file_data(change), **(plan or {}), "edits": edits, "impact": {**file_value(change.impact), **impact}}
    revised = validated(ChangeRequest, {"id": change.id, **raw}).placed(change.spot)
    for target in revised.impact.schedule_allowance:
        ws.get(target, Task)
    check_links(ws, revised)
    _refuse_wrong(ws, revised)
    if revised.digest == change.digest and change.status != "submitted":
        raise Refused(
            Text(en="{id} is assessed just like that already", zh="{id} 的影响分析没有变化").format(id=change.id),
            Text("what was approved stands", "已有审批继续有效") if change.valid_approvals else None,
        )
    keys = ("edits", "implementation", "implementer", "planned_finish", "impact")
    changes = changes_between(ws, change, revised, keys)
    return Edits(
        (*changes, *step_to(change, "assessed", acting)),
        "change.assess",
        (change.id,),
        headed(change.id, Text("Assess the impact", "评估变更影响")),
        acting.by,
        acting.on,
    ), moved


def apply(ws: Workspace, change: ChangeRequest, planned: Planned | None, next_id: NextId, acting: Acting) -> Edits:
    """Make exactly the approved edits, all or none.

    Refused where approvals are void, or where anything is no longer what was approved: every obstacle is named.
    """
    STATES.move(CHANGE, change.id, change.status, "apply")
    level = level_of(ws, change, planned)
    refuse_unapproved(ws, change, level)
    refuse_beyond_the_contract(ws, change)
    result = outcome(ws, change)
    if result.obstacles:
        raise _not_applicable(ws, change, result)
    changes: list[Change] = []
    for record_id, revised in result.records.items():
        record: Record = ws.get(record_id)
        check_links(ws, revised)
        keys = list(dict.fromkeys(e.field for e in change.edits if e.record == record_id))
        changes += changes_between(ws, record, revised, keys)
    results = [
        {"record": record_id, "before": ws.get(record_id).digest, "after": revised.digest}
        for record_id, revised in result.records.items()
    ]
    for target in result.withdrawn:
        changes += step_to(target, "withdrawn", acting, change.id)
        if target.id not in result.records:
            results.append({"record": target.id, "before": target.digest, "after": target.digest})
    for kind, proposed in result.added:
        added = new_record(ws, kind, _from_change(kind, proposed.fields, change), next_id(kind.prefix), acting)
        changes.append(Create(new_path(kind, added.id), file_data(added), kind.name))
        results.append({"record": added.id, "after": added.digest})
    at = change.at("results")
    written: tuple[Change, ...] = (Set(at.path, at.keys, results),) if results else ()
    return Edits(
        (*changes, *step_to(change, "applied", acting), *written),
        "change.apply",
        (change.id, *(r["record"] for r in results)),
        headed(change.id, Text("Apply {title}", "实施变更“{title}”").format(title=change.title)),
        acting.by,
        acting.on,
    )


def _from_change(kind: Kind, fields: Mapping[str, Any], change: ChangeRequest) -> dict[str, Any]:
    """The fields of an added record; where its kind can say so, it comes from the change."""
    what = about(kind.model).get("from")
    if what is None or CHANGE.name not in what.links or not isinstance(fields.get("from", []), (list, tuple)):
        return dict(fields)
    return {**fields, "from": [*fields.get("from", ()), change.id]}


def _not_applicable(ws: Workspace, change: ChangeRequest, result: Outcome) -> Refused:
    """What stands in the way, each with the change that brought it about where there is one."""
    says = [
        Text(en="{id} cannot be applied:", zh="{id} 无法实施：").format(id=change.id),
        *(Text(en=f"- {o.says.en}{by.en}", zh=f"- {o.says.zh}{by.zh}") for o, by in _told(ws, change, result)),
    ]
    return Refused(
        Text.join(says, en="\n", zh="\n"),
        Text(
            en="`pmkit change assess {id} ...` sets it against what stands there today, then it is approved again; "
            "or raise a new request",
            zh="请用 `pmkit change assess {id} ...` 对照当前内容重新评估，再行审批；或另提变更",
        ).format(id=change.id),
    )


def _told(ws: Workspace, change: ChangeRequest, result: Outcome) -> Iterator[tuple[Obstacle, Text]]:
    for obstacle in result.obstacles:
        name, position = obstacle.keys[0], obstacle.keys[1]
        by = Text.same("")
        if name == "edits" and obstacle.why == "moved" and isinstance(position, int):
            edit = change.edits[position]
            others = [
                c.id
                for c in ws.changes
                if c.applied_on is not None
                and c.id != change.id
                and any((e.record, e.field) == (edit.record, edit.field) for e in c.edits)
            ]
            if others:
                by = Text(en=" (changed by {ids})", zh="（已由 {ids} 修改）").format(ids=", ".join(others))
        yield obstacle, by


def verify(
    change: ChangeRequest, acting: Acting, *, failed: bool, note: str | None, evidence: Received | None
) -> Edits:
    """What the look at the result showed. `failed`: it is not right, says the note, and the change stays applied."""
    passed, back = STATES.choices(CHANGE, change.id, change.status, "verify")
    if failed and not (note or "").strip():
        raise UsageError(Text("say what is not right", "请说明哪里不符合"), Text.same("--note"))
    move = back if failed else passed
    filed, attach = kept_if_any(change.id, evidence)
    return Edits(
        (*attach, *step_to(change, move.to, acting, note, filed)),
        "change.verify", (change.id,), headed(change.id, move.label), acting.by, acting.on,
    )  # fmt: skip
