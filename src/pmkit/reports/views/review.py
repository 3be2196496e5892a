"""评审记录, the review record (FORMS §1.10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pmkit.domain.reviews import DECISIONS, MODES, TYPES
from pmkit.kernel.text import Text
from pmkit.reports.views.blocks import Basis, Choice, Day, Form, Head, SignBox, Wording, sign_boxes

KIND = Text("Review record", "评审记录")


@dataclass(frozen=True, slots=True)
class Item:
    """What was reviewed, in which version."""

    title: str
    version: Wording


@dataclass(frozen=True, slots=True)
class Reviewer:
    name: str
    organisation: Wording
    position: Wording


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, its disposition with the reason, and who verified that it was carried out."""

    place: Wording
    text: Wording
    severity: Wording
    raised_by: Wording
    disposition: Wording
    reason: Wording
    owner: Wording
    due: Day
    verified_by: Wording
    verified_on: Day


@dataclass(frozen=True, slots=True)
class Condition:
    text: Wording
    owner: Wording
    due: Day
    met: Day


@dataclass(frozen=True, slots=True)
class ReviewRecord(Form):
    """The form, filled from a review or blank."""

    head: Head
    ref: str
    subject: Wording
    items: tuple[Item, ...]
    type: Choice
    mode: Choice
    phase: Wording
    time: Wording
    place: Wording
    chair: Wording
    agenda: tuple[Wording, ...]
    grounds: Wording
    reviewers: tuple[Reviewer, ...]
    comments: tuple[Comment, ...]
    decision: Choice
    conclusion: Wording
    conditions: tuple[Condition, ...]
    sign: tuple[SignBox, ...]
    fingerprint: str
    basis: Basis | None

    document: ClassVar[Text] = KIND


def blank_review(head: Head) -> ReviewRecord:
    """The form to fill in by hand."""
    return ReviewRecord(
        head=head,
        ref="",
        subject="",
        items=(Item("", ""),),
        type=Choice.of(TYPES),
        mode=Choice.of(MODES),
        phase="",
        time="",
        place="",
        chair="",
        agenda=("",),
        grounds="",
        reviewers=(Reviewer("", "", ""),) * 6,
        comments=(Comment("", "", "", "", "", "", "", "", "", ""),) * 6,
        decision=Choice.of(DECISIONS),
        conclusion="",
        conditions=(Condition("", "", "", ""),) * 2,
        sign=sign_boxes(head),
        fingerprint="",
        basis=None,
    )
