"""Risks: what may happen, how bad it would be, who watches it, what is done about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from pmkit.domain.kind import About, Due, Kind, Move, Part, States, Tracked
from pmkit.domain.problems import problem_text
from pmkit.domain.rating import ASPECTS, CATEGORIES, RiskScale
from pmkit.domain.values import Amount, Day, Handle, Line, Percent, Prose, Ref, Work
from pmkit.kernel.money import Money
from pmkit.kernel.text import Text, did_you_mean

if TYPE_CHECKING:
    from pmkit.domain.project import Project

NATURES = {"threat": Text("Threat", "威胁"), "opportunity": Text("Opportunity", "机会")}
STRATEGIES = {
    "avoid": Text("Avoid", "规避"),
    "transfer": Text("Transfer", "转移"),
    "mitigate": Text("Mitigate", "减轻"),
    "accept": Text("Accept", "接受"),
    "escalate": Text("Escalate", "上报"),
    "exploit": Text("Exploit", "开拓"),
    "share": Text("Share", "分享"),
    "enhance": Text("Enhance", "提高"),
}
_OF_THREATS, _OF_OPPORTUNITIES = (
    frozenset({"avoid", "transfer", "mitigate"}),
    frozenset({"exploit", "share", "enhance"}),
)
Rating = Annotated[int, Field(ge=1, le=5)]


class Impacts(Part):
    """The impact by what it falls upon; the highest one is the risk's."""

    schedule: Annotated[Rating | None, About("Schedule", "进度")] = None
    cost: Annotated[Rating | None, About("Cost", "成本")] = None
    quality: Annotated[Rating | None, About("Quality", "质量")] = None
    scope: Annotated[Rating | None, About("Scope", "范围")] = None

    @property
    def given(self) -> dict[str, int]:
        """Those that are rated."""
        return {aspect: level for aspect in ASPECTS if (level := getattr(self, aspect)) is not None}


class Residual(Part):
    """The rating that is left once the response works."""

    probability: Annotated[Rating, About("Probability", "概率")]
    impact: Annotated[Rating, About("Impact", "影响程度")]

    @property
    def score(self) -> int:
        return self.probability * self.impact


class Risk(Tracked):
    """A risk, rated by probability and impact on the scale of the profile.

    `chance`, `delay` and `cost` are the same in figures: percent, working time and money if it happens. `tasks`: by how
    much which task would take longer (an opportunity: shorter), for the simulation of the plan.
    """

    title: Annotated[Line, About("Title", "名称", content=True)]
    cause: Annotated[Prose | None, About("Cause", "原因", content=True)] = None
    effect: Annotated[Prose | None, About("Effect", "后果", content=True)] = None
    category: Annotated[Line | None, About("Category", "类别", content=True, words=CATEGORIES)] = None
    nature: Annotated[Literal["threat", "opportunity"], About("Nature", "性质", content=True, words=NATURES)] = "threat"
    identified_on: Annotated[Day | None, About("Identified on", "识别日期")] = None
    identified_by: Annotated[Handle | None, About("Identified by", "识别人", links=("person",))] = None
    probability: Annotated[Rating | None, About("Probability", "概率", content=True)] = None
    impact: Annotated[Rating | None, About("Impact", "影响程度", content=True)] = None
    impacts: Annotated[Impacts, About("Impact by aspect", "分项影响", content=True)] = Impacts()
    chance: Annotated[Percent | None, About("Chance (%)", "发生概率（%）", content=True)] = None
    delay: Annotated[Work | None, About("Delay if it happens", "发生时延误", content=True)] = None
    cost: Annotated[Amount | None, About("Cost if it happens", "发生时费用", content=True, internal=True)] = None
    tasks: Annotated[
        Mapping[Ref, Work],
        About("Delayed tasks", "受影响任务", content=True, links=("task",)),
        Field(default_factory=dict),
    ]
    strategy: Annotated[
        Literal["avoid", "transfer", "mitigate", "accept", "escalate", "exploit", "share", "enhance"] | None,
        About("Strategy", "应对策略", content=True, words=STRATEGIES),
    ] = None
    response: Annotated[Prose | None, About("Response", "应对措施", content=True)] = None
    trigger: Annotated[Prose | None, About("Trigger", "触发条件", content=True)] = None
    contingency: Annotated[Prose | None, About("Contingency", "应急措施", content=True)] = None
    residual: Annotated[Residual | None, About("Residual rating", "残余风险", content=True)] = None
    owner: Annotated[Handle | None, About("Owner", "责任人", links=("person",))] = None
    due: Annotated[Day | None, About("Due", "期限")] = None
    review_on: Annotated[Day | None, About("Next review", "下次评估")] = None

    @property
    def score(self) -> int | None:
        """Probability x impact, 1 to 25."""
        return self.probability * self.impact if self.probability and self.impact else None

    @property
    def is_threat(self) -> bool:
        return self.nature == "threat"

    @property
    def identified(self) -> Day | None:
        """The day of its first step, where nobody said otherwise."""
        return self.identified_on or (self.steps[0].on if self.steps else None)

    def percent(self, scale: RiskScale) -> Decimal | None:
        """The chance in percent: as estimated, else what stands for the level of probability."""
        if self.chance is not None:
            return self.chance
        known = self.probability is not None and self.probability <= scale.scale
        return scale.percent_of(self.probability or 1) if known else None

    def expected_cost(self, scale: RiskScale) -> Money | None:
        """Expected monetary value, chance x cost; what an opportunity saves is negative. None without figures."""
        percent = self.percent(scale)
        if percent is None or self.cost is None:
            return None
        return Money(self.cost.amount * percent / 100 * (1 if self.is_threat else -1), self.cost.currency)

    def expected_days(self, scale: RiskScale, *, day: int, week: int) -> Decimal | None:
        """Chance x delay in working days of the project's calendar, to a tenth; negative for an opportunity."""
        percent = self.percent(scale)
        if percent is None or self.delay is None:
            return None
        days = Decimal(self.delay.minutes(day=day, week=week)) * percent / 100 / day
        return (days if self.is_threat else -days).quantize(Decimal("0.1"))


