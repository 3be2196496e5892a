"""Delivery receipts: record what arrived, correct it, void it. The counts follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pmkit.actions.goods import Where, joined_lines, refuse_wrong
from pmkit.actions.photos import TakenPhoto, kept_photos
from pmkit.actions.records import NextId, changes_between, check_links, filled, new_record, step_to
from pmkit.domain.kind import file_data
from pmkit.domain.problems import validated
from pmkit.domain.receipts import RECEIPT, Receipt
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import Text
from pmkit.kernel.usage import usage
from pmkit.workspace.edits import Acting, Append, Change, Create, Edits, headed
from pmkit.workspace.goods import goods
from pmkit.workspace.layout import new_path
from pmkit.workspace.model import Workspace


def record(
    ws: Workspace, values: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], photos: Sequence[TakenPhoto],
    next_id: NextId, acting: Acting, where: Where = lambda _: None,
) -> Edits:  # fmt: skip
    """A delivery as it was counted. Refused where the counts would not add up; `values`: the receipt's other fields.

    Order and vendor are those of the items where nobody says so and all of them agree; where less came than was open
    of what came, the conclusion is `part`.
    """
    if not lines:
        raise UsageError(
            Text("what arrived?", "请给出到货明细"),
            usage('`pmkit receipt record --line "ITM-003 2 SN1,SN2 完好"` or `--lines receipt.xlsx`'),
        )
    kept, files = kept_photos(photos)
    said = {"on": acting.on.isoformat(), **_of_items(ws, lines), **values, "lines": joined_lines(lines)}
    if kept:
        said["photos"] = kept
    receipt = new_record(ws, RECEIPT, said, next_id(RECEIPT.prefix), acting)
    assert isinstance(receipt, Receipt)  # noqa: S101 - of that kind
    if "conclusion" not in values and (receipt.differences or _leaves_open(ws, receipt)):
        receipt = receipt.model_copy(update={"conclusion": "part"})
    refuse_wrong(ws, receipt, where)
    changes: tuple[Change, ...] = (*files, Create(new_path(RECEIPT, receipt.id), file_data(receipt), RECEIPT.name))
    subject = headed(
        receipt.id, Text("Record the delivery {name}", "登记到货：{name}").format(name=receipt.name_to_show)
    )
    return Edits(changes, "receipt.record", (receipt.id,), subject, acting.by, acting.on)


def _of_items(ws: Workspace, lines: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    from pmkit.domain.items import Item

    items = [item for line in lines if (item := ws.find(str(line.get("item")), Item)) is not None]
    found = {}
    for key in ("order_no", "vendor"):
        words = {getattr(item, key) for item in items}
        if len(words) == 1 and (word := words.pop()):
            found[key] = word
    return found


def _leaves_open(ws: Workspace, receipt: Receipt) -> bool:
    """True where some of what came has still more to come."""
    from pmkit.domain.items import Item

    counted = goods(ws)
    came: dict[str, Any] = {}
    for line in receipt.lines:
        came[line.item] = came.get(line.item, 0) + line.qty
    return any(ws.find(item, Item) is not None and counted.of(item).missing > qty for item, qty in came.items())


def correct(
    ws: Workspace, receipt: Receipt, values: Mapping[str, Any], lines: Sequence[Mapping[str, Any]],
    photos: Sequence[TakenPhoto], acting: Acting, note: str | None, where: Where = lambda _: None,
) -> Edits:  # fmt: skip
    """What was counted, counted again. `lines` replace those of their items; a quantity of 0 takes an item out.

    A signed receipt is disputed first: the customer signed what it says.
    """
    states = RECEIPT.states
    assert states is not None  # noqa: S101 - declared with states
    states.move(RECEIPT, receipt.id, receipt.status, "correct")
    revised = filled(ws, receipt, values)
    if lines:
        again = joined_lines(lines)
        counted = {line["item"] for line in again}
        kept = [line for line in file_data(receipt)["lines"] if line["item"] not in counted]
        raw = {"id": receipt.id, **file_data(revised), "lines": [*kept, *(one for one in again if one["qty"] != "0")]}
        revised = validated(Receipt, raw).placed(receipt.spot)
        check_links(ws, revised)
    filed, files = kept_photos(photos)
    changes: list[Change] = [*files, *changes_between(ws, receipt, revised, [*values, *(["lines"] if lines else [])])]
    at = receipt.at("photos")
    changes += [Append(at.path, at.keys, photo) for photo in filed]
    if not changes:
        raise Refused(
            Text(en="{id} says that already; nothing to write", zh="{id} 已是该内容，无需修改").format(id=receipt.id)
        )
    refuse_wrong(ws, revised.model_copy(update={"status": "draft"}), where)
    if receipt.status != "draft" or note:
        changes += step_to(receipt, "draft", acting, note)
    subject = headed(receipt.id, Text("Correct what was counted", "更正到货明细"))
    return Edits(tuple(changes), "receipt.correct", (receipt.id,), subject, acting.by, acting.on)
