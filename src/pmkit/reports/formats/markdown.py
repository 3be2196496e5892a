"""Plain Markdown as GitHub, GitLab and Typora show it, and the one escape that makes text of records inert in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pmkit.reports.formats.tokens import (
    Anchor,
    Block,
    Break,
    Cell,
    Code,
    Contents,
    Deleted,
    Emphasis,
    Gallery,
    Heading,
    Inline,
    Inserted,
    Lamp,
    Link,
    Listing,
    PageBreak,
    Paragraph,
    Picture,
    Quote,
    Rule,
    Small,
    Strong,
    Table,
    Verbatim,
    Words,
)

if TYPE_CHECKING:
    from pmkit.reports.document import Document
    from pmkit.reports.views.blocks import Photo

# A backslash becomes an entity: `\` right before a template's `|` would swallow the table's cell border.
_ALWAYS = str.maketrans({"\\": "&#92;"} | {sign: "\\" + sign for sign in "`*_[]<|#~$^&"})
_COLON = re.compile(r":(?=[:/]|[\w+-]+:|$)")
_WWW = re.compile(r"\b(www)\.", re.IGNORECASE)
# What would start a block at the beginning of a line, and what could close one begun by the text before.
_LEAD = re.compile(r"( ?)(?:(?=>|=|[-+](?:[- ]|$)|[.)](?: |$))|([0-9]{1,9})(?=[.)](?: |$)))")
_SPACES = re.compile(r"[ \t]+")
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def escape_markdown(text: str) -> str:
    r"""Markdown that shows `text` and nothing else, wherever inline text may stand; its line ends become `<br>`.

    >>> escape_markdown("1. **R&D** | <b>")
    '1\\. \\*\\*R\\&D\\*\\* \\| \\<b>'
    """
    return "<br>".join(_escape_line(line) for line in plain_lines(text))


def printable(text: str) -> str:
    """`text` with U+FFFD for what no document format can carry: control characters, halves of surrogate pairs."""
    return _UNPRINTABLE.sub("\ufffd", text)


def plain_lines(text: str) -> list[str]:
    """The printable lines of `text`; spaces and tabs are joined to one space, and of several lines empty ones go."""
    lines = [_SPACES.sub(" ", line) for line in printable(text).splitlines()]
    return lines if len(lines) < 2 else [line.strip(" ") for line in lines if line and not line.isspace()]


def _escape_line(line: str, *, may_start_block: bool = True) -> str:
    line = _COLON.sub(r"\\:", _SPACES.sub(" ", line).translate(_ALWAYS))
    line = _WWW.sub(r"\1\\.", line)
    if not may_start_block:
        return line
    return _LEAD.sub(lambda m: f"{m[1]}{m[2] or ''}\\", line, count=1) if _LEAD.match(line) else line


def write(document: Document) -> bytes:
    """The document as a Markdown file."""
    return printable(_text(document)).encode()


def _text(document: Document) -> str:
    """The document as plain Markdown: merged cells stand once, charts are Mermaid where Mermaid has them."""
    return "\n\n".join(_Writer(document).blocks(document.blocks)) + "\n"


def write_prose(blocks: Sequence[Block]) -> str:
    """Blocks without pictures as Markdown again, every piece of text escaped; headings become bold lines."""
    return "\n\n".join(_Writer(None).blocks(blocks))


class _Writer:
    def __init__(self, document: Document | None) -> None:
        self._document = document

    def blocks(self, blocks: Sequence[Block]) -> Iterator[str]:
        for block in blocks:
            text = self._block(block)
            if text:
                yield text

    def _block(self, block: Block) -> str:
        match block:
            case Paragraph(inside):
                return _inlines(inside)
            case Contents(headings):
                return "\n".join(f"{'  ' * (h.level - 2)}- {_inlines(h.inside)}" for h in headings)
            case Heading(level, inside):
                if self._document is None:
                    return f"**{_inlines(inside)}**"
                return f"{'#' * level} {_inlines(inside, may_start_block=False)}"  # `## 1. Scope` is no list
            case Listing():
                return self._listing(block)
            case Quote(inside):
                return _indent("\n\n".join(self.blocks(inside)), "> ")
            case Verbatim(text):
                fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
                return f"{fence}\n{text}\n{fence}"
            case Rule():
                return "---"
            case PageBreak():
                return ""
            case Table():
                return _table(block)
            case Small(place, inside):
                lines = "\n\n".join(self.blocks(inside))
                return f"---\n\n{lines}" if place == "foot" else lines
            case Picture():
                return self._picture(block)
            case Gallery(names):
                shown = [self._document.photo(name) for name in names] if self._document else []
                return "\n\n".join(f"{_photo(photo)}\n\n{escape_markdown(photo.caption)}" for photo in shown)

    def _listing(self, listing: Listing) -> str:
        items = []
        for at, item in enumerate(listing.items):
            mark = "- " if listing.start is None else f"{listing.start + at}. "
            text = ("\n" if listing.tight else "\n\n").join(self.blocks(item))
            items.append(mark + _indent(text, " " * len(mark)).removeprefix(" " * len(mark)))
        return ("\n" if listing.tight else "\n\n").join(items)

    def _picture(self, picture: Picture) -> str:
        from pmkit.reports.views.blocks import Photo

        document = self._document
        if document is None:
            return ""
        drawing = document.picture(picture.name)
        caption = "\n\n".join(self.blocks(picture.caption))
        if isinstance(drawing, Photo):
            return f"{_photo(drawing)}\n\n{caption}"
        return f"```mermaid\n{drawing.mermaid(document.lang)}\n```\n\n{caption}"


def _photo(photo: Photo) -> str:
    """The picture by its address: documents lie in `reports/` unless somebody says otherwise."""
    address = "".join(ch if ch.isalnum() or ch in "/._-" else _percent(ch) for ch in printable(photo.path))
    return f"![{escape_markdown(photo.caption)}](../{address})"


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())


def _table(table: Table) -> str:
    rows = [_row(row, table.columns) for row in table.rows]
    head = table.head or ()
    marks = {"left": ":--", "center": ":-:", "right": "--:", None: "---"}
    aligns = {cell.column: marks[cell.align] for cell in head}
    rule = "|" + "|".join(aligns.get(c, "---") for c in range(table.columns)) + "|"
    return "\n".join([_row(head, table.columns), rule, *rows])


def _row(cells: Sequence[Cell], columns: int) -> str:
    texts = {cell.column: _inlines(cell.inside).replace("\n", " ") for cell in cells}
    return "|" + "|".join(f" {texts[c]} " if texts.get(c) else " " for c in range(columns)) + "|"


def _inlines(inlines: Sequence[Inline], *, may_start_block: bool = True) -> str:
    return "".join(_inline(inline, may_start_block=may_start_block) for inline in inlines)


def _inline(inline: Inline, *, may_start_block: bool = True) -> str:
    match inline:
        case Words(text):
            # Not plain_lines: the spaces beside a neighbour in bold belong to the sentence.
            return _escape_line(text, may_start_block=may_start_block)
        case Break():
            return "<br>"
        case Anchor():
            return ""
        case Lamp():
            return "● "
        case Code(text):
            clean = "`" not in text and "|" not in text
            return f"`{text}`" if clean else _escape_line(text)
        case Inserted(inside):
            return f"<ins>{_inlines(inside)}</ins>"
        case Deleted(inside):
            return f"<del>{_inlines(inside)}</del>"
        case Strong(inside):
            return f"**{_inlines(inside)}**"
        case Emphasis(inside):
            return f"*{_inlines(inside)}*"
        case Link(address, inside) if address.startswith("#"):
            return _inlines(inside)
        case Link(address, inside):
            return f"[{_inlines(inside)}](<{address}>)"


def _indent(text: str, by: str) -> str:
    return "\n".join((by + line).rstrip() for line in text.split("\n"))
