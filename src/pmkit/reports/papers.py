"""文件签章登记表, filled from the papers of all records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from pmkit.domain.papers import SEALS, SIGNING_PARTIES
from pmkit.kernel.text import Text
from pmkit.reports.change import form_head
from pmkit.reports.views.blocks import Audience, Basis
from pmkit.reports.views.papers import Entry, Mark, PaperRegister
from pmkit.workspace.model import Workspace
from pmkit.workspace.papers import PaperStanding, paper_standings, party_word, signing_parties


def paper_register(ws: Workspace, audience: Audience, as_of: date, basis: Basis) -> PaperRegister:
    """The papers of what its audience may see in `ws`: what is open first, then by kind and number."""
    found = sorted(paper_standings(ws), key=lambda one: not one.is_open)
    parties = columns(ws, found)
    return PaperRegister(
        head=replace(form_head(ws), date=as_of),
        audience=audience,
        parties=tuple(party_word(party) for party in parties),
        entries=tuple(_entry(ws, one, parties, as_of, internal=audience == "internal") for one in found),
        open=sum(one.is_open for one in found),
        late=sum(one.is_late(as_of) for one in found),
        basis=basis,
    )


def columns(ws: Workspace, found: Sequence[PaperStanding] = ()) -> tuple[str, ...]:
    """The parties that sign, in signing order; those who sign but one paper come after the usual ones."""
    named = {*signing_parties(ws), *(p.party for one in found for p in one.parties)}
    return (*(p for p in SIGNING_PARTIES if p in named), *sorted(named - SIGNING_PARTIES.keys()))


def _entry(ws: Workspace, one: PaperStanding, parties: Sequence[str], as_of: date, *, internal: bool) -> Entry:
    by_party = {p.party: p for p in one.parties}
    marks = tuple(
        Mark(
            by_party[p].signed,
            ws.person_name(by_party[p].signer),
            by_party[p].sealed if one.wants_seals else "",
            SEALS.get(by_party[p].seal or "", ""),
        )
        if p in by_party
        else None
        for p in parties
    )
    remarks = [event.remarks for event in (one.record.paper.events if one.record.paper else ()) if event.remarks]
    return Entry(
        ref=one.record.id,
        document=one.document,
        title=one.record.name_to_show,
        sent=one.since if one.at else None,
        at=party_word(one.at) if one.at else None,
        days=one.days_out(as_of),
        due=one.due if one.asked else None,
        late=one.is_late(as_of),
        marks=marks,
        state=one.says,
        missing=one.missing,
        copies=f"{one.back}/{one.copies}",
        kept_at=one.kept_at if internal else "",
        remarks=Text(en="by hand: {text}", zh="手写意见：{text}").format(text="; ".join(remarks)) if remarks else "",
    )
