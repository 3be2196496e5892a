"""What the customer has paid: the payment nodes, internal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from pmkit.kernel.money import Money
from pmkit.kernel.text import Text
from pmkit.reports.views import weekly as view
from pmkit.workspace.model import Workspace
from pmkit.workspace.payments import STANDINGS, amounts, due_amount, nodes, open_invoices, received, standing
from pmkit.workspace.planning import Planned


def receipts(ws: Workspace, planned: Planned, as_of: date) -> Iterator[view.Receipt]:
    """A line a payment node, with the days by which it is overdue."""
    sums = amounts(ws)
    open_ = open_invoices(ws, as_of)
    for payment in nodes(ws):
        own = [one for one in open_ if one.invoice.payment == payment.id]
        amount = due_amount(payment, sums.get(payment.id))
        came = received(payment, as_of)
        status = STANDINGS[standing(ws, payment, planned, as_of)]
        days = max((one.days for one in own), default=0)
        if days:
            status = Text(en="{status}, {n} days", zh="{status} {n} 天").format(status=status, n=days)
        yield view.Receipt(
            milestone=payment.title,
            amount=amount,
            due=own[0].due if own else payment.due,
            received=Money(came.get(amount.currency, Decimal(0)), amount.currency) if amount and came else None,
            status=status,
        )
