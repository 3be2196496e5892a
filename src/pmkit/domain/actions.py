"""Action items: who does what by when."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pmkit.domain.kind import About, Due, Kind, Move, States, Tracked
from pmkit.domain.values import Day, Handle, Line, Prose, Ref
from pmkit.kernel.text import Text


class ActionItem(Tracked):
    """Something that somebody took on, in a meeting or elsewhere."""

    title: Annotated[Line, About("Action", "事项", content=True)]
    owner: Annotated[Handle | None, About("Owner", "责任人", content=True, links=("person",))] = None
    due: Annotated[Day | None, About("Due", "完成时限", content=True)] = None
    extended_to: Annotated[Day | None, About("Extended to", "延期至")] = None
    from_: Annotated[Ref | None, Field(alias="from"), About("Comes from", "来源", links=("*",))] = None
    result: Annotated[Prose | None, About("Result", "完成情况")] = None

    @property
    def due_now(self) -> Day | None:
        """The day by which it is due: the one that was agreed, or to which that was extended since."""
        return self.extended_to or self.due

    @property
    def outcome(self) -> str | None:
        """What came of it: the result, else the remark with which it was done."""
        done = next((step for step in reversed(self.steps) if step.to == "done"), None)
        return self.result or (done.note if done and self.status == "done" else None)

    def is_overdue(self, as_of: Day) -> bool:
        """Still open after its due date."""
        return not self.is_closed and self.due_now is not None and self.due_now < as_of


STATES = States(
    names={
        "open": Text("open", "未完成"),
        "done": Text("done", "已完成"),
        "cancelled": Text("cancelled", "已取消"),
    },
    moves=(
        Move("done", ("open",), "done", Text("Record that it is done", "记录已完成")),
        Move("cancel", ("open",), "cancelled", Text("Cancel", "取消")),
        Move("reopen", ("done", "cancelled"), "open", Text("Open again", "重新打开")),
    ),
    closed=frozenset({"done", "cancelled"}),
)

ACTION = Kind(
    name="action",
    prefix="ACT",
    folder="actions",
    model=ActionItem,
    label=Text("action item", "待办事项"),
    plural=Text("action items", "待办事项"),
    states=STATES,
    columns=("title", "owner", "due", "status"),
    due=(Due(Text("Do it", "完成"), day="due_now", who="owner"),),
)
