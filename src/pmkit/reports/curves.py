"""Lines over time as SVG and as Mermaid: the S-curve of progress, drift from one status date to the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from itertools import pairwise

from pmkit.kernel.text import Lang, Text, display_width, shorten
from pmkit.reports.charts import FONTS, month_axis, quoted, svg_line, svg_rect, svg_text

_WIDTH, _HEIGHT = 720, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 16, 22, 44
COLOURS = ("#3c6ca8", "#b3261e", "#0b6e4f", "#8a5a00", "#6a3d9a", "#333333")
_MARKS = ("circle", "square", "diamond")


@dataclass(frozen=True, slots=True)
class Series:
    """A line: its name, and a value a day in order of days. `dashed`: what is only forecast."""

    name: Text
    points: tuple[tuple[date, float], ...]
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class TimeChart:
    """Lines over the same days. `unit` follows the numbers of the axis; `status_date` is drawn as a line.

    `floor`, `ceiling`: what the axis shows at least.
    """

    title: Text
    series: tuple[Series, ...]
    unit: Text
    status_date: date | None = None
    floor: float = 0
    ceiling: float = 1

    def svg(self, lang: Lang) -> tuple[str, ...]:
        """One picture."""
        return (_Drawing(self, lang).draw(),)

    def mermaid(self, lang: Lang) -> str:
        """Mermaid's `xychart-beta` with the days that all lines share."""
        days = sorted({day for series in self.series for day, _ in series.points})
        lines = ["xychart-beta", f"    title {quoted(self.title.to(lang))}"]
        shown = days[:: max(1, len(days) // 24)]
        lines.append("    x-axis [" + ", ".join(f'"{day:%m-%d}"' for day in shown) + "]")
        lines.append(f"    y-axis {quoted(self.unit.to(lang))}")
        for series in self.series:
            if series.points and series.points[0][0] <= shown[0]:  # a line there begins at the left edge or not at all
                values = [_at(series.points, day) for day in shown if day <= series.points[-1][0]]
                lines.append("    line [" + ", ".join(f"{round(value, 1):g}" for value in values) + "]")
        return "\n".join(lines)


def _at(points: tuple[tuple[date, float], ...], day: date) -> float:
    """The value of a line on a day between its ends."""
    for (before, low), (after, high) in pairwise(points):
        if before <= day <= after:
            return low + (high - low) * (day - before).days / max(1, (after - before).days)
    return points[-1][1]


class _Drawing:
    def __init__(self, chart: TimeChart, lang: Lang) -> None:
        self._chart, self._lang = chart, lang
        days = [day for series in chart.series for day, _ in series.points]
        days += [chart.status_date] if chart.status_date else []
        values = [value for series in chart.series for _, value in series.points] + [chart.floor, chart.ceiling]
        self._first, self._last = min(days), max([*days, min(days) + timedelta(days=7)])
        self._step = _step(max(values) - min(values))
        self._low = self._step * (min(values) // self._step)
        self._high = self._step * -(-max(values) // self._step)
        if self._high == self._low:
            self._high += self._step

    def draw(self) -> str:
        chart = self._chart
        legend = list(self._legend())
        height = _HEIGHT + 14 * (self._legend_rows - 1)
        box = f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}"'
        font = f'font-family="{FONTS}" font-size="10"'
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" class="curve" role="img" {box} {font}>',
                f"<title>{escape(chart.title.to(self._lang))}</title>",
                f"<desc>{escape(self._description())}</desc>",
                f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
                *self._values(),
                *self._days(),
                *self._status(),
                *(part for number in range(len(chart.series)) for part in self._line(number)),
                *legend,
                "</svg>",
            ]
        )

    def _description(self) -> str:
        """The last value of each line, for who cannot see them."""
        unit = self._chart.unit.to(self._lang)
        ends = [
            f"{s.name.to(self._lang)} {s.points[-1][0]} {s.points[-1][1]:g}{unit}"
            for s in self._chart.series
            if s.points
        ]
        return ("；" if self._lang == "zh" else "; ").join(ends)

    def _x(self, day: date) -> float:
        return _LEFT + (day - self._first).days * (_WIDTH - _LEFT - _RIGHT) / (self._last - self._first).days

    def _y(self, value: float) -> float:
        return _TOP + (self._high - value) * (_HEIGHT - _TOP - _BOTTOM) / (self._high - self._low)

    def _values(self) -> Iterator[str]:
        value = self._low
        while value <= self._high + self._step / 2:
            y = self._y(value)
            style = 'stroke="#555" stroke-width="1"' if not value else 'stroke="#e2e2df" stroke-width="0.6"'
            yield svg_line(_LEFT, y, _WIDTH - _RIGHT, y, style)
            yield svg_text(_LEFT - 5, y + 3.5, f"{value:g}", 'fill="#444" font-size="9.5" text-anchor="end"')
            value += self._step
        yield svg_text(4, 12, self._chart.unit.to(self._lang), 'fill="#444" font-size="9.5"')

    def _days(self) -> Iterator[str]:
        bottom = _HEIGHT - _BOTTOM
        yield svg_line(_LEFT, bottom, _WIDTH - _RIGHT, bottom, 'stroke="#555" stroke-width="0.8"')
        for x, name in month_axis(self._first, self._last, self._x, _WIDTH - _RIGHT, 9.5, self._lang):
            if x > _LEFT:
                yield svg_line(x, _TOP, x, bottom + 4, 'stroke="#cfcfcb" stroke-width="0.6"')
            if name:
                yield svg_text(x + 3, bottom + 15, name, 'fill="#444" font-size="9.5"')

    def _status(self) -> Iterator[str]:
        day = self._chart.status_date
        if day is None:
            return
        x = self._x(day)
        label = f"{Text('Status', '状态日期').to(self._lang)} {day:%m-%d}"
        anchor = "end" if x + display_width(label) * 5 > _WIDTH - _RIGHT else "start"
        yield svg_line(x, _TOP - 4, x, _HEIGHT - _BOTTOM, 'stroke="#0b6e4f" stroke-width="1.2"')
        yield svg_text(
            x + (-3 if anchor == "end" else 3), _TOP - 8, label, f'fill="#0b6e4f" font-size="9" text-anchor="{anchor}"'
        )

    def _line(self, number: int) -> Iterator[str]:
        series, colour = self._chart.series[number], COLOURS[number % len(COLOURS)]
        if not series.points:
            return
        path = " ".join(f"{self._x(day):.1f},{self._y(value):.1f}" for day, value in series.points)
        dash = ' stroke-dasharray="5 3"' if series.dashed else ""
        width = max(1.4, 3.4 - 0.6 * number) if len(self._chart.series) > 1 else 1.8  # a line under another one shows
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width:.1f}"{dash}/>'
        if len(series.points) <= 40 and not series.dashed:
            for day, value in series.points:
                yield _mark(number, self._x(day), self._y(value), colour)

    def _legend(self) -> Iterator[str]:
        x, y = float(_LEFT), _HEIGHT - 10
        self._legend_rows = 1
        for number, series in enumerate(self._chart.series):
            colour = COLOURS[number % len(COLOURS)]
            words = shorten(series.name.to(self._lang), 100)
            if x > _LEFT and x + 27 + display_width(words) * 5.4 > _WIDTH - 8:
                x, y = float(_LEFT), y + 14
                self._legend_rows += 1
            dash = ' stroke-dasharray="5 3"' if series.dashed else ""
            yield svg_line(x, y - 4, x + 22, y - 4, f'stroke="{colour}" stroke-width="1.8"{dash}')
            if not series.dashed:
                yield _mark(number, x + 11, y - 4, colour)
            yield svg_text(x + 27, y, words, 'fill="#333" font-size="9.5"')
            x += 27 + display_width(words) * 5.4 + 18


def _mark(number: int, x: float, y: float, colour: str) -> str:
    """Lines differ by their marks too, not by colour alone."""
    match _MARKS[number % len(_MARKS)]:
        case "circle":
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="{colour}"/>'
        case "square":
            return svg_rect(x - 2.4, y - 2.4, 4.8, 4.8, f'fill="{colour}"')
        case _:
            return f'<path d="M{x:.1f} {y - 3.4:.1f}l3.4 3.4l-3.4 3.4l-3.4 -3.4z" fill="{colour}"/>'


def _step(span: float) -> float:
    """A round distance of grid lines that gives four to eight of them."""
    size = 1.0
    while True:
        for step in (size, 2 * size, 5 * size):
            if span / step <= 8:
                return step
        size *= 10
