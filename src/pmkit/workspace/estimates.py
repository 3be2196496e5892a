"""Three-point estimates out of the plan's tasks."""

from __future__ import annotations

from collections.abc import Mapping

from pmkit.domain.plan import Task
from pmkit.kernel.calendar import WorkCalendar
from pmkit.kernel.duration import Duration
from pmkit.schedule.simulation import Estimate, Event
from pmkit.workspace.planning import Planned


def estimates(planned: Planned) -> Mapping[str, Estimate]:
    """The estimate of each task that has one; what it leaves out is the likely value, and that the duration."""
    return {task.id: found for task in planned.ws.tasks if (found := estimate_of(task, planned.calendar)) is not None}


def events(planned: Planned) -> list[Event]:
    """The open risks that name tasks and have a chance: what would delay the plan, an opportunity what shortens it."""
    calendar, found = planned.calendar, []
    for risk in planned.ws.risks:
        percent = risk.percent(planned.ws.project.risk)
        if risk.is_closed or not risk.tasks or percent is None:
            continue
        sign = 1 if risk.is_threat else -1
        minutes = {
            task: sign * span.minutes(day=calendar.day_minutes, week=calendar.week_minutes)
            for task, span in risk.tasks.items()
        }
        found.append(Event(risk.id, float(percent) / 100, minutes))
    return found


def estimate_of(task: Task, calendar: WorkCalendar) -> Estimate | None:
    """The three values in working minutes, None where a task has none; they may be out of order."""
    if task.duration is None or task.is_milestone or not (task.best or task.likely or task.worst):
        return None

    def minutes(duration: Duration) -> int:
        return duration.minutes(day=calendar.day_minutes, week=calendar.week_minutes)

    likely = minutes(task.likely or task.duration)
    return Estimate(minutes(task.best) if task.best else likely, likely, minutes(task.worst) if task.worst else likely)
