"""客户满意度调查汇总, what the surveys come to: internal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pmkit.kernel.text import Text
from pmkit.reports.views.blocks import Basis, Day, Head, Headed, Wording

KIND = Text("Summary of the satisfaction surveys", "客户满意度调查汇总")


@dataclass(frozen=True, slots=True)
class Asked:
    """A survey in the overview; averages as printed."""

    ref: str
    title: str
    stage: Text
    day: Day
    answers: int
    score: Wording
    moved: Wording
    recommend: Wording
    status: Wording


@dataclass(frozen=True, slots=True)
class Row:
    """An item with its average in each survey, the oldest first; `low`: in the newest that asked for it."""

    item: Text
    averages: tuple[Wording, ...]
    low: bool


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody said in words; by survey, without the name."""

    ref: str
    best: Wording
    improve: Wording
    suggestions: Wording


@dataclass(frozen=True, slots=True)
class FollowUp:
    ref: str
    survey: str
    title: str
    owner: Wording
    due: Day
    status: Wording


@dataclass(frozen=True, slots=True)
class SurveySummary(Headed):
    head: Head
    surveys: tuple[Asked, ...]
    rows: tuple[Row, ...]
    words: tuple[Words, ...]
    follow_ups: tuple[FollowUp, ...]
    basis: Basis

    document: ClassVar[Text] = KIND
