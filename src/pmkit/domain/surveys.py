"""Satisfaction surveys: what was asked, who answered what, and what it comes to."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Literal

from pydantic import Field

from pmkit.domain.kind import About, Due, Kind, Move, Part, SignedPaper, States
from pmkit.domain.papers import OnPaper
from pmkit.domain.values import Day, Handle, Line, Prose
from pmkit.kernel.text import Text

STAGES = {
    "implementation": Text("During implementation", "实施中"),
    "after_acceptance": Text("After acceptance", "验收后"),
    "warranty": Text("In the warranty period", "质保期"),
}
MODES = {
    "paper": Text("On paper", "书面"),
    "online": Text("Online", "在线问卷"),
    "phone": Text("By phone", "电话"),
    "interview": Text("Interview", "面谈"),
}
# The twelve items of the form, in its order.
ITEMS = {
    "needs": Text("Understanding of needs", "需求理解"),
    "schedule": Text("Schedule", "进度"),
    "quality": Text("System quality", "系统质量"),
    "competence": Text("Competence", "专业能力"),
    "attitude": Text("Attitude", "服务态度"),
    "communication": Text("Communication", "沟通及时"),
    "problems": Text("Problem solving", "问题处理"),
    "changes": Text("Change handling", "变更处理"),
    "documents": Text("Documents", "文档"),
    "training": Text("Training", "培训"),
    "site": Text("Site and safety", "现场与安全"),
    "overall": Text("Overall", "总体"),
}
GRADES = {
    5: Text("Very satisfied 5", "很满意5"),
    4: Text("Satisfied 4", "满意4"),
    3: Text("Neutral 3", "一般3"),
    2: Text("Dissatisfied 2", "不满意2"),
    1: Text("Very dissatisfied 1", "很不满意1"),
}
Score = Annotated[int, Field(ge=1, le=5)]
# An item below this average, or with a single answer of this or less, asks for something to be done.
LOW_AVERAGE = Decimal("3.5")
LOW_SCORE = 2


class SurveyAnswer(Part):
    """What one person answered: scores by item from 1 to 5, and in words. Who it was is personal."""

    respondent: Annotated[Line | None, About("Respondent", "被调查人", internal=True)] = None
    department: Annotated[Line | None, About("Department", "部门", internal=True)] = None
    position: Annotated[Line | None, About("Position", "职务", internal=True)] = None
    on: Annotated[Day, About("On", "日期")]
    scores: Annotated[Mapping[str, Score], About("Scores", "评分", words=ITEMS)]
    remarks: Annotated[Mapping[str, Prose], About("Remarks", "说明", words=ITEMS)] = {}
    best: Annotated[Prose | None, About("Best", "最满意")] = None
    improve: Annotated[Prose | None, About("To improve", "需改进")] = None
    suggestions: Annotated[Prose | None, About("Suggestions", "建议")] = None
    recommend: Annotated[int | None, About("Would recommend (0-10)", "愿意推荐（0-10）"), Field(ge=0, le=10)] = None


class Survey(OnPaper):
    """A survey; its content is what is asked. The answers are our own: no customer's document shows who said what."""

    title: Annotated[Line, About("Survey", "调查名称", content=True)]
    stage: Annotated[
        Literal["implementation", "after_acceptance", "warranty"],
        About("Stage", "阶段", content=True, words=STAGES),
    ] = "implementation"
    mode: Annotated[
        Literal["paper", "online", "phone", "interview"], About("Mode", "方式", content=True, words=MODES)
    ] = "paper"
    more_items: Annotated[tuple[Line, ...], About("Further items", "另加评价项目", content=True, option="item")] = ()
    asked: Annotated[
        tuple[Handle, ...], About("Asked", "被调查人", unordered=True, internal=True, links=("person",), option="to")
    ] = ()
    reply_by: Annotated[Day | None, About("Reply by", "回复期限")] = None
    owner: Annotated[Handle | None, About("Owner", "责任人", links=("person",))] = None
    answers: Annotated[tuple[SurveyAnswer, ...], About("Answers", "调查结果", internal=True)] = ()

    @property
    def items(self) -> dict[str, Text]:
        """The items that are asked, by the key that answers name them by: the form's twelve, then this survey's own."""
        return ITEMS | {text: Text.same(text) for text in self.more_items}

    @property
    def averages(self) -> dict[str, Decimal]:
        """The average of each item that somebody scored, to two places."""
        found = {}
        for key in self.items:
            given = [answer.scores[key] for answer in self.answers if key in answer.scores]
            if given:
                found[key] = mean(given)
        return found

    @property
    def score(self) -> Decimal | None:
        """The average of all scores; None without answers."""
        given = [score for answer in self.answers for score in answer.scores.values()]
        return mean(given) if given else None

    @property
    def recommendation(self) -> Decimal | None:
        """The average of 0 to 10; None where nobody said."""
        given = [answer.recommend for answer in self.answers if answer.recommend is not None]
        return mean(given) if given else None

    @property
    def low_items(self) -> tuple[str, ...]:
        """The items that ask for something to be done: a low average, or a single bad score."""
        averages = self.averages
        worst = {key: min(answer.scores[key] for answer in self.answers if key in answer.scores) for key in averages}
        return tuple(key for key, value in averages.items() if value < LOW_AVERAGE or worst[key] <= LOW_SCORE)


def mean(values: list[int]) -> Decimal:
    """The average to two places, halves up."""
    return (Decimal(sum(values)) / len(values)).quantize(Decimal("0.01"), ROUND_HALF_UP)


STATES = States(
    names={
        "open": Text("open", "调查中"),
        "closed": Text("closed", "已结束"),
        "cancelled": Text("cancelled", "已取消"),
    },
    moves=(
        Move(
            "close", ("open",), "closed", Text("Close; no more answers are taken", "结束调查"), needs=("answers",),
            otherwise=Text(
                "record an answer: `pmkit survey record {id} --scores ...`, or cancel it",
                "请先录入结果：`pmkit survey record {id} --scores 评分`，或取消调查",
            ),
        ),
        Move("reopen", ("closed",), "open", Text("Take answers again", "重新接收结果")),
        Move("cancel", ("open",), "cancelled", Text("Cancel", "取消调查")),
    ),
    closed=frozenset({"closed", "cancelled"}),
)  # fmt: skip

SURVEY = Kind(
    name="survey",
    prefix="SRV",
    folder="surveys",
    model=Survey,
    label=Text("survey", "满意度调查"),
    plural=Text("surveys", "满意度调查"),
    states=STATES,
    paper=SignedPaper(Text("Satisfaction survey", "客户满意度调查表"), sealed=False),
    columns=("title", "stage", "reply_by", "status"),
    due=(Due(Text("Collect the answers", "回收调查表"), ("open",), day="reply_by", who="owner"),),
)
