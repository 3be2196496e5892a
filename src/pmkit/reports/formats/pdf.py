"""PDF: the tree as data for one Typst program, `templates/house.typ`."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from pmkit.reports.formats.breaks import pieces
from pmkit.reports.formats.markdown import printable
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
    beyond_margin,
)
from pmkit.reports.formats.typeset import Undrawable, drawn, ending_of, fonts_for, typeset
from pmkit.reports.formats.widths import shares, text_width
from pmkit.reports.templates import read_packaged
from pmkit.reports.views.blocks import Photo

if TYPE_CHECKING:
    from pmkit.reports.document import Document

_PROGRAM = "house.typ"
_ROOM = 25  # mm for hand and seal
_ROWS_TOGETHER = 12  # a form of so few rows stays on one page
_LONG_CELL = 600  # cells of a terminal from which a cell may go on over the page


def write(document: Document) -> bytes:
    """The document as a PDF: tagged, with bookmarks, its fonts inside; dated with the day of its data."""
    return _set(document, "pdf")[0]


def pages(document: Document) -> list[bytes]:
    """A picture of each page of the PDF, as PNG."""
    return _set(document, "png")


def _set(document: Document, form: Literal["pdf", "png"]) -> list[bytes]:
    writer = _Writer(document)
    body = writer.blocks(beyond_margin(document.blocks, document.foot))
    data = {
        "title": printable(document.title),
        "lang": document.lang,
        "foot": printable(document.foot),
        "wide": any(isinstance(block, Table) and block.style == "register" for block in document.blocks),
        "blocks": body,
    }
    text = json.dumps(data, ensure_ascii=False)
    data["fonts"] = fonts_for(text, chinese=document.lang == "zh")
    files = {**writer.files, "document.json": json.dumps(data, ensure_ascii=False).encode()}
    try:
        return typeset(files, read_packaged(_PROGRAM), form, document.day)
    except Undrawable:
        for photo in document.pictures.values():
            if isinstance(photo, Photo):
                drawn(photo.content, ending_of(photo), photo.path)  # raises for the one that it is
        raise


class _Writer:
    """Turns the tree into the plain data that the program walks; `files` are its pictures."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.files: dict[str, bytes] = {}

    def blocks(self, blocks: Sequence[Block]) -> list[dict[str, Any]]:
        return [self._block(block) for block in blocks]

    def _block(self, block: Block) -> dict[str, Any]:
        match block:
            case Paragraph(inside):
                return {"kind": "paragraph", "inside": _inlines(inside)}
            case Heading(level, inside):
                return {"kind": "heading", "level": level, "inside": _inlines(inside)}
            case Contents():
                return {"kind": "contents"}
            case Listing(start, items, tight):
                return {"kind": "list", "start": start, "tight": tight, "items": [self.blocks(i) for i in items]}
            case Quote(inside):
                return {"kind": "quote", "blocks": self.blocks(inside)}
            case Verbatim(text):
                return {"kind": "verbatim", "text": printable(text)}
            case Rule():
                return {"kind": "rule"}
            case PageBreak():
                return {"kind": "pagebreak"}
            case Table():
                return _table(block)
            case Small(_, inside):
                return {"kind": "small", "blocks": self.blocks(inside)}
            case Picture():
                return self._picture(block)
            case Gallery(names):
                return {"kind": "photos", "photos": [self._photo(self._document.photo(name)) for name in names]}

    def _photo(self, photo: Photo) -> dict[str, Any]:
        name = f"{len(self.files)}.{ending_of(photo)}"
        self.files[name] = photo.content
        return {"file": name, "caption": _inlines([Words(photo.caption)]), "alt": printable(photo.caption)}

    def _picture(self, picture: Picture) -> dict[str, Any]:
        drawing = self._document.picture(picture.name)
        number = len(self.files)
        if isinstance(drawing, Photo):
            names, alt = [f"{number}.{ending_of(drawing)}"], drawing.caption
            self.files[names[0]] = drawing.content
        else:
            pages = drawing.svg(self._document.lang)
            names, alt = [f"{number + at}.svg" for at in range(len(pages))], ""
            self.files |= {name: printable(svg).encode() for name, svg in zip(names, pages, strict=True)}
        return {
            "kind": "picture",
            "photo": isinstance(drawing, Photo),
            "files": names,
            "alt": printable(alt),
            "caption": self.blocks(picture.caption),
        }


def _table(table: Table) -> dict[str, Any]:
    heights: list[int | None] = [None] * bool(table.head)
    for row in table.rows:
        blank = all(cell.is_empty for cell in row)
        heights.append(_ROOM if table.style == "sign" and blank else None)
    return {
        "kind": "table",
        "style": table.style,
        "widths": shares(table),
        "heights": heights,
        "whole": table.style == "sign" or (table.style == "form" and len(table.rows) <= _ROWS_TOGETHER),
        "head": [_cell(cell, table) for cell in table.head],
        "rows": [[_cell(cell, table) for cell in row] for row in table.rows],
    }


def _cell(cell: Cell, table: Table) -> dict[str, Any]:
    inside = cell.inside[0].inside if cell.is_label and isinstance(cell.inside[0], Strong) else cell.inside
    return {
        "inside": _inlines(inside),
        "label": cell.is_label,
        "banner": cell.is_label and cell.columns == table.columns,
        "align": cell.align,
        "columns": cell.columns,
        "rows": cell.rows,
        "long": text_width(cell.inside) > _LONG_CELL,
        "blank": cell.is_empty and table.style == "form",
    }


def _inlines(inlines: Sequence[Inline]) -> list[Any]:
    """Text as it is; what is more than text as a list: its name, then what it holds."""
    found: list[Any] = []
    for inline in inlines:
        match inline:
            case Words(text):
                found += (["box", piece] if whole else piece for piece, whole in pieces(printable(text)))
            case Break():
                found.append(["break"])
            case Anchor(name):
                found.append(["at", name])
            case Lamp(colour):
                found.append(["lamp", colour])
            case Code(text):
                found.append(["code", printable(text)])
            case Strong(inside):
                found.append(["strong", _inlines(inside)])
            case Emphasis(inside):
                found.append(["emph", _inlines(inside)])
            case Inserted(inside):
                found.append(["ins", _inlines(inside)])
            case Deleted(inside):
                found.append(["del", _inlines(inside)])
            case Link(address, inside) if re.match(r"(https?|mailto):", address):
                found.append(["link", address, _inlines(inside)])
            case Link(address, inside) if re.fullmatch(r"#[A-Za-z][\w.-]*", address, re.ASCII):
                found.append(["ref", address.removeprefix("#"), _inlines(inside)])
            case Link(_, inside):
                found += _inlines(inside)
    return found
