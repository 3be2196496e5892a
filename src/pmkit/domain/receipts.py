"""Delivery receipts: what arrived, how many, with which serial numbers, in which state. No acceptance of quality."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from pmkit.domain.kind import About, Due, Evidence, Kind, Move, Part, SignedPaper, States
from pmkit.domain.papers import OnPaper
from pmkit.domain.photos import KeptPhoto
from pmkit.domain.values import Day, Line, Prose, Quantity, Ref
from pmkit.kernel.text import Text

PAPERS = {
    "packing_list": Text("Packing list", "装箱单"),
    "certificate": Text("Certificate of conformity", "合格证"),
    "manual": Text("Manual", "说明书"),
    "warranty_card": Text("Warranty card", "保修卡"),
    "licence": Text("Licence certificate", "许可证书"),
    "origin": Text("Origin or customs papers", "原产地或报关资料"),
}
CONCLUSIONS = {
    "full": Text("All received", "全部签收"),
    "part": Text("Received in part", "部分签收"),
    "rejected": Text("Rejected", "拒收"),
}
Paper = Literal["packing_list", "certificate", "manual", "warranty_card", "licence", "origin"]
Conclusion = Literal["full", "part", "rejected"]


class ReceiptLine(Part):
    """What arrived of an item. `serials`: those that were read, as many as pieces or none."""

    item: Annotated[Ref, About("Item", "清单项", links=("item",))]
    qty: Annotated[Quantity, Field(gt=0), About("Quantity", "数量")]
    serials: Annotated[tuple[Line, ...], About("Serial nos.", "序列号")] = ()
    packing: Annotated[Line | None, About("Packing", "外包装")] = None
    condition: Annotated[Line | None, About("Condition", "外观")] = None
    remarks: Annotated[Line | None, About("Remarks", "备注")] = None


class Receipt(OnPaper):
    """A delivery, as it was counted on the spot."""

    title: Annotated[Line | None, About("Title", "名称", content=True)] = None
    on: Annotated[Day, About("Arrived on", "到货日期", content=True)]
    order_no: Annotated[Line | None, About("Order no.", "订单号", content=True, option="order")] = None
    vendor: Annotated[Line | None, About("Vendor", "供货单位", content=True)] = None
    place: Annotated[Line | None, About("Place", "到货地点", content=True)] = None
    waybill: Annotated[Line | None, About("Waybill", "物流单号", content=True)] = None
    lines: Annotated[tuple[ReceiptLine, ...], Field(min_length=1), About("Lines", "到货明细", content=True)]
    papers: Annotated[
        tuple[Paper, ...], About("Papers", "随机资料", content=True, unordered=True, option="paper", words=PAPERS)
    ] = ()
    differences: Annotated[Prose | None, About("Differences", "差异处理", content=True)] = None
    conclusion: Annotated[Conclusion, About("Conclusion", "结论", content=True, words=CONCLUSIONS)] = "full"
    photos: Annotated[tuple[KeptPhoto, ...], About("Photos", "照片")] = ()

    @property
    def name_to_show(self) -> str:
        named = self.title or " ".join(part for part in (self.vendor, self.order_no) if part)
        return named or self.on.isoformat()

    @property
    def counts(self) -> bool:
        """What it lists is here: it was neither sent back nor voided."""
        return self.status != "void" and self.conclusion != "rejected"

    @property
    def filed(self) -> Iterator[tuple[tuple[str | int, ...], Evidence]]:
        yield from super().filed
        for number, photo in enumerate(self.photos):
            yield ("photos", number), photo


STATES = States(
    names={
        "draft": Text("not signed yet", "待签收"),
        "signed": Text("signed", "已签收"),
        "disputed": Text("disputed", "有异议"),
        "void": Text("void", "已作废"),
    },
    moves=(
        Move(
            "confirm", ("draft", "disputed"), "signed", Text("Record the customer's signature", "记录客户签收"),
            own_command="pmkit confirm",
        ),
        Move(
            "dispute", ("draft", "signed"), "disputed", Text("Record what is disputed", "记录异议"),
            takes=("differences",), needs=("differences",),
        ),
        Move(
            "correct", ("draft", "disputed"), "draft", Text("Correct what was counted", "更正到货明细"),
            own_command="pmkit receipt correct",
        ),
        Move(
            "void", ("draft", "signed", "disputed"), "void",
            Text("Void it: its counts are taken back", "作废，冲回到货数"),
            needs=("note",), own_command="pmkit receipt void",
        ),
    ),
    closed=frozenset({"signed", "void"}),
    open_in=frozenset({"draft", "disputed"}),
)  # fmt: skip

RECEIPT = Kind(
    name="receipt", prefix="RCV", folder="receipts", model=Receipt, label=Text("delivery receipt", "到货签收单"),
    plural=Text("delivery receipts", "到货签收单"), states=STATES, traced=False, added_by="pmkit receipt record",
    columns=("on", "vendor", "order_no", "conclusion", "status"),
    paper=SignedPaper(Text("Delivery receipt", "到货签收单"), ("draft", "disputed"), sealed=False),
    due=(
        Due(Text("Have it signed by the customer", "请客户签收"), ("draft",), day="on"),
        Due(Text("Settle what is disputed", "处理到货异议"), ("disputed",), day="on"),
    ),
)  # fmt: skip
