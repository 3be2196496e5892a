"""From the plan's records to the engine and back: the schedule, its problems at their lines, drift, baselines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from pmkit.domain.changes import ChangeRequest
from pmkit.domain.duties import Duty
from pmkit.domain.kind import content, file_value
from pmkit.domain.plan import Baseline, Dependency, Task, TaskProgress
from pmkit.domain.project import Project
from pmkit.kernel.calendar import DAY, WorkCalendar, clock, start_of
from pmkit.kernel.digest import digest
from pmkit.kernel.duration import Duration
from pmkit.kernel.errors import UsageError
from pmkit.kernel.finding import Finding, Rule
from pmkit.kernel.text import Text, did_you_mean
from pmkit.schedule.conflicts import Fight, fights, fixed_fights
from pmkit.schedule.drift import Drift, Forecast, Frozen, ItemDrift, Threshold, drift
from pmkit.schedule.network import (
    Actuals,
    Constraints,
    ImpossibleNetworkError,
    Link,
    LinkType,
    Network,
    Node,
    Problem,
)
from pmkit.schedule.passes import Schedule, Scheduled, schedule
from pmkit.workspace.calendars import Calendars, project_calendar
from pmkit.workspace.model import Workspace

NO_DURATION = Rule(
    "PLN101", "task-without-duration", "error",
    Text("{id} has no duration", "{id} 没有工期"),
    Text("`pmkit set {id} duration=5d`, or `milestone: true`", "`pmkit set {id} duration=5d`，或写 `milestone: true`"),
)  # fmt: skip
MILESTONE_DURATION = Rule(
    "PLN102", "milestone-with-duration", "error",
    Text("{id} is a milestone and has a duration", "{id} 是里程碑，不应有工期"),
    Text("remove the duration, or make it a task", "请删除工期，或改为任务"),
)  # fmt: skip
UNKNOWN_PREDECESSOR = Rule(
    "PLN201", "unknown-predecessor", "error",
    Text("{id} waits for {target}, which does not exist", "{id} 的前置任务 {target} 不存在"),
    Text("correct the id; {hint}", "请更正编号。{hint}"),
)  # fmt: skip
CYCLE = Rule(
    "PLN202", "cycle", "error",
    Text("tasks wait for each other: {path}", "任务循环依赖：{path}"),
    Text("remove the link that is wrong", "请删除其中错误的依赖"),
)  # fmt: skip
BAD_LINK = Rule(
    "PLN203", "bad-link", "error",
    Text("{id}: `{text}` is no dependency", "{id}：`{text}` 不是有效的依赖关系"),
    Text("write T-001, `T-002 SS+2d` or `T-005 FS+3ed`", "请写成 T-001、`T-002 SS+2d` 或 `T-005 FS+3ed`"),
)  # fmt: skip
PAST_HOLIDAYS = Rule(
    "PLN303", "past-published-holidays", "warning",
    Text(
        "the plan runs to {finish}; the holidays of {calendar} are published up to {until}",
        "计划到 {finish}，而日历 {calendar} 的放假安排只公布到 {until}",
    ),
    Text(
        "later dates know weekends only; list holidays under `calendar.days_off`",
        "之后只按周末推算，可在 `calendar.days_off` 中补充",
    ),
)  # fmt: skip
OUT_OF_SEQUENCE = Rule(
    "PLN304", "out-of-sequence", "warning",
    Text("{id} started before its predecessors allowed it", "{id} 早于前置任务的约束开始"),
    Text("correct the link or the reported start", "请更正依赖关系或实际开始日期"),
)  # fmt: skip
ABSURD_DURATION = Rule(
    "PLN104", "absurd-duration", "error",
    Text("{id}: {text} is more than a hundred years of work", "{id}：{text} 超过一百年的工作时间"),
    Text("correct the number or its unit", "请更正数值或单位"),
)  # fmt: skip
LINK_TWICE = Rule(
    "PLN208", "link-twice", "error",
    Text("{id} waits for {target} twice in the same way", "{id} 对 {target} 的依赖重复"),
    Text("keep one of the two", "请只保留其中一个"),
)  # fmt: skip
FIGHTING_BOUNDS = Rule(
    "PLN204", "bounds-that-fight", "error",
    Text("{id}: {first} and {second} cannot both be kept", "{id}：{first} 与 {second} 无法同时满足"),
    Text("move or remove one of the two", "请调整或删除其中一个"),
)  # fmt: skip
OUT_OF_YEARS = Rule(
    "PLN308", "outside-the-years", "error",
    Text("the plan leaves the years 1970 to 2199", "计划超出 1970 至 2199 年"),
    Text("look for a date or duration that is wrong", "请检查是否有错误的日期或工期"),
)  # fmt: skip
MOST_MINUTES = 100 * 366 * DAY


@dataclass(frozen=True)
class Planned:
    """A scheduled plan: the engine's answer, and what of the records led to it."""

    ws: Workspace
    network: Network
    schedule: Schedule
    calendar: WorkCalendar
    status_date: date | None
    progress: Mapping[str, TaskProgress]
    as_of: date | None = None

    def item(self, task_id: str) -> Scheduled:
        return self.schedule.items[task_id]

    def float_minutes(self, task_id: str) -> int:
        """Total float in working minutes; of a milestone with a deadline that before the deadline."""
        return self.schedule.items[task_id].total_float

    def float_days(self, task_id: str) -> Decimal:
        """Total float in working days of the project's calendar."""
        return Decimal(self.float_minutes(task_id)) / self.calendar.day_minutes

    def percent(self, task_id: str) -> Decimal:
        """What was reported of the task so far, 0 where nothing was."""
        entry = self.progress.get(task_id)
        return entry.percent if entry else Decimal(0)

    @cached_property
    def forecast(self) -> list[Forecast]:
        """Every task as drift compares it, in the plan's order."""
        return [_forecast(task, self.item(task.id)) for task in self.ws.tasks]

    @property
    def finish(self) -> date:
        """The day on which the last task ends."""
        return self.schedule.finish.date()


