"""Everything that has to be settled before a project can end: what acceptance asks for, and whatever else is open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from pmkit.domain.dispatches import DISPATCH
from pmkit.domain.documents import DOCUMENT
from pmkit.domain.kind import Kind, Tracked
from pmkit.domain.payments import PAYMENT
from pmkit.domain.plan import TASK
from pmkit.domain.registry import kind_of_id, kinds
from pmkit.kernel.text import Text
from pmkit.workspace.dispatches import standings
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import Planned
from pmkit.workspace.readiness.base import Group, Missing, Readiness, readiness
from pmkit.workspace.todo.base import Situation

# What stands and never ends: no closing waits for it.
_STANDING = frozenset(
    {
        "adoption", "budget", "closure", "forecast", "invoice", "quality-activity", "quality-objective", "recognition",
        "responsibility", "skill", "waiver",
    }
)  # fmt: skip
_GIVES_UP = frozenset({"cancel", "withdraw", "reject", "void", "waive", "supersede"})
_DONE = Decimal(100)
_AFTER = 1000  # these groups stand behind those of acceptance


def open_items(at: Situation) -> list[Readiness]:
    """What `acceptance ready` lists, then the rest kind by kind; groups with nothing in them are left out."""
    found = readiness(at)
    told = {missing.about for one in found for missing in one.missing}
    found.append(Readiness(_group("tasks", TASK.plural), tuple(_unfinished(at.ws, at.planned))))
    for kind in kinds():
        if kind.states is not None and kind.name not in _STANDING and not kind.after_closing:
            own = _dispatches(at.ws) if kind is DISPATCH else _records(at.ws, kind)
            missing = tuple(one for one in own if one.about not in told)
            found.append(Readiness(_group(kind.name, kind.plural), missing))
    return [one for one in found if one.missing]


def only(found: Iterable[Readiness], ids: Iterable[str]) -> list[Readiness]:
    """Of what is open these records alone."""
    wanted = set(ids)
    kept = (replace(one, missing=tuple(m for m in one.missing if m.about in wanted)) for one in found)
    return [one for one in kept if one.missing]


def sort_of(record_id: str) -> Text:
    """What a record is, in the plural; of what is no record a word that says nothing."""
    kind = kind_of_id(record_id)
    return _group("", kind.plural).title if kind is not None and kind.prefix else Text("Other matters", "其他事项")


def _group(key: str, plural: Text) -> Group:
    return Group(key, Text(plural.en[:1].upper() + plural.en[1:], plural.zh), _AFTER)


def _records(ws: Workspace, kind: Kind) -> Iterator[Missing]:
    for record in ws.of_kind(kind):
        if isinstance(record, Tracked) and not record.is_closed and not _is_released(record):
            states = kind.states
            state = states.names.get(record.status, Text.same(record.status)) if states else Text.same(record.status)
            says = Text("{name}: {state}", "{name}：{state}").format(name=record.name_to_show, state=state)
            yield Missing(record.id, says, _command(kind, record))


def _is_released(record: Tracked) -> bool:
    return record.kind is DOCUMENT and record.status == "released"


def _command(kind: Kind, record: Tracked) -> str:
    """The command that leads towards the end: into a closed state where one does, else the next step."""
    if kind.states is None:
        return ""
    order = list(kind.states.names)
    moves = [m for m in kind.states.moves_from(record.status) if m.verb not in _GIVES_UP]
    ends = [m for m in moves if m.to in kind.states.closed and kind is not PAYMENT]  # money comes step by step
    further = [m for m in moves if order.index(m.to) > order.index(record.status)]
    ahead = ends or further or moves
    return next(iter(kind.states.commands(kind, record.id, ahead[:1])), f"pmkit show {record.id}")


def _unfinished(ws: Workspace, planned: Planned | None) -> Iterator[Missing]:
    for task in ws.tasks if planned is not None else ():
        percent = planned.percent(task.id) if planned is not None else _DONE
        if percent < _DONE:
            says = Text("{name}: {percent}% done", "{name}：完成 {percent}%").format(
                name=task.name, percent=f"{percent.normalize():f}"
            )
            yield Missing(task.id, says, f"pmkit plan progress {task.id} --percent 100 --actual-finish DATE")


_LOOK = "pmkit dispatch show {id}"
_UNSETTLED = {
    "waiting": (Text("{name}: no reply yet", "{name}：对方尚未回复"), "pmkit confirm {id}"),
    "unclear": (Text("{name}: nobody knows whether it arrived", "{name}：尚未核实是否送达"), _LOOK),
    "failed": (Text("{name}: it did not go out", "{name}：发送失败"), _LOOK),
    "declined": (Text("{name}: they objected", "{name}：对方有异议"), _LOOK),
    "changed": (Text("{name}: the content changed since", "{name}：发出后内容已变更"), _LOOK),
    "void": (
        Text("{name}: the content changed after they confirmed", "{name}：确认后内容已变更"), _LOOK
    ),
}  # fmt: skip


def _dispatches(ws: Workspace) -> Iterator[Missing]:
    """What went out and waits for an answer, or did not arrive; what its record asks itself is told there."""
    for one in standings(ws):
        if one.state in _UNSETTLED:
            says, mend = _UNSETTLED[one.state]
            name = one.dispatch.title
            yield Missing(one.dispatch.id, says.format(name=name), mend.format(id=one.dispatch.id))
