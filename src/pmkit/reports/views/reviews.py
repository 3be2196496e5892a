"""评审登记表, the register of reviews."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from pmkit.kernel.text import Lang, Text
from pmkit.reports.views.blocks import Audience, Basis, Day, Head, Wording, document_title

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
class ReviewRegister:
    head: Head
    audience: Audience
    entries: tuple[Entry, ...]
    basis: Basis

    @property
    def pictures(self) -> Mapping[str, NoReturn]:
        return {}

    def title(self, lang: Lang) -> str:
        return document_title(self.head.project, KIND, lang)

    def foot(self, lang: Lang) -> str:
        return self.title(lang)