def rules(risk: Risk, project: Project) -> Iterator[tuple[str, Text]]:
    """What does not fit the profile's scale and categories, or the risk itself, by the field."""
    scale = project.risk
    if risk.category is not None and risk.category not in scale.categories:
        names = scale.category_words()
        meant = [code for code, word in names.items() if risk.category.casefold() in {word.en.casefold(), word.zh}]
        hint = did_you_mean(meant[0] if meant else risk.category, meant or names)
        says = Text(en="`{word}` {problem}; {hint}", zh="`{word}` {problem}；{hint}")
        problem = problem_text("literal_error").format(expected=Text.join(map(Text.same, names)))
        yield "category", says.format(word=risk.category, problem=problem, hint=hint).stripped()
    levels = {"probability": risk.probability, "impact": risk.impact}
    for key, level in levels.items():
        if level is not None and level > scale.scale:
            yield (
                key,
                Text(
                    en="`{level}` is above {n}, the scale of the profile", zh="`{level}` 超出项目概况规定的 {n} 级"
                ).format(level=level, n=scale.scale),
            )
    highest = max(risk.impacts.given.values(), default=None)
    if highest is not None and risk.impact != highest:
        yield (
            "impact",
            Text(en="`{n}` is not {m}, the highest of its aspects", zh="`{n}` 与分项影响的最高值 {m} 不符").format(
                n=risk.impact or "", m=highest
            ),
        )
    if risk.chance is not None and risk.probability not in (None, level := scale.probability_level(risk.chance)):
        yield (
            "probability",
            Text(
                en="`{n}` is not {m}, the level of a chance of {p}%", zh="`{n}` 与发生概率 {p}% 对应的 {m} 级不符"
            ).format(n=risk.probability, p=risk.chance, m=level),
        )
    unfit = _OF_OPPORTUNITIES if risk.is_threat else _OF_THREATS
    if risk.strategy in unfit:
        yield (
            "strategy",
            Text(en="`{code}` is no response to a {nature}", zh="`{code}`（{word}）不适用于{nature}").format(
                code=risk.strategy, word=STRATEGIES[risk.strategy], nature=Text(risk.nature, NATURES[risk.nature].zh)
            ),
        )


_REVIEW = Text("Look at it again", "复评")
STATES = States(
    names={
        "open": Text("open", "已识别"),
        "assessed": Text("assessed", "已评估"),
        "responding": Text("responding", "应对中"),
        "closed": Text("closed", "已关闭"),
        "occurred": Text("occurred", "已发生"),
    },
    moves=(
        Move(
            "assess", ("open", "assessed", "responding"), "assessed",
            Text("Record the assessment", "记录评估"), own_command="pmkit risk assess",
        ),
        Move(
            "respond", ("assessed",), "responding",
            Text("Start the response", "开始应对"), own_command="pmkit risk respond",
        ),
        Move("review", ("assessed",), "assessed", _REVIEW, own_command="pmkit risk review"),
        Move("review", ("responding",), "responding", _REVIEW, own_command="pmkit risk review"),
        Move("close", ("open", "assessed", "responding"), "closed", Text("Close", "关闭")),
        Move(
            "occur", ("open", "assessed", "responding"), "occurred",
            Text("Record that it happened", "记录已发生"), own_command="pmkit risk occur",
        ),
        Move("reopen", ("closed",), "open", Text("Open again", "重新打开")),
    ),
    closed=frozenset({"closed", "occurred"}),
)  # fmt: skip

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
    rules=rules,
    enters=frozenset(STATES.names),
    due=(
        Due(Text("Assess", "评估"), ("open",), who="owner"),
        Due(Text("Respond", "落实应对措施"), ("assessed", "responding"), day="due", who="owner"),
        Due(Text("Review", "复核"), day="review_on", who="owner"),
    ),
)
