"""How risks are rated: the scale, what each level means, the bands of the score (defaults FORMS §3)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from pmkit.domain.kind import About, Part
from pmkit.domain.values import Line, Span
from pmkit.kernel.duration import Duration
from pmkit.kernel.text import Text

Band = Literal["low", "medium", "high", "extreme"]
Aspect = Literal["schedule", "cost", "quality", "scope"]
BANDS: dict[Band, Text] = {
    "low": Text("Low", "低"),
    "medium": Text("Medium", "中"),
    "high": Text("High", "高"),
    "extreme": Text("Extreme", "极高"),
}
SERIOUS: frozenset[Band | None] = frozenset({"high", "extreme"})
ASPECTS: dict[Aspect, Text] = {
    "schedule": Text("Schedule", "进度"),
    "cost": Text("Cost", "成本"),
    "quality": Text("Quality", "质量"),
    "scope": Text("Scope", "范围"),
}
BUILT_IN = (3, 5)  # numbers of levels for which there are defaults
LEVELS = {
    3: (Text("low", "低"), Text("medium", "中"), Text("high", "高")),
    5: (
        Text("very low", "极低"),
        Text("low", "低"),
        Text("medium", "中"),
        Text("high", "高"),
        Text("very high", "极高"),
    ),
}
CATEGORIES = {
    "technical": Text("Technical", "技术"),
    "management": Text("Management", "管理"),
    "market": Text("Market", "市场"),
    "external": Text("External", "外部"),
    "supply": Text("Supply", "供货"),
    "customer": Text("Customer", "客户"),
}
# What the built-in scales mean. The last level is everything above the last limit.
_PROBABILITY = {3: (30, 60), 5: (10, 30, 50, 70)}
_SCHEDULE = {3: ("3d", "10d"), 5: ("2d", "5d", "10d", "20d")}
_COST = {3: ("1%", "3%"), 5: ("0.5%", "1%", "3%", "5%")}
_FROM = {3: (3, 6, 9), 5: (5, 10, 15)}
_QUALITY = {
    3: (
        Text("workaround", "有替代办法"),
        Text("one function below target", "个别功能不达标"),
        Text("acceptance item fails", "验收项不通过"),
    ),
    5: (
        Text("cosmetic", "仅影响观感"),
        Text("workaround", "有替代办法"),
        Text("one function below target", "个别功能不达标"),
        Text("acceptance item fails", "验收项不通过"),
        Text("unusable or unsafe", "无法使用或不安全"),
    ),
}
REVIEW_WITHIN: dict[Band, int] = {"low": 30, "medium": 14, "high": 7, "extreme": 7}  # days to the next look at it
Limit = Annotated[Decimal, Field(ge=0, le=100)]


def _levels(value: int) -> int:
    if value not in BUILT_IN:
        raise PydanticCustomError("levels", "is neither 3 nor 5")
    return value


_Levels = Annotated[int, AfterValidator(_levels), WithJsonSchema({"enum": [3, 5]})]
_Share = Annotated[Line, Field(pattern=r"^[0-9]{1,3}(\.[0-9]{1,2})?%$")]


class RiskScale(Part):
    """The project's own way of rating; what is left out is the default of the scale.

    `probability`: the upper limit of each level but the last, in percent. `schedule`, `cost`: the same for the impact,
    as durations and as percent of the contract price. `bands`: the lowest scores of medium, high and extreme.
    """

    scale: Annotated[_Levels, About("Levels", "等级数")] = 5
    categories: Annotated[tuple[Line, ...], About("Categories", "风险类别")] = tuple(CATEGORIES)
    probability: Annotated[tuple[Limit, ...], About("Probability up to (%)", "概率上限（%）")] = ()
    schedule: Annotated[tuple[Span, ...], About("Delay up to", "进度影响上限")] = ()
    cost: Annotated[tuple[_Share, ...], About("Cost up to (of the contract price)", "成本影响上限（占合同价款）")] = ()
    quality: Annotated[tuple[Line, ...], About("Quality: what each level means", "质量影响各级含义")] = ()
    bands: Annotated[tuple[int, ...], About("Bands begin at", "等级起始分值")] = ()

    # --- what holds --------------------------------------------------------------------------------------------------

    @property
    def probability_limits(self) -> tuple[Decimal, ...]:
        """Upper limits in percent of all levels but the last."""
        return self.probability or tuple(map(Decimal, _PROBABILITY[self.scale]))

    @property
    def schedule_limits(self) -> tuple[Duration, ...]:
        return self.schedule or tuple(map(Duration.parse, _SCHEDULE[self.scale]))

    @property
    def cost_limits(self) -> tuple[Decimal, ...]:
        """In percent of the contract price."""
        return tuple(Decimal(text.rstrip("%")) for text in self.cost or _COST[self.scale])

    @property
    def quality_words(self) -> tuple[Text, ...]:
        return tuple(map(Text.same, self.quality)) or _QUALITY[self.scale]

    @property
    def band_limits(self) -> tuple[int, ...]:
        """The lowest scores of medium, high, extreme."""
        return self.bands or _FROM[self.scale]

    def band(self, score: int | None) -> Band | None:
        """The band of probability x impact: by default 1-4 low, 5-9 medium, 10-14 high, 15-25 extreme."""
        return None if score is None else tuple(BANDS)[bisect_right(self.band_limits, score)]

    def level_name(self, level: int) -> Text:
        """What a level is called: `3 medium`."""
        names = LEVELS[self.scale]
        return names[level - 1] if 1 <= level <= len(names) else Text.same(str(level))

    # --- from figures to levels --------------------------------------------------------------------------------------

    def probability_level(self, percent: Decimal) -> int:
        """The level of a chance in percent; a limit itself belongs to the lower level."""
        return bisect_left(self.probability_limits, percent) + 1

    def percent_of(self, level: int) -> Decimal:
        """The chance in percent that stands for a level: the middle between its limits."""
        limits = (Decimal(0), *self.probability_limits, Decimal(100))
        return (limits[level - 1] + limits[level]) / 2

    def schedule_level(self, minutes: int, *, day: int, week: int) -> int:
        """The level of a delay in working minutes."""
        return bisect_left([limit.minutes(day=day, week=week) for limit in self.schedule_limits], minutes) + 1

    def cost_level(self, percent: Decimal) -> int:
        """The level of a cost in percent of the contract price."""
        return bisect_left(self.cost_limits, percent) + 1

    def category_words(self) -> dict[str, Text]:
        """The project's categories and what they are called."""
        return {code: CATEGORIES.get(code, Text.same(code)) for code in self.categories}

    # --- what is wrong with it ---------------------------------------------------------------------------------------

    def problems(self) -> Iterator[tuple[str, Text]]:
        """Keys of the profile that do not fit the scale, and what is wrong with each."""
        for key, wanted in (
            ("probability", self.scale - 1), ("schedule", self.scale - 1), ("cost", self.scale - 1),
            ("quality", self.scale), ("bands", 3),
        ):  # fmt: skip
            given = getattr(self, key)
            if given and len(given) != wanted:
                yield (
                    key,
                    Text(en="needs {n} values, has {m}", zh="应有 {n} 个值，实有 {m} 个").format(
                        n=wanted, m=len(given)
                    ),
                )
        week = {"day": 480, "week": 2400}  # only the order counts
        rising: tuple[tuple[str, Sequence[Decimal | int]], ...] = (
            ("probability", self.probability_limits),
            ("schedule", [limit.minutes(**week) for limit in self.schedule_limits]),
            ("cost", self.cost_limits),
            ("bands", self.band_limits),
        )
        for key, values in rising:
            if any(a >= b for a, b in pairwise(values)):
                yield key, Text("does not rise", "应逐级递增")
