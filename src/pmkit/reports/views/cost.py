"""成本报告, 成本总结, 成本管理计划 (FORMS §1.14): documents of our own house. Amounts are printed as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from pmkit.kernel.text import Lang, Text
from pmkit.reports.bars import BarChart
from pmkit.reports.curves import TimeChart
from pmkit.reports.views.blocks import Basis, Day, Head, Prepared, Wording, document_title

REPORT = Text("Cost report", "成本报告")
SUMMARY = Text("Final cost summary", "成本总结")
PLAN = Text("Cost management plan", "成本管理计划")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its name; `remarks` says how it comes about."""

    label: Text
    value: Wording
    remarks: Wording = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A category, phase or task. `rate`: the variance in percent of the budget, None without one."""

    name: Wording
    original: str
    changes: str
    moved: str
    budget: str
    ordered: str
    actual: str
    etc: str
    eac: str
    variance: str
    rate: str | None
    remarks: Wording = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of one currency, by category and by phase, with their total."""

    currency: str
    categories: tuple[Line, ...]
    phases: tuple[Line, ...]
    total: Line


@dataclass(frozen=True, slots=True)
class Deviation:
    """A category off its budget: what an estimate said of the cause, what was done about it."""

    category: Text
    variance: str
    rate: str | None
    cause: Wording
    action: Wording


@dataclass(frozen=True, slots=True)
class ChangeLine:
    ref: str
    title: str
    status: Text
    applied_on: Day
    price: str | None
    own_cost: str | None
    counted: bool


@dataclass(frozen=True, slots=True)
class ReserveLine:
    name: Text
    currency: str
    set_aside: str
    drawn: str
    left: str


@dataclass(frozen=True, slots=True)
class Draw:
    ref: str
    on: date
    source: Wording
    amount: str
    reason: str
    risk: str | None
    approved_by: str | None


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """A payment node. `days`: overdue by, 0 for what is not."""

    ref: str
    node: str
    due: str | None
    applied: str | None
    invoiced: str | None
    received: str | None
    open: str | None
    days: int
    status: Wording


@dataclass(frozen=True, slots=True)
class OpenItem:
    """What is still to be paid or to come in: an order, an invoice."""

    ref: str
    what: str
    party: Wording
    amount: str
    due: Day


@dataclass(frozen=True, slots=True)
class CostReport:
    """Both 成本报告 and 成本总结, by `name`. `lamp` is that of cost; `forecast`: what comes of it in the end."""

    name: Text
    head: Head
    start: date
    as_of: date
    lamp: Literal["green", "amber", "red"]
    prepared: Prepared
    summary: tuple[Figure, ...]
    tables: tuple[Table, ...]
    curve: TimeChart | None
    bars: BarChart | None
    deviations: tuple[Deviation, ...]
    changes: tuple[ChangeLine, ...]
    reserves: tuple[ReserveLine, ...]
    draws: tuple[Draw, ...]
    receipts: tuple[ReceiptLine, ...]
    received_total: tuple[Figure, ...]
    open_items: tuple[OpenItem, ...]
    forecast: tuple[Figure, ...]
    basis: Basis

    @property
    def pictures(self) -> Mapping[str, TimeChart | BarChart]:
        """What `:::picture NAME` shows: `curve`, `bars`."""
        found: dict[str, TimeChart | BarChart] = {}
        if self.curve is not None:
            found["curve"] = self.curve
        if self.bars is not None:
            found["bars"] = self.bars
        return found

    def title(self, lang: Lang) -> str:
        return document_title(self.head.project, self.name, lang)

    def foot(self, lang: Lang) -> str:
        return self.title(lang)


@dataclass(frozen=True, slots=True)
class Matrix:
    """The budget of one currency: a row a phase with an amount a category, and the sums."""

    currency: str
    categories: tuple[Text, ...]
    rows: tuple[tuple[Wording, tuple[str, ...], str], ...]
    sums: tuple[str, ...]
    total: str


@dataclass(frozen=True, slots=True)
class NodeLine:
    node: str
    condition: Wording
    milestone: Wording
    expected: Day
    share: str | None
    amount: str | None


@dataclass(frozen=True, slots=True)
class CostPlan:
    """成本管理计划: what may be spent, by which rules it is watched, when money comes in."""

    head: Head
    prepared: Prepared
    approved: bool
    matrices: tuple[Matrix, ...]
    reserves: tuple[Figure, ...]
    limits: tuple[Figure, ...]
    nodes: tuple[NodeLine, ...]
    basis: Basis
    pictures: Mapping[str, BarChart] = field(default_factory=dict)

    def title(self, lang: Lang) -> str:
        return document_title(self.head.project, PLAN, lang)

    def foot(self, lang: Lang) -> str:
        return self.title(lang)
