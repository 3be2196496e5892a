"""Word: real styles, headings, tables and fields, so that the customer can edit the document and go on with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Literal
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pmkit.kernel.errors import MissingExtra
from pmkit.kernel.text import Lang, Text
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
from pmkit.reports.formats.typeset import Undrawable, drawn, ending_of
from pmkit.reports.formats.widths import shares
from pmkit.reports.views.blocks import Photo

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.table import _Cell, _Row
    from docx.text.paragraph import Paragraph as WordParagraph
    from docx.text.run import Run

    from pmkit.reports.document import Document

# Fonts that Word has where such documents are read; Chinese characters take the second.
_FONTS: dict[Lang, tuple[str, str]] = {"zh": ("Arial", "微软雅黑"), "en": ("Arial", "Microsoft YaHei")}
_SHADE = "F1EFEA"
_LAMPS = {"green": "2E7D32", "amber": "B26A00", "red": "B3261E"}
_ROOM_MM = 25  # for hand and seal
_EMPTY_MM = 8
_PHOTO_MM, _SMALL_PHOTO_MM = 80, 58
_PAGE_MM = (210, 297)
_POINTS = {
    "Normal": 10.5,
    "Title": 17,
    "Heading 1": 13,
    "Heading 2": 11.5,
    "Heading 3": 10.5,
    "Header": 8,
    "Footer": 8,
}
_EPOCH = date(1980, 1, 1)
_ROWS_TOGETHER = 12  # a form of so few rows stays on one page
_FORMATS_OF_WORD = frozenset({"jpg", "png", "gif"})


def write(document: Document) -> bytes:
    """The document as a Word file. Its properties carry the day of its data, so the same document is the same bytes."""
    return _Writer(document).written()


class _Writer:
    def __init__(self, document: Document) -> None:
        try:
            import docx
        except ImportError:
            raise MissingExtra("docx", Text("Word files", "生成 Word 文件")) from None
        self._document = document
        self._is_wide = any(isinstance(block, Table) and block.style == "register" for block in document.blocks)
        self._word: Word = docx.Document()
        self._anchors = 0

    def written(self) -> bytes:
        self._set_page()
        self._set_styles()
        self._blocks(beyond_margin(self._document.blocks, self._document.foot))
        self._set_properties()
        made = BytesIO()
        self._word.save(made)
        return _without_clock(made.getvalue(), self._document.day or _EPOCH)

    # --- the page -----------------------------------------------------------------------------------------------------

    def _set_page(self) -> None:
        from docx.enum.section import WD_ORIENT
        from docx.shared import Mm

        section = self._word.sections[0]
        short, long = _PAGE_MM
        section.page_width, section.page_height = (Mm(long), Mm(short)) if self._is_wide else (Mm(short), Mm(long))
        section.orientation = WD_ORIENT.LANDSCAPE if self._is_wide else WD_ORIENT.PORTRAIT
        section.left_margin = section.right_margin = Mm(12 if self._is_wide else 16)
        section.top_margin, section.bottom_margin = Mm(18), Mm(16)
        section.header_distance = section.footer_distance = Mm(8)
        self._margin(section.header.paragraphs[0], self._document.title, "")
        foot = section.footer.paragraphs[0]
        first, between, last = ("第 ", " 页 共 ", " 页") if self._document.lang == "zh" else ("Page ", " of ", "")
        self._margin(foot, self._document.foot, "\t" + first)
        _field(foot, "PAGE")
        foot.add_run(between)
        _field(foot, "NUMPAGES")
        foot.add_run(last)

    def _margin(self, paragraph: WordParagraph, left: str, right: str) -> None:
        from docx.enum.text import WD_TAB_ALIGNMENT
        from docx.shared import Mm

        stops = paragraph.paragraph_format.tab_stops
        for stop in paragraph.style.paragraph_format.tab_stops if paragraph.style else ():
            stops.add_tab_stop(stop.position, WD_TAB_ALIGNMENT.CLEAR)
        stops.add_tab_stop(Mm(self._width_mm), WD_TAB_ALIGNMENT.RIGHT)
        paragraph.add_run(printable(left) + right)

    @property
    def _width_mm(self) -> int:
        return _PAGE_MM[1] - 24 if self._is_wide else _PAGE_MM[0] - 32

    def _set_styles(self) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Mm, Pt, RGBColor

        styles = self._word.styles
        for style in styles:
            if getattr(style, "font", None) is not None and style.element.rPr is not None:
                _set_fonts(style.element.rPr, self._document.lang)
        sizes = {
            "Normal": 10.5,
            "Title": 17,
            "Heading 1": 13,
            "Heading 2": 11.5,
            "Heading 3": 10.5,
            "Header": 8,
            "Footer": 8,
        }
        for name, size in sizes.items():
            style = styles[name]
            style.font.size = Pt(size)
            _set_fonts(style.element.get_or_add_rPr(), self._document.lang)
            if name not in {"Normal", "Header", "Footer"}:
                style.font.bold, style.font.italic = True, False
                style.font.color.rgb = RGBColor(0x1A, 0x1A, 0x1A)
                style.paragraph_format.keep_with_next = True
                style.paragraph_format.space_before = Pt(10)
                style.paragraph_format.space_after = Pt(4)
        styles["Title"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
        border = styles["Title"].element.find(f".//{_w('pBdr')}")
        if border is not None:
            border.getparent().remove(border)
        normal = styles["Normal"].paragraph_format
        normal.space_before, normal.space_after, normal.line_spacing = Pt(0), Pt(4), 1.25
        for name in ("List Bullet", "List Number"):
            styles[name].paragraph_format.left_indent = Mm(6)

    def _set_properties(self) -> None:
        made = datetime.combine(self._document.day or _EPOCH, datetime.min.time())
        about = self._word.core_properties
        about.title, about.author, about.comments, about.language = printable(self._document.title), "", "", self._lang
        about.created = about.modified = made
        about.last_modified_by, about.revision = "", 1

    @property
    def _lang(self) -> str:
        return "zh-CN" if self._document.lang == "zh" else "en-GB"

    # --- blocks -------------------------------------------------------------------------------------------------------

    def _blocks(self, blocks: Sequence[Block]) -> None:
        for block in blocks:
            self._block(block)
            if isinstance(block, Table):
                self._gap()

    def _gap(self) -> None:
        """A thin line below a table: two tables in a row would run together."""
        from docx.shared import Pt

        paragraph = self._word.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.paragraph_format.line_spacing = Pt(5)

    def _block(self, block: Block) -> None:
        match block:
            case Paragraph(inside):
                self._inlines(self._word.add_paragraph(), inside)
            case Heading(level, inside, anchor):
                self._heading(level, inside, anchor)
            case Contents(headings):
                self._contents(headings)
            case Listing():
                self._listing(block, "List Bullet" if block.start is None else "List Number")
            case Quote(inside):
                self._indented(inside)
            case Verbatim(text):
                for line in printable(text).split("\n"):
                    self._word.add_paragraph(line)
            case Rule():
                self._word.add_paragraph()
            case PageBreak():
                self._word.add_page_break()  # type: ignore[no-untyped-call]
            case Table():
                self._table(block)
            case Small(_, inside):
                self._small(inside)
            case Picture():
                self._picture(block)
            case Gallery(names):
                self._gallery([self._document.photo(name) for name in names])

    def _heading(self, level: int, inside: Sequence[Inline], anchor: str) -> None:
        paragraph = self._word.add_paragraph(style="Title" if level == 1 else f"Heading {min(level - 1, 3)}")
        if anchor:
            self._anchors += 1
            start, end = (
                _element("bookmarkStart", id=self._anchors, name=anchor),
                _element("bookmarkEnd", id=self._anchors),
            )
            paragraph._p.append(start)  # noqa: SLF001 - python-docx has no bookmarks
            self._inlines(paragraph, inside)
            paragraph._p.append(end)  # noqa: SLF001
        else:
            self._inlines(paragraph, inside)

    def _contents(self, headings: Sequence[Heading]) -> None:
        """A table of contents that is there at once, and that Word brings up to date with its page numbers."""
        from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
        from docx.shared import Mm

        for at, heading in enumerate(headings):
            paragraph = self._word.add_paragraph()
            shape = paragraph.paragraph_format
            shape.left_indent = Mm(6 * (heading.level - 2))
            shape.tab_stops.add_tab_stop(Mm(self._width_mm), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
            if at == 0:
                _field_begin(paragraph, 'TOC \\o "1-2" \\h \\z \\u')
            link = _element("hyperlink", anchor=heading.anchor)
            run = paragraph.add_run(_plain(heading.inside))
            link.append(run._r)  # noqa: SLF001 - nor links
            paragraph._p.append(link)  # noqa: SLF001
            paragraph.add_run("\t")
            _field(paragraph, f"PAGEREF {heading.anchor} \\h")
            if at == len(headings) - 1:
                _field_end(paragraph)
        settings = self._word.settings.element
        settings.append(_element("updateFields", val="true"))

    def _listing(self, listing: Listing, style: str) -> None:
        for at, item in enumerate(listing.items):
            for number, block in enumerate(item):
                if isinstance(block, Paragraph) and number == 0:
                    # A number of its own text: Word's numbering would go on counting from the list before.
                    if listing.start is None:
                        paragraph = self._word.add_paragraph(style=style)
                    else:
                        from docx.shared import Mm

                        paragraph = self._word.add_paragraph(f"{listing.start + at}. ")
                        paragraph.paragraph_format.left_indent = Mm(6)
                        paragraph.paragraph_format.first_line_indent = Mm(-6)
                    self._inlines(paragraph, block.inside)
                else:
                    self._block(block)

    def _indented(self, blocks: Sequence[Block]) -> None:
        from docx.shared import Mm

        before = len(self._word.paragraphs)
        self._blocks(blocks)
        for paragraph in self._word.paragraphs[before:]:
            paragraph.paragraph_format.left_indent = Mm(8)

    def _small(self, blocks: Sequence[Block]) -> None:
        from docx.shared import Pt

        before = len(self._word.paragraphs)
        self._blocks(blocks)
        for paragraph in self._word.paragraphs[before:]:
            for run in paragraph.runs:
                run.font.size = Pt(8.5)

    def _picture(self, picture: Picture) -> None:

        drawing = self._document.picture(picture.name)
        if isinstance(drawing, Photo):
            self._photo(drawing)
        else:
            for svg in drawing.svg(self._document.lang):
                tallest = (_PAGE_MM[0] if self._is_wide else _PAGE_MM[1]) - 60
                self._image(drawn(printable(svg).encode(), "svg"), tallest)
        self._blocks(picture.caption)

    def _gallery(self, photos: Sequence[Photo]) -> None:
        """Photos in a table without lines, two a row, which no page break parts from their captions."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt

        table = self._word.add_table(-(-len(photos) // 2), 2)
        for number, photo in enumerate(photos):
            cell = table.cell(number // 2, number % 2)
            paragraph = cell.paragraphs[0]
            self._photo(photo, paragraph, self._width_mm // 2 - 5, _SMALL_PHOTO_MM)
            caption = cell.add_paragraph(printable(photo.caption))
            for run in caption.runs:
                run.font.size = Pt(9)
            for one in (paragraph, caption):
                one.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for row in table.rows:
            row._tr.get_or_add_trPr().append(_element("cantSplit"))  # noqa: SLF001 - nor rows that stay whole
        self._word.add_paragraph()

    def _photo(
        self,
        photo: Photo,
        paragraph: WordParagraph | None = None,
        widest_mm: int | None = None,
        tallest_mm: int = _PHOTO_MM,
    ) -> None:
        from docx.image.exceptions import InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError

        ending = ending_of(photo)
        try:
            content = photo.content if ending in _FORMATS_OF_WORD else drawn(photo.content, ending)
            self._image(content, tallest_mm, widest_mm, paragraph)
        except (InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError):
            raise Undrawable(photo.path) from None

    def _image(
        self, content: bytes, tallest_mm: int, widest_mm: int | None = None, paragraph: WordParagraph | None = None
    ) -> None:
        from docx.shared import Emu, Mm

        run = (paragraph or self._word.add_paragraph()).add_run()
        shape = run.add_picture(BytesIO(content), width=Mm(widest_mm or self._width_mm))
        if shape.height > Mm(tallest_mm):
            shape.width = Emu(int(shape.width * Mm(tallest_mm) / shape.height))
            shape.height = Mm(tallest_mm)

    # --- tables -------------------------------------------------------------------------------------------------------

    def _table(self, table: Table) -> None:
        from docx.enum.table import WD_TABLE_ALIGNMENT
        from docx.shared import Mm
        from docx.table import _Cell, _Row

        rows = [table.head] * bool(table.head) + list(table.rows)
        made = self._word.add_table(0, table.columns, style="Table Grid")
        made.alignment, made.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        widths = [Mm(self._width_mm * share) for share in shares(table)]
        for column, width in zip(made.columns, widths, strict=True):
            column.width = width
        stays = table.style == "sign" or (table.style == "form" and len(rows) <= _ROWS_TOGETHER)
        below: dict[tuple[int, int], int] = {}  # where a cell goes on from the row above, and over how many columns
        for number, row in enumerate(rows):
            tr = _element("tr")
            made._tbl.append(tr)  # noqa: SLF001 - python-docx counts through all cells for each one that it adds
            is_head = bool(table.head) and number == 0
            line = _Row(tr, made)
            _keep_whole(line, is_head=is_head)
            if table.style == "sign" and all(cell.is_empty for cell in row):
                line.height = Mm(_ROOM_MM)
            elif table.style == "form" and any(cell.is_empty for cell in row):
                line.height = Mm(_EMPTY_MM)
            starting = {cell.column: cell for cell in row}
            column = 0
            while column < table.columns:
                cell = starting.get(column)
                span = cell.columns if cell else below.get((number, column), 1)
                tc = _new_cell(sum(widths[column : column + span]), span)
                tr.append(tc)
                if cell is None:
                    tc.get_or_add_tcPr().append(_element("vMerge"))
                else:
                    if cell.rows > 1:
                        tc.get_or_add_tcPr().append(_element("vMerge", val="restart"))
                        below |= {(number + down, column): span for down in range(1, cell.rows)}
                    keep = stays and number < len(rows) - 1
                    self._cell(_Cell(tc, made), cell, table, is_head=is_head, keep=keep)
                column += span

    def _cell(self, place: _Cell, cell: Cell, table: Table, *, is_head: bool, keep: bool) -> None:
        from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt

        paragraph = place.paragraphs[0]
        shape = paragraph.paragraph_format
        shape.space_after, shape.line_spacing, shape.keep_with_next = Pt(0), 1.1, keep
        banner = cell.is_label and cell.columns == table.columns
        if is_head or (cell.is_label and not banner):
            shape.alignment = WD_ALIGN_PARAGRAPH.CENTER
        elif cell.align in {"right", "center"}:
            shape.alignment = WD_ALIGN_PARAGRAPH.RIGHT if cell.align == "right" else WD_ALIGN_PARAGRAPH.CENTER
        self._inlines(paragraph, cell.inside)
        for run in paragraph.runs:
            run.font.size = Pt(8 if table.style == "register" else 9.5)
            if is_head:
                run.font.bold = True
        if is_head or cell.is_label:
            place._tc.get_or_add_tcPr().append(_element("shd", val="clear", color="auto", fill=_SHADE))  # noqa: SLF001
        if is_head or table.style == "form":
            place.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER

    # --- text ---------------------------------------------------------------------------------------------------------

    def _inlines(self, paragraph: WordParagraph, inlines: Sequence[Inline]) -> None:
        for run_of, text in _runs(inlines, frozenset()):
            if text is None:
                paragraph.add_run().add_break()
                continue
            run = paragraph.add_run(printable(text))
            _mark(run, run_of)


Look = frozenset[str]


def _runs(inlines: Sequence[Inline], look: Look) -> Iterator[tuple[Look, str | None]]:
    """Text with how it looks; None for a new line."""
    for inline in inlines:
        match inline:
            case Words(text) | Code(text):
                yield look, text
            case Break():
                yield look, None
            case Anchor():
                pass
            case Lamp(colour):
                yield look | {colour}, "● "
            case Strong(inside):
                yield from _runs(inside, look | {"bold"})
            case Emphasis(inside):
                yield from _runs(inside, look | {"italic"})
            case Inserted(inside):
                yield from _runs(inside, look | {"bold", "underline"})
            case Deleted(inside):
                yield from _runs(inside, look | {"strike"})
            case Link(address, inside):
                yield from _runs(inside, look)
                said = _plain(inside)
                if re.match(r"(https?|mailto):", address) and address not in {said, f"mailto:{said}"}:
                    yield look, f" ({address})"


def _plain(inlines: Sequence[Inline]) -> str:
    return printable("".join(text or " " for _, text in _runs(inlines, frozenset())))


def _mark(run: Run, look: Look) -> None:
    from docx.shared import RGBColor

    run.bold = True if "bold" in look else None
    run.italic = True if "italic" in look else None
    run.underline = True if "underline" in look else None
    run.font.strike = True if "strike" in look else None
    for colour in look & _LAMPS.keys():
        run.font.color.rgb = RGBColor.from_string(_LAMPS[colour])


# --- what python-docx has no words for -------------------------------------------------------------------------------


def _w(name: str) -> str:
    from docx.oxml.ns import qn

    return qn(f"w:{name}")


def _element(name: str, /, **attributes: object) -> Any:
    from docx.oxml import OxmlElement

    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(_w(key), str(value))
    return made


def _new_cell(width: int, columns: int) -> Any:
    """A cell with an empty paragraph; `width` in EMU."""
    tc = _element("tc")
    properties = tc.get_or_add_tcPr()
    properties.append(_element("tcW", w=int(width / 635), type="dxa"))  # 635 EMU are a twentieth of a point
    if columns > 1:
        properties.append(_element("gridSpan", val=columns))
    tc.append(_element("p"))
    return tc


def _set_fonts(properties: Any, lang: Lang) -> None:
    """Both fonts, on the style itself: a theme's font would win over them."""
    fonts = properties.find(_w("rFonts"))
    if fonts is not None:
        properties.remove(fonts)
    western, chinese = _FONTS[lang]
    properties.insert(0, _element("rFonts", ascii=western, hAnsi=western, cs=western, eastAsia=chinese))
    for spoken in properties.findall(_w("lang")):
        properties.remove(spoken)
    properties.append(_element("lang", val="en-GB", eastAsia="zh-CN", bidi="ar-SA"))


def _keep_whole(row: _Row, *, is_head: bool) -> None:
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - rows that do not split, heads that repeat
    properties.append(_element("cantSplit"))
    if is_head:
        properties.append(_element("tblHeader"))


def _field(paragraph: WordParagraph, code: str) -> None:
    _field_begin(paragraph, code)
    paragraph.add_run("1")
    _field_end(paragraph)


def _field_begin(paragraph: WordParagraph, code: str) -> None:
    _part(paragraph, "fldChar", fldCharType="begin")
    text = _element("instrText")
    text.text = f" {code} "
    paragraph.add_run()._r.append(text)  # noqa: SLF001
    _part(paragraph, "fldChar", fldCharType="separate")


def _field_end(paragraph: WordParagraph) -> None:
    _part(paragraph, "fldChar", fldCharType="end")


def _part(paragraph: WordParagraph, name: Literal["fldChar"], **attributes: str) -> None:
    paragraph.add_run()._r.append(_element(name, **attributes))  # noqa: SLF001


def _without_clock(content: bytes, day: date) -> bytes:
    """The archive with one time on all its entries."""
    when = datetime.combine(max(day, _EPOCH), datetime.min.time(), UTC).timetuple()[:6]
    made = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(made, "w", ZIP_DEFLATED) as new:
        for entry in old.infolist():
            info = ZipInfo(entry.filename, when)
            info.compress_type, info.external_attr = ZIP_DEFLATED, 0o600 << 16
            new.writestr(info, old.read(entry))
    return made.getvalue()
