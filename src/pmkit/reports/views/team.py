"""团队报告: who works on the project; for our own eyes also skills, onboarding, load and recognition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from pmkit.kernel.text import Text
from pmkit.reports.views.blocks import Audience, Basis, Head, Headed, Wording

KIND = Text("Team report", "团队报告")


@dataclass(frozen=True, slots=True)
class Member:
    name: str
    party: Wording
    role: Text
    joined: date | None
    onboarding: Wording
    training: Wording


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody joined or left."""

    on: date
    name: str
    role: Text
    what: Text


@dataclass(frozen=True, slots=True)
class SkillLine:
    """A skill with the level of each column."""

    skill: str
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Open:
    """An onboarding or training item that is not done."""

    name: str
    item: str
    kind: Text
    due: date | None
    overdue: int


@dataclass(frozen=True, slots=True)
class LoadLine:
    """A person's load by month, in percent of what they give; `over`: when they have too much at once."""

    name: str
    months: tuple[str, ...]
    over: str


@dataclass(frozen=True, slots=True)
class Thanks:
    on: date | None
    people: Text
    type: Text
    reason: str
    amount: Wording


@dataclass(frozen=True, slots=True)
class Said:
    """A meeting or communication of our own people alone."""

    on: date
    ref: str
    people: Text
    what: str


@dataclass(frozen=True, slots=True)
class TeamReport(Headed):
    """`skilled`: the people of the skill columns; `months` of the load. Only members and changes reach the customer."""

    head: Head
    audience: Audience
    members: tuple[Member, ...]
    changes: tuple[Change, ...]
    skilled: tuple[str, ...]
    skills: tuple[SkillLine, ...]
    gaps: tuple[Text, ...]
    open_items: tuple[Open, ...]
    months: tuple[str, ...]
    load: tuple[LoadLine, ...]
    recognitions: tuple[Thanks, ...]
    log: tuple[Said, ...]
    basis: Basis

    document: ClassVar[Text] = KIND
