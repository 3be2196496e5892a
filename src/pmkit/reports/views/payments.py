"""付款申请表, a form (FORMS §1.27); the register of payment nodes: 付款节点表 for all, 收款台账 for ourselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from pmkit.kernel.text import Lang, Text
from pmkit.reports.views.blocks import Audience, Basis, Day, Head, SignBox, Wording, document_title, sign_boxes
from pmkit.reports.views.cost import Figure, ReceiptLine

FORM = Text("Payment application", "付款申请表")
NODES = Text("Payment nodes", "付款节点表")
LEDGER = Text("Receivables ledger", "收款台账")


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper that the payment needs; `at_hand` None leaves the box to be ticked by hand."""

    name: Wording
    number: str | None
    at_hand: bool | None


@dataclass(frozen=True, slots=True)
class Application:
    """The form. `paid`: what was paid before on the whole contract; `percent`: that of the contract price."""

    head: Head
    ref: str
    node: Wording
    clause: Wording
    condition: Wording
    milestone: Wording
    share: str | None
    contract_price: str | None
    amount: str | None
    in_words: str | None
    paid: str | None
    percent: str | None
    papers: tuple[PaperLine, ...]
    account: Wording
    certified: str | None
    certified_in_words: str | None
    applied_by: str | None
    applied_on: Day
    sign: tuple[SignBox, ...]
    basis: Basis | None

    @property
    def pictures(self) -> Mapping[str, NoReturn]:
        return {}

    def title(self, lang: Lang) -> str:
        return document_title(self.head.project, FORM, lang)

    def foot(self, lang: Lang) -> str:
        ref = f" {self.ref}" if self.ref else ""
        return f"{self.title(lang)}{ref}"


def blank_application(head: Head, *, rows: int = 4) -> Application:
    """The form to fill in by hand."""
    empty = (PaperLine("", "", None),) * rows
    return Application(
        head, "", "", "", "", "", "", "", "", "", "", "", empty, "", "", "", "", "", sign_boxes(head), None
    )


@dataclass(frozen=True, slots=True)
class Node:
    """A payment node as the contract has it. `missing`: what it still waits for."""

    ref: str
    node: str
    clause: Wording
    condition: Wording
    milestone: Wording
    expected: Day
    share: str | None
    amount: str | None
    papers: Wording
    missing: Wording
    status: Wording


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """An invoice. `days`: overdue by, 0 for what is not; `open`: what is not paid of it, None for nothing."""

    ref: str
    number: str
    on: Day
    node: str
    amount: str
    tax_rate: str | None
    due: Day
    open: str | None
    days: int
    status: Wording


@dataclass(frozen=True, slots=True)
class MoneyLine:
    on: Day
    node: str
    amount: str
    invoice: str | None
    note: Wording


@dataclass(frozen=True, slots=True)
class PaymentRegister:
    """The nodes; for our own house also receipts, invoices, money that came in, and what is open by age."""

    head: Head
    audience: Audience
    nodes: tuple[Node, ...]
    share_sum: str
    amount_sum: str | None
    receipts: tuple[ReceiptLine, ...]
    totals: tuple[Figure, ...]
    invoices: tuple[InvoiceLine, ...]
    money: tuple[MoneyLine, ...]
    ages: tuple[Text, ...]
    ageing: tuple[tuple[str, tuple[str, ...], str], ...]
    basis: Basis

    @property
    def pictures(self) -> Mapping[str, NoReturn]:
        return {}

    def title(self, lang: Lang) -> str:
        return document_title(self.head.project, LEDGER if self.audience == "internal" else NODES, lang)

    def foot(self, lang: Lang) -> str:
        return self.title(lang)
