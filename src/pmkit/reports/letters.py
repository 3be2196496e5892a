"""收发文登记表, filled from the letters."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from pmkit.domain.letters import DECISIONS, STATES, Letter
from pmkit.kernel.text import Text
from pmkit.reports.change import form_head
from pmkit.reports.views.blocks import Audience, Basis, Wording
from pmkit.reports.views.letters import Entry, LetterRegister
from pmkit.workspace.letters import answers, who_answers
from pmkit.workspace.model import Workspace
from pmkit.workspace.papers import party_word

_WAYS = {True: Text("out", "发"), False: Text("in", "收")}


def letter_register(ws: Workspace, audience: Audience, as_of: date, basis: Basis) -> LetterRegister:
    """The letters that its audience may see in `ws`, by number; drafts are our own business."""
    internal = audience == "internal"
    shown = [letter for letter in ws.of(Letter) if internal or letter.status != "draft"]
    return LetterRegister(
        head=replace(form_head(ws), date=as_of),
        audience=audience,
        entries=tuple(_entry(ws, letter, as_of) for letter in shown),
        waiting=sum(letter.awaits_reply for letter in shown),
        late=sum(letter.days_late(as_of) > 0 for letter in shown),
        basis=basis,
    )


def _entry(ws: Workspace, letter: Letter, as_of: date) -> Entry:
    return Entry(
        ref=letter.id,
        external_no=letter.external_no,
        way=_WAYS[letter.is_ours],
        form=letter.form,
        sender=party_word(letter.from_),
        to=who_answers(letter),
        subject=letter.title,
        day=letter.day,
        reply_by=letter.reply_by,
        late=letter.days_late(as_of),
        status=STATES.names[letter.status],
        reply=_reply(ws, letter),
    )


def _reply(ws: Workspace, letter: Letter) -> Wording:
    """What came back: the decision, the number of the reply, or its words."""
    parts = [DECISIONS[letter.decision]] if letter.decision else []
    parts += [Text.same(one.id) for one in answers(ws, letter)]
    if letter.answer:
        parts.append(Text.same(letter.answer))
    return Text.join(parts, en="; ", zh="；") if parts else ""
