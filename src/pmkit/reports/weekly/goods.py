"""Sections nine and twelve: what arrived and was installed, photos of the week; and the lines of work done on site."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.domain.items import Item
from pmkit.domain.photos import KeptPhoto
from pmkit.domain.receipts import STATES, Receipt, ReceiptLine
from pmkit.domain.site_records import SiteItem, SiteRecord
from pmkit.kernel.duration import plain
from pmkit.kernel.text import Text
from pmkit.reports.views import weekly as view
from pmkit.reports.weekly.sources import Week
from pmkit.workspace.goods import Counts, goods, is_late
from pmkit.workspace.model import Workspace

_WHOLE_LIST = 12  # items: a list of so few is shown whole, of a longer one what moved in the week or is late
_MOST_PHOTOS = 8


def deliveries(ws: Workspace, week: Week) -> Iterator[view.Delivery]:
    """Items of the contract with their counts, once something of the list has arrived or is late."""
    found = goods(ws)
    items = [item for item in ws.of(Item) if item.qty]
    late = {item.id for item in items if is_late(item, found.of(item.id), week.finish)}
    if not late and not any(found.of(item.id).arrived for item in items):
        return
    moved = _moved(ws, week) | late
    for item in items:
        if len(items) <= _WHOLE_LIST or item.id in moved:
            yield _delivery(item, found.of(item.id))


def _moved(ws: Workspace, week: Week) -> set[str]:
    records: list[Receipt | SiteRecord] = [*ws.of(Receipt), *ws.of(SiteRecord)]
    return {line.item for one in records if one.counts and one.on in week for line in _lines(one)}


def _lines(one: Receipt | SiteRecord) -> tuple[ReceiptLine, ...] | tuple[SiteItem, ...]:
    return one.lines if isinstance(one, Receipt) else one.items


def _delivery(item: Item, counts: Counts) -> view.Delivery:
    return view.Delivery(
        Text(f"{item.described} ({item.unit})", f"{item.described}（{item.unit}）") if item.unit else item.described,
        counts.contract, counts.arrived, counts.installed, counts.commissioned,
    )  # fmt: skip


def photos_of(ws: Workspace, week: Week) -> list[tuple[KeptPhoto, str]]:
    """The photos of what was done in the week, the newest records first, with what they show where nobody said it."""
    records: list[Receipt | SiteRecord] = [*ws.of(SiteRecord), *ws.of(Receipt)]
    found: dict[str, tuple[KeptPhoto, str]] = {}
    shown = [one for one in records if one.counts and one.on in week]
    for one in sorted(shown, key=lambda one: (one.on, one.id), reverse=True):
        for photo in one.photos:
            found.setdefault(photo.sha256, (photo, f"{one.name_to_show} {one.on.isoformat()}"))
    return list(found.values())[:_MOST_PHOTOS]


def work_on_site(ws: Workspace, week: Week) -> Iterator[view.Done]:
    """Deliveries and work on site as lines of what was done."""
    for receipt in sorted((r for r in ws.of(Receipt) if r.counts and r.on in week), key=lambda r: (r.on, r.id)):
        called = Text("Delivery: {id} {goods}", "到货：{id} {goods}").format(id=receipt.id, goods=_goods(ws, receipt))
        yield view.Done(called, _recorded_by(ws, receipt), None, 100, STATES.names[receipt.status])
    for one in sorted((s for s in ws.of(SiteRecord) if s.counts and s.on in week), key=lambda s: (s.on, s.id)):
        if one.type == "diary":
            continue
        named = _goods(ws, one) if one.items else Text.same(one.name_to_show)
        called = Text("{type}: {id} {what}", "{type}：{id} {what}").format(type=one.label, id=one.id, what=named)
        yield view.Done(called, _recorded_by(ws, one), None, 100, one.place or "")


def _goods(ws: Workspace, one: Receipt | SiteRecord) -> Text:
    """The goods of a record in a few words."""
    counted: dict[str, str] = {}
    for line in _lines(one):
        item = ws.find(line.item, Item)
        counted[item.name if item else line.item] = f"{plain(line.qty)}{item.unit or '' if item else ''}"
    said = [Text.same(f"{name} {qty}") for name, qty in counted.items()]
    more = Text(en="and {n} more", zh="等 {n} 项").format(n=len(said)) if len(said) > 3 else None
    return Text.join([*said[:3], *([more] if more else [])])


def _recorded_by(ws: Workspace, one: Receipt | SiteRecord) -> str | None:
    return ws.person_name(one.steps[0].by) if one.steps else None
