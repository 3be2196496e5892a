"""The matrix of risks as a picture: colours that also read in grey, the ids of the risks in their cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape

from pmkit.domain.rating import BANDS, Band
from pmkit.kernel.text import Lang, Text
from pmkit.reports.charts import FONTS, svg_rect, svg_text

_LEFT, _TOP, _HIGH, _BELOW = 92, 30, 50, 56
_WIDTH = 640
COLOURS: dict[Band, str] = {"low": "#cfe8cf", "medium": "#fbe9a6", "high": "#f3b26b", "extreme": "#d9604f"}
_TITLE = Text("Matrix of probability and impact", "风险矩阵（概率—影响）")
_PROBABILITY, _IMPACT = Text("Probability", "概率"), Text("Impact", "影响程度")
_A_LINE = 3  # lines of ids in a cell


@dataclass(frozen=True, slots=True)
class HeatMap:
    """`levels`: the names from the lowest. `bands`, `risks`: by probability and impact the band, the ids in it."""

    levels: tuple[Text, ...]
    bands: Mapping[tuple[int, int], Band]
    risks: Mapping[tuple[int, int], tuple[str, ...]]

    def svg(self, lang: Lang) -> tuple[str, ...]:
        """One picture."""
        count = len(self.levels)
        height = _TOP + _HIGH * count + _BELOW
        box = f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}"'
        font = f'font-family="{FONTS}" font-size="10"'
        return (
            "\n".join(
                [
                    f'<svg xmlns="http://www.w3.org/2000/svg" class="matrix" role="img" {box} {font}>',
                    f"<title>{_TITLE.to(lang)}</title>",
                    f"<desc>{escape(self._description(lang))}</desc>",
                    f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
                    *self._cells(lang),
                    *self._axes(lang),
                    *self._legend(lang, height - 12),
                    "</svg>",
                ]
            ),
        )

    def _description(self, lang: Lang) -> str:
        """The cells in words, for who cannot see them."""
        cells = [f"{p} × {i}: {', '.join(ids)}" for (p, i), ids in sorted(self.risks.items(), reverse=True)]
        return ("；" if lang == "zh" else "; ").join(cells)

    def _cells(self, lang: Lang) -> Iterator[str]:
        count = len(self.levels)
        wide = (_WIDTH - _LEFT - 8) / count
        for probability in range(1, count + 1):
            for impact in range(1, count + 1):
                band = self.bands[probability, impact]
                x, y = _LEFT + wide * (impact - 1), _TOP + _HIGH * (count - probability)
                yield svg_rect(
                    x + 1, y + 1, wide - 2, _HIGH - 2, f'fill="{COLOURS[band]}" stroke="#777" stroke-width="0.6"'
                )
                word = f"{BANDS[band].to(lang)} {probability * impact}"
                yield svg_text(x + wide - 5, y + 12, word, 'text-anchor="end" font-size="8" fill="#444"')
                for number, line in enumerate(self._lines(probability, impact, wide)):
                    yield svg_text(x + 6, y + 25 + 12 * number, line, 'font-weight="bold" fill="#111"')

    def _lines(self, probability: int, impact: int, wide: float) -> list[str]:
        """The ids of a cell, as many on a line as have room; what does not fit is counted."""
        ids = self.risks.get((probability, impact), ())
        row = max(1, int((wide - 10) // 46))
        if len(ids) > row * _A_LINE:
            ids = (*ids[: row * _A_LINE - 1], f"+{len(ids) - row * _A_LINE + 1}")
        return [" ".join(ids[at : at + row]) for at in range(0, len(ids), row)]

    def _axes(self, lang: Lang) -> Iterator[str]:
        count = len(self.levels)
        wide = (_WIDTH - _LEFT - 8) / count
        bottom = _TOP + _HIGH * count
        yield svg_text(_LEFT - 8, _TOP - 10, _PROBABILITY.to(lang), 'text-anchor="end" font-weight="bold"')
        yield svg_text(_WIDTH - 8, bottom + 30, _IMPACT.to(lang), 'text-anchor="end" font-weight="bold"')
        for level, name in enumerate(self.levels, start=1):
            word = f"{level} {name.to(lang)}"
            y = _TOP + _HIGH * (count - level) + _HIGH / 2 + 4
            yield svg_text(_LEFT - 8, y, word, 'text-anchor="end"')
            yield svg_text(_LEFT + wide * (level - 0.5), bottom + 15, word, 'text-anchor="middle"')

    def _legend(self, lang: Lang, y: float) -> Iterator[str]:
        x = float(_LEFT)
        for band, name in BANDS.items():
            if band in self.bands.values():
                yield svg_rect(x, y - 9, 12, 10, f'fill="{COLOURS[band]}" stroke="#777" stroke-width="0.6"')
                yield svg_text(x + 16, y, name.to(lang), "")
                x += 70

    def mermaid(self, lang: Lang) -> str:
        """Mermaid's `quadrantChart`: the risks as points, those of one cell under one name."""
        count = len(self.levels)
        low, high = self.levels[0].to(lang), self.levels[-1].to(lang)
        lines = [
            "quadrantChart",
            f"    title {_TITLE.to(lang)}",
            f'    x-axis "{_IMPACT.to(lang)} {low}" --> "{high}"',
            f'    y-axis "{_PROBABILITY.to(lang)} {low}" --> "{high}"',
        ]
        for (probability, impact), ids in sorted(self.risks.items(), reverse=True):
            x, y = (impact - 0.5) / count, (probability - 0.5) / count
            lines.append(f'    "{" ".join(ids)}": [{x:.2f}, {y:.2f}]')
        return "\n".join(lines)
