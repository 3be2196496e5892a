"""Meetings by their series: the days on which a series meets, and what earlier meetings left open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from pmkit.domain.actions import ActionItem
from pmkit.domain.kind import Record
from pmkit.domain.meeting_series import MeetingSeries
from pmkit.domain.meetings import Meeting
from pmkit.domain.project import Project
from pmkit.kernel.calendar import WorkCalendar
from pmkit.kernel.digest import digest
from pmkit.kernel.errors import UsageError
from pmkit.kernel.recurrence import days_of
from pmkit.workspace.calendars import project_calendar
from pmkit.workspace.model import Workspace

MOST_MOVED = timedelta(days=16)  # a day off is moved at most past the longest holiday


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One meeting of a series: `day` by its rule, `at` when it is in fact, None where it is not held.

    `meeting`: its record, once it has one.
    """

    series: MeetingSeries
    day: date
    at: date | datetime | None
    meeting: Meeting | None = None

    @property
    def on(self) -> date:
        """The day on which it is; that of the rule where it is not held."""
        when = self.at or self.day
        return when.date() if isinstance(when, datetime) else when


@dataclass(frozen=True, slots=True)
class Coming:
    """A meeting that is still to come: planned as a record, or by a series alone."""

    at: date | datetime
    title: str
    meeting: Meeting | None
    series: MeetingSeries | None

    @property
    def on(self) -> date:
        return self.at.date() if isinstance(self.at, datetime) else self.at

    @property
    def source(self) -> Meeting | MeetingSeries:
        """The record that says so: the meeting's own, else the series."""
        found = self.meeting or self.series
        if found is None:
            raise ValueError("a coming meeting is planned somewhere")
        return found


def uid_of(record: Record, project: Project) -> str:
    """The name of an entry in calendars: the one it came with, else made of id and project; it never changes."""
    return getattr(record, "uid", None) or f"{record.id}@{project.code}.pmkit"


def calendar_of_days_off(ws: Workspace) -> WorkCalendar:
    """The project's calendar; weekdays where the profile's is none, which is a finding of its own."""
    try:
        return project_calendar(ws.project)
    except UsageError:
        return WorkCalendar()


def moved_day(series: MeetingSeries, day: date, calendar: WorkCalendar) -> date | None:
    """The day on which a meeting is held that falls on `day` by the rule; None where it is left out."""
    if series.on_holiday == "keep" or calendar.is_workday(day):
        return day
    if series.on_holiday == "skip":
        return None
    return calendar.previous_workday(day) if series.on_holiday == "previous_workday" else calendar.next_workday(day)


def occurrences(ws: Workspace, series: MeetingSeries, first: date, last: date) -> Iterator[Occurrence]:
    """The meetings of a series that are held, or left out, from `first` to `last`, by the day of its rule.

    Two that a day off would bring onto one day are one. A record of the series says of its occurrence when it is.
    """
    if series.rrule is None:
        return
    calendar = calendar_of_days_off(ws)
    records = {m.occurrence: m for m in ws.meetings if m.series == series.id and m.occurrence}
    start, end = max(series.from_, first - MOST_MOVED), min(series.until or date.max, last + MOST_MOVED)
    by_rule = list(days_of(series.rrule, series.from_, start, end)) if start <= end else []
    taken = {day for day in by_rule if calendar.is_workday(day)}
    for day in by_rule:
        meeting = records.get(day)
        if meeting is not None:
            at: date | datetime | None = None if meeting.status == "cancelled" else meeting.time
        else:
            held = moved_day(series, day, calendar)
            if held is not None and held != day and held in taken:
                held = None
            if held is not None:
                taken.add(held)
            at = (
                held
                if held is None or series.clock is None
                else _here(ws, series, datetime.combine(held, series.clock))
            )
        found = Occurrence(series, day, at, meeting)
        if first <= found.on <= last:
            yield found


def _here(ws: Workspace, series: MeetingSeries, at: datetime) -> datetime:
    """A moment of the series as the project's clock shows it."""
    if series.timezone in {None, ws.project.timezone}:
        return at
    there = at.replace(tzinfo=ZoneInfo(series.timezone or ""))
    return there.astimezone(ZoneInfo(ws.project.timezone)).replace(tzinfo=None)


