"""项目月报, the monthly report: fourteen sections, most of them those of the weekly over a month (FORMS §1.9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pmkit.kernel.text import Lang, Text
from pmkit.reports.charts import GanttChart
from pmkit.reports.curves import TimeChart
from pmkit.reports.views.blocks import Basis, Photo, Prepared, Wording, document_title
from pmkit.reports.views.weekly import Days, Milestone, Receipt, WeeklyReport

KIND = Text("Monthly report", "月报")


@dataclass(frozen=True, slots=True)
class Compared:
    """A milestone with the forecast that the month before ended with, and how many days that has moved since."""

    now: Milestone
    before: date | None
    moved: Days | None


@dataclass(frozen=True, slots=True)
class Variance:
    """What is not as planned. `effect`: what it means for milestones."""

    dimension: Wording
    planned: Wording
    actual: Wording
    difference: Wording
    cause: Wording
    measures: Wording
    effect: Wording


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that was released or signed in the month."""

    ref: str
    title: Wording
    version: Wording
    on: date
    status: Wording


@dataclass(frozen=True, slots=True)
class Decision:
    """What management has to decide."""

    ref: str
    matter: Wording
    whom: Wording
    by: date | None


@dataclass(frozen=True, slots=True)
class MonthlyReport:
    """The report. `body` are the sections that it shares with the weekly, over the month; `figures` of it internal."""

    body: WeeklyReport
    prepared: Prepared
    curve: TimeChart | None
    milestones: tuple[Compared, ...]
    variances: tuple[Variance, ...]
    payments: tuple[Receipt, ...]
    papers: tuple[Paper, ...]
    feedback: tuple[tuple[Wording, Wording], ...]
    decisions: tuple[Decision, ...]
    annexes: tuple[Wording, ...]

    @property
    def basis(self) -> Basis:
        return self.body.basis

    @property
    def pictures(self) -> Mapping[str, GanttChart | TimeChart | Photo]:
        """What `:::picture NAME` shows: curve, gantt, `photo-1`, `photo-2` ..."""
        charts = {**self.body.pictures, "curve": self.curve}
        return {name: chart for name, chart in charts.items() if chart is not None}

    def title(self, lang: Lang) -> str:
        project = self.body.project
        return document_title(project if project.endswith("项目") or lang == "en" else f"{project}项目", KIND, lang)

    def foot(self, lang: Lang) -> str:
        """What stands in the margin of every printed page."""
        number = f" · 第{self.body.number}期" if lang == "zh" else f" · No. {self.body.number}"
        return self.title(lang) + number
