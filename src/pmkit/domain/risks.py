"""Risks: what may happen, how bad it would be, who watches it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pmkit.domain.kind import About, Due, Kind, Move, States, Tracked
from pmkit.domain.values import Day, Handle, Line, Prose
from pmkit.kernel.text import Text

CATEGORIES = {
    "technical": Text("Technical", "技术"),
    "management": Text("Management", "管理"),
    "market": Text("Market", "市场"),
    "external": Text("External", "外部"),
    "supply": Text("Supply", "供货"),
    "customer": Text("Customer", "客户"),
}
STRATEGIES = {
    "avoid": Text("Avoid", "规避"),
    "transfer": Text("Transfer", "转移"),
    "mitigate": Text("Mitigate", "减轻"),
    "accept": Text("Accept", "接受"),
    "escalate": Text("Escalate", "上报"),
}
BANDS = {
    "low": Text("Low", "低"),
    "medium": Text("Medium", "中"),
    "high": Text("High", "高"),
    "extreme": Text("Extreme", "极高"),
}
Rating = Annotated[int, Field(ge=1, le=5)]


def band(score: int) -> str:
    """The band of probability x impact: 1-4 low, 5-9 medium, 10-14 high, 15-25 extreme."""
    return "low" if score < 5 else "medium" if score < 10 else "high" if score < 15 else "extreme"


class Risk(Tracked):
    """A risk, rated by probability and impact from 1 to 5."""

    title: Annotated[Line, About("Title", "名称", content=True)]
    cause: Annotated[Prose | None, About("Cause", "原因", content=True)] = None
    effect: Annotated[Prose | None, About("Effect", "后果", content=True)] = None
    category: Annotated[
        Literal["technical", "management", "market", "external", "supply", "customer"] | None,
        About("Category", "类别", content=True, words=CATEGORIES),
    ] = None
    probability: Annotated[Rating | None, About("Probability", "概率", content=True)] = None
    impact: Annotated[Rating | None, About("Impact", "影响程度", content=True)] = None
    strategy: Annotated[
        Literal["avoid", "transfer", "mitigate", "accept", "escalate"] | None,
        About("Strategy", "应对策略", content=True, words=STRATEGIES),
    ] = None
    response: Annotated[Prose | None, About("Response", "应对措施", content=True)] = None
    trigger: Annotated[Prose | None, About("Trigger", "触发条件", content=True)] = None
    contingency: Annotated[Prose | None, About("Contingency", "应急措施", content=True)] = None
    owner: Annotated[Handle | None, About("Owner", "责任人", links=("person",))] = None
    due: Annotated[Day | None, About("Due", "期限")] = None
    review_on: Annotated[Day | None, About("Next review", "下次评估")] = None

    @property
    def score(self) -> int | None:
        """Probability x impact, 1 to 25."""
        return self.probability * self.impact if self.probability and self.impact else None

    @property
    def band(self) -> str | None:
        return band(self.score) if self.score else None


STATES = States(
    names={
        "open": Text("open", "已识别"),
        "assessed": Text("assessed", "已评估"),
        "responding": Text("responding", "应对中"),
        "closed": Text("closed", "已关闭"),
        "occurred": Text("occurred", "已发生"),
    },
    moves=(
        Move("assess", ("open", "assessed", "responding"), "assessed", Text("Record the assessment", "记录评估")),
        Move("respond", ("assessed",), "responding", Text("Start the response", "开始应对")),
        Move("close", ("open", "assessed", "responding"), "closed", Text("Close", "关闭")),
        Move("occur", ("open", "assessed", "responding"), "occurred", Text("Record that it happened", "记录已发生")),
    ),
    closed=frozenset({"closed", "occurred"}),
)

RISK = Kind(
    name="risk",
    prefix="RSK",
    folder="risks",
    model=Risk,
    label=Text("risk", "风险"),
    plural=Text("risks", "风险"),
    states=STATES,
    visibility="internal",
    columns=("title", "probability", "impact", "owner", "status"),
    due=(
        Due(Text("Assess", "评估"), ("open",), who="owner"),
        Due(Text("Respond", "落实应对措施"), ("assessed", "responding"), day="due", who="owner"),
        Due(Text("Review", "复核"), day="review_on", who="owner"),
    ),
)
