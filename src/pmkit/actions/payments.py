"""Payments: apply, certify, invoice, receive; the papers that each needs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pmkit.actions.costs import amount_of
from pmkit.actions.records import NextId, check_links, new_record, started, step_to
from pmkit.domain.kind import file_data
from pmkit.domain.payments import INVOICE, PAPERS, PAYMENT, PAYMENT_STATES, Invoice, Payment
from pmkit.domain.problems import validated
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.money import Money
from pmkit.kernel.text import Text
from pmkit.kernel.usage import usage
from pmkit.workspace.edits import Acting, Append, Attach, Change, Create, Edits, Set, headed
from pmkit.workspace.layout import evidence_path, new_path
from pmkit.workspace.model import Workspace, normal_id
from pmkit.workspace.payments import amounts, due_amount, invoiced, lacks, nodes, paper_name, received
from pmkit.workspace.planning import Planned

_PRELIMINARY, _FINAL = ("preliminary_acceptance", "preliminary"), ("final_acceptance", "final")
# The example of FORMS §3: what, its share, the papers, the stage of the milestone that it hangs on.
USUAL = (
    (Text("Advance payment", "预付款"), 30, ("contract", "invoice"), ()),
    (Text("On delivery", "到货款"), 30, ("receipts", "invoice"), ("goods",)),
    (Text("On preliminary acceptance", "初验款"), 20, ("preliminary_report", "invoice"), _PRELIMINARY),
    (Text("On final acceptance", "终验款"), 17, ("final_report", "handover_list", "invoice"), _FINAL),
    (Text("Retention", "质保金"), 3, ("warranty_completion",), ("warranty_end",)),
)


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that shows a paper: its name and bytes."""

    name: str
    content: bytes


def usual(ws: Workspace, next_id: NextId, acting: Acting) -> Edits:
    """The usual five nodes, 30/30/20/17/3, to be edited. Refused where there are nodes already."""
    if nodes(ws):
        raise Refused(
            Text("the contract has payment nodes already", "已有付款节点"),
            Text(
                "`pmkit payment add` adds one, `pmkit list payment` shows them",
                "新增用 `pmkit payment add`，查看用 `pmkit list payment`",
            ),
        )
    changes: list[Change] = []
    ids = []
    for title, share, needs, stages in USUAL:
        milestone = next((task.id for task in ws.tasks if task.stage in stages), None)
        raw: dict[str, Any] = {"title": title.to(ws.project.language), "share": share, "needs": list(needs)}
        record = new_record(
            ws, PAYMENT, raw | ({"milestone": milestone} if milestone else {}), next_id(PAYMENT.prefix), acting
        )
        changes.append(Create(new_path(PAYMENT, record.id), file_data(record), PAYMENT.name))
        ids.append(record.id)
    subject = Text("Add the usual payment nodes", "建立常用付款节点")
    return Edits(tuple(changes), "payment.add", tuple(ids), subject, acting.by, acting.on)


def apply(
    ws: Workspace,
    payment: Payment,
    amount: str | None,
    planned: Planned | None,
    acting: Acting,
    note: str | None,
    *,
    anyway: bool = False,
) -> Edits:
    """The application goes out. Refused while something is missing, unless `anyway`; the invoice may come later."""
    _check_move(payment, "apply")
    missing = list(lacks(ws, payment, planned, but=("invoice",)))
    if missing and not anyway:
        raise Refused(
            Text.join([lack.what for lack in missing], en="\n", zh="\n"),
            Text(
                en="`pmkit payment paper {id} --need ...` records a paper; `--anyway` applies without",
                zh="登记文件用 `pmkit payment paper {id} --need ...`；确需先申请请加 `--anyway`",
            ).format(id=payment.id),
        )
    own = _amount(ws, payment, amount)
    full = amounts(ws).get(payment.id)
    if full is not None and own.currency == full.currency and own.amount > full.amount:
        raise _too_much(Text("the node", "该节点金额"), full, own)
    return _moved(payment, "applied", [Set(*_at(payment, "applied"), str(own))], own, "apply", acting, note)


