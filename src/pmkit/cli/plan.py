"""`pmkit plan`: phases, tasks, milestones, progress, baselines, drift."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any

import typer

from pmkit.cli import plan_earned, plan_exchange
from pmkit.cli.generic import NOT_GIVEN, options_of, with_options
from pmkit.cli.language import h, language, tell
from pmkit.cli.plan_ahead import register
from pmkit.cli.scheduled import scheduled
from pmkit.cli.session import AT_REVISION, WRITING, Session, command, group, one_of, out, parse_date, print_json
from pmkit.domain.plan import TASK, Baseline, Task
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text
from pmkit.workspace.planning import Planned

app = group(h("Plan, progress, baselines, drift", "计划、进度、基准与偏差"))
phase_app = group(h("Phases", "阶段"))
task_app = group(h("Tasks", "任务"))
milestone_app = group(h("Milestones", "里程碑"))
app.add_typer(phase_app, name="phase")
app.add_typer(task_app, name="task")
app.add_typer(milestone_app, name="milestone")

_Phase = Annotated[str, typer.Option("--phase", metavar="PH-ID", help=h("the phase it belongs to", "所属阶段"))]
_Name = Annotated[str, typer.Option("--name", help=h("name", "名称"))]
_After = Annotated[
    list[str] | None,
    typer.Option(
        "--after",
        metavar="LINK",
        help=h("T-001, 'T-002 SS+2d'; may be repeated", "前置任务，如 T-001、'T-002 SS+2d'；可重复"),
    ),
]


def _phase_add(s: Session, phase_id: Annotated[str, typer.Argument(metavar="PH-ID")], name: _Name) -> None:
    from pmkit.actions.plan import add_phase

    s.write(add_phase(s.ws, phase_id.upper(), name, s.acting))


def _task_add(s: Session, phase: _Phase, name: _Name, after: _After = None, **values: Any) -> None:
    from pmkit.actions.plan import add_task

    s.write(add_task(s.ws, phase.upper(), _given(name, after, values), s.next_id, s.acting))


def _milestone_add(s: Session, phase: _Phase, name: _Name, after: _After = None, **values: Any) -> None:
    from pmkit.actions.plan import add_task

    s.write(add_task(s.ws, phase.upper(), _given(name, after, values), s.next_id, s.acting, milestone=True))


def _given(name: str, after: list[str] | None, values: dict[str, Any]) -> dict[str, Any]:
    found = {_OPTIONS[key][0]: value for key, value in values.items() if value not in NOT_GIVEN}
    return found | {"name": name} | ({"after": after} if after else {})


_OPTIONS = {k: v for k, v in options_of(TASK).items() if k not in {"name", "after", "milestone"}}


# --- looking ---------------------------------------------------------------------------------------------------------


def _show(
    s: Session,
    as_of: Annotated[
        str | None, typer.Option(metavar="DATE", help=h("progress up to this day", "只计入该日及以前的进度"))
    ] = None,
    by: Annotated[
        str, typer.Option("--by", metavar="phase|owner|milestone", help=h("how tasks are grouped", "分组方式"))
    ] = "phase",
    critical: Annotated[bool, typer.Option("--critical", help=h("critical tasks only", "只显示关键任务"))] = False,
) -> None:
    from pmkit.workspace.groups import BY, grouped

    one_of(by, BY)
    planned = scheduled(s, as_of)
    tasks = [t for t in planned.ws.tasks if not critical or planned.item(t.id).critical]
    if s.json:
        print_json([task_json(planned, task) for task in tasks])
        return
    if not tasks and planned.ws.tasks:
        out(h("no task is critical", "没有关键任务"))
        return
    if not tasks:
        out(
            h(
                "the plan is empty; begin with `pmkit plan phase add PH1 --name ...`",
                "计划为空，请先执行 `pmkit plan phase add PH1 --name 名称`",
            )
        )
        return
    from pmkit.output.gantt import gantt_text
    from pmkit.output.tables import coloured, terminal_width
    from pmkit.workspace.letters import suspensions, told

    sys.stdout.write(gantt_text(planned, grouped(planned, tasks, by), language(), terminal_width(), colour=coloured()))
    day = parse_date(as_of) if as_of else s.today
    for one in suspensions(planned.ws):
        if one.start <= day:
            out(tell(told(one, day)))


def task_json(planned: Planned, task: Task) -> dict[str, Any]:
    """A task of `plan show --json`; times are local to the project, floats in working minutes."""
    item = planned.item(task.id)
    minutes = (
        task.duration.minutes(day=planned.calendar.day_minutes, week=planned.calendar.week_minutes)
        if task.duration
        else 0
    )
    return {
        "id": task.id,
        "name": task.name,
        "phase": task.phase,
        "kind": "milestone" if task.is_milestone else "task",
        "start": item.start.isoformat(timespec="minutes"),
        "finish": item.finish.isoformat(timespec="minutes"),
        "duration_minutes": minutes,
        "total_float_minutes": item.total_float,
        "free_float_minutes": item.free_float,
        "critical": item.critical,
        "percent": float(planned.percent(task.id)),
        "owner": task.owner,
        "source_uid": task.source_uid,
    }


# --- writing ---------------------------------------------------------------------------------------------------------


def _progress(
    s: Session,
    task_id: Annotated[str, typer.Argument(metavar="T-ID")],
    percent: Annotated[str, typer.Option(help=h("how much is done", "完成百分比"))],
    remaining: Annotated[
        str | None, typer.Option(metavar="DURATION", help=h("work left, as 3d", "剩余工期，如 3d"))
    ] = None,
    actual_start: Annotated[str | None, typer.Option(metavar="DATE", help=h("actual start", "实际开始日期"))] = None,
    actual_finish: Annotated[str | None, typer.Option(metavar="DATE", help=h("actual finish", "实际完成日期"))] = None,
    actual_cost: Annotated[
        str | None,
        typer.Option("--actual-cost", metavar="AMOUNT", help=h("what it has cost so far", "累计实际成本")),
    ] = None,
    note: Annotated[str | None, typer.Option(help=h("a remark", "说明"))] = None,
) -> None:
    from pmkit.actions.plan import report_progress

    before = scheduled(s, (s.acting.on - timedelta(days=1)).isoformat())
    task = before.ws.get(task_id, Task)
    given = {"percent": percent.removesuffix("%"), "remaining": remaining, "actual_start": actual_start,
             "actual_finish": actual_finish, "actual_cost": actual_cost, "note": note}  # fmt: skip
    values = {key: value for key, value in given.items() if value is not None}
    s.write(report_progress(before.ws, task, values, before.item(task.id).start.date(), s.acting))


def _baseline(s: Session, name: _Name) -> None:
    from pmkit.actions.plan import take_baseline
    from pmkit.workspace.planning import freeze

    planned = scheduled(s)
    s.write(take_baseline(planned.ws, name, freeze(planned), s.next_id, s.acting))


# --- drift -----------------------------------------------------------------------------------------------------------


def _drift(
    s: Session,
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            "--baseline",
            metavar="BL-ID|REF|DATE",
            help=h("what to compare with (default: the newest baseline)", "比较对象（默认最新进度基准）"),
        ),
    ] = None,
    fail_over: Annotated[
        str | None, typer.Option(metavar="5d|10%", help=h("unexplained drift that fails", "未经批准偏差超过该值则失败"))
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(metavar="DATE", help=h("progress up to this day", "只计入该日及以前的进度"))
    ] = None,
    format_: Annotated[str, typer.Option("--format", help="text, json, markdown, github")] = "text",
) -> None:
    from pmkit.output.drift import drift_github, drift_json, drift_markdown, drift_text
    from pmkit.workspace.contracts import deadline, figures
    from pmkit.workspace.planning import judged

    one_of(format_, ("text", "json", "markdown", "github"))
    planned = scheduled(s, as_of)
    finish = deadline(planned.ws, planned)
    compared = _compared(s, planned, against)
    if compared is None:
        note = Text(
            "there is no baseline yet: `pmkit plan baseline --name ...`",
            "尚未设立进度基准：`pmkit plan baseline --name 名称`",
        )
        if s.json or format_ == "json":
            print_json({"baseline": None, "items": [], "failed": False} | figures(finish))
        else:
            out("\n".join([note.to(language()), *([finish.says.to(language())] if finish else [])]))
        return
    name, frozen, includes = compared
    verdict = judged(planned, name, frozen, includes, fail_over)
    if s.json or format_ == "json":
        print_json(drift_json(verdict) | figures(finish))
    elif format_ == "github":
        sys.stdout.write(drift_github(verdict, language(), s.git.prefix if s.git else ""))
    elif format_ == "markdown":
        sys.stdout.write(drift_markdown(verdict, language(), finish))
    else:
        sys.stdout.write(drift_text(verdict, language(), finish))
    if verdict.failing:
        raise typer.Exit(1)


def _compared(s: Session, planned: Planned, against: str | None) -> tuple[str, Sequence[Any], Sequence[str]] | None:
    """What to compare with: a baseline of the workspace, or the plan as it was at a commit or day."""
    from pmkit.workspace.model import normal_id
    from pmkit.workspace.planning import applied_changes, freeze, frozen_items, plan_of

    ws = planned.ws
    if against is None:
        if not ws.baselines:
            return None
        newest = ws.baselines[-1]
        return newest.id, frozen_items(newest), newest.includes
    if (found := ws.find(normal_id(against), Baseline)) is not None:
        return found.id, frozen_items(found), found.includes
    if against.upper().startswith("BL-"):
        ws.get(against, Baseline)
    then = Session(workspace=s.workspace, rev=against)
    was, _ = plan_of(then.whole, None)
    if was is None:
        raise UsageError(
            Text(en="the plan of {rev} cannot be scheduled", zh="{rev} 时的计划无法排程").format(rev=against)
        )
    frozen = freeze(was)
    baseline = Baseline.model_validate(
        {"id": "BL-0", "name": against, "on": s.today, "plan_digest": frozen["plan_digest"], "items": frozen["items"]}
    )
    return against, frozen_items(baseline), [change.id for change in applied_changes(then.whole)]


_NOT_OF_A_TASK = frozenset({"contract", "stage"})
_NOT_OF_A_MILESTONE = frozenset({"duration", "effort", "resources", "cost"})
command(phase_app, "add", h("Add a phase", "新增阶段"), WRITING)(_phase_add)
command(task_app, "add", h("Add a task", "新增任务"), WRITING)(
    with_options(_task_add, {k: v for k, v in _OPTIONS.items() if k not in _NOT_OF_A_TASK})
)
command(milestone_app, "add", h("Add a milestone", "新增里程碑"), WRITING)(
    with_options(_milestone_add, {k: v for k, v in _OPTIONS.items() if k not in _NOT_OF_A_MILESTONE})
)
command(app, "show", h("The plan with dates, float and bars", "显示计划：日期、浮动时间、横道图"), AT_REVISION)(_show)
command(
    app, "progress", h("Report what a task has come to", "填报任务进度"), WRITING, aliases={"date": "--status-date"}
)(_progress)
command(app, "baseline", h("Freeze the plan as a baseline", "设立进度基准"), WRITING)(_baseline)
command(
    app,
    "drift",
    h("Drift against a baseline; exit 1 beyond the threshold", "与进度基准比较偏差，超过阈值则以 1 退出"),
    AT_REVISION,
)(_drift)
register(app)
plan_exchange.register(app)
plan_earned.register(app)
