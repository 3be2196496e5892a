"""The Gantt chart, as SVG for people and paper and as Mermaid for Markdown pages. No clock, no font, no library."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from html import escape
from itertools import groupby
from typing import Protocol

from pmkit.kernel.text import Lang, Text, display_width, shorten
from pmkit.reports.labels import MONTHS

ONE_DAY = timedelta(days=1)
ROWS_A_PICTURE = 56  # tasks and phase headings; what stays legible on one A4 page
_WIDTH, _NAMES, _RIGHT = 720, 196, 44  # all lengths are SVG units, 1 unit = 1 CSS pixel = 0.25 mm on A4
_AXIS, _LEGEND = 48, 26
FONTS = "'Source Han Sans SC','Noto Sans CJK SC','Noto Sans SC','PingFang SC','Microsoft YaHei',sans-serif"
_BUFFER = 'stroke="#8a5a00" stroke-width="1" stroke-dasharray="3 2"'
_CELL = 0.56  # width of a half-width character, in em: wide enough for the fonts above


class Chart(Protocol):
    """What a document can show as a picture."""

    def svg(self, lang: Lang) -> tuple[str, ...]:
        """The chart as one or more SVG elements, each with its title and description."""

    def mermaid(self, lang: Lang) -> str:
        """The chart as Mermaid source, without the fence."""


def is_weekend(day: date) -> bool:
    """True on Saturday and Sunday."""
    return day.weekday() >= 5


@dataclass(frozen=True, slots=True)
class GanttRow:
    """A task or milestone. Both dates are inclusive; a milestone stands on its finish. `percent` is 0 to 100."""

    id: str
    name: str
    phase: str
    start: date
    finish: date
    baseline_start: date | None = None
    baseline_finish: date | None = None
    percent: float | Decimal = 0
    critical: bool = False
    milestone: bool = False
    buffer: bool = False


@dataclass(frozen=True, slots=True)
class GanttChart:
    """Rows in printing order, those of a phase together. `status_date` is drawn, as is `as_of` where it differs."""

    rows: tuple[GanttRow, ...]
    as_of: date
    status_date: date | None = None
    is_day_off: Callable[[date], bool] = field(default=is_weekend, compare=False)

    def svg(self, lang: Lang) -> tuple[str, ...]:
        """One picture for every `ROWS_A_PICTURE` rows; where they are several, each on the time axis of its own tasks,
        after one with the phases and milestones of the whole.
        """
        pages = list(_pages(self.rows))
        if len(pages) > 1:
            pages = [*_pages(tuple(self._overview(lang))), *pages]
        return tuple(
            _Drawing(self, lang, page, f" ({at}/{len(pages)})" if len(pages) > 1 else "").draw()
            for at, page in enumerate(pages, start=1)
        )

    def _overview(self, lang: Lang) -> Iterator[GanttRow]:
        """Each phase as one bar, and its milestones."""
        for phase, members in groupby(self.rows, key=lambda row: row.phase):
            rows = list(members)
            starts = [row.baseline_start for row in rows if row.baseline_start]
            finishes = [row.baseline_finish for row in rows if row.baseline_finish]
            work = {row.id: (row.finish - row.start).days + 1 for row in rows if not row.milestone}
            done = sum(work[row.id] * float(row.percent) for row in rows if row.id in work)
            yield GanttRow(
                "", phase, _WORDS["overview"].to(lang), min(r.finish if r.milestone else r.start for r in rows),
                max(r.finish for r in rows), min(starts, default=None), max(finishes, default=None),
                done / max(1, sum(work.values())), any(r.critical and r.percent < 100 for r in rows),
            )  # fmt: skip
            yield from (replace(row, phase=_WORDS["overview"].to(lang)) for row in rows if row.milestone)

    def mermaid(self, lang: Lang) -> str:
        """Mermaid's `gantt`: no baseline, the rest as tags."""
        lines = [
            "gantt",
            f"    title {_WORDS['title'].to(lang)}",
            "    dateFormat YYYY-MM-DD",
            "    axisFormat %m-%d",
            "    inclusiveEndDates",
            "    todayMarker off",  # it would draw the reader's today
        ]
        number = 0
        for phase, rows in groupby(self.rows, key=lambda row: row.phase):
            lines.append(f"    section {inert(phase)}")
            for row in rows:
                number += 1
                lines.append(f"    {_mermaid_task(row, number)}")
        return "\n".join(lines)


