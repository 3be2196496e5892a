"""Drift of a forecast against a baseline, split into what approved changes allow and the rest (SPEC §4, FORMAT §5)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pmkit.kernel.calendar import WorkCalendar
from pmkit.kernel.duration import plain

_THRESHOLD = re.compile(r"([0-9]{1,7}(?:\.[0-9]{1,4})?)(d|%)")


@dataclass(frozen=True, slots=True)
class Frozen:
    """An item of a baseline: its days, the links it had, and whether it is a milestone."""

    id: str
    name: str
    start: date
    finish: date
    milestone: bool
    duration: str = ""
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Forecast:
    """The same item as it is forecast now. `links` as written, to see what was re-linked; `predecessors` their ids."""

    id: str
    name: str
    start: date
    finish: date
    milestone: bool
    duration: str = ""
    links: tuple[str, ...] = ()
    predecessors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemDrift:
    """Drift of one item in working days of the project's calendar; `finish = approved + unexplained`.

    `customer`: how much of the unexplained drift delays of the customer have cost; it explains, it does not excuse.
    `milestone`: it is one now or was one in the baseline, so that turning it into a task does not end its being judged.
    """

    id: str
    name: str
    milestone: bool
    baseline_start: date
    baseline_finish: date
    forecast_start: date
    forecast_finish: date
    start: Decimal
    finish: Decimal
    duration: Decimal
    approved: Decimal
    unexplained: Decimal
    customer: Decimal
    relinked: bool


@dataclass(frozen=True, slots=True)
class Drift:
    """Drift of everything in the baseline, in the plan's order. `project`: the item whose drift is the project's."""

    items: tuple[ItemDrift, ...]
    project: str | None
    added: tuple[str, ...]
    removed: tuple[str, ...]

    def of(self, item_id: str) -> ItemDrift | None:
        return next((item for item in self.items if item.id == item_id), None)

    @property
    def milestones(self) -> tuple[ItemDrift, ...]:
        return tuple(item for item in self.items if item.milestone)


@dataclass(frozen=True, slots=True)
class Threshold:
    """How much unexplained drift passes unremarked: working days, or percent of the baseline's working time."""

    amount: Decimal
    percent: bool = False

    @staticmethod
    def parse(text: str) -> Threshold:
        """`5d` or `10%`. Raises ValueError."""
        match = _THRESHOLD.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"not a threshold: {text!r}")
        return Threshold(Decimal(match[1]), percent=match[2] == "%")

    def days(self, start: date, finish: date, calendar: WorkCalendar) -> Decimal:
        """The threshold in working days for an item whose baseline runs to `finish` in a project from `start`."""
        if not self.percent:
            return self.amount
        span = calendar.workdays_between(start, finish) + calendar.is_workday(start)
        return self.amount * span / 100

    def is_passed_by(self, item: ItemDrift, start: date, calendar: WorkCalendar) -> bool:
        """True where the unexplained drift is more than the threshold; just as much is not."""
        return item.unexplained > self.days(start, item.baseline_finish, calendar)

    def __str__(self) -> str:
        return f"{plain(self.amount)}{'%' if self.percent else 'd'}"


def drift(
    baseline: Sequence[Frozen],
    forecast: Sequence[Forecast],
    calendar: WorkCalendar,
    allowances: Mapping[str, Decimal],
    outside: Mapping[str, Decimal],
) -> Drift:
    """The drift of every item that both know; `allowances` are the working days that approved changes grant.

    `outside`: the working days that delays of the customer have cost.

    allowance(n) = own(n) + max over predecessors; approved = drift clamped to 0..allowance; the rest is unexplained.
    `forecast` has been scheduled, so it has no cycle; its order does not matter.
    """
    now = {item.id: item for item in forecast}
    granted = _granted(now, allowances)
    items = [
        _item(frozen, now[frozen.id], calendar, granted[frozen.id], outside.get(frozen.id, Decimal(0)))
        for frozen in baseline
        if frozen.id in now
    ]
    was = {frozen.id for frozen in baseline}
    return Drift(
        tuple(items),
        _project(items),
        tuple(item.id for item in forecast if item.id not in was),
        tuple(frozen.id for frozen in baseline if frozen.id not in now),
    )


def _granted(now: Mapping[str, Forecast], allowances: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """The allowance of each item, its predecessors' included."""
    granted: dict[str, Decimal] = {}
    for first in now:
        pending = [first]
        while pending:
            item = now[pending[-1]]
            if item.id in granted:
                pending.pop()
                continue
            before = [p for p in item.predecessors if p in now]
            open_ = [p for p in before if p not in granted]
            if open_:
                pending += open_
                continue
            inherited = max((granted[p] for p in before), default=Decimal(0))
            granted[item.id] = allowances.get(item.id, Decimal(0)) + inherited
            pending.pop()
    return granted


def _item(was: Frozen, now: Forecast, calendar: WorkCalendar, allowance: Decimal, outside: Decimal) -> ItemDrift:
    start = Decimal(calendar.workdays_between(was.start, now.start))
    finish = Decimal(calendar.workdays_between(was.finish, now.finish))
    approved = max(Decimal(0), min(finish, allowance))
    customer = max(Decimal(0), min(finish - approved, outside))
    return ItemDrift(
        was.id, now.name, was.milestone or now.milestone, was.start, was.finish, now.start, now.finish,
        start, finish, finish - start, approved, finish - approved, customer, sorted(was.links) != sorted(now.links),
    )  # fmt: skip


def _project(items: Sequence[ItemDrift]) -> str | None:
    """The milestone with the latest baseline finish; where there is none, the last task."""
    candidates = [item for item in items if item.milestone] or list(items)
    return max(candidates, key=lambda item: item.baseline_finish).id if candidates else None
