"""Lessons learned: what worked and what did not, for the next project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from pmkit.domain.kind import About, Due, Kind, Move, States, Tracked
from pmkit.domain.values import Line, Prose, Ref
from pmkit.kernel.text import Text

CATEGORIES = {
    "requirements": Text("Requirements", "需求"),
    "schedule": Text("Schedule", "进度"),
    "cost": Text("Cost", "成本"),
    "quality": Text("Quality", "质量"),
    "risk": Text("Risk", "风险"),
    "communication": Text("Communication", "沟通"),
    "procurement": Text("Procurement", "采购"),
    "technical": Text("Technical", "技术"),
    "team": Text("Team", "团队"),
    "acceptance": Text("Acceptance", "验收"),
    "management": Text("Management", "管理"),
}
VALENCES = {"worked": Text("worked", "经验"), "failed": Text("did not work", "教训")}


class Lesson(Tracked):
    """A lesson; internal. It says what happened and what to do, never who: names and numbers of people stay out."""

    title: Annotated[Line, About("Lesson", "经验或教训", content=True)]
    valence: Annotated[Literal["worked", "failed"], About("Worked or not", "性质", content=True, words=VALENCES)] = (
        "failed"
    )
    phase: Annotated[Line | None, About("Phase", "阶段", content=True)] = None
    category: Annotated[
        Literal[
            "requirements", "schedule", "cost", "quality", "risk", "communication", "procurement", "technical", "team",
            "acceptance", "management",
        ]
        | None,
        About("Category", "类别", content=True, words=CATEGORIES),
    ] = None  # fmt: skip
    context: Annotated[Prose | None, About("Context", "背景", content=True)] = None
    impact: Annotated[Prose | None, About("Impact", "影响", content=True)] = None
    cause: Annotated[Prose | None, About("Cause", "原因", content=True)] = None
    advice: Annotated[Prose | None, About("Advice", "改进建议", content=True)] = None
    department: Annotated[Line | None, About("Responsible department", "责任部门", content=True)] = None
    scope: Annotated[Line | None, About("Applies to", "适用范围", content=True)] = None
    from_: Annotated[
        tuple[Ref, ...], Field(alias="from"), About("Comes from", "来源", unordered=True, links=("*",))
    ] = ()
    origin: Annotated[Line | None, About("Project it comes from", "来源项目")] = None
    seen: Annotated[Mapping[str, str], About("Seen", "链接复核"), Field(default_factory=dict)]


STATES = States(
    names={
        "proposed": Text("proposed", "待采纳"),
        "adopted": Text("adopted", "已采纳"),
        "rejected": Text("not adopted", "不采纳"),
    },
    moves=(
        Move("adopt", ("proposed", "rejected"), "adopted", Text("Adopt it", "采纳")),
        Move("reject", ("proposed", "adopted"), "rejected", Text("Turn it down", "不采纳"), needs=("note",)),
    ),
    closed=frozenset({"adopted", "rejected"}),
)

LESSON = Kind(
    name="lesson",
    prefix="LES",
    folder="lessons",
    model=Lesson,
    label=Text("lesson learned", "经验教训"),
    plural=Text("lessons learned", "经验教训"),
    states=STATES,
    visibility="internal",
    columns=("title", "category", "phase", "status"),
    due=(Due(Text("Adopt it or turn it down", "决定是否采纳"), ("proposed",)),),
)
