"""What every calendar file of ours begins with. Raises MissingExtra where the library is not installed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from pmkit.domain.kind import Record
from pmkit.domain.plan import Task
from pmkit.domain.project import Project
from pmkit.kernel.errors import MissingExtra
from pmkit.kernel.text import Lang, Text
from pmkit.workspace.meetings import uid_of
from pmkit.workspace.planning import Planned

if TYPE_CHECKING:
    from icalendar import Calendar, Event


@dataclass(frozen=True, slots=True)
class Revision:
    """The how-manyth version of an entry it is, from 0, and when it was made: clients take the higher number."""

    sequence: int
    at: datetime


def new_calendar(project: Project, what: str) -> Calendar:
    """An empty calendar of the project; `what` is in it, for the product id."""
    try:
        from icalendar import Calendar
    except ImportError:
        raise MissingExtra("ics", Text("reading and writing calendar files", "读写日历文件")) from None
    calendar = Calendar()
    calendar.add("prodid", f"-//pmkit//{what}//")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", project.name)
    return calendar


def first_moment(project: Project) -> datetime:
    """The stamp of what no commit tells of: the same project is the same file."""
    return datetime.combine(project.first_day, time(), UTC)


def task_event(planned: Planned, task: Task, stamp: datetime, lang: Lang) -> Event:
    """A task or milestone as an all-day entry."""
    from icalendar import Event

    item = planned.item(task.id)
    event = Event()
    event.add("uid", uid_of(task, planned.ws.project))
    event.add("dtstamp", stamp)
    event.add("summary", _summary(planned, task, lang))
    event.add("dtstart", item.finish.date() if task.is_milestone else item.start.date())
    event.add("dtend", item.finish.date() + timedelta(days=1))
    word = Text("milestone", "里程碑") if task.is_milestone else Text("task", "任务")
    event.add("categories", [word.to(lang)])
    event.add("transp", "TRANSPARENT")
    return event


def deadline_event(project: Project, record: Record, title: str, day: date, stamp: datetime, lang: Lang) -> Event:
    """The day by which something is due, as an all-day entry."""
    from icalendar import Event

    on = day.date() if isinstance(day, datetime) else day
    event = Event()
    event.add("uid", f"due-{uid_of(record, project)}")
    event.add("dtstamp", stamp)
    event.add("summary", Text("Due: {id} {title}", "期限：{id} {title}").format(id=record.id, title=title).to(lang))
    event.add("dtstart", on)
    event.add("dtend", on + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    return event


def _summary(planned: Planned, task: Task, lang: Lang) -> str:
    mark = Text("[critical] ", "【关键】").to(lang) if planned.item(task.id).critical else ""
    owner = f" ({planned.ws.person_name(task.owner)})" if task.owner else ""
    return f"{task.id} {mark}{task.name}{owner}"


def written(calendar: Calendar, events: Iterable[Event], project: Project) -> bytes:
    """The file, with the rules of every time zone that it names, from before the project on."""
    for event in events:
        calendar.add_component(event)
    calendar.add_missing_timezones(first_date=date(project.first_day.year - 1, 1, 1))
    data: bytes = calendar.to_ical()
    return data
