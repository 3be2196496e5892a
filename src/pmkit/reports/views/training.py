"""培训记录, the training record (FORMS §1.24)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from pmkit.domain.training import MODES
from pmkit.kernel.text import Lang, Text
from pmkit.reports.views.blocks import Basis, Choice, Day, Head, Wording, document_title

KIND = Text("Training record", "培训记录")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who was expected or came."""

    name: Wording
    organisation: Wording
    present: bool
    score: int | None
    feedback: int | None


@dataclass(frozen=True, slots=True)
class TrainingRecord:
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
