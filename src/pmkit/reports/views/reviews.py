"""评审登记表, the register of reviews."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pmkit.kernel.text import Text
from pmkit.reports.views.blocks import Audience, Basis, Day, Head, Headed, Wording

KIND = Text("Register of reviews", "评审登记表")


@dataclass(frozen=True, slots=True)
class Entry:
    """A review; `comments`, `unanswered`, `unsettled` and `unmet` count its comments and the conditions left."""

    ref: str
    title: str
    type: Wording
    phase: Wording
    items: Wording
    day: Day
    chair: Wording
    comments: int
    adopted: int
    unanswered: int
    unsettled: int
    decision: Wording
    unmet: int
    next_due: Day
    status: Wording
    closed_on: Day


@dataclass(frozen=True, slots=True)
class ReviewRegister(Headed):
    head: Head
    audience: Audience
    entries: tuple[Entry, ...]
    basis: Basis

    document: ClassVar[Text] = KIND