def coming(ws: Workspace, first: date, last: date) -> list[Coming]:
    """What is planned from `first` to `last`, by records and by series, in the order of time."""
    found = [
        Coming(m.time, m.title, m, ws.find(m.series, MeetingSeries) if m.series else None)
        for m in ws.meetings
        if m.status == "planned" and first <= m.day <= last
    ]
    for series in running(ws):
        found += [
            Coming(o.at, series.title, None, series)
            for o in occurrences(ws, series, first, last)
            if o.at is not None and o.meeting is None
        ]
    return sorted(found, key=lambda c: (c.on, str(c.at), c.source.id))


def next_of(ws: Workspace, series: MeetingSeries, after: date) -> Occurrence | None:
    """The first meeting of a series after a day that is not cancelled or held; None where the next year has none."""
    found = occurrences(ws, series, after + timedelta(days=1), after + timedelta(days=400))
    return next((o for o in found if o.at is not None and (o.meeting is None or o.meeting.status == "planned")), None)


def missed(ws: Workspace, as_of: date) -> Iterator[Occurrence]:
    """Meetings of running series before the reporting date that no record tells of."""
    for series in running(ws):
        if series.minutes:
            for found in occurrences(ws, series, series.from_, as_of - timedelta(days=1)):
                if found.meeting is None and found.at is not None:
                    yield found


def running(ws: Workspace) -> list[MeetingSeries]:
    """The series that go on."""
    return [series for series in ws.of(MeetingSeries) if not series.is_closed]


def next_number(ws: Workspace, series_id: str) -> int:
    """The how-manyth of its series the next meeting is: one more than the highest number so far."""
    return 1 + max((m.number or 0 for m in ws.meetings if m.series == series_id and m.was_held), default=0)


def minutes_digest(ws: Workspace, meeting: Meeting) -> str:
    """One digest over what minutes say: the meeting, and the actions that were agreed in it."""
    return digest([meeting.digest, *(action.digest for action in actions_of(ws, meeting))])


# --- what earlier meetings left ---------------------------------------------------------------------------------------


def actions_of(ws: Workspace, meeting: Meeting) -> list[ActionItem]:
    """The action items that were agreed in a meeting."""
    return [action for action in ws.actions if action.from_ == meeting.id]


def earlier_meetings(ws: Workspace, series: str | None, before: date | datetime, meeting_id: str = "") -> list[Meeting]:
    """The meetings whose actions a meeting asks after, in the order of time.

    They were held before it, and belong to its series or to none: what a kick-off left open, the next one follows.
    """
    when = _sortable(before)
    found = [
        m
        for m in ws.meetings
        if m.id != meeting_id and m.was_held and m.series in {series, None} and _sortable(m.time) < when
    ]
    return sorted(found, key=lambda m: _sortable(m.time))


def carried_over(ws: Workspace, series: str | None, at: date | datetime, meeting_id: str = "") -> list[ActionItem]:
    """The actions of earlier meetings that are still open, and those that were closed since the last of them."""
    earlier = earlier_meetings(ws, series, at, meeting_id)
    if not earlier:
        return []
    since, day = earlier[-1].day, at.date() if isinstance(at, datetime) else at
    origins = {m.id for m in earlier}
    return [action for action in ws.actions if action.from_ in origins and _was_open(action, since, day)]


def _was_open(action: ActionItem, since: date, day: date) -> bool:
    """True where the action was still open after the day `since`, up to `day`."""
    until = [step for step in action.steps if step.on <= day]
    return bool(until) and (until[-1].to == "open" or until[-1].on > since)


def status_on(action: ActionItem, day: date) -> str:
    """The state of an action at the end of a day, by its steps."""
    return next((step.to for step in reversed(action.steps) if step.on <= day), action.status)


def _sortable(moment: date | datetime) -> tuple[date, str]:
    return (moment.date(), f"{moment:%H:%M}") if isinstance(moment, datetime) else (moment, "")
