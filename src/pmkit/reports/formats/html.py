"""One HTML file that needs no other: styles and charts inline, photos as data, nothing asked of any server."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from pmkit.reports.formats.breaks import LONG, UNBROKEN
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
)
from pmkit.reports.formats.typeset import ending_of
from pmkit.reports.views.blocks import Photo

if TYPE_CHECKING:
    from pmkit.reports.document import Document

_MEDIA = {"jpg": "jpeg", "png": "png", "gif": "gif", "webp": "webp"}
# The browser enforces what this module promises: no script, no request.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def write(document: Document) -> bytes:
    """The document as an HTML file."""
    return printable(_page(document)).encode()


def _page(document: Document) -> str:
    """The document as a page for screen, phone and A4 paper."""
    lang = "zh-CN" if document.lang == "zh" else "en"
    body = _blocks(document.blocks, document)
    wide = any(isinstance(block, Table) and block.style == "register" for block in document.blocks)
    style = document.style.strip().replace("</", "<\\/")  # a stylesheet cannot end its element
    return f"""<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<title>{escape(document.title)}</title>
<style>
{style}
{_page_margin(document)}{_LANDSCAPE if wide else ""}
</style>
</head>
<body>
<main{' class="wide"' if wide else ""}>
{body}
</main>
</body>
</html>
"""


_LANDSCAPE = "\n@page { size: A4 landscape; margin: 14mm 12mm 15mm; }"


def _page_margin(document: Document) -> str:
    """What browsers print below every page: the document's foot, and 第x页 共y页."""
    page = (
        '"第 " counter(page) " 页 共 " counter(pages) " 页"'
        if document.lang == "zh"
        else '"Page " counter(page) " of " counter(pages)'
    )
    foot = _css_string(document.foot)
    return f"@page {{ @bottom-left {{ content: {foot}; }} @bottom-right {{ content: {page}; }} }}"


def _css_string(text: str) -> str:
    """A CSS string that says `text`; whatever could end it, or the style element, is written by its code."""
    safe = "".join(ch if ch.isalnum() or ch in " .-·" else f"\\{ord(ch):x} " for ch in text)
    return f'"{safe}"'


def _blocks(blocks: Sequence[Block], document: Document) -> str:
    return "\n".join(_block(block, document) for block in blocks)


def _block(block: Block, document: Document) -> str:
    match block:
        case Paragraph(inside):
            return f"<p>{_inlines(inside)}</p>"
        case Heading(level, inside, anchor):
            place = f' id="{anchor}"' if anchor else ""
            return f"<h{level}{place}>{_inlines(inside)}</h{level}>"
        case Contents(headings):
            lines = (f'<p class="l{h.level}"><a href="#{h.anchor}">{_inlines(h.inside)}</a></p>' for h in headings)
            return '<nav class="contents">\n' + "\n".join(lines) + "\n</nav>"
        case Listing():
            return _listing(block, document)
        case Quote(inside):
            return f"<blockquote>\n{_blocks(inside, document)}\n</blockquote>"
        case Verbatim(text):
            return f"<pre><code>{escape(text)}</code></pre>"
        case Rule():
            return "<hr>"
        case PageBreak():
            return '<div class="page-break"></div>'
        case Table():
            return _table(block)
        case Small("foot", inside):
            return f"<footer>\n{_blocks(inside, document)}\n</footer>"
        case Small(_, inside):
            return f'<div class="note">\n{_blocks(inside, document)}\n</div>'
        case Picture():
            return _picture(block, document)
        case Gallery(names):
            return '<div class="photos">\n' + "\n".join(_photo(document.photo(name)) for name in names) + "\n</div>"


def _listing(listing: Listing, document: Document) -> str:
    items = []
    for item in listing.items:
        plain = listing.tight and len(item) == 1 and isinstance(item[0], Paragraph)
        inside = _inlines(item[0].inside) if plain else _blocks(item, document)  # type: ignore[union-attr]  # plain: a Paragraph
        items.append(f"<li>{inside}</li>")
    if listing.start is None:
        return "<ul>\n" + "\n".join(items) + "\n</ul>"
    start = "" if listing.start == 1 else f' start="{listing.start}"'
    return f"<ol{start}>\n" + "\n".join(items) + "\n</ol>"


