"""What a change request would do to the records it names: the records as they would be, and what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pmkit.domain.changes import ChangeRequest, ProposedEdit, ProposedRecord, same
from pmkit.domain.kind import WORKFLOW_FIELDS, Kind, Record, Storage, Tracked, attribute_names, file_data, file_value
from pmkit.domain.kind import value_of as value_under
from pmkit.domain.problems import validated
from pmkit.domain.registry import kind_named
from pmkit.kernel.errors import UsageError
from pmkit.kernel.place import Keys
from pmkit.kernel.text import Text, did_you_mean
from pmkit.workspace.model import Records, Workspace

GOING = frozenset({"assessed", "approved", "confirmed"})  # on the way to being applied


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a change cannot be applied as it stands; `keys`: where in the request.

    `moved`: it was otherwise when the request was written; `wrong`: it never could.
    """

    keys: Keys
    says: Text
    why: Literal["moved", "wrong"]


@dataclass
class Outcome:
    """The records as the change would leave them, by id, and every obstacle at once."""

    records: dict[str, Record] = field(default_factory=dict)
    added: list[tuple[Kind, ProposedRecord]] = field(default_factory=list)
    withdrawn: list[Tracked] = field(default_factory=list)
    obstacles: list[Obstacle] = field(default_factory=list)


def outcome(ws: Workspace, change: ChangeRequest) -> Outcome:
    """What the request's edits, additions and withdrawals come to today."""
    result = Outcome()
    for position, edit in enumerate(change.edits):
        _edit(ws, edit, ("edits", position), result)
    for position, target in enumerate(change.withdraw):
        _withdraw(ws, target, ("withdraw", position), result)
    for position, proposed in enumerate(change.add):
        _add(proposed, ("add", position), result)
    return result


def with_outcome(ws: Workspace, records: Mapping[str, Record]) -> Workspace:
    """The workspace with these records in the place of their namesakes."""
    return Workspace(ws.project, Records({**dict(ws.records.items()), **records}))


def with_value(record: Record, key: str, value: Any) -> Record:
    """The record with another value, as in a file, under one key. Raises UsageError for a value that is none."""
    raw = {"id": record.id, **file_data(record), key: value}
    return validated(record.kind.model, {k: v for k, v in raw.items() if v is not None}).placed(record.spot)


def _edit(ws: Workspace, edit: ProposedEdit, keys: Keys, result: Outcome) -> None:
    try:
        record = result.records.get(edit.record) or ws.get(edit.record)
    except UsageError as error:
        result.obstacles.append(Obstacle((*keys, "record"), error.says, "wrong"))
        return
    if edit.field not in attribute_names(record.kind.model) or edit.field in WORKFLOW_FIELDS:
        says = Text(en="`{field}` of {id} cannot be changed", zh="不能修改 {id} 的 `{field}`")
        hint = did_you_mean(edit.field, attribute_names(record.kind.model))
        says = Text(en=f"{says.en}; {hint.en}", zh=f"{says.zh}，{hint.zh}") if hint.en else says
        result.obstacles.append(Obstacle((*keys, "field"), says.format(field=edit.field, id=record.id), "wrong"))
        return
    if not edit.starts_from(record):
        says = Text(
            en="{id}.{field} is not what the request was written against",
            zh="{id}.{field} 已不是提出变更时的内容",
        )
        result.obstacles.append(Obstacle((*keys, "from"), says.format(id=record.id, field=edit.field), "moved"))
    try:
        result.records[edit.record] = with_value(record, edit.field, edit.to)
    except UsageError as error:
        result.obstacles.append(Obstacle((*keys, "to"), error.says, "wrong"))


def _withdraw(ws: Workspace, target: str, keys: Keys, result: Outcome) -> None:
    record = ws.find(target, Tracked)
    states = record.kind.states if record else None
    if record is None or states is None or "withdrawn" not in states.names:
        says = Text(en="{id} cannot be withdrawn", zh="{id} 不能撤销").format(id=target)
        result.obstacles.append(Obstacle(keys, says, "wrong"))
    elif record.status in {"withdrawn", "rejected"}:
        says = Text(en="{id} is {state} already", zh="{id} 已是“{state}”")
        result.obstacles.append(Obstacle(keys, says.format(id=target, state=states.names[record.status]), "moved"))
    else:
        result.withdrawn.append(record)


def _add(proposed: ProposedRecord, keys: Keys, result: Outcome) -> None:
    try:
        kind = kind_named(proposed.kind)
        raw = {"id": f"{kind.prefix}-000", **proposed.fields}
        if kind.states is not None:
            raw |= {"status": kind.states.initial}
        validated(kind.model, raw)
    except UsageError as error:
        result.obstacles.append(Obstacle((*keys, "fields"), error.says, "wrong"))
        return
    wrong = WORKFLOW_FIELDS & set(proposed.fields)
    if kind.storage is not Storage.FILE or kind.added_by or wrong:
        says = (
            Text(en="`{key}` is given by the workflow", zh="`{key}` 由流程给出，不能预先填写").format(key=min(wrong))
            if wrong
            else Text(en="a change cannot add a {kind}", zh="变更不能新增{kind}").format(kind=kind.label)
        )
        result.obstacles.append(Obstacle((*keys, "kind"), says, "wrong"))
        return
    result.added.append((kind, proposed))


@dataclass(frozen=True, slots=True)
class Clash:
    """Another request on its way that touches the same thing: a field, or a whole record that it withdraws."""

    change: ChangeRequest
    record: str
    field: str | None

    @property
    def what(self) -> str:
        return f"{self.record}.{self.field}" if self.field else self.record


def clashes(ws: Workspace, change: ChangeRequest) -> list[Clash]:
    """The assessed, approved or confirmed requests that touch a field which this one touches too."""
    mine = _touched(change)
    found = []
    for other in ws.changes:
        if other.id == change.id or other.status not in GOING:
            continue
        for record, key in dict.fromkeys(_touched(other)):
            if any(record == r and (key == k or key is None or k is None) for r, k in mine):
                found.append(Clash(other, record, key))
    return found


def _touched(change: ChangeRequest) -> Sequence[tuple[str, str | None]]:
    return [*((e.record, e.field) for e in change.edits), *((target, None) for target in change.withdraw)]


def refreshed(ws: Workspace, change: ChangeRequest) -> tuple[list[dict[str, Any]], list[str]]:
    """The edits against what the records say today, and the `ID.field` that changed meanwhile.

    A proposed list keeps what others added or took away; any other value stays as proposed.
    """
    edits, moved = [], []
    for edit in change.edits:
        raw = file_value(edit)
        record: Record = ws.get(edit.record)
        present = file_value(value_under(record, edit.field)) if edit.field in attribute_names(type(record)) else None
        if not same(present, edit.from_):
            moved.append(f"{edit.record}.{edit.field}")
            raw["from"] = present
            if isinstance(edit.to, (list, tuple)):
                raw["to"] = _rebased(list(edit.from_ or ()), list(edit.to), list(present or ()))
            raw = {key: raw[key] for key in ("record", "field", "from", "to") if raw.get(key) is not None}
        if not same(raw.get("from"), raw.get("to")):
            edits.append(raw)
    return edits, moved


def _rebased(base: list[Any], proposed: list[Any], present: list[Any]) -> list[Any]:
    """What was proposed against `base`, done to `present`: taken out what it took out, added what it added."""
    kept = [item for item in present if item in proposed or item not in base]
    return [*kept, *(item for item in proposed if item not in base and item not in kept)]
