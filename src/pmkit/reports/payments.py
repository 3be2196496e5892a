"""付款申请表, 付款节点表 and 收款台账, filled from the payment nodes of a workspace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from pmkit.domain.payments import INVOICE_STATES, Invoice, Payment
from pmkit.domain.plan import Task
from pmkit.kernel.duration import plain
from pmkit.kernel.money import Money, capital_words
from pmkit.kernel.text import Text
from pmkit.reports.change import form_head
from pmkit.reports.cost import receipt_lines, receipt_totals
from pmkit.reports.views import payments as view
from pmkit.reports.views.blocks import Audience, Basis, Wording, sign_boxes
from pmkit.workspace import contracts
from pmkit.workspace.model import Workspace
from pmkit.workspace.payments import (
    BUCKET_NAMES,
    STANDINGS,
    ageing,
    amounts,
    due_on,
    lacks,
    nodes,
    open_invoices,
    papers,
    received,
    shares,
    standing,
)
from pmkit.workspace.planning import Planned


def payment_form(whole: Workspace, seen: Workspace, payment: Payment, basis: Basis) -> view.Application:
    """The application for one node. `whole` knows the invoices, of which the form says only that they are there."""
    project = seen.project
    amount = payment.applied or amounts(whole).get(payment.id)
    applied = next((step for step in reversed(payment.steps) if step.to == "applied"), None)
    head = replace(form_head(seen), form_no=f"{project.code}-FKSQ-{payment.id.rpartition('-')[2]}")
    task = seen.find(payment.milestone or "", Task)
    price = contracts.price(seen)
    paid = _paid(seen, payment, price.currency if price else project.currency, applied.on if applied else basis.as_of)
    return view.Application(
        head=replace(head, date=applied.on if applied else ""),
        ref=payment.id,
        node=payment.title,
        clause=payment.clause,
        condition=payment.condition,
        milestone=f"{task.id} {task.name}" if task else None,
        share=f"{plain(payment.share)}%" if payment.share is not None else None,
        contract_price=price.printed() if price else None,
        amount=amount.printed() if amount else None,
        in_words=_words(amount),
        paid=paid.printed(),
        percent=f"{paid.amount * 100 / price.amount:.2f}%" if price and price.amount else None,
        papers=tuple(view.PaperLine(p.name, _number(p.need, p.number), p.at_hand) for p in papers(whole, payment)),
        account=payment.account,
        certified=payment.certified.printed() if payment.certified else "",
        certified_in_words=_words(payment.certified) or "",
        applied_by=seen.person_name(applied.by) if applied else "",
        applied_on=applied.on if applied else "",
        sign=sign_boxes(head),
        basis=basis,
    )


def _number(need: str, number: str) -> str | None:
    """A paper's number; that of an invoice is our own business (FORMS §1.27)."""
    return None if need == "invoice" else number or None


def _words(amount: Money | None) -> str | None:
    return capital_words(amount) if amount is not None and amount.currency == "CNY" else None


def _paid(ws: Workspace, payment: Payment, currency: str, day: date) -> Money:
    """What had been paid when a node was applied for: on the others up to that day, on the node itself before it."""
    before = day - timedelta(days=1)
    came = (received(p, before if p is payment else day).get(currency, Decimal(0)) for p in nodes(ws))
    return Money(sum(came, Decimal(0)), currency)


def payment_register(
    whole: Workspace, seen: Workspace, planned: Planned | None, as_of: date, audience: Audience, basis: Basis
) -> view.PaymentRegister:
    """The nodes as `seen`; the money only for our own house."""
    known = amounts(whole)
    internal = audience == "internal"
    total = [known[p.id] for p in nodes(seen) if p.id in known]
    currencies = {amount.currency for amount in total}
    return view.PaymentRegister(
        head=replace(form_head(seen), date=as_of),
        audience=audience,
        nodes=tuple(_node(whole, seen, planned, p, known.get(p.id), as_of, audience) for p in nodes(seen)),
        share_sum=f"{plain(shares(seen).quantize(Decimal('0.01')))}%",
        amount_sum=Money.total(total, currencies.pop()).printed() if len(currencies) == 1 else None,
        receipts=tuple(receipt_lines(whole, planned, as_of)) if internal else (),
        totals=tuple(receipt_totals(whole, as_of)) if internal else (),
        invoices=tuple(_invoices(whole, as_of)) if internal else (),
        money=tuple(_money(whole, as_of)) if internal else (),
        ages=BUCKET_NAMES,
        ageing=tuple(_ageing(whole, as_of)) if internal else (),
        basis=basis,
    )


def _node(
    whole: Workspace, seen: Workspace, planned: Planned | None, payment: Payment, amount: Money | None, as_of: date,
    audience: Audience,
) -> view.Node:  # fmt: skip
    task = seen.find(payment.milestone or "", Task)
    missing = (
        [lack.what for lack in lacks(whole, payment, planned, but=("invoice",))] if payment.status == "not_due" else []
    )
    needed = [p.name for p in papers(whole, payment)]
    stands = standing(whole, payment, planned, as_of)
    # To the customer a node that waits for money is invoiced; how late it is is said in a letter, not in a table.
    shown = "invoiced" if stands == "overdue" and audience == "customer" else stands
    expected: date | None = payment.due
    if task is not None and planned is not None:
        expected = planned.item(task.id).finish.date()
    return view.Node(
        ref=payment.id,
        node=payment.title,
        clause=payment.clause,
        condition=payment.condition,
        milestone=f"{task.id} {task.name}" if task else None,
        expected=expected,
        share=f"{plain(payment.share)}%" if payment.share is not None else None,
        amount=amount.printed() if amount else None,
        papers=_joined(needed),
        missing=_joined(missing),
        status=STANDINGS[shown],
    )


def _joined(texts: list[Text]) -> Wording:
    return Text.join(texts, en="; ", zh="；") if texts else None


def _invoices(ws: Workspace, as_of: date) -> Iterator[view.InvoiceLine]:
    open_ = {one.invoice.id: one for one in open_invoices(ws, as_of)}
    for invoice in sorted(ws.of(Invoice), key=lambda i: (i.on, i.id)):
        one = open_.get(invoice.id)
        yield view.InvoiceLine(
            invoice.id, invoice.number, invoice.on, invoice.payment, invoice.amount.printed(),
            f"{plain(invoice.tax_rate)}%" if invoice.tax_rate is not None else None, due_on(ws, invoice),
            one.amount.printed() if one else None, one.days if one else 0, INVOICE_STATES.names[invoice.status],
        )  # fmt: skip


def _money(ws: Workspace, as_of: date) -> Iterator[view.MoneyLine]:
    came = [(one, payment) for payment in nodes(ws) for one in payment.received if one.on <= as_of]
    for one, payment in sorted(came, key=lambda pair: pair[0].on):
        yield view.MoneyLine(one.on, f"{payment.id} {payment.title}", one.amount.printed(), one.invoice, one.note or "")


def _ageing(ws: Workspace, as_of: date) -> Iterator[tuple[str, tuple[str, ...], str]]:
    for currency, row in ageing(ws, as_of).items():
        cells = tuple(Money(amount, currency).printed() for amount in row)
        yield currency, cells, Money(sum(row, Decimal(0)), currency).printed()
