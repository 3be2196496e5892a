"""Quality: what is aimed at, how it is controlled, what was checked, what did not conform and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from pmkit.domain.kind import About, Due, Kind, Move, Part, SignedPaper, States, Step, Tracked
from pmkit.domain.measures import UnitsDiffer, meets
from pmkit.domain.papers import OnPaper
from pmkit.domain.values import Day, Handle, Line, Prose, Ref
from pmkit.kernel.text import Text

ACTIVITY_TYPES = {
    "review": Text("Review", "评审"),
    "inspection": Text("Inspection", "检查"),
    "test": Text("Test", "测试"),
    "sampling": Text("Sampling", "抽检"),
    "audit": Text("Audit", "审核"),
}
RESULTS = {"pass": Text("conforms", "符合"), "fail": Text("does not conform", "不符合"), "na": Text("n/a", "不适用")}
SEVERITIES = {
    "major": Text("Major", "严重"),
    "minor": Text("Minor", "一般"),
    "observation": Text("Observation", "观察项"),
}
DISPOSITIONS = {
    "rework": Text("Rework", "返工"),
    "replace": Text("Replace", "更换"),
    "concession": Text("Concession", "让步接收"),
    "reject": Text("Reject", "拒收"),
}
_Deliverables = Annotated[
    tuple[Ref, ...],
    About("Deliverables", "对应交付物", content=True, unordered=True, links=("deliverable",), option="deliverable"),
]
_Owner = Annotated[Handle | None, About("Owner", "责任人", links=("person",))]
_Seen = Annotated[Mapping[str, str], About("Seen", "链接复核"), Field(default_factory=dict)]


class QualityObjective(Tracked):
    """An objective with a target that can be measured: `>= 95 %`, `<= 2 s`."""

    title: Annotated[Line, About("Objective", "质量目标", content=True)]
    target: Annotated[Line, About("Target", "目标值", content=True)]
    indicator: Annotated[Line | None, About("Indicator", "指标", content=True)] = None
    method: Annotated[Prose | None, About("How it is measured", "测量方法", content=True)] = None
    frequency: Annotated[Line | None, About("How often", "测量频次", content=True)] = None
    standard: Annotated[Line | None, About("Standard", "依据标准", content=True)] = None
    deliverables: _Deliverables = ()
    owner: _Owner = None
    seen: _Seen


class CheckItem(Part):
    """What a control activity looks at, and what has to come out."""

    item: Annotated[Line, About("Item", "检查项")]
    target: Annotated[Line | None, About("Required", "标准值")] = None
    objective: Annotated[Ref | None, About("Objective", "质量目标", links=("quality-objective",))] = None


class QualityActivity(Tracked):
    """How the quality of deliverables is controlled: against which standard, when, by whom, item by item."""

    title: Annotated[Line, About("Control activity", "控制活动", content=True)]
    type: Annotated[
        Literal["review", "inspection", "test", "sampling", "audit"],
        About("Type", "方式", content=True, words=ACTIVITY_TYPES),
    ] = "inspection"
    deliverables: _Deliverables = ()
    standard: Annotated[Line | None, About("Standard", "依据标准", content=True)] = None
    when: Annotated[Line | None, About("When", "时机", content=True)] = None
    items: Annotated[tuple[CheckItem, ...], About("Checklist", "检查表", content=True)] = ()
    owner: _Owner = None
    customer_owner: Annotated[Handle | None, About("Witness", "见证人", links=("person",))] = None
    seen: _Seen


class CheckResult(Part):
    """One item of a check: what was required, what was measured, whether it conforms."""

    item: Annotated[Line, About("Item", "检查项")]
    target: Annotated[Line | None, About("Required", "标准值")] = None
    measured: Annotated[Line | None, About("Measured", "实测")] = None
    result: Annotated[Literal["pass", "fail", "na"] | None, About("Result", "结果", words=RESULTS)] = None
    objective: Annotated[Ref | None, About("Objective", "质量目标", links=("quality-objective",))] = None
    note: Annotated[Prose | None, About("Remarks", "说明")] = None


def contradiction(result: CheckResult) -> Text | None:
    """What is wrong with an item: measured in another unit than required, or not what was said to have come out."""
    try:
        met = meets(result.target, result.measured)
    except UnitsDiffer:
        return Text(
            en="{measured} is in another unit than {target}", zh="实测 {measured} 与标准值 {target} 单位不同"
        ).format(measured=result.measured, target=result.target)
    if met is None or result.result in (None, "na", "pass" if met else "fail"):
        return None
    return Text(
        en="{measured} against {target}: “{right}”, not “{said}”",
        zh="实测 {measured}、标准值 {target} 应为“{right}”，而非“{said}”",
    ).format(
        measured=result.measured,
        target=result.target,
        right=RESULTS["pass" if met else "fail"],
        said=RESULTS[result.result],
    )


class QualityCheck(OnPaper):
    """A check that is planned or was carried out."""

    title: Annotated[Line, About("Item checked", "检查对象", content=True)]
    on: Annotated[Day | None, About("On", "检查日期", content=True)] = None
    activity: Annotated[
        Ref | None, About("Control activity", "控制活动", content=True, links=("quality-activity",))
    ] = None
    deliverables: _Deliverables = ()
    tasks: Annotated[
        tuple[Ref, ...], About("Tasks", "对应任务", content=True, unordered=True, links=("task",), option="task")
    ] = ()
    place: Annotated[Line | None, About("Place", "部位", content=True)] = None
    standard: Annotated[Line | None, About("Standard", "依据", content=True)] = None
    inspector: Annotated[Handle | None, About("Inspector", "检查人", content=True, links=("person",))] = None
    inspected: Annotated[Line | None, About("Inspected party", "受检方", content=True)] = None
    results: Annotated[tuple[CheckResult, ...], About("Results", "检查结果", content=True)] = ()
    conclusion: Annotated[Prose | None, About("Conclusion", "结论", content=True)] = None
    seen: _Seen

    @property
    def passed(self) -> int:
        """How many items conform."""
        return sum(result.result == "pass" for result in self.results)

    @property
    def failed(self) -> int:
        return sum(result.result == "fail" for result in self.results)

    @property
    def is_done(self) -> bool:
        return self.status == "done"


class Nonconformity(OnPaper):
    """Something that does not conform: the fact, why, what is done with it, and how it was shown to be right again."""

    title: Annotated[Line, About("Title", "名称", content=True)]
    fact: Annotated[Prose | None, About("Fact", "不符合事实", content=True)] = None
    clause: Annotated[Line | None, About("Clause not met", "违反依据", content=True)] = None
    severity: Annotated[
        Literal["major", "minor", "observation"], About("Severity", "程度", content=True, words=SEVERITIES)
    ] = "minor"
    found_on: Annotated[Day | None, About("Found on", "发现日期", content=True)] = None
    found_by: Annotated[Handle | None, About("Found by", "发现人", content=True, links=("person",))] = None
    responsible: Annotated[Line | None, About("Responsible party", "责任单位", content=True)] = None
    check: Annotated[Ref | None, About("Found in check", "来源检查", links=("quality-check",))] = None
    deliverables: _Deliverables = ()
    requirements: Annotated[
        tuple[Ref, ...], About("Requirements", "对应需求", unordered=True, links=("requirement",), option="requirement")
    ] = ()
    cause: Annotated[Prose | None, About("Root cause", "原因", content=True)] = None
    disposition: Annotated[
        Literal["rework", "replace", "concession", "reject"] | None,
        About("Disposition", "处置", content=True, words=DISPOSITIONS),
    ] = None
    correction: Annotated[Prose | None, About("Correction", "处置结果", content=True)] = None
    corrective_action: Annotated[Prose | None, About("Corrective action", "纠正措施（防止再发生）", content=True)] = (
        None
    )
    owner: _Owner = None
    due: Annotated[Day | None, About("Due", "完成时限")] = None
    agreed_by: Annotated[
        Handle | None, About("Concession agreed by", "让步接收同意人", content=True, links=("person",))
    ] = None
    recheck: Annotated[Ref | None, About("Re-check", "复验记录", links=("quality-check",))] = None
    result: Annotated[Prose | None, About("Result of the re-check", "验证结果", content=True)] = None
    seen: _Seen

    @property
    def is_agreed(self) -> bool:
        """False for a concession that nobody agreed to."""
        return self.disposition != "concession" or self.agreed_by is not None

    @property
    def opened(self) -> Day | None:
        """The day on which it was found."""
        return self.found_on or (self.steps[0].on if self.steps else None)

    def is_overdue(self, as_of: Day) -> bool:
        """Not put right after the day by which it was to be."""
        return self.status in {"open", "fixing"} and self.due is not None and self.due < as_of

    @property
    def verification(self) -> Step | None:
        """The step of the re-check; None before it, or after it came back."""
        found = None
        for step in self.steps:
            found = step if step.to == "verified" else None if step.to in {"fixing", "open"} else found
        return found


def _check_rules(check: QualityCheck, _: object) -> Iterator[tuple[str, Text]]:
    for result in check.results:
        if (wrong := contradiction(result)) is not None:
            yield "results", Text(en="{item}: {wrong}", zh="{item}：{wrong}").format(item=result.item, wrong=wrong)


PLANNED = States(
    names={"active": Text("active", "有效"), "retired": Text("retired", "已停用")},
    moves=(Move("retire", ("active",), "retired", Text("Take out of the plan", "停用")),),
    closed=frozenset({"retired"}),
)
CHECK_STATES = States(
    names={
        "planned": Text("planned", "待检查"),
        "done": Text("done", "已完成"),
        "cancelled": Text("cancelled", "已取消"),
    },
    moves=(
        Move(
            "record",
            ("planned",),
            "done",
            Text("Record the results", "记录检查结果"),
            own_command="pmkit quality check",
        ),
        Move("cancel", ("planned",), "cancelled", Text("Cancel", "取消")),
    ),
    closed=frozenset({"done", "cancelled"}),
)
_RETURN = Text("The re-check failed", "复验未通过，退回整改")
_VOID = Text("It conforms after all", "作废（经核实符合要求）")
NONCONFORMITY_STATES = States(
    names={
        "open": Text("open", "待处理"),
        "fixing": Text("being put right", "整改中"),
        "fixed": Text("to be re-checked", "待复验"),
        "verified": Text("verified", "复验通过"),
        "closed": Text("closed", "已关闭"),
        "void": Text("void", "已作废"),
    },
    moves=(
        Move(
            "analyse", ("open", "fixing"), "fixing",
            Text("Say the cause and what is done with it", "查明原因，确定处置"),
            takes=("cause", "disposition", "corrective_action", "severity", "owner", "due", "agreed_by"),
            needs=("cause", "disposition"),
        ),
        Move(
            "fix", ("open", "fixing"), "fixed", Text("Record that it is put right", "记录整改完成，提请复验"),
            takes=("cause", "disposition", "correction", "corrective_action", "agreed_by"),
            needs=("cause", "disposition", "correction"),
        ),
        Move(
            "verify", ("fixed",), "verified", Text("Record that the re-check passed", "记录复验通过"),
            takes=("result", "recheck", "agreed_by"), needs=("is_agreed",),
            otherwise=Text(
                "a concession needs somebody's agreement: `--agreed-by HANDLE`",
                "让步接收须有人同意：`--agreed-by 代号`",
            ),
        ),
        Move("return", ("fixed", "verified"), "fixing", _RETURN, needs=("note",)),
        Move("close", ("verified",), "closed", Text("Close", "关闭")),
        Move("reopen", ("closed",), "fixing", Text("Open again", "重新打开"), needs=("note",)),
        Move("void", ("open", "fixing"), "void", _VOID, needs=("note",)),
    ),
    closed=frozenset({"closed", "void"}),
)  # fmt: skip

OBJECTIVE = Kind(
    name="quality-objective",
    prefix="QOB",
    folder="quality/objectives",
    model=QualityObjective,
    label=Text("quality objective", "质量目标"),
    plural=Text("quality objectives", "质量目标"),
    states=PLANNED,
    called="quality",
    columns=("title", "target", "frequency", "owner", "status"),
)
ACTIVITY = Kind(
    name="quality-activity",
    prefix="QCA",
    folder="quality/activities",
    model=QualityActivity,
    label=Text("control activity", "质量控制活动"),
    plural=Text("control activities", "质量控制活动"),
    states=PLANNED,
    called="quality",
    columns=("title", "type", "deliverables", "when", "owner", "status"),
)
CHECK = Kind(
    name="quality-check",
    prefix="QCK",
    folder="quality/checks",
    model=QualityCheck,
    label=Text("quality check", "质量检查"),
    plural=Text("quality checks", "质量检查"),
    states=CHECK_STATES,
    paper=SignedPaper(Text("Quality check record", "质量检查记录"), sealed=False),
    called="quality",
    columns=("title", "on", "inspector", "activity", "status"),
    added_by="pmkit quality check",
    rules=_check_rules,
    due=(Due(Text("Carry the check out", "实施质量检查"), ("planned",), day="on", who="inspector"),),
)
NONCONFORMITY = Kind(
    name="nonconformity",
    prefix="NCR",
    folder="quality/nonconformities",
    model=Nonconformity,
    label=Text("nonconformity", "不符合项"),
    plural=Text("nonconformities", "不符合项"),
    states=NONCONFORMITY_STATES,
    paper=SignedPaper(Text("Nonconformity report", "不符合项报告"), sealed=False),
    called="quality",
    columns=("title", "severity", "disposition", "owner", "due", "status"),
    due=(
        Due(Text("Find the cause, decide what is done", "查明原因，确定处置"), ("open",), day="due", who="owner"),
        Due(Text("Put it right", "完成整改"), ("fixing",), day="due", who="owner"),
        Due(Text("Check again", "复验"), ("fixed",), who="found_by"),
        Due(Text("Close it", "关闭"), ("verified",), who="owner"),
    ),
)
