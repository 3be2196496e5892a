"""Papers under way, for people and programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from pmkit.kernel.text import Lang, Text
from pmkit.output.tables import table
from pmkit.workspace.model import Workspace
from pmkit.workspace.papers import PaperStanding, party_word

_HEADS = (
    Text("Record", "记录"), Text("Document", "文件"), Text("State", "状态"), Text("Sent", "送出"),
    Text("At", "所在单位"), Text("Days", "天数"), Text("Due", "期限"), Text("Missing", "所缺"), Text("Back", "返回"),
)  # fmt: skip


def papers_text(found: Sequence[PaperStanding], day: date, lang: Lang, width: int) -> str:
    """A line a paper: where it lies, since when, until when, what it lacks, how many originals are back."""
    rows = []
    for one in found:
        days = one.days_out(day)
        late = " !" if one.is_late(day) else ""
        rows.append([
            one.record.id,
            f"{one.document.to(lang)} {one.record.name_to_show}",
            one.says.to(lang),
            str(one.since) if one.at else "-",
            party_word(one.at).to(lang) if one.at else "-",
            str(days) if days is not None else "-",
            f"{one.due}{late}" if one.due and one.is_open and one.asked else "-",
            one.missing.to(lang) or "-",
            f"{one.back}/{one.copies}",
        ])  # fmt: skip
    return table([head.to(lang) for head in _HEADS], rows, width, right=(5,))


def papers_json(ws: Workspace, found: Sequence[PaperStanding], day: date) -> list[dict[str, Any]]:
    """The stable shape of `paper list --json`."""
    return [
        {
            "record": one.record.id,
            "title": one.record.name_to_show,
            "document": {"en": one.document.en, "zh": one.document.zh},
            "state": one.state,
            "sent": one.since.isoformat() if one.at and one.since else None,
            "at": one.at,
            "days_out": one.days_out(day),
            "due": one.due.isoformat() if one.due and one.is_open else None,
            "late": one.is_late(day),
            "parties": [
                {
                    "party": p.party,
                    "signed": p.signed.isoformat() if p.signed else None,
                    "signer": ws.person_name(p.signer) or None,
                    "sealed": p.sealed.isoformat() if p.sealed else None,
                    "seal": p.seal,
                }
                for p in one.parties
            ],
            "missing": {"en": one.missing.en, "zh": one.missing.zh},
            "copies": one.copies,
            "back": one.back,
            "pages": one.pages,
            "perforation_seal": one.perforation,
            "kept_at": one.kept_at,
        }
        for one in found
    ]
