"""What the customer owes and by when: amounts of the payment nodes, what each lacks, invoices and their ageing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from pmkit.domain.handovers import Handover
from pmkit.domain.kind import Tracked
from pmkit.domain.papers import OnPaper
from pmkit.domain.payments import PAPERS, Invoice, Payment
from pmkit.domain.plan import Task
from pmkit.domain.signoffs import SignOff
from pmkit.domain.warranties import Warranty
from pmkit.kernel.money import Money
from pmkit.kernel.text import Text
from pmkit.workspace import contracts
from pmkit.workspace.costs import sums_of
from pmkit.workspace.goods import delivery_papers
from pmkit.workspace.model import Workspace
from pmkit.workspace.papers import paper_standing
from pmkit.workspace.planning import Planned

WHOLE = Decimal(100)
# The states in which a record is a paper that can be shown: signed, agreed, or handed out.
AT_HAND = frozenset(
    {
        "signed",
        "confirmed",
        "accepted",
        "released",
        "approved",
        "issued",
        "verified",
        "passed",
        "done",
        "closed",
        "filed",
        "handed_over",
        "completed",
    }
)
BUCKETS = (0, 30, 60, 90)  # days overdue at which a receivable grows older
BUCKET_NAMES = (
    Text("Not due", "未到期"), Text("1–30 days", "逾期 1–30 天"), Text("31–60 days", "逾期 31–60 天"),
    Text("61–90 days", "逾期 61–90 天"), Text("Over 90 days", "逾期 90 天以上"),
)  # fmt: skip
STANDINGS = {
    "not_due": Text("not due", "未到期"),
    "ready": Text("ready to apply for", "可申请"),
    "applied": Text("applied for", "已申请"),
    "certified": Text("certified", "已审核"),
    "invoiced": Text("invoiced", "已开票"),
    "overdue": Text("overdue", "已逾期"),
    "paid": Text("paid", "已收款"),
    "cancelled": Text("cancelled", "已取消"),
}


@dataclass(frozen=True, slots=True)
class Lack:
    """What a payment node waits for: a milestone with the day on which it is expected, or a paper."""

    what: Text
    expected: date | None = None
    need: str | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """An invoice that is not paid up: what is open of it, the day it was due, how many days past that."""

    invoice: Invoice
    amount: Money
    due: date
    days: int

    @property
    def bucket(self) -> int:
        """Its place in BUCKET_NAMES."""
        return sum(self.days > limit for limit in BUCKETS)


def nodes(ws: Workspace) -> list[Payment]:
    """The payment nodes that stand."""
    return [payment for payment in ws.of(Payment) if payment.status != "cancelled"]


def amounts(ws: Workspace) -> dict[str, Money]:
    """The amount of each node: its own, else its share of the contract price.

    The shares of a whole contract come to the contract price to the cent. A node that was applied for before a
    supplementary agreement moved the price keeps its share of the price of that day; the others share what is left.
    """
    shared = [p for p in nodes(ws) if p.amount is None and p.share is not None]
    found = {p.id: p.amount for p in nodes(ws) if p.amount is not None}
    price = contracts.price(ws)
    if price is None or not shared:
        return found
    settled: dict[str, Money] = {}
    for payment in shared:
        day = next((step.on for step in payment.steps if step.to != "not_due"), None)
        then = contracts.price(ws, day) if day is not None else None
        if then is not None and then != price and then.currency == price.currency:
            settled[payment.id] = _parts(then, shared)[payment.id]
    open_ = [p for p in shared if p.id not in settled]
    left = Money.total([price, *(-one for one in settled.values())], price.currency)
    taken = sum((p.share or Decimal(0) for p in shared if p.id in settled), Decimal(0))
    return found | settled | _parts(left, open_, WHOLE - taken)


def _parts(price: Money, shared: Sequence[Payment], whole: Decimal = WHOLE) -> dict[str, Money]:
    """A price parted by the shares of nodes, of which all together would have `whole` percent."""
    wanted = [p.share or Decimal(0) for p in shared]
    rest = whole - sum(wanted, Decimal(0))
    if rest >= 0 and sum(wanted, Decimal(0)) > 0:
        parts = price.split([*wanted, rest])
    else:
        parts = [Money(price.amount * share / whole, price.currency) if whole else price for share in wanted]
    return {p.id: part for p, part in zip(shared, parts, strict=False)}


def shares(ws: Workspace) -> Decimal:
    """The shares of all nodes that stand, in percent; a node with an amount of its own counts by it."""
    price = contracts.price(ws)
    total = Decimal(0)
    for payment in nodes(ws):
        if payment.share is not None:
            total += payment.share
        elif payment.amount is not None and price is not None and payment.amount.currency == price.currency:
            total += payment.amount.amount * WHOLE / price.amount if price.amount else Decimal(0)
    return total


def due_amount(payment: Payment, amount: Money | None) -> Money | None:
    """What is to be paid: the certified amount, else what was applied for, else the node's."""
    return payment.certified or payment.applied or amount


