"""The cost account: what was budgeted, ordered, spent and is still to be spent, cell by cell, each currency by itself.

A cell is a phase, a category and a task. Every sum, by whatever it is grouped, is a sum of the same cells: so by phase,
by category and by task they come to the same total, to the smallest unit of the currency.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple, TypeVar

from pmkit.domain.costs import (
    CATEGORIES,
    RESERVES,
    ActualCost,
    ActualLine,
    Budget,
    Commitment,
    CostLine,
    Forecast,
    Transfer,
)
from pmkit.domain.people import Person
from pmkit.domain.plan import Task
from pmkit.kernel.ids import natural_order
from pmkit.kernel.money import Money
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import applied_changes

K = TypeVar("K")
ZERO = Decimal(0)
LAST_DAY = date.max


class Cell(NamedTuple):
    """What an amount is for. None: not said."""

    phase: str | None
    category: str
    task: str | None


@dataclass(frozen=True, slots=True)
class Figures:
    """The amounts of a cell, or of many: all in one currency.

    `original`: the budget's lines; `changes`: own cost of applied changes; `moved`: net of transfers, reserves drawn
    included; `ordered`: orders that are not cancelled; `open`: what of them is still to be paid; `etc`: still to be
    spent, orders included.
    """

    original: Decimal = ZERO
    changes: Decimal = ZERO
    moved: Decimal = ZERO
    ordered: Decimal = ZERO
    open: Decimal = ZERO
    actual: Decimal = ZERO
    etc: Decimal = ZERO

    @property
    def budget(self) -> Decimal:
        """What may be spent now: the original budget, applied changes, transfers."""
        return self.original + self.changes + self.moved

    @property
    def eac(self) -> Decimal:
        """Estimate at completion, bottom-up: AC + ETC."""
        return self.actual + self.etc

    @property
    def variance(self) -> Decimal:
        """Variance at completion, budget - EAC: below zero is an overrun."""
        return self.budget - self.eac

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.original + other.original, self.changes + other.changes, self.moved + other.moved,
            self.ordered + other.ordered, self.open + other.open, self.actual + other.actual, self.etc + other.etc,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reserve:
    """A reserve: what the budget sets aside, and what was drawn of it."""

    set_aside: Decimal = ZERO
    drawn: Decimal = ZERO

    @property
    def left(self) -> Decimal:
        return self.set_aside - self.drawn


@dataclass(frozen=True)
class Account:
    """The costs in one currency."""

    currency: str
    cells: Mapping[Cell, Figures]
    contingency: Reserve
    management: Reserve
    forecast_on: Mapping[str, date]  # category -> the day of the estimate that its ETC rests on

    def by(self, key: Callable[[Cell], K]) -> dict[K, Figures]:
        """The figures summed by a part of the cell, in the order in which the parts first come."""
        found: dict[K, Figures] = {}
        for cell, figures in self.cells.items():
            found[key(cell)] = found.get(key(cell), Figures()) + figures
        return found

    def by_part(self, part: Literal["phase", "category", "task"]) -> dict[str | None, Figures]:
        """The figures by phase in the plan's order, by category, or by task; what is not said comes last."""
        found: dict[str | None, Figures] = self.by(lambda cell: getattr(cell, part))
        if part == "phase":
            return found
        order = list(CATEGORIES)
        named = sorted((key for key in found if key), key=order.index if part == "category" else natural_order)
        return {key: found[key] for key in (*named, *([None] if None in found else []))}

    @property
    def total(self) -> Figures:
        return sum(self.cells.values(), Figures())

    @property
    def baseline(self) -> Decimal:
        """The cost baseline: the budget of the work and what is left of the contingency reserve (PMBOK)."""
        return self.total.budget + self.contingency.left

    @property
    def whole(self) -> Decimal:
        """The whole budget: the cost baseline and what is left of the management reserve."""
        return self.baseline + self.management.left

    def money(self, amount: Decimal) -> Money:
        return Money(amount, self.currency)