def workdays_after(planned: Planned | None, day: date, days: int) -> date:
    """The day after so many working days of the project's calendar; without one five to the week."""
    if planned is None:
        return day + timedelta(days=days * 7 // 5)
    for _ in range(days):
        day = planned.calendar.next_workday(day)
    return day


def plan_of(ws: Workspace, as_of: date | None, *, levelled: bool = True) -> tuple[Planned | None, list[Finding]]:
    """The scheduled plan with progress up to `as_of` (None: all there is), and what is wrong with it.

    None where an error makes scheduling impossible; an empty plan is scheduled too. Without `levelled` the starts that
    levelling has found do not count.
    """
    findings: list[Finding] = []
    calendars = Calendars(ws, findings)
    if findings:
        return None, findings
    calendar = calendars.own
    status_date, progress = latest_progress(ws, as_of)
    nodes = _Nodes(ws, calendars, status_date, findings, held=held_until(ws, status_date, as_of), levelled=levelled)
    found = tuple(nodes.of(task, progress.get(task.id)) for task in ws.tasks)
    network = Network(found, ws.project.start, calendar, status_date)
    findings += [_fighting(ws, fight) for fight in fights(network)]
    try:
        scheduled = schedule(network)
    except ImpossibleNetworkError as error:
        return None, [*findings, *(_located(ws, problem) for problem in error.problems)]
    except OverflowError:
        return None, [*findings, *([] if findings else [OUT_OF_YEARS.found(ws.project.at("start"), ws.project.id)])]
    findings += [_fighting(ws, fight) for fight in fixed_fights(network, scheduled)]
    if findings:
        return None, findings
    if any(task.buffer for task in ws.tasks):
        network, scheduled = _absorbed(ws, network, scheduled)
    findings += [
        OUT_OF_SEQUENCE.found(ws.get(task_id, Task).at("after"), task_id, id=task_id)
        for task_id in scheduled.out_of_sequence
    ]
    findings += [
        PAST_HOLIDAYS.found(
            ws.project.at("calendar"),
            ws.project.id,
            finish=scheduled.finish.date(),
            calendar=c.name,
            until=c.known_until,
        )
        for c in scheduled.beyond[:1]
    ]
    return Planned(ws, network, scheduled, calendar, status_date, progress, as_of), findings


def _absorbed(ws: Workspace, network: Network, scheduled: Schedule) -> tuple[Network, Schedule]:
    """The plan with its buffers as short as what is before them is late: that is what they are for."""
    planned = buffer_starts(ws, network)
    by_id = {node.id: node for node in network.nodes}
    for buffer in sorted((t for t in ws.tasks if t.id in planned), key=lambda t: scheduled.items[t.id].early_start):
        used = used_minutes(network.calendar, planned[buffer.id], scheduled.items[buffer.id].start)
        if used:
            node = by_id[buffer.id]
            by_id[buffer.id] = replace(node, duration=max(0, node.duration - used))
            network = replace(network, nodes=tuple(by_id[node.id] for node in network.nodes))
            scheduled = schedule(network)
    return network, scheduled


def buffer_starts(ws: Workspace, network: Network) -> dict[str, datetime]:
    """Where each buffer begins in the newest baseline, else in the plan without any progress."""
    frozen = {item.id: item.start for item in ws.baselines[-1].items} if ws.baselines else {}
    found: dict[str, datetime] = {}
    for task in ws.tasks:
        start = frozen.get(task.id) if task.buffer else None
        if start is not None:
            found[task.id] = start if isinstance(start, datetime) else datetime.combine(start, time())
    missing = [task.id for task in ws.tasks if task.buffer and task.id not in found]
    if missing and network.status_date is not None:
        plain = schedule(without_progress(network))
        found |= {task_id: plain.items[task_id].start for task_id in missing}
    return found


def without_progress(network: Network) -> Network:
    """The network as if nothing had been reported."""
    return replace(network, nodes=tuple(replace(node, actuals=None) for node in network.nodes), status_date=None)


def used_minutes(calendar: WorkCalendar, planned: datetime, start: datetime) -> int:
    """How much of a buffer is used: working minutes by which it begins late."""
    timeline = calendar.timeline
    return max(0, timeline.offset(clock(start)) - timeline.offset(clock(planned)))


def latest_progress(ws: Workspace, as_of: date | None) -> tuple[date | None, dict[str, TaskProgress]]:
    """The newest status date up to `as_of`, and each task's latest report.

    A report keeps the start and the finish that an earlier one gave; one of 100 percent without a finish, and with
    nothing remaining, was finished at its own status date.
    """
    reports = [p for p in ws.progress if as_of is None or p.status_date <= as_of]
    found: dict[str, TaskProgress] = {}
    for report in reports:
        for entry in report.tasks:
            earlier = found.get(entry.id)
            kept: dict[str, Any] = {}
            if entry.actual_start is None and earlier is not None:
                kept["actual_start"] = earlier.actual_start
            is_done = entry.percent == 100 and not (entry.remaining and entry.remaining.amount)
            if entry.actual_finish is None and is_done:
                kept["actual_finish"] = (earlier.actual_finish if earlier else None) or report.status_date
            found[entry.id] = entry.model_copy(update=kept) if kept else entry
    return (reports[-1].status_date if reports else None), found


def held_until(ws: Workspace, status_date: date | None, as_of: date | None) -> dict[str, int]:
    """For each task that waits for a customer duty the clock value from which it may start: the end of that day.

    Like progress, a duty counts as it was known at `as_of`; None: all there is.
    """
    found: dict[str, int] = {}
    for duty in ws.of(Duty):
        if duty.is_known(as_of):
            free = start_of(duty.available(status_date, as_of)) + DAY
            for task_id in duty.blocks:
                found[task_id] = max(free, found.get(task_id, free))
    return found


class _Nodes:
    """Nodes out of tasks; what is wrong with a task goes to `findings`."""

    def __init__(
        self,
        ws: Workspace,
        calendars: Calendars,
        status_date: date | None,
        findings: list[Finding],
        *,
        held: Mapping[str, int],
        levelled: bool = True,
    ) -> None:
        self._ws = ws
        self._calendars = calendars
        self._calendar = calendars.own
        self._status_date = status_date
        self._findings = findings
        self._held = held
        self._levelled = levelled

    def of(self, task: Task, entry: TaskProgress | None) -> Node:
        """The node of a task. What it lacks is a finding, and a stand-in lets the others still be looked at."""
        if task.is_milestone and task.duration is not None and task.duration.amount:
            self._findings.append(MILESTONE_DURATION.found(task.at("duration"), task.id, id=task.id))
        if not task.is_milestone and task.duration is None:
            self._findings.append(NO_DURATION.found(task.at("duration"), task.id, id=task.id))
        links: list[Link] = []
        for position, text in enumerate(task.after):
            try:
                link = _link(Dependency.parse(text), self._calendar)
            except ValueError:
                self._findings.append(BAD_LINK.found(task.at("after", position), task.id, id=task.id, text=text))
                continue
            if any((link.predecessor, link.type) == (other.predecessor, other.type) for other in links):
                at = task.at("after", position)
                self._findings.append(LINK_TWICE.found(at, task.id, id=task.id, target=link.predecessor))
            links.append(link)
            if abs(links[-1].lag) > MOST_MINUTES:
                at = task.at("after", position)
                self._findings.append(ABSURD_DURATION.found(at, task.id, id=task.id, text=text))
        minutes = 0 if task.is_milestone else _minutes(task.duration, self._calendar)
        is_elapsed = task.duration is not None and task.duration.is_elapsed
        if minutes > MOST_MINUTES:
            at = task.at("duration")
            self._findings.append(ABSURD_DURATION.found(at, task.id, id=task.id, text=task.duration))
        return Node(
            task.id,
            minutes,
            tuple(links),
            self._calendars.of(task),
            self._constraints(task),
            self._actuals(task, entry),
            self._calendars.working(task) or self._calendar if is_elapsed and any(k.lag for k in links) else None,
        )

    def _constraints(self, task: Task) -> Constraints:
        own = _milestone_constraints(task) if task.is_milestone else _constraints(task, levelled=self._levelled)
        until = self._held.get(task.id)
        return own if until is None else replace(own, held=max(until, own.held or until))

    def _actuals(self, task: Task, entry: TaskProgress | None) -> Actuals | None:
        """What happened to a task; None where it has not begun. A start that nobody reported is the scheduled one."""
        if entry is None or self._status_date is None:
            return None
        if not (entry.actual_start or entry.actual_finish or entry.percent):
            return None
        timeline = self._calendar.timeline
        finish = _as_finish(entry.actual_finish)
        start = _as_start(entry.actual_start)
        if task.is_milestone and finish is not None:
            start = finish - 1
        if start is None:
            start = min(self._scheduled_start(task), finish - 1 if finish is not None else start_of(self._status_date))
        start = timeline.starting(timeline.offset(start))
        if finish is not None:
            finish = timeline.finishing(timeline.offset(finish))
            return Actuals(min(start, finish), finish)
        if entry.remaining is not None:
            return Actuals(start, None, _minutes(entry.remaining, self._calendar))
        return Actuals(start, None, int(_minutes(task.duration, self._calendar) * (100 - entry.percent) / 100))

    def _scheduled_start(self, task: Task) -> int:
        """Where the task starts in the plan without any progress."""
        if task.id not in self._unshifted:
            return start_of(self._ws.project.first_day)
        return clock(self._unshifted[task.id].start)

    @cached_property
    def _unshifted(self) -> Mapping[str, Scheduled]:
        plain = _Nodes(self._ws, self._calendars, None, [], held=self._held, levelled=self._levelled)
        nodes = tuple(plain.of(task, None) for task in self._ws.tasks)
        try:
            return schedule(Network(nodes, self._ws.project.start, self._calendar)).items
        except (ImpossibleNetworkError, OverflowError):
            return {}


def _minutes(duration: Duration | None, calendar: WorkCalendar) -> int:
    return duration.minutes(day=calendar.day_minutes, week=calendar.week_minutes) if duration else 0


def _link(dependency: Dependency, calendar: WorkCalendar) -> Link:
    kinds: dict[str, LinkType] = {"FS": "FS", "SS": "SS", "FF": "FF", "SF": "SF"}
    lag = dependency.lag
    return Link(
        dependency.predecessor, kinds[dependency.type], _minutes(lag, calendar), lag.is_elapsed if lag else False
    )


def _constraints(task: Task, *, levelled: bool) -> Constraints:
    held = task.levelled_start if levelled else None
    return Constraints(
        start_no_earlier_than=_as_start(task.start_no_earlier_than),
        start_no_later_than=_as_start(task.start_no_later_than),
        finish_no_earlier_than=_as_finish(task.finish_no_earlier_than),
        finish_no_later_than=_as_finish(task.finish_no_later_than),
        must_start_on=_as_start(task.must_start_on),
        must_finish_on=_as_finish(task.must_finish_on),
        as_late_as_possible=task.as_late_as_possible and held is None,
        deadline=_as_finish(task.deadline),
        held=_as_start(held),
    )


def _milestone_constraints(task: Task) -> Constraints:
    """A milestone is a moment: a bound of it that is a day means the day's end; one with a time is what it says."""
    starts = {key: getattr(task, key) for key in ("start_no_earlier_than", "start_no_later_than", "must_start_on")}
    days = {key: None if isinstance(at, datetime) else at for key, at in starts.items()}
    times = {key: clock(at) for key, at in starts.items() if isinstance(at, datetime)}
    return Constraints(
        **times,
        finish_no_earlier_than=_latest(days["start_no_earlier_than"], task.finish_no_earlier_than),
        finish_no_later_than=_earliest(days["start_no_later_than"], task.finish_no_later_than),
        must_finish_on=_earliest(days["must_start_on"], task.must_finish_on),
        as_late_as_possible=task.as_late_as_possible,
        deadline=_as_finish(task.deadline),
    )


def _latest(*moments: date | datetime | None) -> int | None:
    return max((at for moment in moments if (at := _as_finish(moment)) is not None), default=None)


def _earliest(*moments: date | datetime | None) -> int | None:
    return min((at for moment in moments if (at := _as_finish(moment)) is not None), default=None)


def _as_start(moment: date | datetime | None) -> int | None:
    if moment is None:
        return None
    return clock(moment) if isinstance(moment, datetime) else start_of(moment)


def _as_finish(moment: date | datetime | None) -> int | None:
    if moment is None:
        return None
    return clock(moment) if isinstance(moment, datetime) else start_of(moment) + DAY


def _located(ws: Workspace, problem: Problem) -> Finding:
    task = ws.get(problem.node, Task)
    if problem.kind == "cycle":
        return CYCLE.found(task.at("after", problem.link or 0), task.id, path=" → ".join(problem.path))
    if problem.kind == "negative":
        return NO_DURATION.found(task.at("duration"), task.id, id=task.id)
    at = task.at("after", problem.link or 0)
    target = Dependency.parse(task.after[problem.link or 0]).predecessor
    return UNKNOWN_PREDECESSOR.found(
        at, task.id, id=task.id, target=target, hint=did_you_mean(target, [t.id for t in ws.tasks])
    )


def _fighting(ws: Workspace, fight: Fight) -> Finding:
    """Two bounds that cannot both be kept, at the first one."""
    task, other = ws.get(fight.node, Task), ws.get(fight.other, Task)
    key, second = _field_of(task, fight.bound), _field_of(other, fight.other_bound)
    shown = f"{key} {getattr(task, key)}", f"{second} {getattr(other, second)}"
    names = shown if task is other else (shown[0], f"{other.id} {shown[1]}")
    return FIGHTING_BOUNDS.found(task.at(key), task.id, id=task.id, first=f"`{names[0]}`", second=f"`{names[1]}`")


def _field_of(task: Task, bound: str) -> str:
    """The field that a bound of the engine comes from: those of a milestone that are days become finishes."""
    start = bound.replace("finish", "start")
    return start if task.is_milestone and getattr(task, bound) is None and getattr(task, start) is not None else bound


# --- baselines and drift ---------------------------------------------------------------------------------------------


def freeze(planned: Planned) -> dict[str, Any]:
    """What a baseline keeps of the plan: status date, digest, and each task and milestone as scheduled."""
    items = []
    for task in planned.ws.tasks:
        item = planned.item(task.id)
        row: dict[str, Any] = {"id": task.id, "phase": task.phase, "name": task.name}
        row |= {"start": _day_or_moment(item.start, planned), "finish": _day_or_moment(item.finish, planned)}
        for key in ("duration", "effort", "cost"):
            if (value := file_value(getattr(task, key))) is not None:
                row[key] = value
        if task.accrual != "prorated":
            row["accrual"] = task.accrual
        if task.is_milestone:
            row["milestone"] = True
        if task.after:
            row["after"] = list(task.after)
        items.append(row)
    return {
        "status_date": planned.status_date.isoformat() if planned.status_date else None,
        "plan_digest": plan_digest(planned.ws),
        "items": items,
    }


def plan_digest(ws: Workspace) -> str:
    """The digest of the whole plan: the content of its phases."""
    return digest({phase.id: content(phase) for phase in ws.phases})


def _day_or_moment(moment: datetime, planned: Planned) -> str:
    """A day where the moment is the beginning or end of its working time, else the moment itself."""
    spans = planned.calendar.spans_on(start_of(moment.date()) // DAY)
    minute = moment.hour * 60 + moment.minute
    if spans and minute in (spans[0][0], spans[-1][1]):
        return moment.date().isoformat()
    return moment.isoformat(timespec="minutes")


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _forecast(task: Task, item: Scheduled) -> Forecast:
    return Forecast(
        task.id, task.name, item.start.date(), item.finish.date(), task.is_milestone,
        str(task.duration or ""), _normal_links(task.after),
        tuple(Dependency.parse(text).predecessor for text in task.after),
    )  # fmt: skip


def _normal_links(texts: Sequence[str]) -> tuple[str, ...]:
    """Links as they are compared: `T-001 FS` is `T-001`."""
    return tuple(str(Dependency.parse(text)) for text in texts)


def frozen_items(baseline: Baseline) -> list[Frozen]:
    """A baseline as drift compares it; an imported one may know no dates of an item."""
    return [
        Frozen(i.id, i.name, _day(i.start), _day(i.finish), i.milestone, str(i.duration or ""), _normal_links(i.after))
        for i in baseline.items
        if i.start is not None and i.finish is not None
    ]


def allowances(ws: Workspace, baseline_includes: Sequence[str]) -> dict[str, Decimal]:
    """The working days that changes applied after the baseline grant, by task or milestone."""
    calendar = project_calendar(ws.project)
    granted: dict[str, Decimal] = {}
    for change in applied_changes(ws):
        if change.id in baseline_includes:
            continue
        for target, span in change.impact.schedule_allowance.items():
            days = Decimal(_minutes(span, calendar)) / calendar.day_minutes
            granted[target] = granted.get(target, Decimal(0)) + days
    return granted


def applied_changes(ws: Workspace) -> list[ChangeRequest]:
    """The changes whose edits are in force."""
    return [change for change in ws.changes if change.status in {"applied", "verified", "closed"}]


def drift_of(
    planned: Planned, frozen: Sequence[Frozen], includes: Sequence[str], outside: Mapping[str, Decimal]
) -> Drift:
    """The drift of the plan against frozen items; `includes` are changes that they contain already.

    `outside`: the working days that late customer duties have cost, by item.
    """
    return drift(frozen, planned.forecast, planned.calendar, allowances(planned.ws, includes), outside)


def excuses(ws: Workspace, item_id: str, planned: Planned, includes: Sequence[str]) -> list[str]:
    """The changes whose allowance reaches an item: its own, or one of what it waits for."""
    waits_for = {item_id}
    pending = [item_id]
    by_id = {item.id: item for item in planned.forecast}
    while pending:
        for before in by_id[pending.pop()].predecessors:
            if before in by_id and before not in waits_for:
                waits_for.add(before)
                pending.append(before)
    return [
        change.id
        for change in applied_changes(ws)
        if change.id not in includes and waits_for & set(change.impact.schedule_allowance)
    ]


def threshold_of(project: Project, item_id: str, override: str | None) -> Threshold:
    """The threshold of a milestone: `--fail-over`, else its own, else the profile's. Raises UsageError for none."""
    text = override or project.thresholds.milestones.get(item_id) or project.thresholds.drift
    try:
        return Threshold.parse(text)
    except ValueError:
        raise UsageError(
            Text(en="`{text}` is no threshold", zh="`{text}` 不是有效的阈值").format(text=text),
            Text(en="write 5d or 10%", zh="请写成 5d 或 10%"),
        ) from None


@dataclass(frozen=True)
class Verdict:
    """Drift judged by thresholds: which milestones fail, which changes excuse what, by which limits.

    `late_duties`: the customer duties whose delay is part of an item's unexplained drift.
    """

    baseline: str
    drift: Drift
    judged: tuple[ItemDrift, ...]
    failing: tuple[str, ...]
    limits: Mapping[str, str]
    excuses: Mapping[str, Sequence[str]]
    paths: Mapping[str, str]
    late_duties: Mapping[str, Sequence[str]]


def judged(
    planned: Planned, baseline: str, frozen: Sequence[Frozen], includes: Sequence[str], fail_over: str | None
) -> Verdict:
    """Milestones, or without any the project's last task, against their thresholds; only unexplained drift counts.

    `fail_over` replaces every threshold of the profile. Raises UsageError for one that is none.
    """
    from pmkit.workspace.duties import costs  # it asks the plan, which is made here

    ws = planned.ws
    late = costs(planned)
    found = drift_of(planned, frozen, includes, late.days)
    items = found.milestones or tuple(item for item in found.items if item.id == found.project)
    threshold_of(ws.project, "", fail_over)
    thresholds = {item.id: threshold_of(ws.project, item.id, fail_over) for item in items}
    failing = tuple(
        item.id for item in items if thresholds[item.id].is_passed_by(item, ws.project.first_day, planned.calendar)
    )
    return Verdict(
        baseline,
        found,
        items,
        failing,
        {item_id: str(threshold) for item_id, threshold in thresholds.items()},
        {item.id: excuses(ws, item.id, planned, includes) for item in found.items if item.approved},
        {item.id: ws.get(item.id, Task).spot.path for item in items},
        {item.id: late.of(item.id) for item in found.items if item.customer},
    )


def watched(planned: Planned, verdict: Verdict | None) -> list[Task]:
    """The milestones; of a plan without any the task that ends the project, by the baseline where there is one."""
    found = [task for task in planned.ws.tasks if task.is_milestone]
    if found or not planned.ws.tasks:
        return found
    last = verdict.drift.project if verdict else None
    task = planned.ws.find(last, Task) if last else None
    return [task or max(planned.ws.tasks, key=lambda one: (planned.item(one.id).finish, one.id))]


def is_stale(planned: Planned, as_of: date) -> bool:
    """True where the newest status date is older than the profile allows and work is still open."""
    if planned.status_date is None or planned.finish < planned.status_date:
        return False
    days = planned.ws.project.thresholds.stale_progress.minutes(day=DAY, week=7 * DAY) // DAY
    return as_of - planned.status_date > timedelta(days=days)
