"""需求访谈记录, the interview record (FORMS §1.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from pmkit.kernel.text import Lang, Text
from pmkit.reports.views.blocks import Basis, Day, Head, Wording, document_title

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
class InterviewRecord:
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

    @property
    def pictures(self) -> Mapping[str, NoReturn]:
        return {}

    def title(self, lang: Lang) -> str:
        return document_title(self.head.project, KIND, lang)

    def foot(self, lang: Lang) -> str:
        """What stands in the margin of every printed page."""
        number = " ".join(part for part in (self.head.form_no, self.ref) if part)
        mark = Text(" · Fingerprint ", " · 文件校验码 ").to(lang) + self.fingerprint if self.fingerprint else ""
        return number + mark


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
