"""Milestones and tasks as a calendar file (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from pmkit.domain.plan import Task
from pmkit.kernel.errors import MissingExtra
from pmkit.kernel.text import Lang, Text
from pmkit.workspace.planning import Planned


def plan_calendar(planned: Planned, lang: Lang) -> bytes:
    """Every milestone and task as an all-day event. A task keeps its UID, so that a newer file replaces an older one.

    Raises MissingExtra.
    """
    try:
        from icalendar import Calendar, Event
    except ImportError:
        raise MissingExtra("ics", Text("writing calendar files", "导出日历文件")) from None
    project = planned.ws.project
    calendar = Calendar()
    calendar.add("prodid", "-//pmkit//plan//")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", project.name)
    stamp = datetime.combine(planned.status_date or project.first_day, time(), UTC)  # the same plan is the same file
    for task in planned.ws.tasks:
        item = planned.item(task.id)
        event = Event()
        event.add("uid", f"{task.id}@{project.code}.pmkit")
        event.add("dtstamp", stamp)
        event.add("summary", _summary(planned, task, lang))
        event.add("dtstart", item.finish.date() if task.is_milestone else item.start.date())
        event.add("dtend", item.finish.date() + timedelta(days=1))
        event.add(
            "categories", [Text("milestone", "里程碑").to(lang) if task.is_milestone else Text("task", "任务").to(lang)]
        )
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    data: bytes = calendar.to_ical()
    return data


def _summary(planned: Planned, task: Task, lang: Lang) -> str:
    mark = Text("[critical] ", "【关键】").to(lang) if planned.item(task.id).critical else ""
    owner = f" ({planned.ws.person_name(task.owner)})" if task.owner else ""
    return f"{task.id} {mark}{task.name}{owner}"
