"""Lines about goods, written short, and the refusal of whatever would not add up any more."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from pmkit.domain.items import Item
from pmkit.domain.receipts import Receipt
from pmkit.domain.site_records import SiteRecord
from pmkit.kernel.duration import plain
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import Text, did_you_mean
from pmkit.workspace.goods import Wrong, goods, goods_with
from pmkit.workspace.model import Workspace, normal_id
from pmkit.workspace.rows import Mistake

_QTY = re.compile(r"[0-9]+(?:\.[0-9]+)?\Z")
_SERIAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_:+-]*\Z")
_MARKS = re.compile(r"[,，、;；|\s]+")


def item_named(ws: Workspace, text: str) -> Item:
    """The item by its id, its number in the customer's list, or its model or name where only one has it.

    Raises UsageError with the nearest one.
    """
    said = text.strip()
    items = ws.of(Item)
    by_id = next((item for item in items if item.id == normal_id(said)), None)
    if by_id is not None:
        return by_id
    for key in ("no", "model", "name"):
        found = [item for item in items if (getattr(item, key) or "").casefold() == said.casefold()]
        if len(found) == 1:
            return found[0]
        if found:
            ids = Text.join(Text.same(item.id) for item in found)
            raise UsageError(
                Text(en="“{text}” may be any of {ids}", zh="“{text}”可能是 {ids} 中的任一项").format(text=said, ids=ids)
            )
    known = [word for item in items for word in (item.id, item.no, item.model, item.name) if word]
    raise UsageError(
        Text(en="there is no item {text}", zh="清单中没有 {text}").format(text=said),
        did_you_mean(said, known)
        if items
        else Text(
            "take the item list in first: `pmkit item import FILE`", "请先导入设备清单：`pmkit item import 文件`"
        ),
    )


def serials_in(text: str) -> list[str]:
    """The serial numbers of a cell or option: separated by commas, semicolons, blanks or lines."""
    return [serial for part in _MARKS.split(text) if (serial := part.strip())]


def short_line(ws: Workspace, text: str) -> dict[str, Any]:
    """A line written short: `ITM-003 2 SN1,SN2 完好`; what has no figure in it is no serial number but words.

    `=` may stand for the blank behind the item. Raises UsageError.
    """
    first, rest = text.replace("=", " ", 1).split(None, 1) if len(text.replace("=", " ", 1).split()) > 1 else (text, "")
    words = rest.split()
    qty = words.pop(0).rstrip("台套个件只块") if words and _QTY.match(words[0].rstrip("台套个件只块")) else None
    serials: list[str] = []
    while words and _are_serials(words[0]):
        serials += serials_in(words.pop(0))
    if qty is None and not serials:
        raise UsageError(
            Text(en="`{text}` is no line of goods", zh="`{text}` 不是有效的明细").format(text=text),
            Text(
                "write ITEM QUANTITY [SERIAL,SERIAL] [CONDITION], like `ITM-003 2 SN1,SN2 intact`",
                "请写成 清单项 数量 [序列号,序列号] [外观]，如 `ITM-003 2 SN1,SN2 完好`",
            ),
        )
    line: dict[str, Any] = {"item": item_named(ws, first).id, "qty": plain(Decimal(qty or len(serials)))}
    if serials:
        line["serials"] = serials
    if words:
        line["condition"] = " ".join(words)
    return line


def _are_serials(word: str) -> bool:
    parts = serials_in(word)
    return bool(parts) and all(_SERIAL.match(part) and any(ch.isdigit() for ch in part) for part in parts)


def joined_lines(lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Lines of one item in one condition as one line: lists have a row a serial number."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for line in lines:
        mark = tuple(line.get(key) for key in ("item", "packing", "condition", "remarks"))
        known = found.get(mark)
        if known is None:
            found[mark] = dict(line)
            continue
        known["qty"] = plain(Decimal(str(known["qty"])) + Decimal(str(line["qty"])))
        if known.get("serials") or line.get("serials"):
            known["serials"] = [*known.get("serials", ()), *line.get("serials", ())]
    return list(found.values())


Where = Callable[[Wrong], Text | None]  # where a person wrote what is wrong: the cell of a sheet


def refuse_wrong(ws: Workspace, record: Receipt | SiteRecord, where: Where = lambda _: None) -> None:
    """Refuse what a record would make wrong, all of it; what is wrong already is not its fault."""
    if new := new_wrongs(ws, record):
        raise Refused(Text.join([_placed(one, where(one)) for one in new], en="\n", zh="\n"), _fix(new))


def _placed(wrong: Wrong, place: Text | None) -> Text:
    return wrong.says if place is None else Text("{at}: {says}", "{at}：{says}").format(at=place, says=wrong.says)


def new_wrongs(ws: Workspace, record: Receipt | SiteRecord) -> list[Wrong]:
    """What would be wrong with a record in place that is not wrong today."""
    today = {(one.rule, one.record.id, one.says.en) for one in goods(ws).wrong}
    return [one for one in goods_with(ws, record).wrong if (one.rule, one.record.id, one.says.en) not in today]


def _fix(wrong: Sequence[Wrong]) -> Text | None:
    rules = {one.rule for one in wrong}
    fixes = {
        "over": Text(
            "count again; where the contract has more now: `pmkit item set ITM-ID qty=N`",
            "请核对数量；合同数有调整的：`pmkit item set ITM 编号 qty=数量`",
        ),
        "unarrived": Text("record the delivery first: `pmkit receipt record`", "请先登记到货：`pmkit receipt record`"),
        "uninstalled": Text(
            "record the installation first: `pmkit site record --type install`",
            "请先登记安装：`pmkit site record --type install`",
        ),
    }
    said = [fix for rule, fix in fixes.items() if rule in rules]
    return Text.join(said, en="; ", zh="；") if said else None


def lines_of_rows(
    ws: Workspace, rows: Sequence[tuple[int, Mapping[str, str]]]
) -> tuple[list[tuple[int, dict[str, Any]]], list[Mistake]]:
    """The lines of a delivery that rows of a sheet say, each with its row, and what is wrong with the rows."""
    found: list[tuple[int, dict[str, Any]]] = []
    mistakes: list[Mistake] = []
    for row, said in rows:
        key = next((key for key in ("item", "no", "model", "name") if said.get(key)), None)
        serials = serials_in(said.get("serials", ""))
        if key is None or (not serials and "qty" not in said):
            missing = ("item", Text("which item is missing", "缺少清单项")) if key is None else (
                "qty", Text("the quantity is missing", "缺少数量")
            )  # fmt: skip
            mistakes.append(Mistake(row, (missing[0],), missing[1]))
            continue
        try:
            item = _item_of_row(ws, said, key)
        except UsageError as error:
            mistakes.append(Mistake(row, (key,), error.says))
            continue
        line: dict[str, Any] = {"item": item.id, "qty": plain(Decimal(said.get("qty") or len(serials)))}
        if serials:
            line["serials"] = serials
        line |= {key: said[key] for key in ("packing", "condition", "remarks") if said.get(key)}
        if Decimal(line["qty"]) > 0:
            found.append((row, line))
    return found, mistakes


def _item_of_row(ws: Workspace, said: Mapping[str, str], key: str) -> Item:
    """The item of a row: by the most telling of its columns, by the others where that one fits several."""
    try:
        return item_named(ws, said[key])
    except UsageError:
        alike = [
            item for item in ws.of(Item)
            if all(not said.get(k) or (getattr(item, k) or "").casefold() == said[k].casefold()
                   for k in ("no", "model", "name"))
        ]  # fmt: skip
        if len(alike) == 1 and "item" not in said:
            return alike[0]
        raise


def places_of(lines: Sequence[tuple[int, Mapping[str, Any]]], at: Callable[[int, str], str]) -> Where:
    """Where rows of a sheet say what is wrong. `at`: the address of a row's cell by its field."""

    def where(wrong: Wrong) -> Text | None:
        if not isinstance(wrong.record, Receipt) or len(wrong.keys) < 2:
            return None
        line = wrong.record.lines[int(wrong.keys[1])]
        rows = [(row, one) for row, one in lines if one["item"] == line.item]
        if len(wrong.keys) == 4:
            serial = line.serials[int(wrong.keys[3])]
            rows = [(row, one) for row, one in rows if serial in one.get("serials", ())]
        return Text.same(at(rows[-1][0], str(wrong.keys[2]))) if rows else None

    return where