def invoices_of(ws: Workspace, payment_id: str) -> list[Invoice]:
    """The invoices of a node that stand, the oldest first."""
    own = [i for i in ws.of(Invoice) if i.payment == payment_id and i.status == "issued"]
    return sorted(own, key=lambda invoice: invoice.on)


def invoiced(ws: Workspace, payment_id: str, until: date = date.max) -> dict[str, Decimal]:
    """What was invoiced for a node up to a day, by currency."""
    return sums_of(invoice.amount for invoice in invoices_of(ws, payment_id) if invoice.on <= until)


def received(payment: Payment, until: date = date.max) -> dict[str, Decimal]:
    """What came in for a node up to a day, by currency."""
    return sums_of(one.amount for one in payment.received if one.on <= until)


def receivable(ws: Workspace, payment: Payment) -> dict[str, Decimal]:
    """Invoiced less received, by currency; below zero where money came before the invoice."""
    found = dict(invoiced(ws, payment.id))
    for currency, amount in received(payment).items():
        found[currency] = found.get(currency, Decimal(0)) - amount
    return found


def due_on(ws: Workspace, invoice: Invoice) -> date:
    """The day by which an invoice is to be paid: its own, its node's, else after the profile's days."""
    payment = ws.find(invoice.payment, Payment)
    if invoice.due or (payment and payment.due):
        return invoice.due or (payment.due if payment and payment.due else invoice.on)
    minutes = ws.project.cost.payment_due.minutes(day=1440, week=10080)
    return invoice.on + timedelta(days=-(-minutes // 1440))


def open_invoices(ws: Workspace, as_of: date) -> list[Open]:
    """The invoices issued up to a day that are not paid up, the longest overdue first.

    Money is for the invoice that it names, else for the oldest open one of its node.
    """
    found = []
    for payment in ws.of(Payment):
        own = [invoice for invoice in invoices_of(ws, payment.id) if invoice.on <= as_of]
        left = {invoice.id: invoice.amount for invoice in own}
        pending: list[Money] = []
        for one in payment.received:
            if one.on > as_of:
                continue
            if one.invoice in left and left[one.invoice].currency == one.amount.currency:
                left[one.invoice] -= one.amount
                if left[one.invoice].amount < 0:
                    pending.append(-left[one.invoice])
                    left[one.invoice] = Money(Decimal(0), one.amount.currency)
            else:
                pending.append(one.amount)
        for money in pending:
            rest = money
            for invoice in own:
                if left[invoice.id].currency == rest.currency and rest.amount > 0:
                    taken = Money(min(left[invoice.id].amount, rest.amount), rest.currency)
                    left[invoice.id], rest = left[invoice.id] - taken, rest - taken
        for invoice in own:
            if left[invoice.id].amount > 0:
                due = due_on(ws, invoice)
                found.append(Open(invoice, left[invoice.id], due, max(0, (as_of - due).days)))
    return sorted(found, key=lambda one: (one.due, one.invoice.id))


def ageing(ws: Workspace, as_of: date) -> dict[str, list[Decimal]]:
    """Currency -> what is open in each of BUCKET_NAMES."""
    found: dict[str, list[Decimal]] = {}
    for one in open_invoices(ws, as_of):
        row = found.setdefault(one.amount.currency, [Decimal(0)] * len(BUCKET_NAMES))
        row[one.bucket] += one.amount.amount
    return found


def paper_name(need: str) -> Text:
    """A paper in words."""
    return PAPERS.get(need, Text.same(need))


@dataclass(frozen=True, slots=True)
class PaperState:
    """A paper that a node needs, the number that it has, whether it is at hand, and where known why it is not.

    `under_way`: what the signed original still lacks, where somebody follows it up; nothing waits for that.
    """

    need: str
    number: str
    at_hand: bool
    why: Text | None = None
    under_way: Text | None = None

    @property
    def name(self) -> Text:
        return paper_name(self.need)


def papers(ws: Workspace, payment: Payment) -> list[PaperState]:
    """Every paper that a node needs.

    An invoice is at hand once it is issued, the contract once it has a number, the receipts once all that the contract
    lists has arrived and is signed for.
    """
    found = []
    for need in payment.needs:
        given = [paper for paper in payment.papers if paper.need == need]
        held = next(
            (p for p in given if p.file or (p.record and is_at_hand(ws, p.record)) or (p.number and not p.record)), None
        )
        number = next((p.number or p.record or "" for p in given), "")
        at_hand = held is not None
        if need == "invoice" and not at_hand:
            own = invoices_of(ws, payment.id)
            number, at_hand = ", ".join(i.number for i in own), bool(own)
        if not at_hand and (record_id := _shown_by(ws, need)):
            number, at_hand = record_id, True
        if need == "contract" and not at_hand and contracts.number(ws):
            number, at_hand = contracts.number(ws) or "", True
        why = None
        if need == "receipts" and not at_hand:
            delivery = delivery_papers(ws)
            number, at_hand, why = delivery.number or number, delivery.at_hand, delivery.why
        ids = [*number.split(", "), *(p.record or "" for p in given)]
        found.append(PaperState(need, number, at_hand, why, _under_way(ws, ids)))
    return found


def _shown_by(ws: Workspace, need: str) -> str | None:
    """The record that is the paper by itself: an acceptance that was signed, a handover, a warranty that ended."""
    if need in _SIGNED_STAGES:
        signed = [s.id for s in ws.of(SignOff) if s.subject == _SIGNED_STAGES[need] and s.status == "signed"]
        return signed[-1] if signed else None
    if need == "handover_list":
        return next((one.id for one in ws.of(Handover) if one.status == "handed_over"), None)
    if need == "warranty_completion":
        return next((one.id for one in ws.of(Warranty) if one.status == "completed"), None)
    return None


_SIGNED_STAGES = {"preliminary_report": "preliminary", "final_report": "final"}


def _under_way(ws: Workspace, records: Sequence[str]) -> Text | None:
    """Where the originals of these records lie and what they lack; None where all is done or nobody asked."""
    says = Text("the original of {id} is {state}; wanted: {missing}", "{id} 原件{state}，待办：{missing}")
    known = dict.fromkeys(records)
    found = [paper_standing(ws, record) for one in known if (record := ws.find(one, OnPaper)) is not None]
    under_way = [one for one in found if one is not None and one.asked and one.is_open]
    lines = [says.format(id=one.record.id, state=one.says, missing=one.missing) for one in under_way]
    return Text.join(lines, en="; ", zh="；") if lines else None


def is_at_hand(ws: Workspace, record_id: str) -> bool:
    """True for a record that can be shown as a paper: signed, confirmed, accepted, released, issued."""
    record = ws.records.get(record_id)
    return isinstance(record, Tracked) and record.status in AT_HAND


def lacks(ws: Workspace, payment: Payment, planned: Planned | None, *, but: Sequence[str] = ()) -> Iterator[Lack]:
    """What a node still waits for before it is applied for; papers named in `but` do not count."""
    task = ws.find(payment.milestone, Task) if payment.milestone else None
    if task is not None and planned is not None and planned.percent(task.id) < WHOLE:
        expected = planned.item(task.id).finish.date()
        says = Text(en="milestone {id} {name} is not reached", zh="里程碑 {id} {name} 未达到")
        yield Lack(says.format(id=task.id, name=task.name), expected)
    for paper in papers(ws, payment):
        if not paper.at_hand and paper.need not in but:
            says = Text(en="paper missing: {name}", zh="缺少文件：{name}").format(name=paper.name)
            if paper.why is not None:
                says = Text(en="{says} ({why})", zh="{says}（{why}）").format(says=says, why=paper.why)
            yield Lack(says, None, paper.need)


def standing(ws: Workspace, payment: Payment, planned: Planned | None, as_of: date) -> str:
    """How a node stands today, one of STANDINGS: its state, or what the day and the papers make of it."""
    if payment.status in {"paid", "cancelled"}:
        return payment.status
    if any(one.days for one in open_invoices(ws, as_of) if one.invoice.payment == payment.id):
        return "overdue"
    if payment.status == "not_due" and next(lacks(ws, payment, planned, but=("invoice",)), None) is None:
        return "ready"
    return payment.status
