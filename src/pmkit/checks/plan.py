"""PLN: tasks that nobody can watch, progress that nobody reports. What makes a plan impossible scheduling finds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.kind import about
from pmkit.domain.people import Person
from pmkit.domain.plan import Dependency
from pmkit.kernel.text import Text
from pmkit.workspace.estimates import estimate_of
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import is_stale
from pmkit.workspace.resources import loads

_BOUNDS = ("deadline", "must_finish_on", "finish_no_later_than")
LONGEST = 20  # working days; what runs longer hides its delay through several weekly reports


@check(
    "PLN103",
    "long-task",
    severity="warning",
    opinion=True,
    says=Text(
        "{id} takes {duration}, more than {limit} working days", "{id} 的工期为 {duration}，超过 {limit} 个工作日"
    ),
    fix=Text("split it into tasks that end within a month", "请拆分为一个月内可以完成的任务"),
)
def long_task(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """A task of months reports 80 percent for weeks."""
    if ctx.planned is None:
        return
    day, week = ctx.planned.calendar.day_minutes, ctx.planned.calendar.week_minutes
    for task in ws.tasks:
        long = task.duration is not None and task.duration.minutes(day=day, week=week) > LONGEST * day
        if long and task.duration is not None and not task.duration.is_elapsed:
            yield hit(task.at("duration"), task.id, id=task.id, duration=task.duration, limit=LONGEST)


@check(
    "PLN105",
    "estimates-out-of-order",
    severity="error",
    says=Text(
        "{id}: best case, most likely and worst case are not in order",
        "{id}：乐观、最可能、悲观工期未按从小到大排列",
    ),
    fix=Text(
        "`pmkit set {id} best=... likely=... worst=...`; likely is the duration unless given",
        "`pmkit set {id} best=… likely=… worst=…`；未填最可能工期时以工期为准",
    ),
)
def estimates_out_of_order(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """No distribution has its worst case before its best; the simulation cannot draw from it."""
    if ctx.planned is None:
        return
    for task in ws.tasks:
        estimate = estimate_of(task, ctx.planned.calendar)
        if estimate is not None and not estimate.is_in_order:
            key = next(key for key in ("worst", "best", "likely") if getattr(task, key) is not None)
            yield hit(task.at(key), task.id, id=task.id)


@check(
    "PLN111",
    "task-without-owner",
    severity="warning",
    opinion=True,
    says=Text("{id} has no owner", "{id} 没有责任人"),
    fix=Text("`pmkit set {id} owner=HANDLE`", "`pmkit set {id} owner=代号`"),
)
def task_without_owner(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Nobody reports the progress of a task that is nobody's."""
    for task in ws.tasks:
        if not task.is_milestone and not task.owner and not task.resources:
            yield hit(task.at("owner"), task.id, id=task.id)


