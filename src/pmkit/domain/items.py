"""The item list of the contract: what is delivered, of which make and model, how many, by when.

An item has no state of its own: what was ordered, has arrived, is installed, commissioned and accepted is counted from
receipts and site records.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pmkit.domain.kind import About, Kind, Record, Storage
from pmkit.domain.values import Amount, Day, Line, Prose, Quantity, Ref
from pmkit.kernel.text import Text


class Item(Record):
    """An item of the list. `no`: its number in the customer's list; a quantity of 0 is no longer part of the contract.

    `unit_price` stands in the contract, `unit_cost` is what we pay.
    """

    no: Annotated[Line | None, About("Item no.", "清单项号", content=True)] = None
    clause: Annotated[Line | None, About("Contract clause", "合同条款", content=True)] = None
    group: Annotated[Line | None, About("Section", "分部", content=True)] = None
    name: Annotated[Line, About("Name", "名称", content=True)]
    make: Annotated[Line | None, About("Make", "品牌", content=True)] = None
    model: Annotated[Line | None, About("Model", "规格型号", content=True)] = None
    spec: Annotated[Prose | None, About("Technical parameters", "技术参数", content=True)] = None
    unit: Annotated[Line | None, About("Unit", "单位", content=True)] = None
    qty: Annotated[Quantity, About("Quantity", "数量", content=True)]
    unit_price: Annotated[Amount | None, About("Unit price", "单价", content=True)] = None
    unit_cost: Annotated[Amount | None, About("Purchase price", "采购单价", internal=True)] = None
    order_no: Annotated[Line | None, About("Order no.", "订单号")] = None
    vendor: Annotated[Line | None, About("Vendor", "供货单位")] = None
    promised_on: Annotated[Day | None, About("Promised on", "承诺到货日期")] = None
    requirements: Annotated[
        tuple[Ref, ...], About("Requirements", "对应需求", unordered=True, links=("requirement",), option="requirement")
    ] = ()
    notes: Annotated[Prose | None, About("Notes", "备注", internal=True)] = None

    @property
    def described(self) -> str:
        """Name, make and model, as a line of a message says what it is about."""
        return " ".join(part for part in (self.name, self.make, self.model) if part)

    @property
    def ordered(self) -> Decimal:
        """How many are on order: all, once an order is named."""
        return self.qty if self.order_no else Decimal(0)


ITEM = Kind(
    name="item", prefix="ITM", folder="", model=Item, label=Text("item", "设备清单项"),
    plural=Text("items", "设备清单"), storage=Storage.LIST, path="items.yaml", list_key="items", traced=False,
    columns=("no", "name", "make", "model", "qty", "unit", "vendor", "promised_on"),
)  # fmt: skip
