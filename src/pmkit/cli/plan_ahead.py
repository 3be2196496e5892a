"""`pmkit plan level|load|...`: what lies ahead of a plan, computed by the schedule engine."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from pmkit.cli.language import h, language
from pmkit.cli.scheduled import scheduled
from pmkit.cli.session import AT_REVISION, WRITING, Session, command, one_of, out, print_json
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text
from pmkit.output.tables import terminal_width

_AsOf = Annotated[str | None, typer.Option(metavar="DATE", help=h("progress up to this day", "只计入该日及以前的进度"))]


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
    clear: Annotated[bool, typer.Option("--clear", help=h("take the levelling back", "取消资源平衡"))] = False,
) -> None:
    from pmkit.actions.plan import hold
    from pmkit.output.levelling import levelling_json, levelling_text
    from pmkit.schedule.levelling import RULES, level
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
    found = level(planned.network, demands(planned), capacities(planned.ws), rule)
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
    as_of: _AsOf = None,
) -> None:
    from pmkit.output.simulation import simulation_json, simulation_text
    from pmkit.schedule.simulation import has_numpy, simulate
    from pmkit.workspace.estimates import estimates

    planned = scheduled(s, as_of)
    found = estimates(planned)
    if wrong := [task_id for task_id, estimate in found.items() if not estimate.is_in_order]:
        raise UsageError(
            Text("estimates out of order: {ids}", "三点估算未按从小到大排列：{ids}").format(ids=", ".join(wrong)),
            Text("`pmkit check --select PLN105` tells where", "`pmkit check --select PLN105` 可查看位置"),
        )
    if not found:
        raise UsageError(
            Text("no task has a three-point estimate", "没有任务填写三点估算"),
            Text("`pmkit set T-001 best=3d worst=9d`", "`pmkit set T-001 best=3d worst=9d`"),
        )
    if not has_numpy():
        sys.stderr.write(
            h(
                "NumPy is not installed: the figures are the same, they take longer (pip install 'pmkit[simulate]')",
                "未安装 NumPy：结果相同，但耗时更长（pip install 'pmkit[simulate]'）",
            )
            + "\n"
        )
    simulated = simulate(planned.network, found, runs, seed)
    if s.json:
        print_json(simulation_json(planned, simulated))
    else:
        sys.stdout.write(simulation_text(planned, simulated, language(), terminal_width()))


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
