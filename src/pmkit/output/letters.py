"""Letters that wait for a reply, for people and programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from pmkit.domain.letters import Letter
from pmkit.kernel.text import Lang, Text
from pmkit.output.tables import table
from pmkit.workspace.letters import who_answers
from pmkit.workspace.papers import party_word

_HEADS = (
    Text("Reply by", "回复期限"), Text("Late", "逾期"), Text("ID", "编号"), Text("Type", "类型"),
    Text("From", "发文单位"), Text("Awaited from", "待回复单位"), Text("Subject", "事由"), Text("State", "状态"),
)  # fmt: skip


def due_text(letters: Sequence[Letter], day: date, lang: Lang, width: int) -> str:
    """A line a letter, the oldest day first."""
    rows = []
    for one in letters:
        late = one.days_late(day)
        states = one.kind.states
        rows.append([
            str(one.reply_by), Text("{n} d", "{n} 天").format(n=late).to(lang) if late else "", one.id,
            one.form.to(lang), party_word(one.from_).to(lang), who_answers(one).to(lang), one.title,
            states.names[one.status].to(lang) if states else one.status,
        ])  # fmt: skip
    return table([head.to(lang) for head in _HEADS], rows, width)


def due_json(letters: Sequence[Letter], day: date) -> list[dict[str, Any]]:
    """The stable shape of `letter list --due --json`."""
    return [
        {
            "id": one.id,
            "type": one.type,
            "title": one.title,
            "from": one.from_,
            "to": list(one.to),
            "external_no": one.external_no,
            "reply_by": one.reply_by.isoformat() if one.reply_by else None,
            "days_late": one.days_late(day),
            "status": one.status,
        }
        for one in letters
    ]