def _mermaid_task(row: GanttRow, number: int) -> str:
    started = 0 < row.percent < 100
    tags = [
        tag
        for tag, holds in (
            ("milestone", row.milestone),
            ("crit", row.critical),
            ("done", row.percent >= 100),
            ("active", started),
        )
        if holds
    ]
    dates = f"{row.finish}, 0d" if row.milestone else f"{row.start}, {row.finish}"
    # The id in front keeps names that begin like a keyword (`section`, `click`) or a date from being read as one.
    named = inert(f"{row.id} {row.name}")
    shown = named if re.match(r"[A-Z]+-[0-9]", named) else f"· {named}"
    return f"{shown} :{', '.join([*tags, f'r{number}', dates])}"


_MERMAID = str.maketrans(':;#%`<>{}"\\', "：；＃％＇＜＞｛｝＂＼")


def inert(name: str) -> str:
    """A name in which Mermaid finds no syntax: its signs become their full-width twins, lines join."""
    joined = " ".join(re.sub(r"[^\S ]|[\x00-\x1f\x7f]", " ", name).split())
    return joined.translate(_MERMAID) or "–"


_QUOTED = str.maketrans({code: twin for code, twin in _MERMAID.items() if chr(code) not in ":;%{}"})


def quoted(text: str) -> str:
    """A text in the quotes of Mermaid's `xychart`: what ends it or means something there goes, the rest stays."""
    joined = " ".join(re.sub(r"[^\S ]|[\x00-\x1f\x7f]", " ", text).split())
    return '"' + (re.sub("%%+", "%", joined).translate(_QUOTED) or "–") + '"'


_WORDS = {
    "title": Text("Gantt chart", "甘特图"),
    "status": Text("Status", "状态日期"),
    "as_of": Text("As of", "报告日期"),
    "forecast": Text("Forecast", "当前计划"),
    "done": Text("Done", "已完成"),
    "critical": Text("Critical", "关键任务"),
    "baseline": Text("Baseline", "进度基准"),
    "milestone": Text("Milestone", "里程碑"),
    "buffer": Text("Buffer", "缓冲"),
    "off": Text("Days off", "非工作日"),
    "overview": Text("Phases and milestones", "阶段与里程碑"),
}


def _pages(rows: Sequence[GanttRow]) -> Iterator[list[GanttRow | str]]:
    """Lines of pictures: a phase's name before its rows, again where a picture begins inside a phase."""
    page: list[GanttRow | str] = []
    for phase, members in groupby(rows, key=lambda row: row.phase):
        heads = True
        for row in members:
            if len(page) + 1 + heads > ROWS_A_PICTURE:
                yield page
                page, heads = [], True
            page += [phase, row] if heads else [row]
            heads = False
    if page:
        yield page


