"""Tables in and out: CSV and XLSX, the one place that reads and writes them. Every cell is text.

What goes out is never taken for a formula, and comes back as it was. What comes in may be what a spreadsheet made of
it: a date cell is `2026-03-06`, 3.0 is `3`, an encoding is guessed from what Excel writes.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from pmkit.kernel.errors import MissingExtra, UsageError
from pmkit.kernel.text import Text, display_width

if TYPE_CHECKING:
    from zipfile import ZipFile

Format = Literal["csv", "xlsx"]
FORMATS: tuple[Format, ...] = ("csv", "xlsx")

MOST_BYTES = 50 * 2**20  # of a file
MOST_UNPACKED = 400 * 2**20  # of a workbook: what its zip says it unpacks to
MOST_CELLS = 8_000_000  # of a sheet, empty ones between the first and the last included: the reader makes room for all
LONGEST_CELL = 32_767  # characters that Excel keeps of a cell
MOST_ROWS = 1_048_576  # of a sheet in Excel
_LISTS = "_lists"  # the hidden sheet behind the drop-downs
_CREATED = datetime(2000, 1, 1)  # the same table is the same file, whenever it is written

# What a spreadsheet may take for a formula at the start of a cell, full-width signs included (East Asian Excel).
_LIVE = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_CELL = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,7})["']""")
_DAY = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?(?:\s+00:00(?::00)?)?\Z")


@dataclass(frozen=True, slots=True)
class Column:
    """A column to write: its heading, and the choices of its drop-down, if any.

    `free`: other text than the choices is allowed. `note`: shown in Excel when a cell of the column is selected.
    `width`: in characters; by default what the heading and the first rows take.
    """

    heading: str
    choices: tuple[str, ...] = ()
    free: bool = False
    note: str = ""
    width: int | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table to write. `examples`: how many of the first rows are examples, printed in grey italics.

    `spare`: empty rows below the last one that get the drop-downs too.
    """

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...] = ()
    examples: int = 0
    spare: int = 500


@dataclass(frozen=True, slots=True)
class Grid:
    """A table that was read: every row from the first of the sheet, all equally long, blank ones included."""

    name: str
    rows: tuple[tuple[str, ...], ...]


def address(row: int, column: int) -> str:
    """A cell as spreadsheets name it; both counted from 0: `address(6, 1)` is `B7`."""
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def plain_day(text: str) -> str:
    """A day as spreadsheets and people write it (`2026/3/6`, `2026.3.6`, `2026年3月6日`) as `2026-03-06`.

    Anything else comes back unchanged, for the field's own type to judge.
    """
    match = _DAY.match(text.strip())
    return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}" if match else text


# --- reading ---------------------------------------------------------------------------------------------------------


def read(name: str, data: bytes, *, quote: str = '"') -> tuple[Grid, ...]:
    """The tables of a file: the visible sheets of a workbook, or the one of a CSV file. `name` is for messages.

    `quote`: the sign around cells of a CSV file that hold separators.

    The content decides what it is, not the name. Raises UsageError for what cannot be read, MissingExtra.
    """
    if len(data) > MOST_BYTES:
        raise _unreadable(name, Text(en="it is larger than {n} MB", zh="文件超过 {n} MB").format(n=MOST_BYTES >> 20))
    if data.startswith(b"PK\x03\x04"):
        return _read_workbook(name, data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise _unreadable(
            name, Text("it is an old .xls workbook, or protected by a password", "旧版 .xls 或加密的文件")
        )
    return (Grid(name, _squared(_csv_rows(name, decoded(name, data), quote))),)


def decoded(name: str, data: bytes) -> str:
    """The text of a file by its byte order mark, else as UTF-8, else as GB18030 (what Chinese Excel writes as CSV)."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\0" in data[:2000]:
        low_first = data[1:2000:2].count(0) >= data[0:2000:2].count(0)
        encodings = ["utf-16-le" if low_first else "utf-16-be"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _unreadable(
        name,
        Text("it is neither UTF-8, UTF-16 nor GB18030 text", "不是 UTF-8、UTF-16 或 GB18030 文本"),
        Text("save it as “CSV UTF-8” or as .xlsx", "请另存为“CSV UTF-8（逗号分隔）”或 .xlsx"),
    )


def _csv_rows(name: str, text: str, quote: str) -> list[list[str]]:
    first, _, rest = text.partition("\n")
    separator = _separator(first)
    if re.fullmatch(r"sep=.\r?", first):  # a line that Excel understands
        separator, text = first[4], rest
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, quotechar=quote, strict=True)
    try:
        return [[_disarmed(cell) for cell in row] for row in reader]
    except csv.Error as error:
        raise _unreadable(
            name,
            Text(en="line {n}: {why}", zh="第 {n} 行：{why}").format(n=reader.line_num, why=error),
            Text("look for a quotation mark that is not closed", "请检查是否有未配对的引号"),
        ) from None


