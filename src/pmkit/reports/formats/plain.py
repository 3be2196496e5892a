"""A document as lines of text, for the part of a mail that shows no markup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pmkit.reports.formats.markdown import printable
from pmkit.reports.formats.tokens import (
    Anchor,
    Block,
    Break,
    Code,
    Heading,
    Inline,
    Lamp,
    Listing,
    Paragraph,
    Quote,
    Rule,
    Small,
    Table,
    Verbatim,
    Words,
)

if TYPE_CHECKING:
    from pmkit.reports.document import Document


def write(document: Document) -> bytes:
    """The document as text; of a form each row is a line, its label before a colon."""
    paragraphs = (text for block in document.blocks for text in _block(block, document.lang) if text)
    return printable("\n\n".join(paragraphs) + "\n").encode()


def _block(block: Block, lang: str) -> Iterator[str]:
    match block:
        case Paragraph(inside) | Heading(_, inside):
            yield words(inside)
        case Listing(items=items):
            yield "\n".join("- " + " ".join(t for b in item for t in _block(b, lang)) for item in items)
        case Quote(blocks):
            yield "\n".join(f"> {line}" for b in blocks for t in _block(b, lang) for line in t.splitlines())
        case Small(_, blocks):
            yield from (text for b in blocks for text in _block(b, lang))
        case Verbatim(text):
            yield text
        case Rule():
            yield "-" * 24
        case Table(head=head, rows=rows):
            colon = "：" if lang == "zh" else ": "
            lines = [colon.join(filter(None, (words(cell.inside) for cell in row))) for row in (head, *rows)]
            yield "\n".join(line for line in lines if line)


def words(inlines: Sequence[Inline]) -> str:
    """The words of a piece of text, without its markup."""
    found = []
    for inline in inlines:
        match inline:
            case Words(text) | Code(text):
                found.append(text)
            case Break():
                found.append("\n")
            case Anchor():
                pass
            case Lamp():
                found.append("●")
            case _:
                found.append(words(inline.inside))
    return "".join(found)
