"""进度计划与偏差报告, the plan and progress report: the plan, how far it has come, and how it drifts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pmkit.kernel.text import Lang, Text
from pmkit.reports.charts import GanttChart
from pmkit.reports.curves import TimeChart
from pmkit.reports.network_chart import NetworkChart
from pmkit.reports.views.blocks import Audience, Basis, Head, Wording, document_title
from pmkit.reports.views.weekly import Milestone

KIND = Text("Plan and progress report", "进度计划与偏差报告")


@dataclass(frozen=True, slots=True)
class Line:
    """A task or milestone. `drift` in working days, None without a baseline; `slack` is its float in working days."""

    ref: str
    name: str
    owner: str | None
    duration: Wording
    start: date
    finish: date
    baseline_finish: date | None
    drift: Decimal | None
    slack: Decimal
    percent: Decimal
    critical: bool
    milestone: bool


@dataclass(frozen=True, slots=True)
class PhaseLines:
    """The tasks of a phase."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A task whose finish drifts, in working days; `changes`: the approved ones that excuse a part of it."""

    ref: str
    name: str
    baseline_finish: date
    forecast: date
    drift: Decimal
    approved: Decimal
    unexplained: Decimal
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanReport:
    """The whole report. `figures` (abbreviation, name, value of earned value) are internal, else none."""

    head: Head
    audience: Audience
    baseline: str | None
    status_date: date | None
    start: date
    finish: date
    baseline_finish: date | None
    planned: Decimal | None
    actual: Decimal | None
    milestones: tuple[Milestone, ...]
    moved: tuple[Moved, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    relinked: tuple[str, ...]
    critical: tuple[Line, ...]
    phases: tuple[PhaseLines, ...]
    gantt: GanttChart | None
    progress: TimeChart | None
    drift: TimeChart | None
    network: NetworkChart | None
    basis: Basis
    figures: tuple[tuple[str, Text, Wording], ...] = ()

    @property
    def pictures(self) -> Mapping[str, GanttChart | TimeChart | NetworkChart]:
        """What `:::picture NAME` shows: gantt, progress, drift, network."""
        charts = {"gantt": self.gantt, "progress": self.progress, "drift": self.drift, "network": self.network}
        return {name: chart for name, chart in charts.items() if chart is not None}

    def title(self, lang: Lang) -> str:
        return document_title(self.head.project, KIND, lang)

    def foot(self, lang: Lang) -> str:
        return self.title(lang)
