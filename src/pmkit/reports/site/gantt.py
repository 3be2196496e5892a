"""The plan on a time axis for the screen: everything in days from its first one, so that a page zooms by one number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from pmkit.kernel.text import Text
from pmkit.reports.charts import GanttChart, GanttRow
from pmkit.reports.views.plan import Line, PlanReport
from pmkit.reports.views.site import Band, Bar, Gantt, Tick

_DAY = timedelta(days=1)
_WEEKDAYS = tuple(
    Text(en, zh) for en, zh in zip(("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"), "一二三四五六日", strict=True)
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def gantt(plan: PlanReport) -> Gantt | None:
    """The chart of the plan's report; None for a plan without tasks."""
    chart = plan.gantt
    if chart is None:
        return None
    days = [
        day for row in chart.rows for day in (row.start, row.finish, row.baseline_start, row.baseline_finish) if day
    ]
    first, last = min(days), max(days)
    start = first - timedelta(days=first.weekday())
    end = last + timedelta(days=13 - last.weekday())  # the Sunday of the week after the last
    lines = {line.ref: line for phase in plan.phases for line in phase.lines}
    return Gantt(
        start=start,
        days=(end - start).days + 1,
        months=tuple(_months(start, end)),
        weeks=tuple(_weeks(start, end)),
        dates=tuple(_dates(start, end)),
        off=tuple(_off(chart, start, end)),
        status=_at(chart.status_date, start, end),
        today=_at(chart.as_of, start, end),
        status_date=chart.status_date,
        as_of=chart.as_of,
        phases=tuple(
            (name, tuple(_bar(row, lines[row.id], start) for row in rows if row.id in lines))
            for name, rows in groupby(chart.rows, key=lambda row: row.phase)
        ),
    )


def _at(day: date | None, start: date, end: date) -> int | None:
    """The end of a day on the axis."""
    return (day - start).days + 1 if day is not None and start <= day <= end else None


def _band(first: date, last: date, start: date) -> Band:
    return (first - start).days, (last - first).days + 1


def _bar(row: GanttRow, line: Line, start: date) -> Bar:
    was = None
    if row.baseline_start and row.baseline_finish:
        was = _band(row.baseline_finish if row.milestone else row.baseline_start, row.baseline_finish, start)
    return Bar(
        ref=row.id,
        name=row.name,
        owner=line.owner or "",
        start=row.start,
        finish=row.finish,
        percent=line.percent,
        critical=row.critical,
        milestone=row.milestone,
        band=_band(row.finish if row.milestone else row.start, row.finish, start),
        baseline=was,
        baseline_finish=row.baseline_finish,
        drift=line.drift,
    )


def _months(start: date, end: date) -> Iterator[Tick]:
    day = start
    while day <= end:
        following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        label = Text(f"{_MONTHS[day.month - 1]} {day.year}", f"{day.year}年{day.month}月")
        yield Tick(label, _band(day, min(end, following - _DAY), start))
        day = following


def _weeks(start: date, end: date) -> Iterator[Tick]:
    for number in range((end - start).days // 7 + 1):
        day = start + timedelta(weeks=number)
        yield Tick(Text.same(f"{day:%m-%d}"), (number * 7, 7))


def _dates(start: date, end: date) -> Iterator[Tick]:
    for number in range((end - start).days + 1):
        day = start + timedelta(days=number)
        name = _WEEKDAYS[day.weekday()]
        yield Tick(Text(f"{day.day} {name.en}", f"{day.day} {name.zh}"), (number, 1))


def _off(chart: GanttChart, start: date, end: date) -> Iterator[Band]:
    """Runs of days on which nobody works."""
    numbers = range((end - start).days + 1)
    for is_off, run in groupby(numbers, key=lambda n: chart.is_day_off(start + timedelta(days=n))):
        if is_off:
            days = list(run)
            yield days[0], len(days)
