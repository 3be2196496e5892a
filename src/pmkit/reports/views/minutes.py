"""会议纪要, the minutes of a meeting (FORMS §1.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from pmkit.kernel.text import Lang, Text
from pmkit.reports.views.blocks import Basis, Day, Wording, document_title

KIND = Text("Minutes", "会议纪要")


@dataclass(frozen=True, slots=True)
class Party:
    """The people of one party who were there, with their positions."""

    name: Wording
    people: Wording


@dataclass(frozen=True, slots=True)
class Followed:
    """An action of an earlier meeting, and how it stood on the day of this one."""

    text: Wording
    party: Wording
    owner: Wording
    due: Day
    outcome: Wording


@dataclass(frozen=True, slots=True)
class Topic:
    title: Wording
    discussion: Wording


@dataclass(frozen=True, slots=True)
class Action:
    """`result`: what came of it; "" leaves a cell to write into."""

    ref: str
    text: Wording
    party: Wording
    owner: Wording
    due: Day
    result: Wording


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody who was there and countersigns."""

    party: Wording
    name: Wording


@dataclass(frozen=True, slots=True)
class Minutes:
    """The minutes, filled from a meeting or blank.

    `number`: the how-manyth of its series. `deemed`: the clause by which silence counts as confirmation, None without;
    `deemed_on`: the day after which it does, once they went out.
    """

    project: str
    ref: str
    form_no: str
    subject: Wording
    number: int | None
    time: Wording
    place: Wording
    chair: Wording
    minutes_by: Wording
    reviewed_by: Wording
    present: tuple[Party, ...]
    absent: Wording
    cc: Wording
    followed: tuple[Followed, ...]
    topics: tuple[Topic, ...]
    decisions: tuple[Wording, ...]
    actions: tuple[Action, ...]
    escalations: tuple[Wording, ...]
    next_at: Wording
    reply_by: Day
    deemed: str | None
    signers: tuple[Signer, ...]
    annexes: tuple[Wording, ...]
    fingerprint: str
    basis: Basis | None
    deemed_on: Day = None

    @property
    def pictures(self) -> Mapping[str, NoReturn]:
        return {}

    def title(self, lang: Lang) -> str:
        subject = self.subject if isinstance(self.subject, str) else ""
        if not subject:
            return document_title(self.project, KIND, lang)
        if lang == "zh":
            counted = f"第{self.number}次" if self.number and not subject.startswith("第") else ""
            return f"{self.project}{counted}{subject}{'纪要' if subject.endswith('会议') else '会议纪要'}"
        counted = f" no. {self.number}" if self.number else ""
        return f"{self.project}: Minutes of “{subject}”{counted}"

    def foot(self, lang: Lang) -> str:
        """What stands in the margin of every printed page."""
        number = " ".join(part for part in (self.form_no, self.ref) if part)
        mark = Text(" · Fingerprint ", " · 文件校验码 ").to(lang) + self.fingerprint if self.fingerprint else ""
        return number + mark


def blank_minutes(project: str, *, rows: int = 3) -> Minutes:
    """The form to fill in by hand, with `rows` lines in each table."""
    return Minutes(
        project=project, ref="", form_no="", subject="", number=None, time="", place="", chair="", minutes_by="",
        reviewed_by="", present=(Party("", ""),) * 3, absent="", cc="",
        followed=(Followed("", "", "", "", ""),) * rows, topics=(Topic("", ""),) * rows, decisions=("",) * rows,
        actions=(Action("", "", "", "", "", ""),) * rows, escalations=("",), next_at="", reply_by="",
        deemed=None, signers=(Signer("", ""),) * 4, annexes=("",) * 2, fingerprint="", basis=None,
    )  # fmt: skip
