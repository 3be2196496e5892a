"""Duties: what the customer's side has agreed to provide or decide, by when, and which work waits for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from pmkit.domain.kind import About, Due, Kind, Move, Part, States, Tracked
from pmkit.domain.values import Day, Handle, Line, Prose, Ref
from pmkit.kernel.text import Text

TYPES = {
    "data": Text("Data and papers", "资料数据"),
    "access": Text("Access and site", "场地与权限"),
    "environment": Text("Environment and equipment", "环境与设备"),
    "decision": Text("Decision", "决策"),
    "review": Text("Review and confirmation", "评审确认"),
    "staff": Text("Staff", "人员配合"),
    "coordination": Text("Coordination with others", "第三方协调"),
}


class Reminder(Part):
    """That the one who owes it was reminded."""

    on: Annotated[Day, About("On", "日期")]
    by: Annotated[Line, About("By", "提醒人")]
    channel: Annotated[Line | None, About("Channel", "方式")] = None


class Duty(Tracked):
    """Something that the customer's side provides; its content is what was asked for.

    The tasks that it `blocks` start after the end of the day on which it is provided.
    """

    title: Annotated[Line, About("Matter", "配合事项", content=True, option="what")]
    description: Annotated[Prose | None, About("Description", "说明", content=True)] = None
    type: Annotated[
        Literal["data", "access", "environment", "decision", "review", "staff", "coordination"] | None,
        About("Type", "类别", content=True, words=TYPES),
    ] = None
    owner: Annotated[Handle | None, About("Owner", "责任人", content=True, links=("person",))] = None
    due: Annotated[Day, About("Needed by", "需要日期", content=True)]
    expected: Annotated[Day | None, About("Expected", "预计完成")] = None
    blocks: Annotated[
        tuple[Ref, ...], About("Work that waits for it", "涉及工作", unordered=True, links=("task",))
    ] = ()
    basis: Annotated[Line | None, About("Basis", "依据", content=True)] = None
    from_: Annotated[
        tuple[Ref, ...], Field(alias="from"), About("Comes from", "来源", unordered=True, links=("*",))
    ] = ()
    reminders: Annotated[tuple[Reminder, ...], About("Reminders", "提醒记录", internal=True)] = ()
    seen: Annotated[Mapping[str, str], About("Seen", "链接复核"), Field(default_factory=dict)]

    @property
    def done_on(self) -> date | None:
        """The day on which it was provided."""
        return self.reached("done") if self.status == "done" else None

    def days_late(self, as_of: date) -> int:
        """Calendar days from the day by which it was needed to the one on which it was provided, or until `as_of`."""
        if self.status == "cancelled":
            return 0
        return max(0, ((self.done_on or as_of) - self.due).days)

    def is_known(self, as_of: date | None) -> bool:
        """True where it holds work up and had been asked for by then; None: whenever it was."""
        return self.status != "cancelled" and (as_of is None or not self.steps or self.steps[0].on <= as_of)

    def available(self, status_date: date | None, as_of: date | None = None) -> date:
        """The day at whose end the work that waits for it may start, as far as was known at `as_of`.

        The day on which it was provided; else the expected day, else that by which it was agreed, but not before the
        plan's status date: on that day it was not there yet.
        """
        done = self.done_on if as_of is None or (self.done_on is not None and self.done_on <= as_of) else None
        day = done or self.expected or self.due
        return day if done or status_date is None else max(day, status_date)


STATES = States(
    names={
        "open": Text("open", "待配合"),
        "done": Text("done", "已完成"),
        "cancelled": Text("cancelled", "已取消"),
    },
    moves=(
        Move("done", ("open",), "done", Text("Record that it was provided", "记录已完成配合")),
        Move(
            "cancel",
            ("open",),
            "cancelled",
            Text("Record that it is not needed any more", "记录不再需要"),
            needs=("note",),
        ),
        Move("reopen", ("done", "cancelled"), "open", Text("Open again", "重新打开"), needs=("note",)),
    ),
    closed=frozenset({"done", "cancelled"}),
)

DUTY = Kind(
    name="duty",
    prefix="DUT",
    folder="duties",
    model=Duty,
    label=Text("customer duty", "需建设单位配合事项"),
    plural=Text("customer duties", "需建设单位配合事项"),
    states=STATES,
    columns=("title", "owner", "due", "expected", "blocks", "status"),
    due=(Due(Text("Provide it", "落实配合事项"), ("open",), day="due", who="owner", side="customer"),),
)
