"""How wide the columns of a table are on paper, where its template does not say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pmkit.kernel.text import display_width
from pmkit.reports.formats.tokens import (
    Anchor,
    Break,
    Code,
    Deleted,
    Emphasis,
    Inline,
    Inserted,
    Lamp,
    Link,
    Strong,
    Table,
    Words,
)

# All in cells of a terminal, half the width of a Chinese character.
_LINE = 100  # what a table's line takes on A4
_SHORT = 12  # a date, an id: never broken
_PADDING = 3
_LONGEST = 60  # from here on text wraps anyway


def shares(table: Table) -> list[float]:
    """Each column's share of the width, 1 in all: those of the template; else what is short has its width, and the
    rest is shared out by the longest text of each.
    """
    if table.widths:
        return [width / sum(table.widths) for width in table.widths]
    if table.style == "sign":
        return [1 / table.columns] * table.columns
    longest = [0] * table.columns
    for row in (table.head, *table.rows):
        for cell in row:
            if cell.columns == 1:
                longest[cell.column] = max(longest[cell.column], text_width(cell.inside))
    short = {column: width + _PADDING for column, width in enumerate(longest) if width <= _SHORT}
    rest = {column: min(width, _LONGEST) for column, width in enumerate(longest) if column not in short}
    left = max(_LINE - sum(short.values()), _SHORT * len(rest))
    widths = {**short, **{column: left * width / sum(rest.values()) for column, width in rest.items()}}
    return [widths[column] / sum(widths.values()) for column in range(table.columns)]


def text_width(inlines: Sequence[Inline]) -> int:
    """The cells that the longest line of the text takes."""
    return max(map(display_width, "".join(_texts(inlines)).split("\n")))


def _texts(inlines: Sequence[Inline]) -> Iterator[str]:
    for inline in inlines:
        match inline:
            case Words(text) | Code(text):
                yield text
            case Strong(inside) | Emphasis(inside) | Inserted(inside) | Deleted(inside) | Link(_, inside):
                yield from _texts(inside)
            case Anchor():
                pass
            case Lamp():
                yield "● "
            case Break():
                yield "\n"
