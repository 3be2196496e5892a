"""What of a plan can be crashed or overlapped, and at which price."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pmkit.domain.plan import Task
from pmkit.schedule.compression import Compressed, Crash, compress
from pmkit.workspace.planning import Planned


def compressed(planned: Planned, until: date, target: str | None) -> Compressed:
    """The cheapest proposals found to finish on the day `until`; costs in hundredths of the currency."""
    calendar = planned.calendar

    def minutes(task: Task, key: str) -> int:
        value = getattr(task, key)
        return 0 if value is None else int(value.minutes(day=calendar.day_minutes, week=calendar.week_minutes))

    crashes, overlaps = {}, {}
    for task in planned.ws.tasks:
        if task.duration is None or task.is_milestone:
            continue
        if task.crash_duration is not None and minutes(task, "crash_duration") < minutes(task, "duration"):
            cost = task.crash_cost.amount if task.crash_cost is not None else Decimal(0)
            crashes[task.id] = Crash(minutes(task, "crash_duration"), int(cost * 100))
        if task.overlap is not None:
            overlaps[task.id] = minutes(task, "overlap")
    return compress(planned.network, until, crashes, overlaps, calendar.day_minutes, target)
