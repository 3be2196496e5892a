"""工程联系单, 监理通知单 and the other letters, filled from a letter; and their forms to fill in by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pmkit.domain.letters import CODES, TYPES, Letter
from pmkit.kernel.digest import short
from pmkit.kernel.money import Money, capital_words
from pmkit.kernel.text import Text
from pmkit.reports.change import form_head
from pmkit.reports.views.blocks import Basis, Day, Head, Wording, sign_boxes
from pmkit.reports.views.letter import Field, LetterForm, blank_checks, decisions
from pmkit.workspace.letters import answers
from pmkit.workspace.model import Workspace
from pmkit.workspace.papers import legal_name, party_word

_PLACE = ("place", Text("Part of the work", "部位"))
_REASON = ("reason", Text("Reason", "原因"))
_CLAUSE = ("clause", Text("Contract clause", "合同条款"))
# What each type has beside the usual lines, in printing order.
_LINES: dict[str, tuple[tuple[str, Text], ...]] = {
    "memo": (_PLACE,),
    "notice": (_PLACE, _REASON),
    "instruction": (_PLACE, _CLAUSE),
    "submittal": (
        ("starts", Text("Planned commencement", "计划开工日期")), ("ends", Text("Planned completion", "计划完工日期")),
        ("days", Text("Contract period, calendar days", "合同工期（日历天）")),
    ),
    "commencement": (
        ("starts", Text("Date of commencement", "开工日期")),
        ("days", Text("Contract period, calendar days", "合同工期（日历天）")), _CLAUSE,
    ),
    "suspension": (
        _PLACE, _REASON, ("starts", Text("Suspended from", "停工起始日期")),
        ("ends", Text("Until", "预计停工截止日期")),
    ),
    "resumption": (_PLACE, _REASON, ("starts", Text("Work resumes on", "复工日期"))),
    "claim": (
        _CLAUSE, _REASON, ("starts", Text("Event from", "事件起始日期")), ("ends", Text("Event until", "事件截止日期")),
        ("days", Text("Extension of time, calendar days", "申请顺延工期（日历天）")),
        ("amount", Text("Amount claimed", "申请费用")),
    ),
}  # fmt: skip


def letter_form(ws: Workspace, letter: Letter, basis: Basis | None) -> LetterForm:
    """The form as the record stands."""
    head = letter_head(ws, letter)
    reply = next(iter(answers(ws, letter)), None)
    answered = ws.find(letter.reply_to or "", Letter)
    received = letter.reached("received")
    return LetterForm(
        head=head,
        ref=letter.id,
        kind=letter.form,
        external_no=letter.external_no,
        sender=legal_name(ws, letter.from_) or party_word(letter.from_),
        to=_parties(ws, letter.to),
        cc=_parties(ws, letter.cc),
        subject=letter.title,
        answers=f"{answered.external_no or answered.id} {answered.title}" if answered else "",
        fields=tuple(_field(letter, key, label) for key, label in _LINES[letter.type]),
        checks=blank_checks(*letter.checks) if letter.type == "submittal" else None,
        body=letter.body,
        demands=letter.demands if letter.type == "notice" and not letter.reply_to else None,
        annexes=tuple(scan.file.rpartition("/")[2] for scan in letter.scans),
        reply_by=letter.reply_by,
        received=_signed_for(ws, letter, received) if received else "",
        decision=decisions(letter.decision),
        answer=letter.answer or (f"{reply.id} {reply.body or reply.title}" if reply else ""),
        sign=sign_boxes(head),
        copies=(letter.paper.copies if letter.paper else None) or ws.project.paper.copies,
        fingerprint=short(letter.digest),
        basis=basis,
    )


def blank_letter(ws: Workspace, kind: str) -> LetterForm:
    """The form of a type to fill in by hand."""
    head = form_head(ws)
    return LetterForm(
        head=head, ref="", kind=TYPES[kind], external_no="", sender="", to="", cc="", subject="", answers="",
        fields=tuple(Field(label) for _, label in _LINES[kind]), checks=blank_checks() if kind == "submittal" else None,
        body="", demands=("", "", "") if kind == "notice" else None, annexes=(), reply_by="", received="",
        decision=decisions(), answer="", sign=sign_boxes(head), copies=None, fingerprint="", basis=None,
    )  # fmt: skip


def letter_head(ws: Workspace, letter: Letter) -> Head:
    """HEAD of the form."""
    code = "JLHF" if letter.type == "notice" and letter.reply_to else CODES[letter.type]
    number = f"{ws.project.code}-{code}-{letter.id.rpartition('-')[2]}"
    return replace(form_head(ws), form_no=number, date=letter.day if letter.is_out else "")


def _parties(ws: Workspace, parties: tuple[str, ...]) -> Wording:
    named = [name if (name := legal_name(ws, one)) else party_word(one) for one in parties]
    return Text.join(one if isinstance(one, Text) else Text.same(one) for one in named) if named else None


def _field(letter: Letter, key: str, label: Text) -> Field:
    value: Any = getattr(letter, key)
    if key in {"starts", "ends"}:
        return Field(label, day=value)
    if isinstance(value, Money):
        words = capital_words(value) if value.currency == "CNY" else ""
        return Field(
            label, Text(en=value.printed(), zh=f"{value.printed()}（大写：{words}）" if words else value.printed())
        )
    return Field(label, None if value is None else str(value))


def _signed_for(ws: Workspace, letter: Letter, on: Day) -> Text:
    """Who signed for it, and when; of one that came in the one of us who did."""
    ours = next((step.by for step in reversed(letter.steps) if step.to == "received"), None)
    who = letter.received_by or ("" if letter.is_ours else ws.person_name(ours))
    return Text(en=f"{who}, {on}" if who else f"{on}", zh=f"{who}，{on}" if who else f"{on}")