def _separator(heads: str) -> str:
    """The separator that the line of headings uses: a comma, else what there is most of."""
    bare = re.sub(r'"[^"]*"', "", heads)
    return max(",;\t", key=lambda sign: (bare.count(sign), sign == ","))


def _disarmed(cell: str) -> str:
    """A cell without the apostrophe that kept it from being a formula."""
    return cell[1:] if cell.startswith("'") and _LIVE.match(cell) else cell


def _armed(cell: str) -> str:
    """A cell with an apostrophe before what a spreadsheet would take for a formula, or for such an apostrophe."""
    return f"'{cell}" if _LIVE.match(cell) else cell


def _read_workbook(name: str, data: bytes) -> tuple[Grid, ...]:
    try:
        import python_calamine as calamine
    except ImportError:
        raise MissingExtra("xlsx", Text("reading Excel files", "读取 Excel 文件")) from None
    _refuse_bomb(name, data)
    try:
        book = calamine.load_workbook(io.BytesIO(data))
        seen = [m.name for m in book.sheets_metadata if m.visible is calamine.SheetVisibleEnum.Visible]
        sheets = [(title, book.get_sheet_by_name(title).to_python(skip_empty_area=False)) for title in seen]
    except (calamine.CalamineError, ValueError, OverflowError) as error:
        raise _unreadable(name, Text.same(str(error))) from None
    return tuple(Grid(title, _squared([[_as_text(cell) for cell in row] for row in rows])) for title, rows in sheets)


