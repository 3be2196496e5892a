"""Letters: what the parties write to each other on paper, from the site memo to the claim."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from pmkit.domain.kind import About, Evidence, Kind, Move, SignedPaper, States
from pmkit.domain.papers import SIGNING_PARTIES, OnPaper
from pmkit.domain.values import Amount, Day, Handle, Line, Prose, Ref
from pmkit.kernel.text import Text

TYPES = {
    "memo": Text("Site memo", "工程联系单"),
    "notice": Text("Supervisor’s notice", "监理通知单"),
    "submittal": Text("Commencement application", "开工报审表"),
    "instruction": Text("Instruction", "工程指令单"),
    "commencement": Text("Notice to commence", "开工令"),
    "suspension": Text("Suspension order", "停工令"),
    "resumption": Text("Resumption order", "复工令"),
    "claim": Text("Claim for time or cost", "工期顺延（索赔）申请表"),
}
REPLY_TO_NOTICE = Text("Reply to a supervisor’s notice", "监理通知回复单")
# The letters of each type in a form's number.
CODES = {
    "memo": "LXD", "notice": "JLTZ", "submittal": "KGBS", "instruction": "GCZL", "commencement": "KGL",
    "suspension": "TGL", "resumption": "FGL", "claim": "GQSY",
}  # fmt: skip
DECISIONS = {
    "agreed": Text("Approved", "同意"),
    "as_noted": Text("Approved as noted", "修改后同意"),
    "rejected": Text("Rejected", "不同意"),
    "noted": Text("Noted", "已阅知"),
}
CHECKS = {
    "contract": Text("contract", "合同"),
    "scheme": Text("scheme approved", "方案批准"),
    "staff": Text("staff on site", "人员到位"),
    "goods": Text("equipment and material", "设备材料"),
    "site": Text("site", "场地"),
    "safety": Text("safety briefing", "安全交底"),
}
Type = Literal["memo", "notice", "submittal", "instruction", "commencement", "suspension", "resumption", "claim"]
# Types that order something: what they say holds, whoever answers.
ORDERS = frozenset({"commencement", "suspension", "resumption"})
OURS = "contractor"


class Letter(OnPaper):
    """A letter between parties; its content is what it says. `answer`, `decision`: what came back to it.

    `from`, `to` and `cc` are words of SIGNING_PARTIES. `starts` and `ends`: the day of commencement, the days of a
    suspension, the planned course of an application. `days`: calendar days of extension that a claim asks for.
    """

    title: Annotated[Line, About("Subject", "事由", content=True)]
    type: Annotated[Type, About("Type", "类型", content=True, words=TYPES)]
    from_: Annotated[Line, Field(alias="from"), About("From", "发文单位", content=True, words=SIGNING_PARTIES)] = OURS
    to: Annotated[tuple[Line, ...], About("To", "致（主送）", content=True, words=SIGNING_PARTIES)] = ()
    cc: Annotated[tuple[Line, ...], About("Cc", "抄送", content=True, words=SIGNING_PARTIES)] = ()
    body: Annotated[Prose | None, About("Content", "内容", content=True)] = None
    demands: Annotated[tuple[Prose, ...], About("To be put right", "整改要求", content=True, option="demand")] = ()
    place: Annotated[Line | None, About("Part of the work", "部位", content=True)] = None
    reason: Annotated[Prose | None, About("Reason", "原因", content=True)] = None
    starts: Annotated[Day | None, About("From day", "开始日期", content=True)] = None
    ends: Annotated[Day | None, About("Until day", "结束日期", content=True)] = None
    days: Annotated[int | None, About("Calendar days", "日历天数", content=True), Field(ge=0, le=9999)] = None
    amount: Annotated[Amount | None, About("Amount", "金额", content=True)] = None
    clause: Annotated[Line | None, About("Contract clause", "合同条款", content=True)] = None
    checks: Annotated[
        tuple[Literal["contract", "scheme", "staff", "goods", "site", "safety"], ...],
        About("Conditions fulfilled", "已具备的开工条件", content=True, unordered=True, option="check", words=CHECKS),
    ] = ()
    reply_to: Annotated[Ref | None, About("Replies to", "回复文件", content=True, links=("letter",))] = None
    external_no: Annotated[Line | None, About("Other party's number", "对方文件编号", option="no")] = None
    reply_by: Annotated[Day | None, About("Reply by", "要求回复日期")] = None
    owner: Annotated[Handle | None, About("Owner", "责任人", links=("person",))] = None
    about: Annotated[tuple[Ref, ...], About("About", "涉及记录", links=("*",))] = ()
    received_by: Annotated[Line | None, About("Received by", "签收人")] = None
    answer: Annotated[Prose | None, About("Reply", "回复意见")] = None
    decision: Annotated[
        Literal["agreed", "as_noted", "rejected", "noted"] | None, About("Decision", "审批结论", words=DECISIONS)
    ] = None
    scans: Annotated[tuple[Evidence, ...], About("Scans", "扫描件")] = ()

    @property
    def is_ours(self) -> bool:
        """True for one that we wrote."""
        return self.from_ == OURS

    @property
    def form(self) -> Text:
        """What its form is called."""
        return REPLY_TO_NOTICE if self.type == "notice" and self.reply_to else TYPES[self.type]

    @property
    def day(self) -> Day | None:
        """The day on which it went out or came in."""
        first = self.reached("sent") if self.is_ours else self.reached("received")
        return first or (self.steps[0].on if self.steps else None)

    @property
    def is_out(self) -> bool:
        """True where it has left its writer's house."""
        return self.status != "draft" and (self.is_ours or self.reached("received") is not None)

    @property
    def awaits_reply(self) -> bool:
        """Somebody asked for a reply, and it is not there."""
        return self.reply_by is not None and self.status in {"sent", "received"}

    def days_late(self, as_of: Day) -> int:
        """Calendar days past the day by which a reply was asked for; 0 where none is missing."""
        return max(0, (as_of - self.reply_by).days) if self.awaits_reply and self.reply_by else 0

    @property
    def filed(self) -> Iterator[tuple[tuple[str | int, ...], Evidence]]:
        yield from super().filed
        for number, scan in enumerate(self.scans):
            yield ("scans", number), scan


STATES = States(
    names={
        "draft": Text("draft", "草稿"),
        "sent": Text("sent", "已发出"),
        "received": Text("received", "已签收"),
        "replied": Text("replied", "已回复"),
        "closed": Text("closed", "已关闭"),
    },
    moves=(
        Move("send", ("draft",), "sent", Text("Record that it went out", "记录发出")),
        Move(
            "receive", ("draft", "sent"), "received", Text("Record that it was received", "记录签收"),
            own_command="pmkit letter receive",
        ),
        Move(
            "confirm", ("sent", "received"), "replied", Text("Record the reply", "记录回复"),
            own_command="pmkit letter reply",
        ),
        Move("close", ("draft", "sent", "received", "replied"), "closed", Text("Close it", "关闭")),
    ),
    closed=frozenset({"replied", "closed"}),
    open_in=frozenset({"draft"}),
)  # fmt: skip

LETTER = Kind(
    name="letter",
    prefix="LTR",
    folder="letters",
    model=Letter,
    label=Text("letter", "函件"),
    plural=Text("letters", "函件"),
    states=STATES,
    paper=SignedPaper(Text("Letter", "函件"), ("sent",)),
    columns=("type", "from", "to", "title", "reply_by", "status"),
    added_by="pmkit letter write",
)
