"""The item list with what became of each item, for people and programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from pmkit.domain.items import Item
from pmkit.domain.kind import file_data
from pmkit.kernel.duration import plain
from pmkit.kernel.text import Lang, Text
from pmkit.output.tables import table
from pmkit.workspace.goods import Counts, Goods, is_late

COUNTS = {
    "contract": Text("Contract", "合同数"),
    "ordered": Text("Ordered", "已订"),
    "arrived": Text("Arrived", "到货"),
    "installed": Text("Installed", "安装"),
    "commissioned": Text("Commissioned", "调试"),
    "accepted": Text("Accepted", "验收"),
}
_LATE = Text("{n} days late", "逾期 {n} 天")


def items_text(found: Goods, items: Sequence[Item], as_of: date, lang: Lang, width: int) -> str:
    """A line an item: what it is, and the counts."""
    heads = [
        Text("ID", "编号"), Text("Item no.", "清单项号"), Text("Name", "名称"), Text("Model", "规格型号"),
        Text("Unit", "单位"), *COUNTS.values(), Text("Promised on", "承诺到货"), Text.same(""),
    ]  # fmt: skip
    rows = []
    for item in items:
        counts = found.of(item.id)
        late = _days_late(item, counts, as_of)
        rows.append(
            [
                item.id, item.no or "", item.name, item.model or "", item.unit or "", *_numbers(counts),
                item.promised_on.isoformat() if item.promised_on else "",
                _LATE.format(n=late).to(lang) if late else "",
            ]
        )  # fmt: skip
    return table([head.to(lang) for head in heads], rows, width, right=range(5, 11))


def _numbers(counts: Counts) -> list[str]:
    return [plain(getattr(counts, key)) for key in COUNTS]


def _days_late(item: Item, counts: Counts, as_of: date) -> int:
    return (as_of - item.promised_on).days if item.promised_on and is_late(item, counts, as_of) else 0


def items_json(found: Goods, items: Sequence[Item], as_of: date) -> list[dict[str, Any]]:
    """The stable shape of `item list --json`; quantities are decimal text."""
    rows = []
    for item in items:
        counts = found.of(item.id)
        rows.append(
            {"id": item.id, **file_data(item)}
            | {
                "counts": {key: plain(getattr(counts, key)) for key in (*COUNTS, "signed", "missing")},
                "late": is_late(item, counts, as_of),
                "days_late": _days_late(item, counts, as_of),
                "serials": found.serials_of(item.id),
            }
        )
    return rows
