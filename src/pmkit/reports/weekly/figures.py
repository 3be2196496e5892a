"""Internal figures."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pmkit.kernel.money import Money
from pmkit.kernel.text import Text
from pmkit.reports.views import weekly as view
from pmkit.workspace.model import Workspace


def figures(ws: Workspace) -> Iterator[view.Figure]:
    """Internal sums: what applied changes bring in and cost."""
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
