"""Quality in figures: how much passes, what is open, where each objective stands, and how all that moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from pmkit.domain.quality import CheckResult, Nonconformity, QualityActivity, QualityCheck, QualityObjective
from pmkit.kernel.ids import natural_order
from pmkit.workspace.model import Workspace

RECENT = timedelta(28)  # days whose checks make the pass rate
_DONE = frozenset({"verified", "closed", "void"})


def checks_done(ws: Workspace, since: date | None = None, until: date | None = None) -> list[QualityCheck]:
    """The checks that were carried out after `since`, up to `until`, by day."""
    done = [
        check
        for check in ws.of(QualityCheck)
        if check.is_done
        and check.on is not None
        and (since is None or check.on > since)
        and (until is None or check.on <= until)
    ]
    return sorted(done, key=lambda check: (check.on or date.min, natural_order(check.id)))


def pass_rate(checks: Iterable[QualityCheck]) -> Decimal | None:
    """The share of items that conform, in percent to a tenth; what does not apply does not count. None without any."""
    passed = failed = 0
    for check in checks:
        passed, failed = passed + check.passed, failed + check.failed
    if not passed + failed:
        return None
    return (Decimal(passed) * 100 / (passed + failed)).quantize(Decimal("0.1"))


def recent_rate(ws: Workspace, as_of: date) -> Decimal | None:
    """The pass rate of the four weeks up to a day."""
    return pass_rate(checks_done(ws, as_of - RECENT, as_of))


def open_nonconformities(ws: Workspace) -> list[Nonconformity]:
    """Those that are not put right yet, the gravest first."""
    order = ("major", "minor", "observation")
    found = [one for one in ws.of(Nonconformity) if one.status not in _DONE]
    return sorted(found, key=lambda one: (order.index(one.severity), natural_order(one.id)))


def open_on(ws: Workspace, day: date) -> int:
    """How many nonconformities were open at the end of a day, by their steps."""
    return sum(_was_open(one, day) for one in ws.of(Nonconformity))


def _was_open(one: Nonconformity, day: date) -> bool:
    if one.opened is None or one.opened > day:
        return False
    state = "open"
    for step in one.steps:
        if step.on <= day:
            state = step.to
    return state not in _DONE


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an objective stands: its latest result, with the check that has it; None before the first."""

    objective: QualityObjective
    check: QualityCheck | None
    result: CheckResult | None

    @property
    def is_met(self) -> bool | None:
        """None before the first measurement, and where it did not apply."""
        if self.result is None or self.result.result not in {"pass", "fail"}:
            return None
        return self.result.result == "pass"


def standings(ws: Workspace, as_of: date) -> list[Standing]:
    """Each active objective with its latest result up to a day."""
    latest: dict[str, tuple[QualityCheck, CheckResult]] = {}
    for check in checks_done(ws, until=as_of):
        for result in check.results:
            if result.objective is not None:
                latest[result.objective] = (check, result)
    active = [one for one in ws.of(QualityObjective) if not one.is_closed]
    return [Standing(one, *latest.get(one.id, (None, None))) for one in active]


def activities(ws: Workspace) -> list[QualityActivity]:
    """The control activities in force."""
    return [one for one in ws.of(QualityActivity) if not one.is_closed]


@dataclass(frozen=True, slots=True)
class Trend:
    """The pass rate of the four weeks before each day with a check, and the open nonconformities as they changed."""

    rate: Sequence[tuple[date, float]]
    open: Sequence[tuple[date, float]]


def trend(ws: Workspace, as_of: date) -> Trend:
    """How quality moved up to a day."""
    done = checks_done(ws, until=as_of)
    days = sorted({check.on for check in done if check.on is not None} | ({as_of} if done else set()))
    rate = [
        (day, float(found))
        for day in days
        if (found := pass_rate(c for c in done if c.on is not None and day - RECENT < c.on <= day)) is not None
    ]
    turns = {one.opened for one in ws.of(Nonconformity) if one.opened is not None}
    turns |= {step.on for one in ws.of(Nonconformity) for step in one.steps}
    moved = sorted(day for day in turns | ({as_of} if turns else set()) if day <= as_of)
    return Trend(rate, [(day, float(open_on(ws, day))) for day in moved])
