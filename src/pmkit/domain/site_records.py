"""Records of work on site: installation, commissioning, concealed works, diary, cutover, variations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from pmkit.domain.kind import About, Due, Evidence, Kind, Move, Part, SignedPaper, States
from pmkit.domain.papers import OnPaper
from pmkit.domain.photos import KeptPhoto
from pmkit.domain.values import Amount, Day, Line, Prose, Quantity, Ref
from pmkit.kernel.money import Money
from pmkit.kernel.text import Text

TYPES = {
    "install": Text("Installation record", "安装记录"),
    "commission": Text("Commissioning record", "调试记录"),
    "concealed": Text("Concealed-works record", "隐蔽工程记录"),
    "diary": Text("Site diary", "施工日志"),
    "cutover": Text("Go-live request", "上线切换申请"),
    "variation": Text("Site instruction", "现场签证单"),
    "agreement": Text("Works agreement", "工程洽商"),
}
Type = Literal["install", "commission", "concealed", "diary", "cutover", "variation", "agreement"]
RESULTS = {"pass": Text("meets it", "合格"), "fail": Text("does not meet it", "不合格"), "na": Text("n/a", "不适用")}
CONCLUSIONS = {
    "pass": Text("Meets the requirements", "符合要求"),
    "fail": Text("Does not meet the requirements", "不符合要求"),
}


class SiteItem(Part):
    """Goods that the work was done on. `serials`: which of them, as many as pieces or none."""

    item: Annotated[Ref, About("Item", "清单项", links=("item",))]
    qty: Annotated[Quantity, Field(gt=0), About("Quantity", "数量")]
    serials: Annotated[tuple[Line, ...], About("Serial nos.", "序列号")] = ()


class SiteCheck(Part):
    """One thing that was checked: what is required, what came out in words, whether that meets it."""

    item: Annotated[Line, About("Item", "检查项")]
    required: Annotated[Line | None, About("Required", "要求")] = None
    measured: Annotated[Line | None, About("Measured", "实测")] = None
    result: Annotated[Literal["pass", "fail", "na"] | None, About("Result", "结果", words=RESULTS)] = None


class Work(Part):
    """A line of a site instruction: work that the contract does not hold, with its price."""

    what: Annotated[Line, About("Item", "项目")]
    qty: Annotated[Quantity, Field(gt=0), About("Quantity", "数量")]
    unit: Annotated[Line | None, About("Unit", "单位")] = None
    price: Annotated[Amount | None, About("Unit price", "单价")] = None

    @property
    def amount(self) -> Money | None:
        """Quantity times price, to the cent."""
        return None if self.price is None else Money(self.price.amount * self.qty, self.price.currency)


class SiteRecord(OnPaper):
    """What was done on site on a day. Which fields say something depends on its type."""

    type: Annotated[Type, About("Type", "类型", content=True, words=TYPES)]
    title: Annotated[Line | None, About("Title", "名称", content=True)] = None
    on: Annotated[Day, About("Work done on", "施工日期", content=True)]
    entered: Annotated[Day | None, About("Entered on", "录入日期", internal=True)] = None
    place: Annotated[Line | None, About("Place", "部位", content=True)] = None
    items: Annotated[tuple[SiteItem, ...], About("Items", "清单项、序列号", content=True)] = ()
    basis: Annotated[Line | None, About("Basis", "依据", content=True)] = None
    checks: Annotated[tuple[SiteCheck, ...], About("Checks", "检查项", content=True)] = ()
    people: Annotated[tuple[Line, ...], About("People", "人员", content=True)] = ()
    weather: Annotated[Line | None, About("Weather", "天气", content=True)] = None
    work: Annotated[Prose | None, About("Work", "工作内容", content=True)] = None
    problems: Annotated[Prose | None, About("Problems", "问题", content=True)] = None
    reason: Annotated[Prose | None, About("Reason", "原因", content=True)] = None
    works: Annotated[tuple[Work, ...], About("Quantities", "工程量", content=True)] = ()
    change: Annotated[Ref | None, About("Change request", "对应变更", links=("change",))] = None
    window: Annotated[Line | None, About("Window", "切换窗口", content=True)] = None
    plan: Annotated[tuple[Line, ...], About("Steps", "切换步骤", content=True, option="plan")] = ()
    fallback: Annotated[Prose | None, About("Fall-back condition", "回退条件", content=True)] = None
    contacts: Annotated[tuple[Line, ...], About("Contacts", "联系人", content=True, personal=True)] = ()
    conclusion: Annotated[
        Literal["pass", "fail"] | None, About("Conclusion", "结论", content=True, words=CONCLUSIONS)
    ] = None
    photos: Annotated[tuple[KeptPhoto, ...], About("Photos", "照片")] = ()

    @property
    def label(self) -> Text:
        return TYPES[self.type]

    @property
    def name_to_show(self) -> str:
        return self.title or self.place or f"{self.type} {self.on.isoformat()}"

    @property
    def counts(self) -> bool:
        """The work is done: the record is more than a draft, and was not voided."""
        return self.status in {"recorded", "confirmed"}

    @property
    def total(self) -> Money | None:
        """What the works come to; None where a price is missing, or where they are in several currencies."""
        amounts = [work.amount for work in self.works]
        known = [amount for amount in amounts if amount is not None]
        if not known or len(known) < len(amounts) or len({amount.currency for amount in known}) > 1:
            return None
        return Money.total(known, known[0].currency)

    @property
    def days_late(self) -> int:
        """Days between the work and its entry here."""
        return (self.entered - self.on).days if self.entered else 0

    @property
    def filed(self) -> Iterator[tuple[tuple[str | int, ...], Evidence]]:
        yield from super().filed
        for number, photo in enumerate(self.photos):
            yield ("photos", number), photo


STATES = States(
    names={
        "draft": Text("draft", "草稿"),
        "recorded": Text("recorded", "已记录"),
        "confirmed": Text("confirmed by the customer", "客户已确认"),
        "void": Text("void", "已作废"),
    },
    moves=(
        Move(
            "record", ("draft",), "recorded", Text("Record that the work is done", "记录现场工作"),
            own_command="pmkit site record",
        ),
        Move(
            "confirm", ("recorded",), "confirmed", Text("Record the customer's signature", "记录客户签字确认"),
            own_command="pmkit confirm",
        ),
        Move(
            "revise", ("recorded",), "draft", Text("Take back to draft", "退回草稿修改"),
            own_command="pmkit site revise",
        ),
        Move(
            "void", ("draft", "recorded", "confirmed"), "void",
            Text("Void it: its counts are taken back", "作废，冲回安装、调试数"), needs=("note",),
            own_command="pmkit site void",
        ),
    ),
    closed=frozenset({"confirmed", "void"}),
    open_in=frozenset({"draft"}),
)  # fmt: skip

SITE = Kind(
    name="site-record", prefix="SIT", folder="site", model=SiteRecord, label=Text("site record", "现场记录"),
    plural=Text("site records", "现场记录"), states=STATES, traced=False, called="site", added_by="pmkit site record",
    columns=("on", "type", "title", "place", "status"),
    paper=SignedPaper(Text("Site record", "现场记录"), sealed=False),
    due=(Due(Text("Finish the record", "补全现场记录"), ("draft",), day="on"),),
)  # fmt: skip
