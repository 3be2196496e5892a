"""需求规格说明书, the requirements specification (FORMS §1.2): what its chapters say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from pmkit.kernel.text import Lang, Text
from pmkit.reports.views.blocks import Basis, Choice, Day, Head, Prepared, Wording, document_title

KIND = Text("Requirements specification", "需求规格说明书")


@dataclass(frozen=True, slots=True)
class Revision:
    """A line of the change history: a version that was put before the customer, or an applied change."""

    version: Wording
    date: Day
    change: Wording
    change_no: Wording
    author: Wording
    approved_by: Wording


@dataclass(frozen=True, slots=True)
class Goal:
    ref: str
    title: str
    measure: Wording
    target: Wording


@dataclass(frozen=True, slots=True)
class RequirementBlock:
    """A requirement as it prints. `signed`: by which sign-off; `changed`: the changes since that nobody signed."""

    ref: str
    title: str
    category: Wording
    priority: Wording
    source: Wording
    statement: Wording
    rationale: Wording
    acceptance: tuple[str, ...]
    owners: Wording
    status: Wording
    signed: Wording
    changed: Wording
    fingerprint: str
    method: Choice


@dataclass(frozen=True, slots=True)
class Group:
    """A section of chapter 3."""

    number: str
    label: Text
    requirements: tuple[RequirementBlock, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    ref: str
    title: str
    source: Wording
    objectives: Wording
    deliverables: Wording
    cases: Wording


@dataclass(frozen=True, slots=True)
class OpenIssue:
    ref: str
    matter: Wording
    owner: Wording
    due: Day


@dataclass(frozen=True, slots=True)
class Role:
    """A stakeholder of the customer's side or a user, by role."""

    name: str
    organisation: Wording
    role: Wording


@dataclass(frozen=True, slots=True)
class Specification:
    """The document.

    `sections`: prose by name (domain/specification.py), missing ones empty; `out_of_scope`: what was asked for and is
    not done this time; `waiting`: records changed and not signed again.
    """

    head: Head
    number: str
    version: str
    is_draft: bool
    classification: Text
    issued_by: Wording
    date: Day
    prepared: Prepared
    revisions: tuple[Revision, ...]
    sections: Mapping[str, str]
    appendices: tuple[tuple[str, str], ...]
    goals: tuple[Goal, ...]
    stated_goals: tuple[str, ...]
    stated_scope: Wording
    references: tuple[Wording, ...]
    roles: tuple[Role, ...]
    out_of_scope: tuple[RequirementBlock, ...]
    groups: tuple[Group, ...]
    traces: tuple[Trace, ...]
    open_issues: tuple[OpenIssue, ...]
    waiting: tuple[Wording, ...]
    fingerprint: str
    basis: Basis | None

    @property
    def pictures(self) -> Mapping[str, NoReturn]:
        return {}

    @property
    def all_requirements(self) -> tuple[RequirementBlock, ...]:
        return tuple(r for group in self.groups for r in group.requirements)

    def title(self, lang: Lang) -> str:
        return document_title(self.head.project, KIND, lang)

    def foot(self, lang: Lang) -> str:
        """What stands in the margin of every printed page."""
        mark = Text(" · Fingerprint ", " · 文件校验码 ").to(lang) + self.fingerprint
        return f"{self.number} {self.version_in_words.to(lang)}{mark}"

    @property
    def version_in_words(self) -> Text:
        """`V1.1`; of a text that is to be signed as that and is not yet, `V2.0 (draft)`."""
        if self.is_draft and not self.version.startswith("0."):
            return Text(en=f"V{self.version} (draft)", zh=f"V{self.version}（草稿）")
        return Text.same(f"V{self.version}")
