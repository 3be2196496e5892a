"""What became of the goods: counted from receipts and site records, and whatever does not add up, by its place.

One set of rules serves the commands, which refuse what would break one, and the checks, which find what a hand edit
broke: 0 <= commissioned <= installed <= arrived <= the contract's quantity, and a serial number stands for one piece.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from pmkit.domain.items import Item
from pmkit.domain.kind import Tracked
from pmkit.domain.receipts import Receipt, ReceiptLine
from pmkit.domain.site_records import SiteItem, SiteRecord
from pmkit.kernel.duration import plain
from pmkit.kernel.place import Keys
from pmkit.kernel.text import Text
from pmkit.workspace.model import Workspace

ZERO = Decimal(0)
Rule = Literal["number", "twice", "over", "unarrived", "uninstalled", "unknown"]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of an item. `signed`: of those that arrived, the ones whose receipt the customer signed.

    `accepted`: those whose commissioning the customer signed.
    """

    contract: Decimal = ZERO
    ordered: Decimal = ZERO
    arrived: Decimal = ZERO
    signed: Decimal = ZERO
    installed: Decimal = ZERO
    commissioned: Decimal = ZERO
    accepted: Decimal = ZERO

    @property
    def missing(self) -> Decimal:
        """How many have not arrived yet."""
        return max(ZERO, self.contract - self.arrived)


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that does not add up: which rule, in which record at which keys, in words."""

    rule: Rule
    record: Tracked
    keys: Keys
    says: Text


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece with a serial number: the receipt with which it came, and of which item it is."""

    serial: str
    item: str
    receipt: Receipt
    line: int


@dataclass(frozen=True)
class Goods:
    """Everything that is known of the goods.

    `pieces`: by the serial number as it is compared. `installed` and `commissioned`: the record that says so of it.
    """

    counts: Mapping[str, Counts]
    pieces: Mapping[str, Piece]
    installed: Mapping[str, SiteRecord]
    commissioned: Mapping[str, SiteRecord]
    wrong: tuple[Wrong, ...]

    def of(self, item_id: str) -> Counts:
        return self.counts.get(item_id, Counts())

    def serials_of(self, item_id: str) -> list[str]:
        """The serial numbers of an item that arrived, as they are written."""
        return [piece.serial for piece in self.pieces.values() if piece.item == item_id]


def serial_key(serial: str) -> str:
    """A serial number as it is compared: full-width and small letters are others' spelling of the same."""
    return "".join(unicodedata.normalize("NFKC", serial).casefold().split())


def goods(ws: Workspace) -> Goods:
    """The goods of a workspace."""
    return goods_of(ws.of(Item), ws.of(Receipt), ws.of(SiteRecord))


def goods_with(ws: Workspace, record: Receipt | SiteRecord) -> Goods:
    """The same as it would be with a record in place of what it says now."""
    receipts, site = ([r for r in ws.of(model) if r.id != record.id] for model in (Receipt, SiteRecord))
    if isinstance(record, Receipt):
        return goods_of(ws.of(Item), [*receipts, record], site)  # type: ignore[arg-type, list-item]
    return goods_of(ws.of(Item), receipts, [*site, record])  # type: ignore[arg-type, list-item]


def goods_of(items: Sequence[Item], receipts: Sequence[Receipt], site: Sequence[SiteRecord]) -> Goods:
    """The goods of these records, in the order of the days on which things happened."""
    return _Count(items).of(
        sorted((r for r in receipts if r.counts), key=lambda r: (r.on, r.id)),
        sorted((s for s in site if s.counts), key=lambda s: (s.on, s.id)),
    )


