"""文档清单, filled from the document register."""

from __future__ import annotations

from dataclasses import replace

from pmkit.domain.document_types import DEGREES
from pmkit.domain.documents import CLASSES, MEDIA, STATES, Document
from pmkit.kernel.text import Text
from pmkit.kernel.usage import usage
from pmkit.reports.change import form_head
from pmkit.reports.views import documents as view
from pmkit.reports.views.blocks import Audience, Basis, Choice
from pmkit.workspace.documents import needs, phase_label, phases_of
from pmkit.workspace.model import Workspace
from pmkit.workspace.papers import PaperStanding, paper_standing, party_word


def document_register(whole: Workspace, seen: Workspace, audience: Audience, basis: Basis) -> view.DocumentRegister:
    """The register. `seen`: what its audience may see of `whole`; drafts are our own business."""
    internal = audience == "internal"
    shown = [d for d in seen.of(Document) if internal or d.status in {"released", "superseded"}]
    in_place = {old: d.id for d in shown for old in d.supersedes}
    found = list(needs(whole, phases_of(whole))) if internal else []
    return view.DocumentRegister(
        head=replace(form_head(seen), date=basis.as_of),
        audience=audience,
        entries=tuple(_entry(seen, d, in_place.get(d.id), internal=internal) for d in shown),
        totals=view.Totals(
            len(shown),
            sum(1 for d in shown if d.status == "released"),
            sum(1 for d in shown if d.signed_by("customer") is not None),
        ),
        missing=tuple(
            view.Missing(n.phase.name, n.type.name, DEGREES[n.degree], n.lacks, usage(n.mend))
            for n in found
            if n.is_missing and n.lacks is not None
        ),
        required=sum(1 for n in found if n.degree != "if_any"),
        basis=basis,
    )


def _entry(ws: Workspace, document: Document, replaced_by: str | None, *, internal: bool) -> view.Entry:
    paper = paper_standing(ws, document)
    states = paper.parties if paper else ()
    done = {
        "signed": bool(document.signed) or any(one.signed for one in states),
        "sealed": document.sealed is not None or any(one.sealed for one in states),
        "original": document.original is not None or (paper is not None and paper.state == "filed"),
    }
    return view.Entry(
        ref=document.id,
        number=document.number,
        title=document.title,
        version=f"V{document.version}",
        classification=CLASSES[document.classification],
        phase=phase_label(ws, document),
        prepared_by=ws.person_name(document.prepared_by) or None,
        approved_by=ws.person_name(document.approved_by) or None,
        released=document.reached("released") if document.status != "draft" else None,
        status=STATES.names[document.status],
        medium=_medium(document),
        signed=Choice(tuple(view.SIGNED.values()), tuple(view.SIGNED[key] for key, is_so in done.items() if is_so)),
        location=document.location
        or (paper.kept_at if paper and internal else None)
        or ((document.file or document.place) if internal else None),
        archive_no=document.archive_no,
        remarks=_remarks(document, replaced_by, paper if document.paper else None),
    )


def _medium(document: Document) -> Text | None:
    parts = [MEDIA[document.medium]] if document.medium else []
    if document.copies is not None:
        parts.append(Text(en=f"{document.copies} copies", zh=f"{document.copies} 份"))
    return Text.join(parts, en=", ", zh="，") if parts else None


def _remarks(document: Document, replaced_by: str | None, paper: PaperStanding | None) -> Text:
    parts = []
    if paper is not None and paper.is_open:
        says = Text("paper {state}, with {party}", "纸质件{state}，现在{party}")
        if paper.at is None:
            says = Text("paper {state}", "纸质件{state}")
        parts.append(says.format(state=paper.says, party=party_word(paper.at)))
    if document.external_no:
        parts.append(Text(en="their number {n}", zh="对方编号 {n}").format(n=document.external_no))
    if replaced_by:
        parts.append(Text(en="replaced by {id}", zh="由 {id} 替代").format(id=replaced_by))
    if document.supersedes:
        ids = Text.join(Text.same(one) for one in document.supersedes)
        parts.append(Text(en="replaces {ids}", zh="替代 {ids}").format(ids=ids))
    return Text.join(parts, en="; ", zh="；")