@dataclass
class _Sheet:
    """The amounts of one currency while they are gathered."""

    original: dict[Cell, Decimal] = field(default_factory=dict)
    changes: dict[Cell, Decimal] = field(default_factory=dict)
    moved: dict[Cell, Decimal] = field(default_factory=dict)
    ordered: dict[Cell, Decimal] = field(default_factory=dict)
    open: dict[Cell, Decimal] = field(default_factory=dict)
    actual: dict[Cell, Decimal] = field(default_factory=dict)
    aside: dict[str, Decimal] = field(default_factory=dict)
    drawn: dict[str, Decimal] = field(default_factory=dict)


def accounts(ws: Workspace, as_of: date | None = None) -> dict[str, Account]:
    """The account of each currency, the project's own first; what is dated after `as_of` does not count yet."""
    until = as_of or LAST_DAY
    cell_of = Cells(ws)
    sheets: dict[str, _Sheet] = {ws.project.currency: _Sheet()}

    def put(line: CostLine, where: str, sign: int = 1) -> None:
        amounts: dict[Cell, Decimal] = getattr(_sheet(sheets, line.amount.currency), where)
        cell = cell_of(line)
        amounts[cell] = amounts.get(cell, ZERO) + sign * line.amount.amount

    for budget in ws.of(Budget):
        for line in budget.lines:
            put(line, "original")
        for name, reserve in (("contingency", budget.contingency), ("management", budget.management_reserve)):
            if reserve is not None:
                aside = _sheet(sheets, reserve.currency).aside
                aside[name] = aside.get(name, ZERO) + reserve.amount
    for change, cost in changed(ws, until):
        put(CostLine(category="other", amount=cost, what=change), "changes")
    for transfer in booked_transfers(ws, until):
        _move(transfer, put, sheets)
    for order in ws.of(Commitment):
        if order.status != "cancelled" and order.on <= until:
            for line in order.lines:
                put(line, "ordered")
    for line, _ in actual_lines(ws, until):
        put(line, "actual")
    for order, rest in open_orders(ws, until):
        weights = [max(line.amount.amount, ZERO) for line in order.lines]
        shares = rest.split(weights if any(weights) else [1] * len(weights))  # an order of nothing that got money back
        for line, share in zip(order.lines, shares, strict=True):
            put(line.model_copy(update={"amount": share}), "open")
    return {
        c: _account(ws, c, sheet, cell_of, until)
        for c, sheet in sheets.items()
        if _said(sheet) or c == ws.project.currency
    }


def _sheet(sheets: dict[str, _Sheet], currency: str) -> _Sheet:
    return sheets.setdefault(currency, _Sheet())


def _said(sheet: _Sheet) -> bool:
    return any(vars(sheet).values())


def _move(transfer: Transfer, put: Callable[..., None], sheets: dict[str, _Sheet]) -> None:
    for line in transfer.lines:
        put(line, "moved")
        if transfer.reserve is not None:
            drawn = _sheet(sheets, line.amount.currency).drawn
            drawn[transfer.reserve] = drawn.get(transfer.reserve, ZERO) + line.amount.amount
        elif transfer.change is not None:
            put(CostLine(category="other", amount=line.amount), "moved", -1)
    for line in transfer.out_of:
        put(line, "moved", -1)


def changed(ws: Workspace, until: date = LAST_DAY) -> list[tuple[str, Money]]:
    """The changes that moved the budget, with their own cost: those applied, and nothing of the others."""
    return [
        (change.id, change.impact.cost)
        for change in applied_changes(ws)
        if change.impact.cost is not None and (change.applied_on or LAST_DAY) <= until
    ]


def booked_transfers(ws: Workspace, until: date = LAST_DAY) -> list[Transfer]:
    """The transfers that count: booked, and taking as much out as they put in."""
    return [t for t in ws.of(Transfer) if t.status == "booked" and t.on <= until and is_balanced(t)]


def is_balanced(transfer: Transfer) -> bool:
    """True where a transfer has just one source, and takes out of categories what it puts into others."""
    sources = [transfer.reserve is not None, transfer.change is not None, bool(transfer.out_of)]
    return sources.count(True) == 1 and (not transfer.out_of or sums(transfer.out_of) == sums(transfer.lines))


