"""Item lists as customers and tenders write them: the rows of an Excel or CSV file as items.

Such lists have titles above the headings, sections between the rows, totals below them, quantities with their unit in
one cell and numbers as text. What is not understood is a mistake at its cell.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Annotated, Any

from pmkit.connectors.ledgers import TOTALS
from pmkit.connectors.records import Reading, Yaml, rows_of
from pmkit.connectors.sheets import Grid, plain_day
from pmkit.domain.kind import About, Kind, Record
from pmkit.domain.values import Line, Prose
from pmkit.kernel.duration import plain
from pmkit.kernel.errors import UsageError
from pmkit.kernel.money import Money
from pmkit.kernel.text import Text
from pmkit.workspace.model import Workspace
from pmkit.workspace.rows import Mistake, Path, Row


class ItemRow(Record):
    """A row, as its columns say it. `seq`: a running number; `amount`: quantity times price, as the list has it."""

    seq: Annotated[Line | None, About("Seq.", "序号")] = None
    no: Annotated[Line | None, About("Item no.", "清单项号")] = None
    clause: Annotated[Line | None, About("Contract clause", "合同条款")] = None
    group: Annotated[Line | None, About("Section", "分部")] = None
    name: Annotated[Line | None, About("Name", "名称")] = None
    make: Annotated[Line | None, About("Make", "品牌")] = None
    model: Annotated[Line | None, About("Model", "规格型号")] = None
    spec: Annotated[Prose | None, About("Technical parameters", "技术参数")] = None
    unit: Annotated[Line | None, About("Unit", "单位")] = None
    qty: Annotated[Line | None, About("Quantity", "数量")] = None
    unit_price: Annotated[Line | None, About("Unit price", "单价")] = None
    amount: Annotated[Line | None, About("Amount", "合价")] = None
    unit_cost: Annotated[Line | None, About("Purchase price", "采购单价")] = None
    order_no: Annotated[Line | None, About("Order no.", "订单号")] = None
    vendor: Annotated[Line | None, About("Vendor", "供货单位")] = None
    promised_on: Annotated[Line | None, About("Promised on", "承诺到货日期")] = None
    notes: Annotated[Prose | None, About("Notes", "备注")] = None


ROW = Kind(
    name="item row", prefix="", folder="", model=ItemRow, label=Text("row of an item list", "清单行"),
    plural=Text("rows of an item list", "清单行"),
)  # fmt: skip
# Further headings that lists have, by the field that they mean.
_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "id": ("ITM", "清单编号"),
    "seq": ("No.", "No", "#", "项次", "行号", "Item", "Pos.", "S/N"),
    "no": (
        "项目编码", "项目编号", "清单号", "清单编码", "物料编码", "设备编号", "编码", "Item number",
        "Item code", "Part no.",
    ),
    "clause": ("条款", "条款号", "合同条款号", "Clause"),
    "group": ("系统", "子系统", "分项", "分类", "类别", "System", "Category"),
    "name": (
        "设备名称", "货物名称", "产品名称", "项目名称", "材料名称", "物资名称", "品名", "设备/材料名称",
        "设备材料名称",
        "货物或服务名称", "Description", "Product", "Equipment", "Goods", "Item name",
    ),
    "make": ("厂商", "厂家", "生产厂家", "制造商", "品牌厂商", "品牌/厂家", "Brand", "Manufacturer"),
    "model": (
        "型号", "规格", "型号规格", "规格/型号", "型号/规格", "产品型号", "设备型号", "Type", "Model no.",
        "Specification",
    ),
    "spec": (
        "参数", "主要参数", "技术规格", "技术要求", "配置", "配置要求", "参数要求", "技术参数及要求",
        "Parameters", "Details",
    ),
    "unit": ("计量单位", "UoM", "Unit of measure"),
    "qty": ("合同数量", "合同数", "采购数量", "工程量", "台数", "Qty", "Qty.", "Quantities", "Number"),
    "unit_price": ("单价(元)", "综合单价", "综合单价(元)", "含税单价", "合同单价", "报价单价", "Price"),
    "amount": (
        "合价(元)", "金额", "金额(元)", "总价", "总价(元)", "小计", "合计", "含税总价", "Total", "Total price",
    ),
    "unit_cost": ("采购价", "进货价", "成本单价", "进价", "Cost", "Unit cost"),
    "order_no": ("订单编号", "采购订单", "采购订单号", "PO", "PO no.", "Purchase order"),
    "vendor": ("供应商", "供货商", "供方", "Supplier"),
    "promised_on": (
        "到货日期", "计划到货", "计划到货日期", "承诺到货", "交货期", "交货日期", "预计到货日期",
        "Delivery date", "Due", "ETA",
    ),
    "notes": ("说明", "Remarks", "Remark", "Comment", "Notes"),
}  # fmt: skip
AMOUNT = re.compile(r"(?P<number>[0-9][0-9,]*(?:\.[0-9]+)?|\.[0-9]+)\s*(?P<unit>[^\s0-9,.][^0-9]{0,9})?\Z")
_TOTAL = re.compile(r"(?:大写|小写|人民币|总报价|total\b|subtotal\b|sum\b)", re.IGNORECASE)
_NEEDED = (("name", Text("name", "名称")), ("qty", Text("quantity", "数量")))


@dataclass
class ItemList:
    """What a sheet says: rows of items, and what is wrong. `totals`: rows left out, `sections`: rows that name one.

    `odd`: rows (from 0) whose amount is not quantity times price: what it says, what it comes to.
    """

    reading: Reading
    rows: list[Row] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    totals: int = 0
    sections: int = 0
    odd: list[tuple[int, Money, Money]] = field(default_factory=list)


def list_of(ws: Workspace, grids: Sequence[Grid], yaml: Yaml, mapped: Mapping[str, Path]) -> ItemList:
    """The items of the first sheet that has headings of a list. `mapped`: its headings by the field that they mean.

    A row's `key` is its number in the customer's list, where that is no running number.
    """
    headings = {name: (key,) for key, names in _HEADINGS.items() for name in names} | dict(mapped)
    readings = [rows_of(ws, ROW, _unmerged(grid), yaml, skip_unknown=True, mapped=headings) for grid in grids]
    wanted = {(key,) for key, _ in _NEEDED}
    reading = next((one for one in readings if wanted <= one.columns.keys()), readings[0])
    found = ItemList(reading)
    says = Text(
        en="no column is the {what}; name it: `--map COLUMN={key}`", zh="没有{what}列，请指明：`--map 列名={key}`"
    )
    found.mistakes += [
        Mistake(reading.head, None, says.format(what=what, key=key))
        for key, what in _NEEDED
        if (key,) not in reading.columns
    ]
    if not found.mistakes:
        _take_rows(ws, found)
    return found


def _unmerged(grid: Grid) -> Grid:
    """The sheet with signs of one form: full-width digits and letters, line breaks inside headings."""
    return Grid(grid.name, tuple(tuple(_headed(cell) for cell in row) for row in grid.rows))


def _headed(cell: str) -> str:
    return cell.strip() if len(cell) > 24 else "".join(cell.split("\n")).strip() if "\n" in cell else cell


def _take_rows(ws: Workspace, found: ItemList) -> None:
    section = ""
    for row in found.reading.rows:
        values = {path[0]: str(value).strip() for path, value in row.values.items() if value is not None}
        texts = [*values.values(), *([row.record_id] if row.record_id else [])]
        if is_total(values):
            found.totals += 1
        elif not values.get("qty") and not values.get("unit") and _is_section(values, row.record_id):
            section = " ".join(texts)
            found.sections += 1
        elif not _is_heading(values):
            _take(ws, found, replace(row, values={(key,): value for key, value in values.items()}), section)


def is_total(values: Mapping[str, str]) -> bool:
    """True for a row that only adds up others."""
    first = [values.get(key, "") for key in ("seq", "no", "clause", "group", "name")]
    words = [_bare(text) for text in first if text]
    return not values.get("model") and any(word in TOTALS or _TOTAL.match(word) for word in words)


def _bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).rstrip(":").casefold()


def _is_section(values: Mapping[str, str], record_id: str) -> bool:
    """True for a row of a title alone: `一、机房设备`, in one cell or with its number."""
    named = {key: value for key, value in values.items() if key not in {"amount", "notes"}}
    return not record_id and 0 < len(named) <= 2 and not named.keys() & {"model", "make", "spec", "unit_price"}


def _is_heading(values: Mapping[str, str]) -> bool:
    """True for the row of headings come again, as on each printed page."""
    known = {name for names in _HEADINGS.values() for name in names} | {
        "名称",
        "数量",
        "单位",
        "Name",
        "Quantity",
        "Unit",
    }
    return values.get("qty") in known and values.get("name") in known


def _take(ws: Workspace, found: ItemList, row: Row, section: str) -> None:
    values = {path[0]: value for path, value in row.values.items()}
    said: dict[str, Any] = {
        key: values[key]
        for key in ("clause", "name", "make", "model", "spec", "order_no", "vendor", "notes")
        if key in values
    }
    own = values.get("no", "")
    record_id = row.record_id if row.record_id.startswith("ITM-") else ""
    if row.record_id and not record_id and not own:
        own = row.record_id
    said["no"] = own or values.get("seq")
    said["group"] = values.get("group") or section
    number, unit = _quantity(found, row.line, values)
    said["qty"], said["unit"] = number, values.get("unit") or unit
    for key in ("unit_price", "unit_cost", "amount"):
        said[key] = _money(ws, found, row.line, key, values.get(key))
    amount = said.pop("amount")
    if values.get("promised_on"):
        said["promised_on"] = plain_day(values["promised_on"])
    if amount is not None and said["unit_price"] is not None and number is not None:
        comes = Money(Money.parse(said["unit_price"]).amount * Decimal(number), ws.project.currency)
        if amount != str(comes):
            found.odd.append((row.line, Money.parse(amount), comes))
    kept: dict[Path, Any] = {(key,): value for key, value in said.items() if value not in (None, "")}
    found.rows.append(Row(row.line, kept, record_id, own))


def _quantity(found: ItemList, line: int, values: Mapping[str, str]) -> tuple[str | None, str | None]:
    """The quantity of a row, and the unit where it stands behind it: `2台`, `１，２００`, `2.0 套`."""
    text = unicodedata.normalize("NFKC", values.get("qty", "")).strip()
    if not text:
        found.mistakes.append(Mistake(line, ("qty",), Text("the quantity is missing", "缺少数量")))
        return None, None
    match = AMOUNT.match(text)
    if match is None:
        says = Text(en="`{text}` is not a quantity", zh="`{text}` 不是数量").format(text=values["qty"])
        found.mistakes.append(Mistake(line, ("qty",), says))
        return None, None
    return plain(Decimal(match["number"].replace(",", ""))), (match["unit"] or "").strip() or None


def _money(ws: Workspace, found: ItemList, line: int, key: str, text: str | None) -> str | None:
    if not text or text in {"-", "—", "/"}:
        return None
    try:
        return str(Money.read(text, ws.project.currency))
    except ValueError:
        says = Text(en="`{text}` is not an amount of money", zh="`{text}` 不是金额").format(text=text)
        found.mistakes.append(Mistake(line, (key,), says))
        return None


def refuse_empty(found: ItemList, file: str) -> None:
    """UsageError for a sheet that has headings and no item below them."""
    if not found.rows and not found.mistakes:
        raise UsageError(Text(en="{file} holds no items", zh="{file} 中没有清单项").format(file=file))
