"""签章台账, the register of signed papers: who has signed and sealed each, where it lies, what it lacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pmkit.kernel.text import Text
from pmkit.reports.views.blocks import Audience, Basis, Day, Head, Headed, Wording

KIND = Text("Register of signed papers", "文件签章登记表")


@dataclass(frozen=True, slots=True)
class Mark:
    """What a party did with the paper, and when; `seal`: which seal it set under it."""

    signed: Day
    signer: Wording
    sealed: Day
    seal: Wording


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper. `marks`: one a party of the head, None for one that does not sign it; `days`: calendar days away."""

    ref: str
    document: Wording
    title: str
    sent: Day
    at: Wording
    days: int | None
    due: Day
    late: bool
    marks: tuple[Mark | None, ...]
    state: Wording
    missing: Wording
    copies: str
    kept_at: Wording
    remarks: Wording


@dataclass(frozen=True, slots=True)
class PaperRegister(Headed):
    """The register; `parties`: the columns of signatures; `open` and `late` count what is not finished."""

    head: Head
    audience: Audience
    parties: tuple[Text, ...]
    entries: tuple[Entry, ...]
    open: int
    late: int
    basis: Basis | None

    document: ClassVar[Text] = KIND


def blank_paper_register(head: Head, parties: tuple[Text, ...], *, rows: int = 12) -> PaperRegister:
    """The register to fill in by hand."""
    mark = Mark("", "", "", "")
    empty = Entry("", "", "", "", "", None, "", late=False, marks=(mark,) * len(parties), state="", missing="",
                  copies="", kept_at="", remarks="")  # fmt: skip
    return PaperRegister(head, "customer", parties, (empty,) * rows, 0, 0, None)
