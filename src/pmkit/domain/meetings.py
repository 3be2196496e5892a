"""Meetings and their minutes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field

from pmkit.domain.kind import About, Due, Kind, Move, Part, SignedPaper, States
from pmkit.domain.papers import OnPaper
from pmkit.domain.values import Clock, Day, Handle, Line, Moment, Prose, Ref
from pmkit.kernel.text import Text

KINDS = {
    "kickoff": Text("Kick-off", "启动会"),
    "weekly": Text("Weekly meeting", "周例会"),
    "monthly": Text("Monthly meeting", "月度例会"),
    "supervision": Text("Supervision meeting", "监理例会"),
    "topic": Text("Topic meeting", "专题会"),
    "review": Text("Review", "评审会"),
    "steering": Text("Steering committee", "领导小组会"),
    "acceptance": Text("Acceptance meeting", "验收会"),
    "quality": Text("Quality meeting", "质量例会"),
    "site": Text("Site meeting", "现场碰头会"),
}
MeetingType = Literal[
    "kickoff", "weekly", "monthly", "supervision", "topic", "review", "steering", "acceptance", "quality", "site"
]


HELD = frozenset({"held", "sent", "confirmed"})
OUT_WITHIN = timedelta(days=1)
REPLY_WITHIN = timedelta(days=3)


class Topic(Part):
    """A topic of the agenda and what was said about it."""

    title: Annotated[Line, About("Topic", "议题")]
    discussion: Annotated[Prose | None, About("Discussion", "讨论要点")] = None


class Meeting(OnPaper):
    """A meeting; its content is what the minutes say."""

    title: Annotated[Line, About("Subject", "会议主题", content=True)]
    type: Annotated[MeetingType | None, About("Type", "会议类型", content=True, words=KINDS)] = None
    number: Annotated[int | None, About("Number in its series", "会次", content=True), Field(ge=1, le=9999)] = None
    time: Annotated[Moment, About("Time", "会议时间", content=True)]
    until: Annotated[Clock | None, About("Until", "结束时间", content=True)] = None
    place: Annotated[Line | None, About("Place", "地点", content=True)] = None
    chair: Annotated[Handle | None, About("Chair", "主持人", content=True, links=("person",))] = None
    minutes_by: Annotated[Handle | None, About("Minutes by", "记录人", content=True, links=("person",))] = None
    present: Annotated[
        tuple[Handle, ...], About("Present", "参会人员", content=True, unordered=True, links=("person",))
    ] = ()
    absent: Annotated[
        tuple[Handle, ...], About("Apologies", "请假/缺席", content=True, unordered=True, links=("person",))
    ] = ()
    with_: Annotated[
        tuple[Handle, ...], Field(alias="with"), About("Invited", "邀请人员", unordered=True, links=("person",))
    ] = ()
    reviewed_by: Annotated[Handle | None, About("Reviewed by", "审核", content=True, links=("person",))] = None
    cc: Annotated[tuple[Line, ...], About("Copy to", "抄送", content=True)] = ()
    agenda: Annotated[tuple[Line, ...], About("Agenda", "议程")] = ()
    about: Annotated[tuple[Ref, ...], About("About", "会议对象", unordered=True, links=("*",))] = ()
    topics: Annotated[tuple[Topic, ...], About("Discussion", "议题与讨论要点", content=True)] = ()
    decisions: Annotated[tuple[Prose, ...], About("Decisions", "议定事项", content=True, option="decision")] = ()
    escalations: Annotated[
        tuple[Prose, ...], About("Matters for escalation", "需协调事项", content=True, option="escalation")
    ] = ()
    annexes: Annotated[tuple[Line, ...], About("Annexes", "附件", content=True, option="annex")] = ()
    next_at: Annotated[Moment | None, About("Next meeting", "下次会议", content=True)] = None
    reply_by: Annotated[Day | None, About("Reply by", "回复期限")] = None
    series: Annotated[Ref | None, About("Series", "系列会议", links=("series",))] = None
    occurrence: Annotated[Day | None, About("Day by the series", "系列会议原定日期")] = None
    sequence: Annotated[int | None, About("Version of the invitation", "邀请版本号"), Field(ge=0, le=2**31)] = None
    uid: Annotated[Line | None, About("Id in calendars", "日历标识")] = None

    @property
    def day(self) -> date:
        """The day on which it is, or was."""
        return self.time.date() if isinstance(self.time, datetime) else self.time

    @property
    def was_held(self) -> bool:
        return self.status in HELD

    @property
    def minutes_due(self) -> Day | None:
        """The day by which the minutes go out: the one after the meeting."""
        held = self.reached("held")
        return held + OUT_WITHIN if held else None

    @property
    def confirmation_due(self) -> Day | None:
        """The day by which the customer confirms the minutes: as agreed, else three days after they went out."""
        sent = self.reached("sent")
        return self.reply_by or (sent + REPLY_WITHIN if sent else None)


STATES = States(
    names={
        "planned": Text("planned", "已安排"),
        "held": Text("held", "已召开"),
        "sent": Text("minutes sent", "纪要已发出"),
        "confirmed": Text("minutes confirmed", "纪要已确认"),
        "cancelled": Text("cancelled", "已取消"),
    },
    moves=(
        Move(
            "record",
            ("planned", "held", "sent"),
            "held",
            Text("Record the minutes", "记录会议纪要"),
            own_command="pmkit meeting record",
        ),
        Move("hold", ("planned",), "held", Text("Record that it was held", "记录会议已召开")),
        Move("send", ("held", "sent", "confirmed"), "sent", Text("Record that the minutes went out", "记录纪要已发出")),
        Move(
            "confirm",
            ("sent",),
            "confirmed",
            Text("Record the customer's confirmation", "记录客户确认纪要"),
            theirs=True,
        ),
        Move("cancel", ("planned",), "cancelled", Text("Cancel", "取消会议")),
    ),
    closed=frozenset({"confirmed", "cancelled"}),
)

MEETING = Kind(
    name="meeting",
    prefix="MTG",
    folder="meetings",
    model=Meeting,
    label=Text("meeting", "会议"),
    plural=Text("meetings", "会议"),
    states=STATES,
    paper=SignedPaper(Text("Minutes", "会议纪要"), sealed=False),
    columns=("time", "title", "type", "status"),
    due=(
        Due(Text("Hold it", "召开会议"), ("planned",), day="time", who="chair"),
        Due(Text("Send the minutes", "整理并发出纪要"), ("held",), day="minutes_due", who="minutes_by"),
        Due(Text("Confirm the minutes", "确认纪要"), ("sent",), day="confirmation_due", side="customer"),
    ),
)
