"""需求访谈记录, filled from an interview and the requirements that came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pmkit.domain.dispatches import Dispatch
from pmkit.domain.interviews import MODES, Interview
from pmkit.domain.kind import normal
from pmkit.domain.people import Person
from pmkit.domain.requirements import Requirement
from pmkit.kernel.digest import short
from pmkit.kernel.text import Text
from pmkit.reports.change import form_head
from pmkit.reports.views.blocks import Basis, Head
from pmkit.reports.views.interview import Answer, Interviewee, InterviewRecord, OpenPoint
from pmkit.workspace.dispatches import silence
from pmkit.workspace.model import Workspace


def interview_record(ws: Workspace, interview: Interview, basis: Basis) -> InterviewRecord:
    """The form as the record stands."""
    came = [r for r in ws.requirements if interview.id in r.from_]
    answers, further = _answers(interview, came)
    deemed_on, deemed = silence(interview, ws.of(Dispatch))
    return InterviewRecord(
        head=interview_head(ws, interview),
        ref=interview.id,
        subject=interview.title,
        time=_time(interview),
        place=interview.place,
        mode=MODES[interview.mode] if interview.mode else None,
        interviewees=tuple(_interviewee(ws, handle) for handle in interview.with_),
        interviewers=Text.join(Text.same(ws.person_name(h)) for h in interview.by) if interview.by else None,
        minutes_by=ws.person_name(interview.minutes_by) or None,
        purpose=interview.purpose,
        practice=interview.practice,
        answers=answers,
        further=Text.join(Text.same(f"{r.id} {r.title}") for r in further) if further else "",
        agreed=interview.agreed,
        open_points=tuple(OpenPoint(p.text, ws.person_name(p.owner) or None, p.due) for p in interview.open_points),
        documents=interview.documents,
        reply_by=interview.reply_by,
        fingerprint=short(interview.digest),
        basis=basis,
        deemed_on=deemed_on,
        deemed=deemed,
    )


def interview_head(ws: Workspace, interview: Interview | None = None) -> Head:
    """HEAD of the form."""
    head = form_head(ws)
    if interview is None:
        return head
    day = interview.time.date() if isinstance(interview.time, datetime) else interview.time
    number = f"{ws.project.code}-XQFT-{interview.id.rpartition('-')[2]}"
    return replace(head, form_no=number, date=day)


def _time(interview: Interview) -> Text:
    start = Text.same(str(normal(interview.time)).replace("T", " "))
    return Text.join((start, Text.same(interview.until)), en="–", zh="～") if interview.until else start


def _interviewee(ws: Workspace, handle: str) -> Interviewee:
    person = ws.find(handle, Person)
    if person is None:
        return Interviewee(ws.person_name(handle), "", "", "")
    return Interviewee(
        person.name, person.department or "", person.position or "", person.phone or "", person.organisation or ""
    )


def _answers(interview: Interview, came: Sequence[Requirement]) -> tuple[tuple[Answer, ...], list[Requirement]]:
    """The answers, each with the requirement that it led to, and the requirements that none of them names."""
    left = list(came)
    found = []
    for answer in interview.answers:
        named = answer.leads_to or ""
        meant = next((r for r in came if r.id == named or r.title in named or r.id in named.split()), None)
        if meant in left:
            left.remove(meant)
        requirement = f"{meant.id} {meant.title}" if meant else named
        found.append(Answer(answer.question, answer.answer, requirement))
    return tuple(found), left
