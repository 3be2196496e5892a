"""Internal figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from pmkit.kernel.money import Money
from pmkit.kernel.text import Text
from pmkit.reports.views import weekly as view
from pmkit.workspace.cost_state import CostState, cost_state
from pmkit.workspace.costs import has_costs
from pmkit.workspace.model import Workspace


def figures(ws: Workspace, as_of: date) -> Iterator[view.Figure]:
    """Internal sums: the budget and what is left of it, and what applied changes bring in and cost."""
    if has_costs(ws):
        yield from _costs(cost_state(ws, as_of))
    applied = [c for c in ws.changes if c.status in {"applied", "verified", "closed"}]
    for label, amounts in (
        (Text("Price of applied changes", "已实施变更价款"), [c.impact.price for c in applied]),
        (Text("Own cost of applied changes", "已实施变更内部成本"), [c.impact.cost for c in applied]),
    ):
        known = [a for a in amounts if a is not None]
        if known:
            total = Money(Decimal(0), known[0].currency)
            for amount in known:
                total += amount
            yield view.Figure(label, total.printed())


def _costs(state: CostState) -> Iterator[view.Figure]:
    account, total = state.account, state.account.total
    drawn = account.contingency.drawn + account.management.drawn
    yield view.Figure(Text("Budget (BAC)", "预算 BAC"), account.money(total.budget).printed())
    yield view.Figure(Text("Ordered", "已签订单"), account.money(total.ordered).printed())
    yield view.Figure(Text("Actual cost (AC)", "实际成本 AC"), account.money(total.actual).printed())
    if state.earned is not None:
        figures = state.earned.figures
        says = Text("CPI {cpi}, SPI {spi}", "CPI {cpi}，SPI {spi}").format(
            cpi=f"{figures.cpi:.2f}" if figures.cpi is not None else "/",
            spi=f"{figures.spi:.2f}" if figures.spi is not None else "/",
        )
        earned = account.money(figures.ev).printed()
        yield view.Figure(Text("Earned value (EV)", "挣值 EV"), earned, says)
    percent = (
        Text("{p}% of the budget", "为预算的 {p}%").format(p=f"{state.eac_percent:.1f}") if state.eac_percent else ""
    )
    yield view.Figure(Text("Estimate at completion (EAC)", "完工估算 EAC"), account.money(total.eac).printed(), percent)
    if drawn:
        yield view.Figure(Text("Reserves drawn", "已动用储备"), account.money(drawn).printed())