def certify(payment: Payment, amount: Money, acting: Acting, note: str | None) -> Edits:
    """What the supervisor or the customer found due. Refused for more than was applied for."""
    _check_move(payment, "certify")
    if (
        payment.applied is not None
        and amount.currency == payment.applied.currency
        and amount.amount > payment.applied.amount
    ):
        raise _too_much(Text("the application", "申请金额"), payment.applied, amount)
    return _moved(payment, "certified", [Set(*_at(payment, "certified"), str(amount))], amount, "certify", acting, note)


def invoice(
    ws: Workspace,
    payment: Payment,
    number: str,
    amount: str | None,
    values: dict[str, Any],
    next_id: NextId,
    acting: Acting,
) -> Edits:
    """An invoice for a node: of all that is not invoiced yet, or part of it. Refused for more than is due."""
    if payment.status != "invoiced":
        _check_move(payment, "invoice")
    twice = next((i for i in ws.of(Invoice) if i.number == number and i.status == "issued"), None)
    if twice is not None:
        raise Refused(Text(en="{id} has this number already", zh="{id} 已使用该发票号码").format(id=twice.id))
    due = due_amount(payment, amounts(ws).get(payment.id))
    before = invoiced(ws, payment.id)
    if amount is None:
        if due is None:
            raise _no_amount(payment)
        own = due - Money(before.get(due.currency, Decimal(0)), due.currency)
    else:
        own = amount_of(ws, amount)
    if due is not None and own.currency == due.currency:
        rest = due - Money(before.get(due.currency, Decimal(0)), due.currency)
        if rest.amount <= 0:
            raise Refused(Text(en="{id} is invoiced in full", zh="{id} 已全额开票").format(id=payment.id))
        if own.amount > rest.amount or own.amount <= 0:
            raise _too_much(Text("what is not invoiced yet", "未开票余额"), rest, own)
    raw = {"number": number, "on": acting.on.isoformat(), "payment": payment.id, "amount": str(own), **values}
    record_id = next_id(INVOICE.prefix)
    record = validated(Invoice, started(INVOICE, record_id, raw, acting))
    check_links(ws, record)
    changes: list[Change] = [Create(new_path(INVOICE, record_id), file_data(record), INVOICE.name)]
    if payment.status != "invoiced":
        changes += step_to(payment, "invoiced", acting)
    subject = headed(
        record_id, Text(en="Invoice {amount} for {id}", zh="为 {id} 开票 {amount}").format(amount=own, id=payment.id)
    )
    return Edits(tuple(changes), "payment.invoice", (record_id, payment.id), subject, acting.by, acting.on)


def receive(
    ws: Workspace, payment: Payment, amount: str | None, invoice_id: str | None, acting: Acting, note: str | None
) -> Edits:
    """Money came in. The node is paid once all that is due has come. Refused for more than that."""
    _check_move(payment, "receive")
    due = due_amount(payment, amounts(ws).get(payment.id))
    came = received(payment)
    if amount is None:
        if due is None:
            raise _no_amount(payment)
        own = due - Money(came.get(due.currency, Decimal(0)), due.currency)
    else:
        own = amount_of(ws, amount)
    if own.amount <= 0:
        raise UsageError(Text("the amount received is above zero", "到账金额应大于零"))
    paid = False
    if due is not None and own.currency == due.currency:
        rest = due - Money(came.get(due.currency, Decimal(0)), due.currency)
        if own.amount > rest.amount:
            raise _too_much(Text("what is still due", "未收余额"), rest, own)
        paid = own == rest
    entry: dict[str, Any] = {"on": acting.on.isoformat(), "amount": str(own)}
    if invoice_id:
        named = ws.get(normal_id(invoice_id), Invoice)
        if named.payment != payment.id:
            raise UsageError(
                Text(en="{id} is an invoice of {other}", zh="{id} 是 {other} 的发票").format(
                    id=named.id, other=named.payment
                )
            )
        entry["invoice"] = named.id
    entry |= {"note": note} if note else {}
    at = payment.at("received")
    changes: list[Change] = [Append(at.path, at.keys, entry)]
    changes += step_to(payment, "paid", acting) if paid else ()
    subject = headed(payment.id, Text(en="Receive {amount}", zh="到账 {amount}").format(amount=own))
    return Edits(tuple(changes), "payment.receive", (payment.id,), subject, acting.by, acting.on)


