"""`pmkit receipt`: what arrived."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pmkit.cli.generic import NOT_GIVEN, list_command, options_of, set_command, show_command, transitions, with_options
from pmkit.cli.language import h, tell
from pmkit.cli.photos import Captions, Photos, taken_photos
from pmkit.cli.session import WRITING, Session, command, group, read_file
from pmkit.cli.sheets import Mapped
from pmkit.domain.receipts import RECEIPT, Receipt
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from pmkit.actions.goods import Where

app = group(tell(RECEIPT.plural))
Id = Annotated[str, typer.Argument(metavar="RCV-ID")]
Lines = Annotated[
    list[str] | None,
    typer.Option(
        "--line",
        metavar="LINE",
        help=h(
            "`ITM-003 2 SN1,SN2 intact`: item, quantity, serial numbers, condition; may be repeated",
            "`ITM-003 2 SN1,SN2 完好`：清单项 数量 序列号 外观；可重复",
        ),
    ),
]
Sheets = Annotated[
    str | None,
    typer.Option("--lines", metavar="FILE", help=h("the lines as a CSV or Excel file", "到货明细：CSV 或 Excel 文件")),
]
Note = Annotated[str | None, typer.Option("--note", metavar="TEXT", help=h("why", "原因"))]
_FIELDS = {
    name: found for name, found in options_of(RECEIPT).items() if found[0] not in {"visibility", "tags", "notes"}
}


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {_FIELDS[name][0]: value for name, value in values.items() if value not in NOT_GIVEN}


def _lines_of(
    s: Session, lines: list[str] | None, file: str | None, map_: list[str] | None
) -> tuple[list[dict[str, Any]], Where]:
    """What the options and the sheet say arrived, and where the sheet says it."""
    from pmkit.actions.goods import short_line

    found = [short_line(s.ws, text) for text in lines or ()]
    if file is None:
        return found, lambda _: None
    rows, where = _rows_of(s, file, map_)
    return [*found, *rows], where


def _rows_of(s: Session, file: str, map_: list[str] | None) -> tuple[list[dict[str, Any]], Where]:
    from pmkit.actions.goods import lines_of_rows, places_of
    from pmkit.cli.sheets import mapped_columns, refuse_mistakes, yaml_in_cells
    from pmkit.connectors.receipt_lists import ROW, delivered
    from pmkit.connectors.sheets import read

    name = Path(file).name
    found = delivered(s.whole, read(name, read_file(file)), yaml_in_cells(), mapped_columns(ROW, map_ or ()))
    lines, wrong = lines_of_rows(s.ws, found.rows)
    refuse_mistakes(s, RECEIPT, file, found.reading, sorted([*found.mistakes, *wrong], key=lambda m: m.line))
    return [line for _, line in lines], places_of(lines, _address_in(name, found.reading.columns))


def _address_in(name: str, columns: Mapping[tuple[str, ...], int]) -> Callable[[int, str], str]:
    from pmkit.connectors.sheets import address

    return lambda row, key: f"{name} {address(row, columns.get((key,), min(columns.values(), default=0)))}"


def _record(
    s: Session,
    line: Lines = None,
    lines: Sheets = None,
    photos: Photos = None,
    caption: Captions = None,
    map_: Mapped = None,
    **values: Any,
) -> None:
    from pmkit.actions.receipts import record

    said, where = _lines_of(s, line, lines, map_)
    edits = record(s.ws, _given(values), said, taken_photos(photos, caption), s.next_id, s.acting, where)
    then = Text("next: pmkit report receipt {id}", "下一步（打印签收单）：pmkit report receipt {id}")
    s.write(edits, then=then.format(id=edits.records[0]))


def _correct(
    s: Session,
    receipt_id: Id,
    line: Lines = None,
    lines: Sheets = None,
    photos: Photos = None,
    caption: Captions = None,
    map_: Mapped = None,
    note: Note = None,
    **values: Any,
) -> None:
    from pmkit.actions.receipts import correct

    said, where = _lines_of(s, line, lines, map_)
    receipt = s.ws.get(receipt_id, Receipt)
    s.write(correct(s.ws, receipt, _given(values), said, taken_photos(photos, caption), s.acting, note, where))


def _void(s: Session, receipt_id: Id, note: Note = None) -> None:
    from pmkit.actions.site_records import take_back

    s.write(take_back(s.ws, s.ws.get(receipt_id, Receipt), "void", note, s.acting))


command(app, "record", h("Record what arrived", "登记到货"), WRITING)(with_options(_record, _FIELDS))
command(
    app,
    "correct",
    h("Correct what was counted; `ITEM 0` takes an item out", "更正到货明细；数量写 0 即删去该项"),
    WRITING,
)(with_options(_correct, _FIELDS))
command(app, "void", h("Void a receipt: its counts are taken back", "作废签收单，冲回到货数"), WRITING)(_void)
list_command(app, RECEIPT)
show_command(app)
set_command(app)
transitions(app, RECEIPT)