@dataclass
class _Count:
    items: Sequence[Item]
    pieces: dict[str, Piece] = field(default_factory=dict)
    marks: dict[str, dict[str, SiteRecord]] = field(default_factory=lambda: {"install": {}, "commission": {}})
    sums: dict[str, dict[str, Decimal]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Decimal)))
    wrong: list[Wrong] = field(default_factory=list)

    def of(self, receipts: Sequence[Receipt], site: Sequence[SiteRecord]) -> Goods:
        known = {item.id: item for item in self.items}
        for receipt in receipts:
            for at, line in enumerate(receipt.lines):
                self._arrived(known, receipt, at, line)
        for type_ in ("install", "commission"):
            for record in site:
                if record.type == type_:
                    for at, one in enumerate(record.items):
                        self._done(known, record, at, one)
        return Goods(
            {item.id: self._counts(item) for item in self.items}, self.pieces, self.marks["install"],
            self.marks["commission"], tuple(self.wrong),
        )  # fmt: skip

    def _counts(self, item: Item) -> Counts:
        sums = self.sums[item.id]
        return Counts(
            item.qty, item.ordered, sums["arrived"], sums["signed"], sums["install"], sums["commission"],
            sums["accepted"],
        )  # fmt: skip

    def _arrived(self, known: Mapping[str, Item], receipt: Receipt, at: int, line: ReceiptLine) -> None:
        sums, item = self.sums[line.item], known.get(line.item)
        sums["arrived"] += line.qty
        if receipt.status == "signed":
            sums["signed"] += line.qty
        self._number(receipt, ("lines", at), line)
        for number, serial in enumerate(line.serials):
            first = self.pieces.setdefault(serial_key(serial), Piece(serial, line.item, receipt, at))
            if (first.receipt, first.line) != (receipt, at) or serial_key(serial) in map(
                serial_key, line.serials[:number]
            ):
                says = Text(
                    en="serial number {serial} was received before: {receipt}, {item}, on {on}",
                    zh="序列号 {serial} 已登记过：{receipt}，{item}，{on} 到货",
                ).format(serial=serial, receipt=first.receipt.id, item=first.item, on=first.receipt.on)
                self.wrong.append(Wrong("twice", receipt, ("lines", at, "serials", number), says))
        if item is not None and sums["arrived"] > item.qty and sums["arrived"] - line.qty <= item.qty:
            says = Text(
                en="{item} {name}: {n} have arrived, the contract has {qty}",
                zh="{item} {name}：累计到货 {n}，超过合同数 {qty}",
            ).format(item=item.id, name=item.name, n=plain(sums["arrived"]), qty=plain(item.qty))
            self.wrong.append(Wrong("over", receipt, ("lines", at, "qty"), says))

    def _number(self, record: Receipt | SiteRecord, at: Keys, line: ReceiptLine | SiteItem) -> None:
        if line.serials and line.qty != len(line.serials):
            says = Text(
                en="{item}: {n} serial numbers for {qty} pieces", zh="{item}：数量为 {qty}，序列号却有 {n} 个"
            ).format(item=line.item, n=len(line.serials), qty=plain(line.qty))
            self.wrong.append(Wrong("number", record, (*at, "serials"), says))

    def _done(self, known: Mapping[str, Item], record: SiteRecord, at: int, one: SiteItem) -> None:
        type_ = record.type
        before, rule = ("arrived", "unarrived") if type_ == "install" else ("install", "uninstalled")
        sums, item = self.sums[one.item], known.get(one.item)
        sums[type_] += one.qty
        if type_ == "commission" and record.status == "confirmed":
            sums["accepted"] += one.qty
        self._number(record, ("items", at), one)
        if item is not None and sums[type_] > sums[before] and sums[type_] - one.qty <= sums[before]:
            says = (
                Text(
                    en="{item} {name}: {n} would be installed, only {most} have arrived",
                    zh="{item} {name}：累计安装 {n}，超过到货数 {most}",
                )
                if type_ == "install"
                else Text(
                    en="{item} {name}: {n} would be commissioned, only {most} are installed",
                    zh="{item} {name}：累计调试 {n}，超过安装数 {most}",
                )
            ).format(item=item.id, name=item.name, n=plain(sums[type_]), most=plain(sums[before]))
            self.wrong.append(Wrong(rule, record, ("items", at, "qty"), says))  # type: ignore[arg-type]
        for number, serial in enumerate(one.serials):
            says_ = self._serial(record, one, serial)
            if says_ is not None:
                self.wrong.append(Wrong(says_[0], record, ("items", at, "serials", number), says_[1]))
            self.marks[type_].setdefault(serial_key(serial), record)

    def _serial(self, record: SiteRecord, one: SiteItem, serial: str) -> tuple[Rule, Text] | None:
        """What is wrong with a serial number that work was done on."""
        key, type_ = serial_key(serial), record.type
        piece = self.pieces.get(key)
        if piece is None:
            return "unknown", Text(
                en="serial number {serial} is in no receipt", zh="序列号 {serial} 不在任何到货签收单中"
            ).format(serial=serial)
        if piece.item != one.item:
            return "unknown", Text(
                en="serial number {serial} is a piece of {item}, not of {other}",
                zh="序列号 {serial} 属于 {item}，而非 {other}",
            ).format(serial=serial, item=piece.item, other=one.item)
        done = self.marks[type_].get(key)
        if done is not None:
            says = (
                Text(en="serial number {serial} is installed already: {id}", zh="序列号 {serial} 已安装：{id}")
                if type_ == "install"
                else Text(en="serial number {serial} is commissioned already: {id}", zh="序列号 {serial} 已调试：{id}")
            )
            return "twice", says.format(serial=serial, id=done.id)
        if type_ == "commission" and key not in self.marks["install"]:
            return "uninstalled", Text(
                en="serial number {serial} is not installed yet", zh="序列号 {serial} 尚未安装"
            ).format(serial=serial)
        return None


