"""Trial runs: the days that count, the figures to hold, and the incidents that start the clock again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from pmkit.domain.issues import SEVERITIES, Severity
from pmkit.domain.kind import About, Due, Kind, Move, Part, SignedPaper, States
from pmkit.domain.measures import UnitsDiffer, meets
from pmkit.domain.papers import OnPaper
from pmkit.domain.values import Day, Flag, Handle, Line, Moment, Prose, Ref, Work
from pmkit.kernel.duration import Duration
from pmkit.kernel.text import Text

RESULTS = {
    "pass": Text("Fit for final acceptance", "具备终验条件"),
    "extend": Text("To be extended", "延长"),
    "fail": Text("Not fit", "不具备"),
}


class Figure(Part):
    """A figure to hold: its target, what was measured, and where words decide whether it is met."""

    name: Annotated[Line, About("Indicator", "指标", content=True)]
    target: Annotated[Line, About("Target", "目标", content=True)]
    actual: Annotated[Line | None, About("Actual", "实际")] = None
    verdict: Annotated[
        Literal["met", "missed"] | None,
        About("Verdict", "判定", words={"met": Text("met", "达标"), "missed": Text("not met", "未达标")}),
    ] = None

    @property
    def is_met(self) -> bool | None:
        """Whether it holds: as somebody said, else by the numbers; None where neither tells."""
        if self.verdict is not None:
            return self.verdict == "met"
        try:
            return meets(self.target, self.actual)
        except UnitsDiffer:
            return None


class Entry(Part):
    """A line of the log; with a `severity` it is an incident. `restarts`: the clock starts again the day after."""

    at: Annotated[Moment, About("Time", "时间")]
    by: Annotated[Line, About("By", "记录人")]
    text: Annotated[Prose, About("What happened", "现象")]
    severity: Annotated[Severity | None, About("Severity", "级别", words=SEVERITIES)] = None
    cause: Annotated[Prose | None, About("Cause", "原因")] = None
    action: Annotated[Prose | None, About("Handling", "处理")] = None
    downtime: Annotated[Work | None, About("Time to restore", "恢复时长")] = None
    issue: Annotated[Ref | None, About("Issue", "关联问题", links=("issue",))] = None
    restarts: Annotated[Flag, About("Restarts the clock", "重新计时")] = False

    @property
    def day(self) -> date:
        return self.at.date() if isinstance(self.at, datetime) else self.at


class Trial(OnPaper):
    """A trial run; its content is what was agreed of it. Days are calendar days, the first and the last one counted."""

    title: Annotated[Line, About("Trial run", "试运行", content=True)]
    start: Annotated[Day, About("Starts on", "开始日期", content=True)]
    minimum: Annotated[Work, About("At least", "最短时长（日历天）", content=True, option="min")] = Duration.parse(
        "30ed"
    )
    basis: Annotated[tuple[Line, ...], About("Basis", "依据", content=True)] = ()
    environment: Annotated[Prose | None, About("Environment", "运行环境", content=True)] = None
    organisation: Annotated[Prose | None, About("Organisation and duty", "组织与值守", content=True)] = None
    figures: Annotated[tuple[Figure, ...], About("Figures", "指标", content=True)] = ()
    owner: Annotated[Handle | None, About("Owner", "责任人", links=("person",))] = None
    log: Annotated[tuple[Entry, ...], About("Log", "运行日志")] = ()
    users: Annotated[Prose | None, About("Users' opinion", "用户使用情况及意见")] = None
    result: Annotated[Literal["pass", "extend", "fail"] | None, About("Result", "结论", words=RESULTS)] = None

    @property
    def incidents(self) -> tuple[Entry, ...]:
        """The entries that are incidents."""
        return tuple(one for one in self.log if one.severity is not None)

    @property
    def clock_start(self) -> date:
        """The first day that counts: the start, or the day after the last incident that started the clock again."""
        return max([self.start, *(one.day + timedelta(days=1) for one in self.log if one.restarts)])

    @property
    def minimum_days(self) -> int:
        """The calendar days that it has to last."""
        return -(-self.minimum.minutes(day=1440, week=10080) // 1440)

    def suspended(self, until: date) -> list[tuple[date, date]]:
        """The stretches that do not count: from the day of the suspension to the day before it went on."""
        found: list[tuple[date, date]] = []
        since: date | None = None
        for step in self.steps:
            if step.to == "suspended" and since is None:
                since = step.on
            elif step.to != "suspended" and since is not None:
                found.append((since, step.on - timedelta(days=1)))
                since = None
        if since is not None:
            found.append((since, until))
        return [(first, min(last, until)) for first, last in found if first <= min(last, until)]

    @property
    def ended(self) -> date | None:
        """The last day of a trial that is over."""
        return self.reached("passed") or self.reached("failed")

    def days(self, as_of: date) -> int:
        """The calendar days that count up to a day, that day included."""
        last = min(as_of, self.ended or as_of)
        first = self.clock_start
        whole = (last - first).days + 1
        lost = sum(max(0, (min(b, last) - max(a, first)).days + 1) for a, b in self.suspended(last))
        return max(0, whole - lost)

    def earliest_end(self, as_of: date) -> date:
        """The first day by which it has lasted long enough, if it goes on from `as_of` without a further stop."""
        return max(as_of, self.clock_start - timedelta(days=1)) + timedelta(days=self.minimum_days - self.days(as_of))


STATES = States(
    names={
        "planned": Text("planned", "待开始"),
        "running": Text("running", "试运行中"),
        "suspended": Text("suspended", "暂停"),
        "passed": Text("passed", "已通过"),
        "failed": Text("failed", "未通过"),
    },
    moves=(
        Move("start", ("planned",), "running", Text("Start", "开始试运行"), own_command="pmkit trial start"),
        Move("suspend", ("running",), "suspended", Text("Suspend; these days do not count", "暂停（不计入时长）"),
             needs=("note",)),
        Move("resume", ("suspended",), "running", Text("Go on", "恢复试运行")),
        Move("finish", ("running",), "passed", Text("Finish", "结束试运行"), own_command="pmkit trial finish"),
        Move("finish", ("running", "suspended"), "failed", Text("Finish", "结束试运行"),
             own_command="pmkit trial finish"),
        Move("extend", ("running",), "running", Text("Extend", "延长试运行"),
             own_command="pmkit trial finish --result extend"),
    ),
    closed=frozenset({"passed", "failed"}),
)  # fmt: skip

TRIAL = Kind(
    name="trial",
    prefix="TRL",
    folder="acceptance/trials",
    model=Trial,
    label=Text("trial run", "试运行"),
    plural=Text("trial runs", "试运行"),
    states=STATES,
    paper=SignedPaper(Text("Trial-run report", "试运行报告")),
    columns=("title", "start", "minimum", "result", "status"),
    added_by="pmkit trial start",
    due=(Due(Text("Resume the trial run", "恢复试运行"), ("suspended",), who="owner"),),
)
