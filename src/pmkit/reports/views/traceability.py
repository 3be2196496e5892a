"""需求跟踪矩阵, the requirements traceability matrix (FORMS §1.2b), and how much of it is filled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from pmkit.kernel.text import Lang, Text
from pmkit.reports.views.blocks import Audience, Basis, Wording, document_title

KIND = Text("Requirements traceability matrix", "需求跟踪矩阵")
# Heading and width in percent of each column, in printing order.
COLUMNS: tuple[tuple[Text, int], ...] = (
    (Text("No.", "序号"), 4),
    (Text("Requirement no.", "需求编号"), 7),
    (Text("Requirement", "需求"), 14),
    (Text("Priority", "优先级"), 5),
    (Text("Category", "类别"), 7),
    (Text("Source", "来源"), 10),
    (Text("Objective", "与目标的关系"), 7),
    (Text("Tasks (WBS)", "任务"), 8),
    (Text("Deliverables", "交付物"), 7),
    (Text("Acceptance cases", "验收用例"), 9),
    (Text("Signed in", "确认单号"), 6),
    (Text("Changes", "变更号"), 6),
    (Text("Status", "状态"), 5),
    (Text("Suspect", "需复核"), 5),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A requirement and what is linked to it; ids, where nothing else is said."""

    ref: str
    title: str
    priority: Wording
    category: Wording
    source: tuple[str, ...]
    objectives: tuple[str, ...]
    tasks: tuple[str, ...]
    deliverables: tuple[str, ...]
    cases: tuple[Text, ...]
    signed_in: tuple[str, ...]
    changes: tuple[str, ...]
    status: Text
    suspect: tuple[str, ...]

    def cells(self, number: int, lang: Lang) -> tuple[str, ...]:
        """The row as texts in the order of the columns, for tables that are no documents."""
        comma = "、" if lang == "zh" else ", "
        words = [_plain(self.priority, lang), _plain(self.category, lang)]
        joined = [comma.join(ids) for ids in (self.objectives, self.tasks, self.deliverables)]
        cases = comma.join(case.to(lang) for case in self.cases)
        rest = [comma.join(self.signed_in), comma.join(self.changes), self.status.to(lang)]
        suspect = "▲ " + comma.join(self.suspect) if self.suspect else ""
        source = ("；" if lang == "zh" else "; ").join(self.source)
        return (str(number), self.ref, self.title, *words, source, *joined, cases, *rest, suspect)


def _plain(wording: Wording, lang: Lang) -> str:
    return wording.to(lang) if isinstance(wording, Text) else wording or ""


@dataclass(frozen=True, slots=True)
class Figure:
    """How many requirements have one thing, of the musts and of all: `3/4 75%`."""

    what: Text
    must: str
    all: str
    lacking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TraceabilityMatrix:
    """The matrix of the living requirements."""

    project: str
    audience: Audience
    rows: tuple[Row, ...]
    figures: tuple[Figure, ...]
    suspects: int
    basis: Basis

    @property
    def pictures(self) -> Mapping[str, NoReturn]:
        return {}

    @property
    def columns(self) -> tuple[tuple[Text, int], ...]:
        return COLUMNS

    def title(self, lang: Lang) -> str:
        return document_title(self.project, KIND, lang)

    def foot(self, lang: Lang) -> str:
        return self.title(lang)