def unallotted(ws: Workspace, change_id: str, currency: str) -> Decimal:
    """What of an applied change's own cost no transfer has taken to a category yet."""
    brought = sum((cost.amount for one, cost in changed(ws) if one == change_id and cost.currency == currency), ZERO)
    taken = (sums(t.lines).get(currency, ZERO) for t in booked_transfers(ws) if t.change == change_id)
    return brought - sum(taken, ZERO)


def may_release(ws: Workspace, handle: str | None) -> bool:
    """True for somebody on our side who may release the management reserve: a director or above."""
    person = ws.find(handle or "", Person)
    return person is not None and person.can_sign_as("supplier.director")


def sums(lines: Iterable[CostLine]) -> dict[str, Decimal]:
    """The total of lines in each currency."""
    return sums_of(line.amount for line in lines)


def sums_of(amounts: Iterable[Money]) -> dict[str, Decimal]:
    """The total of amounts in each currency: two currencies are never added."""
    found: dict[str, Decimal] = {}
    for money in amounts:
        found[money.currency] = found.get(money.currency, ZERO) + money.amount
    return found


def actual_lines(ws: Workspace, until: date = LAST_DAY) -> Iterator[tuple[ActualLine, ActualCost]]:
    """What was spent up to a day: every line of every entry that is not void, with its entry."""
    for entry in ws.of(ActualCost):
        if entry.status != "void":
            for line in entry.lines:
                if entry.day_of(line) <= until:
                    yield line, entry


def open_orders(ws: Workspace, until: date = LAST_DAY) -> list[tuple[Commitment, Money]]:
    """The orders on which something was still to be paid on that day, and how much."""
    paid = paid_on_orders(ws, until)
    found = []
    for order in ws.of(Commitment):
        ended = order.reached("closed") or order.reached("cancelled")
        if order.on > until or order.status == "cancelled" or (order.is_closed and (ended is None or ended <= until)):
            continue
        rest = order.amount - Money(paid.get((order.id, order.currency), ZERO), order.currency)
        if rest.amount > 0:
            found.append((order, rest))
    return found


def paid_on_orders(ws: Workspace, until: date = LAST_DAY) -> dict[tuple[str, str], Decimal]:
    """(order, currency) -> what was spent on it."""
    paid: dict[tuple[str, str], Decimal] = {}
    for line, entry in actual_lines(ws, until):
        if order := line.commitment or entry.commitment:
            key = (order, line.amount.currency)
            paid[key] = paid.get(key, ZERO) + line.amount.amount
    return paid


class Cells:
    """Which cell a line belongs to: a task's phase is that of its plan file."""

    def __init__(self, ws: Workspace) -> None:
        self._phases = {task.id: task.phase for task in ws.of(Task)}
        order = [phase.id for phase in ws.phases]
        self._order = {phase: number for number, phase in enumerate(order)}
        self._categories = {name: number for number, name in enumerate(CATEGORIES)}

    def __call__(self, line: CostLine) -> Cell:
        return Cell(self._phases.get(line.task or "", line.phase), line.category, line.task)

    def place(self, cell: Cell) -> tuple[int, str, int, tuple[object, ...]]:
        """Where a cell stands: phases in the plan's order, what has none last; then categories, then tasks."""
        at = self._order.get(cell.phase or "", len(self._order) + (cell.phase is None))
        return at, cell.phase or "", self._categories[cell.category], tuple(natural_order(cell.task or ""))


def _account(ws: Workspace, currency: str, sheet: _Sheet, cells: Cells, until: date) -> Account:
    etc, bases = _to_complete(ws, currency, sheet, cells, until)
    used = {*sheet.original, *sheet.changes, *sheet.moved, *sheet.ordered, *sheet.actual, *etc}
    figures = {
        cell: Figures(
            original=sheet.original.get(cell, ZERO),
            changes=sheet.changes.get(cell, ZERO),
            moved=sheet.moved.get(cell, ZERO),
            ordered=sheet.ordered.get(cell, ZERO),
            open=sheet.open.get(cell, ZERO),
            actual=sheet.actual.get(cell, ZERO),
            etc=etc.get(cell, ZERO),
        )
        for cell in sorted(used, key=cells.place)
    }
    shown = {cell: f for cell, f in figures.items() if f != Figures()}
    contingency, management = (Reserve(sheet.aside.get(n, ZERO), sheet.drawn.get(n, ZERO)) for n in RESERVES)
    return Account(currency, shown, contingency, management, bases)


