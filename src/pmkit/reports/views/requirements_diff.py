"""需求差异对照, what changed between two states of the requirements: two sign-offs, two days, two revisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from pmkit.kernel.text import Lang, Text
from pmkit.reports.views.blocks import Audience, Basis, document_title
from pmkit.reports.word_diff import Piece

KIND = Text("Changes of the requirements", "需求差异对照表")


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one requirement: the old text with what is gone, the new one with what came, by which changes."""

    ref: str
    title: str
    field: Text
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """A requirement that came or went, with its statement."""

    ref: str
    title: str
    priority: Text | None
    statement: str
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RequirementsDiff:
    """What stands between two states, named as the reader knows them: `SGN-001`, a day, a commit."""

    project: str
    audience: Audience
    before: str
    after: Text
    changes: tuple[Change, ...]
    added: tuple[Whole, ...]
    withdrawn: tuple[Whole, ...]
    unchanged: int
    basis: Basis

    @property
    def pictures(self) -> Mapping[str, NoReturn]:
        return {}

    @property
    def changed(self) -> int:
        """How many requirements say something else."""
        return len({change.ref for change in self.changes})

    def title(self, lang: Lang) -> str:
        return document_title(self.project, KIND, lang)

    def foot(self, lang: Lang) -> str:
        return f"{self.title(lang)} {self.before} → {self.after.to(lang)}"
