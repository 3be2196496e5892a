"""结项报告, the closure report of our own house, and 项目总结报告, its chapters for the customer (FORMS §1.22).

Every figure stands beside the records that it comes from: a `Ref` is printed as an id and leads to the list of records
at the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from pmkit.kernel.text import Lang, Text
from pmkit.reports.views.blocks import Audience, Basis, Head, Prepared, Wording, document_title
from pmkit.reports.views.change_register import ChangeRegister
from pmkit.reports.views.cost import Figure, ReceiptLine, Table

REPORT = Text("Project closure report", "结项报告")
SUMMARY = Text("Project final report", "项目总结报告")


@dataclass(frozen=True, slots=True)
class Ref:
    """The id of a record that a figure comes from."""

    id: str


Refs = tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure or fact, and where it comes from."""

    label: Wording
    value: Wording
    refs: Refs = ()


@dataclass(frozen=True, slots=True)
class Goal:
    """An objective against its result. `met`: None where nobody has judged it."""

    ref: Ref
    title: str
    measure: str | None
    target: str | None
    result: str | None
    status: Wording


@dataclass(frozen=True, slots=True)
class ScopeStep:
    """What happened to a requirement after it was signed. `signed_in`: where it was signed again, if it was."""

    ref: Ref
    title: str
    what: Wording
    change: Ref
    on: date | None
    signed_in: Ref | None


@dataclass(frozen=True, slots=True)
class Milestone:
    """A milestone against the first and the last baseline; days are working days of the project, late is positive."""

    ref: Ref
    name: str
    contractual: bool
    first: date | None
    last: date | None
    finish: date | None
    reached: bool
    against_first: str | None
    against_last: str | None
    approved: str | None
    unexplained: str | None
    changes: Refs


@dataclass(frozen=True, slots=True)
class Concern:
    """A risk or an issue: what it was and how it ended."""

    ref: Ref
    title: str
    grade: Wording
    outcome: Wording
    status: Wording


@dataclass(frozen=True, slots=True)
class QualityGoal:
    ref: Ref
    title: str
    target: str | None
    measured: Wording
    source: Ref | None
    met: Wording


@dataclass(frozen=True, slots=True)
class Order:
    ref: Ref
    title: str
    vendor: str | None
    ordered: str
    paid: str
    open: str
    status: Wording


@dataclass(frozen=True, slots=True)
class SurveyLine:
    ref: Ref
    title: str
    stage: Wording
    status: Wording
    answers: int
    score: str | None
    recommend: str | None


@dataclass(frozen=True, slots=True)
class Handed:
    """Something that was handed over: a deliverable or a released document."""

    ref: Ref
    title: str
    type: Wording
    version: str | None
    on: date | None
    status: Wording


@dataclass(frozen=True, slots=True)
class OpenItem:
    """What is still open, and why that was accepted."""

    ref: Ref
    what: Wording
    group: Wording
    reason: str


@dataclass(frozen=True, slots=True)
class Member:
    ref: Ref
    name: str
    role: Wording
    tasks: int
    recognitions: Refs
    what: str


@dataclass(frozen=True, slots=True)
class LessonLine:
    ref: Ref
    title: str
    category: Wording
    advice: str | None
    status: Wording


@dataclass(frozen=True, slots=True)
class Source:
    """A record that the report names: what it is, and the digest of what it says."""

    id: str
    kind: Wording
    title: str
    digest: str


@dataclass(frozen=True, slots=True)
class ClosureReport:
    """The report. What is internal is empty to the customer, and the template leaves its chapters out.

    `closed_on`: None in a draft. `fingerprint`: the SHA-256 of the archive's manifest; empty in a draft.
    """

    audience: Audience
    head: Head
    as_of: date
    closed_on: date | None
    facts: tuple[Fact, ...]
    goals: tuple[Goal, ...]
    goals_met: Wording
    scope: tuple[Fact, ...]
    scope_steps: tuple[ScopeStep, ...]
    baselines: tuple[Fact, ...]
    milestones: tuple[Milestone, ...]
    cost: tuple[Figure, ...]
    cost_tables: tuple[Table, ...]
    cost_refs: Refs
    quality: tuple[Fact, ...]
    quality_goals: tuple[QualityGoal, ...]
    changes: ChangeRegister
    risks: tuple[Fact, ...]
    risk_lines: tuple[Concern, ...]
    issues: tuple[Fact, ...]
    issue_lines: tuple[Concern, ...]
    orders: tuple[Order, ...]
    surveys: tuple[SurveyLine, ...]
    deliverables: tuple[Handed, ...]
    documents: tuple[Handed, ...]
    training: tuple[Handed, ...]
    receipts: tuple[ReceiptLine, ...]
    receipt_totals: tuple[Figure, ...]
    open_items: tuple[OpenItem, ...]
    warranty: tuple[Fact, ...]
    team: tuple[Member, ...]
    lessons: tuple[LessonLine, ...]
    conclusion: str
    prepared: Prepared
    fingerprint: str
    sources: tuple[Source, ...]
    basis: Basis

    @property
    def named(self) -> frozenset[str]:
        """The ids that stand in the list of records: what links lead to."""
        return frozenset(source.id for source in self.sources)

    @property
    def pictures(self) -> Mapping[str, NoReturn]:
        return {}

    def title(self, lang: Lang) -> str:
        return document_title(self.head.project, REPORT if self.audience == "internal" else SUMMARY, lang)

    def foot(self, lang: Lang) -> str:
        """What stands in the margin of every printed page."""
        mark = (
            Text(" · Archive ", " · 归档校验码 ").to(lang) + self.fingerprint[:12].upper() if self.fingerprint else ""
        )
        draft = Text(" · DRAFT", " · 草稿").to(lang) if self.closed_on is None else ""
        return self.title(lang) + draft + mark