@check(
    "PLN211",
    "open-end",
    severity="warning",
    opinion=True,
    says=Text("nothing waits for {id}", "没有任何任务或里程碑以 {id} 为前置"),
    fix=Text(
        "let a milestone wait for it: `pmkit set M-001 after+={id}`",
        "请让里程碑以它为前置：`pmkit set M-001 after+={id}`",
    ),
)
def open_end(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """A task that leads nowhere may slip as far as it likes: no date that anybody watches moves."""
    if ctx.planned is None:
        return
    awaited = {Dependency.parse(text).predecessor for task in ws.tasks for text in task.after}
    for task in ws.tasks:
        if not task.is_milestone and task.id not in awaited:
            yield hit(task.at("after"), task.id, id=task.id)


@check(
    "PLN301",
    "progress-stale",
    severity="warning",
    says=Text("progress was last reported for {day}", "进度最近一次填报的状态日期是 {day}，已过期"),
    fix=Text("`pmkit plan progress T-001 --percent 60`", "`pmkit plan progress T-001 --percent 60`"),
)
def progress_stale(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """A forecast rests on what was reported last; after a while it is a guess."""
    if ctx.planned is not None and is_stale(ctx.planned, ctx.as_of):
        newest = ws.progress[-1]
        yield hit(newest.spot, newest.id, day=newest.id)


@check(
    "PLN302",
    "started-task-not-reported",
    severity="warning",
    says=Text("{id} is under way and was not reported for {day}", "{id} 正在进行，但 {day} 没有填报"),
    fix=Text(
        "`pmkit plan progress {id} --percent ... --status-date {day}`",
        "`pmkit plan progress {id} --percent … --status-date {day}`",
    ),
)
def started_task_not_reported(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """Its remaining work is moved on as if nothing had been done."""
    if ctx.planned is None or not ws.progress:
        return
    newest = ws.progress[-1]
    reported = {entry.id for entry in newest.tasks}
    for task_id, entry in ctx.planned.progress.items():
        begun = entry.percent > 0 or entry.actual_start is not None
        if begun and entry.percent < 100 and entry.actual_finish is None and task_id not in reported:
            yield hit(newest.at("tasks"), task_id, id=task_id, day=newest.id)


@check(
    "PLN309",
    "over-allocated",
    severity="warning",
    opinion=True,
    says=Text(
        "{person} has more to do at once than they give, {first} to {last}: {tasks}",
        "{person} 在 {first} 至 {last} 同时承担的工作超过可用工时：{tasks}",
    ),
    fix=Text("`pmkit plan level`, or give a task to somebody else", "可用 `pmkit plan level` 平衡，或调整任务人员"),
)
def over_allocated(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """What one person cannot do at once will be late, whatever the plan says."""
    if ctx.planned is None:
        return
    for load in loads(ctx.planned, "month"):
        if load.over:
            person = ws.get(load.person, Person)
            tasks = ", ".join(load.clash)
            yield hit(person.spot, person.id, person=person.name, first=load.over[0], last=load.over[-1], tasks=tasks)


@check(
    "PLN306",
    "progress-in-the-future",
    severity="error",
    says=Text("{id}: {day} lies after the status date {status}", "{id}：{day} 晚于状态日期 {status}"),
    fix=Text("report what has happened up to the status date", "只填报状态日期及以前已发生的情况"),
)
def progress_in_the_future(ws: Workspace, _: Context) -> Iterator[Hit]:
    """What has not happened yet is a plan, not progress."""
    for report in ws.progress:
        for position, entry in enumerate(report.tasks):
            for key in ("actual_start", "actual_finish"):
                moment = getattr(entry, key)
                if moment is not None and date(moment.year, moment.month, moment.day) > report.status_date:
                    yield hit(
                        report.at("tasks", position, key), entry.id,
                        id=entry.id, day=moment, status=report.status_date,
                    )  # fmt: skip


@check(
    "PLN307",
    "forecast-past-bound",
    severity="warning",
    says=Text(
        "{id} is forecast for {finish}, past its `{field}` of {bound}", "{id} 预计 {finish} 完成，晚于“{label}” {bound}"
    ),
    fix=Text(
        "`pmkit plan show` has the critical path; shorten it, or agree the new day by a change",
        "`pmkit plan show` 可查看关键路径；请压缩工期，或通过变更商定新的日期",
    ),
)
def forecast_past_bound(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """The day on which somebody counts will be missed, and there is still time to say so."""
    if ctx.planned is None:
        return
    for task in ws.tasks:
        if ctx.planned.percent(task.id) == 100:
            continue
        finish = ctx.planned.item(task.id).finish.date()
        for field in _BOUNDS:
            bound = getattr(task, field)
            if bound is not None and finish > date(bound.year, bound.month, bound.day):
                label = about(type(task))[field].label
                at = task.at(field)
                yield hit(at, task.id, id=task.id, finish=finish, field=field, label=label, bound=bound)
                break


@check(
    "PLN311",
    "plan-without-baseline",
    severity="warning",
    says=Text(
        "progress is reported and there is no baseline to compare it with", "已在填报进度，但没有进度基准可供比较"
    ),
    fix=Text("`pmkit plan baseline --name NAME`", "`pmkit plan baseline --name 名称`"),
)
def plan_without_baseline(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Without a baseline a plan is always on time: it is whatever it has become."""
    if ws.progress and not ws.baselines:
        first = ws.progress[0]
        yield hit(first.spot, first.id)
