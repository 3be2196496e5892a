"""Working calendars: which minutes are worked, and how working time and the clock translate into each other.

Clock time is a whole number of minutes since 1970-01-01 00:00, without zone. Working time is counted as an offset:
the number of working minutes before a moment. Between two working minutes the offset stands still, so an offset has
two clock sides: the end of the minute before it (a finish) and the start of the minute after it (a start).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EPOCH = FIRST.toordinal()
_DAYS = LAST.toordinal() - _EPOCH + 1  # day numbers run from 0 to one less
_ANCHOR = date(2020, 1, 1).toordinal() - _EPOCH  # where offsets are counted from unless another day is wanted
_BLOCK = 128  # days laid out at a time: a third of a year, half a millisecond


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
    `special` days have hours of their own, whatever else is said of them.
    """

    name: str = "weekdays"
    weekly: tuple[Spans, ...] = (OFFICE_HOURS,) * 5 + ((),) * 2
    day_hours: Spans = OFFICE_HOURS
    days_off: frozenset[date] = frozenset()
    extra_work: frozenset[date] = frozenset()
    known_until: date | None = None
    special: tuple[tuple[date, Spans], ...] = ()

    @cached_property
    def day_minutes(self) -> int:
        """A working day, `1d`, in minutes."""
        return sum(end - start for start, end in self.day_hours)

    @cached_property
    def week_minutes(self) -> int:
        """A working week, `1w`, in minutes."""
        return sum(end - start for spans in self.weekly for start, end in spans)

    @cached_property
    def _exceptions(self) -> dict[int, Spans]:
        """The spans of each day that does not follow the week: extra working days come before days off."""
        off: dict[int, Spans] = {day.toordinal() - _EPOCH: () for day in self.days_off}
        extra = {day.toordinal() - _EPOCH: self.day_hours for day in self.extra_work}
        return off | extra | {day.toordinal() - _EPOCH: spans for day, spans in self.special}

    @property
    def has_work(self) -> bool:
        """False for a calendar in which nothing is ever worked."""
        return any(self.weekly) or any(self._exceptions.values())

    def spans_on(self, day: int) -> Spans:
        """The worked spans of the day with this number since 1970-01-01."""
        spans = self._exceptions.get(day)
        return self.weekly[(day + 3) % 7] if spans is None else spans  # 1970-01-01 was a Thursday

    def is_workday(self, day: date) -> bool:
        return bool(self.spans_on(day.toordinal() - _EPOCH))

    def next_workday(self, day: date) -> date:
        """The first working day after `day`. Raises UsageError where none comes within ten years."""
        return self._nearest(day, 1)

    def previous_workday(self, day: date) -> date:
        """The last working day before `day`. Raises UsageError where there is none within ten years."""
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
        return self._workdays_until(last) - self._workdays_until(first)

    def _workdays_until(self, day: date) -> int:
        """Working days up to and including `day`, counted from a fixed day: the week's, then what deviates from it."""
        weeks, rest = divmod(day.toordinal() - _EPOCH + 3, 7)
        works = [bool(spans) for spans in self.weekly]
        gained, lost = self._deviations
        number = day.toordinal() - _EPOCH
        return weeks * sum(works) + sum(works[: rest + 1]) + bisect_right(gained, number) - bisect_right(lost, number)

    @cached_property
    def _deviations(self) -> tuple[list[int], list[int]]:
        """Days worked although the week says no, and the other way round, in order."""
        days = sorted(self._exceptions.items())
        gained = [day for day, spans in days if spans and not self.weekly[(day + 3) % 7]]
        lost = [day for day, spans in days if not spans and self.weekly[(day + 3) % 7]]
        return gained, lost

    def changed(
        self,
        *,
        weekdays: Iterable[str] = (),
        hours: Spans = (),
        days_off: Iterable[date] = (),
        extra_work: Iterable[date] = (),
        week: Mapping[str, Spans] | None = None,
        special: Mapping[date, Spans] | None = None,
    ) -> WorkCalendar:
        """A calendar with a project's own rules, which win over this one's; what is empty stays as it is.

        `weekdays` are of WEEKDAYS. `week` has the hours of single weekdays, none where nothing is worked; where `hours`
        are not given its most usual ones are those of a day. A day in both lists is worked. Raises UsageError for a
        weekday that is none.
        """
        wanted, off, extra = set(weekdays), frozenset(days_off), frozenset(extra_work)
        own_week, own_days = week or {}, special or {}
        for name in sorted((wanted | own_week.keys()).difference(WEEKDAYS)):
            raise UsageError(
                Text(en="`{name}` is no weekday", zh="`{name}` 不是星期几的写法").format(name=name),
                Text(en="write {names}", zh="请写 {names}").format(names=", ".join(WEEKDAYS)),
            )
        usual = Counter(spans for spans in own_week.values() if spans).most_common(1)
        day_hours = hours or (usual[0][0] if usual else self.day_hours)
        worked = [name in wanted for name in WEEKDAYS] if wanted else [bool(spans) for spans in self.weekly]
        weekly = tuple(day_hours if works else () for works in worked) if wanted or hours else self.weekly
        return replace(
            self,
            weekly=tuple(own_week.get(name, spans) for name, spans in zip(WEEKDAYS, weekly, strict=True)),
            day_hours=day_hours,
            days_off=(self.days_off | off) - extra,
            extra_work=(self.extra_work - off) | extra,
            special=(*((day, spans) for day, spans in self.special if day not in own_days), *own_days.items()),
        )

    def without(self, absences: Iterable[date]) -> WorkCalendar:
        """The calendar of somebody who is away on these days."""
        away = frozenset(absences)
        if not away:
            return self
        special = tuple((day, spans) for day, spans in self.special if day not in away)
        return replace(self, days_off=self.days_off | away, extra_work=self.extra_work - away, special=special)

    @cached_property
    def timeline(self) -> Timeline:
        """Working offsets of this calendar."""
        return Timeline((self,))


