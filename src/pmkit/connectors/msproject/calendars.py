"""Calendars of MSPDI as settings of ours: the hours of each weekday, and every day that differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from pmkit.connectors.xml import Element
from pmkit.kernel.calendar import DAY, WEEKDAYS, Spans

STANDARD: Spans = ((480, 720), (780, 1020))  # what MS Project takes where a calendar says nothing
MOST_DAYS = 20_000  # that one exception may spread over


@dataclass(frozen=True)
class Calendar:
    """A calendar of a file. `week`: the hours of the weekdays that it says something of, Monday being 0."""

    uid: str
    name: str
    base: str | None
    is_base: bool
    week: Mapping[int, Spans]
    days: Mapping[date, Spans] = field(default_factory=dict)

    @property
    def says_something(self) -> bool:
        return bool(self.week or self.days)


def said(element: Element, name: str) -> str:
    """The text of a child, without blanks around it; empty where there is none."""
    return element.value(name) or ""


def read_calendars(root: Element) -> dict[str, Calendar]:
    """The calendars of a project, each with what its base says filled in."""
    raw = {c.uid: c for c in (_calendar(element) for element in root.all("Calendars", "Calendar"))}
    return {uid: _resolved(calendar, raw, frozenset()) for uid, calendar in raw.items()}


def _resolved(calendar: Calendar, raw: Mapping[str, Calendar], seen: frozenset[str]) -> Calendar:
    base = raw.get(calendar.base or "")
    if base is None or base.uid == calendar.uid or base.uid in seen:
        week = {day: STANDARD if day < 5 else () for day in range(7)} | dict(calendar.week)
        return replace(calendar, week=week)
    known = _resolved(base, raw, seen | {calendar.uid})
    return replace(calendar, week=dict(known.week) | dict(calendar.week), days=dict(known.days) | dict(calendar.days))


def own_calendars(root: Element) -> dict[str, Calendar]:
    """The calendars with what they say themselves, without their bases."""
    return {c.uid: c for c in (_calendar(element) for element in root.all("Calendars", "Calendar"))}


def _calendar(element: Element) -> Calendar:
    week: dict[int, Spans] = {}
    days: dict[date, Spans] = {}
    for day in element.all("WeekDays", "WeekDay"):
        kind = said(day, "DayType")
        spans = _spans(day)
        if kind == "0":
            days |= dict.fromkeys(_period(day), spans)
        elif kind.isdigit() and 1 <= int(kind) <= 7:
            week[(int(kind) - 2) % 7] = spans
    for exception in element.all("Exceptions", "Exception"):
        days |= dict.fromkeys(_recurrence(exception), _spans(exception))
    for weeks in element.all("WorkWeeks", "WorkWeek"):
        named = [day for day in weeks.all("WeekDays", "WeekDay") if said(day, "DayType").isdigit()]
        own = {(int(said(day, "DayType")) - 2) % 7: _spans(day) for day in named}
        days = {day: own[day.weekday()] for day in _period(weeks) if day.weekday() in own} | days
    base = said(element, "BaseCalendarUID")
    return Calendar(
        said(element, "UID"), said(element, "Name") or f"Calendar {said(element, 'UID')}",
        base if base not in {"", "-1", "0"} else None, said(element, "IsBaseCalendar") == "1", week, days,
    )  # fmt: skip


def _spans(element: Element) -> Spans:
    """The working times of a day; none where it is not worked."""
    if said(element, "DayWorking") == "0":
        return ()
    spans = []
    for time in element.all("WorkingTimes", "WorkingTime"):
        start, end = _minute(said(time, "FromTime")), _minute(said(time, "ToTime")) or DAY
        if start is not None and start < end:
            spans.append((start, end))
    return tuple(sorted(spans))


def _minute(text: str) -> int | None:
    try:
        at = datetime.strptime(text, "%H:%M:%S")
    except ValueError:
        return None
    return at.hour * 60 + at.minute


def moment(text: str) -> datetime | None:
    """`2014-10-17T08:00:00`; None for `NA`, the epoch that stands for nothing, and what is no time."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    found = found.replace(second=0, microsecond=0, tzinfo=None)
    return found if 1970 < found.year < 2200 else None


def _bounds(element: Element) -> tuple[date, date] | None:
    first, last = moment(_time_of(element, "FromDate")), moment(_time_of(element, "ToDate"))
    if first is None or last is None or last < first or (last - first).days > MOST_DAYS:
        return None
    return first.date(), last.date()


def _time_of(element: Element, tag: str) -> str:
    return next((said(period, tag) for period in element.all("TimePeriod")), "")