def paper(
    ws: Workspace,
    payment: Payment,
    need: str,
    record_id: str | None,
    number: str | None,
    file: Attached | None,
    acting: Acting,
) -> Edits:
    """A paper is at hand: a record, a file, or its number. Raises UsageError for one that the node does not need."""
    words = {form.casefold(): code for code, t in PAPERS.items() for form in (code, t.en, t.zh)}
    code = words.get(need.casefold(), need)
    if code not in payment.needs:
        known = Text.join([paper_name(one) for one in payment.needs])
        raise UsageError(
            Text(
                en="{id} does not need “{need}”; it needs: {known}", zh="{id} 不需要“{need}”，需要的是：{known}"
            ).format(id=payment.id, need=need, known=known),
            Text(en="`pmkit set {id} needs+=...`", zh="可用 `pmkit set {id} needs+=文件` 增加").format(id=payment.id),
        )
    if not (record_id or number or file):
        raise UsageError(
            Text("what shows the paper?", "请指明文件依据"), usage("`--record ID`, `--number TEXT`, `--file FILE`")
        )
    entry: dict[str, Any] = {"need": code, "on": acting.on.isoformat()}
    changes: list[Change] = []
    if record_id:
        entry["record"] = ws.get(normal_id(record_id)).id
    if number:
        entry["number"] = number
    if file is not None:
        path = evidence_path(payment.id, file.name)
        entry |= {"file": path, "sha256": hashlib.sha256(file.content).hexdigest()}
        changes.append(Attach(path, file.content))
    at = payment.at("papers")
    changes.append(Append(at.path, at.keys, entry))
    subject = headed(
        payment.id, Text(en="Record the paper: {name}", zh="登记文件：{name}").format(name=paper_name(code))
    )
    return Edits(tuple(changes), "payment.paper", (payment.id,), subject, acting.by, acting.on)


def _check_move(payment: Payment, verb: str) -> None:
    PAYMENT_STATES.move(PAYMENT, payment.id, payment.status, verb)


def _at(payment: Payment, key: str) -> tuple[str, Any]:
    at = payment.at(key)
    return at.path, at.keys


def _amount(ws: Workspace, payment: Payment, text: str | None) -> Money:
    if text is not None:
        return amount_of(ws, text)
    own = amounts(ws).get(payment.id)
    if own is None:
        raise _no_amount(payment)
    return own


def _no_amount(payment: Payment) -> UsageError:
    return UsageError(
        Text(
            en="{id} has no amount: neither its own nor a share of a contract price",
            zh="{id} 没有金额：既无金额也无合同价款比例",
        ).format(id=payment.id),
        usage("`--amount AMOUNT`, `pmkit set project contract_price=AMOUNT`"),
    )


def _too_much(what: Text, limit: Money, asked: Money) -> Refused:
    return Refused(
        Text(en="{what} is {limit}, not {asked}", zh="{what}为 {limit}，不能为 {asked}").format(
            what=what, limit=limit.printed(), asked=asked.printed()
        )
    )


def _moved(
    payment: Payment, state: str, changes: Sequence[Change], amount: Money, verb: str, acting: Acting, note: str | None
) -> Edits:
    label = PAYMENT_STATES.names[state]
    subject = headed(payment.id, Text(en="{state}: {amount}", zh="{state} {amount}").format(state=label, amount=amount))
    return Edits(
        (*changes, *step_to(payment, state, acting, note)),
        f"payment.{verb}",
        (payment.id,),
        subject,
        acting.by,
        acting.on,
    )
