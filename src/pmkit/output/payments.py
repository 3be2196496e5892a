"""Receivables for people and programs, each currency by itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from pmkit.domain.payments import Payment
from pmkit.kernel.money import Money
from pmkit.kernel.text import Lang, Text
from pmkit.output.tables import table
from pmkit.workspace.model import Workspace
from pmkit.workspace.payments import BUCKET_NAMES, ageing, open_invoices

_HEADS = (
    Text("Invoice", "发票"),
    Text("No.", "号码"),
    Text("Payment", "付款节点"),
    Text("Open", "未收"),
    Text("Due", "应付日期"),
    Text("Days overdue", "逾期天数"),
)


def ageing_text(ws: Workspace, as_of: date, lang: Lang, width: int) -> str:
    """Every open invoice, and for each currency what is open by age."""
    found = open_invoices(ws, as_of)
    if not found:
        return Text("nothing is open", "没有未收款项").to(lang) + "\n"
    rows = [
        [
            one.invoice.id,
            one.invoice.number,
            _node(ws, one.invoice.payment),
            one.amount.printed(),
            one.due.isoformat(),
            str(one.days or ""),
        ]
        for one in found
    ]
    text = table([head.to(lang) for head in _HEADS], rows, width, right=(3, 5))
    for currency, row in ageing(ws, as_of).items():
        heads = [name.to(lang) for name in (*BUCKET_NAMES, Text("Together", "合计"))]
        cells = [Money(amount, currency).printed() for amount in (*row, sum(row, Decimal(0)))]
        text += "\n" + table(heads, [cells], width, right=range(6))
    return text


def _node(ws: Workspace, payment_id: str) -> str:
    payment = ws.find(payment_id, Payment)
    return f"{payment_id} {payment.title}" if payment else payment_id


def open_json(ws: Workspace, as_of: date) -> dict[str, Any]:
    """The stable shape of `payment ageing --json`; amounts are decimal text."""
    names = ("not_due", "1-30", "31-60", "61-90", "over_90")
    return {
        "as_of": as_of.isoformat(),
        "open": [
            {
                "invoice": one.invoice.id,
                "number": one.invoice.number,
                "payment": one.invoice.payment,
                "amount": str(one.amount.amount),
                "currency": one.amount.currency,
                "due": one.due.isoformat(),
                "days_overdue": one.days,
            }
            for one in open_invoices(ws, as_of)
        ],
        "ageing": {
            currency: {name: str(amount) for name, amount in zip(names, row, strict=True)}
            for currency, row in ageing(ws, as_of).items()
        },
    }
