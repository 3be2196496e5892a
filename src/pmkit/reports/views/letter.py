"""A letter between the parties as its one-page form: 工程联系单, 监理通知单, 开工报审表, 开工令, 停工令 and kin."""

from __future__ import annotations

from dataclasses import dataclass

from pmkit.domain.letters import CHECKS, DECISIONS
from pmkit.kernel.text import Lang, Text
from pmkit.reports.views.blocks import Basis, Choice, Day, Form, Head, SignBox, Wording, document_title


@dataclass(frozen=True, slots=True)
class Field:
    """A line of the form: what stands before it, what was said; a day prints in words."""

    label: Text
    value: Wording = ""
    day: Day = ""


@dataclass(frozen=True, slots=True)
class LetterForm(Form):
    """The form, filled or blank. `kind`: its title; `fields`: what this type of letter has beside the usual ones.

    `checks`: the conditions of a commencement application, None for other types; `received`: who signed for it, when.
    """

    head: Head
    ref: str
    kind: Text
    external_no: Wording
    sender: Wording
    to: Wording
    cc: Wording
    subject: Wording
    answers: Wording
    fields: tuple[Field, ...]
    checks: Choice | None
    body: Wording
    demands: tuple[str, ...] | None
    annexes: tuple[str, ...]
    reply_by: Day
    received: Wording
    decision: Choice
    answer: Wording
    sign: tuple[SignBox, ...]
    copies: int | None
    fingerprint: str
    basis: Basis | None

    def title(self, lang: Lang) -> str:
        return document_title(self.head.project, self.kind, lang)


def blank_checks(*chosen: str) -> Choice:
    """The conditions of a commencement application."""
    return Choice.of(CHECKS, *chosen)


def decisions(chosen: str | None = None) -> Choice:
    """The answers that the other side may give."""
    return Choice.of(DECISIONS, chosen)
