"""`pmkit check`: what CI runs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from pmkit.cli.language import h
from pmkit.cli.session import READING, Session, command, one_of, parse_date, single
from pmkit.kernel.finding import Finding

app = single()
FORMATS = ("text", "json", "github")


_Codes = Annotated[
    list[str] | None,
    typer.Option(
        "--select", metavar="CODE,FAMILY", help=h("only these; opinions included", "只运行这些检查项（含默认不启用的）")
    ),
]
_Ignored = Annotated[
    list[str] | None, typer.Option("--ignore", metavar="CODE,FAMILY", help=h("not these", "不运行这些检查项"))
]


def _check(
    s: Session,
    select: _Codes = None,
    ignore: _Ignored = None,
    format_: Annotated[str, typer.Option("--format", help="text, json, github")] = "text",
    fail_on: Annotated[str, typer.Option(help=h("error or warning", "error 或 warning"))] = "error",
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help=h("reporting date", "报告日期"))] = None,
) -> None:
    one_of(format_, FORMATS)
    one_of(fail_on, ("error", "warning"))
    if as_of:
        s.today = parse_date(as_of)
    findings = collect(s, select or (), ignore or ())
    sys.stdout.write(_rendered(s, findings, "json" if s.json else format_))
    failing = [f for f in findings if fail_on == "warning" or f.severity == "error"]
    if any(f.is_broken for f in failing):
        raise typer.Exit(3)
    if failing:
        raise typer.Exit(1)


def collect(s: Session, select: Sequence[str] = (), ignore: Sequence[str] = ()) -> list[Finding]:
    """Everything that is wrong: in the files, between the records, against time and approval; with places."""
    from pmkit.checks.base import Context, run_checks
    from pmkit.checks.explain import codes
    from pmkit.checks.selection import chosen
    from pmkit.workspace.planning import plan_of

    ws = s.loaded.workspace
    selection = chosen(ws.project.checks, select, ignore, codes())
    planned, of_plan = plan_of(ws, None)
    of_files = [f for f in (*s.loaded.findings, *of_plan) if selection.wants(f.code)]
    return s.placed([*of_files, *run_checks(ws, Context(s.today, planned, s.sha256), selection)])


def _rendered(s: Session, findings: list[Finding], format_: str) -> str:
    if format_ == "json":
        from pmkit.output.json import findings_json

        return findings_json(findings)
    if format_ == "github":
        from pmkit.output.github import findings_github

        return findings_github(findings, s.lang, s.git.prefix if s.git else "")
    from pmkit.output.tables import coloured
    from pmkit.output.text import findings_text, summary

    source = s.text_of if sys.stdout.isatty() else None
    return findings_text(findings, s.lang, source, colour=coloured()) + summary(findings, s.lang) + "\n"


command(app, "check", h("Find what breaks the agreement", "检查项目数据与约定"), READING)(_check)
