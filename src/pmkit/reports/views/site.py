"""客户门户, the customer portal: what its pages show beside the views of the documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from pmkit.kernel.text import Text
from pmkit.reports.views.blocks import Audience, Basis, Wording
from pmkit.reports.views.requirements import RequirementBlock

Band = tuple[int, int]  # days from the first day of the axis, length in days


@dataclass(frozen=True, slots=True)
class Entry:
    """A record as lists and traces show it. `address` is the key of its page, or of its place on one."""

    ref: str
    title: str
    status: Wording
    address: str
    on: date | None = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of a trace: 任务, and the tasks."""

    label: Text
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record in words, a value a line."""

    label: Text
    lines: tuple[Wording, ...]


@dataclass(frozen=True, slots=True)
class Reached:
    """A step of a record's life."""

    on: date
    state: Text
    by: str


@dataclass(frozen=True, slots=True)
class RecordPage:
    """A record with all that its readers may see of it."""

    ref: str
    kind: Text
    title: str
    status: Wording
    fields: tuple[Field, ...]
    stages: tuple[Stage, ...]
    life: tuple[Reached, ...]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class RequirementPage:
    """A requirement, how it is traced, and how it came to where it is."""

    block: RequirementBlock
    fit: Wording
    solution: str
    stages: tuple[Stage, ...]
    life: tuple[Reached, ...]


@dataclass(frozen=True, slots=True)
class RequirementLine:
    """A requirement in the list. `traced`: whether it has a task, a deliverable, an acceptance case."""

    entry: Entry
    category: Wording
    priority: Wording
    signed: Wording
    changed: Wording
    traced: tuple[bool, bool, bool]


@dataclass(frozen=True, slots=True)
class ActionLine:
    """An action item; `overdue` in days, 0 while there is time."""

    entry: Entry
    owner: str
    due: date | None
    overdue: int
    origin: str


@dataclass(frozen=True, slots=True)
class SignedPaper:
    """A sign-off: what was put before the customer, and who signed when."""

    entry: Entry
    version: str
    records: int
    fingerprint: str
    signers: tuple[tuple[str, date], ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A label of the time axis, over `band`."""

    label: Text
    band: Band


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of the chart. `drift` in working days, None without a baseline."""

    ref: str
    name: str
    owner: Wording
    start: date
    finish: date
    percent: Decimal
    critical: bool
    milestone: bool
    band: Band
    baseline: Band | None
    baseline_finish: date | None
    drift: Decimal | None


@dataclass(frozen=True, slots=True)
class Gantt:
    """The plan on a time axis of `days` days from `start`; `status`, `today`: days from it, None where not on it."""

    start: date
    days: int
    months: tuple[Tick, ...]
    weeks: tuple[Tick, ...]
    dates: tuple[Tick, ...]
    off: tuple[Band, ...]
    status: int | None
    today: int | None
    status_date: date | None
    as_of: date
    phases: tuple[tuple[str, tuple[Bar, ...]], ...]


@dataclass(frozen=True, slots=True)
class Download:
    """A rendered document: `name` of its file, `content` where the page has to hold it."""

    title: Text
    lang: Text
    format: str
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the overview that leads to a page."""

    label: Text
    value: Wording
    remarks: Wording
    address: str


@dataclass(frozen=True, slots=True)
class Site:
    """What all pages share: the head, the foot, the way around."""

    project: str
    customer: str | None
    supplier: str | None
    audience: Audience
    lang: str
    as_of: date
    status_date: date | None
    basis: Basis
    nav: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A page: `key` is its address without ending, `section` the entry of the navigation that it belongs to.

    `view` is what its template shows; `more` the other views that it takes, by name.
    """

    key: str
    title: Wording
    section: str
    template: str
    view: object
    more: Mapping[str, object] = field(default_factory=dict)

    @property
    def name(self) -> Text:
        """What the browser calls the page."""
        return self.title if isinstance(self.title, Text) else Text.same(f"{self.key} {self.title or ''}".strip())


@dataclass(frozen=True, slots=True)
class Found:
    """A line of the search index."""

    address: str
    ref: str
    title: Wording
    kind: Text
    text: str
