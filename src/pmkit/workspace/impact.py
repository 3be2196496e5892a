"""What follows from a record, and what a change would do to the plan: computed, beside what a person assessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from pmkit.domain.changes import ChangeRequest
from pmkit.domain.kind import Record
from pmkit.domain.plan import Dependency, Task
from pmkit.kernel.duration import Duration
from pmkit.kernel.text import Text
from pmkit.workspace.links import Trace
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import Planned, plan_of
from pmkit.workspace.proposals import outcome, with_outcome


@dataclass(frozen=True, slots=True)
class Reach:
    """Everything downstream, nearest first, each with its way there; the milestones that wait for a task among it."""

    records: Mapping[str, tuple[str, ...]]
    milestones: Mapping[str, tuple[str, ...]]


def reach_of(trace: Trace, record: Record, planned: Planned | None) -> Reach:
    """All that depends on a record. A change reaches what it touches and what follows from that."""
    paths: dict[str, tuple[str, ...]] = {}
    starts = [record.id]
    if isinstance(record, ChangeRequest):
        starts += trace.upstream(record.id)
        paths = {target: (record.id, target) for target in starts[1:]}
    found = {i: p for i, p in trace.all_downstream(starts).items() if i not in starts}
    paths |= {i: (record.id, *p) if p[0] != record.id else p for i, p in found.items()}
    tasks = {i: p for i, p in {record.id: (record.id,), **paths}.items() if trace.ws.find(i, Task)}
    behind = _milestones_behind(trace.ws, tasks) if planned is not None else {}
    return Reach({i: p for i, p in paths.items() if i not in behind}, behind)


def _milestones_behind(ws: Workspace, tasks: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The milestones that wait, directly or not, for one of the tasks, in the order of the plan."""
    successors: dict[str, list[str]] = {}
    for task in ws.tasks:
        for text in task.after:
            successors.setdefault(Dependency.parse(text).predecessor, []).append(task.id)
    reached: dict[str, tuple[str, ...]] = {}
    pending = [(task_id, path) for task_id, path in tasks.items()]
    known = set(tasks)
    while pending:
        following = []
        for task_id, path in pending:
            for after in successors.get(task_id, ()):
                if after not in known:
                    known.add(after)
                    reached[after] = path
                    following.append((after, path))
        pending = following
    return {t.id: (*reached[t.id], t.id) for t in ws.tasks if t.is_milestone and t.id in reached}


@dataclass(frozen=True, slots=True)
class Shift:
    """A task or milestone that would end on another day. `days`: working days later, negative for earlier."""

    task: Task
    before: date
    after: date
    days: int


@dataclass(frozen=True, slots=True)
class PlanImpact:
    """The plan without the change and with it. `proposed`: its edits of the plan made; `allowed`: its allowance used.

    `impossible`: the plan with the proposed edits cannot be scheduled.
    """

    proposed: tuple[Shift, ...]
    allowed: tuple[Shift, ...]
    impossible: bool = False

    @property
    def milestones(self) -> tuple[Shift, ...]:
        """What either run moves, milestones alone; the proposed edits' figure first."""
        by_id = {s.task.id: s for s in (*self.allowed, *self.proposed) if s.task.is_milestone}
        return tuple(by_id.values())


def plan_impact(ws: Workspace, change: ChangeRequest, planned: Planned | None) -> PlanImpact:
    """What the change would do to the plan as it stands today; nothing where it is in force already."""
    if planned is None or change.applied_on is not None:
        return PlanImpact((), ())
    revised = outcome(ws, change).records
    edited = {i: r for i, r in revised.items() if isinstance(r, Task)}
    proposed: tuple[Shift, ...] = ()
    impossible = False
    if edited:
        with_edits, _ = plan_of(with_outcome(ws, edited), planned.status_date)
        impossible = with_edits is None
        proposed = _shifts(planned, with_edits) if with_edits else ()
    delayed = {}
    for target, span in change.impact.schedule_allowance.items():
        task = ws.find(target, Task)
        if task is not None and span.amount > 0:
            until = _later(planned, planned.item(target).finish.date(), span)
            delayed[target] = task.model_copy(update={"finish_no_earlier_than": until}).placed(task.spot)
    allowed: tuple[Shift, ...] = ()
    if delayed:
        with_delay, _ = plan_of(with_outcome(ws, delayed), planned.status_date)
        allowed = _shifts(planned, with_delay) if with_delay else ()
    return PlanImpact(proposed, allowed, impossible)


def _later(planned: Planned, day: date, span: Duration) -> date:
    """The day that lies a span later, in working days of the project or in elapsed ones."""
    calendar = planned.calendar
    if span.is_elapsed:
        return day + timedelta(days=-(-span.minutes(day=1440, week=10080) // 1440))
    minutes = span.minutes(day=calendar.day_minutes, week=calendar.week_minutes)
    for _ in range(-(-minutes // calendar.day_minutes)):
        day = calendar.next_workday(day)
    return day


def _shifts(before: Planned, after: Planned) -> tuple[Shift, ...]:
    """What ends on another day, in the order of the plan."""
    found = []
    for task in before.ws.tasks:
        was, now = before.item(task.id).finish.date(), after.item(task.id).finish.date()
        if was != now:
            found.append(Shift(task, was, now, before.calendar.workdays_between(was, now)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Computed:
    """One line of the computed impact: what it is of, and the figures or records."""

    label: Text
    says: Text


def computed(trace: Trace, change: ChangeRequest, planned: Planned | None) -> list[Computed]:
    """The impact as far as it can be computed: the plan with and without, and every record that is touched."""
    lines = list(_of_plan(plan_impact(trace.ws, change, planned)))
    groups: dict[str, list[Record]] = {}
    for record_id in reach_of(trace, change, None).records:
        record = trace.ws.records[record_id]
        groups.setdefault(record.kind.name, []).append(record)
    for name in (*(n for n in KINDS_IN_ORDER if n in groups), *sorted(n for n in groups if n not in KINDS_IN_ORDER)):
        records = groups[name]
        plural = records[0].kind.plural
        label = Text(en=plural.en.capitalize(), zh=plural.zh)
        lines.append(Computed(label, Text.join(Text.same(f"{r.id} {r.name_to_show}") for r in records)))
    return lines


KINDS_IN_ORDER = (
    "objective",
    "interview",
    "meeting",
    "requirement",
    "task",
    "deliverable",
    "case",
    "signoff",
    "change",
)


def _of_plan(impact: PlanImpact) -> Iterator[Computed]:
    if impact.impossible:
        yield Computed(
            Text("Plan", "计划"),
            Text("with the proposed edits the plan cannot be scheduled", "按变更内容修改后，计划无法排程"),
        )
    runs = (
        (Text("Plan with the proposed edits", "按变更内容排程"), impact.proposed),
        (Text("Plan with the allowance used up", "顺延全部用完时"), impact.allowed),
    )
    for label, shifts in runs:
        shown = [s for s in shifts if s.task.is_milestone] or list(shifts[-1:])
        if shown:
            yield Computed(label, Text.join((_shift(s) for s in shown), en="; ", zh="；"))


def _shift(shift: Shift) -> Text:
    """`M-003 Preliminary acceptance 2026-05-21 → 2026-05-26 (+3 d)`."""
    moved = f"{shift.task.id} {shift.task.name} {shift.before} → {shift.after}"
    return Text(en=f"{moved} ({shift.days:+} d)", zh=f"{moved}（{shift.days:+} 天）")
