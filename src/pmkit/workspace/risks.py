"""Risks taken together: the matrix of probability and impact, what they are expected to cost, how ratings moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pmkit.domain.rating import Band, RiskScale
from pmkit.domain.risks import Risk
from pmkit.kernel.ids import natural_order
from pmkit.kernel.money import Money
from pmkit.workspace.calendars import project_calendar
from pmkit.workspace.history import Commit
from pmkit.workspace.model import Workspace


@dataclass(frozen=True)
class Matrix:
    """Open threats by probability and impact; `unrated` stand nowhere."""

    scale: RiskScale
    cells: Mapping[tuple[int, int], tuple[Risk, ...]]
    unrated: tuple[Risk, ...]

    def at(self, probability: int, impact: int) -> tuple[Risk, ...]:
        return self.cells.get((probability, impact), ())

    def band(self, probability: int, impact: int) -> Band:
        return self.scale.band(probability * impact) or "low"

    def counts(self) -> dict[Band, int]:
        """How many stand in each band."""
        found: dict[Band, int] = {"extreme": 0, "high": 0, "medium": 0, "low": 0}
        for (probability, impact), risks in self.cells.items():
            found[self.band(probability, impact)] += len(risks)
        return found


def matrix(ws: Workspace, *, residual: bool = False) -> Matrix:
    """The open threats as they are rated, or as they will be once their responses work."""
    cells: dict[tuple[int, int], list[Risk]] = {}
    unrated = []
    scale = ws.project.risk
    for risk in sorted(ws.risks, key=lambda r: natural_order(r.id)):
        if risk.is_closed or not risk.is_threat:
            continue
        rating = risk.residual if residual and risk.residual is not None else risk
        probability, impact = rating.probability, rating.impact
        if probability is None or impact is None or max(probability, impact) > scale.scale:
            unrated.append(risk)
        else:
            cells.setdefault((probability, impact), []).append(risk)
    return Matrix(scale, {at: tuple(risks) for at, risks in cells.items()}, tuple(unrated))


@dataclass(frozen=True, slots=True)
class Expected:
    """What the open risks come to: sums of chance x cost by currency, and of chance x delay in working days."""

    cost: Mapping[str, Money]
    days: Decimal


def expected(ws: Workspace, risks: Iterable[Risk]) -> Expected:
    """The sums over the risks that have figures; opportunities count against them."""
    costs: dict[str, Money] = {}
    days = Decimal(0)
    for risk in risks:
        cost = risk.expected_cost(ws.project.risk)
        if cost is not None:
            known = costs.get(cost.currency)
            costs[cost.currency] = known + cost if known else cost
        days += expected_days(ws, risk) or Decimal(0)
    return Expected(costs, days)


def expected_days(ws: Workspace, risk: Risk) -> Decimal | None:
    """Chance x delay in working days of the project's calendar."""
    calendar = project_calendar(ws.project)
    return risk.expected_days(ws.project.risk, day=calendar.day_minutes, week=calendar.week_minutes)


# --- how ratings moved -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rated:
    """A rating that a risk was given: on which day, by whom, with the remark of that step."""

    on: date
    by: str
    probability: int
    impact: int
    note: str = ""

    @property
    def score(self) -> int:
        return self.probability * self.impact


def ratings(versions: Sequence[tuple[Commit, Mapping[str, Any]]]) -> list[Rated]:
    """The ratings out of the versions of a risk's file, oldest first; one that says the same as before is none.

    The day is that of the step which came with the rating, else that of the commit.
    """
    found: list[Rated] = []
    steps = 0
    for commit, data in versions:
        probability, impact = _level(data.get("probability")), _level(data.get("impact"))
        taken = data.get("steps") or []
        last = taken[-1] if len(taken) > steps and isinstance(taken[-1], dict) else {}
        steps = len(taken)
        if probability is None or impact is None:
            continue
        if found and (found[-1].probability, found[-1].impact) == (probability, impact):
            continue
        by = str(last.get("by") or commit.trailer("Pmkit-By") or commit.author)
        on = _day(last.get("on")) or commit.time.date()
        found.append(Rated(on, by, probability, impact, str(last.get("note") or "")))
    return found


def _level(value: Any) -> int | None:
    text = str(value or "")
    return int(text) if text in {"1", "2", "3", "4", "5"} else None


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