def _to_complete(
    ws: Workspace, currency: str, sheet: _Sheet, cells: Cells, until: date
) -> tuple[dict[Cell, Decimal], dict[str, date]]:
    """What is still to be spent in each cell, category by category, and the day of the estimate behind it."""
    budget = _added(sheet.original, sheet.changes, sheet.moved)
    found: dict[Cell, Decimal] = {}
    bases = {}
    for category in CATEGORIES:

        def is_of(line: CostLine, category: str = category) -> bool:
            return line.category == category and line.amount.currency == currency

        named = [f for f in ws.of(Forecast) if f.on <= until and any(map(is_of, f.lines))]
        estimate = max(named, key=lambda f: (f.on, natural_order(f.id)), default=None)
        if estimate is not None:
            bases[category] = estimate.on
            weights = _by_cell([line for line in estimate.lines if is_of(line)], cells)
            spent = (
                line for line, entry in actual_lines(ws, until) if is_of(line) and entry.day_of(line) > estimate.on
            )
            since = sum((line.amount.amount for line in spent), ZERO)
            rest = sum(weights.values(), ZERO) - since
        else:
            own = [c for c in {*budget, *sheet.actual, *sheet.open} if c.category == category]
            unspent = {c: budget.get(c, ZERO) - sheet.actual.get(c, ZERO) for c in own}
            rest = max(sum(unspent.values(), ZERO), sum((sheet.open.get(c, ZERO) for c in own), ZERO))
            weights = {c: max(unspent[c], sheet.open.get(c, ZERO), ZERO) for c in sorted(own, key=cells.place)}
        if rest > 0:
            shares = [max(w, ZERO) for w in weights.values()]  # nothing, where money came back on nothing
            parts = Money(rest, currency).split(shares if any(shares) else [1] * len(shares))
            found |= {cell: part.amount for cell, part in zip(weights, parts, strict=True) if part.amount}
    return found, bases


def _by_cell(lines: Sequence[CostLine], cells: Cells) -> dict[Cell, Decimal]:
    found: dict[Cell, Decimal] = {}
    for line in lines:
        found[cells(line)] = found.get(cells(line), ZERO) + line.amount.amount
    return found


def _added(*parts: Mapping[Cell, Decimal]) -> dict[Cell, Decimal]:
    found: dict[Cell, Decimal] = {}
    for part in parts:
        for cell, amount in part.items():
            found[cell] = found.get(cell, ZERO) + amount
    return found


def has_budget(ws: Workspace) -> bool:
    """True where a budget has lines."""
    return any(budget.lines for budget in ws.of(Budget))


def has_costs(ws: Workspace) -> bool:
    """True where anything was budgeted, ordered or spent."""
    return any(ws.of(kind) for kind in (Budget, Commitment, ActualCost))


def budget_by_task(ws: Workspace, account: Account, weights: Mapping[str, int]) -> dict[str, Decimal]:
    """The budget as the plan can spend it over time: every task with its part.

    What is for a phase is spread over the tasks of that phase, what is for no phase over all, in proportion to
    `weights` (working minutes; FORMAT §5 counts time so). Nothing is lost to rounding. Without any weight: nothing.
    """
    tasks = {task.id: task.phase for task in ws.tasks if task.id in weights}
    found: dict[str, Decimal] = {}
    for (phase, task), figures in account.by(lambda cell: (cell.phase, cell.task)).items():
        if not figures.budget:
            continue
        over = [task] if task in tasks else [t for t, p in tasks.items() if p == phase and weights[t]]
        over = over or [t for t in tasks if weights[t]]
        if not over:
            continue
        shares = [weights[t] for t in over] if len(over) > 1 else [1]
        for one, part in zip(over, account.money(figures.budget).split(shares), strict=True):
            found[one] = found.get(one, ZERO) + part.amount
    return found
