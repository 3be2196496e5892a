"""Stages of acceptance: what was agreed for each, what it was held on, what came out of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pmkit.domain.acceptance_rules import STAGES
from pmkit.domain.kind import About, Due, Evidence, Kind, Move, Part, States, Tracked
from pmkit.domain.points import Point
from pmkit.domain.values import Day, Handle, Line, Moment, Prose, Ref
from pmkit.kernel.text import Text

RESULTS = {
    "pass": Text("Accepted", "通过"),
    "remedy": Text("Accepted subject to remedy", "整改后通过"),
    "fail": Text("Not accepted", "不通过"),
}
METHODS = {
    "papers": Text("Examination of papers", "资料审查"),
    "site": Text("Inspection on site", "现场核查"),
    "demonstration": Text("Demonstration", "演示"),
    "test": Text("Test", "测试"),
    "outside_report": Text("Outside reports", "第三方报告"),
}
REPORT_RESULTS = {"pass": Text("conforms", "符合"), "fail": Text("does not conform", "不符合")}


class Panelist(Part):
    """A member of the panel: a handle of people.yaml, or a name with what is to be printed beside it."""

    name: Annotated[Line, About("Name", "姓名")]
    organisation: Annotated[Line | None, About("Organisation", "单位")] = None
    position: Annotated[Line | None, About("Position", "职务职称")] = None
    duty: Annotated[Line | None, About("Duty in the panel", "组内职务")] = None


class OutsideReport(Part):
    """A report of somebody outside that the stage needs: a test, a security or cryptography assessment, the user's."""

    title: Annotated[Line, About("Report", "报告名称", content=True)]
    issuer: Annotated[Line | None, About("Issued by", "出具单位", content=True)] = None
    number: Annotated[Line | None, About("Number", "编号")] = None
    on: Annotated[Day | None, About("On", "日期")] = None
    result: Annotated[Literal["pass", "fail"] | None, About("Result", "结论", words=REPORT_RESULTS)] = None
    document: Annotated[Ref | None, About("Document", "登记文件", links=("document",))] = None
    evidence: Annotated[Evidence | None, About("Evidence", "佐证材料")] = None


class OpenItem(Point):
    """What is left to do: by whom, until when, and who saw on which day that it is done."""

    text: Annotated[Prose, About("Open item", "遗留问题", content=True)]
    owner: Annotated[Line | None, About("Responsible", "责任方", content=True)] = None
    due: Annotated[Day | None, About("Due", "期限", content=True)] = None
    issue: Annotated[Ref | None, About("Issue", "关联问题", links=("issue",))] = None
    rechecked: Annotated[Day | None, About("Re-checked on", "复验日期")] = None
    rechecked_by: Annotated[Line | None, About("Re-checked by", "复验人")] = None
    note: Annotated[Prose | None, About("Result of the re-check", "复验情况")] = None
    evidence: Annotated[Evidence | None, About("Evidence", "佐证材料")] = None


class Waived(Part):
    """What the customer does without, consciously: a requirement, a condition, anything that was asked for."""

    what: Annotated[Line, About("What is waived", "豁免事项")]
    reason: Annotated[Prose, About("Reason", "理由")]
    by: Annotated[Handle, About("Agreed by", "同意人", links=("person",))]
    on: Annotated[Day, About("On", "日期")]
    recorded_by: Annotated[Line | None, About("Recorded by", "记录人")] = None
    evidence: Annotated[Evidence, About("Evidence", "佐证材料")]


