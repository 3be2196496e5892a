"""项目周报, the weekly report: what its twelve sections say (FORMS §1.8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from pmkit.kernel.money import Money
from pmkit.kernel.text import Lang, Text
from pmkit.reports.charts import GanttChart
from pmkit.reports.views.blocks import Audience, Basis, Photo, Wording, document_title

Aspect = Literal["schedule", "scope", "quality", "risk", "customer", "cost"]
Lamp = Literal["green", "amber", "red"]
Days = int | Decimal
KIND = Text("Weekly report", "周报")


@dataclass(frozen=True, slots=True)
class Health:
    """The state of one aspect and what makes it so; a person's override states its reason in `remarks`."""

    aspect: Aspect
    lamp: Lamp
    remarks: Wording = ""


@dataclass(frozen=True, slots=True)
class Milestone:
    """Drift in working days from `baseline`, None without one; the contract's date stands in where there is none."""

    name: Wording
    contractual: bool
    baseline: date | None
    forecast: date | None
    drift: Days | None
    approved: Days | None
    unexplained: Days | None
    status: Wording
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    task: Wording
    owner: Wording | None
    planned_finish: date | None
    percent: Days
    result: Wording


@dataclass(frozen=True, slots=True)
class NotDone:
    task: Wording
    owner: str | None
    planned_finish: date | None
    percent: Days
    cause: Wording
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Next:
    """`needs`: whose cooperation the work needs, None where nobody's."""

    task: Wording
    owner: str | None
    planned_finish: date | None
    needs: Wording


@dataclass(frozen=True, slots=True)
class Concern:
    """An issue or a risk."""

    ref: str
    description: Wording
    impact: Wording
    action: Wording
    owner: str | None
    due: date | None
    status: Wording


@dataclass(frozen=True, slots=True)
class Needed:
    """What is needed of somebody, most often the customer; `overdue` in days, 0 while there is time."""

    ref: str
    matter: Wording
    whom: str | None
    needed_on: date | None
    overdue: int
    impact: Wording


@dataclass(frozen=True, slots=True)
class Change:
    """`days`: what the change asks of the schedule, in working days; `price`: the customer's."""

    ref: str
    title: str
    raised_by: str | None
    days: Days | None
    price: Money | None
    status: Wording


@dataclass(frozen=True, slots=True)
class Awaited:
    """A paper that waits for an answer or a signature."""

    document: Wording
    sent_on: date | None
    due: date | None
    status: Wording


@dataclass(frozen=True, slots=True)
class Delivery:
    """Counts so far, of the contract's quantity."""

    item: Wording
    contract: Days
    arrived: Days
    installed: Days
    commissioned: Days


@dataclass(frozen=True, slots=True)
class Staff:
    name: str
    role: Wording
    work: Wording


@dataclass(frozen=True, slots=True)
class StaffChange:
    """Somebody who joined or left in the week."""

    on: date
    name: str
    role: Text
    what: Text


@dataclass(frozen=True, slots=True)
class QualityNote:
    """A check, a nonconformity, a word on safety."""

    matter: Wording
    result: Wording


@dataclass(frozen=True, slots=True)
class Figure:
    """An internal number with its name, already formatted: `EAC`, `¥1,020,000.00`."""

    label: Text
    value: Wording
    remarks: Wording = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A payment of the contract: what is due, when, and what came in."""

    milestone: str
    amount: Money | None
    due: date | None
    received: Money | None
    status: Wording


@dataclass(frozen=True, slots=True)
class WeeklyReport:
    """The whole report. A customer's has no cost aspect, no `figures` and no `receipts`.

    `summary` is Markdown, written by a person, None if nobody did; `planned` and `actual` are percent of the whole.
    """

    project: str
    contract_no: str | None
    employer: str | None
    contractor: str | None
    supervisor: str | None
    number: int
    start: date
    finish: date
    prepared_by: str | None
    reviewed_by: str | None
    to: tuple[str, ...]
    cc: tuple[str, ...]
    audience: Audience
    overall: Lamp
    overall_remarks: Wording
    health: tuple[Health, ...]
    planned: Days | None
    actual: Days | None
    summary: str | None
    milestones: tuple[Milestone, ...]
    done: tuple[Done, ...]
    not_done: tuple[NotDone, ...]
    next_week: tuple[Next, ...]
    concerns: tuple[Concern, ...]
    needed: tuple[Needed, ...]
    changes: tuple[Change, ...]
    awaited: tuple[Awaited, ...]
    deliveries: tuple[Delivery, ...]
    staff: tuple[Staff, ...]
    staff_changes: tuple[StaffChange, ...]
    quality: tuple[QualityNote, ...]
    photos: tuple[Photo, ...]
    gantt: GanttChart | None
    basis: Basis
    figures: tuple[Figure, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    suspensions: tuple[Text, ...] = ()
    contract: tuple[Text, ...] = ()
    correction: str | None = None

    @property
    def pictures(self) -> Mapping[str, GanttChart | Photo]:
        """What `:::picture NAME` shows: `gantt`, `photo-1`, `photo-2` ..."""
        photos = {f"photo-{number}": photo for number, photo in enumerate(self.photos, start=1)}
        return {**photos, "gantt": self.gantt} if self.gantt else dict(photos)

    def title(self, lang: Lang) -> str:
        named = self.project if self.project.endswith("项目") or lang == "en" else f"{self.project}项目"
        return document_title(named, KIND, lang)

    def foot(self, lang: Lang) -> str:
        """What stands in the margin of every printed page."""
        return f"{self.title(lang)} · 第{self.number}期" if lang == "zh" else f"{self.title(lang)} · No. {self.number}"
