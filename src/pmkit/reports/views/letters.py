"""收发文登记表, the register of letters: what went out and came in, what was asked by when, what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pmkit.kernel.text import Text
from pmkit.reports.views.blocks import Audience, Basis, Day, Head, Headed, Wording

KIND = Text("Register of letters", "收发文登记表")


@dataclass(frozen=True, slots=True)
class Entry:
    """A letter. `way`: out or in; `late`: calendar days past the day by which a reply was asked for."""

    ref: str
    external_no: Wording
    way: Wording
    form: Wording
    sender: Wording
    to: Wording
    subject: str
    day: Day
    reply_by: Day
    late: int
    status: Wording
    reply: Wording


@dataclass(frozen=True, slots=True)
class LetterRegister(Headed):
    """The register; `waiting` and `late` count those without the reply that was asked for."""

    head: Head
    audience: Audience
    entries: tuple[Entry, ...]
    waiting: int
    late: int
    basis: Basis | None

    document: ClassVar[Text] = KIND


def blank_letter_register(head: Head, *, rows: int = 12) -> LetterRegister:
    """The register to fill in by hand."""
    empty = Entry("", "", "", "", "", "", "", "", "", 0, "", "")
    return LetterRegister(head, "customer", (empty,) * rows, 0, 0, None)
