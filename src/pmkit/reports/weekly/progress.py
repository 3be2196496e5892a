"""How far the plan has come: percentages, milestones, the Gantt chart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from pmkit.kernel.text import Text
from pmkit.reports.charts import GanttChart, GanttRow
from pmkit.reports.views import weekly as view
from pmkit.reports.weekly.sources import Sources
from pmkit.schedule.drift import ItemDrift
from pmkit.workspace.planning import watched

_FINISH = Text("finish of the project ({name})", "项目完工（{name}）")
REACHED = Text("reached", "已完成")
_LAMP = {"green": Text("on time", "正常"), "amber": Text("at risk", "预警"), "red": Text("late", "滞后")}


def frozen_items(sources: Sources) -> dict[str, ItemDrift]:
    return {item.id: item for item in sources.verdict.drift.items} if sources.verdict else {}


def work_weights(sources: Sources) -> dict[str, int]:
    """How much each task counts: the working days that its baseline, or without one its forecast, spans."""
    planned, frozen = sources.planned, frozen_items(sources)
    weights = {}
    for task in planned.ws.tasks:
        if not task.is_milestone:
            was, now = frozen.get(task.id), planned.item(task.id)
            start, finish = (was.baseline_start, was.baseline_finish) if was else (now.start.date(), now.finish.date())
            weights[task.id] = planned.calendar.workdays_between(start - timedelta(days=1), finish)
    return weights


def planned_percent(sources: Sources, as_of: date) -> Decimal | None:
    """How much of the baseline's working days lies behind; None without a baseline."""
    calendar, weights = sources.planned.calendar, work_weights(sources)
    total = behind = 0
    for item in frozen_items(sources).values():
        if not item.milestone:
            total += weights[item.id]
            until = min(as_of, item.baseline_finish)
            behind += max(0, calendar.workdays_between(item.baseline_start - timedelta(days=1), until))
    return _share(Decimal(behind), Decimal(total))


def actual_percent(sources: Sources) -> Decimal | None:
    """What was reported as done, by the same weights; None without progress."""
    if sources.planned.status_date is None:
        return None
    weights = work_weights(sources)
    done = sum((sources.planned.percent(task_id) * weight for task_id, weight in weights.items()), Decimal(0))
    return _share(done / 100, Decimal(sum(weights.values())))


def _share(part: Decimal, whole: Decimal) -> Decimal | None:
    return (part * 100 / whole).quantize(Decimal(1)) if whole else None


def milestones(sources: Sources) -> Iterator[view.Milestone]:
    frozen, planned = frozen_items(sources), sources.planned
    failing = sources.verdict.failing if sources.verdict else ()
    for task in watched(planned, sources.verdict):
        item = frozen.get(task.id)
        deadline = task.deadline if task.is_contractual else None
        contract = date(deadline.year, deadline.month, deadline.day) if deadline else None
        forecast = planned.item(task.id).finish.date()
        is_red = task.id in failing or (contract is not None and forecast > contract)
        lamp = "red" if is_red else "amber" if item and item.unexplained > 0 else "green"
        yield view.Milestone(
            name=task.name if task.is_milestone else _FINISH.format(name=task.name),
            contractual=task.is_contractual,
            baseline=item.baseline_finish if item else contract,
            forecast=forecast,
            drift=item.finish if item else None,
            approved=item.approved if item else None,
            unexplained=item.unexplained if item else None,
            status=REACHED if planned.percent(task.id) == 100 else _LAMP[lamp],
            ref=task.id,
        )


def gantt(sources: Sources, as_of: date) -> GanttChart | None:
    """The plan as a picture: forecast beside baseline, phase by phase."""
    planned, frozen = sources.planned, frozen_items(sources)
    if not planned.ws.tasks:
        return None
    names = {phase.id: phase.name for phase in planned.ws.phases}
    rows = []
    for task in planned.ws.tasks:
        item, was = planned.item(task.id), frozen.get(task.id)
        rows.append(
            GanttRow(
                id=task.id,
                name=task.name,
                phase=names.get(task.phase, task.phase),
                start=item.start.date(),
                finish=item.finish.date(),
                baseline_start=was.baseline_start if was else None,
                baseline_finish=was.baseline_finish if was else None,
                percent=planned.percent(task.id),
                critical=item.critical,
                milestone=task.is_milestone,
                buffer=task.buffer is not None,
            )
        )
    is_day_off: Callable[[date], bool] = lambda day: not planned.calendar.is_workday(day)  # noqa: E731 - one line, one use
    return GanttChart(tuple(rows), as_of, planned.status_date, is_day_off)