def _refuse_bomb(name: str, data: bytes) -> None:
    """UsageError for a workbook that would unpack into more than memory holds; the reader itself would just die."""
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(io.BytesIO(data)) as book:
            sheets = [i for i in book.infolist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", i.filename)]
            too_big = sum(item.file_size for item in book.infolist()) > MOST_UNPACKED
            if not sheets:
                raise _unreadable(name, Text("it is not an .xlsx workbook", "不是 .xlsx 工作簿"))
            if too_big or any(_cells(book, item.filename) > MOST_CELLS for item in sheets):
                raise _unreadable(
                    name,
                    Text("the sheet is too large", "工作表过大"),
                    Text("delete the cells far below and right of the table", "请删除表格下方和右侧远处的单元格"),
                )
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise _unreadable(name, Text.same(str(error))) from None


def _cells(book: ZipFile, sheet: str) -> int:
    """The cells from the first to the last one named, whether they hold something or not."""
    rows = columns = 0
    for letters, number in _CELL.findall(book.read(sheet)):
        column = 0
        for letter in letters.upper():
            column = column * 26 + letter - 64
        rows, columns = max(rows, int(number)), max(columns, column)
    return rows * columns


def _as_text(value: Any) -> str:
    """A cell's value as a person would type it."""
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return f"{Decimal(f'{value:.15g}'):f}"
        case datetime():
            return value.isoformat(timespec="minutes") if value.time() != time() else value.date().isoformat()
        case date():
            return value.isoformat()
        case time():
            return value.isoformat(timespec="minutes")
        case _:
            return str(value)


def _squared(rows: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    width = max(map(len, rows), default=0)
    return tuple((*row, *[""] * (width - len(row))) for row in rows)


def _unreadable(name: str, why: Text, fix: Text | None = None) -> UsageError:
    return UsageError(
        Text(en="cannot read {name}: {why}", zh="无法读取 {name}：{why}").format(name=name, why=why),
        fix or Text("save it as .xlsx or as CSV UTF-8", "请另存为 .xlsx 或 CSV UTF-8"),
    )


# --- writing ---------------------------------------------------------------------------------------------------------


def written(sheets: Sequence[Sheet], format_: Format) -> bytes:
    """The tables as a file; a CSV file holds the first one. Raises UsageError, MissingExtra."""
    return _csv(sheets[0]) if format_ == "csv" else _xlsx(sheets)


def _csv(sheet: Sheet) -> bytes:
    """UTF-8 with a byte order mark, which Excel needs to see that it is UTF-8, and the line ends of RFC 4180."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_armed(column.heading) for column in sheet.columns])
    writer.writerows([_armed(cell) for cell in row] for row in sheet.rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode(errors="replace")


def _xlsx(sheets: Sequence[Sheet]) -> bytes:
    try:
        import xlsxwriter
    except ImportError:
        raise MissingExtra("xlsx", Text("writing Excel files", "生成 Excel 文件")) from None
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"created": _CREATED})
        names = _sheet_names([sheet.name for sheet in sheets])
        lists = _Lists()
        pages = [book.add_worksheet(name) for name in names]
        for page, sheet in zip(pages, sheets, strict=True):
            _write_page(book, page, sheet, lists)
        if lists.columns:
            hidden = book.add_worksheet(_LISTS)
            hidden.hide()
            for column, choices in enumerate(lists.columns):
                for row, choice in enumerate(choices):
                    hidden.write_string(row, column, choice)
    return file.getvalue()


@dataclass(slots=True)
class _Lists:
    """The lists of choices, each once, in a column of the hidden sheet: a list inside a cell ends at 255 characters."""

    columns: list[tuple[str, ...]]

    def __init__(self) -> None:
        self.columns = []

    def source(self, choices: tuple[str, ...]) -> str:
        """The range that holds the choices, as a formula."""
        if choices not in self.columns:
            self.columns.append(choices)
        letter = address(0, self.columns.index(choices)).rstrip("1")
        return f"={_LISTS}!${letter}$1:${letter}${len(choices)}"


def _write_page(book: Any, page: Any, sheet: Sheet, lists: _Lists) -> None:
    head = book.add_format(
        {"bold": True, "bg_color": "#DDE6F0", "border": 1, "border_color": "#B0B8C0", "valign": "top"}
    )
    body = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})  # text stays what is typed
    example = book.add_format(
        {"num_format": "@", "text_wrap": True, "valign": "top", "italic": True, "font_color": "#808080"}
    )
    if len(sheet.rows) >= MOST_ROWS:
        raise _unwritable(Text(en="more than {n} rows", zh="超过 {n} 行").format(n=MOST_ROWS))
    for column, what in enumerate(sheet.columns):
        page.set_column(column, column, what.width or _width(sheet, column), body)
        page.write_string(0, column, what.heading, head)
    for number, row in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(row):
            if len(cell.encode("utf-16-le")) // 2 > LONGEST_CELL:
                raise _unwritable(
                    Text(en="{cell} holds more than {n} characters", zh="{cell} 超过 {n} 个字符").format(
                        cell=address(number, column), n=LONGEST_CELL
                    )
                )
            if cell:
                page.write_string(number, column, cell, example if number <= sheet.examples else body)
    page.freeze_panes(1, 1)
    last = len(sheet.rows) + sheet.spare
    for column, what in enumerate(sheet.columns):
        rule = _validation(what, lists)
        if rule and last > sheet.examples:
            page.data_validation(sheet.examples + 1, column, min(last, MOST_ROWS - 1), column, rule)


def _validation(column: Column, lists: _Lists) -> dict[str, Any]:
    """The rule of a column: its drop-down, and the note that appears beside a selected cell."""
    rule: dict[str, Any] = {}
    if column.choices:
        rule = {"validate": "list", "source": lists.source(column.choices), "show_error": not column.free}
    elif column.note:
        rule = {"validate": "any"}
    if column.note:
        rule |= {"input_title": _cut(column.heading, 32), "input_message": _cut(column.note, 255)}
    return rule


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _width(sheet: Sheet, column: int) -> int:
    cells = (line for row in sheet.rows[:50] for line in row[column].splitlines())
    widest = max(map(display_width, (sheet.columns[column].heading, *cells)))
    return min(48, max(8, widest + 2))


def _sheet_names(wanted: Iterable[str]) -> Iterator[str]:
    """Names that Excel takes: up to 31 characters, without brackets and `:*?/`, each once whatever its case."""
    used = {_LISTS, "history"}
    for name in wanted:
        clean = re.sub(r"[\[\]:*?/\\\x00-\x1f]", "_", name).strip("'")[:31] or "Sheet"
        unique, number = clean, 1
        while unique.casefold() in used:
            number += 1
            unique = f"{clean[:27]} {number}"
        used.add(unique.casefold())
        yield unique


def _unwritable(why: Text) -> UsageError:
    return UsageError(
        Text(en="Excel cannot hold this: {why}", zh="Excel 无法容纳：{why}").format(why=why),
        Text("use `--format csv`", "请使用 `--format csv`"),
    )
