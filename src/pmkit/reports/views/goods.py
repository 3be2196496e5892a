"""到货签收单, the delivery receipt (FORMS §1.18), and the register of items, 设备清单及到货与实施表."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from pmkit.domain.receipts import CONCLUSIONS, PAPERS
from pmkit.kernel.text import Text
from pmkit.reports.views.blocks import Audience, Basis, Choice, Day, Form, Head, Headed, Photo, SignBox, Wording

RECEIPT = Text("Delivery receipt", "到货签收单")
ITEMS = Text("Item list, delivery and installation", "设备清单及到货与实施表")
CONFORMITY = {"yes": Text("As in the contract", "一致"), "no": Text("Not as in the contract", "不一致")}


@dataclass(frozen=True, slots=True)
class Arrived:
    """A line: quantities as text, `so_far` this delivery included. `serials` names the annex where they are many."""

    no: Wording
    name: Wording
    make: Wording
    model: Wording
    unit: Wording
    contract: Wording
    now: Wording
    so_far: Wording
    serials: Wording
    packing: Wording
    condition: Wording
    remarks: Wording


@dataclass(frozen=True, slots=True)
class Annex:
    """The serial numbers of a line that are too many for its cell, `columns` a row."""

    item: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class ReceiptForm(Form):
    """The form, filled or blank. `status` says what a reader has to know of it: voided, disputed."""

    head: Head
    ref: str
    vendor: Wording
    order_no: Wording
    arrived_on: Day
    place: Wording
    waybill: Wording
    lines: tuple[Arrived, ...]
    annexes: tuple[Annex, ...]
    papers: Choice
    conformity: Choice
    differences: Wording
    conclusion: Choice
    status: Wording
    photos: tuple[Photo, ...]
    sign: tuple[SignBox, ...]
    fingerprint: str
    basis: Basis | None

    document: ClassVar[Text] = RECEIPT

    @property
    def pictures(self) -> Mapping[str, Photo]:  # type: ignore[override]
        """What `:::picture NAME` shows: `photo-1`, `photo-2` ..."""
        return {f"photo-{number}": photo for number, photo in enumerate(self.photos, start=1)}


def blank_receipt(head: Head, sign: tuple[SignBox, ...], *, rows: int = 8) -> ReceiptForm:
    """The form to fill in by hand."""
    empty = (Arrived("", "", "", "", "", "", "", "", "", "", "", ""),) * rows
    return ReceiptForm(
        head, "", "", "", "", "", "", empty, (), Choice.of(PAPERS), Choice.of(CONFORMITY), "", Choice.of(CONCLUSIONS),
        "", (), sign, "", None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ItemLine:
    """An item with its counts, as text. `late`: days past the promised day while some is missing, 0 else.

    `unit_cost` and `cost` are printed for our own house alone.
    """

    ref: str
    no: str
    group: str
    name: str
    make: str
    model: str
    unit: str
    contract: str
    ordered: str
    arrived: str
    installed: str
    commissioned: str
    accepted: str
    vendor: str
    order_no: str
    promised_on: Day
    late: int
    unit_cost: str = ""
    cost: str = ""


@dataclass(frozen=True, slots=True)
class ItemRegister(Headed):
    """The list. `complete`: how many items have arrived whole; `installed`, `commissioned` likewise."""

    head: Head
    audience: Audience
    lines: tuple[ItemLine, ...]
    complete: int
    installed: int
    commissioned: int
    late: int
    cost: str
    basis: Basis

    document: ClassVar[Text] = ITEMS
