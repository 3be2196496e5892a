"""The plan's buffers: what is used of each, and how far the chain before it has come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pmkit.schedule.buffers import BufferState, Link, chain_to
from pmkit.schedule.passes import schedule
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import Planned, buffer_starts, plan_of, used_minutes, without_progress


def buffers(planned: Planned) -> list[BufferState]:
    """Each buffer at the plan's status date, in the plan's order."""
    ws, calendar = planned.ws, planned.calendar
    tasks = [task for task in ws.tasks if task.buffer is not None]
    if not tasks:
        return []
    starts = buffer_starts(ws, planned.network)
    plain = schedule(without_progress(planned.network))
    minutes = {node.id: node.duration for node in planned.network.nodes}
    found = []
    for task in tasks:
        size = task.duration.minutes(day=calendar.day_minutes, week=calendar.week_minutes) if task.duration else 0
        start = planned.item(task.id).start
        used = used_minutes(calendar, starts[task.id], start) if task.id in starts else 0
        chain = chain_to(plain.floats_to(task.id), minutes, [other.id for other in tasks])
        links = tuple(Link(i, minutes[i], planned.percent(i)) for i in chain)
        found.append(BufferState(task.id, size, used, links, planned.status_date))
    return found


def history(ws: Workspace, until: date | None) -> Iterator[list[BufferState]]:
    """The buffers at every status date so far, oldest first."""
    for report in ws.progress:
        if until is None or report.status_date <= until:
            planned, _ = plan_of(ws, report.status_date)
            if planned is not None:
                yield buffers(planned)
