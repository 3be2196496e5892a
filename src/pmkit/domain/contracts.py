"""Contracts: price with tax, period in calendar days, clauses with what was answered to each; and what amends them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from pmkit.domain.kind import About, Due, Evidence, Kind, Move, Part, SignedPaper, States
from pmkit.domain.papers import OnPaper
from pmkit.domain.values import Amount, Day, Flag, Handle, Line, Percent, Prose, Ref
from pmkit.kernel.text import Text

DEVIATIONS = {
    "positive": Text("Better", "正偏离"),
    "none": Text("None", "无偏离"),
    "negative": Text("Worse", "负偏离"),
}
STARTS = {
    "notice": Text("Commencement order", "开工令"),
    "signed": Text("Signature of the contract", "合同签订"),
    "date": Text("A day that the contract names", "合同约定日期"),
}
Deviation = Literal["positive", "none", "negative"]


class Clause(Part):
    """A clause that the customer asked for, and the answer. `star`: one that decides whether the bid stands."""

    no: Annotated[Line, About("Clause", "条款号", content=True)]
    text: Annotated[Prose, About("What is asked for", "要求原文", content=True)]
    star: Annotated[Flag, About("★", "★", content=True)] = False
    response: Annotated[Prose | None, About("Response", "投标响应", content=True)] = None
    deviation: Annotated[Deviation | None, About("Deviation", "偏离", content=True, words=DEVIATIONS)] = None
    requirements: Annotated[
        tuple[Ref, ...], About("Requirements", "需求编号", unordered=True, links=("requirement",))
    ] = ()
    deliverables: Annotated[
        tuple[Ref, ...], About("Deliverables", "交付物", unordered=True, links=("deliverable",))
    ] = ()
    cases: Annotated[tuple[Ref, ...], About("Acceptance cases", "验收用例", unordered=True, links=("case",))] = ()


class Damages(Part):
    """Liquidated damages for delay: `rate` percent of the price a calendar day, `cap` percent of it at most."""

    rate: Annotated[Percent, About("Percent a day", "每日（%）", content=True)]
    cap: Annotated[Percent | None, About("At most (%)", "上限（%）", content=True)] = None
    clause: Annotated[Line | None, About("Clause", "条款号", content=True)] = None


class Contract(OnPaper):
    """A contract, or with `amends` a supplementary agreement: what it says replaces what the contract said.

    `price` is with tax. The period is `period_days` calendar days from `period_starts`; the day on which it begins is
    `commenced_on`, else that of the signature where it begins with that. It does not count itself unless
    `first_day_counts`. `changes`: those whose price and days a supplementary agreement takes over. `signed_digest`:
    what was signed, `signed_names`: by parties of which legal names.
    """

    title: Annotated[Line, About("Title", "合同名称", content=True)]
    number: Annotated[Line | None, About("Contract no.", "合同编号", content=True)] = None
    parties: Annotated[
        tuple[Handle, ...], About("Parties", "签约方", content=True, links=("party",), option="party")
    ] = ()
    amends: Annotated[Ref | None, About("Amends", "所补充的合同", content=True, links=("contract",))] = None
    changes: Annotated[
        tuple[Ref, ...], About("Changes taken over", "纳入变更", content=True, links=("change",), option="change")
    ] = ()
    signed_on: Annotated[Day | None, About("Signed on", "签订日期")] = None
    price: Annotated[Amount | None, About("Price with tax", "含税合同价款", content=True)] = None
    tax_rate: Annotated[Percent | None, About("Tax rate (%)", "税率（%）", content=True)] = None
    period_days: Annotated[
        int | None, About("Period (calendar days)", "合同工期（日历天）", content=True), Field(ge=1, le=36_500)
    ] = None
    period_starts: Annotated[
        Literal["notice", "signed", "date"], About("Period begins with", "工期起算", content=True, words=STARTS)
    ] = "notice"
    first_day_counts: Annotated[Flag, About("The first day counts", "起算当日计入", content=True)] = False
    commenced_on: Annotated[Day | None, About("Commenced on", "开工日期")] = None
    notice: Annotated[Line | None, About("Commencement order", "开工令编号")] = None
    finish_by: Annotated[Ref | None, About("Finished with", "竣工里程碑", content=True, links=("task",))] = None
    clauses: Annotated[tuple[Clause, ...], About("Clauses", "合同条款", content=True)] = ()
    damages: Annotated[Damages | None, About("Liquidated damages", "逾期违约金", content=True)] = None
    warranty_months: Annotated[
        int | None, About("Warranty (months)", "质保期（月）", content=True), Field(ge=0, le=600)
    ] = None
    retention: Annotated[Percent | None, About("Retention (%)", "质保金比例（%）", content=True)] = None
    signed_names: Annotated[
        Mapping[Handle, Line], About("Names as signed", "签约方名称", links=("party",)), Field(default_factory=dict)
    ]
    signed_digest: Annotated[Line | None, About("Digest as signed", "签订时摘要值")] = None

    @property
    def is_in_force(self) -> bool:
        """True from the signature on."""
        return self.status in {"signed", "amended", "closed"}

    def clause(self, number: str) -> Clause | None:
        return next((one for one in self.clauses if one.no == number), None)

    @property
    def evidence(self) -> Iterator[Evidence]:
        """The files that were handed in with its steps."""
        return (step.evidence for step in self.steps if step.evidence is not None)


CONTRACT_STATES = States(
    names={
        "draft": Text("draft", "草稿"),
        "signed": Text("signed", "已签订"),
        "amended": Text("amended", "已补充"),
        "closed": Text("closed", "已关闭"),
    },
    moves=(
        Move("sign", ("draft",), "signed", Text("Record that it was signed", "记录签订"),
             own_command="pmkit contract sign"),
        Move("amend", ("signed", "amended"), "amended", Text("A supplementary agreement was signed", "签订补充协议"),
             own_command="pmkit contract sign"),
        *(
            Move("commence", (state,), state, Text("Record that the period began", "记录开工"),
                 own_command="pmkit contract commence")
            for state in ("signed", "amended")
        ),
        Move("close", ("signed", "amended"), "closed", Text("Close the contract", "关闭合同")),
    ),
    closed=frozenset({"closed"}),
    open_in=frozenset({"draft"}),
)  # fmt: skip

CONTRACT = Kind(
    name="contract", prefix="CTR", folder="contracts", model=Contract, label=Text("contract", "合同"),
    plural=Text("contracts", "合同"), states=CONTRACT_STATES,
    paper=SignedPaper(Text("Contract", "合同")), added_by="pmkit contract add",
    columns=("title", "number", "price", "period_days", "signed_on", "status"),
    due=(Due(Text("Have it signed", "办理签订"), ("draft",)),),
)  # fmt: skip
