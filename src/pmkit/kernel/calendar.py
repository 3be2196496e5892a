"""Working calendars: which minutes are worked, and how working time and the clock translate into each other.

Clock time is a whole number of minutes since 1970-01-01 00:00, without zone. Working time is counted as an offset:
the number of working minutes before a moment. Between two working minutes the offset stands still, so an offset has
two clock sides: the end of the minute before it (a finish) and the start of the minute after it (a start).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Protocol

from pmkit.kernel.errors import MissingExtra, UsageError
from pmkit.kernel.text import Text, did_you_mean

Spans = tuple[tuple[int, int], ...]  # minutes of the day, from inclusive, to exclusive
OFFICE_HOURS: Spans = ((540, 720), (780, 1080))  # 09:00-12:00, 13:00-18:00
FIRST, LAST = date(1970, 1, 1), date(2199, 12, 31)
DAY = 1440
_EPOCH = FIRST.toordinal()
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def clock(moment: datetime) -> int:
    """Minutes since 1970-01-01 00:00 of a naive moment."""
    return (moment.toordinal() - _EPOCH) * DAY + moment.hour * 60 + moment.minute


def start_of(day: date) -> int:
    """The clock at the beginning of a day."""
    return (day.toordinal() - _EPOCH) * DAY


def moment_of(minutes: int) -> datetime:
    """The naive moment that a clock value stands for."""
    return datetime(1970, 1, 1) + timedelta(minutes=minutes)


class WorkingTime(Protocol):
    """Anything that knows the working minutes of each day."""

    def spans_on(self, day: int) -> Spans:
        """The worked spans of the day with this number since 1970-01-01."""


@dataclass(frozen=True)
class WorkCalendar:
    """Weekly hours, with days off and extra working days that win over them.

    `weekly` has the spans of Monday to Sunday; an extra working day has those of `day_hours`. `known_until` is the last
    day for which public holidays are published, None where none are needed: past it the weekday rule is all there is.
    """

    name: str = "weekdays"
    weekly: tuple[Spans, ...] = (OFFICE_HOURS,) * 5 + ((),) * 2
    day_hours: Spans = OFFICE_HOURS
    days_off: frozenset[date] = frozenset()
    extra_work: frozenset[date] = frozenset()
    known_until: date | None = None
    _off: frozenset[int] = field(init=False, repr=False, compare=False)
    _extra: frozenset[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_off", frozenset(day.toordinal() - _EPOCH for day in self.days_off))
        object.__setattr__(self, "_extra", frozenset(day.toordinal() - _EPOCH for day in self.extra_work))

    @property
    def day_minutes(self) -> int:
        """A working day, `1d`, in minutes."""
        return sum(end - start for start, end in self.day_hours)

    @property
    def week_minutes(self) -> int:
        """A working week, `1w`, in minutes."""
        return sum(end - start for spans in self.weekly for start, end in spans)

    def spans_on(self, day: int) -> Spans:
        """The worked spans of a day: extra working days first, then days off, then the week."""
        if day in self._extra:
            return self.day_hours
        return () if day in self._off else self.weekly[(day + 3) % 7]  # 1970-01-01 was a Thursday

    def is_workday(self, day: date) -> bool:
        return bool(self.spans_on(day.toordinal() - _EPOCH))

    def next_workday(self, day: date) -> date:
        """The first working day after `day`. Raises UsageError where no such day comes."""
        return self._nearest(day, 1)

    def previous_workday(self, day: date) -> date:
        """The last working day before `day`."""
        return self._nearest(day, -1)

    def _nearest(self, day: date, step: int) -> date:
        for distance in range(1, 3660):
            found = day + timedelta(days=distance * step)
            if self.is_workday(found):
                return found
        raise UsageError(
            Text(en="the calendar {name} has no working days", zh="日历 {name} 没有工作日").format(name=self.name)
        )

    def workdays_between(self, first: date, last: date) -> int:
        """Working days after `first` up to and including `last`; negative where `last` is earlier."""
        if last < first:
            return -self.workdays_between(last, first)
        return sum(
            bool(self.spans_on(day)) for day in range(first.toordinal() + 1 - _EPOCH, last.toordinal() + 1 - _EPOCH)
        )

    def changed(
        self,
        *,
        weekdays: Iterable[str] = (),
        hours: Spans = (),
        days_off: Iterable[date] = (),
        extra_work: Iterable[date] = (),
    ) -> WorkCalendar:
        """A calendar with a project's own rules, which win over this one's."""
        off, extra = frozenset(days_off), frozenset(extra_work)
        day_hours = hours or self.day_hours
        worked = [name in set(weekdays) for name in WEEKDAYS] if weekdays else [bool(spans) for spans in self.weekly]
        return replace(
            self,
            weekly=tuple(day_hours if works else () for works in worked),
            day_hours=day_hours,
            days_off=(self.days_off | off) - extra,
            extra_work=(self.extra_work | extra) - off,
        )

    def without(self, absences: Iterable[date]) -> WorkCalendar:
        """The calendar of somebody who is away on these days."""
        away = frozenset(absences)
        return replace(self, days_off=self.days_off | away, extra_work=self.extra_work - away) if away else self

    @cached_property
    def timeline(self) -> Timeline:
        """Working offsets of this calendar."""
        return Timeline((self,))


def parse_hours(texts: Iterable[str]) -> Spans:
    """`09:00-12:00`, `13:00-18:00` as spans. Raises UsageError where they overlap, run backwards or are no times."""
    spans = []
    for text in texts:
        start, _, end = text.partition("-")
        try:
            spans.append((_minutes(start), _minutes(end)))
        except ValueError:
            raise UsageError(
                Text(en="`{text}` are no hours", zh="`{text}` 不是有效的时间段").format(text=text)
            ) from None
    flat = [minute for span in spans for minute in span]
    if any(a >= b for a, b in pairwise(flat)):
        raise UsageError(
            Text("the working hours overlap or run backwards", "工作时间段重叠或前后颠倒"),
            Text.same("hours: [09:00-12:00, 13:00-18:00]"),
        )
    return tuple(spans)


def _minutes(text: str) -> int:
    hour, _, minute = text.partition(":")
    value = int(hour) * 60 + int(minute)
    if not 0 <= value <= DAY or not 0 <= int(minute) < 60:
        raise ValueError(text)
    return value


class Timeline:
    """Clock <-> working offset for the union of some calendars' working time.

    Offsets count from 1970-01-01. Segments are laid out year by year around the moments that are asked for; a lookup is
    a bisection. Outside 1970-2199 OverflowError is raised.
    """

    def __init__(self, calendars: Iterable[WorkingTime]) -> None:
        self._calendars = tuple(dict.fromkeys(calendars))
        self._starts: list[int] = []  # clock at which a worked segment begins
        self._ends: list[int] = []
        self._before: list[int] = []  # working minutes before the segment, counted from the first laid out day
        self._total = 0
        self._from = self._until = 0  # days laid out: from inclusive, until exclusive

    def spans_on(self, day: int) -> Spans:
        """The worked spans of a day: the union of the calendars'."""
        if len(self._calendars) == 1:
            return self._calendars[0].spans_on(day)
        merged: list[tuple[int, int]] = []
        for start, end in sorted(span for calendar in self._calendars for span in calendar.spans_on(day)):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return tuple(merged)

    def anchor(self, day: date) -> None:
        """Count offsets from the year before `day`, so that decades nobody asks for are not laid out."""
        if not self._starts and self._from == self._until:
            first = max(FIRST, date(max(FIRST.year, day.year - 1), 1, 1))
            self._from = self._until = first.toordinal() - _EPOCH

    def offset(self, at: int) -> int:
        """Working minutes before the clock value `at`."""
        self._reach_clock(at)
        index = bisect_right(self._starts, at) - 1
        if index < 0:
            return 0
        return self._before[index] + min(at, self._ends[index]) - self._starts[index]

    def starting(self, offset: int) -> int:
        """The clock at which the working minute after `offset` begins."""
        self._reach_offset(offset + 1)
        index = bisect_right(self._before, offset) - 1
        return self._starts[index] + offset - self._before[index]

    def finishing(self, offset: int) -> int:
        """The clock at which the working minute before `offset` ends."""
        self._reach_offset(offset)
        index = max(0, bisect_left(self._before, offset) - 1)
        if not self._starts:
            self._reach_offset(1)
        return self._starts[index] + offset - self._before[index]

    def _reach_clock(self, at: int) -> None:
        if at < self._from * DAY:
            raise OverflowError(moment_of(at))
        while at >= self._until * DAY:
            self._lay_out_a_year()

    def _reach_offset(self, offset: int) -> None:
        if offset < 0:
            raise OverflowError(offset)
        while self._total < offset:
            self._lay_out_a_year()

    def _lay_out_a_year(self) -> None:
        if self._until > LAST.toordinal() - _EPOCH:
            raise OverflowError(LAST)
        for day in range(self._until, self._until + 366):
            for start, end in self.spans_on(day):
                self._starts.append(day * DAY + start)
                self._ends.append(day * DAY + end)
                self._before.append(self._total)
                self._total += end - start
        self._until += 366


def named_calendar(name: str) -> WorkCalendar:
    """`CN` (China, make-up days included), `weekdays`, or a country code known to the extra `holidays`.

    Raises UsageError for any other name, MissingExtra where the extra is not installed.
    """
    if name == "weekdays":
        return WorkCalendar()
    if name == "CN":
        from pmkit.kernel import cn_holidays

        return WorkCalendar(
            name="CN",
            days_off=cn_holidays.days_off(),
            extra_work=cn_holidays.extra_work(),
            known_until=date(cn_holidays.PUBLISHED_UNTIL, 12, 31),
        )
    return _country(name)


def _country(name: str) -> WorkCalendar:
    try:
        import holidays
    except ImportError:
        purpose = Text(en=f"the calendar {name}", zh=f"日历 {name} ")
        raise MissingExtra("holidays", purpose) from None
    known: Mapping[str, object] = holidays.list_supported_countries()
    if name not in known:
        raise UsageError(
            Text(en="there is no calendar {name}", zh="没有名为 {name} 的日历").format(name=name),
            did_you_mean(name, [*known, "CN", "weekdays"]),
        )
    days = holidays.country_holidays(name, years=range(2000, 2051))
    return WorkCalendar(name=name, days_off=frozenset(days.keys()))