class _Drawing:
    """One picture: the geometry first, then each layer from back to front."""

    def __init__(self, chart: GanttChart, lang: Lang, lines: Sequence[GanttRow | str], suffix: str) -> None:
        self._chart, self._lang, self._lines = chart, lang, lines
        self._suffix = suffix
        days = [
            day
            for row in self._tasks()
            for day in (row.finish if row.milestone else row.start, row.finish, row.baseline_start, row.baseline_finish)
            if day is not None
        ]
        self._marks = self._vertical_lines()
        if len(chart.rows) > ROWS_A_PICTURE:
            self._marks = [mark for mark in self._marks if min(days) <= mark[0] <= max(days)]
        days += [day for day, _, _ in self._marks]
        self._first = min(days) - timedelta(days=min(days).weekday())
        self._last = max(days) + ONE_DAY
        self._day = (_WIDTH - _NAMES - _RIGHT) / ((self._last - self._first).days + 1)
        self._row = 20 if len(lines) <= 42 else 15
        self._size = 11 if self._row == 20 else 9.5
        self._bottom = _AXIS + self._row * len(lines)

    def draw(self) -> str:
        height = self._bottom + _LEGEND
        title = _WORDS["title"].to(self._lang) + self._suffix
        box = f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}"'
        font = f'font-family="{FONTS}" font-size="{self._size}"'
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" class="gantt" role="img" {box} {font}>',
                f"<title>{title}</title>",
                f"<desc>{escape(self._description())}</desc>",
                f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
                *self._days_off(),
                *self._axis(),
                *self._rows(),
                *self._mark_lines(),
                *self._legend(),
                "</svg>",
            ]
        )

    def _description(self) -> str:
        """The chart in words, for who cannot see it."""
        if self._lang == "zh":
            parts = [f"{r.name}：{r.start} 至 {r.finish}，完成 {float(r.percent):g}%" for r in self._tasks()]
            return "；".join(parts) + "。"
        return "; ".join(f"{r.name}: {r.start} to {r.finish}, {float(r.percent):g}% done" for r in self._tasks()) + "."

    def _tasks(self) -> Iterator[GanttRow]:
        return (line for line in self._lines if isinstance(line, GanttRow))

    def _x(self, day: date) -> float:
        """The left edge of a day."""
        return _NAMES + (day - self._first).days * self._day

    def _vertical_lines(self) -> list[tuple[date, Text, str]]:
        """Day, label and dash pattern of the status line and, where it is another day, the as-of line."""
        chart = self._chart
        status = [(chart.status_date, _WORDS["status"], "")] if chart.status_date else []
        other = [(chart.as_of, _WORDS["as_of"], "3 2")] if chart.as_of != chart.status_date else []
        return sorted([*status, *other], key=lambda mark: mark[0])

    def _days_off(self) -> Iterator[str]:
        """Weekends and holidays shaded, runs as one; left out where a day is too thin to see."""
        if self._day < 1.6:
            return
        days = [self._first + ONE_DAY * n for n in range((self._last - self._first).days + 1)]
        for off, run in groupby(days, key=self._chart.is_day_off):
            if off:
                days_off = list(run)
                yield svg_rect(
                    self._x(days_off[0]), _AXIS, self._day * len(days_off), self._bottom - _AXIS, 'fill="#f0f0ee"'
                )

    def _axis(self) -> Iterator[str]:
        """Months above, Mondays below; what would not fit is left out, never overprinted."""
        right = _WIDTH - _RIGHT
        for left, label in month_axis(self._first, self._last, self._x, right, 10, self._lang):
            yield svg_line(left, 16, left, self._bottom, 'stroke="#cfcfcb" stroke-width="0.6"')
            if label:
                yield svg_text(left + 4, 28, label, 'fill="#333" font-size="10"')
        step = next(weeks for weeks in (1, 2, 4, 8, 13, 26, 52, 104, 1040) if self._day * 7 * weeks >= 17)
        monday, end_of_last = self._first, right
        while monday <= self._last:
            if self._x(monday) + 12 <= end_of_last:
                yield svg_line(self._x(monday), 34, self._x(monday), 38, 'stroke="#888" stroke-width="0.6"')
                if step < 8:
                    yield svg_text(self._x(monday) + 2, 44, str(monday.day), 'fill="#666" font-size="8.5"')
            monday += timedelta(weeks=step)
        yield svg_line(0, _AXIS, _WIDTH, _AXIS, 'stroke="#555" stroke-width="0.8"')
        yield svg_line(0, self._bottom, _WIDTH, self._bottom, 'stroke="#555" stroke-width="0.8"')

    def _rows(self) -> Iterator[str]:
        for at, line in enumerate(self._lines):
            top = _AXIS + at * self._row
            if at:
                yield svg_line(0, top, _WIDTH, top, 'stroke="#e6e6e3" stroke-width="0.5"')
            if isinstance(line, str):
                yield from self._phase(line, top)
            else:
                yield from self._task(line, top)

    def _phase(self, phase: str, top: float) -> Iterator[str]:
        """A phase's name, and the bracket over all its tasks, also those on another picture."""
        members = [row for row in (*self._chart.rows, *self._tasks()) if row.phase == phase]
        left = max(_NAMES, self._x(min(row.finish if row.milestone else row.start for row in members)))
        right = min(_WIDTH - _RIGHT, self._x(max(row.finish for row in members) + ONE_DAY))
        middle = top + self._row / 2
        yield self._name(phase, 6, top, 'font-weight="bold" fill="#111"')
        tips = f"M{left:.1f} {middle + 4:.1f}V{middle - 1:.1f}H{right:.1f}V{middle + 4:.1f}"
        yield f'<path d="{tips}" fill="none" stroke="#333" stroke-width="2"/>'

    def _name(self, name: str, left: float, top: float, style: str) -> str:
        shown = shorten(" ".join(name.split()), int((_NAMES - left - 6) / (_CELL * self._size)))
        return svg_text(left, top + self._row / 2 + self._size * 0.36, shown, style)

    def _task(self, row: GanttRow, top: float) -> Iterator[str]:
        yield f"<g><title>{escape(f'{row.id} {row.name}')}</title>"
        yield self._name(row.name, 16, top, 'fill="#8c1a12"' if row.critical else 'fill="#222"')
        (left, right), shapes = self._milestone(row, top) if row.milestone else self._bar(row, top)
        yield from shapes
        yield self._date_label(row, top, left, right)
        yield "</g>"

    def _bar(self, row: GanttRow, top: float) -> tuple[tuple[float, float], list[str]]:
        """The bar's ends, and its parts: the baseline thin below, progress dark inside, critical outlined."""
        height, y = self._row * 0.45, top + self._row * 0.16
        left, right = self._x(row.start), self._x(row.finish + ONE_DAY)
        light, dark = ("#f3b9b2", "#b3261e") if row.critical else ("#b5cbe8", "#3c6ca8")
        outline = 'stroke="#5e0f09" stroke-width="1.4"' if row.critical else 'stroke="#3c6ca8" stroke-width="0.5"'
        if row.buffer:
            light, outline = "#fff6e0", _BUFFER
        parts = [svg_rect(left, y, right - left, height, f'fill="{light}" {outline}')]
        if row.percent > 0:
            done = (right - left) * min(float(row.percent), 100) / 100
            parts.append(svg_rect(left, y + height * 0.25, done, height * 0.5, f'fill="{dark}"'))
        if row.baseline_start and row.baseline_finish:
            from_, to = self._x(row.baseline_start), self._x(row.baseline_finish + ONE_DAY)
            parts.append(svg_rect(from_, top + self._row * 0.74, to - from_, self._row * 0.14, 'fill="#6f6f6b"'))
        return (left, right), parts

    def _milestone(self, row: GanttRow, top: float) -> tuple[tuple[float, float], list[str]]:
        """A diamond on the finish; the baseline a smaller empty one; filled when reached."""
        half, y = self._row * 0.32, top + self._row / 2
        x = self._x(row.finish) + self._day / 2
        colour = "#b3261e" if row.critical else "#222"
        parts = []
        if row.baseline_finish and row.baseline_finish != row.finish:
            base = self._x(row.baseline_finish) + self._day / 2
            parts.append(_diamond(base, y, half * 0.7, 'fill="#fff" stroke="#6f6f6b" stroke-width="1"'))
        fill = colour if row.percent >= 100 else "#fff" if not row.critical else "#f3b9b2"
        width = 1.8 if row.critical else 1.1
        parts.append(_diamond(x, y, half, f'fill="{fill}" stroke="{colour}" stroke-width="{width}"'))
        return (x - half, x + half), parts

    def _date_label(self, row: GanttRow, top: float, left: float, right: float) -> str:
        """The finish, right of the bar; `_RIGHT` keeps its room at the edge."""
        label = f"{row.finish:%m-%d}"
        base = top + self._row * (0.5 if row.milestone else 0.385) + 3
        beyond = row.baseline_finish if row.milestone else None
        if beyond and beyond > row.finish and self._x(beyond) - right < 40:
            return svg_text(left - 3, base, label, 'fill="#444" font-size="8.5" text-anchor="end"')
        return svg_text(right + 3, base, label, 'fill="#444" font-size="8.5"')

    def _mark_lines(self) -> Iterator[str]:
        """Status line and as-of line, with labels that turn away from each other."""
        for at, (day, words, dash) in enumerate(self._marks):
            x = self._x(day + ONE_DAY)
            yield svg_line(
                x, 12, x, self._bottom, f'stroke="#0b6e4f" stroke-width="1.3" stroke-dasharray="{dash or "none"}"'
            )
            label = f"{words.to(self._lang)} {day:%m-%d}"
            long = _length(label, 9)
            to_left = (at == 0 and len(self._marks) == 2) or x + long > _WIDTH
            to_left = to_left and x - long > 0
            anchor = "end" if to_left else "start"
            yield svg_text(
                x + (-3 if to_left else 3), 11, label, f'fill="#0b6e4f" font-size="9" text-anchor="{anchor}"'
            )

    def _legend(self) -> Iterator[str]:
        y = self._bottom + 16
        x = 6.0
        buffer = [("buffer", svg_rect(0, -7, 18, 8, f'fill="#fff6e0" {_BUFFER}'))]
        for key, sign in (
            ("forecast", svg_rect(0, -7, 18, 8, 'fill="#b5cbe8" stroke="#3c6ca8" stroke-width="0.5"')),
            ("done", svg_rect(0, -5, 18, 4, 'fill="#3c6ca8"')),
            ("critical", svg_rect(0, -7, 18, 8, 'fill="#f3b9b2" stroke="#5e0f09" stroke-width="1.4"')),
            ("baseline", svg_rect(0, -4, 18, 3, 'fill="#6f6f6b"')),
            ("milestone", _diamond(9, -3, 5.5, 'fill="#fff" stroke="#222" stroke-width="1.1"')),
            *(buffer if any(row.buffer for row in self._chart.rows) else []),
            ("off", svg_rect(0, -8, 18, 10, 'fill="#f0f0ee" stroke="#ddd" stroke-width="0.5"')),
        ):
            words = _WORDS[key].to(self._lang)
            label = svg_text(23, 0, words, 'font-size="9.5" fill="#333"')
            yield f'<g transform="translate({x:.1f} {y})">{sign}{label}</g>'
            x += 23 + _length(words, 9.5) + 18


