"""`pmkit plan level|load|...`: what lies ahead of a plan, computed by the schedule engine."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pmkit.cli.generic import NOT_GIVEN, options_of
from pmkit.cli.language import h, language
from pmkit.cli.scheduled import scheduled
from pmkit.cli.session import AT_REVISION, WRITING, Session, command, one_of, out, parse_date, print_json
from pmkit.domain.kind import Record, file_data
from pmkit.domain.plan import TASK, Task
from pmkit.domain.problems import validated
from pmkit.kernel.errors import UsageError, cannot_write
from pmkit.kernel.text import Text
from pmkit.output.tables import terminal_width

if TYPE_CHECKING:
    from pmkit.reports.curves import TimeChart

_AsOf = Annotated[str | None, typer.Option(metavar="DATE", help=h("progress up to this day", "只计入该日及以前的进度"))]


_Picture = Annotated[str | None, typer.Option(metavar="FILE.svg", help=h("draw it into this file", "绘制图形到该文件"))]
_TASK_OPTIONS = {k: v for k, v in options_of(TASK).items() if k != "milestone"}


def _level(
    s: Session,
    priority: Annotated[
        str,
        typer.Option(
            metavar="finish|late-start|float|start|order",
            help=h(
                "who comes first among equal priorities (finish: whatever ends the project first)",
                "优先级相同时谁先：finish 项目最早完成，late-start 最晚开始，float 浮动，start 开始，order 计划顺序",
            ),
        ),
    ] = "finish",
    optimal: Annotated[
        bool,
        typer.Option(
            "--optimal", help=h("improve and prove it, with pmkit[schedule]", "用 pmkit[schedule] 求最优并证明")
        ),
    ] = False,
    time_limit: Annotated[
        float,
        typer.Option(min=0.1, metavar="SECONDS", help=h("how long --optimal may take", "--optimal 的时间上限（秒）")),
    ] = 30,
    clear: Annotated[bool, typer.Option("--clear", help=h("take the levelling back", "取消资源平衡"))] = False,
) -> None:
    from pmkit.actions.plan import hold
    from pmkit.output.levelling import levelling_json, levelling_text
    from pmkit.schedule.levelling import RULES, level, level_optimally
    from pmkit.workspace.resources import capacities, demands, held_starts

    rule = next((r for r in RULES if r == one_of(priority, RULES)), RULES[0])
    planned = scheduled(s, levelled=False)
    if clear:
        edits = hold(planned.ws, {}, s.acting)
        if edits is None:
            out(h("the plan is not levelled", "计划未做资源平衡"))
            return
        s.write(edits)
        return
    needs, given = demands(planned), capacities(planned.ws)
    if optimal:
        found = level_optimally(planned.network, needs, given, time_limit)
    else:
        found = level(planned.network, needs, given, rule)
    if not s.json:
        sys.stdout.write(levelling_text(planned, found, language(), terminal_width()))
    edits = hold(planned.ws, held_starts(planned, found), s.acting)
    if edits is not None:
        s.write(edits, more=levelling_json(found))
    elif s.json:
        print_json({"id": None, "path": "", "commit": None, "paths": [], **levelling_json(found)})
    else:
        out(h("the plan says so already; nothing to write", "计划已是平衡结果，无需写入"))


def _simulate(
    s: Session,
    runs: Annotated[int, typer.Option(min=1, max=1_000_000, help=h("how many runs", "模拟次数"))] = 10_000,
    seed: Annotated[
        int, typer.Option(min=0, help=h("the same seed, the same figures", "随机种子，相同种子结果相同"))
    ] = 1,
    no_risks: Annotated[
        bool, typer.Option("--no-risks", help=h("leave out the risks that name tasks", "不计入影响任务的风险"))
    ] = False,
    picture: _Picture = None,
    as_of: _AsOf = None,
) -> None:
    from pmkit.output.simulation import simulation_json, simulation_text
    from pmkit.schedule.simulation import has_numpy, simulate
    from pmkit.workspace.estimates import estimates, events

    planned = scheduled(s, as_of)
    found = estimates(planned)
    may_happen = [] if no_risks else events(planned)
    if wrong := [task_id for task_id, estimate in found.items() if not estimate.is_in_order]:
        raise UsageError(
            Text("estimates out of order: {ids}", "三点估算未按从小到大排列：{ids}").format(ids=", ".join(wrong)),
            Text("`pmkit check --select PLN105` tells where", "`pmkit check --select PLN105` 可查看位置"),
        )
    if not found and not may_happen:
        raise UsageError(
            Text(
                "no task has a three-point estimate, no risk names a task",
                "没有任务填写三点估算，也没有风险写明受影响任务",
            ),
            Text(
                "`pmkit set T-001 best=3d worst=9d`, or `pmkit risk assess RSK-001 --chance 40 --task T-001=5d`",
                "`pmkit set T-001 best=3d worst=9d`，或 `pmkit risk assess RSK-001 --chance 40 --task T-001=5d`",
            ),
        )
    if not has_numpy():
        sys.stderr.write(
            h(
                "NumPy is not installed: the figures are the same, they take longer (pip install 'pmkit[simulate]')",
                "未安装 NumPy：结果相同，但耗时更长（pip install 'pmkit[simulate]'）",
            )
            + "\n"
        )
    simulated = simulate(planned.network, found, runs, seed, events=may_happen)
    without = simulate(planned.network, found, runs, seed) if may_happen else None
    if picture is not None:
        from pmkit.reports.plan_charts import histogram_chart

        save(picture, histogram_chart(planned, simulated, language()))
    elif s.json:
        print_json(simulation_json(planned, simulated, may_happen, without))
    else:
        sys.stdout.write(simulation_text(planned, simulated, language(), terminal_width(), may_happen, without))


def load(
    s: Session,
    by: Annotated[str, typer.Option("--by", metavar="day|week|month", help=h("periods", "统计周期"))] = "week",
    person: Annotated[str | None, typer.Option(metavar="HANDLE", help=h("only this person", "只看此人"))] = None,
    picture: _Picture = None,
    as_of: _AsOf = None,
) -> None:
    """`plan load` and `team load`."""
    from pmkit.domain.people import Person
    from pmkit.output.load import load_json, load_text
    from pmkit.workspace.resources import loads

    planned = scheduled(s, as_of)
    if person is not None:
        planned.ws.get(person, Person)
    found = [x for x in loads(planned, one_of(by, ("day", "week", "month"))) if person in (None, x.person)]
    if picture is not None:
        from pmkit.reports.plan_charts import load_chart

        save(picture, load_chart(planned, found, language()))
    elif s.json:
        print_json(load_json(found))
    else:
        sys.stdout.write(load_text(planned, found, language(), terminal_width()))


def _buffer(s: Session, picture: _Picture = None, as_of: _AsOf = None) -> None:
    from pmkit.output.buffers import buffers_json, buffers_text
    from pmkit.workspace.buffers import buffers, history

    planned = scheduled(s, as_of)
    found = buffers(planned)
    if not found and not s.json:
        raise UsageError(
            Text("the plan has no buffer", "计划中没有缓冲"),
            Text(
                "`pmkit plan task add --phase PH1 --name ... --duration 10d --buffer project --after ...`",
                "`pmkit plan task add --phase PH1 --name 项目缓冲 --duration 10d --buffer project --after …`",
            ),
        )
    if s.json:
        print_json(buffers_json(planned, found))
        return
    past = list(history(planned.ws, parse_date(as_of) if as_of else None))
    if picture is not None:
        from pmkit.reports.plan_charts import fever_chart

        save(picture, fever_chart(planned, past, language()))
        return
    sys.stdout.write(buffers_text(planned, found, past, language(), terminal_width()))


def _what_if(
    s: Session,
    task_id: Annotated[str | None, typer.Argument(metavar="[T-ID]")] = None,
    propose: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID.FIELD=VALUE", help=h("a further edit (also += and -=); may be repeated", "其他假设修改，可重复")
        ),
    ] = None,
    as_of: _AsOf = None,
    **values: Any,
) -> None:
    from pmkit.actions.plan import links
    from pmkit.actions.records import assigned
    from pmkit.output.variants import moves_json, moves_text
    from pmkit.workspace.planning import plan_of
    from pmkit.workspace.variants import moves, varied

    before = scheduled(s, as_of)
    edits = [_proposal(text) for text in propose or []]
    given = {_TASK_OPTIONS[key][0]: value for key, value in values.items() if value not in NOT_GIVEN}
    if given and task_id is None:
        raise UsageError(Text("which task?", "请写明任务编号"), Text.same("`pmkit plan what-if T-012 --duration 8d`"))
    changed: dict[str, Record] = {}
    if task_id is not None:
        task = before.ws.get(task_id, Task)
        if "after" in given:
            given["after"] = links(before.ws, given["after"])
        raw = {"id": task.id, **file_data(task), **given}
        changed[task.id] = validated(Task, raw).placed(task.spot)
    for record_id, assignment in edits:
        record: Record = before.ws.get(record_id)
        changed[record.id] = assigned(before.ws, changed.get(record.id, record), assignment)
    if not changed or not (given or edits):
        raise UsageError(
            Text("what would be different?", "请写明假设的修改"), Text.same("`pmkit plan what-if T-012 --duration 8d`")
        )
    ws = varied(before.ws, changed.values())
    after, findings = plan_of(ws, parse_date(as_of) if as_of else None)
    if after is None:
        raise UsageError(
            Text.join((f.says for f in findings if f.severity == "error"), en="\n", zh="\n"),
            Text("nothing was written", "未写入任何内容"),
        )
    moved = moves(before, after)
    if s.json:
        print_json(moves_json(before, after, moved))
    else:
        sys.stdout.write(moves_text(before, after, moved, language(), terminal_width()))


def _proposal(text: str) -> tuple[str, str]:
    """`ID.field=value` as the record and the assignment."""
    head, equals, value = text.partition("=")
    record_id, dot, field = head.rpartition(".")
    if not (equals and dot and record_id):
        raise UsageError(
            Text("`{text}` is no edit", "`{text}` 不是有效的修改").format(text=text), Text.same("T-012.duration=8d")
        )
    return record_id, f"{field}={value}"


def _compress(
    s: Session,
    to: Annotated[str, typer.Option("--to", metavar="DATE", help=h("when it must end", "要求的完成日期"))],
    milestone: Annotated[
        str | None, typer.Option(metavar="M-ID", help=h("this milestone, not the whole project", "只压缩到该里程碑"))
    ] = None,
    as_of: _AsOf = None,
) -> None:
    from pmkit.output.variants import compressed_json, compressed_text
    from pmkit.workspace.compression import compressed

    planned = scheduled(s, as_of)
    target = planned.ws.get(milestone, Task).id if milestone else None
    found = compressed(planned, parse_date(to), target)
    if s.json:
        print_json(compressed_json(planned, found))
    else:
        sys.stdout.write(compressed_text(planned, found, language(), terminal_width()))
    if not found.reached:
        raise typer.Exit(1)


CHARTS = {"s-curve": "progress", "drift": "drift", "network": "network", "gantt": "gantt"}


def _chart(
    s: Session,
    name: Annotated[str, typer.Argument(metavar="s-curve|drift|network|gantt")],
    picture: _Picture = None,
    as_of: _AsOf = None,
) -> None:
    from pmkit.cli.rendering.plan import plan_view
    from pmkit.output.curves import curves_text
    from pmkit.output.gantt import gantt_text
    from pmkit.output.network import network_text
    from pmkit.output.tables import coloured
    from pmkit.reports.curves import TimeChart
    from pmkit.workspace.groups import grouped

    if as_of is not None:
        s.today = parse_date(as_of)
    one_of(name, CHARTS)
    if s.json:
        chart = plan_view(s, s.whole, "customer").pictures.get(CHARTS[name])
        print_json(_chart_json(s, name, chart if isinstance(chart, TimeChart) else None))
        return
    if picture is None and name in {"network", "gantt"}:
        planned = scheduled(s, s.today.isoformat())
        if not planned.ws.tasks:
            raise UsageError(Text("the plan is empty", "计划为空"))
        groups = grouped(planned, planned.ws.tasks, "phase")
        text = (
            network_text(planned, language(), terminal_width(), colour=coloured())
            if name == "network"
            else gantt_text(planned, groups, language(), terminal_width(), colour=coloured())
        )
        sys.stdout.write(text)
        return
    chart = plan_view(s, s.whole, "customer").pictures.get(CHARTS[name])
    if chart is None:
        raise UsageError(
            Text("there is nothing to draw yet", "目前没有可绘制的内容"),
            Text(
                "drift over time needs a baseline and two status dates", "偏差走势图需要进度基准和至少两个状态日期"
            ) if name == "drift" else None,
        )  # fmt: skip
    if picture is not None:
        pages = chart.svg(language())
        stem = picture.removesuffix(".svg")
        for number, page in enumerate(pages, 1):
            save(picture if len(pages) == 1 else f"{stem}-{number}.svg", page)
    elif isinstance(chart, TimeChart):
        lines = [(series.name, series.points) for series in chart.series]
        unit = chart.unit.to(language())
        sys.stdout.write(curves_text(chart.title, lines, unit, language(), terminal_width(), status=chart.status_date))


def _chart_json(s: Session, name: str, chart: TimeChart | None) -> dict[str, Any]:
    planned = scheduled(s, s.today.isoformat())
    tasks = planned.ws.tasks if name in {"network", "gantt"} else ()
    return {
        "chart": name,
        "unit": chart.unit.en if chart else None,
        "status_date": planned.status_date.isoformat() if planned.status_date else None,
        "series": [
            {
                "name": {"en": line.name.en, "zh": line.name.zh},
                "forecast": line.dashed,
                "points": [{"date": day.isoformat(), "value": value} for day, value in line.points],
            }
            for line in (chart.series if chart else ())
        ],
        "tasks": [
            {"id": task.id, "after": list(task.after), "critical": planned.item(task.id).critical} for task in tasks
        ],
    }


def save(path: str, svg: str) -> None:
    """A picture into a file that the user named."""
    from pathlib import Path

    try:
        Path(path).write_text(svg, encoding="utf-8")
    except OSError as error:
        raise cannot_write(path, error) from None
    out(path)


def register(app: typer.Typer) -> None:
    """Add the commands to `pmkit plan`."""
    command(app, "level", h("Delay tasks until nobody is overloaded", "资源平衡：推迟任务，消除人员超负荷"), WRITING)(
        _level
    )
    command(
        app,
        "simulate",
        h("Monte Carlo: when milestones are reached", "蒙特卡洛模拟：里程碑完成日期的概率"),
        AT_REVISION,
    )(_simulate)
    command(app, "load", h("Each person's load, who is overloaded with what", "人员负荷：谁在何时超负荷"), AT_REVISION)(
        load
    )
    command(
        app,
        "what-if",
        h("Which milestones an edit would move; writes nothing", "假设分析：哪些里程碑会变动（不写入）"),
        AT_REVISION,
    )(_with_task_options(_what_if))
    command(
        app, "compress", h("The cheapest way to an earlier finish", "工期压缩：费用最低的赶工和搭接建议"), AT_REVISION
    )(_compress)
    command(
        app,
        "chart",
        h(
            "S-curve, drift over time, network and Gantt chart on the terminal",
            "在终端查看 S 曲线、偏差走势、网络图、甘特图",
        ),
        AT_REVISION,
    )(_chart)
    command(app, "buffer", h("Buffers: used against done", "缓冲：消耗与关键链完成情况"), AT_REVISION)(_buffer)


def _with_task_options(function: Any) -> Any:
    """The function with an option for each field of a task."""
    import inspect

    own = [p for p in inspect.signature(function, eval_str=True).parameters.values() if p.kind is not p.VAR_KEYWORD]
    function.__signature__ = inspect.Signature(
        [p.replace(kind=p.KEYWORD_ONLY) if n else p for n, p in enumerate(own)] + [p for _, p in _TASK_OPTIONS.values()]
    )
    return function
