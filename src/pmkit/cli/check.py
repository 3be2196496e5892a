"""`pmkit check`: what CI runs."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pmkit.cli.language import h
from pmkit.cli.progress import progress
from pmkit.cli.session import AT_REVISION, Session, command, one_of, parse_date, single
from pmkit.kernel.errors import BadWorkspace, cannot_write
from pmkit.kernel.finding import Finding, Outcome, Waived
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from pmkit.checks.selection import Selection
    from pmkit.store.loader import Loaded
    from pmkit.workspace.model import Workspace
    from pmkit.workspace.signing import Departure, Standing

app = single()
FORMATS = ("text", "json", "github", "gitlab", "sarif", "junit", "markdown")


_Select = Annotated[
    list[str] | None,
    typer.Option(
        "--select", metavar="CODE,FAMILY", help=h("only these; opinions included", "只运行这些检查项（含默认不启用的）")
    ),
]
_Ignore = Annotated[
    list[str] | None, typer.Option("--ignore", metavar="CODE,FAMILY", help=h("not these", "不运行这些检查项"))
]
_Since = Annotated[
    str | None,
    typer.Option(
        "--since",
        metavar="REF|DATE",
        help=h("only what came after the branch left it", "只列出从该版本分出之后新增的问题"),
    ),
]
_ShowWaived = Annotated[
    bool, typer.Option("--show-waived", help=h("list what is waived, with reasons", "列出已豁免的问题及理由"))
]


def _check(
    s: Session,
    select: _Select = None,
    ignore: _Ignore = None,
    since: _Since = None,
    show_waived: _ShowWaived = False,
    format_: Annotated[str, typer.Option("--format", help=", ".join(FORMATS))] = "text",
    out_: Annotated[
        str | None,
        typer.Option(
            "--out", metavar="PATH", help=h("write the format there, text here", "按格式写入文件，屏幕仍显示文本")
        ),
    ] = None,
    excerpt: Annotated[
        bool | None,
        typer.Option("--excerpt/--no-excerpt", help=h("show the lines (on a terminal)", "显示原文行（终端默认显示）")),
    ] = None,
    fail_on: Annotated[str, typer.Option(help=h("error or warning", "error 或 warning"))] = "error",
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help=h("reporting date", "报告日期"))] = None,
) -> None:
    if is_own_commit():
        return
    one_of(format_, FORMATS)
    one_of(fail_on, ("error", "warning"))
    if as_of:
        s.today = parse_date(as_of)
    ws = s.loaded.workspace
    with progress(Text(en="checking {n} records", zh="正在检查 {n} 条记录").format(n=len(ws.records))):
        outcome = collect(s, select or (), ignore or (), since)
    failing = [f for f in outcome.findings if fail_on == "warning" or f.severity == "error"]
    format_ = "json" if s.json else format_
    if out_ is not None:
        _write(out_, _rendered(s, outcome, format_, failing))
        format_ = "text"
    excerpt = sys.stdout.isatty() if excerpt is None else excerpt
    sys.stdout.write(_rendered(s, outcome, format_, failing, show_waived=show_waived, excerpt=excerpt))
    if any(f.is_broken for f in failing):
        raise typer.Exit(3)
    if failing:
        raise typer.Exit(1)


def is_own_commit() -> bool:
    """True in a git hook of a commit that pmkit makes: it holds what pmkit wrote, whatever else lies in the folder."""
    from pmkit.store.git import COMMITTING

    if not os.environ.get(COMMITTING):
        return False
    sys.stderr.write(
        h("pmkit check: passed by, pmkit itself is committing\n", "pmkit check：pmkit 正在提交，本次跳过\n")
    )
    return True


def collect(s: Session, select: Sequence[str] = (), ignore: Sequence[str] = (), since: str | None = None) -> Outcome:
    """Everything that is wrong: in the files, between the records, against time and approval; with places.

    `since`: only what is not wrong where the branch left that revision.
    """
    from pmkit.checks.adoptions import listed
    from pmkit.checks.base import opinions
    from pmkit.checks.explain import check_codes
    from pmkit.checks.selection import chosen

    selection = chosen(s.loaded.workspace.project.checks, select, ignore, check_codes())
    found, waived = _found(s, s.loaded, None, selection)
    findings, adopted = listed(s.loaded.workspace, found)
    known = None
    if since is not None:
        before = Counter(finding.identity for finding in _found_before(s, since, selection))
        news = [finding for finding in findings if not _taken(before, finding.identity)]
        known, findings = len(findings) - len(news), news
    places = s.placed([entry.finding for entry in waived])
    by_identity = {entry.finding.identity: entry for entry in waived}
    told = tuple(replace(by_identity[finding.identity], finding=finding) for finding in places)
    ran = tuple(code for code in check_codes() if selection.wants(code, opinion=code in opinions()))
    return Outcome(tuple(s.placed(findings)), told, known, ran, adopted)


def _found(s: Session, loaded: Loaded, commit: str | None, selection: Selection) -> tuple[list[Finding], list[Waived]]:
    """The findings at a commit, by default at the state that the command reads."""
    from pmkit.checks.base import Context, run_checks
    from pmkit.checks.waivers import excused
    from pmkit.workspace.planning import plan_of

    ws = loaded.workspace
    planned, of_plan = plan_of(ws, None)
    sha256 = s.sha256 if commit is None else partial(s.sha256_at, commit)
    trace = partial(_trace, s, ws)
    context = Context(s.today, planned, sha256, s.stored(ws, commit), trace, loaded.unread, partial(s.bytes_of, commit))
    of_files = [f for f in (*loaded.findings, *of_plan) if selection.wants(f.code)]
    return excused(ws, context, [*of_files, *run_checks(ws, context, selection)], selection)


def _trace(s: Session, ws: Workspace, standings: Sequence[Standing]) -> Mapping[str, Sequence[Departure]]:
    from pmkit.store.departures import departures

    return departures(s.git, ws, standings)


def _found_before(s: Session, since: str, selection: Selection) -> list[Finding]:
    """What was wrong where the branch left `since`, judged by today's date; nothing before the project began."""
    from pmkit.store.loader import load
    from pmkit.store.tree import Files

    git = s.need_git()
    base = git.merge_base(s.commit_of(since), s.commit or git.resolve("HEAD"))
    try:
        loaded = load(Files(git.files_at(base)))
    except BadWorkspace:
        return []
    return _found(s, loaded, base, selection)[0]


