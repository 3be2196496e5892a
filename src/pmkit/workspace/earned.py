"""Earned value of the plan: planned costs of its baseline, progress and actual costs up to a status date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from pmkit.domain.plan import Baseline, Task, TaskProgress
from pmkit.kernel.calendar import DAY, WorkCalendar, clock, start_of
from pmkit.kernel.errors import UsageError
from pmkit.kernel.money import Money
from pmkit.kernel.text import Text
from pmkit.schedule.evm import EarnedValue, PlannedCost, earned_schedule, earned_value, planned_value
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import Planned, latest_progress


@dataclass(frozen=True)
class Earned:
    """The figures at a status date. `baseline`: its id, None for the plan as it stands without any progress.

    `costs` are what PV is made of, times counted from `begin`, an offset of the calendar's timeline.
    """

    status_date: date
    baseline: str | None
    currency: str
    figures: EarnedValue
    costs: tuple[PlannedCost, ...]
    calendar: WorkCalendar
    begin: int

    def day_of(self, time: Decimal) -> date:
        """The day on which a time from the project's start ends."""
        minute = self.calendar.timeline.finishing(self.begin + int(time))
        return date.fromordinal(date(1970, 1, 1).toordinal() + (minute - 1) // DAY)

    def days(self, time: Decimal | None) -> Decimal | None:
        """A time in working days."""
        return None if time is None else time / self.calendar.day_minutes

    def curve(self, days: Iterable[date]) -> list[Decimal]:
        """Planned value at the end of each of these days."""
        return [planned_value(self.costs, self._end_of(day)) for day in days]

    def _end_of(self, day: date) -> int:
        return self.calendar.timeline.offset(start_of(day) + DAY) - self.begin


def earned(ws: Workspace, plan: Planned, baseline: Baseline | None, status_date: date) -> Earned:
    """Earned value at the end of a status date. `plan`: as it is without progress; it stands in for a baseline.

    Raises UsageError where amounts of several currencies would have to be added, or no task has a cost.
    """
    calendar = plan.calendar
    begin = calendar.timeline.offset(_start(ws.project.start))
    costs = tuple(_baseline_costs(baseline, calendar, begin) if baseline else _plan_costs(plan, begin))
    reports = {task_id: entry.percent for task_id, entry in latest_progress(ws, status_date)[1].items()}
    actual = actual_cost(ws, status_date)
    currencies = {item.cost.currency for item in (baseline.items if baseline else ws.tasks) if item.cost is not None}
    currencies |= {amount.currency for amount in _actuals(ws, status_date).values()}
    if not costs or len(currencies) > 1:
        raise _no_costs(sorted(currencies))
    now = calendar.timeline.offset(start_of(status_date) + DAY) - begin
    ev = earned_value(costs, reports)
    figures = EarnedValue(
        sum((cost.total for cost in costs), Decimal(0)), planned_value(costs, now), ev, actual,
        earned_schedule(costs, ev, now), Decimal(now), Decimal(max(cost.finish for cost in costs)),
    )  # fmt: skip
    return Earned(
        status_date, baseline.id if baseline else None, next(iter(currencies)), figures, costs, calendar, begin
    )


def _no_costs(currencies: list[str]) -> UsageError:
    if len(currencies) > 1:
        return UsageError(
            Text(en="costs stand in {all}; they do not add up", zh="成本有 {all} 多个币种，无法合计").format(
                all=", ".join(currencies)
            ),
            Text("write them all in the project's currency", "请统一为项目币种"),
        )
    return UsageError(
        Text("no task has a planned cost", "任务都没有计划成本"),
        Text("`pmkit set T-001 cost=20000`, then take a baseline", "`pmkit set T-001 cost=20000`，再设立进度基准"),
    )


def actual_cost(ws: Workspace, status_date: date) -> Decimal | None:
    """AC: the newest actual cost that was reported of each task up to a day; None where none ever was."""
    amounts = _actuals(ws, status_date)
    return sum((amount.amount for amount in amounts.values()), Decimal(0)) if amounts else None


def _actuals(ws: Workspace, status_date: date) -> Mapping[str, Money]:
    entries: dict[str, TaskProgress] = {}
    for report in ws.progress:
        if report.status_date <= status_date:
            entries |= {entry.id: entry for entry in report.tasks if entry.actual_cost is not None}
    return {task_id: entry.actual_cost for task_id, entry in entries.items() if entry.actual_cost is not None}


def _baseline_costs(baseline: Baseline, calendar: WorkCalendar, begin: int) -> Iterable[PlannedCost]:
    for item in baseline.items:
        if item.cost is not None and item.start is not None and item.finish is not None:
            start = calendar.timeline.offset(_start(item.start)) - begin
            finish = calendar.timeline.offset(_finish(item.finish)) - begin
            yield _cost(item.id, min(start, finish), finish, item.cost, item.accrual)


def _plan_costs(plan: Planned, begin: int) -> Iterable[PlannedCost]:
    timeline = plan.calendar.timeline
    for task in plan.ws.tasks:
        if task.cost is not None:
            item = plan.item(task.id)
            start, finish = timeline.offset(clock(item.start)) - begin, timeline.offset(clock(item.finish)) - begin
            yield _cost(task.id, start, finish, task.cost, task.accrual)


def _cost(task_id: str, start: int, finish: int, cost: Money, accrual: str) -> PlannedCost:
    key = {"start": "at_start", "finish": "at_finish"}.get(accrual, "spread")
    return PlannedCost(task_id, start, finish, **{key: cost.amount})


def _start(at: date | datetime) -> int:
    return clock(at) if isinstance(at, datetime) else start_of(at)


def _finish(at: date | datetime) -> int:
    return clock(at) if isinstance(at, datetime) else start_of(at) + DAY


def has_costs(ws: Workspace) -> bool:
    """True where some task has a planned cost."""
    return any(isinstance(task, Task) and task.cost is not None for task in ws.tasks)
