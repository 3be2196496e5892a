"""What arrived, as a sheet says it: a vendor's packing list or our own count, a row an item or one a number."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pmkit.connectors.item_lists import AMOUNT, is_total
from pmkit.connectors.records import Reading, Yaml, rows_of
from pmkit.connectors.sheets import Grid
from pmkit.domain.kind import About, Kind, Record
from pmkit.domain.values import Line, Prose
from pmkit.kernel.text import Text
from pmkit.workspace.model import Workspace
from pmkit.workspace.rows import Mistake, Path


class ReceiptRow(Record):
    """A row, as its columns say it."""

    seq: Annotated[Line | None, About("Seq.", "序号")] = None
    item: Annotated[Line | None, About("Item", "清单项")] = None
    no: Annotated[Line | None, About("Item no.", "清单项号")] = None
    name: Annotated[Line | None, About("Name", "名称")] = None
    model: Annotated[Line | None, About("Model", "规格型号")] = None
    qty: Annotated[Line | None, About("Quantity", "数量")] = None
    serials: Annotated[Prose | None, About("Serial nos.", "序列号")] = None
    packing: Annotated[Line | None, About("Packing", "外包装")] = None
    condition: Annotated[Line | None, About("Condition", "外观")] = None
    remarks: Annotated[Line | None, About("Remarks", "备注")] = None


ROW = Kind(
    name="receipt row", prefix="", folder="", model=ReceiptRow, label=Text("row of a delivery", "到货明细行"),
    plural=Text("rows of a delivery", "到货明细行"),
)  # fmt: skip
_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "seq": ("No.", "No", "#", "项次"),
    "item": ("ITM", "清单编号", "清单项编号"),
    "no": ("项目编码", "清单号", "物料编码", "编码", "Item number", "Item code", "Part no."),
    "name": ("设备名称", "货物名称", "产品名称", "品名", "Description", "Product", "Equipment"),
    "model": ("型号", "规格", "型号规格", "规格/型号", "产品型号", "设备型号", "Model no.", "Type"),
    "qty": ("本次", "本次数量", "本次到货", "到货数量", "实收", "实收数量", "发货数量", "Qty", "Qty.", "Received"),
    "serials": (
        "SN", "S/N", "SN码", "序列号SN", "设备序列号", "序列号/SN", "Serial", "Serial number", "Serial numbers",
        "Serials",
    ),
    "packing": ("包装", "外包装情况", "Package"),
    "condition": ("外观情况", "状态", "外观状态", "State"),
    "remarks": ("说明", "Remark", "Comment", "Notes"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a sheet says: each row (from 0) with its texts by field, and what is wrong."""

    reading: Reading
    rows: tuple[tuple[int, Mapping[str, str]], ...]
    mistakes: tuple[Mistake, ...]


def delivered(ws: Workspace, grids: Sequence[Grid], yaml: Yaml, mapped: Mapping[str, Path]) -> Delivered:
    """The rows of the first sheet that names goods. `mapped`: its headings by the field that they mean."""
    headings = {name: (key,) for key, names in _HEADINGS.items() for name in names} | dict(mapped)
    readings = [rows_of(ws, ROW, grid, yaml, skip_unknown=True, mapped=headings) for grid in grids]
    reading = next((one for one in readings if _names_goods(one)), readings[0])
    if not _names_goods(reading):
        says = Text(
            "no column says which item: 清单项号 (item no.), 规格型号 (model) or 名称 (name), with 数量 (quantity)",
            "缺少“清单项号”“规格型号”或“名称”列，或缺少“数量”“序列号”列",
        )
        return Delivered(reading, (), (Mistake(reading.head, None, says),))
    rows = []
    mistakes = []
    for row in reading.rows:
        said = {path[0]: str(value).strip() for path, value in row.values.items() if value not in (None, "")}
        if row.record_id:
            said.setdefault("item" if row.record_id.startswith("ITM-") else "no", row.record_id)
        if is_total(said) or not said.keys() - {"seq", "remarks"}:
            continue
        if "qty" in said:
            match = AMOUNT.match(unicodedata.normalize("NFKC", said["qty"]))
            if match is None:
                says = Text(en="`{text}` is not a quantity", zh="`{text}` 不是数量").format(text=said["qty"])
                mistakes.append(Mistake(row.line, ("qty",), says))
                continue
            said["qty"] = match["number"].replace(",", "")
        rows.append((row.line, said))
    return Delivered(reading, tuple(rows), tuple(mistakes))


def _names_goods(reading: Reading) -> bool:
    columns = {path[0] for path in reading.columns}
    return bool(columns & {"id", "item", "no", "model", "name"}) and bool(columns & {"qty", "serials"})
