"""The plan: phases with their tasks and milestones, progress by status date, baselines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from pmkit.domain.assignment import Assignment
from pmkit.domain.kind import About, Kind, Part, Record, Storage
from pmkit.domain.values import Amount, Assigned, Day, Flag, Handle, Line, Moment, Percent, Priority, Prose, Ref, Work
from pmkit.kernel.duration import Duration
from pmkit.kernel.text import Text

_LINK = re.compile(r"(?P<id>\S+?)(?:\s+(?P<type>FS|SS|FF|SF))?(?:\s*(?P<lag>[+-]\s*[0-9.]+[a-z]+))?\Z")


@dataclass(frozen=True, slots=True)
class Dependency:
    """A link to a predecessor: finish-start unless another type is written, with a lag."""

    predecessor: str
    type: str = "FS"
    lag: Duration | None = None

    @staticmethod
    def parse(text: str) -> Dependency:
        """`T-001`, `T-002 SS+2d`, `T-004 SF-1d`, `T-005 FS+3ed`. Raises ValueError."""
        match = _LINK.match(text.strip())
        if not match:
            raise ValueError(f"not a link: {text!r}")
        lag = Duration.parse(match["lag"].replace(" ", "")) if match["lag"] else None
        return Dependency(match["id"], match["type"] or "FS", lag)

    def __str__(self) -> str:
        lag = "" if self.lag is None else f"+{self.lag}" if self.lag.amount >= 0 else str(self.lag)
        return f"{self.predecessor} {self.type}{lag}" if lag or self.type != "FS" else self.predecessor


ACCRUALS = {
    "start": Text("at the start", "开始时"),
    "prorated": Text("in proportion", "按比例"),
    "finish": Text("at the finish", "完成时"),
}
BUFFERS = {"project": Text("project buffer", "项目缓冲"), "feeding": Text("feeding buffer", "接驳缓冲")}


class Task(Record):
    """A task or, with `milestone: true`, a milestone of a phase."""

    name: Annotated[Line, About("Name", "名称", content=True)]
    duration: Annotated[Work | None, About("Duration", "工期", content=True)] = None
    effort: Annotated[Work | None, About("Effort", "工作量", content=True)] = None
    milestone: Annotated[Flag, About("Milestone", "里程碑", content=True)] = False
    owner: Annotated[Handle | None, About("Owner", "责任人", links=("person",))] = None
    resources: Annotated[
        tuple[Assigned, ...], About("Resources", "资源", unordered=True, links=("person",), option="resource")
    ] = ()
    priority: Annotated[Priority, About("Levelling priority (0-1000)", "资源平衡优先级（0-1000）")] = 500
    levelled_start: Annotated[Moment | None, About("Levelled start", "资源平衡后开始")] = None
    calendar: Annotated[Line | None, About("Calendar", "日历", content=True)] = None
    after: Annotated[tuple[Line, ...], About("After", "前置任务", content=True, unordered=True)] = ()
    start_no_earlier_than: Annotated[Moment | None, About("Start no earlier than", "不早于开始", content=True)] = None
    start_no_later_than: Annotated[Moment | None, About("Start no later than", "不晚于开始", content=True)] = None
    finish_no_earlier_than: Annotated[Moment | None, About("Finish no earlier than", "不早于完成", content=True)] = None
    finish_no_later_than: Annotated[Moment | None, About("Finish no later than", "不晚于完成", content=True)] = None
    must_start_on: Annotated[Moment | None, About("Must start on", "必须开始于", content=True)] = None
    must_finish_on: Annotated[Moment | None, About("Must finish on", "必须完成于", content=True)] = None
    as_late_as_possible: Annotated[Flag, About("As late as possible", "尽可能晚", content=True)] = False
    deadline: Annotated[Moment | None, About("Deadline", "截止日期", content=True)] = None
    buffer: Annotated[Literal["project", "feeding"] | None, About("Buffer", "缓冲", content=True, words=BUFFERS)] = None
    best: Annotated[Work | None, About("Best case", "乐观工期", internal=True)] = None
    likely: Annotated[Work | None, About("Most likely", "最可能工期", internal=True)] = None
    worst: Annotated[Work | None, About("Worst case", "悲观工期", internal=True)] = None
    crash_duration: Annotated[Work | None, About("Crash duration", "赶工极限工期", internal=True)] = None
    crash_cost: Annotated[Amount | None, About("Cost of crashing", "赶工费用", internal=True)] = None
    overlap: Annotated[Work | None, About("Possible overlap", "可搭接时间", internal=True)] = None
    contract: Annotated[Flag, About("Contract milestone", "合同里程碑", content=True)] = False
    stage: Annotated[Line | None, About("Stage", "验收阶段", content=True)] = None
    requirements: Annotated[
        tuple[Ref, ...], About("Requirements", "对应需求", unordered=True, links=("requirement",), option="requirement")
    ] = ()
    cost: Annotated[Amount | None, About("Cost", "成本", content=True, internal=True)] = None
    seen: Annotated[Mapping[str, str], About("Seen", "链接复核"), Field(default_factory=dict)]
    accrual: Annotated[
        Literal["start", "prorated", "finish"],
        About("Cost accrues", "成本发生方式", content=True, internal=True, words=ACCRUALS),
    ] = "prorated"
    group: Annotated[Line | None, About("Summary task", "摘要任务")] = None
    source_uid: Annotated[Line | None, About("Id in the imported file", "导入文件中的编号")] = None
    notes: Annotated[Prose | None, About("Notes", "备注", internal=True)] = None

    @property
    def is_milestone(self) -> bool:
        return self.milestone

    @property
    def assignments(self) -> tuple[Assignment, ...]:
        """Who works on it: its resources, else its owner with all of the working time; nobody works on a buffer."""
        if self.resources or self.buffer is not None:
            return self.resources
        return (Assignment(self.owner),) if self.owner else ()

    @property
    def is_contractual(self) -> bool:
        """Only what says so counts as a contract milestone."""
        return self.contract or self.stage is not None

    @property
    def phase(self) -> str:
        """The id of the phase whose file the task stands in."""
        return self.spot.path.rsplit("/", 1)[-1].removesuffix(".yaml")


class Phase(Record):
    """A phase: one file with its tasks and milestones in order."""

    name: Annotated[Line, About("Name", "名称", content=True)]
    tasks: Annotated[tuple[Task, ...], About("Tasks", "任务", content=True)] = ()
    notes: Annotated[Prose | None, About("Notes", "备注", internal=True)] = None


class TaskProgress(Part):
    """What was reported of one task at a status date."""

    id: Annotated[Ref, About("Task", "任务", links=("task",))]
    actual_start: Annotated[Moment | None, About("Actual start", "实际开始")] = None
    actual_finish: Annotated[Moment | None, About("Actual finish", "实际完成")] = None
    percent: Annotated[Percent, About("Percent", "完成百分比")]
    remaining: Annotated[Work | None, About("Remaining", "剩余工期")] = None
    actual_cost: Annotated[Amount | None, About("Actual cost so far", "累计实际成本", internal=True)] = None
    note: Annotated[Prose | None, About("Remarks", "说明")] = None


class Progress(Record):
    """All that was reported at one status date, which is the file's name."""

    by: Annotated[Line | None, About("Reported by", "填报人")] = None
    tasks: Annotated[tuple[TaskProgress, ...], About("Tasks", "任务")] = ()

    @property
    def status_date(self) -> Day:
        return date.fromisoformat(self.id)


