"""需求确认单, filled from a sign-off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pmkit.domain.people import role_label
from pmkit.domain.requirements import PRIORITIES, Requirement
from pmkit.domain.signoffs import SCOPES, Condition, Signature, SignOff
from pmkit.kernel.digest import short
from pmkit.kernel.text import Text
from pmkit.reports.change import form_head
from pmkit.reports.parties import stands_in
from pmkit.reports.views import signoff as view
from pmkit.reports.views.blocks import Basis, Choice, Head, Prepared, SignBox, sign_boxes
from pmkit.reports.views.blocks import Signature as Name
from pmkit.workspace.model import Workspace

COPIES, SHARES = 4, 2  # four originals are usual; each of two parties keeps two, three parties one and the owner two
DOCUMENTS = {
    "sheet": Text("Sign-off sheet", "确认单"),
    "requirements": Text("Requirements specification", "需求规格说明书"),
    "fit-gap": Text("Fit-gap table", "需求满足方式对照表"),
}
_NUMBER_OF = {"requirements": "XQGG", "fit-gap": "MZFS"}


def sign_off_sheet(ws: Workspace, signoff: SignOff, basis: Basis | None) -> view.SignOffSheet:
    """The sheet as the record stands; boxes are empty until somebody signed."""
    head = sheet_head(ws, signoff)
    prepared = signoff.steps[0] if signoff.steps else None
    return view.SignOffSheet(
        head=head,
        ref=signoff.id,
        kind=view.KINDS[signoff.subject],
        basis_document=_basis_document(ws, signoff),
        scope=Choice.of(SCOPES, signoff.scope),
        fingerprint=short(signoff.over_all),
        rows=tuple(_rows(ws, signoff)),
        with_priority=signoff.subject in {"requirements", "fit-gap"},
        conditions=tuple(view.Condition(c.text, _named(ws, c), c.due) for c in signoff.conditions),
        sign=tuple(_box(ws, box, signoff) for box in sign_boxes(head)),
        prepared=Prepared(Name(ws.person_name(prepared.by) if prepared else ""), Name(""), Name("")),
        annexes=tuple(
            view.Annex(DOCUMENTS.get(d.name, Text.same(d.name)), d.sha256[:12].upper())
            for d in signoff.documents
            if d.name != "sheet"
        ),
        reply_by=signoff.reply_by,
        copies=COPIES,
        copies_each=SHARES if head.supervisor is None else None,
        basis=basis,
    )


def sheet_head(ws: Workspace, signoff: SignOff | None = None) -> Head:
    """HEAD of the sheet."""
    head = form_head(ws)
    if signoff is None:
        return head
    number = f"{ws.project.code}-XQQR-{signoff.id.rpartition('-')[2]}"
    return replace(head, form_no=number, date=signoff.steps[0].on if signoff.steps else None)


def document_number(ws: Workspace, name: str) -> str:
    """The printed number of a signed document."""
    return f"{ws.project.code}-{_NUMBER_OF.get(name, 'XQQR')}"


def _basis_document(ws: Workspace, signoff: SignOff) -> Text:
    label = DOCUMENTS.get(signoff.subject)
    if label is None:
        return Text.same(f"{signoff.title}  V{signoff.version}")
    number = document_number(ws, signoff.subject)
    return Text(en=f"{label.en} {number}, version {signoff.version}", zh=f"《{label.zh}》{number}  V{signoff.version}")


def _rows(ws: Workspace, signoff: SignOff) -> Sequence[view.Row]:
    rows = []
    for signed in signoff.records:
        record = ws.records.get(signed.id)
        priority = record.priority if isinstance(record, Requirement) else None
        verdict = None
        if signoff.signed:
            verdict = "confirmed"
            verdict = "conditional" if signed.id in signoff.conditional else verdict
            verdict = "refused" if signed.id in signoff.refused else verdict
        rows.append(
            view.Row(
                signed.id,
                signed.title,
                PRIORITIES[priority] if priority else None,
                short(signed.digest),
                Choice.of(view.VERDICTS, verdict),
                "",
            )
        )
    return rows


def _named(ws: Workspace, condition: Condition) -> str | None:
    return ws.person_name(condition.owner) or None


def _box(ws: Workspace, box: SignBox, signoff: SignOff) -> SignBox:
    """The box with what a party's last signature said; the paper still wants hand and seal."""
    given: list[Signature] = [s for s in signoff.signed if stands_in(ws, box, s.by, s.side, s.on)]
    if not given:
        return box
    last = given[-1]
    noted = bool(signoff.conditional or signoff.conditions or signoff.refused)
    role = role_label(last.side, last.role)
    return SignBox(
        box.party,
        box.organisation,
        opinion="agree_as_noted" if noted else "agree",
        comment=last.comment or "",
        signed_by=f"{ws.person_name(last.by)} {role.to(ws.project.language)}",
        date=last.on,
    )
