"""A plan as it would be after edits that nobody has made: which milestones move."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pmkit.domain.kind import Record
from pmkit.domain.plan import Task
from pmkit.workspace.model import Records, Workspace
from pmkit.workspace.planning import Planned


@dataclass(frozen=True, slots=True)
class Move:
    """A task or milestone that would begin or end at another time. `days`: working days that its finish moves."""

    id: str
    name: str
    milestone: bool
    start: datetime
    finish: datetime
    new_start: datetime
    new_finish: datetime
    days: int


def varied(ws: Workspace, records: Iterable[Record]) -> Workspace:
    """The workspace with these records in the place of those with their ids."""
    return Workspace(ws.project, Records({**ws.records, **{record.id: record for record in records}}))


def moves(before: Planned, after: Planned) -> list[Move]:
    """What moves between two states of one plan, in the plan's order; what only one of them has does not count."""
    found = []
    for task in after.ws.tasks:
        if before.ws.find(task.id, Task) is None:
            continue
        was, now = before.item(task.id), after.item(task.id)
        if (was.start, was.finish) != (now.start, now.finish):
            days = before.calendar.workdays_between(was.finish.date(), now.finish.date())
            found.append(
                Move(task.id, task.name, task.is_milestone, was.start, was.finish, now.start, now.finish, days)
            )
    return found
