"""Site records: what was done on site, on which goods, with what result."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from pmkit.actions.goods import item_named, joined_lines, refuse_wrong, serials_in, short_line
from pmkit.actions.photos import TakenPhoto, kept_photos
from pmkit.actions.records import NextId, changes_between, filled, new_record, step, step_to
from pmkit.domain.items import Item
from pmkit.domain.kind import file_data
from pmkit.domain.receipts import Receipt
from pmkit.domain.site_records import RESULTS, SITE, SiteRecord
from pmkit.kernel.duration import plain
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.money import Money
from pmkit.kernel.text import Text
from pmkit.kernel.usage import usage
from pmkit.workspace.edits import Acting, Append, Change, Create, Edits, headed
from pmkit.workspace.goods import goods, serial_key
from pmkit.workspace.layout import new_path
from pmkit.workspace.model import Workspace

_PARTS = re.compile(r"[;；|]")
_WORK = re.compile(r"(?P<what>.+?)\s+(?P<qty>[0-9]+(?:\.[0-9]+)?)\s*(?P<unit>[^\s0-9@]+)?(?:\s*@\s*(?P<price>.+))?\Z")
# What each type cannot do without, once the work is recorded.
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "install": ("items",),
    "commission": ("items",),
    "concealed": ("place",),
    "diary": ("work",),
    "cutover": ("window", "fallback"),
    "variation": ("reason", "works"),
    "agreement": ("reason",),
}


def record(
    ws: Workspace, values: Mapping[str, Any], photos: Sequence[TakenPhoto], next_id: NextId, acting: Acting,
    today: date, *, is_draft: bool,
) -> Edits:  # fmt: skip
    """Work that was done on the day of `acting`; `today` is when it is entered. Refused where counts do not add up."""
    kept, files = kept_photos(photos)
    said = {"on": acting.on.isoformat(), "entered": today.isoformat(), **values}
    if said["entered"] <= str(said["on"]):
        said.pop("entered")
    if kept:
        said["photos"] = kept
    one = new_record(ws, SITE, said, next_id(SITE.prefix), acting)
    assert isinstance(one, SiteRecord)  # noqa: S101 - of that kind
    if not is_draft:
        _refuse_incomplete(one)
        one = one.model_copy(update={"status": "recorded", "steps": (*one.steps, _step("recorded", acting))})
        refuse_wrong(ws, one)
    changes: tuple[Change, ...] = (*files, Create(new_path(SITE, one.id), file_data(one), SITE.name))
    subject = headed(
        one.id, Text("Add {type}: {name}", "新增{type}：{name}").format(type=one.label, name=one.name_to_show)
    )
    return Edits(changes, "site-record.record", (one.id,), subject, acting.by, acting.on)


def _step(to: str, acting: Acting) -> Any:
    from pmkit.domain.kind import Step

    return Step.model_validate(step(to, acting))


def finish(
    ws: Workspace, one: SiteRecord, values: Mapping[str, Any], photos: Sequence[TakenPhoto], acting: Acting, *,
    is_draft: bool,
) -> Edits:  # fmt: skip
    """A draft with what was missing, recorded unless it stays one. What is given for a list replaces it."""
    states = SITE.states
    assert states is not None  # noqa: S101 - declared with states
    states.move(SITE, one.id, one.status, "record")
    emptied = {key: () for key, value in values.items() if isinstance(value, list)}
    revised = filled(ws, one.model_copy(update=emptied).placed(one.spot), values)
    filed, files = kept_photos(photos)
    changes: list[Change] = [*files, *changes_between(ws, one, revised, list(values))]
    at = one.at("photos")
    changes += [Append(at.path, at.keys, photo) for photo in filed]
    if not is_draft:
        _refuse_incomplete(revised)
        refuse_wrong(ws, revised.model_copy(update={"status": "recorded"}))
        changes += step_to(one, "recorded", acting)
    if not changes:
        raise Refused(
            Text(en="{id} says that already; nothing to write", zh="{id} 已是该内容，无需修改").format(id=one.id)
        )
    subject = headed(one.id, Text("Record the work", "记录现场工作"))
    return Edits(tuple(changes), "site-record.record", (one.id,), subject, acting.by, acting.on)


def _refuse_incomplete(one: SiteRecord) -> None:
    from pmkit.domain.kind import about

    missing = [key for key in _NEEDS[one.type] if not getattr(one, key)]
    if missing:
        labels = Text.join(about(SiteRecord)[key].label for key in missing)
        raise UsageError(
            Text(en="a {type} needs: {labels}", zh="{type}缺少：{labels}").format(type=one.label, labels=labels),
            Text("give it, or add `--draft` and finish it later", "请补充，或加 `--draft` 先存草稿"),
        )


# --- what the options say --------------------------------------------------------------------------------------------


def items_of(ws: Workspace, type_: str, texts: Sequence[str], serials: Sequence[str]) -> list[dict[str, Any]]:
    """The goods of a record: `ITM-003 2 SN1,SN2`, `ITM-003=2`, an item alone for all that is left to do of it.

    A serial number by itself says which item it is of. Raises UsageError.
    """
    counted = goods(ws)
    lines: list[dict[str, Any]] = []
    pieces: list[dict[str, Any]] = []
    alone: list[Item] = []
    for text in (part for said in texts for part in re.split(r"[,，、]\s*(?=ITM-)", said)):
        words = text.replace("=", " ", 1).split()
        if len(words) > 1:
            line = short_line(ws, text)
            line.pop("condition", None)
            lines.append(line)
        else:
            alone.append(item_named(ws, text))
    unknown = []
    for serial in (one for text in serials for one in serials_in(text)):
        piece = counted.pieces.get(serial_key(serial))
        if piece is None:
            unknown.append(serial)
            continue
        pieces.append({"item": piece.item, "qty": "1", "serials": [piece.serial]})
    if unknown:
        raise UsageError(
            Text(en="in no receipt: {serials}", zh="不在任何到货签收单中的序列号：{serials}").format(
                serials=Text(", ".join(unknown), "、".join(unknown))
            ),
            Text("record the delivery first: `pmkit receipt record`", "请先登记到货：`pmkit receipt record`"),
        )
    lines = joined_lines(lines)
    for line in joined_lines(pieces):
        said = next((one for one in lines if one["item"] == line["item"]), None)
        if said is None:
            lines.append(line)
        else:
            said["serials"] = [*said.get("serials", ()), *line["serials"]]
    known = {line["item"] for line in lines}
    for item in alone:
        if item.id not in known:
            lines.append({"item": item.id, "qty": plain(_left(ws, type_, item))})
    return lines


def _left(ws: Workspace, type_: str, item: Item) -> Decimal:
    """How many of an item are left to install, or to commission. UsageError where there are none."""
    counts = goods(ws).of(item.id)
    left = {
        "install": counts.arrived - counts.installed, "commission": counts.installed - counts.commissioned,
    }.get(type_, counts.installed or counts.arrived or item.qty)  # fmt: skip
    if left <= 0:
        raise UsageError(
            Text(en="{id} {name}: nothing is left to do", zh="{id} {name} 没有待处理的数量").format(
                id=item.id, name=item.name
            ),
            Text.same(f"pmkit item list --json | pmkit show {item.id}"),
        )
    return left


def check_of(text: str) -> dict[str, Any]:
    """`接地电阻;≤4Ω;2.1Ω 合格`: item, required, result; a word for the result alone will do. Raises UsageError."""
    parts = [part.strip() for part in _PARTS.split(text)]
    if not parts[0] or len(parts) > 4:
        raise UsageError(
            Text(en="`{text}` is no check", zh="`{text}` 不是检查项").format(text=text),
            Text("write ITEM;REQUIRED;RESULT", "请写成 检查项;要求;结果"),
        )
    found: dict[str, Any] = {"item": parts[0]}
    if len(parts) > 1 and parts[1]:
        found["required"] = parts[1]
    measured = " ".join(part for part in parts[2:] if part)
    words = {word.casefold(): code for code, label in RESULTS.items() for word in (code, label.en, label.zh)}
    words |= {"ok": "pass", "符合": "pass", "正常": "pass", "通过": "pass", "不符合": "fail", "异常": "fail", "—": "na"}
    last = measured.rsplit(None, 1)
    if measured.casefold() in words:
        found["result"] = words[measured.casefold()]
        if measured not in RESULTS and measured not in {label.zh for label in RESULTS.values()}:
            found["measured"] = measured
    elif len(last) == 2 and last[1].casefold() in words:
        found |= {"measured": last[0], "result": words[last[1].casefold()]}
    elif measured:
        found["measured"] = measured
    return found


def work_of(ws: Workspace, text: str) -> dict[str, Any]:
    """`桥架改道 12m @ 85.00`: what, quantity with unit, unit price. Raises UsageError."""
    match = _WORK.match(text.strip())
    if match is None:
        raise UsageError(
            Text(en="`{text}` is no line of works", zh="`{text}` 不是工程量").format(text=text),
            Text(
                "write WHAT QUANTITY UNIT @ PRICE, like `cable tray 12m @ 85`",
                "请写成 项目 数量单位 @ 单价，如 `桥架改道 12m @ 85`",
            ),
        )
    found: dict[str, Any] = {"what": match["what"], "qty": plain(Decimal(match["qty"]))}
    if match["unit"]:
        found["unit"] = match["unit"]
    if match["price"]:
        try:
            found["price"] = str(Money.read(match["price"], ws.project.currency))
        except ValueError:
            raise UsageError(
                Text(en="`{text}` is not an amount of money", zh="`{text}` 不是金额").format(text=match["price"]),
                usage("85.00"),
            ) from None
    return found


# --- both kinds ------------------------------------------------------------------------------------------------------


def take_back(ws: Workspace, record_: Receipt | SiteRecord, verb: str, note: str | None, acting: Acting) -> Edits:
    """A record that counts no longer: voided, or taken back to draft. Refused while other records build on it."""
    kind = record_.kind
    states = kind.states
    assert states is not None  # noqa: S101 - declared with states
    move = states.move(kind, record_.id, record_.status, verb)
    if "note" in move.needs and not note:
        raise Refused(
            Text(en="{id}: say why", zh="{id}：请说明原因").format(id=record_.id),
            Text("`--note` with the reason", "`--note` 写明原因"),
        )
    refuse_wrong(ws, record_.model_copy(update={"status": move.to}))
    subject = headed(record_.id, move.label)
    changes = step_to(record_, move.to, acting, note)
    return Edits(changes, f"{kind.name}.{verb}", (record_.id,), subject, acting.by, acting.on)
