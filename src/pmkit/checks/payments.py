"""CST: payment nodes that do not add up, money against invoices, what is overdue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.payments import Payment
from pmkit.kernel.duration import plain
from pmkit.kernel.money import Money
from pmkit.kernel.text import Text
from pmkit.workspace import contracts
from pmkit.workspace.model import Workspace
from pmkit.workspace.payments import (
    WHOLE,
    amounts,
    due_amount,
    invoiced,
    invoices_of,
    nodes,
    open_invoices,
    receivable,
    received,
    shares,
)

PATIENCE = timedelta(days=7)


@check(
    "CST103",
    "payment-without-amount",
    severity="error",
    says=Text("{id} has neither an amount nor a share of a contract price", "{id} 既无金额，也无合同价款的比例"),
    fix=Text("`pmkit set {id} share=30`, or `amount=`", "`pmkit set {id} share=30`，或填写 `amount=`"),
)
def payment_without_amount(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Nobody can apply for it."""
    known = amounts(ws)
    for payment in nodes(ws):
        if payment.id not in known:
            yield hit(payment.at("amount"), payment.id, id=payment.id)


@check(
    "CST206",
    "shares-not-whole",
    severity="error",
    says=Text("the shares of the payment nodes come to {sum}%, not 100%", "付款节点比例合计 {sum}%，不是 100%"),
    fix=Text(
        "`pmkit list payment`; correct a share or add the node that is missing",
        "用 `pmkit list payment` 核对，更正比例或补上缺少的节点",
    ),
)
def shares_not_whole(ws: Workspace, _: Context) -> Iterator[Hit]:
    """What is in no node is never paid; what is in two is disputed."""
    found = nodes(ws)
    total = shares(ws)
    if found and contracts.price(ws) is not None and total != WHOLE:
        last = found[-1]
        at = last.at("share" if last.share is not None else "amount")
        yield hit(at, last.id, sum=plain(total.quantize(Decimal("0.01"))))


@check(
    "CST207",
    "invoiced-above-due",
    severity="error",
    says=Text("{invoiced} is invoiced for {node}, of which {due} is due", "{node} 应付 {due}，已开票 {invoiced}"),
    fix=Text("`pmkit cost void {id}` and invoice what is due", "`pmkit cost void {id}` 红冲后按应付金额重开"),
)
def invoiced_above_due(ws: Workspace, _: Context) -> Iterator[Hit]:
    """It will come back, and the tax on it is paid already."""
    known = amounts(ws)
    for payment in nodes(ws):
        due = due_amount(payment, known.get(payment.id))
        own = invoices_of(ws, payment.id)
        if due is None or not own:
            continue
        sum_ = invoiced(ws, payment.id).get(due.currency, Decimal(0))
        if sum_ > due.amount:
            yield hit(
                own[-1].at("amount"), own[-1].id, id=own[-1].id, node=payment.id, due=due.printed(),
                invoiced=Money(sum_, due.currency).printed(),
            )  # fmt: skip


@check(
    "CST208",
    "received-above-invoiced",
    severity="warning",
    says=Text("{id} received {more} more than was invoiced", "{id} 收款比开票多 {more}"),
    fix=Text("`pmkit payment invoice {id} --number ...`", "请补开发票：`pmkit payment invoice {id} --number 号码`"),
)
def received_above_invoiced(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Money without an invoice is owed back until there is one."""
    for payment in nodes(ws):
        for currency, rest in receivable(ws, payment).items():
            if rest < 0:
                yield hit(payment.at("received"), payment.id, id=payment.id, more=Money(-rest, currency).printed())


@check(
    "CST304",
    "receivable-overdue",
    severity="warning",
    says=Text(
        "{amount} of {id} was due on {due}; days overdue: {days}",
        "{id} 尚有 {amount} 未收，应于 {due} 到账，已逾期 {days} 天",
    ),
    fix=Text(
        "remind the customer; `pmkit payment receive {node}` once it is there (the days: see your contract)",
        "请催收；到账后执行 `pmkit payment receive {node}`（付款期限以合同为准）",
    ),
)
def receivable_overdue(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """Money that nobody asks for comes last."""
    for one in open_invoices(ws, ctx.as_of):
        if one.days:
            at = one.invoice.at("due" if one.invoice.due else "on")
            yield hit(
                at, one.invoice.id, id=one.invoice.id, amount=one.amount.printed(), due=one.due, days=one.days,
                node=one.invoice.payment,
            )  # fmt: skip


@check(
    "CST305",
    "payment-not-applied-for",
    severity="warning",
    says=Text(
        "{milestone} was reached on {day}, and {id} is not applied for",
        "{milestone} 已于 {day} 达到，{id} 尚未申请付款",
    ),
    fix=Text(
        "`pmkit payment ready {id}`, then `pmkit payment apply {id}`",
        "先执行 `pmkit payment ready {id}`，再执行 `pmkit payment apply {id}`",
    ),
)
def payment_not_applied_for(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """Every week that an application waits is a week of credit to the customer."""
    for payment in ws.of(Payment):
        entry = ctx.planned.progress.get(payment.milestone) if ctx.planned and payment.milestone else None
        day = entry.actual_finish if entry is not None and entry.percent >= WHOLE else None
        if payment.status == "not_due" and not received(payment) and day is not None and day + PATIENCE < ctx.as_of:
            yield hit(payment.at("status"), payment.id, id=payment.id, milestone=payment.milestone, day=day)
