"""The team beside its people: who answers for what, which skills are needed, what was recognised.

Who the people are, what they know, when they came and how far their onboarding is stands in `people.yaml`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pmkit.domain.kind import About, Kind, Move, States, Tracked
from pmkit.domain.skills import INDEPENDENT
from pmkit.domain.values import Amount, Day, Handle, Line, Prose, Ref
from pmkit.kernel.text import Text

LETTERS = {
    "responsible": ("R", Text("Responsible", "执行")),
    "accountable": ("A", Text("Accountable", "负责（唯一）")),
    "consulted": ("C", Text("Consulted", "咨询")),
    "informed": ("I", Text("Informed", "知会")),
}
REWARDS = {
    "thanks": Text("thanks", "口头表扬"),
    "commendation": Text("commendation", "书面表扬"),
    "award": Text("award", "奖项"),
    "bonus": Text("bonus", "奖金"),
    "leave": Text("days off", "调休"),
}


class Responsibility(Tracked):
    """A row of the responsibility matrix: about a record, or work that is none."""

    about: Annotated[Ref | None, About("About", "对应记录", links=("*",))] = None
    work: Annotated[Line | None, About("Work", "工作")] = None
    accountable: Annotated[
        tuple[Handle, ...], About("Accountable", "负责（A）", unordered=True, links=("person",))
    ] = ()
    responsible: Annotated[
        tuple[Handle, ...], About("Responsible", "执行（R）", unordered=True, links=("person",))
    ] = ()
    consulted: Annotated[tuple[Handle, ...], About("Consulted", "咨询（C）", unordered=True, links=("person",))] = ()
    informed: Annotated[tuple[Handle, ...], About("Informed", "知会（I）", unordered=True, links=("person",))] = ()

    @property
    def name_to_show(self) -> str:
        return self.work or self.about or self.id


class SkillNeed(Tracked):
    """A skill that a role or tasks need: so many people with at least that level."""

    skill: Annotated[Line, About("Skill", "技能")]
    level: Annotated[int, Field(ge=1, le=4), About("Level", "级别")] = INDEPENDENT
    people: Annotated[int, Field(ge=1, le=1000), About("People", "人数")] = 1
    role: Annotated[Line | None, About("Role", "角色")] = None
    tasks: Annotated[tuple[Ref, ...], About("Tasks", "任务", unordered=True, links=("task",), option="task")] = ()

    @property
    def name_to_show(self) -> str:
        return self.skill


class Recognition(Tracked):
    """What people were thanked or rewarded for."""

    people: Annotated[tuple[Handle, ...], About("People", "人员", links=("person",), option="member")]
    reason: Annotated[Prose, About("Reason", "事由")]
    type: Annotated[
        Literal["thanks", "commendation", "award", "bonus", "leave"], About("Type", "形式", words=REWARDS)
    ] = "thanks"
    on: Annotated[Day | None, About("On", "日期")] = None
    amount: Annotated[Amount | None, About("Amount", "金额")] = None
    for_: Annotated[
        tuple[Ref, ...], Field(alias="for"), About("For", "关联记录", unordered=True, links=("*",), option="for")
    ] = ()

    @property
    def name_to_show(self) -> str:
        return self.reason.splitlines()[0]


def _states(begin: str, label: Text) -> States:
    return States(
        names={begin: label, "withdrawn": Text("withdrawn", "已撤销")},
        moves=(Move("withdraw", (begin,), "withdrawn", Text("Withdraw", "撤销"), own_command="pmkit team withdraw"),),
        closed=frozenset({"withdrawn"}),
    )


RESPONSIBILITY = Kind(
    name="responsibility",
    prefix="RAC",
    folder="team/raci",
    model=Responsibility,
    label=Text("responsibility", "责任分配"),
    plural=Text("responsibilities", "责任分配"),
    states=_states("assigned", Text("assigned", "有效")),
    columns=("about", "work", "accountable", "responsible", "consulted", "informed"),
    called="team",
)
SKILL_NEED = Kind(
    name="skill",
    prefix="SKL",
    folder="team/skills",
    model=SkillNeed,
    label=Text("needed skill", "技能需求"),
    plural=Text("needed skills", "技能需求"),
    states=_states("needed", Text("needed", "需要")),
    visibility="internal",
    columns=("skill", "level", "people", "role", "tasks"),
    called="team",
)
RECOGNITION = Kind(
    name="recognition",
    prefix="RWD",
    folder="team/recognitions",
    model=Recognition,
    label=Text("recognition", "表彰奖励"),
    plural=Text("recognitions", "表彰奖励"),
    states=_states("given", Text("given", "已表彰")),
    visibility="internal",
    columns=("on", "people", "type", "reason"),
    called="team",
)
