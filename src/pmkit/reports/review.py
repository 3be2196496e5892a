"""评审记录, filled from a review."""

from __future__ import annotations

from dataclasses import replace

from pmkit.domain.kind import normal
from pmkit.domain.people import Person
from pmkit.domain.plan import Phase
from pmkit.domain.reviews import DECISIONS, DISPOSITIONS, MODES, SEVERITIES, TYPES, Review
from pmkit.kernel.digest import short
from pmkit.kernel.text import Text
from pmkit.reports.change import form_head
from pmkit.reports.parties import PARTIES
from pmkit.reports.views.blocks import Basis, Choice, Head, Wording, sign_boxes
from pmkit.reports.views.review import Comment, Condition, Item, Reviewer, ReviewRecord
from pmkit.workspace.model import Workspace
from pmkit.workspace.parties import organisation_of


def review_record(ws: Workspace, review: Review, basis: Basis) -> ReviewRecord:
    """The form as the record stands."""
    head = review_head(ws, review)
    phase = ws.find(review.phase, Phase) if review.phase else None
    return ReviewRecord(
        head=head,
        ref=review.id,
        subject=review.title,
        items=tuple(Item(m.title, m.version) for m in review.materials),
        type=Choice.of(TYPES, review.type),
        mode=Choice.of(MODES, review.mode),
        phase=f"{phase.id} {phase.name}" if phase else None,
        time=str(normal(review.time)).replace("T", " "),
        place=review.place,
        chair=ws.person_name(review.chair) or None,
        agenda=review.agenda,
        grounds=Text.join((Text.same(line) for line in review.basis), en="; ", zh="；") if review.basis else None,
        reviewers=tuple(_reviewer(ws, handle) for handle in review.reviewers),
        comments=tuple(
            Comment(
                place=one.place,
                text=one.text,
                severity=SEVERITIES[one.severity],
                raised_by=ws.person_name(one.raised_by) or None,
                disposition=DISPOSITIONS[one.disposition] if one.disposition else None,
                reason=one.answer or "",
                owner=ws.person_name(one.owner) or None,
                due=one.due,
                verified_by=ws.person_name(one.verified_by) or None,
                verified_on=one.verified_on,
            )
            for one in review.comments
        ),
        decision=Choice.of(DECISIONS, review.decision),
        conclusion=review.conclusion or "",
        conditions=tuple(
            Condition(one.text, ws.person_name(one.owner) or None, one.due, one.met) for one in review.conditions
        ),
        sign=sign_boxes(head),
        fingerprint=short(review.digest),
        basis=basis,
    )


def review_head(ws: Workspace, review: Review | None = None) -> Head:
    """HEAD of the form."""
    head = form_head(ws)
    if review is None:
        return head
    return replace(head, form_no=f"{ws.project.code}-PSJL-{review.id.rpartition('-')[2]}", date=review.day)


def _reviewer(ws: Workspace, handle: str) -> Reviewer:
    person = ws.find(handle, Person)
    if person is None:
        return Reviewer(ws.person_name(handle), None, None)
    organisation: Wording = organisation_of(ws, person) or PARTIES[person.side]
    return Reviewer(person.name, organisation, person.position)