def is_late(item: Item, counts: Counts, as_of: date) -> bool:
    """Promised by a day that has passed, and not all here."""
    return item.promised_on is not None and item.promised_on < as_of and counts.missing > 0


def late_items(ws: Workspace, as_of: date) -> Iterator[tuple[Item, Counts]]:
    """The items that are late, the longest first."""
    found = goods(ws)
    late = [(item, found.of(item.id)) for item in ws.of(Item) if is_late(item, found.of(item.id), as_of)]
    yield from sorted(late, key=lambda pair: (pair[0].promised_on or date.max, pair[0].id))


def printed_no(ws: Workspace, item_id: str) -> str:
    """What papers call an item: its number in the customer's list, where only it has that one, else its id."""
    item = ws.find(item_id, Item)
    if item is None or item.no is None or sum(other.no == item.no for other in ws.of(Item)) > 1:
        return item_id
    return item.no


@dataclass(frozen=True, slots=True)
class DeliveryPapers:
    """The receipts as a paper that a payment needs. `why`: what is still missing; None without an item list."""

    number: str
    at_hand: bool
    why: Text | None


def delivery_papers(ws: Workspace) -> DeliveryPapers:
    """At hand once everything on the item list has arrived and every receipt of it is signed."""
    receipts = [receipt for receipt in ws.of(Receipt) if receipt.counts]
    number = ", ".join(receipt.id for receipt in receipts if receipt.status == "signed")
    items = [item for item in ws.of(Item) if item.qty]
    if not items:
        return DeliveryPapers(number, False, None)
    unsigned = [receipt.id for receipt in receipts if receipt.status != "signed"]
    found = goods(ws)
    missing = [item.id for item in items if found.of(item.id).missing]
    lacks = (
        (Text("not signed: {ids}", "未签收：{ids}"), unsigned),
        (Text("not all here: {ids}", "未到齐：{ids}"), missing),
    )
    why = [says.format(ids=_ids(ids)) for says, ids in lacks if ids]
    return DeliveryPapers(number, not why, Text.join(why, en="; ", zh="；") if why else None)


def _ids(ids: Sequence[str]) -> Text:
    """A few ids, and how many more."""
    more = [Text(en="{n} in all", zh="等 {n} 项").format(n=len(ids))] if len(ids) > 5 else []
    return Text.join([*map(Text.same, ids[:5]), *more])


def arrived_before(ws: Workspace, receipt: Receipt) -> Mapping[str, Decimal]:
    """How many of each item had arrived before a receipt: by day, on the same day by number."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for other in ws.of(Receipt):
        if other.counts and (other.on, other.id) < (receipt.on, receipt.id):
            for line in other.lines:
                sums[line.item] += line.qty
    return sums
