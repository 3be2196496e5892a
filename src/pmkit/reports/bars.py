"""Horizontal bars in groups, as SVG and as Mermaid: a group a line, a bar a series."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from pmkit.kernel.text import Lang, Text, display_width, shorten
from pmkit.reports.charts import FONTS, quoted, svg_line, svg_rect, svg_text

_WIDTH, _NAMES, _RIGHT, _TOP, _BOTTOM = 720, 110, 70, 24, 26
_BAR, _GAP = 9.0, 9.0
COLOURS = ("#b9c7dc", "#3c6ca8", "#8a5a00")


@dataclass(frozen=True, slots=True)
class BarChart:
    """Groups in printing order, each with a value a series. `unit` follows the numbers of the axis.

    Bars below zero are drawn at zero with their number: a bar to the left would stand in the names.
    """

    title: Text
    series: tuple[Text, ...]
    groups: tuple[tuple[Text, tuple[float, ...]], ...]
    unit: Text

    def svg(self, lang: Lang) -> tuple[str, ...]:
        """One picture."""
        tall = len(self.series) * _BAR + _GAP
        height = _TOP + len(self.groups) * tall + _BOTTOM
        box = f'viewBox="0 0 {_WIDTH} {height:.0f}" width="{_WIDTH}" height="{height:.0f}"'
        font = f'font-family="{FONTS}" font-size="10"'
        lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="bars" role="img" {box} {font}>',
            f"<title>{escape(self.title.to(lang))}</title>",
            f"<desc>{escape(self._description(lang))}</desc>",
            f'<rect width="{_WIDTH}" height="{height:.0f}" fill="#fff"/>',
            *self._axis(lang, height),
            *(part for number in range(len(self.groups)) for part in self._group(number, tall, lang)),
            *self._legend(lang, height),
            "</svg>",
        ]
        return ("\n".join(lines),)

    def mermaid(self, lang: Lang) -> str:
        """Mermaid's `xychart-beta`: the first series as bars, the others as lines."""
        lines = ["xychart-beta", f"    title {quoted(self.title.to(lang))}"]
        lines.append("    x-axis [" + ", ".join(quoted(name.to(lang)) for name, _ in self.groups) + "]")
        lines.append(f"    y-axis {quoted(self.unit.to(lang))}")
        for number in range(len(self.series)):
            values = ", ".join(f"{values[number]:g}" for _, values in self.groups)
            lines.append(f"    {'line' if number else 'bar'} [{values}]")
        return "\n".join(lines)

    def _description(self, lang: Lang) -> str:
        unit = self.unit.to(lang)
        said = [
            f"{name.to(lang)} " + " ".join(f"{s.to(lang)} {v:g}" for s, v in zip(self.series, values, strict=True))
            for name, values in self.groups
        ]
        return ("；" if lang == "zh" else "; ").join([*said, unit])

    @property
    def _step(self) -> float:
        """A round distance of grid lines that gives at most eight of them."""
        most = max([value for _, values in self.groups for value in values] + [1.0])
        size = 1.0
        while True:
            for step in (size, 2 * size, 5 * size):
                if most / step <= 8:
                    return step
            size *= 10

    @property
    def _most(self) -> float:
        most = max([value for _, values in self.groups for value in values] + [1.0])
        return self._step * -(-most // self._step)

    def _x(self, value: float) -> float:
        return _NAMES + max(0.0, value) * (_WIDTH - _NAMES - _RIGHT) / self._most

    def _axis(self, lang: Lang, height: float) -> Iterator[str]:
        value = 0.0
        while value <= self._most + self._step / 2:
            x = self._x(value)
            style = 'stroke="#555" stroke-width="1"' if not value else 'stroke="#e2e2df" stroke-width="0.6"'
            yield svg_line(x, _TOP - 4, x, height - _BOTTOM, style)
            yield svg_text(x, _TOP - 8, f"{value:,g}", 'fill="#444" font-size="9.5" text-anchor="middle"')
            value += self._step
        yield svg_text(6, _TOP - 8, self.unit.to(lang), 'fill="#444" font-size="9.5"')

    def _group(self, number: int, tall: float, lang: Lang) -> Iterator[str]:
        name, values = self.groups[number]
        top = _TOP + number * tall + _GAP / 2
        middle = top + len(values) * _BAR / 2 + 3.5
        style = 'text-anchor="end" font-size="10.5"'
        yield svg_text(_NAMES - 8, middle, shorten(name.to(lang), 18), style)
        for at, value in enumerate(values):
            y = top + at * _BAR
            yield svg_rect(_NAMES, y, self._x(value) - _NAMES, _BAR - 1.5, f'fill="{COLOURS[at % len(COLOURS)]}"')
            yield svg_text(self._x(value) + 4, y + _BAR - 2, f"{value:,g}", 'fill="#444" font-size="8.5"')

    def _legend(self, lang: Lang, height: float) -> Iterator[str]:
        x, y = float(_NAMES), height - 9
        for number, series in enumerate(self.series):
            words = series.to(lang)
            yield svg_rect(x, y - 8, 14, 8, f'fill="{COLOURS[number % len(COLOURS)]}"')
            yield svg_text(x + 19, y, words, 'fill="#333" font-size="9.5"')
            x += 19 + display_width(words) * 5.4 + 18
