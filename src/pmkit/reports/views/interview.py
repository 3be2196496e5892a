"""需求访谈记录, the interview record (FORMS §1.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pmkit.kernel.text import Text
from pmkit.reports.views.blocks import Basis, Day, Form, Head, Wording

KIND = Text("Requirements interview record", "需求访谈记录")


@dataclass(frozen=True, slots=True)
class Interviewee:
    name: str
    department: str
    position: str
    phone: str
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """`requirement`: what came of it, with the id where there is one."""

    question: Wording
    answer: Wording
    requirement: Wording


@dataclass(frozen=True, slots=True)
class OpenPoint:
    text: Wording
    owner: Wording
    due: Day


@dataclass(frozen=True, slots=True)
class InterviewRecord(Form):
    """The form, filled from an interview or blank. `further`: requirements from it that no answer names."""

    head: Head
    ref: str
    subject: Wording
    time: Wording
    place: Wording
    mode: Wording
    interviewees: tuple[Interviewee, ...]
    interviewers: Wording
    minutes_by: Wording
    purpose: Wording
    practice: Wording
    answers: tuple[Answer, ...]
    further: Wording
    agreed: tuple[Wording, ...]
    open_points: tuple[OpenPoint, ...]
    documents: tuple[Wording, ...]
    reply_by: Day
    fingerprint: str
    basis: Basis | None
    deemed_on: Day = None
    deemed: str | None = None

    document: ClassVar[Text] = KIND


def blank_interview(head: Head, *, rows: int = 4) -> InterviewRecord:
    """The form to fill in by hand, with `rows` lines of questions."""
    return InterviewRecord(
        head=head,
        ref="",
        subject="",
        time="",
        place="",
        mode="",
        interviewees=(Interviewee("", "", "", ""),) * 2,
        interviewers="",
        minutes_by="",
        purpose="",
        practice="",
        answers=(Answer("", "", ""),) * rows,
        further="",
        agreed=("",),
        open_points=(OpenPoint("", "", ""),) * 2,
        documents=("",),
        reply_by="",
        fingerprint="",
        basis=None,
    )
