"""Requirements: what the customer was promised, in words that can be tested."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from pmkit.domain.kind import About, Kind, Move, States, Tracked
from pmkit.domain.values import Handle, Line, Prose, Ref
from pmkit.kernel.text import Text

PRIORITIES = {
    "must": Text("Must", "必须"),
    "should": Text("Should", "应当"),
    "could": Text("Could", "可选"),
    "wont": Text("Won't", "本期不做"),
}
CATEGORIES = {
    "functional": Text("Functional", "功能"),
    "interface": Text("Interface", "外部接口"),
    "data": Text("Data", "数据"),
    "migration": Text("Migration", "数据迁移"),
    "performance": Text("Performance", "性能"),
    "security": Text("Security", "安全与保密"),
    "reliability": Text("Reliability", "可靠性"),
    "deployment": Text("Deployment", "部署环境"),
    "constraint": Text("Design constraint", "设计约束"),
    "training": Text("Training", "培训"),
    "documentation": Text("Documentation", "文档"),
    "support": Text("Support", "运维与售后"),
    "other": Text("Other", "其他"),
}
FITS = {
    "standard": Text("Standard", "标准功能"),
    "configured": Text("Configured", "配置实现"),
    "custom": Text("Custom", "定制开发"),
}
METHODS = {
    "demonstration": Text("Demonstration", "演示"),
    "test": Text("Test", "测试"),
    "analysis": Text("Analysis", "分析"),
    "inspection": Text("Inspection", "检查"),
}


class Requirement(Tracked):
    """A requirement; its statement, priority, acceptance criteria and the like are what is signed."""

    title: Annotated[Line, About("Title", "名称", content=True)]
    statement: Annotated[Prose | None, About("Statement", "需求描述", content=True)] = None
    rationale: Annotated[Prose | None, About("Rationale", "理由", content=True)] = None
    category: Annotated[
        Literal[
            "functional", "interface", "data", "migration", "performance", "security", "reliability", "deployment",
            "constraint", "training", "documentation", "support", "other",
        ] | None,
        About("Category", "类别", content=True, words=CATEGORIES),
    ] = None  # fmt: skip
    priority: Annotated[
        Literal["must", "should", "could", "wont"] | None, About("Priority", "优先级", content=True, words=PRIORITIES)
    ] = None
    fit: Annotated[
        Literal["standard", "configured", "custom"] | None, About("Fit", "满足方式", content=True, words=FITS)
    ] = None
    solution: Annotated[Prose | None, About("Solution", "实现方案", content=True)] = None
    acceptance: Annotated[
        tuple[Prose, ...], About("Acceptance criteria", "验收标准", content=True, option="accept")
    ] = ()
    source: Annotated[Line | None, About("Source", "来源")] = None
    from_: Annotated[
        tuple[Ref, ...],
        Field(alias="from"),
        About("Comes from", "来源记录", links=("interview", "meeting", "change", "objective")),
    ] = ()
    objectives: Annotated[
        tuple[Ref, ...], About("Objectives", "对应目标", unordered=True, links=("objective",), option="objective")
    ] = ()
    parent: Annotated[Ref | None, About("Parent", "上级需求", links=("requirement",))] = None
    derived_from: Annotated[
        tuple[Ref, ...], About("Derived from", "派生自", unordered=True, links=("requirement",))
    ] = ()
    owner: Annotated[Handle | None, About("Owner", "责任人", links=("person",))] = None
    customer_owner: Annotated[Handle | None, About("Customer's owner", "客户方责任人", links=("person",))] = None
    verification: Annotated[
        tuple[Literal["demonstration", "test", "analysis", "inspection"], ...],
        About("Verification", "验证方法", unordered=True, words=METHODS, option="verify-by"),
    ] = ()
    attributes: Annotated[
        Mapping[str, Any], About("Attributes of another tool", "其他工具的属性"), Field(default_factory=dict)
    ]
    seen: Annotated[Mapping[str, str], About("Seen", "链接复核"), Field(default_factory=dict)]


STATES = States(
    names={
        "draft": Text("draft", "草稿"),
        "reviewed": Text("reviewed", "已评审"),
        "confirmed": Text("confirmed", "已确认"),
        "implemented": Text("implemented", "已实现"),
        "verified": Text("verified", "已验证"),
        "accepted": Text("accepted", "已验收"),
        "rejected": Text("rejected", "不采纳"),
        "withdrawn": Text("withdrawn", "已撤销"),
    },
    moves=(
        Move("review", ("draft",), "reviewed", Text("Mark as reviewed", "标记为已评审")),
        Move(
            "confirm", ("reviewed",), "confirmed",
            Text("Have it signed", "送签确认"), own_command="pmkit signoff prepare",
        ),
        Move("implement", ("confirmed",), "implemented", Text("Mark as implemented", "标记为已实现")),
        Move("verify", ("implemented",), "verified", Text("Mark as verified", "标记为已验证")),
        Move("accept", ("verified",), "accepted", Text("Mark as accepted", "标记为已验收")),
        Move("reject", ("draft", "reviewed"), "rejected", Text("Turn down", "标记为不采纳")),
        Move("withdraw", ("draft", "reviewed"), "withdrawn", Text("Withdraw", "撤销")),
        Move(  # what is signed goes by a change, which writes the step when it is applied
            "withdraw by change", ("confirmed", "implemented", "verified"), "withdrawn",
            Text("Withdraw by a change", "通过变更撤销"), own_command="pmkit change request --title ... --withdraw",
        ),
    ),
    closed=frozenset({"accepted", "rejected", "withdrawn"}),
)  # fmt: skip

REQUIREMENT = Kind(
    name="requirement",
    prefix="REQ",
    folder="requirements",
    model=Requirement,
    label=Text("requirement", "需求"),
    plural=Text("requirements", "需求"),
    states=STATES,
    columns=("title", "priority", "category", "owner", "status"),
    signable=True,
)
