"""What the project costs us: budgets, orders, actual costs, estimates to complete, moves of the budget.

All of it is internal. What an entry is about stands in its lines: an amount, its category, and the phase or task that
it is for. An entry is a file, its lines are a list in it: an invoice split over two tasks stays one entry, a ledger of
10,000 rows is one file, and two people who book something each write a file of their own.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pmkit.domain.kind import About, Kind, Move, Part, Record, States, Tracked
from pmkit.domain.values import Amount, Day, Handle, Line, Prose, Ref
from pmkit.kernel.money import Money
from pmkit.kernel.text import Text

CATEGORIES = {
    "hardware": Text("Hardware", "硬件"),
    "software": Text("Software", "软件"),
    "subcontract": Text("Subcontract", "分包"),
    "labour": Text("Labour", "人工"),
    "travel": Text("Travel", "差旅"),
    "implementation": Text("Implementation", "实施"),
    "tax": Text("Taxes", "税费"),
    "other": Text("Other", "其他"),
}
RESERVES = {
    "contingency": Text("contingency reserve", "应急储备"),
    "management": Text("management reserve", "管理储备"),
}
Category = Literal["hardware", "software", "subcontract", "labour", "travel", "implementation", "tax", "other"]


class CostLine(Part):
    """An amount with what it is for. A task's phase is the one that its plan file says."""

    category: Annotated[Category, About("Category", "科目", words=CATEGORIES)]
    amount: Annotated[Amount, About("Amount", "金额")]
    phase: Annotated[Ref | None, About("Phase", "阶段", links=("phase",))] = None
    task: Annotated[Ref | None, About("Task", "任务", links=("task",))] = None
    what: Annotated[Line | None, About("What", "摘要")] = None


class ActualLine(CostLine):
    """A line of actual cost as a ledger has it, with a day, vendor, voucher and order of its own."""

    on: Annotated[Day | None, About("On", "日期")] = None
    vendor: Annotated[Line | None, About("Vendor", "供货单位")] = None
    voucher: Annotated[Line | None, About("Voucher no.", "凭证号")] = None
    commitment: Annotated[Ref | None, About("Order", "对应订单", links=("commitment",))] = None


Lines = Annotated[tuple[CostLine, ...], Field(min_length=1)]
ActualLines = Annotated[tuple[ActualLine, ...], Field(min_length=1)]


class Budget(Tracked):
    """A budget: what the work may cost, line by line, and the reserves that belong to no line yet."""

    title: Annotated[Line, About("Title", "名称", content=True)]
    lines: Annotated[tuple[CostLine, ...], About("Lines", "明细", content=True)] = ()
    contingency: Annotated[Amount | None, About("Contingency reserve", "应急储备", content=True)] = None
    management_reserve: Annotated[Amount | None, About("Management reserve", "管理储备", content=True)] = None


class Commitment(Tracked):
    """An order or a subcontract: what we owe once it is delivered."""

    title: Annotated[Line, About("Title", "名称", content=True)]
    vendor: Annotated[Line | None, About("Vendor", "供货单位", content=True)] = None
    order_no: Annotated[Line | None, About("Order no.", "订单号", content=True)] = None
    on: Annotated[Day, About("Ordered on", "签订日期", content=True)]
    due: Annotated[Day | None, About("Delivery due", "交付日期", content=True)] = None
    lines: Annotated[Lines, About("Lines", "明细", content=True)]

    @property
    def currency(self) -> str:
        return self.lines[0].amount.currency

    @property
    def amount(self) -> Money:
        """What was ordered; an order has one currency (CST103)."""
        own = (line.amount for line in self.lines if line.amount.currency == self.currency)
        return Money.total(own, self.currency)


class ActualCost(Tracked):
    """Money that was spent: one voucher, or the rows of a ledger. A credit note is negative."""

    title: Annotated[Line, About("Title", "名称", content=True)]
    on: Annotated[Day, About("On", "日期", content=True)]
    vendor: Annotated[Line | None, About("Vendor", "供货单位", content=True)] = None
    voucher: Annotated[Line | None, About("Voucher no.", "凭证号", content=True)] = None
    commitment: Annotated[
        Ref | None, About("Order", "对应订单", content=True, links=("commitment",), option="order")
    ] = None
    lines: Annotated[ActualLines, About("Lines", "明细", content=True)]
    source: Annotated[Line | None, About("Imported from", "导入自")] = None
    sha256: Annotated[Line | None, About("SHA-256", "SHA-256")] = None

    def day_of(self, line: ActualLine) -> Day:
        """The day of a line: its own, else the entry's."""
        return line.on or self.on


