"""Lines over time in characters: the S-curve, drift from one status date to the next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from pmkit.kernel.text import Lang, Text
from pmkit.output.tables import side_by_side

Points = Sequence[tuple[date, float]]
_ROWS, _MOST = 15, 96
_SIGNS = "*o+x#"  # one a line: they differ without colour


def curves_text(
    title: Text, lines: Sequence[tuple[Text, Points]], unit: str, lang: Lang, width: int, *, status: date | None = None
) -> str:
    """Values (up) over days (right), a sign for each line; where lines meet the last one shows. `|`: the status date.

    `lines`: their names, and their points in the order of days.
    """
    known = [point for _, points in lines for point in points]
    if not known:
        return ""
    first, last = min(day for day, _ in known), max(day for day, _ in known)
    values = [value for _, value in known] + [0.0]
    low, high = min(values), max([*values, min(values) + 1])
    columns = max(20, min(_MOST, width - 10))
    days = max(1, (last - first).days)

    def column(day: date) -> int:
        return round((day - first).days * (columns - 1) / days)

    def row(value: float) -> int:
        return round((high - value) * (_ROWS - 1) / (high - low))

    grid = [[" "] * columns for _ in range(_ROWS)]
    grid[row(0)] = ["."] * columns
    if status is not None and first <= status <= last:
        for cells in grid:
            cells[column(status)] = "|"
    for sign, (_, points) in zip(_SIGNS * len(lines), lines, strict=False):
        for (day, value), (following, then) in pairwise([*points, points[-1]] if points else []):
            begin, end = column(day), column(following)
            for at in range(begin, end + 1):
                part = (at - begin) / max(1, end - begin)
                grid[row(value + (then - value) * part)][at] = sign
    shown = [title.to(lang)]
    for number, cells in enumerate(grid):
        level = high - (high - low) * number / (_ROWS - 1)
        label = f"{level:.0f}{unit}" if number in {0, _ROWS // 2, _ROWS - 1} or number == row(0) else ""
        shown.append(f"{label:>7} |{''.join(cells)}".rstrip())
    shown.append(" " * 8 + "+" + "-" * columns)
    shown.append(" " * 9 + _axis(first, last, columns))
    named = [f"{sign} {name.to(lang)}" for sign, (name, _) in zip(_SIGNS * len(lines), lines, strict=False)]
    if status is not None:
        named.append(Text(en="| status date {day}", zh="| 状态日期 {day}").format(day=status).to(lang))
    return "\n".join([*shown, *side_by_side(named, width)]) + "\n"


def _axis(first: date, last: date, columns: int) -> str:
    """The days of the two ends and of what lies between them, as many as fit."""
    parts = max(1, columns // 24)
    line = ""
    for number in range(parts + 1):
        day = first + timedelta(days=round((last - first).days * number / parts))
        at = round((columns - 1) * number / parts)
        at = at if number < parts else columns - 10
        line = line.ljust(at) + day.isoformat() if len(line) < at or not number else line
    return line