# What elapsed time is worked in: as its calendar, `30ed` of trial run take thirty days of the clock.
AROUND_THE_CLOCK = WorkCalendar("elapsed", weekly=(((0, DAY),),) * 7, day_hours=((0, DAY),))


def together(calendars: Sequence[WorkCalendar]) -> WorkCalendar:
    """The calendar that is worked whenever one of these is; a day of it is the first one's."""
    first, *others = dict.fromkeys(calendars)
    if not others:
        return first
    everyone = (first, *others)
    days = sorted({day for calendar in everyone for day in calendar._exceptions})  # noqa: SLF001 - of our own class
    known = [calendar.known_until for calendar in everyone if calendar.known_until is not None]
    return WorkCalendar(
        " + ".join(calendar.name for calendar in everyone),
        tuple(_merged(span for calendar in everyone for span in calendar.weekly[weekday]) for weekday in range(7)),
        first.day_hours,
        known_until=min(known, default=None),
        special=tuple(
            (date.fromordinal(day + _EPOCH), _merged(span for calendar in everyone for span in calendar.spans_on(day)))
            for day in days
        ),
    )


def _merged(spans: Iterable[tuple[int, int]]) -> Spans:
    """Spans in order, those that touch or overlap as one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(set(spans)):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def parse_hours(texts: Iterable[str]) -> Spans:
    """`09:00-12:00`, `13:00-18:00` as spans. Raises UsageError where they overlap, run backwards or are no times."""
    spans: list[tuple[int, int]] = []
    for text in texts:
        start, _, end = text.partition("-")
        try:
            spans.append((_minutes(start), _minutes(end)))
        except ValueError:
            raise UsageError(
                Text(en="`{text}` are no hours", zh="`{text}` 不是有效的时间段").format(text=text)
            ) from None
    if any(start >= end for start, end in spans) or any(a[1] > b[0] for a, b in pairwise(spans)):
        raise UsageError(
            Text("the working hours overlap or run backwards", "工作时间段重叠或前后颠倒"),
            Text.same("hours: [09:00-12:00, 13:00-18:00]"),
        )
    return tuple(spans)


def _minutes(text: str) -> int:
    """Minutes of the day of `09:00`; 24:00 is its end. Raises ValueError."""
    match = re.fullmatch(r"([0-9]{1,2}):([0-5][0-9])", text.strip())
    if match is None or (value := int(match[1]) * 60 + int(match[2])) > DAY:
        raise ValueError(text)
    return value


class Timeline:
    """Clock <-> working offset for the union of some calendars' working time.

    Offsets count from the beginning of an anchor day, negative before it. Worked segments are laid out around the
    moments that are asked for; a lookup is a bisection. Outside 1970-2199 OverflowError is raised.
    """

    def __init__(self, calendars: Iterable[WorkingTime]) -> None:
        self._calendars = tuple(dict.fromkeys(calendars))
        self._starts: list[int] = []  # clock at which a worked segment begins
        self._ends: list[int] = []
        self._before: list[int] = []  # the offset at which it begins
        self._from = self._until = _ANCHOR  # days laid out: from inclusive, until exclusive
        self._low = self._high = 0  # the offsets at their beginning and end

    def spans_on(self, day: int) -> Spans:
        """The worked spans of a day: the union of the calendars'."""
        if len(self._calendars) == 1:
            return self._calendars[0].spans_on(day)
        return _merged(span for calendar in self._calendars for span in calendar.spans_on(day))

    def anchor(self, day: date) -> None:
        """Let offsets count from the beginning of `day`; once something has been looked up they stay as they are."""
        if not FIRST <= day <= LAST:
            raise OverflowError(day)
        if self._from == self._until:
            self._from = self._until = day.toordinal() - _EPOCH

    def offset(self, at: int) -> int:
        """Working minutes from the anchor to the clock value `at`."""
        if at < self._from * DAY or at > self._until * DAY:
            self._reach_clock(at)
        index = bisect_right(self._starts, at) - 1
        if index < 0:
            return self._low
        return self._before[index] + min(at, self._ends[index]) - self._starts[index]

    def starting(self, offset: int) -> int:
        """The clock at which the working minute after `offset` begins."""
        while offset < self._low:
            self._lay_out_before(self._from - _BLOCK)
        while offset >= self._high:
            self._lay_out_after(self._until + _BLOCK)
        index = bisect_right(self._before, offset) - 1
        return self._starts[index] + offset - self._before[index]

    def finishing(self, offset: int) -> int:
        """The clock at which the working minute before `offset` ends."""
        while offset <= self._low:
            self._lay_out_before(self._from - _BLOCK)
        while offset > self._high:
            self._lay_out_after(self._until + _BLOCK)
        index = bisect_left(self._before, offset) - 1
        return self._starts[index] + offset - self._before[index]

    def _reach_clock(self, at: int) -> None:
        if not 0 <= at <= _DAYS * DAY:
            raise OverflowError(at)
        if at < self._from * DAY:
            self._lay_out_before(at // DAY - _BLOCK)
        else:
            self._lay_out_after(at // DAY + _BLOCK)

    def _lay_out_after(self, until: int) -> None:
        """Lay out the days up to `until`, as far as there are any."""
        if self._until >= _DAYS:
            raise OverflowError(LAST)
        until = min(until, _DAYS)
        for day in range(self._until, until):
            for start, end in self.spans_on(day):
                self._starts.append(day * DAY + start)
                self._ends.append(day * DAY + end)
                self._before.append(self._high)
                self._high += end - start
        self._until = until

    def _lay_out_before(self, first: int) -> None:
        """Lay out the days from `first` on, as far as there are any."""
        if self._from <= 0:
            raise OverflowError(FIRST)
        first = max(first, 0)
        spans = [
            (day * DAY + start, day * DAY + end)
            for day in range(first, self._from)
            for start, end in self.spans_on(day)
        ]
        self._low -= sum(end - start for start, end in spans)
        before, count = [], self._low
        for start, end in spans:
            before.append(count)
            count += end - start
        self._starts[:0] = [start for start, _ in spans]
        self._ends[:0] = [end for _, end in spans]
        self._before[:0] = before
        self._from = first


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
    if not re.fullmatch("[A-Z]{2,3}", name):
        raise _unknown(name, ())
    return _country(name)


def _country(name: str) -> WorkCalendar:
    """A country's weekend, public holidays and worked weekend days, 2000-2050."""
    import warnings

    try:
        import holidays
    except ImportError:
        raise MissingExtra("holidays", Text(en=f"the calendar {name}", zh=f"日历 {name} ")) from None
    known: Mapping[str, object] = holidays.list_supported_countries()
    if name not in known:
        raise _unknown(name, known)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # some countries publish fewer years, and warn about the others
        days = holidays.country_holidays(name, years=range(2000, 2051))
    return WorkCalendar(
        name=name,
        weekly=tuple(() if weekday in days.weekend else OFFICE_HOURS for weekday in range(7)),
        days_off=frozenset(days),
        extra_work=frozenset(days.weekend_workdays),
        known_until=date(2050, 12, 31),
    )


def _unknown(name: str, countries: Iterable[str]) -> UsageError:
    known = (*countries, "CN", "weekdays")
    return UsageError(
        Text(en="there is no calendar {name}", zh="没有名为 {name} 的日历").format(name=name),
        did_you_mean(name, known),
    )
