"""Quality documents (FORMS §1.13): 质量管理计划, 质量检查记录, 不符合项报告, 质量报告."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, NoReturn

from pmkit.kernel.text import Lang, Text
from pmkit.reports.curves import TimeChart
from pmkit.reports.views.blocks import (
    Audience,
    Basis,
    Choice,
    Day,
    Head,
    Headed,
    Prepared,
    SignBox,
    Wording,
    document_title,
    sign_boxes,
)

PLAN = Text("Quality management plan", "质量管理计划")
CHECK = Text("Quality check record", "质量检查记录")
NONCONFORMITY = Text("Nonconformity report", "不符合项报告")
REPORT = Text("Quality report", "质量报告")


@dataclass(frozen=True, slots=True)
class Objective:
    """An objective; `measured`, `on`, `met` are its latest result, None before the first."""

    ref: str
    title: str
    indicator: str
    target: str
    method: str
    frequency: str
    standard: str
    owner: str
    measured: Wording = ""
    on: date | None = None
    met: Text | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """A control activity. `deliverables`: id and name; `items`: item and required value."""

    ref: str
    title: str
    type: Text
    deliverables: tuple[str, ...]
    standard: str
    when: str
    owner: str
    witness: str
    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class QualityPlan(Headed):
    head: Head
    prepared: Prepared
    objectives: tuple[Objective, ...]
    standards: tuple[str, ...]
    activities: tuple[Activity, ...]
    uncovered: tuple[str, ...]
    sign: tuple[SignBox, ...]
    basis: Basis

    document: ClassVar[Text] = PLAN


@dataclass(frozen=True, slots=True)
class Row:
    """An item of a check; `choice` ticks how it came out."""

    item: Wording
    target: Wording
    measured: Wording
    choice: Choice
    note: str = ""


@dataclass(frozen=True, slots=True)
class CheckRecord:
    """质量检查记录, filled or blank."""

    head: Head
    ref: str
    item: Wording
    place: Wording
    standard: Wording
    inspector: Wording
    inspected: Wording
    on: Day
    deliverables: Wording
    rows: tuple[Row, ...]
    conclusion: Wording
    nonconformities: tuple[str, ...]
    sign: tuple[SignBox, ...]
    basis: Basis | None

    @property
    def pictures(self) -> Mapping[str, NoReturn]:
        return {}

    def title(self, lang: Lang) -> str:
        return document_title(self.head.project, CHECK, lang)

    def foot(self, lang: Lang) -> str:
        return f"{self.title(lang)} {self.ref}".rstrip()


@dataclass(frozen=True, slots=True)
class NonconformityReport:
    """不符合项报告, filled or blank."""

    head: Head
    ref: str
    subject: Wording
    found_on: Day
    found_by: Wording
    responsible: Wording
    deliverables: Wording
    fact: Wording
    clause: Wording
    severity: Choice
    cause: Wording
    disposition: Choice
    correction: Wording
    corrective_action: Wording
    owner: Wording
    due: Day
    agreed_by: Wording
    result: Wording
    verified_by: Wording
    verified_on: Day
    closed_on: Day
    sign: tuple[SignBox, ...]
    basis: Basis | None

    @property
    def pictures(self) -> Mapping[str, NoReturn]:
        return {}

    def title(self, lang: Lang) -> str:
        return document_title(self.head.project, NONCONFORMITY, lang)

    def foot(self, lang: Lang) -> str:
        return f"{self.title(lang)} {self.ref}".rstrip()


@dataclass(frozen=True, slots=True)
class Checked:
    """A check that was carried out; `rate` in percent."""

    ref: str
    title: str
    on: date | None
    inspector: str
    items: int
    failed: int
    rate: str


@dataclass(frozen=True, slots=True)
class Nonconforming:
    """A nonconformity in the list."""

    ref: str
    title: str
    severity: Text
    found_on: date | None
    cause: str
    disposition: Text | None
    owner: str
    due: date | None
    overdue: int
    status: Text
    verified_on: date | None


@dataclass(frozen=True, slots=True)
class Improvement:
    """An action that came from quality."""

    ref: str
    title: str
    source: str
    owner: str
    due: date | None
    status: Text


@dataclass(frozen=True, slots=True)
class QualityReport:
    """The report. `rate`: percent of the items of the last four weeks; `overall` of all checks."""

    head: Head
    audience: Audience
    lamp: str
    because: Text
    rate: str | None
    overall: str | None
    open: int
    late: int
    objectives: tuple[Objective, ...]
    checks: tuple[Checked, ...]
    planned: tuple[Checked, ...]
    nonconformities: tuple[Nonconforming, ...]
    improvements: tuple[Improvement, ...]
    charts: Mapping[str, TimeChart]
    basis: Basis

    @property
    def pictures(self) -> Mapping[str, TimeChart]:
        """What `:::picture NAME` shows: rate, open."""
        return self.charts

    def title(self, lang: Lang) -> str:
        return document_title(self.head.project, REPORT, lang)

    def foot(self, lang: Lang) -> str:
        return self.title(lang)


def blank_check(head: Head, results: Choice, *, rows: int = 8) -> CheckRecord:
    """The check record to fill in by hand."""
    empty = Row("", "", "", results)
    return CheckRecord(head, "", "", "", "", "", "", "", "", (empty,) * rows, "", (), sign_boxes(head), None)


def blank_nonconformity(head: Head, severities: Choice, dispositions: Choice) -> NonconformityReport:
    """The report to fill in by hand."""
    return NonconformityReport(
        head=head, ref="", subject="", found_on="", found_by="", responsible="", deliverables="", fact="", clause="",
        severity=severities, cause="", disposition=dispositions, correction="", corrective_action="", owner="", due="",
        agreed_by="", result="", verified_by="", verified_on="", closed_on="", sign=sign_boxes(head), basis=None,
    )  # fmt: skip
