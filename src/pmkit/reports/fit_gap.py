"""需求满足方式对照表, filled from the requirements."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from pmkit.domain.requirements import FITS, PRIORITIES, Requirement
from pmkit.domain.signoffs import SignOff, over_all
from pmkit.kernel.digest import short
from pmkit.kernel.text import Text
from pmkit.reports.change import form_head
from pmkit.reports.signoff import document_number
from pmkit.reports.views import fit_gap as view
from pmkit.reports.views.blocks import Basis, Choice, Prepared, Signature, sign_boxes
from pmkit.workspace.coverage import alive
from pmkit.workspace.model import Workspace
from pmkit.workspace.signing import not_signed_again, standings

OPEN = Text("Not decided", "待确定")


def fit_gap_table(
    ws: Workspace, version: str | None, as_of: date, basis: Basis | None, pending: SignOff | None = None
) -> view.FitGapTable:
    """Every requirement with how it is met; of a sign-off that is being prepared only its records."""
    stand = {s.record_id: s for s in standings(ws)}
    found = [r for r in alive(ws) if r.priority != "wont"]
    if pending is not None:
        kept = {r.id for r in pending.records}
        found = [r for r in found if r.id in kept]
    number = (version or (pending.version if pending else "0.1")).removeprefix("V")
    mark = pending.over_all if pending else over_all("fit-gap", number, {r.id: r.digest for r in found})
    head = replace(form_head(ws), form_no=document_number(ws, "fit-gap"), date=as_of)
    return view.FitGapTable(
        head=head,
        ref=document_number(ws, "fit-gap"),
        version=number,
        rows=tuple(
            view.Row(
                r.id,
                r.title,
                PRIORITIES[r.priority] if r.priority else None,
                Choice.of(FITS, r.fit),
                r.solution,
                not_signed_again(stand[r.id]) if r.id in stand else "",
            )
            for r in found
        ),
        totals=tuple(_totals(found)),
        prepared=Prepared(Signature(""), Signature(""), Signature("")),
        sign=sign_boxes(head),
        fingerprint=short(mark),
        basis=basis,
    )


def _totals(found: list[Requirement]) -> list[view.Total]:
    ways = [(label, [r for r in found if r.fit == fit]) for fit, label in (*FITS.items(), (None, OPEN))]
    return [view.Total(label, sum(1 for r in some if r.priority == "must"), len(some)) for label, some in ways]
