"""Earned value of the plan: planned costs of its baseline, progress and actual costs up to a status date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from pmkit.domain.costs import ActualCost
from pmkit.domain.plan import Baseline, Task, TaskProgress
from pmkit.kernel.calendar import DAY, WorkCalendar, clock, start_of
from pmkit.kernel.errors import UsageError
from pmkit.kernel.money import Money
from pmkit.kernel.text import Text
from pmkit.schedule.evm import EarnedValue, PlannedCost, earned_schedule, earned_value, planned_value
from pmkit.workspace.costs import accounts, actual_lines, budget_by_task, has_budget
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import Planned, latest_progress


@dataclass(frozen=True)
class Earned:
    """The figures at a status date. `baseline`: its id, None for the plan as it stands without any progress.

    `costs` are what PV is made of, times counted from `begin`, an offset of the calendar's timeline. `apart`: what was
    budgeted or spent in other currencies, which is not in the figures.
    """

    status_date: date
    baseline: str | None
    currency: str
    figures: EarnedValue
    costs: tuple[PlannedCost, ...]
    calendar: WorkCalendar
    begin: int
    apart: tuple[str, ...] = ()

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

    Planned values are the budget, spread over the tasks (`budget_by_task`); without a budget the planned costs of the
    tasks. Raises UsageError where these are in several currencies, or there are none.
    """
    calendar = plan.calendar
    begin = calendar.timeline.offset(_start(ws.project.start))
    if has_budget(ws):
        return _of_budget(ws, plan, baseline, status_date, begin)
    costs = tuple(_baseline_costs(baseline, calendar, begin) if baseline else _plan_costs(plan, begin))
    currencies = {item.cost.currency for item in (baseline.items if baseline else ws.tasks) if item.cost is not None}
    if not spends(ws):
        currencies |= {amount.currency for amount in _actuals(ws, status_date).values()}
    if not costs or len(currencies) > 1:
        raise _no_costs(sorted(currencies), baseline)
    return _figures(ws, baseline, status_date, next(iter(currencies)), costs, calendar, begin)


def _of_budget(ws: Workspace, plan: Planned, baseline: Baseline | None, status_date: date, begin: int) -> Earned:
    """Earned value of the budget in the project's currency."""
    calendar = plan.calendar
    found = accounts(ws, status_date)
    account = found[ws.project.currency]
    times = dict(_plan_times(plan, begin)) | (dict(_baseline_times(baseline, calendar, begin)) if baseline else {})
    milestones = {task.id for task in ws.tasks if task.is_milestone}  # a milestone is dated by a whole day, and is none
    weights = {t: 0 if t in milestones else finish - start for t, (start, finish) in times.items()}
    spread = budget_by_task(ws, account, weights)
    if not spread:
        raise UsageError(
            Text("the plan has no task that the budget could be spread over", "计划中没有可分摊预算的任务"),
            Text("`pmkit plan task add ...`", "`pmkit plan task add ...`"),
        )
    accruals = {task.id: task.accrual for task in ws.tasks}
    costs = tuple(
        _cost(task_id, *times[task_id], account.money(amount), accruals.get(task_id, "prorated"))
        for task_id, amount in spread.items()
    )
    earned = _figures(ws, baseline, status_date, account.currency, costs, calendar, begin)
    return replace(earned, apart=tuple(c for c in found if c != account.currency))


def _figures(
    ws: Workspace, baseline: Baseline | None, status_date: date, currency: str, costs: tuple[PlannedCost, ...],
    calendar: WorkCalendar, begin: int,
) -> Earned:  # fmt: skip
    reports = {task_id: entry.percent for task_id, entry in latest_progress(ws, status_date)[1].items()}
    now = calendar.timeline.offset(start_of(status_date) + DAY) - begin
    ev = earned_value(costs, reports)
    figures = EarnedValue(
        sum((cost.total for cost in costs), Decimal(0)), planned_value(costs, now), ev,
        actual_cost(ws, status_date, currency),
        earned_schedule(costs, ev, now), Decimal(now), Decimal(max(cost.finish for cost in costs)),
    )  # fmt: skip
    return Earned(status_date, baseline.id if baseline else None, currency, figures, costs, calendar, begin)


