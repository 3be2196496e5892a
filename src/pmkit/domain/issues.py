"""Issues: what went wrong, why, what is done about it, who verified that it is solved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from pmkit.domain.changes import URGENCIES
from pmkit.domain.kind import About, Due, Kind, Move, Part, States, Step, Tracked
from pmkit.domain.values import Day, Handle, Line, Prose, Ref
from pmkit.kernel.text import Text

CATEGORIES = {
    "technical": Text("Technical", "技术"),
    "requirement": Text("Requirement", "需求"),
    "data": Text("Data", "数据"),
    "environment": Text("Environment", "环境"),
    "supply": Text("Supply", "供货"),
    "quality": Text("Quality", "质量"),
    "schedule": Text("Schedule", "进度"),
    "coordination": Text("Coordination", "协调"),
    "management": Text("Management", "管理"),
}
SEVERITIES = {
    "fatal": Text("Fatal", "致命"),
    "serious": Text("Serious", "严重"),
    "normal": Text("Normal", "一般"),
    "minor": Text("Minor", "轻微"),
}
Severity = Literal["fatal", "serious", "normal", "minor"]
GRAVE = frozenset({"fatal", "serious"})


class Escalation(Part):
    """That somebody higher up was told: whom, when, by whom."""

    to: Annotated[Handle, About("To", "上报对象", links=("person",))]
    on: Annotated[Day, About("On", "日期")]
    by: Annotated[Line, About("By", "上报人")]
    note: Annotated[Prose | None, About("Remarks", "说明")] = None


class Issue(Tracked):
    """An issue; its content is what it was, why, and what is done about it."""

    title: Annotated[Line, About("Issue", "问题", content=True)]
    description: Annotated[Prose | None, About("Description", "问题描述", content=True)] = None
    category: Annotated[
        Literal[
            "technical", "requirement", "data", "environment", "supply", "quality", "schedule", "coordination",
            "management",
        ]
        | None,
        About("Category", "类别", content=True, words=CATEGORIES),
    ] = None  # fmt: skip
    severity: Annotated[Severity, About("Severity", "严重程度", content=True, words=SEVERITIES)] = "normal"
    urgency: Annotated[
        Literal["normal", "urgent", "emergency"], About("Urgency", "紧急程度", content=True, words=URGENCIES)
    ] = "normal"
    impact: Annotated[Prose | None, About("Impact on objectives", "对目标的影响", content=True)] = None
    cause: Annotated[Prose | None, About("Cause", "原因分析", content=True)] = None
    action: Annotated[Prose | None, About("Action", "解决措施", content=True)] = None
    raised_by: Annotated[Handle | None, About("Raised by", "提出人", links=("person",))] = None
    owner: Annotated[Handle | None, About("Owner", "责任人", links=("person",))] = None
    due: Annotated[Day | None, About("Due", "计划解决日期")] = None
    from_: Annotated[
        tuple[Ref, ...], Field(alias="from"), About("Comes from", "来源", unordered=True, links=("*",))
    ] = ()
    affects: Annotated[tuple[Ref, ...], About("Affects", "影响对象", unordered=True, links=("*",))] = ()
    objectives: Annotated[
        tuple[Ref, ...], About("Objectives", "影响目标", unordered=True, links=("objective",), option="objective")
    ] = ()
    changes: Annotated[
        tuple[Ref, ...], About("Changes", "关联变更", unordered=True, links=("change",), option="change")
    ] = ()
    escalations: Annotated[tuple[Escalation, ...], About("Escalations", "上报记录")] = ()
    seen: Annotated[Mapping[str, str], About("Seen", "链接复核"), Field(default_factory=dict)]

    def is_overdue(self, as_of: Day) -> bool:
        """Not solved after the day by which it was to be."""
        return self.status not in {"resolved", "closed"} and self.due is not None and self.due < as_of

    @property
    def is_grave(self) -> bool:
        """Fatal or serious: somebody higher up has to know."""
        return self.severity in GRAVE

    @property
    def raised_on(self) -> Day | None:
        return self.steps[0].on if self.steps else None

    @property
    def resolution(self) -> Step | None:
        """The step that solved it; None while it is not solved, or after it came back."""
        found = None
        for before, step in zip((None, *self.steps), self.steps, strict=False):
            if step.to == "resolved":
                found = found if before is not None and before.to == "resolved" else step
            elif step.to != "closed":
                found = None
        return found

    @property
    def verification(self) -> Step | None:
        """The step that verified the solution: one from `resolved` to `resolved`."""
        found = None
        for before, step in zip(self.steps, self.steps[1:], strict=False):
            if step.to == "resolved":
                found = step if before.to == "resolved" else None
            elif step.to != "closed":
                found = None
        return found


_FINDS = ("cause", "action", "impact", "category", "severity", "urgency", "owner", "due")
_ACTIVE = ("open", "analysing", "solving")
STATES = States(
    names={
        "open": Text("open", "待分析"),
        "analysing": Text("being analysed", "分析中"),
        "solving": Text("being solved", "处理中"),
        "resolved": Text("to be verified", "待验证"),
        "closed": Text("closed", "已关闭"),
        "on_hold": Text("on hold", "挂起"),
    },
    moves=(
        Move(
            "analyse", ("open", "analysing"), "solving",
            Text("Analyse it; with its cause known it is being solved", "分析问题（查明原因后转入处理）"),
            takes=_FINDS, needs=("cause",),
        ),
        Move(
            "analyse", ("open", "analysing"), "analysing",
            Text("Analyse it; with its cause known it is being solved", "分析问题（查明原因后转入处理）"),
        ),
        Move(
            "resolve", _ACTIVE, "resolved", Text("Record that it is solved", "记录已解决，提请验证"),
            takes=("cause", "action", "changes"), needs=("cause", "action"),
        ),
        Move("verify", ("resolved",), "resolved", Text("Record that the solution holds", "记录验证通过")),
        Move("reopen", ("resolved", "closed"), "solving", Text("Take it up again", "验证未通过或复发，退回处理")),
        Move(
            "close", ("resolved",), "closed", Text("Close", "关闭"), needs=("verification",),
            otherwise=Text(
                "first `pmkit issue verify {id} --by HANDLE`, by whoever saw that it works",
                "请先由验证人确认：`pmkit issue verify {id} --by 代号`",
            ),
        ),
        Move("close", ("open", "analysing", "on_hold"), "closed", Text("Close", "关闭"), needs=("note",)),
        Move("hold", _ACTIVE, "on_hold", Text("Put on hold", "挂起"), needs=("note",)),
        Move("resume", ("on_hold",), "solving", Text("Go on with it", "恢复处理"), needs=("cause",)),
        Move("resume", ("on_hold",), "analysing", Text("Go on with it", "恢复处理")),
    ),
    closed=frozenset({"closed"}),
)  # fmt: skip

ISSUE = Kind(
    name="issue",
    prefix="ISS",
    folder="issues",
    model=Issue,
    label=Text("issue", "问题"),
    plural=Text("issues", "问题"),
    states=STATES,
    columns=("title", "severity", "owner", "due", "status"),
    due=(
        Due(Text("Analyse it", "分析原因"), ("open", "analysing"), day="due", who="owner"),
        Due(Text("Solve it", "解决问题"), ("solving",), day="due", who="owner"),
        Due(Text("Verify the solution", "验证解决结果"), ("resolved",), who="raised_by"),
        Due(Text("Go on with it, or close it", "恢复处理或关闭"), ("on_hold",), who="owner"),
    ),
)
