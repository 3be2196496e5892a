"""Markdown with container directives, read once into the tree that every writer walks.

Beyond CommonMark and tables the source knows

    :::form 14 36 14 36      a bordered form; numbers are column widths in percent; a cell in bold alone is a label
    :::register 4 8 40 48    a wide table that asks for landscape pages; its last row may be totals, all in bold
    :::sign                  signature boxes, a column a party; a row of empty cells is the room for hand and seal
    :::picture NAME          a chart or photo of the view, its caption inside
    :::photos NAME NAME ...  photos of the view, two beside each other, their own captions below
    :::note / :::foot        small print / the foot of the last page
    :::contents              the table of contents: headings of the second and third level
    :::pagebreak

(each closed by `:::`), in forms the cells `<` and `^`, which continue the cell to their left or above, and in text
`<br>`, `<ins>`, `<del>`, the lamps `<green>`, `<amber>`, `<red>` and `<at:REQ-001>`, a place that `[...](#REQ-001)`
leads to. Text of records cannot forge any of it:
`escape_markdown` makes it text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from pmkit.kernel.errors import BadWorkspace
from pmkit.kernel.text import Text, did_you_mean, display_width

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.tree import SyntaxTreeNode

LEFT, UP = "<", "^"
DIRECTIVES = ("form", "register", "sign", "picture", "photos", "note", "foot", "contents", "pagebreak")
_TAG = re.compile(r"<(br|green|amber|red|/?ins|/?del|at:[A-Za-z][\w.-]*)>", re.ASCII)


@dataclass(frozen=True, slots=True)
class Words:
    text: str


@dataclass(frozen=True, slots=True)
class Code:
    text: str


@dataclass(frozen=True, slots=True)
class Break:
    """A new line inside a paragraph or cell."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place that links of the same document lead to."""

    name: str


@dataclass(frozen=True, slots=True)
class Lamp:
    """The sign before a word of health; the word says it too, for prints are black and white."""

    colour: Literal["green", "amber", "red"]


@dataclass(frozen=True, slots=True)
class Strong:
    inside: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Emphasis:
    inside: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Link:
    address: str
    inside: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Inserted:
    """Text that came: underlined, so that a print in black and white shows it."""

    inside: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Deleted:
    """Text that is gone: struck out."""

    inside: tuple[Inline, ...]


Inline = Words | Code | Break | Anchor | Lamp | Strong | Emphasis | Link | Inserted | Deleted


@dataclass(frozen=True, slots=True)
class Paragraph:
    inside: tuple[Inline, ...]

    @property
    def text(self) -> str:
        """The words of it, where it is nothing but words."""
        return "".join(inline.text if isinstance(inline, Words) else "\0" for inline in self.inside)


@dataclass(frozen=True, slots=True)
class Heading:
    """`anchor`: what the table of contents links to, where the document has one."""

    level: int
    inside: tuple[Inline, ...]
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list; `start` is the first number of an ordered one."""

    start: int | None
    items: tuple[tuple[Block, ...], ...]
    tight: bool


@dataclass(frozen=True, slots=True)
class Quote:
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Verbatim:
    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    pass


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell at `column`, over `columns` and `rows` of the grid. `is_label`: in a form, words of the form itself."""

    inside: tuple[Inline, ...]
    column: int
    align: Literal["left", "center", "right"] | None = None
    is_label: bool = False
    columns: int = 1
    rows: int = 1

    @property
    def is_empty(self) -> bool:
        return not self.inside


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; a merged cell stands once, at its upper left. `widths`: percent a column, or empty."""

    style: Literal["list", "form", "register", "sign"]
    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    columns: int
    widths: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    name: str
    caption: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Gallery:
    """Photos, two a row, each with its own caption."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Small:
    """Small print: a note, or the foot of the document."""

    place: Literal["note", "foot"]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class PageBreak:
    pass


@dataclass(frozen=True, slots=True)
class Contents:
    """The table of contents; `headings` are those of the whole document."""

    headings: tuple[Heading, ...] = ()


Block = (
    Paragraph | Heading | Listing | Quote | Verbatim | Rule | Table | Picture | Gallery | Small | PageBreak | Contents
)


def beyond_margin(blocks: Sequence[Block], margin: str) -> list[Block]:
    """The blocks without what stands in the margin of every page: of a foot that says no more, nothing is left."""
    found: list[Block] = []
    for block in blocks:
        if isinstance(block, Small) and block.place == "foot":
            more = tuple(b for b in block.blocks if not (isinstance(b, Paragraph) and b.text == margin))
            found += [Small("foot", more)] if more else []
        else:
            found.append(block)
    return found


