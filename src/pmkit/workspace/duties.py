"""What late customer duties have cost: the plan as it stands against the plan had they been provided in time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from pmkit.domain.duties import Duty
from pmkit.domain.plan import Task
from pmkit.kernel.calendar import DAY, clock, start_of
from pmkit.schedule.delays import Collapse
from pmkit.workspace.planning import Planned, buffer_starts, held_until


@dataclass(frozen=True, slots=True)
class Effect:
    """What the delay of one duty has cost: working days by task or milestone, all others as they are."""

    duty: Duty
    days: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Costs:
    """What all late duties together have cost, by task or milestone in working days; and each by itself.

    Together they may cost more than one by one: where two hold the same work, either alone being in time saves nothing.
    """

    days: Mapping[str, Decimal] = field(default_factory=dict)
    effects: tuple[Effect, ...] = ()
    finishes: Mapping[str, date] = field(default_factory=dict)

    def of(self, item_id: str) -> list[str]:
        """The duties that have a part in what an item lost: those that cost it something, else all that reach it."""
        found = [effect.duty.id for effect in self.effects if effect.days.get(item_id)]
        return found or [effect.duty.id for effect in self.effects if item_id in effect.days]


def late_duties(planned: Planned) -> list[Duty]:
    """Duties that work waits for, provided after the day that was agreed, or not yet at the status date."""
    return [
        duty
        for duty in planned.ws.of(Duty)
        if duty.is_known(planned.as_of)
        and duty.blocks
        and duty.available(planned.status_date, planned.as_of) > duty.due
    ]


def costs(planned: Planned) -> Costs:
    """What the delays of the customer have cost at the plan's status date, whatever today is."""
    late = late_duties(planned)
    if not late:
        return Costs()
    plan = Collapse(
        planned.network, planned.schedule, held_until(planned.ws, planned.status_date, planned.as_of), _floors(planned)
    )
    finishes = plan.finishes(_released(planned, late))
    together = _days(planned, finishes)
    alone = [together] if len(late) == 1 else [
        _days(planned, plan.finishes(_released(planned, [duty]))) for duty in late
    ]  # fmt: skip
    effects = tuple(Effect(duty, days) for duty, days in zip(late, alone, strict=True))
    return Costs(together, effects, {item_id: moment.date() for item_id, moment in finishes.items()})


def _released(planned: Planned, in_time: Sequence[Duty]) -> dict[str, int]:
    """From when on each task that they block could have started, had just these been provided on the day agreed."""
    ws = planned.ws
    ids = {duty.id for duty in in_time}
    blocked = {task_id for duty in in_time for task_id in duty.blocks if ws.find(task_id, Task)}
    found: dict[str, int] = {}
    for duty in ws.of(Duty):
        for task_id in blocked & set(duty.blocks) if duty.is_known(planned.as_of) else ():
            day = duty.due if duty.id in ids else duty.available(planned.status_date, planned.as_of)
            found[task_id] = max(start_of(day) + DAY, found.get(task_id, 0))
    return found


def _days(planned: Planned, finishes: Mapping[str, datetime]) -> dict[str, Decimal]:
    """Working days by which each item finishes later than it would have; 0 for what they reach and do not move."""
    found = {}
    for item_id, without in finishes.items():
        if planned.ws.find(item_id, Task) is not None:
            lost = planned.calendar.workdays_between(without.date(), planned.item(item_id).finish.date())
            found[item_id] = Decimal(max(0, lost))
    return found


def _floors(planned: Planned) -> dict[str, int]:
    """The end of each buffer where it is not used up: it does not move with what is before it."""
    buffers: Iterable[Task] = (task for task in planned.ws.tasks if task.buffer)
    starts = buffer_starts(planned.ws, planned.network)
    timeline, calendar = planned.calendar.timeline, planned.calendar
    found = {}
    for task in buffers:
        start = starts.get(task.id)
        if start is not None and task.duration is not None:
            minutes = task.duration.minutes(day=calendar.day_minutes, week=calendar.week_minutes)
            found[task.id] = timeline.finishing(timeline.offset(clock(start)) + minutes)
    return found
