"""培训记录, the training record (FORMS §1.24)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pmkit.domain.training import MODES
from pmkit.kernel.text import Text
from pmkit.reports.views.blocks import Basis, Choice, Day, Form, Head, Wording

KIND = Text("Training record", "培训记录")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who was expected or came."""

    name: Wording
    organisation: Wording
    present: bool | None
    score: int | None
    feedback: int | None


@dataclass(frozen=True, slots=True)
class TrainingRecord(Form):
    """The record that the customer signs."""

    head: Head
    ref: str
    course: Wording
    time: Wording
    hours: Wording
    place: Wording
    mode: Choice
    trainer: Wording
    material: Wording
    outline: tuple[Wording, ...]
    expected: Wording
    came: Wording
    people: tuple[Person, ...]
    result: Wording
    feedback: Wording
    improve: Wording
    signed_on: Day
    fingerprint: str
    basis: Basis | None

    document: ClassVar[Text] = KIND


def blank_training(head: Head) -> TrainingRecord:
    """The record to fill in by hand."""
    return TrainingRecord(
        head=head,
        ref="",
        course="",
        time="",
        hours="",
        place="",
        mode=Choice.of(MODES),
        trainer="",
        material="",
        outline=("",),
        expected="",
        came="",
        people=(),
        result="",
        feedback="",
        improve="",
        signed_on="",
        fingerprint="",
        basis=None,
    )
