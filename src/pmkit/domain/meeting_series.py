"""Series of meetings: what comes again, when, and with whom."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Literal

from pydantic import Field

from pmkit.domain.kind import About, Kind, Move, States, Tracked
from pmkit.domain.meetings import KINDS, MeetingType
from pmkit.domain.values import Clock, Day, Every, Flag, Handle, Line, RecurrenceRule, RecurringDay, Work, Zone
from pmkit.kernel.duration import Duration
from pmkit.kernel.recurrence import parse_on, rule_of, rule_words
from pmkit.kernel.text import Text

ON_HOLIDAY = {
    "previous_workday": Text("the working day before", "提前到前一个工作日"),
    "next": Text("the working day after", "顺延到后一个工作日"),
    "skip": Text("not held", "不召开"),
    "keep": Text("held all the same", "照常召开"),
}
# What comes again by custom, and when, where a series of the type says nothing else.
CUSTOM: dict[str, tuple[str, str | None, str]] = {
    "weekly": ("week", "fri", "15:00"),
    "monthly": ("month", "last thu", "10:00"),
    "site": ("day", None, "08:30"),
}
AGENDAS = {
    "weekly": (
        Text("Actions from last meeting", "上次事项落实"),
        Text("This week", "本周完成情况"),
        Text("Next week", "下周计划"),
        Text("Needed from the customer", "需协调、配合、决策事项"),
        Text("Risks", "问题与风险"),
    ),
    "monthly": (
        Text("Actions from last meeting", "上次事项落实"),
        Text("Progress and variance of the month", "本月进度与偏差"),
        Text("Changes, issues and risks", "变更、问题与风险"),
        Text("Contract and payments", "合同履行与付款节点"),
        Text("Decisions for management", "需领导决策事项"),
    ),
}


class MeetingSeries(Tracked):
    """A meeting that comes again: `every` and `on`, or a `rule` of RFC 5545, which wins over them."""

    title: Annotated[Line, About("Subject", "会议主题", content=True)]
    type: Annotated[MeetingType | None, About("Type", "会议类型", words=KINDS)] = None
    every: Annotated[Every | None, About("Every", "周期", content=True)] = None
    on: Annotated[RecurringDay | None, About("On", "召开日", content=True)] = None
    at_: Annotated[Clock | None, Field(alias="at"), About("At", "时间", content=True)] = None
    rule: Annotated[RecurrenceRule | None, About("Rule (RFC 5545)", "重复规则（RFC 5545）", content=True)] = None
    lasts: Annotated[Work, About("Lasts", "时长")] = Duration.parse("1h")
    from_: Annotated[Day, Field(alias="from"), About("From", "开始日期")]
    until: Annotated[Day | None, About("Until", "截止日期")] = None
    timezone: Annotated[Zone | None, About("Time zone", "时区")] = None
    on_holiday: Annotated[
        Literal["previous_workday", "next", "skip", "keep"], About("On a day off", "遇休息日", words=ON_HOLIDAY)
    ] = "previous_workday"
    place: Annotated[Line | None, About("Place", "地点")] = None
    chair: Annotated[Handle | None, About("Chair", "主持人", links=("person",))] = None
    minutes_by: Annotated[Handle | None, About("Minutes by", "记录人", links=("person",))] = None
    with_: Annotated[
        tuple[Handle, ...], Field(alias="with"), About("Participants", "参加人员", unordered=True, links=("person",))
    ] = ()
    agenda: Annotated[tuple[Line, ...], About("Agenda", "固定议程")] = ()
    minutes: Annotated[Flag, About("Minutes are kept", "形成会议纪要")] = True
    sequence: Annotated[int | None, About("Version of the invitation", "邀请版本号"), Field(ge=0, le=2**31)] = None
    uid: Annotated[Line | None, About("Id in calendars", "日历标识")] = None

    @property
    def rrule(self) -> str | None:
        """Its rule as RFC 5545 writes it; None where it says none, or one that fits nothing."""
        if self.rule:
            return self.rule
        try:
            return rule_of(self.every, parse_on(self.on)[0] if self.on else None) if self.every else None
        except ValueError:
            return None

    @property
    def clock(self) -> time | None:
        """The time of day; None for one that takes whole days."""
        text = self.at_ or (parse_on(self.on)[1] if self.on else None)
        return time.fromisoformat(text) if text else None

    @property
    def in_words(self) -> Text:
        """`every week on Friday 15:00`."""
        said = (
            Text.same(self.rule)
            if self.rule
            else rule_words(self.every, parse_on(self.on)[0] if self.on else None)
            if self.every
            else Text.same("-")
        )
        return Text.join((said, Text.same(f"{self.clock:%H:%M}")), en=" ", zh=" ") if self.clock else said

    def runs_on(self, day: date) -> bool:
        """True from its first to its last day."""
        return self.from_ <= day and (self.until is None or day <= self.until)


STATES = States(
    names={"running": Text("running", "进行中"), "ended": Text("ended", "已结束")},
    moves=(
        Move("end", ("running",), "ended", Text("End the series", "结束系列会议")),
        Move("resume", ("ended",), "running", Text("Let it go on", "恢复系列会议")),
    ),
    closed=frozenset({"ended"}),
)

SERIES = Kind(
    name="series",
    prefix="MSR",
    folder="meetings/series",
    model=MeetingSeries,
    label=Text("series of meetings", "系列会议"),
    plural=Text("series of meetings", "系列会议"),
    states=STATES,
    called="meeting series",
    added_by="pmkit meeting plan --series NAME --every week --on fri --at 15:00",
    columns=("title", "every", "on", "at", "until", "status"),
    traced=False,
)