def _period(element: Element) -> list[date]:
    bounds = _bounds(element)
    return [] if bounds is None else [bounds[0] + timedelta(n) for n in range((bounds[1] - bounds[0]).days + 1)]


def _recurrence(exception: Element) -> list[date]:
    """The days of an exception: every so many days, weeks, months or years within its period."""
    bounds = _bounds(exception)
    if bounds is None:
        return []
    first, last = bounds
    every = max(1, _number(exception, "Period", 1))
    candidates = {
        "2": lambda: _yearly(exception, first, last),
        "3": lambda: _yearly(exception, first, last),
        "4": lambda: _monthly(exception, first, last, every),
        "5": lambda: _monthly(exception, first, last, every),
        "6": lambda: _weekly(exception, first, last, every),
    }.get(
        said(exception, "Type"), lambda: iter(first + timedelta(n) for n in range(0, (last - first).days + 1, every))
    )()
    found = [day for day in candidates if first <= day <= last]
    limit = _number(exception, "Occurrences", 0) if said(exception, "EnteredByOccurrences") == "1" else 0
    return found[:limit] if limit else found


def _weekly(exception: Element, first: date, last: date, every: int) -> Iterator[date]:
    mask = _number(exception, "DaysOfWeek", 0)
    monday = first - timedelta((first.weekday() + 1) % 7)  # weeks begin on Sunday
    for n in range((last - monday).days + 1):
        day = monday + timedelta(n)
        if n // 7 % every == 0 and mask >> ((day.weekday() + 1) % 7) & 1:
            yield day


def _monthly(exception: Element, first: date, last: date, every: int) -> Iterator[date]:
    month = first.year * 12 + first.month - 1
    while month <= last.year * 12 + last.month - 1:
        yield from _in_month(exception, month // 12, month % 12 + 1)
        month += every


def _yearly(exception: Element, first: date, last: date) -> Iterator[date]:
    for year in range(first.year, last.year + 1):
        yield from _in_month(exception, year, _number(exception, "Month", 0) + 1)


def _in_month(exception: Element, year: int, month: int) -> Iterator[date]:
    """The day of a month: by its number (types 2, 4), or as the first ... last one of a kind (types 3, 5)."""
    try:
        if said(exception, "Type") in {"2", "4"}:
            yield date(year, month, _number(exception, "MonthDay", 1))
            return
        begin = date(year, month, 1)
    except ValueError:
        return
    item, position = _number(exception, "MonthItem", 0), _number(exception, "MonthPosition", 0)
    days = [begin + timedelta(n) for n in range(31) if (begin + timedelta(n)).month == month]
    fits = [day for day in days if _is_item(day, item)]
    if fits:
        yield fits[-1] if position >= 4 else fits[min(position, len(fits) - 1)]


def _is_item(day: date, item: int) -> bool:
    """0 any day, 1 a weekday, 2 a weekend day, 3 Sunday ... 9 Saturday."""
    if item in {0, 1, 2}:
        return item == 0 or (day.weekday() < 5) == (item == 1)
    return (day.weekday() + 1) % 7 == item - 3


def _number(element: Element, tag: str, default: int) -> int:
    text = said(element, tag)
    return int(text) if text.lstrip("-").isdigit() else default


# --- as our settings -------------------------------------------------------------------------------------------------


def settings(calendar: Calendar) -> dict[str, Any]:
    """A calendar as the profile writes it."""
    usual = Counter(spans for spans in calendar.week.values() if spans).most_common(1)
    hours = usual[0][0] if usual else STANDARD
    found: dict[str, Any] = {"base": "weekdays", "hours": texts(hours)}
    worked = [day for day in range(7) if calendar.week.get(day) == hours]
    if worked and worked != list(range(5)):
        found["weekdays"] = [WEEKDAYS[day] for day in worked]
    base = worked or list(range(5))
    others = {d: s for d, s in sorted(calendar.week.items()) if s != (hours if d in base else ())}
    if others:
        found["week"] = {WEEKDAYS[day]: texts(spans) for day, spans in others.items()}
    days = sorted((day, spans) for day, spans in calendar.days.items() if spans != calendar.week.get(day.weekday(), ()))
    found["days_off"] = [day.isoformat() for day, spans in days if not spans]
    found["extra_work"] = [day.isoformat() for day, spans in days if spans == hours]
    found["special"] = {day.isoformat(): texts(spans) for day, spans in days if spans and spans != hours}
    return {key: value for key, value in found.items() if value}


def texts(spans: Spans) -> list[str]:
    """Hours as they are written: `08:00-12:00`."""
    return [f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in spans]