def _no_costs(currencies: list[str], baseline: Baseline | None) -> UsageError:
    if len(currencies) > 1:
        return UsageError(
            Text(en="costs stand in {all}; they do not add up", zh="成本有 {all} 多个币种，无法合计").format(
                all=", ".join(currencies)
            ),
            Text("write them all in the project's currency", "请统一为项目币种"),
        )
    if baseline is not None:
        return UsageError(
            Text(en="no task had a planned cost in {id}", zh="{id} 中的任务都没有计划成本").format(id=baseline.id),
            Text("`pmkit set T-001 cost=20000`, then take a baseline", "`pmkit set T-001 cost=20000`，再设立进度基准"),
        )
    return UsageError(
        Text("no task has a planned cost", "任务都没有计划成本"),
        Text("`pmkit set T-001 cost=20000`, then take a baseline", "`pmkit set T-001 cost=20000`，再设立进度基准"),
    )


def spends(ws: Workspace) -> bool:
    """True where actual costs are kept as entries: what progress reports say of money then counts no more."""
    return any(entry.status != "void" for entry in ws.of(ActualCost))


def actual_cost(ws: Workspace, status_date: date, currency: str) -> Decimal | None:
    """AC: what was spent up to a day; without any entry the newest cost that was reported of each task.

    None where no actual cost is known at all.
    """
    if spends(ws):
        lines = (line for line, _ in actual_lines(ws, status_date) if line.amount.currency == currency)
        return sum((line.amount.amount for line in lines), Decimal(0))
    amounts = _actuals(ws, status_date)
    return sum((amount.amount for amount in amounts.values()), Decimal(0)) if amounts else None


def _actuals(ws: Workspace, status_date: date) -> Mapping[str, Money]:
    entries: dict[str, TaskProgress] = {}
    for report in ws.progress:
        if report.status_date <= status_date:
            entries |= {entry.id: entry for entry in report.tasks if entry.actual_cost is not None}
    return {task_id: entry.actual_cost for task_id, entry in entries.items() if entry.actual_cost is not None}


def _baseline_costs(baseline: Baseline, calendar: WorkCalendar, begin: int) -> Iterable[PlannedCost]:
    times = dict(_baseline_times(baseline, calendar, begin))
    for item in baseline.items:
        if item.cost is not None and item.id in times:
            yield _cost(item.id, *times[item.id], item.cost, item.accrual)


def _plan_costs(plan: Planned, begin: int) -> Iterable[PlannedCost]:
    times = dict(_plan_times(plan, begin))
    for task in plan.ws.tasks:
        if task.cost is not None:
            yield _cost(task.id, *times[task.id], task.cost, task.accrual)


def _baseline_times(baseline: Baseline, calendar: WorkCalendar, begin: int) -> Iterable[tuple[str, tuple[int, int]]]:
    for item in baseline.items:
        if item.start is not None and item.finish is not None:
            start = calendar.timeline.offset(_start(item.start)) - begin
            finish = calendar.timeline.offset(_finish(item.finish)) - begin
            yield item.id, (min(start, finish), finish)


def _plan_times(plan: Planned, begin: int) -> Iterable[tuple[str, tuple[int, int]]]:
    timeline = plan.calendar.timeline
    for task in plan.ws.tasks:
        item = plan.item(task.id)
        yield task.id, (timeline.offset(clock(item.start)) - begin, timeline.offset(clock(item.finish)) - begin)


def _cost(task_id: str, start: int, finish: int, cost: Money, accrual: str) -> PlannedCost:
    key = {"start": "at_start", "finish": "at_finish"}.get(accrual, "spread")
    return PlannedCost(task_id, start, finish, **{key: cost.amount})


def _start(at: date | datetime) -> int:
    return clock(at) if isinstance(at, datetime) else start_of(at)


def _finish(at: date | datetime) -> int:
    return clock(at) if isinstance(at, datetime) else start_of(at) + DAY


def has_costs(ws: Workspace) -> bool:
    """True where there is a budget and work to spend it on, or some task has a planned cost."""
    if has_budget(ws):
        return any(not task.is_milestone for task in ws.tasks)
    return any(isinstance(task, Task) and task.cost is not None for task in ws.tasks)
