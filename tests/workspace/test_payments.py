"""Receivables reconcile: invoiced less received, whatever was paid for which invoice; shares come to the price."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from pmkit.domain.payments import Invoice, Payment
from pmkit.domain.project import Project
from pmkit.kernel.money import Money
from pmkit.workspace.model import Workspace
from pmkit.workspace.payments import ageing, amounts, open_invoices, receivable

FIRST = date(2026, 3, 1)
cents = st.integers(1, 10**9)
days = st.integers(0, 200).map(lambda n: FIRST + timedelta(days=n))


def project(price="2000000.01 CNY"):
    return Project.model_validate(
        {"id": "project", "format": 1, "name": "园区", "code": "YQ", "customer": "滨海", "language": "zh", "currency": "CNY",
         "timezone": "Asia/Shanghai", "start": "2026-03-02", "contract_price": price}
    )  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(cents, days, st.sampled_from(["CNY", "USD"]), st.booleans()), max_size=5),
    st.lists(st.tuples(cents, days, st.sampled_from(["CNY", "USD"]), st.integers(0, 5)), max_size=6),
    days,
)
def test_what_is_open_is_invoiced_less_received(bills, money, as_of):
    invoices = [
        Invoice.model_validate(
            {"id": f"INV-{n:03}", "number": str(n), "on": on.isoformat(), "payment": "PAY-001", "status": "void" if void else "issued",
             "amount": f"{Decimal(amount).scaleb(-2)} {currency}"}
        )
        for n, (amount, on, currency, void) in enumerate(bills, 1)
    ]  # fmt: skip
    came = [
        {
            "on": on.isoformat(),
            "amount": f"{Decimal(amount).scaleb(-2)} {currency}",
            **({"invoice": f"INV-{n:03}"} if n else {}),
        }
        for amount, on, currency, n in money
    ]
    payment = Payment.model_validate({"id": "PAY-001", "title": "预付款", "status": "invoiced", "received": came})
    ws, _ = Workspace.assemble(project(), [payment, *invoices])
    late = date(2027, 1, 1)  # after everything
    for currency in ("CNY", "USD"):
        billed = sum(
            (i.amount.amount for i in invoices if i.status == "issued" and i.amount.currency == currency), Decimal(0)
        )
        paid = sum((Money.parse(c["amount"]).amount for c in came if c["amount"].endswith(currency)), Decimal(0))
        assert receivable(ws, payment).get(currency, Decimal(0)) == billed - paid
        shown = sum((o.amount.amount for o in open_invoices(ws, late) if o.amount.currency == currency), Decimal(0))
        assert shown == max(Decimal(0), billed - paid)
    for one in open_invoices(ws, as_of):
        assert one.invoice.on <= as_of
        assert 0 < one.amount.amount <= one.invoice.amount.amount
    for currency, row in ageing(ws, as_of).items():
        assert sum(row) == sum(o.amount.amount for o in open_invoices(ws, as_of) if o.amount.currency == currency)


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 10**12), st.lists(st.integers(1, 99), min_size=1, max_size=8))
def test_shares_of_a_hundred_are_the_whole_price(price, cuts):
    edges = sorted({0, 100, *cuts})
    shares = [b - a for a, b in pairwise(edges)]
    whole = Money(Decimal(price).scaleb(-2), "CNY")
    nodes = [
        Payment.model_validate({"id": f"PAY-{n:03}", "title": "甲", "share": share, "status": "not_due"})
        for n, share in enumerate(shares, 1)
    ]
    ws, _ = Workspace.assemble(project(str(whole)), nodes)
    assert Money.total(amounts(ws).values(), "CNY") == whole
