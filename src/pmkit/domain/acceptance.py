"""Acceptance cases: how it is shown that a requirement is met."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from pmkit.domain.acceptance_rules import STAGES
from pmkit.domain.kind import About, Due, Kind, Move, States, Tracked
from pmkit.domain.values import Handle, Line, Prose, Ref
from pmkit.kernel.text import Text

METHODS = {
    "demonstration": Text("Demonstration", "演示"),
    "test": Text("Test", "测试"),
    "analysis": Text("Analysis", "分析"),
    "inspection": Text("Inspection", "检查"),
}
ANY_STAGE = frozenset({"preliminary", "final"})  # those of a case that names none
PRIORITIES = {"must": Text("Must pass", "必测"), "other": Text("Other", "其他")}


class AcceptanceCase(Tracked):
    """An acceptance case; its content is what will be done and what has to come out."""

    title: Annotated[Line, About("Title", "名称", content=True)]
    criterion: Annotated[Prose | None, About("Acceptance criterion", "验收标准", content=True)] = None
    method: Annotated[
        Literal["demonstration", "test", "analysis", "inspection"] | None,
        About("Method", "验收方法", content=True, words=METHODS),
    ] = None
    stage: Annotated[
        Literal["goods", "preliminary", "trial", "final", "warranty_end"] | None,
        About("Stage", "验收阶段", content=True, words=STAGES),
    ] = None
    priority: Annotated[
        Literal["must", "other"], About("Must pass or other", "必测或其他", content=True, words=PRIORITIES)
    ] = "must"
    preconditions: Annotated[Prose | None, About("Preconditions", "前提条件", content=True)] = None
    procedure: Annotated[tuple[Prose, ...], About("Procedure", "操作步骤", content=True)] = ()
    expected: Annotated[Prose | None, About("Expected result", "预期结果", content=True)] = None
    requirements: Annotated[
        tuple[Ref, ...], About("Requirements", "对应需求", unordered=True, links=("requirement",), option="requirement")
    ] = ()
    deliverables: Annotated[
        tuple[Ref, ...],
        About("Deliverables", "对应交付物", unordered=True, links=("deliverable",), option="deliverable"),
    ] = ()
    automated: Annotated[
        tuple[Line, ...], About("Automated tests", "自动化用例", unordered=True, option="automated")
    ] = ()
    owner: Annotated[Handle | None, About("Owner", "责任人", links=("person",))] = None
    customer_owner: Annotated[Handle | None, About("Customer's owner", "客户方责任人", links=("person",))] = None
    seen: Annotated[Mapping[str, str], About("Seen", "链接复核"), Field(default_factory=dict)]

    def is_for(self, stage: str) -> bool:
        """True where it is run at a stage; a case without one is run at the preliminary and the final acceptance."""
        return self.stage == stage or (self.stage is None and stage in ANY_STAGE)


STATES = States(
    names={
        "draft": Text("draft", "草稿"),
        "ready": Text("ready", "可执行"),
        "passed": Text("passed", "通过"),
        "failed": Text("failed", "不通过"),
        "waived": Text("waived", "豁免"),
        "cancelled": Text("cancelled", "已取消"),
    },
    moves=(
        Move("ready", ("draft",), "ready", Text("Mark as ready to run", "标记为可执行")),
        Move("pass", ("ready", "failed", "passed"), "passed", Text("Record that it passed", "记录通过")),
        Move("fail", ("ready", "passed", "failed"), "failed", Text("Record that it failed", "记录不通过")),
        Move(
            "waive", ("draft", "ready", "failed"), "waived",
            Text("Record that the customer waives it", "记录建设单位同意豁免"),
            own_command="pmkit acceptance case waive",
        ),
        Move("cancel", ("draft", "ready"), "cancelled", Text("Cancel", "取消")),
    ),
    closed=frozenset({"passed", "waived", "cancelled"}),
)  # fmt: skip

CASE = Kind(
    name="case",
    prefix="CAS",
    folder="acceptance/cases",
    model=AcceptanceCase,
    label=Text("acceptance case", "验收用例"),
    plural=Text("acceptance cases", "验收用例"),
    states=STATES,
    called="acceptance case",
    columns=("title", "requirements", "priority", "stage", "status"),
    due=(Due(Text("Mend and test again", "整改并复测"), ("failed",), who="owner"),),
)