class BaselineItem(Part):
    """A task or milestone as it was when the baseline was taken."""

    id: Annotated[Ref, About("Task", "任务", content=True)]
    phase: Annotated[Ref, About("Phase", "阶段", content=True)]
    name: Annotated[Line, About("Name", "名称", content=True)]
    start: Annotated[Moment | None, About("Start", "开始", content=True)] = None
    finish: Annotated[Moment | None, About("Finish", "完成", content=True)] = None
    duration: Annotated[Work | None, About("Duration", "工期", content=True)] = None
    effort: Annotated[Work | None, About("Effort", "工作量", content=True)] = None
    cost: Annotated[Amount | None, About("Cost", "成本", content=True, internal=True)] = None
    accrual: Annotated[
        Literal["start", "prorated", "finish"],
        About("Cost accrues", "成本发生方式", content=True, internal=True, words=ACCRUALS),
    ] = "prorated"
    milestone: Annotated[Flag, About("Milestone", "里程碑", content=True)] = False
    after: Annotated[tuple[Line, ...], About("After", "前置任务", content=True)] = ()


class Baseline(Record):
    """A frozen copy of the plan that drift is measured against."""

    name: Annotated[Line, About("Name", "名称", content=True)]
    on: Annotated[Day, About("Taken on", "设立日期", content=True)]
    by: Annotated[Line | None, About("By", "责任人")] = None
    status_date: Annotated[Day | None, About("Status date", "状态日期", content=True)] = None
    plan_digest: Annotated[Line, About("Plan digest", "计划摘要值", content=True)]
    includes: Annotated[tuple[Ref, ...], About("Includes", "已包含变更", content=True, links=("change",))] = ()
    source_uid: Annotated[Line | None, About("Number in the imported file", "导入文件中的编号")] = None
    signed: Annotated[Ref | None, About("Signed in", "确认单号", links=("signoff",))] = None
    managers: Annotated[tuple[Handle, ...], About("Project managers", "项目经理", links=("person",))] = ()
    items: Annotated[tuple[BaselineItem, ...], About("Items", "明细", content=True)] = ()


PHASE = Kind(
    name="phase", prefix="PH", folder="plan", model=Phase, label=Text("phase", "阶段"), plural=Text("phases", "阶段"),
    columns=("name",), added_by="pmkit plan phase add",
)  # fmt: skip
TASK = Kind(
    name="task", prefix="T", folder="plan", model=Task, label=Text("task", "任务"), plural=Text("tasks", "任务"),
    storage=Storage.LIST, list_key="tasks", columns=("name", "duration", "owner", "after"), more_prefixes=("M",),
    added_by="pmkit plan task add", signable=True,
)  # fmt: skip
PROGRESS = Kind(
    name="progress", prefix="", folder="plan/progress", model=Progress, label=Text("progress report", "进度填报"),
    plural=Text("progress reports", "进度填报"), columns=("by",), added_by="pmkit plan progress",
    traced=False,
)  # fmt: skip
BASELINE = Kind(
    name="baseline", prefix="BL", folder="plan/baselines", model=Baseline, label=Text("plan baseline", "进度基准"),
    plural=Text("plan baselines", "进度基准"), columns=("name", "on", "status_date"), added_by="pmkit plan baseline",
)  # fmt: skip
