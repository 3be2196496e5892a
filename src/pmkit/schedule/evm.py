"""Earned value (PMI, The Standard for Earned Value Management, 2019) and earned schedule (Lipke 2003, 2009).

Amounts are decimals of one currency, times are working minutes of the project's calendar from the project's start.
What would be divided by zero is None: it has no value, not an infinite one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)
# What divides the remaining work in EAC = AC + (BAC - EV) / PF, by the name that is printed (Vandevoorde and
# Vanhoucke 2006, table 2). SCI = SPI x CPI, SCI(t) = SPI(t) x CPI.
FACTORS = ("1", "CPI", "SPI", "SPI(t)", "SCI", "SCI(t)", "0.8 CPI + 0.2 SPI", "0.8 CPI + 0.2 SPI(t)")
# How the duration is estimated: from planned value, earned duration or earned schedule, each with its factors (table 1
# of the same paper).
TIME_ESTIMATES = (
    ("PV", "1"), ("PV", "SPI"), ("PV", "SCI"), ("ED", "1"), ("ED", "SPI"), ("ED", "SCI"),
    ("ES", "1"), ("ES", "SPI(t)"), ("ES", "SCI(t)"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlannedCost:
    """What a task of the baseline costs: from `start` to `finish` the `spread` amount in proportion to working time.

    `at_start` falls due when it begins, `at_finish` when it ends. A task without duration earns everything at once.
    """

    id: str
    start: int
    finish: int
    spread: Decimal = ZERO
    at_start: Decimal = ZERO
    at_finish: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return self.at_start + self.spread + self.at_finish

    def planned(self, at: int) -> Decimal:
        """Planned value up to a time."""
        if at >= self.finish:
            return self.total
        if at <= self.start:
            return ZERO
        return self.at_start + self.spread * (at - self.start) / (self.finish - self.start)

    def earned(self, percent: Decimal) -> Decimal:
        """Earned value where `percent` (0 to 100) is done."""
        if percent >= 100:
            return self.total
        return self.at_start + self.spread * percent / 100 if percent > 0 else ZERO


def planned_value(costs: Iterable[PlannedCost], at: int) -> Decimal:
    """PV: what should have been earned up to a time."""
    return sum((cost.planned(at) for cost in costs), ZERO)


def earned_value(costs: Iterable[PlannedCost], percents: Mapping[str, Decimal]) -> Decimal:
    """EV: what has been earned, by the percent complete of each task (0 where nothing is said)."""
    return sum((cost.earned(percents.get(cost.id, ZERO)) for cost in costs), ZERO)


def earned_schedule(costs: Sequence[PlannedCost], earned: Decimal, now: int) -> Decimal:
    """ES: the time at which the plan should have earned what has been earned (Lipke 2003, with periods of a minute).

    Where the planned value stands still at just that amount, the time nearest to `now`; all earned: the planned finish.
    """
    if not costs:
        return ZERO
    if earned >= sum((cost.total for cost in costs), ZERO):
        return Decimal(max(cost.finish for cost in costs))
    times = sorted({ZERO, *(Decimal(t) for cost in costs for t in (cost.start, cost.finish))})
    below = [t for t in times if planned_value(costs, int(t)) < earned]
    reached = next((t for t in times if planned_value(costs, int(t)) >= earned), times[-1])
    if planned_value(costs, int(reached)) == earned:
        until = next((t for t in times if planned_value(costs, int(t)) > earned), times[-1])
        if until > reached:
            until = _before_rise(costs, reached, until, times, earned)
        return min(max(Decimal(now), reached), until)
    if not below:
        return ZERO
    first = below[-1]
    begins = planned_value(costs, int(first)) + sum((c.at_start for c in costs if c.start == first), ZERO)
    if begins >= earned:
        return first
    ends = planned_value(costs, int(reached)) - _due_at(costs, int(reached))
    if ends <= earned:
        return reached
    return first + (reached - first) * (earned - begins) / (ends - begins)


def _before_rise(
    costs: Sequence[PlannedCost], reached: Decimal, until: Decimal, times: Sequence[Decimal], earned: Decimal
) -> Decimal:
    """Where a planned value that equals `earned` at `reached` begins to rise, at or before `until`."""
    level = reached
    for t in times:
        if reached < t < until and planned_value(costs, int(t)) == earned:
            level = t
    running = any(c.start <= level < c.finish and c.spread for c in costs)
    starting = any(c.start == level and c.at_start for c in costs)
    return level if running or starting else until


def _due_at(costs: Sequence[PlannedCost], at: int) -> Decimal:
    """What falls due just at a time: at the finish of what ends there, and all of what has no duration."""
    due = ZERO
    for cost in costs:
        if cost.finish == at:
            due += cost.total if cost.start == at else cost.at_finish
    return due


@dataclass(frozen=True, slots=True)
class EarnedValue:
    """The figures of one status date. `ac` is None where no actual cost is known; `es`, `at`, `pd` are times.

    `at`: the actual time, from the project's start to the status date; `pd`: the planned duration of the project.
    """

    bac: Decimal | None
    pv: Decimal
    ev: Decimal
    ac: Decimal | None
    es: Decimal | None = None
    at: Decimal | None = None
    pd: Decimal | None = None

    @property
    def sv(self) -> Decimal:
        """Schedule variance, EV - PV."""
        return self.ev - self.pv

    @property
    def cv(self) -> Decimal | None:
        """Cost variance, EV - AC."""
        return None if self.ac is None else self.ev - self.ac

    @property
    def spi(self) -> Decimal | None:
        """Schedule performance index, EV / PV."""
        return ratio(self.ev, self.pv)

    @property
    def cpi(self) -> Decimal | None:
        """Cost performance index, EV / AC."""
        return ratio(self.ev, self.ac)

    @property
    def sv_t(self) -> Decimal | None:
        """Schedule variance in time, ES - AT (Lipke 2003)."""
        return None if self.es is None or self.at is None else self.es - self.at

    @property
    def spi_t(self) -> Decimal | None:
        """Schedule performance index in time, ES / AT (Lipke 2003)."""
        return ratio(self.es, self.at)

    def factor(self, name: str) -> Decimal | None:
        """One of FACTORS as a number."""
        spi, cpi, spi_t = self.spi, self.cpi, self.spi_t
        known = {"1": Decimal(1), "CPI": cpi, "SPI": spi, "SPI(t)": spi_t}
        if name in known:
            return known[name]
        by = spi_t if name.endswith("(t)") else spi
        if cpi is None or by is None:
            return None
        return cpi * by if name.startswith("SCI") else Decimal("0.8") * cpi + Decimal("0.2") * by

    def eac(self, name: str = "CPI") -> Decimal | None:
        """Estimate at completion, AC + (BAC - EV) / PF, PF being one of FACTORS."""
        if self.bac is None or self.ac is None:
            return None
        if self.ev == self.bac:
            return self.ac
        rest = ratio(self.bac - self.ev, self.factor(name))
        return None if rest is None else self.ac + rest

    def etc(self, name: str = "CPI") -> Decimal | None:
        """Estimate to complete, EAC - AC."""
        eac = self.eac(name)
        return None if eac is None or self.ac is None else eac - self.ac

    def vac(self, name: str = "CPI") -> Decimal | None:
        """Variance at completion, BAC - EAC."""
        eac = self.eac(name)
        return None if eac is None or self.bac is None else self.bac - eac

    @property
    def tcpi_bac(self) -> Decimal | None:
        """The CPI that the rest needs to keep the budget, (BAC - EV) / (BAC - AC)."""
        return None if self.bac is None or self.ac is None else ratio(self.bac - self.ev, self.bac - self.ac)

    def tcpi_eac(self, name: str = "CPI") -> Decimal | None:
        """The CPI that the rest needs to keep an estimate, (BAC - EV) / (EAC - AC)."""
        return None if self.bac is None else ratio(self.bac - self.ev, self.etc(name))

    def eac_t(self, method: str = "ES", name: str = "SPI(t)") -> Decimal | None:
        """Estimated duration of the project, by one of TIME_ESTIMATES.

        PV (Anbari 2003): PD - SV x PD / BAC, with a factor PD / PF.
        ED (Jacob 2003): AT + (max(PD, AT) - AT x SPI) / PF. ES (Lipke 2009): AT + (PD - ES) / PF.
        """
        if self.at is None or self.es is None or self.pd is None:
            return None
        if method == "PV":
            late = ratio(self.sv * self.pd, self.bac)
            return (None if late is None else self.pd - late) if name == "1" else ratio(self.pd, self.factor(name))
        if method == "ED":
            spi = self.spi
            rest = None if spi is None else ratio(max(self.pd, self.at) - self.at * spi, self.factor(name))
        else:
            rest = ratio(max(ZERO, self.pd - self.es), self.factor(name))
        return None if rest is None else self.at + rest


def ratio(above: Decimal | None, below: Decimal | None) -> Decimal | None:
    """A quotient; None where a part of it is unknown or the divisor is zero."""
    return None if above is None or not below else above / below
