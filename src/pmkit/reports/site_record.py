"""Site records as forms, filled from a workspace."""

from __future__ import annotations

from dataclasses import replace

from pmkit.domain.changes import ChangeRequest
from pmkit.domain.items import Item
from pmkit.domain.receipts import Receipt
from pmkit.domain.site_records import CONCLUSIONS, RESULTS, STATES, SiteRecord, Work
from pmkit.kernel.duration import plain
from pmkit.kernel.money import capital_words
from pmkit.kernel.text import Text
from pmkit.reports.change import form_head
from pmkit.reports.goods import signed_boxes
from pmkit.reports.views import site_record as view
from pmkit.reports.views.blocks import Basis, Choice, Head, Photo, Wording, sign_boxes
from pmkit.workspace.goods import printed_no
from pmkit.workspace.model import Workspace

# The letters of each type in a form's number (FORMS §3).
_CODES = {
    "install": "AZJL", "commission": "TSJL", "concealed": "YBGC", "diary": "SGRZ", "cutover": "SXSQ",
    "variation": "QZD", "agreement": "GCQS",
}  # fmt: skip
_SHORT = 8  # characters of a fingerprint on paper


def site_head(ws: Workspace, one: SiteRecord | None = None) -> Head:
    """HEAD of a form: its number by project and type."""
    number = f"{ws.project.code}-{_CODES[one.type]}-{one.id.rpartition('-')[2]}" if one else ""
    return replace(form_head(ws), form_no=number, date=one.on if one else "")


def site_form(ws: Workspace, one: SiteRecord, photos: tuple[Photo, ...], basis: Basis) -> view.SiteForm:
    """The form of a site record, by its type."""
    head = site_head(ws, one)
    change = ws.find(one.change or "", ChangeRequest)
    total = one.total
    return view.SiteForm(
        head=head,
        ref=one.id,
        type=one.type,
        name=one.title,
        on=one.on,
        place=one.place,
        people=Text(", ".join(one.people), "、".join(one.people)) if one.people else None,
        weather=one.weather,
        basis_of_work=one.basis,
        items=tuple(_worked(ws, line.item, plain(line.qty), line.serials) for line in one.items),
        checks=tuple(
            view.Checked(check.item, check.required, check.measured, Choice.of(RESULTS, check.result))
            for check in one.checks
        ),
        work=one.work,
        arrivals=_arrivals(ws, one),
        problems=one.problems or Text("none", "无"),
        reason=one.reason,
        works=tuple(_priced(work) for work in one.works),
        total=total.printed() if total else None,
        in_words=capital_words(total) if total and total.currency == "CNY" else None,
        change=f"{change.id} {change.title}" if change else None,
        window=one.window,
        steps=one.plan,
        fallback=one.fallback,
        contacts=one.contacts,
        conclusion=Choice.of(CONCLUSIONS, one.conclusion),
        status=STATES.names[one.status] if one.status in {"void", "draft"} else "",
        photos=photos,
        sign=signed_boxes(ws, sign_boxes(head), one, "confirmed"),
        fingerprint=one.digest.rpartition(":")[2][:_SHORT],
        basis=basis,
    )


def _worked(ws: Workspace, item_id: str, qty: str, serials: tuple[str, ...]) -> view.Worked:
    item = ws.find(item_id, Item)
    return view.Worked(
        no=printed_no(ws, item_id),
        name=item.name if item else item_id,
        model=" ".join(part for part in (item.make, item.model) if part) or None if item else None,
        qty=f"{qty} {item.unit}" if item and item.unit else qty,
        serials=Text(", ".join(serials), "、".join(serials)) if serials else None,
    )


def _priced(work: Work) -> view.Priced:
    amount = work.amount
    return view.Priced(
        work.what, work.unit, plain(work.qty), work.price.printed() if work.price else None,
        amount.printed() if amount else None,
    )  # fmt: skip


def _arrivals(ws: Workspace, one: SiteRecord) -> Wording:
    """What arrived on the day of a diary, from the receipts."""
    came = [
        f"{item.described} {plain(line.qty)}{item.unit or ''}"
        for receipt in ws.of(Receipt)
        if receipt.counts and receipt.on == one.on
        for line in receipt.lines
        if (item := ws.find(line.item, Item)) is not None
    ]
    return Text("; ".join(came), "；".join(came)) if came else Text("none", "无")
