"""The item list: rows of a file become items, or update those that they name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pmkit.actions.records import NextId, changes_between
from pmkit.domain.items import ITEM, Item
from pmkit.domain.kind import file_data, file_value, value_of
from pmkit.domain.problems import problems
from pmkit.kernel.duration import plain
from pmkit.kernel.text import Text
from pmkit.workspace.edits import Acting, Append, Change, Create, Edits
from pmkit.workspace.goods import Goods, goods
from pmkit.workspace.layout import ITEMS
from pmkit.workspace.model import Workspace
from pmkit.workspace.rows import Mistake, Row

Changed = tuple[str, Any, Any]  # the field, what it said, what it says


@dataclass(frozen=True, slots=True)
class TakenItems:
    """What an import of a list comes to: the edits (None where nothing differs), or what is wrong with which row.

    `gone`: items that the file does not have any more; they stay as they are.
    """

    edits: Edits | None
    mistakes: tuple[Mistake, ...] = ()
    new: tuple[str, ...] = ()
    changed: Mapping[str, tuple[Changed, ...]] = field(default_factory=dict)
    same: int = 0
    gone: tuple[str, ...] = ()


def take_items(ws: Workspace, rows: Sequence[Row], next_id: NextId, acting: Acting) -> TakenItems:
    """Rows with an id, the customer's item number, or else the name and model of an item update it; others are new.

    An empty cell leaves its field alone: the customer's list does not know our vendors.
    """
    matched, mistakes = _matched(ws, rows)
    counted = goods(ws)
    made: list[tuple[Item | None, Item]] = []
    for row, known in matched:
        said = {path[0]: value for path, value in row.values.items()}
        raw = {"id": known.id, **file_data(known), **said} if known else {"id": "ITM-000", **said}
        item, wrong = problems(Item, raw)
        mistakes += [Mistake(row.line, loc[:1] or None, says) for loc, says in wrong]
        if item is None:
            continue
        if known is not None:
            mistakes += _below_arrived(counted, known, item, row)
            item = item.placed(known.spot)
        made.append((known, item))
    if mistakes:
        return TakenItems(None, tuple(sorted(mistakes, key=lambda m: m.line)))
    return _taken(ws, made, next_id, acting)


def _matched(ws: Workspace, rows: Sequence[Row]) -> tuple[list[tuple[Row, Item | None]], list[Mistake]]:
    """Each row with the item that it is about, None for a new one; what cannot be told is a mistake."""
    found: list[tuple[Row, Item | None]] = []
    mistakes: list[Mistake] = []
    taken: dict[str, int] = {}
    fresh: dict[tuple[str, ...], int] = {}
    items = ws.of(Item)
    for row in rows:
        said = {path[0]: str(value) for path, value in row.values.items()}
        known, says = _about(items, row, said)
        mark = (row.key,) if row.key else tuple(said.get(key, "") for key in ("no", "group", "name", "make", "model"))
        before = taken.get(known.id) if known else fresh.get(mark)
        if says is None and before is not None:
            says = Text(en="row {n} is about the same item", zh="与第 {n} 行重复").format(n=before + 1)
        if says is not None:
            mistakes.append(Mistake(row.line, ("no",) if row.key else ("name",), says))
            continue
        if known is not None:
            taken[known.id] = row.line
        fresh[mark] = row.line
        found.append((row, known))
    return found, mistakes


def _about(items: Sequence[Item], row: Row, said: Mapping[str, str]) -> tuple[Item | None, Text | None]:
    """The item that a row is about, or what is wrong with how it names one."""
    if row.record_id:
        known = next((item for item in items if item.id == row.record_id), None)
        missing = Text(en="there is no {id}", zh="没有 {id}").format(id=row.record_id)
        return known, None if known else missing
    if row.key and (numbered := [item for item in items if item.no == row.key]):
        return (numbered[0], None) if len(numbered) == 1 else (None, _several(numbered))
    alike = [item for item in items if item.name == said.get("name") and (item.model or "") == said.get("model", "")]
    if row.key:  # a number of its own that nobody has yet: another row of the same goods, unless they had none
        alike = [item for item in alike if item.no is None]
    for key in ("group", "no", "make"):
        if len(alike) > 1:
            alike = [item for item in alike if (getattr(item, key) or "") == said.get(key, "")] or alike
    if len(alike) > 1:
        return None, _several(alike)
    if alike and alike[0].group and said.get("group") and alike[0].group != said["group"]:
        return None, None  # the same goods in another section are an item of their own
    if alike:
        return alike[0], None
    same_no = [item for item in items if said.get("no") and item.no == said["no"] and item.name == said.get("name")]
    numbered = [item for item in same_no if (item.group or "") == said.get("group", "")]
    return (numbered[0] if len(numbered) == 1 else None), None


def _several(items: Sequence[Item]) -> Text:
    ids = Text.join(Text.same(item.id) for item in items)
    return Text(
        en="may be any of {ids}; say which in a column “ITM”", zh="可能是 {ids} 中的任一项，请加“ITM”列写明编号"
    ).format(ids=ids)


def _below_arrived(counted: Goods, known: Item, item: Item, row: Row) -> list[Mistake]:
    arrived = counted.of(known.id).arrived
    if item.qty >= arrived or item.qty == known.qty:
        return []
    says = Text(en="{id}: {n} have arrived already", zh="{id} 已到货 {n}").format(id=known.id, n=plain(arrived))
    return [Mistake(row.line, ("qty",), says, refused=True)]


def _taken(ws: Workspace, made: Sequence[tuple[Item | None, Item]], next_id: NextId, acting: Acting) -> TakenItems:
    keys = [key for key in Item.model_fields if key != "id"]
    changes: list[Change] = []
    changed: dict[str, tuple[Changed, ...]] = {}
    fresh: list[Item] = []
    for known, item in made:
        if known is None:
            fresh.append(item.model_copy(update={"id": next_id(ITEM.prefix)}))
        elif amendments := changes_between(ws, known, item, keys):
            changes += amendments
            differs = [key for key in keys if value_of(known, key) != value_of(item, key)]
            changed[known.id] = tuple(
                (key, file_value(value_of(known, key)), file_value(value_of(item, key))) for key in differs
            )
    data = [{"id": item.id, **file_data(item)} for item in fresh]
    if data and not ws.of(Item):
        changes.append(Create(ITEMS, {ITEM.list_key or "": data}, ITEM.name))
    else:
        changes += [Append(ITEMS, (ITEM.list_key or "",), one) for one in data]
    about = {known.id for known, _ in made if known}
    gone = tuple(item.id for item in ws.of(Item) if item.id not in about and item.qty)
    new = tuple(item.id for item in fresh)
    same = len(made) - len(new) - len(changed)
    if not changes:
        return TakenItems(None, same=same, gone=gone)
    counted = ((new, Text("{n} new", "新增 {n} 条")), (changed, Text("{n} changed", "修改 {n} 条")))
    what = Text.join((word.format(n=len(ids)) for ids, word in counted if ids), zh="，")
    subject = Text("Import the item list: {what}", "导入设备清单：{what}").format(what=what)
    edits = Edits(tuple(changes), "item.import", (*new, *changed), subject, acting.by, acting.on)
    return TakenItems(edits, (), new, changed, same, gone)