def _picture(picture: Picture, document: Document) -> str:
    drawing = document.picture(picture.name)
    caption = _blocks(picture.caption, document)
    if isinstance(drawing, Photo):
        drawn = _image(drawing)
    else:
        drawn = "\n".join(f'<div class="scroll" tabindex="0">{svg}</div>' for svg in drawing.svg(document.lang))
    return f"<figure>\n{drawn}\n<figcaption>{caption}</figcaption>\n</figure>"


def _image(photo: Photo) -> str:
    data = base64.b64encode(photo.content).decode()
    return f'<img src="data:image/{_MEDIA[ending_of(photo)]};base64,{data}" alt="{escape(photo.caption)}">'


def _photo(photo: Photo) -> str:
    return f"<figure>\n{_image(photo)}\n<figcaption>{_words(photo.caption)}</figcaption>\n</figure>"


def _table(table: Table) -> str:
    parts = [f'<div class="scroll" tabindex="0"><table class="{table.style}">']
    if table.widths:
        parts.append("<colgroup>" + "".join(f'<col style="width:{w}%">' for w in table.widths) + "</colgroup>")
    if table.head:
        cells = "".join(f'<th scope="col"{_align(cell)}>{_inlines(cell.inside)}</th>' for cell in table.head)
        parts.append(f"<thead><tr>{cells}</tr></thead>")
    parts.append("<tbody>")
    parts.extend(_row(row, table) for row in table.rows)
    parts.append("</tbody></table></div>")
    return "\n".join(parts)


def _row(row: Sequence[Cell], table: Table) -> str:
    blank = all(cell.is_empty for cell in row)
    start = '<tr class="room">' if table.style == "sign" and blank else "<tr>"
    return start + "".join(_cell(cell, table) for cell in row) + "</tr>"


def _cell(cell: Cell, table: Table) -> str:
    spans = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    spans += f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    if cell.is_label:
        banner = ' class="banner"' if cell.columns == table.columns else ' scope="row"'
        return f"<th{banner}{spans}>{_inlines(cell.inside[0].inside)}</th>"  # type: ignore[union-attr]  # a label is Strong
    return f"<td{spans}{_align(cell)}>{_inlines(cell.inside)}</td>"


def _align(cell: Cell) -> str:
    return f' style="text-align:{cell.align}"' if cell.align else ""


def _inlines(inlines: Sequence[Inline]) -> str:
    return "".join(map(_inline, inlines))


def _words(text: str) -> str:
    joined = escape(LONG.sub("\\g<0>\0", text), quote=False)  # the parser leaves no NUL in text
    return UNBROKEN.sub(r'<span class="nb">\g<0></span>', joined).replace("\0", "<wbr>")


def _inline(inline: Inline) -> str:
    match inline:
        case Words(text):
            return _words(text)
        case Break():
            return "<br>"
        case Anchor(name):
            return f'<span id="{escape(name)}"></span>'
        case Lamp(colour):
            return f'<span class="lamp {colour}" aria-hidden="true">●</span> '
        case Code(text):
            return f"<code>{escape(text, quote=False)}</code>"
        case Inserted(inside):
            return f"<ins>{_inlines(inside)}</ins>"
        case Deleted(inside):
            return f"<del>{_inlines(inside)}</del>"
        case Strong(inside):
            return f"<strong>{_inlines(inside)}</strong>"
        case Emphasis(inside):
            return f"<em>{_inlines(inside)}</em>"
        case Link(address, inside):
            # markdown-it lets only schemes through that run nothing; relative ones would lead nowhere in a mailed file.
            if re.fullmatch(r"#[A-Za-z][\w.-]*", address, re.ASCII):
                return f'<a class="ref" href="{address}">{_inlines(inside)}</a>'
            if not re.match(r"(https?|mailto):", address):
                return _inlines(inside)
            return f'<a href="{escape(address)}" rel="noreferrer">{_inlines(inside)}</a>'
