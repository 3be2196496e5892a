"""Many records at once: rows of a sheet become new records or update those that they name. All or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pmkit.actions.changes import proposed_edits, request_of
from pmkit.actions.plan import links
from pmkit.actions.records import (
    NextId,
    as_stored,
    changes_between,
    link_problems,
    started,
    step,
    with_seen,
    workflow_refusal,
)
from pmkit.domain.changes import CHANGE
from pmkit.domain.kind import Kind, Record, Storage, about, attribute_names, file_data, file_value, value_of
from pmkit.domain.plan import PHASE, TASK, Task
from pmkit.domain.problems import problems
from pmkit.domain.signoffs import SignOff
from pmkit.kernel.errors import PmkitError
from pmkit.kernel.text import Text, did_you_mean
from pmkit.workspace.edits import Acting, Append, Change, Create, Edits, Remove, Set
from pmkit.workspace.layout import new_path
from pmkit.workspace.model import Records, Workspace
from pmkit.workspace.rows import Mistake, Path, Row, fingerprint, merged, nested, paths_of, value_at
from pmkit.workspace.signing import agreed_additions, signed_records

_KEY: Path = ("row_key",)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import comes to: the edits (None where nothing differs), or what is wrong with which row."""

    edits: Edits | None
    mistakes: tuple[Mistake, ...]
    new: tuple[str, ...] = ()
    changed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # id -> fields
    same: int = 0
    proposed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # signed records: id -> fields
    request: str | None = None  # the change request that proposes them


@dataclass(slots=True)
class _Target:
    """A row and what it is about: a record that is there, or a new one with its id."""

    row: Row
    record: Record | None
    new_id: str = ""
    by_key: bool = False
    revised: Record | None = None


def import_rows(ws: Workspace, kind: Kind, rows: Sequence[Row], next_id: NextId, acting: Acting) -> Imported:
    """Rows with the id, the row key or else the name of a record update it, others are new.

    A row that nobody touched since it was exported is left alone, whatever the record says by now; one that was
    touched while the record changed is a mistake. An empty cell clears its field where the row has the record's id.
    What is signed is not edited: its changes become one change request.
    """
    mistakes: list[Mistake] = []
    targets = [t for row in rows if (t := _target(ws, kind, row, mistakes)) is not None]
    mistakes += _twice(targets)
    for target in targets:
        if target.record is None:
            target.new_id = _new_id(kind, target.row, next_id)
    names = _names(kind, targets)
    for target in targets:
        target.row = replace(target.row, values=_named_links(ws, kind, target.row.values, names))
        target.revised = _revised(ws, kind, target, acting, mistakes)
    found = [t for t in targets if t.revised is not None]
    new = {t.new_id: t.revised for t in found if t.record is None and t.revised is not None}
    everything = Workspace(ws.project, Records({**ws.records, **new}))
    for target in found:
        mistakes += _link_mistakes(everything, target)
    if mistakes:
        return Imported(None, tuple(sorted(mistakes, key=lambda m: m.line)))
    return _imported(everything, kind, found, len(rows), next_id, acting)


def agreed(ws: Workspace) -> set[str]:
    """What changes only by a change: what is signed, and what an applied change added."""
    signoffs = ws.of(SignOff)
    return {*signed_records(signoffs), *(one for _, _, one, _ in agreed_additions(signoffs, ws.changes))}


def _imported(
    ws: Workspace, kind: Kind, targets: Sequence[_Target], rows: int, next_id: NextId, acting: Acting
) -> Imported:
    changes: list[Change] = []
    new: list[str] = []
    changed: dict[str, tuple[str, ...]] = {}
    frozen = agreed(ws) if kind.signable else set()
    proposals: list[dict[str, Any]] = []
    for target in targets:
        record = target.revised
        if record is None:
            continue
        if target.record is not None and target.record.id in frozen:
            proposals += proposals_of(target.record, record)
            record = with_content_of(record, target.record)
        if target.record is None:
            changes.append(_creation(ws, kind, target.row, with_seen(ws, record)))
            new.append(record.id)
        elif made := changes_between(ws, target.record, record, paths_of(target.row.values)):
            changes += made
            changed[record.id] = tuple(
                str(change.keys[-1]) for change in made if isinstance(change, Set | Append | Remove)
            )
    proposed: dict[str, tuple[str, ...]] = {}
    for edit in proposals:
        proposed[edit["record"]] = (*proposed.get(edit["record"], ()), edit["field"])
    fresh = not_asked_yet(ws, proposals)
    request = None
    records: tuple[str, ...] = (*new, *changed)
    if fresh:
        asked = request_of(ws, request_values(ws, fresh), next_id, acting)
        request, records = asked.records[0], (*records, *asked.records)
        changes += asked.changes
    touched = len(new) + len({*changed, *proposed})
    if not changes:
        return Imported(None, (), same=rows - touched, proposed=proposed)
    counted = ((new, Text("{n} new", "新增 {n} 条")), (changed, Text("{n} changed", "修改 {n} 条")))
    counts = Text.join((word.format(n=len(ids)) for ids, word in counted if ids), zh="，")
    what = counts if counts.en else Text("propose {change}", "提出 {change}").format(change=request)
    edits = Edits(
        tuple(changes),
        f"{kind.name}.import",
        records,
        Text("Import {kinds}: {what}", "导入{kinds}：{what}").format(kinds=kind.plural, what=what),
        acting.by,
        acting.on,
    )
    return Imported(edits, (), tuple(new), changed, rows - touched, proposed, request)