def month_axis(
    first: date, last: date, place: Callable[[date], float], right: float, size: float, lang: Lang
) -> Iterator[tuple[float, str]]:
    """Where each month begins, with its name where there is room: every month, every second, third, ... one.

    The first name and those of a January tell the year. `place`: where a day is drawn, `right`: the end of the axis,
    `size`: of the letters.
    """
    month = (place(last) - place(first)) / max(1, (last - first).days) * 30.4
    shortest = _length("12月" if (last - first).days < 400 else "26年9月", size) + 6
    step = next((n for n in (1, 2, 3, 6, 12, 24, 60) if month * n >= shortest), 120)
    tells_year = True
    day = first
    while day <= last:
        following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        label, left = "", place(day)
        months = day.year * 12 + day.month - 1
        if months % step == 0 or (step == 1 and day == first):
            until = months + step
            end = date(min(until // 12, 9999), until % 12 + 1, 1)
            names = _month_names(day, lang, year=tells_year or day.month == 1)
            label = next((n for n in names if _length(n, size) + 6 <= min(place(end), right) - left), "")
            tells_year = tells_year and not label
        yield left, label
        day = following


def _month_names(day: date, lang: Lang, *, year: bool) -> list[str]:
    """What a month may be called, the longest first."""
    short = f"{day.month}月" if lang == "zh" else MONTHS[day.month - 1][:3]
    if not year:
        return [short]
    if lang == "zh":
        return [f"{day.year}年{day.month}月", f"{day.year}年", f"{day:%y}年"] if day.month == 1 else [
            f"{day.year}年{day.month}月", f"{day:%y}年{day.month}月", short]  # fmt: skip
    return [f"{short} {day.year}", str(day.year)] if day.month == 1 else [f"{short} {day.year}", short]


def _length(text: str, size: float) -> float:
    return display_width(text) * size * _CELL


def svg_rect(x: float, y: float, width: float, height: float, style: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" height="{height:.1f}" {style}/>'


def svg_line(x1: float, y1: float, x2: float, y2: float, style: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" {style}/>'


def _diamond(x: float, y: float, half: float, style: str) -> str:
    sides = f"l{half:.1f} {half:.1f}l{-half:.1f} {half:.1f}l{-half:.1f} {-half:.1f}z"
    return f'<path d="M{x:.1f} {y - half:.1f}{sides}" {style}/>'


def svg_text(x: float, y: float, text: str, style: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{escape(text, quote=False)}</text>'
