"""`pmkit plan level|load|...`: what lies ahead of a plan, computed by the schedule engine."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from pmkit.cli.language import h, language
from pmkit.cli.scheduled import scheduled
from pmkit.cli.session import WRITING, Session, command, one_of, out, print_json
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


def register(app: typer.Typer) -> None:
    """Add the commands to `pmkit plan`."""
    command(app, "level", h("Delay tasks until nobody is overloaded", "资源平衡：推迟任务，消除人员超负荷"), WRITING)(
        _level
    )