# --- what is signed --------------------------------------------------------------------------------------------------


def proposals_of(record: Record, revised: Record) -> list[dict[str, Any]]:
    """The content that differs, field by field, as a change request proposes it."""
    found = []
    for key, what in about(type(record)).items():
        before, after = file_value(value_of(record, key)), file_value(value_of(revised, key))
        if what.content and (before or None) != (after or None):
            found.append({"record": record.id, "field": key, "from": before, "to": after})
    return found


def with_content_of(revised: Record, record: Record) -> Record:
    """The revised record with the content of the other one."""
    kept = {
        attribute_names(type(record))[key]: value_of(record, key)
        for key, what in about(type(record)).items()
        if what.content
    }
    return revised.model_copy(update=kept).placed(record.spot)


def not_asked_yet(ws: Workspace, proposals: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The proposals that no open request makes already: the same file may come twice."""
    asked = [(e.record, e.field, file_value(e.to)) for c in ws.changes if not c.is_closed for e in c.edits]
    return [edit for edit in proposals if (edit["record"], edit["field"], edit["to"]) not in asked]


def request_values(ws: Workspace, proposals: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The request for what came back in a file."""
    ids = ", ".join(dict.fromkeys(edit["record"] for edit in proposals))
    title = Text(en="Changes that came back for {ids}", zh="返回文件中对 {ids} 的修改").format(ids=ids)
    edits = [{key: value for key, value in edit.items() if value not in (None, "", [])} for edit in proposals]
    return {"title": title.to(ws.project.language), "edits": edits}


# --- which record a row is about -------------------------------------------------------------------------------------


def _target(ws: Workspace, kind: Kind, row: Row, mistakes: list[Mistake]) -> _Target | None:
    """What a row is about; None for one that is to be left alone, or cannot be told."""
    if kind.storage is Storage.SINGLE:
        return _Target(row, ws.project)
    if row.record_id:
        return _with_id(ws, kind, row, mistakes)
    mine = ws.of_kind(kind)
    if row.key:
        keyed = [r for r in mine if getattr(r, "row_key", None) == row.key]
        if keyed:
            return _Target(row, keyed[0], by_key=True)
    name = _name(row)
    alike = [r for r in mine if name and r.name_to_show == name and not (row.key and getattr(r, "row_key", None))]
    if len(alike) > 1:
        ids = ", ".join(r.id for r in alike)
        says = Text(en="{ids} all have this name; say which by its id", zh="{ids} 同名，请填写编号以区分")
        mistakes.append(Mistake(row.line, ("id",), says.format(ids=ids)))
        return None
    return _Target(row, alike[0] if alike else None, by_key=True)


def _with_id(ws: Workspace, kind: Kind, row: Row, mistakes: list[Mistake]) -> _Target | None:
    record = ws.records.get(row.record_id)
    if record is None and kind is not PHASE and kind.prefix:
        mistakes.append(Mistake(row.line, ("id",), _unknown(ws, kind, row.record_id)))
        return _Target(replace(row, record_id=""), None)  # what else is wrong with it is told as well
    if record is None:
        return _Target(row, None)
    if record.kind is not kind:
        says = Text(en="{id} is a {kind}", zh="{id} 是{kind}").format(id=record.id, kind=record.kind.label)
        mistakes.append(Mistake(row.line, ("id",), says))
        return None
    if row.checked and row.checked == fingerprint(row.values):
        return _Target(replace(row, values={}), record)  # nobody touched it: nothing of it is taken
    if row.checked and row.checked != fingerprint({path: value_at(record, path) for path in row.values}):
        says = Text(
            en="{id} changed since the sheet was exported; export it again, or empty the last cell of the row to "
            "overwrite it",
            zh="{id} 在导出之后已被修改；请重新导出，或清空该行最后一格以覆盖",
        ).format(id=record.id)
        mistakes.append(Mistake(row.line, None, says, refused=True))
        return None
    return _Target(row, record)


def _unknown(ws: Workspace, kind: Kind, record_id: str) -> Text:
    hint = did_you_mean(record_id, [r.id for r in ws.of_kind(kind)])
    says = Text(en="there is no {id}", zh="没有 {id}").format(id=record_id)
    fix = Text("leave the cell empty for a new record", "新记录请将此格留空")
    return Text.join((says, *([hint] if hint.en else []), fix), en="; ", zh="；")


def _name(row: Row) -> str:
    return str(row.values.get(("title",)) or row.values.get(("name",)) or "")


def _twice(targets: Sequence[_Target]) -> list[Mistake]:
    """Rows that are about one record, or that nobody could tell apart next time."""
    seen: Counter[str] = Counter()
    found = []
    for target in targets:
        mark = target.record.id if target.record else target.row.record_id or target.row.key or _name(target.row)
        seen[mark] += 1
        if mark and seen[mark] > 1:
            says = Text(en="“{mark}” stands in an earlier row too", zh="前面的行中已有“{mark}”").format(mark=mark)
            path = ("id",) if target.row.record_id else _KEY if target.row.key else None
            found.append(Mistake(target.row.line, path, says))
    return found


def _new_id(kind: Kind, row: Row, next_id: NextId) -> str:
    if kind is TASK:
        return next_id("M" if row.values.get(("milestone",)) == "true" else "T")
    return row.record_id or (next_id(kind.prefix) if kind.prefix else "")


def _names(kind: Kind, targets: Sequence[_Target]) -> dict[str, str]:
    """Row key or name -> id, of the records that the sheet is about: other rows may point at them before they exist."""
    found: dict[str, str] = {}
    for target in targets:
        if kind.prefix:
            for name in (target.row.key, _name(target.row)):
                if name:
                    found.setdefault(name, target.record.id if target.record else target.new_id)
    return found


def _named_links(ws: Workspace, kind: Kind, values: Mapping[Path, Any], names: Mapping[str, str]) -> dict[Path, Any]:
    """The values with ids in place of the row keys and names of new rows."""
    found = dict(values)
    for path, value in values.items():
        is_after = kind is TASK and path == ("after",)
        what = about(kind.model).get(path[0])
        if value is None or len(path) > 1 or not (is_after or (what and what.links and what.links != ("person",))):
            continue
        listed = value if isinstance(value, list) else [value]
        new = [_link(ws, str(item), names) for item in listed]
        found[path] = new if isinstance(value, list) else new[0]
    return found


def _link(ws: Workspace, text: str, names: Mapping[str, str]) -> str:
    """`A1 SS+2d` with the id of the row that has the key `A1`; the longest name that fits."""
    if text in ws.records:
        return text
    for name in sorted(names, key=len, reverse=True):
        if text == name or text.startswith(f"{name} "):
            return names[name] + text[len(name) :]
    return text


# --- the record as it would be ---------------------------------------------------------------------------------------


def _revised(ws: Workspace, kind: Kind, target: _Target, acting: Acting, mistakes: list[Mistake]) -> Record | None:
    """The record that a row makes; None, and its mistakes, where it cannot be."""
    row, record = target.row, target.record
    line = row.line
    wrong_state = _state_mistake(kind, row, record)
    if wrong_state:
        mistakes.append(wrong_state)
    if record is not None and not row.values:
        return record
    try:
        if record is None:
            raw = started(
                kind, target.new_id, as_stored(ws, kind, FROM_ROWS.get(kind, _plain)(ws, row, acting)), acting
            )
            if kind.enters and kind.states is not None and (way := kind.states.way_to(_state_of(kind, row) or "")):
                raw |= {"status": way[-1], "steps": tuple(step(state, acting) for state in way)}
        else:
            raw = {"id": record.id, **merged(file_data(record), row.values, keep_empty=target.by_key)}
            raw = as_stored(ws, kind, raw)
    except PmkitError as error:
        mistakes.append(Mistake(line, None, error.says, refused=error.exit_code == 4))
        return None
    revised, wrong = problems(kind.model, raw)
    if record is None and kind is TASK:
        wrong = [*wrong, *_task_problems(ws, row)]
    if record is None and kind.added_by and kind not in FROM_ROWS:
        wrong = [*wrong, ((), _not_by_fields(kind))]
    mistakes += [Mistake(line, _path(row, loc), says) for loc, says in wrong]
    return revised.placed(record.spot) if revised is not None and record is not None else revised


def _path(row: Row, loc: Sequence[str]) -> Path | None:
    """The column that a wrong value stands in."""
    for length in range(len(loc), 0, -1):
        if tuple(loc[:length]) in row.values:
            return tuple(loc[:length])
    return ("id",) if loc and loc[0] == "id" else None


def _state_of(kind: Kind, row: Row) -> str | None:
    """The state that a row names, by its code or its word in either language."""
    names = kind.states.names if kind.states else {}
    known = {form.casefold(): state for state, t in names.items() for form in (state, t.en, t.zh)}
    return known.get(row.status.casefold())


def _state_mistake(kind: Kind, row: Row, record: Record | None) -> Mistake | None:
    """A state other than the record's own: it moves by the workflow."""
    if not row.status or kind.states is None:
        return None
    names = kind.states.names
    said = _state_of(kind, row)
    now = str(getattr(record, "status", kind.states.initial))
    if said == now or (record is not None and row.checked and not row.values):
        return None
    if said is None:
        says = Text(en="`{state}` is no state of a {kind}", zh="`{state}` 不是{kind}的状态").format(
            state=row.status, kind=kind.label
        )
        return Mistake(row.line, ("status",), says)
    if record is None and said in kind.enters:
        return None
    if record is None:
        says = Text(
            en="a new {kind} begins as {state}; leave the cell empty and move it afterwards",
            zh="新的{kind}从“{state}”开始；请将此格留空，导入后再用流程命令推进",
        ).format(kind=kind.label, state=names[kind.states.initial])
        return Mistake(row.line, ("status",), says, refused=True)
    refusal = workflow_refusal(record, "status")
    says = refusal.says
    if refusal.fix:
        says = Text.join((says, refusal.fix), en="; ", zh="；")
    return Mistake(row.line, ("status",), says, refused=True)


def _link_mistakes(ws: Workspace, target: _Target) -> Iterable[Mistake]:
    record = target.revised
    if record is None or (target.record is not None and not target.row.values):
        return
    for link, says in link_problems(ws, record):
        yield Mistake(target.row.line, _path(target.row, [str(key) for key in link.keys]), says)
    for key, says in record.kind.rules(record, ws.project):
        yield Mistake(
            target.row.line,
            _path(target.row, [key]),
            Text(en="`{key}`: {says}", zh="`{key}`：{says}").format(key=key, says=says),
        )
    if isinstance(record, Task):
        try:
            after = links(ws, record.after)
        except PmkitError as error:
            yield Mistake(target.row.line, ("after",), error.says)
            return
        target.revised = record.model_copy(update={"after": tuple(after)}).placed(record.spot)


# --- how a kind begins -----------------------------------------------------------------------------------------------


def _plain(_ws: Workspace, row: Row, _acting: Acting) -> dict[str, Any]:
    data = nested(row.values)
    return data | ({"row_key": row.key} if row.key and _KEY in row.values else {})


def _change(ws: Workspace, row: Row, acting: Acting) -> dict[str, Any]:
    """As `change request` begins one: with what the edited fields say today."""
    data = nested(row.values)
    edits = proposed_edits(ws, data.pop("edits", []))
    affects = list(dict.fromkeys([*data.get("affects", ()), *(e["record"] for e in edits)]))
    return {"requested_by": acting.by, **data, "affects": affects, "edits": edits}


FROM_ROWS: dict[Kind, Callable[[Workspace, Row, Acting], dict[str, Any]]] = {
    TASK: _plain, PHASE: _plain, CHANGE: _change,
}  # fmt: skip


def _task_problems(ws: Workspace, row: Row) -> list[tuple[tuple[str, ...], Text]]:
    found: list[tuple[tuple[str, ...], Text]] = []
    if row.phase not in {p.id for p in ws.phases}:
        says = Text(en="there is no phase {id}; {hint}", zh="没有阶段 {id}；{hint}") if row.phase else _NO_PHASE
        hint = did_you_mean(row.phase, [p.id for p in ws.phases])
        found.append((("phase",), says.format(id=row.phase, hint=hint).stripped()))
    if row.values.get(("duration",)) is None and row.values.get(("milestone",)) != "true":
        found.append((("duration",), Text("a task needs a duration", "任务需要工期")))
    return found


_NO_PHASE = Text("the phase is missing", "缺少所属阶段")


def _not_by_fields(kind: Kind) -> Text:
    return Text(
        en="a {kind} is not made of fields alone; use `{command}`", zh="{kind}不能只用字段新建，请使用 `{command}`"
    ).format(kind=kind.label, command=kind.added_by)


def _creation(ws: Workspace, kind: Kind, row: Row, record: Record) -> Change:
    data = file_data(record)
    if kind is TASK:
        at = next(p for p in ws.phases if p.id == row.phase).at("tasks")
        return Append(at.path, at.keys, {"id": record.id, **data})
    if kind.storage is Storage.LIST:
        return Append(kind.path or "", (kind.list_key or "",), {"id": record.id, **data})
    return Create(new_path(kind, record.id), data, kind.name)
