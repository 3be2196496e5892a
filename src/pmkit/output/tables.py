"""Tables for a terminal: columns that align Chinese, cut to the width there is."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence

from pmkit.kernel.text import display_width, pad, shorten

GAP = "  "


def terminal_width() -> int:
    """Cells a line may take: COLUMNS, the terminal's width, or 120 where output is no terminal."""
    if os.environ.get("COLUMNS", "").isdigit() or sys.stdout.isatty():
        return max(40, shutil.get_terminal_size((120, 24)).columns)
    return 120


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], width: int, right: Sequence[int] = ()) -> str:
    """Heads and rows, aligned; the widest column gives way where `width` is too small. `right`: columns of figures."""
    cells = [[one_line(cell) for cell in row] for row in (heads, *rows)]
    widths = [max(display_width(row[i]) for row in cells) for i in range(len(heads))]
    while sum(widths) + len(GAP) * (len(widths) - 1) > width and max(widths) > 8:
        widths[widths.index(max(widths))] -= 1
    lines = []
    for row in cells:
        shown = [
            pad(shorten(cell, w), w, right=i in right) for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append(GAP.join(shown).rstrip())
    return "\n".join(lines) + "\n"


def side_by_side(words: Sequence[str], width: int) -> list[str]:
    """Short texts beside each other, as many a line as fit."""
    lines = [""]
    for word in words:
        longer = f"{lines[-1]}   {word}" if lines[-1] else word
        if display_width(longer) > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def one_line(text: str) -> str:
    """Any text as one line that a terminal shows as it is."""
    return " ".join("".join(ch if ch.isprintable() else " " for ch in text).split())


def coloured() -> bool:
    """Colour is for terminals, and not where NO_COLOR is set (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
