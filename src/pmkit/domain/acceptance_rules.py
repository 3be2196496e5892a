"""How the project accepts: what a stage needs before it is entered, and what it takes to pass (FORMS §3)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from pmkit.domain.kind import About, Part
from pmkit.domain.values import Line, Percent, Work
from pmkit.kernel.duration import Duration
from pmkit.kernel.text import Text

STAGES = {
    "goods": Text("Goods receipt", "到货验收"),
    "preliminary": Text("Preliminary acceptance", "初验"),
    "trial": Text("Trial run", "试运行"),
    "final": Text("Final acceptance", "终验"),
    "warranty_end": Text("End of warranty", "质保期满"),
}
# What a stage can ask for before it is entered.
CONDITIONS = {
    "goods": Text("goods accepted", "到货验收通过"),
    "deliverables": Text("deliverables submitted", "交付物已提交"),
    "preliminary": Text("preliminary acceptance passed", "初验通过"),
    "training": Text("training held", "培训已完成"),
    "go_live": Text("go-live approved", "上线切换已批准"),
    "trial": Text("trial run passed", "试运行通过"),
    "punch_list": Text("punch list closed", "初验遗留问题已整改"),
    "user_report": Text("user report", "用户使用报告"),
    "outside_reports": Text("required outside reports", "应有第三方报告"),
    "documents": Text("documents complete", "资料齐全"),
}
Condition = Literal[
    "goods", "deliverables", "preliminary", "training", "go_live", "trial", "punch_list", "user_report",
    "outside_reports", "documents",
]  # fmt: skip
StageName = Literal["goods", "preliminary", "trial", "final", "warranty_end"]
ENTER: Mapping[StageName, tuple[Condition, ...]] = {
    "goods": (),
    "preliminary": ("deliverables",),
    "trial": ("preliminary", "training", "go_live"),
    "final": ("trial", "punch_list", "user_report", "outside_reports", "documents"),
    "warranty_end": (),
}


class PassRules(Part):
    """What it takes to pass: shares of cases in percent, and how many defects of each severity may be open."""

    must_cases: Annotated[Percent, About("Must cases passed (%)", "必测用例通过率（%）")] = Decimal(100)
    other_cases: Annotated[Percent, About("Other cases passed (%)", "其他用例通过率（%）")] = Decimal(95)
    fatal: Annotated[int, About("Fatal defects open", "遗留致命缺陷上限"), Field(ge=0)] = 0
    serious: Annotated[int, About("Serious defects open", "遗留严重缺陷上限"), Field(ge=0)] = 0
    normal: Annotated[
        int, About("Normal defects open, each with a day", "遗留一般缺陷上限（须有期限）"), Field(ge=0)
    ] = 5
    starred_clauses: Annotated[Percent, About("Starred clauses met (%)", "★条款满足率（%）")] = Decimal(100)


class FigureRule(Part):
    """A figure that every trial run has to hold, unless it names its own."""

    name: Annotated[Line, About("Indicator", "指标")]
    target: Annotated[Line, About("Target", "目标")]


class TrialRules(Part):
    """How long a trial run lasts at least, which incidents start its clock again, which figures it has to hold."""

    minimum: Annotated[Work, About("At least", "最短时长")] = Duration.parse("30ed")
    restart_on: Annotated[
        tuple[Literal["fatal", "serious", "normal", "minor"], ...],
        About("Severities that restart the clock", "重新计时的故障级别"),
    ] = ("fatal",)
    figures: Annotated[tuple[FigureRule, ...], About("Figures", "指标")] = ()


class WarrantyRules(Part):
    """How long the warranty lasts from final acceptance."""

    months: Annotated[int, About("Months", "期限（月）"), Field(ge=1, le=600)] = 12
    inspect_every: Annotated[int | None, About("Inspections every (months)", "巡检周期（月）"), Field(ge=1, le=120)] = (
        None
    )


class AcceptanceRules(Part):
    """The project's rules of acceptance. What is left out is as pmkit has it."""

    enter: Annotated[
        Mapping[StageName, tuple[Condition, ...]], About("Entry conditions", "进入条件", words=STAGES)
    ] = {}
    pass_: Annotated[PassRules, Field(alias="pass"), About("To pass", "合格判定")] = PassRules()
    trial: Annotated[TrialRules, About("Trial run", "试运行")] = TrialRules()
    warranty: Annotated[WarrantyRules, About("Warranty", "质保")] = WarrantyRules()

    def entry(self, stage: StageName) -> tuple[Condition, ...]:
        """What a stage needs before it is entered: the project's own list, else pmkit's."""
        return self.enter.get(stage, ENTER[stage])