class Stage(Tracked):
    """A stage of acceptance; its content is what the report and the certificate of it say."""

    title: Annotated[Line | None, About("Title", "名称", content=True)] = None
    stage: Annotated[
        Literal["goods", "preliminary", "final", "warranty_end"],
        About("Stage", "验收阶段", content=True, words=STAGES),
    ]
    planned: Annotated[Day | None, About("Planned for", "计划日期", option="on")] = None
    scope: Annotated[Prose | None, About("Scope", "验收范围", content=True)] = None
    basis: Annotated[tuple[Line, ...], About("Basis", "验收依据", content=True)] = ()
    methods: Annotated[
        tuple[Literal["papers", "site", "demonstration", "test", "outside_report"], ...],
        About("Methods", "验收方法", content=True, words=METHODS, option="method"),
    ] = ()
    time: Annotated[Moment | None, About("Held at", "验收时间", content=True)] = None
    place: Annotated[Line | None, About("Place", "地点", content=True)] = None
    panel: Annotated[tuple[Panelist, ...], About("Panel", "验收组", content=True, personal=True)] = ()
    rounds: Annotated[
        tuple[Ref, ...],
        About("Test rounds", "测试轮次", content=True, unordered=True, links=("round",), option="round"),
    ] = ()
    reports: Annotated[tuple[OutsideReport, ...], About("Outside reports", "第三方报告", content=True)] = ()
    items: Annotated[tuple[OpenItem, ...], About("Open items", "遗留问题", content=True)] = ()
    waivers: Annotated[tuple[Waived, ...], About("Waivers", "豁免")] = ()
    opinion: Annotated[Prose | None, About("Panel's opinion", "验收组意见", content=True)] = None
    result: Annotated[
        Literal["pass", "remedy", "fail"] | None, About("Result", "验收结论", content=True, words=RESULTS)
    ] = None
    warranty_from: Annotated[Day | None, About("Warranty from", "质保起始日期", content=True)] = None

    @property
    def name_to_show(self) -> str:
        return self.title or STAGES[self.stage].zh

    @property
    def unchecked(self) -> tuple[int, ...]:
        """The numbers, from 1, of the open items that nobody has re-checked."""
        return tuple(n for n, item in enumerate(self.items, start=1) if item.rechecked is None)

    @property
    def filed(self) -> Iterator[tuple[tuple[str | int, ...], Evidence]]:
        yield from super().filed
        named = (
            *((("reports", n), one.evidence) for n, one in enumerate(self.reports)),
            *((("items", n), one.evidence) for n, one in enumerate(self.items)),
            *((("waivers", n), one.evidence) for n, one in enumerate(self.waivers)),
        )
        yield from (((*at, "evidence"), evidence) for at, evidence in named if evidence is not None)


STATES = States(
    names={
        "preparing": Text("being prepared", "准备中"),
        "applied": Text("applied for", "已申请"),
        "held": Text("held", "已验收待结论"),
        "remedying": Text("accepted subject to remedy", "整改中"),
        "accepted": Text("accepted", "已通过"),
        "failed": Text("not accepted", "不通过"),
        "withdrawn": Text("withdrawn", "已撤回"),
    },
    moves=(
        Move(
            "apply", ("preparing",), "applied", Text("Apply for the acceptance", "提交验收申请"),
            own_command="pmkit acceptance apply",
        ),
        Move(
            "hold", ("applied",), "held", Text("Record that it was held", "记录验收会"),
            own_command="pmkit acceptance hold",
        ),
        Move(
            "conclude", ("held",), "accepted", Text("Record the result", "记录验收结论"),
            own_command="pmkit acceptance conclude",
        ),
        Move(
            "conclude", ("held",), "remedying", Text("Record the result", "记录验收结论"),
            own_command="pmkit acceptance conclude",
        ),
        Move(
            "conclude", ("held", "remedying"), "failed", Text("Record the result", "记录验收结论"),
            own_command="pmkit acceptance conclude",
        ),
        Move(
            "close remedy", ("remedying",), "accepted", Text("Record that all is remedied", "整改复验完成"),
            own_command="pmkit acceptance recheck",
        ),
        Move(
            "withdraw", ("preparing", "applied"), "withdrawn", Text("Withdraw", "撤回"),
            own_command="pmkit acceptance withdraw",
        ),
    ),
    closed=frozenset({"accepted", "failed", "withdrawn"}),
)  # fmt: skip

STAGE = Kind(
    name="acceptance",
    prefix="ACC",
    folder="acceptance/stages",
    model=Stage,
    label=Text("acceptance", "验收"),
    plural=Text("stages of acceptance", "阶段验收"),
    states=STATES,
    columns=("stage", "title", "planned", "result", "status"),
    added_by="pmkit acceptance plan",
    signable=True,
    due=(
        Due(Text("Apply for the acceptance", "提交验收申请"), ("preparing",), day="planned"),
        Due(Text("Hold the acceptance", "组织验收"), ("applied",), day="planned", side="customer"),
        Due(Text("Record the result of the acceptance", "记录验收结论"), ("held",)),
    ),
)