class Forecast(Record):
    """What is still to be spent from a day on, as somebody estimated it: bottom-up ETC.

    A category that a forecast names has just these lines left to spend; the others keep what they had.
    """

    on: Annotated[Day, About("On", "估算日期", content=True)]
    by: Annotated[Line, About("By", "估算人")]
    lines: Annotated[Lines, About("Still to be spent", "尚需支出", content=True)]
    reason: Annotated[Prose | None, About("Reason", "说明", content=True)] = None


class Transfer(Tracked):
    """A move inside the budget: from a reserve, from what a change brought, or from a category. The total stays."""

    title: Annotated[Line, About("Reason", "事由", content=True)]
    on: Annotated[Day, About("On", "日期", content=True)]
    reserve: Annotated[
        Literal["contingency", "management"] | None, About("From reserve", "动用储备", content=True, words=RESERVES)
    ] = None
    change: Annotated[Ref | None, About("From change", "来源变更", content=True, links=("change",))] = None
    out_of: Annotated[tuple[CostLine, ...], About("Out of", "调出", content=True)] = ()
    lines: Annotated[Lines, About("To", "调入", content=True)]
    risk: Annotated[Ref | None, About("Risk", "对应风险", content=True, links=("risk",))] = None
    approved_by: Annotated[Handle | None, About("Approved by", "批准人", content=True, links=("person",))] = None


BUDGET_STATES = States(
    names={"draft": Text("draft", "草稿"), "approved": Text("approved", "已批准")},
    moves=(
        Move("approve", ("draft",), "approved", Text("Approve: it is the cost baseline", "批准预算，作为成本基准")),
        Move("revise", ("approved",), "draft", Text("Take back to draft", "退回草稿修改")),
    ),
    open_in=frozenset({"draft"}),
)
COMMITMENT_STATES = States(
    names={
        "open": Text("open", "执行中"),
        "closed": Text("closed", "已结清"),
        "cancelled": Text("cancelled", "已取消"),
    },
    moves=(
        Move("close", ("open",), "closed", Text("Nothing more will be paid on it", "订单结清，不再付款")),
        Move("cancel", ("open",), "cancelled", Text("Cancel", "取消")),
    ),
    closed=frozenset({"closed", "cancelled"}),
    open_in=frozenset({"open"}),
)


def _booked() -> States:
    return States(
        names={"booked": Text("booked", "已入账"), "void": Text("void", "已冲销")},
        moves=(Move("void", ("booked",), "void", Text("Void: it counts no longer", "冲销，不再计入")),),
        closed=frozenset({"booked", "void"}),
        open_in=frozenset({"booked"}),
    )


ACTUAL_STATES = _booked()
TRANSFER_STATES = _booked()

BUDGET = Kind(
    name="budget", prefix="BUD", folder="costs/budgets", model=Budget, label=Text("budget", "预算"),
    plural=Text("budgets", "预算"), states=BUDGET_STATES, visibility="internal", called="cost", traced=False,
    columns=("title", "contingency", "management_reserve", "status"), added_by="pmkit cost budget",
)  # fmt: skip
COMMITMENT = Kind(
    name="commitment", prefix="ORD", folder="costs/commitments", model=Commitment, label=Text("order", "订单"),
    plural=Text("orders", "订单"), states=COMMITMENT_STATES, visibility="internal", called="cost", traced=False,
    columns=("title", "vendor", "order_no", "on", "status"), added_by="pmkit cost commit",
)  # fmt: skip
ACTUAL = Kind(
    name="cost", prefix="CST", folder="costs/actuals", model=ActualCost, label=Text("actual cost", "实际成本"),
    plural=Text("actual costs", "实际成本"), states=ACTUAL_STATES, visibility="internal", called="cost", traced=False,
    columns=("title", "on", "vendor", "commitment", "status"), added_by="pmkit cost actual",
)  # fmt: skip
FORECAST = Kind(
    name="forecast", prefix="FCT", folder="costs/forecasts", model=Forecast, label=Text("forecast", "尚需估算"),
    plural=Text("forecasts", "尚需估算"), visibility="internal", traced=False, columns=("on", "by"),
    added_by="pmkit cost forecast",
)  # fmt: skip
TRANSFER = Kind(
    name="transfer", prefix="TRF", folder="costs/transfers", model=Transfer, label=Text("budget transfer", "预算调剂"),
    plural=Text("budget transfers", "预算调剂"), states=TRANSFER_STATES, visibility="internal", called="cost",
    traced=False, columns=("title", "on", "reserve", "change", "approved_by", "status"), added_by="pmkit cost transfer",
)  # fmt: skip
