"""Reviews: what was put before whom, each comment with its answer, and the decision at the gate."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from pmkit.domain.kind import About, Due, Kind, Move, Part, SignedPaper, States
from pmkit.domain.papers import OnPaper
from pmkit.domain.points import Point
from pmkit.domain.values import Day, Handle, Line, Moment, Prose, Ref
from pmkit.kernel.text import Text

TYPES = {
    "requirement": Text("Requirements", "需求"),
    "design": Text("Design", "方案设计"),
    "phase": Text("Phase", "阶段"),
    "test": Text("Test", "测试"),
}
MODES = {
    "meeting": Text("Meeting", "会议"),
    "countersignature": Text("Countersignature", "会签"),
    "correspondence": Text("By correspondence", "函审"),
}
SEVERITIES = {
    "serious": Text("Serious", "严重"),
    "normal": Text("Normal", "一般"),
    "suggestion": Text("Suggestion", "建议"),
}
DISPOSITIONS = {
    "adopted": Text("Adopted", "采纳"),
    "partly": Text("Adopted in part", "部分采纳"),
    "rejected": Text("Not adopted", "不采纳"),
}
DECISIONS = {
    "pass": Text("Pass", "通过"),
    "conditional": Text("Pass with conditions", "有条件通过"),
    "fail": Text("Fail (to be reviewed again)", "不通过（重新评审）"),
}
Disposition = Literal["adopted", "partly", "rejected"]


class Material(Part):
    """Something that was put before the reviewers, in a version; `record`: its record, where it has one."""

    title: Annotated[Line, About("Item", "评审对象")]
    version: Annotated[Line | None, About("Version", "版本")] = None
    record: Annotated[Ref | None, About("Record", "记录", links=("*",))] = None


class Comment(Part):
    """A reviewer's comment, how it was answered, and who saw that the answer was carried out."""

    text: Annotated[Prose, About("Comment", "意见")]
    place: Annotated[Line | None, About("Place", "章节位置")] = None
    severity: Annotated[Literal["serious", "normal", "suggestion"], About("Severity", "严重程度", words=SEVERITIES)] = (
        "normal"
    )
    raised_by: Annotated[Handle | None, About("Raised by", "提出人", links=("person",))] = None
    on: Annotated[Day, About("On", "日期")]
    disposition: Annotated[Disposition | None, About("Disposition", "处理", words=DISPOSITIONS)] = None
    answer: Annotated[Prose | None, About("Answer, reason", "处理说明及理由")] = None
    answered_on: Annotated[Day | None, About("Answered on", "答复日期")] = None
    owner: Annotated[Handle | None, About("Owner", "责任人", links=("person",))] = None
    due: Annotated[Day | None, About("Due", "完成时限")] = None
    verified_by: Annotated[Line | None, About("Verified by", "验证人")] = None
    verified_on: Annotated[Day | None, About("Verified on", "验证日期")] = None

    @property
    def is_answered(self) -> bool:
        return self.disposition is not None

    @property
    def is_settled(self) -> bool:
        """Nothing is left to do: not adopted, or carried out and verified."""
        return self.disposition == "rejected" or (self.is_answered and self.verified_on is not None)


class GateCondition(Point):
    """A condition under which a review passed; `met`: the day on which it was fulfilled."""

    met: Annotated[Day | None, About("Met on", "落实日期")] = None


class Review(OnPaper):
    """A review; its content is what the record of it says."""

    title: Annotated[Line, About("Review", "评审名称", content=True)]
    type: Annotated[
        Literal["requirement", "design", "phase", "test"] | None,
        About("Type", "评审类型", content=True, words=TYPES),
    ] = None
    mode: Annotated[
        Literal["meeting", "countersignature", "correspondence"], About("Mode", "评审方式", content=True, words=MODES)
    ] = "meeting"
    phase: Annotated[Ref | None, About("Phase", "阶段", links=("phase",))] = None
    gate: Annotated[Ref | None, About("Milestone that it opens", "放行里程碑", links=("task",))] = None
    time: Annotated[Moment, About("Time", "评审时间", content=True)]
    place: Annotated[Line | None, About("Place", "地点", content=True)] = None
    chair: Annotated[Handle | None, About("Chair", "组长", content=True, links=("person",))] = None
    reviewers: Annotated[
        tuple[Handle, ...],
        About("Reviewers", "评审人员", content=True, unordered=True, links=("person",), option="reviewer"),
    ] = ()
    basis: Annotated[tuple[Line, ...], About("Basis", "评审依据", content=True)] = ()
    agenda: Annotated[tuple[Line, ...], About("Agenda", "议程", content=True)] = ()
    materials: Annotated[tuple[Material, ...], About("Material", "评审材料", content=True, option="material")] = ()
    comments: Annotated[tuple[Comment, ...], About("Comments", "评审意见", content=True)] = ()
    decision: Annotated[
        Literal["pass", "conditional", "fail"] | None, About("Decision", "评审结论", content=True, words=DECISIONS)
    ] = None
    conclusion: Annotated[Prose | None, About("Remarks on the decision", "结论说明", content=True)] = None
    conditions: Annotated[tuple[GateCondition, ...], About("Conditions", "条件与期限", content=True)] = ()
    from_: Annotated[
        tuple[Ref, ...], Field(alias="from"), About("Comes from", "来源", unordered=True, links=("*",))
    ] = ()
    seen: Annotated[Mapping[str, str], About("Seen", "链接复核"), Field(default_factory=dict)]

    @property
    def day(self) -> date:
        """The day on which it is, or was."""
        return self.time.date() if isinstance(self.time, datetime) else self.time

    @property
    def unanswered(self) -> tuple[int, ...]:
        """The numbers, from 1, of the comments without an answer."""
        return tuple(n for n, comment in enumerate(self.comments, start=1) if not comment.is_answered)

    @property
    def unsettled(self) -> tuple[int, ...]:
        """The numbers of the comments whose answer nobody has verified yet."""
        return tuple(n for n, c in enumerate(self.comments, start=1) if c.is_answered and not c.is_settled)

    @property
    def unmet(self) -> tuple[int, ...]:
        """The numbers of the conditions that are not met."""
        return tuple(n for n, condition in enumerate(self.conditions, start=1) if condition.met is None)


STATES = States(
    names={
        "planned": Text("planned", "已安排"),
        "held": Text("held", "已评审"),
        "closed": Text("closed", "已关闭"),
        "cancelled": Text("cancelled", "已取消"),
    },
    moves=(
        Move(
            "record", ("planned", "held"), "held", Text("Record the decision", "记录评审结论"),
            own_command="pmkit review record",
        ),
        Move(
            "close", ("held",), "closed", Text("Close; every comment is answered", "关闭评审（意见均已答复）"),
            own_command="pmkit review close",
        ),
        Move("cancel", ("planned",), "cancelled", Text("Cancel", "取消评审"), needs=("note",)),
    ),
    closed=frozenset({"closed", "cancelled"}),
)  # fmt: skip

REVIEW = Kind(
    name="review",
    prefix="REV",
    folder="reviews",
    model=Review,
    label=Text("review", "评审"),
    plural=Text("reviews", "评审"),
    states=STATES,
    paper=SignedPaper(Text("Review record", "评审记录"), sealed=False),
    columns=("time", "title", "type", "decision", "status"),
    due=(
        Due(Text("Hold the review", "组织评审"), ("planned",), day="day", who="chair"),
        Due(Text("Close the review", "关闭评审"), ("held",), who="chair"),
    ),
)
