"""`pmkit acceptance ready`: what is missing, grouped, with the command that mends each."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Annotated, Any

import typer

from pmkit.cli.language import h, tell
from pmkit.cli.session import AT_REVISION, Session, command, one_of, out, parse_date, print_json
from pmkit.kernel.text import Text
from pmkit.kernel.usage import usage
from pmkit.workspace.readiness.base import Missing, Readiness, groups, readiness
from pmkit.workspace.todo.base import Situation

_Group = Annotated[
    list[str] | None,
    typer.Option("--group", metavar="NAME", help=h("only this group; may be repeated", "只看该类；可重复")),
]
_AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help=h("reporting date", "报告日期"))]


def _ready(s: Session, group: _Group = None, as_of: _AsOf = None) -> None:
    from pmkit.workspace.planning import plan_of

    if as_of:
        s.today = parse_date(as_of)
    known = [one.key for one in groups()]
    only = [one_of(one, known) for one in group or []]
    found = readiness(Situation(s.whole, plan_of(s.whole, s.today)[0], s.today), only)
    if s.json:
        print_json([readiness_json(one) for one in found])
    else:
        say_readiness(found)
        missing = sum(len(one.missing) for one in found)
        done = h("everything promised can be shown", "验收条件已全部具备")
        left = tell(Text(en="{n} missing in all", zh="尚缺 {n} 项").format(n=missing))
        out(left if missing else done)
    if any(one.missing for one in found):
        raise typer.Exit(1)


def say_readiness(found: list[Readiness]) -> None:
    """Each group with what is missing; below what one command mends stands that command."""
    for one in found:
        count = tell(Text(en="{n} missing", zh="缺 {n} 项").format(n=len(one.missing)))
        excused = tell(Text(en="; {n} waived", zh="；已豁免 {n} 项").format(n=len(one.waived))) if one.waived else ""
        state = count if one.missing else h("complete", "齐备")
        out(f"{tell(one.group.title)}{h(': ', '：')}{state}{excused}")
        for mend, lacks in groupby(one.missing, lambda lack: lack.mend):
            for lack in lacks:
                out(f"  {lack.about}  {tell(lack.what)}")
            out(f"    {tell(usage(mend))}")


def readiness_json(one: Readiness) -> dict[str, Any]:
    """A group as `--json` prints it."""

    def both(text: Text) -> dict[str, str]:
        return {"en": text.en, "zh": text.zh}

    def listed(missing: Iterable[Missing]) -> list[dict[str, Any]]:
        return [{"about": m.about, "what": both(m.what), "mend": m.mend} for m in missing]

    return {
        "group": one.group.key,
        "title": both(one.group.title),
        "missing": listed(one.missing),
        "waived": listed(one.waived),
    }


def add_to(app: typer.Typer) -> None:
    """The command below `pmkit acceptance`."""
    says = h("What is missing for acceptance, and what mends it", "验收准备检查：列出尚缺事项及处理命令")
    command(app, "ready", says, AT_REVISION)(_ready)