_LISTED = (2, 3)  # levels of headings that a table of contents names


def parse(source: str) -> tuple[Block, ...]:
    """The tree of a document. Raises BadWorkspace for a directive or merge that the template got wrong."""
    blocks = _read(_template_parser(), source)
    return _with_contents(blocks) if any(isinstance(block, Contents) for block in blocks) else blocks


def _with_contents(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks with anchors at the headings, and with the table of contents filled."""
    found: list[Block] = []
    headings: list[Heading] = []
    for block in blocks:
        if isinstance(block, Heading) and block.level in _LISTED:
            headings.append(Heading(block.level, block.inside, f"s{len(headings) + 1}"))
            found.append(headings[-1])
        else:
            found.append(block)
    return tuple(Contents(tuple(headings)) if isinstance(block, Contents) else block for block in found)


def parse_prose(text: str) -> tuple[Block, ...]:
    """The tree of text that a record's author wrote as Markdown: no directives, merges, pictures or tags."""
    return _read(_prose_parser(), text)


def _read(parser: MarkdownIt, source: str) -> tuple[Block, ...]:
    from markdown_it.tree import SyntaxTreeNode

    return tuple(_blocks(SyntaxTreeNode(parser.parse(source))))


@lru_cache(maxsize=1)
def _prose_parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


@lru_cache(maxsize=1)
def _template_parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.container import container_plugin

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    container_plugin(parser, "directive", validate=lambda params, _markup: bool(params.strip()))
    parser.inline.ruler.before("autolink", "tag", _tag)
    return parser


def _tag(state: StateInline, silent: bool) -> bool:
    match = _TAG.match(state.src, state.pos)
    if not match:
        return False
    name = match[1]
    if name.endswith(("ins", "del")):
        return _mark(state, name, match.end(), silent)
    if not silent:
        state.push("tag", "", 0).content = name
    state.pos = match.end()
    return True


def _mark(state: StateInline, name: str, end: int, silent: bool) -> bool:
    """`<ins>` or `<del>` and its end; one without the other is text."""
    opened = state.env.setdefault("marks", [])
    plain = name.lstrip("/")
    if name == plain and f"</{plain}>" not in state.src[end:]:
        return False
    if name != plain and (not opened or opened[-1] != plain):
        return False
    if not silent:
        if name == plain:
            opened.append(plain)
            state.push(f"{plain}_open", plain, 1)
        else:
            opened.pop()
            state.push(f"{plain}_close", plain, -1)
    state.pos = end
    return True


def _blocks(parent: SyntaxTreeNode) -> Iterator[Block]:
    for node in parent.children:
        match node.type:
            case "paragraph":
                yield Paragraph(_inline(node))
            case "heading":
                yield Heading(int(node.tag[1]), _inline(node))
            case "bullet_list" | "ordered_list":
                yield _listing(node)
            case "blockquote":
                yield Quote(tuple(_blocks(node)))
            case "fence" | "code_block":
                yield Verbatim(node.content.rstrip("\n"))
            case "hr":
                yield Rule()
            case "table":
                yield _table(node, "list", ())
            case "container_directive":
                yield from _directive(node)
            case other:  # pragma: no cover - the parser's rules are chosen above
                raise AssertionError(other)


def _listing(node: SyntaxTreeNode) -> Listing:
    start = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
    tight = all(block.hidden for item in node.children for block in item.children if block.type == "paragraph")
    return Listing(start, tuple(tuple(_blocks(item)) for item in node.children), tight)


def _directive(node: SyntaxTreeNode) -> Iterator[Block]:
    name, *arguments = node.info.split()
    match name:
        case "form" | "register" | "sign":
            # A blank line inside a table ends it, and what follows would be lost without a word.
            if [child.type for child in node.children] != ["table"] or not all(a.isdecimal() for a in arguments):
                raise BadWorkspace(
                    Text(
                        en="`:::{name}` holds one table and nothing else; after it only column widths in percent",
                        zh="`:::{name}` 中只能有一个表格，其后只能写各列宽度（百分比）",
                    ).format(name=name)
                )
            yield _table(node.children[0], name, tuple(map(int, arguments)))
        case "picture":
            yield Picture(" ".join(arguments), tuple(_blocks(node)))
        case "photos":
            yield Gallery(tuple(arguments))
        case "note" | "foot":
            yield Small(name, tuple(_blocks(node)))
        case "contents":
            yield Contents()
        case "pagebreak":
            yield PageBreak()
        case _:
            raise BadWorkspace(
                Text(
                    en="a template uses the unknown directive `:::{name}`", zh="模板使用了未知指令 `:::{name}`"
                ).format(name=name),
                did_you_mean(name, DIRECTIVES),
            )


def _table(node: SyntaxTreeNode, style: Literal["list", "form", "register", "sign"], widths: tuple[int, ...]) -> Table:
    grid = [row.children for section in node.children for row in section.children]
    columns = len(grid[0])
    head, rows = grid[0], grid[1:]
    if style != "form":
        cells = tuple(tuple(_cell(n, c, is_form=False) for c, n in enumerate(row)) for row in rows)
        return Table(style, tuple(_cell(n, c, is_form=False) for c, n in enumerate(head)), cells, columns, widths)
    # GFM demands a header row; a form has none and leaves it empty.
    if any(cell.children[0].content for cell in head):
        rows = grid
    return Table(style, (), tuple(_merged(rows)), columns, widths)


def _merged(rows: Sequence[Sequence[SyntaxTreeNode]]) -> Iterator[tuple[Cell, ...]]:
    """The rows with `<` and `^` taken into the cells that they continue."""
    origin: dict[tuple[int, int], tuple[int, int]] = {}
    for r, row in enumerate(rows):
        for c, node in enumerate(row):
            content = node.children[0].content
            before = {LEFT: (r, c - 1), UP: (r - 1, c)}.get(content)
            if before is not None and before not in origin:
                raise _bad_merge(content)
            origin[r, c] = origin[before] if before else (r, c)
    covered: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for place, first in origin.items():
        covered.setdefault(first, []).append(place)
    for r, row in enumerate(rows):
        merged = []
        for c, node in enumerate(row):
            if origin[r, c] != (r, c):
                continue
            places = covered[r, c]
            height = max(y for y, _ in places) - r + 1
            width = max(x for _, x in places) - c + 1
            if len(places) != height * width:
                raise _bad_merge(node.children[0].content)
            merged.append(_cell(node, c, is_form=True, columns=width, rows=height))
        yield tuple(merged)


def _bad_merge(content: str) -> BadWorkspace:
    return BadWorkspace(
        Text(
            en="a form's cell `{content}` does not merge into a rectangle",
            zh="表单单元格 `{content}` 无法合并成矩形",
        ).format(content=content),
        Text(
            en="`<` continues the cell to its left, `^` the one above it",
            zh="`<` 并入左侧单元格，`^` 并入上方单元格",
        ),
    )


def _cell(node: SyntaxTreeNode, column: int, *, is_form: bool, columns: int = 1, rows: int = 1) -> Cell:
    inside = _inline(node)
    align = str(node.attrs.get("style", "")).removeprefix("text-align:")
    return Cell(
        inside,
        column,
        align if align in {"left", "center", "right"} else None,  # type: ignore[arg-type]  # narrowed by the set
        is_form and len(inside) == 1 and isinstance(inside[0], Strong),
        columns,
        rows,
    )


def _inline(node: SyntaxTreeNode) -> tuple[Inline, ...]:
    """What a block's own inline content says."""
    return tuple(_inlines(node.children[0])) if node.children else ()


def _inlines(parent: SyntaxTreeNode) -> Iterator[Inline]:
    children = parent.children
    for at, node in enumerate(children):
        match node.type:
            case "text":
                if node.content:
                    yield Words(node.content)
            case "softbreak":
                # A line wrapped between two Chinese characters has no space there.
                before, after = children[at - 1], children[at + 1] if at + 1 < len(children) else None
                joins = after is not None and _is_wide(before.content[-1:]) and _is_wide(after.content[:1])
                yield Words("" if joins else " ")
            case "hardbreak":
                yield Break()
            case "tag":
                yield _tagged(node.content)
            case "code_inline":
                yield Code(node.content)
            case "ins":
                yield Inserted(tuple(_inlines(node)))
            case "del":
                yield Deleted(tuple(_inlines(node)))
            case "strong":
                yield Strong(tuple(_inlines(node)))
            case "em":
                yield Emphasis(tuple(_inlines(node)))
            case "link":
                yield Link(str(node.attrs["href"]), tuple(_inlines(node)))
            case "image":  # pictures come by `:::picture`; a Markdown image would ask somebody else's server
                yield Words(node.content)
            case other:  # pragma: no cover - the parser's rules are chosen above
                raise AssertionError(other)


def _tagged(name: str) -> Inline:
    if name.startswith("at:"):
        return Anchor(name.removeprefix("at:"))
    return Break() if name == "br" else Lamp(name)  # type: ignore[arg-type]  # as in _TAG


def _is_wide(character: str) -> bool:
    return display_width(character) == 2
