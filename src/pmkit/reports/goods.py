"""到货签收单 and the register of items, filled from a workspace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from pmkit.domain.items import Item
from pmkit.domain.kind import Tracked
from pmkit.domain.receipts import CONCLUSIONS, PAPERS, STATES, Receipt, ReceiptLine
from pmkit.kernel.duration import plain
from pmkit.kernel.money import Money
from pmkit.kernel.text import Text
from pmkit.reports.change import form_head
from pmkit.reports.parties import stands_in
from pmkit.reports.views import goods as view
from pmkit.reports.views.blocks import Audience, Basis, Choice, Head, Photo, SignBox, sign_boxes
from pmkit.workspace.goods import arrived_before, goods, is_late, printed_no
from pmkit.workspace.model import Workspace

_VENDOR = Text("Vendor", "供货单位")
_FEW = 4  # serial numbers that a cell of the form takes
_COLUMNS = 4  # of the annex
_SHORT = 8  # characters of a fingerprint on paper


def receipt_head(ws: Workspace, receipt: Receipt | None = None) -> Head:
    """HEAD of the form: its number by project and kind (FORMS §3: DHQS)."""
    number = f"{ws.project.code}-DHQS-{receipt.id.rpartition('-')[2]}" if receipt else ""
    return replace(form_head(ws), form_no=number, date=receipt.on if receipt else "")


def receipt_sign(ws: Workspace, head: Head, receipt: Receipt | None = None) -> tuple[SignBox, ...]:
    """The boxes: the vendor before the parties of the project."""
    vendor = SignBox(_VENDOR, _vendor(ws, receipt.vendor) if receipt else "")
    boxes = (vendor, *sign_boxes(head))
    return signed_boxes(ws, boxes, receipt, "signed") if receipt else boxes


def signed_boxes(ws: Workspace, boxes: tuple[SignBox, ...], record: Tracked, state: str) -> tuple[SignBox, ...]:
    """The boxes with the customer's signature in theirs, where it is recorded by the record's last step to `state`."""
    step = next((step for step in reversed(record.steps) if step.to == state), None)
    if step is None or record.status != state:
        return boxes
    said = {"opinion": "agree", "signed_by": ws.person_name(step.by), "date": step.on}
    return tuple(
        replace(box, **said) if stands_in(ws, box, step.by, "customer", step.on) else box  # type: ignore[arg-type]
        for box in boxes
    )


def _vendor(ws: Workspace, said: str | None) -> str | None:
    """The vendor's legal name, where a party of the project is called so."""
    named = (party for party in ws.parties if said in {party.id, party.short, party.name})
    return next((party.name for party in named), said)


def receipt_form(ws: Workspace, receipt: Receipt, photos: tuple[Photo, ...], basis: Basis) -> view.ReceiptForm:
    """The form of a delivery."""
    head = receipt_head(ws, receipt)
    so_far = dict(arrived_before(ws, receipt))
    lines, annexes = [], []
    for line in receipt.lines:
        so_far[line.item] = so_far.get(line.item, Decimal(0)) + line.qty
        item = ws.find(line.item, Item)
        lines.append(_arrived(line, item, printed_no(ws, line.item), so_far, counts=receipt.counts))
        if len(line.serials) > _FEW:
            annexes.append(_annex(line, item))
    state = STATES.names[receipt.status]
    return view.ReceiptForm(
        head=head,
        ref=receipt.id,
        vendor=_vendor(ws, receipt.vendor),
        order_no=receipt.order_no,
        arrived_on=receipt.on,
        place=receipt.place,
        waybill=receipt.waybill,
        lines=tuple(lines),
        annexes=tuple(annexes),
        papers=Choice.of(PAPERS, *receipt.papers),
        conformity=Choice.of(view.CONFORMITY, "no" if receipt.differences else "yes"),
        differences=receipt.differences or Text("none", "无"),
        conclusion=Choice.of(CONCLUSIONS, receipt.conclusion),
        status=state if receipt.status in {"void", "disputed"} else "",
        photos=photos,
        sign=receipt_sign(ws, head, receipt),
        fingerprint=receipt.digest.rpartition(":")[2][:_SHORT],
        basis=basis,
    )


def _arrived(
    line: ReceiptLine, item: Item | None, no: str, so_far: Mapping[str, Decimal], *, counts: bool
) -> view.Arrived:
    many = len(line.serials) > _FEW
    serials: Text | str | None = ", ".join(line.serials) or None
    if many:
        serials = Text(en="see annex ({n})", zh="见附件（{n} 个）").format(n=len(line.serials))
    return view.Arrived(
        no=no,
        name=item.name if item else line.item,
        make=item.make if item else None,
        model=item.model if item else None,
        unit=item.unit if item else None,
        contract=plain(item.qty) if item else None,
        now=plain(line.qty),
        so_far=plain(so_far[line.item] if counts else so_far[line.item] - line.qty),
        serials=serials,
        packing=line.packing,
        condition=line.condition,
        remarks=line.remarks,
    )


def _annex(line: ReceiptLine, item: Item | None) -> view.Annex:
    rows = [line.serials[at : at + _COLUMNS] for at in range(0, len(line.serials), _COLUMNS)]
    padded = tuple((*row, *[""] * (_COLUMNS - len(row))) for row in rows)
    return view.Annex(f"{line.item} {item.described if item else ''}".rstrip(), padded)


def item_register(ws: Workspace, as_of: date, audience: Audience, basis: Basis) -> view.ItemRegister:
    """Every item of the list, with what became of it."""
    found = goods(ws)
    lines = []
    whole = {"arrived": 0, "installed": 0, "commissioned": 0}
    costs: list[Money] = []
    for item in ws.of(Item):
        counts = found.of(item.id)
        for key in whole:
            whole[key] += item.qty > 0 and getattr(counts, key) >= item.qty
        cost = None
        if audience == "internal" and item.unit_cost is not None:
            cost = Money(item.unit_cost.amount * item.qty, item.unit_cost.currency)
            costs.append(cost)
        lines.append(
            view.ItemLine(
                ref=item.id, no=item.no or "", group=item.group or "", name=item.name, make=item.make or "",
                model=item.model or "", unit=item.unit or "", contract=plain(counts.contract),
                ordered=plain(counts.ordered), arrived=plain(counts.arrived), installed=plain(counts.installed),
                commissioned=plain(counts.commissioned), accepted=plain(counts.accepted), vendor=item.vendor or "",
                order_no=item.order_no or "", promised_on=item.promised_on or "",
                late=(as_of - item.promised_on).days if item.promised_on and is_late(item, counts, as_of) else 0,
                unit_cost=item.unit_cost.printed() if cost is not None and item.unit_cost else "",
                cost=cost.printed() if cost is not None else "",
            )
        )  # fmt: skip
    return view.ItemRegister(
        head=replace(form_head(ws), date=as_of),
        audience=audience,
        lines=tuple(lines),
        complete=whole["arrived"],
        installed=whole["installed"],
        commissioned=whole["commissioned"],
        late=sum(line.late > 0 for line in lines),
        cost=Money.total(costs, costs[0].currency).printed() if len({one.currency for one in costs}) == 1 else "",
        basis=basis,
    )
