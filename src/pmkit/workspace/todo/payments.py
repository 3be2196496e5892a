"""What payments ask for: applications that can go out, applications that wait, invoices that are not paid."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.kernel.text import Text
from pmkit.workspace.payments import nodes, open_invoices, standing
from pmkit.workspace.todo.base import Item, Situation


def items(at: Situation) -> Iterator[Item]:
    """A node to apply for, an application to certify, money to collect by the day on which it is due."""
    for payment in nodes(at.ws):
        if payment.status == "applied":
            yield Item(payment, Text("Certify the application", "审核付款申请"), payment.due, (), "customer")
        elif standing(at.ws, payment, at.planned, at.as_of) == "ready":
            yield Item(payment, Text("Apply for the payment", "提交付款申请"), payment.due, (), "supplier")
        elif payment.status == "certified":
            yield Item(payment, Text("Invoice it", "开具发票"), payment.due, (), "supplier")
    for one in open_invoices(at.ws, at.as_of):
        what = Text(en="Collect {amount}", zh="催收 {amount}").format(amount=one.amount.printed())
        yield Item(one.invoice, what, one.due, (), "supplier")