def _taken(counted: Counter[tuple[str, str, str]], identity: tuple[str, str, str]) -> bool:
    """True where one of that identity was still left, which is then used up."""
    if not counted[identity]:
        return False
    counted[identity] -= 1
    return True


def _rendered(
    s: Session, outcome: Outcome, format_: str, failing: list[Finding], *, show_waived: bool = False,
    excerpt: bool = False,
) -> str:  # fmt: skip
    """The outcome in one of the formats; each is loaded when it is asked for."""
    from pmkit.checks.explain import page, title

    prefix = s.git.prefix if s.git and format_ in {"github", "gitlab", "sarif"} else ""
    match format_:
        case "json":
            from pmkit.output.json import findings_json

            return findings_json(outcome)
        case "github":
            from pmkit.output.github import findings_github

            return findings_github(outcome, s.lang, prefix)
        case "gitlab":
            from pmkit.output.gitlab import findings_gitlab

            return findings_gitlab(outcome, s.lang, prefix)
        case "sarif":
            from pmkit.output.sarif import findings_sarif

            return findings_sarif(outcome, s.lang, lambda code: page(code, s.lang), prefix)
        case "junit":
            from pmkit.output.junit import findings_junit

            return findings_junit(outcome, s.lang, lambda code: title(code, s.lang), fails=failing)
        case "markdown":
            from pmkit.output.markdown import findings_markdown

            return findings_markdown(outcome, s.lang)
        case _:
            return _text(s, outcome, show_waived=show_waived, excerpt=excerpt)


def _text(s: Session, outcome: Outcome, *, show_waived: bool, excerpt: bool) -> str:
    from pmkit.output.tables import coloured, terminal_width
    from pmkit.output.text import findings_text, summary, waived_text

    source = s.text_of if excerpt else None
    shown = findings_text(outcome.findings, s.lang, source, width=terminal_width(), colour=coloured())
    if show_waived:
        shown += waived_text(outcome.waived, s.lang)
    return shown + summary(outcome, s.lang) + "\n"


def _write(path: str, text: str) -> None:
    try:
        Path(path).write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise cannot_write(path, error) from None


command(app, "check", h("Find what breaks the agreement", "检查项目数据与约定"), AT_REVISION)(_check)
