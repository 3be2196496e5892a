"""`pmkit audit`: what history shows was done around the workflow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from pmkit.checks.audit.base import Suspicion
from pmkit.checks.audit.run import audit
from pmkit.checks.audit.signoffs import TAG
from pmkit.cli.language import h, tell
from pmkit.cli.progress import progress
from pmkit.cli.session import READING, Session, command, out, print_json, single
from pmkit.kernel.errors import BadWorkspace
from pmkit.kernel.text import Text

app = single()
_SINCE = typer.Option("--since", metavar="REF", help=h("only what came after it", "只查该版本之后的提交"))


def _audit(s: Session, since: Annotated[str | None, _SINCE] = None) -> None:
    from pmkit.store.replay import replay

    git = s.need_git()
    if git.is_shallow:
        raise BadWorkspace(
            Text("this clone holds recent history only, and an audit needs all of it", "此克隆只含近期历史，无法审计"),
            Text.same("git fetch --unshallow --tags"),
        )

    def well_signed(commits: Sequence[str]) -> set[str]:
        return {commit for commit, signature in git.signatures(commits).items() if signature.is_good}

    known = git.ancestors(git.resolve(since)) if since else frozenset()
    with progress(Text("replaying the history", "正在重放历史")):
        replayed = replay(git, git.left_at(s.project.main_branch))
    told = audit(replayed, well_signed, dict(git.tags(TAG)), git.plain_tags(TAG))
    found = [one for one in told if not _is_known(one, known)]
    if s.json:
        print_json([_as_json(one) for one in found])
    else:
        _print(found)
    if found:
        raise typer.Exit(1)


def _is_known(one: Suspicion, known: frozenset[str]) -> bool:
    return one.commit is not None and one.commit.hash in known


def _print(found: list[Suspicion]) -> None:
    for one in found:
        commit, finding = one.commit, one.finding
        where = f"{finding.record}.{one.field}" if one.field else finding.record or finding.at.path
        if commit is not None:
            out(f"{commit.hash[:9]}  {commit.time:%Y-%m-%d %H:%M}  {commit.author}  {commit.subject}")
        severity = tell(Text("error", "错误") if finding.severity == "error" else Text("warning", "警告"))
        out(f"  {severity} {finding.code}  {where}{h(': ', '：')}{tell(finding.says)}")
        out(f"  {h('fix: ', '处理：')}{tell(finding.fix)}\n")
    says = Text(en="{n} findings in the history", zh="审计发现 {n} 处问题") if found else _SILENT
    out(tell(says.format(n=len(found))))


_SILENT = Text("nothing went around the workflow", "审计未发现绕过流程的操作")


def _as_json(one: Suspicion) -> dict[str, Any]:
    commit, finding = one.commit, one.finding
    return {
        "code": finding.code,
        "severity": finding.severity,
        "commit": commit and commit.hash,
        "author": commit and f"{commit.author} <{commit.mail}>",
        "time": commit and commit.time.isoformat(),
        "subject": commit and commit.subject,
        "path": finding.at.path,
        "record": finding.record,
        "field": one.field,
        "message": {"en": finding.says.en, "zh": finding.says.zh},
        "fix": {"en": finding.fix.en, "zh": finding.fix.zh},
        "args": dict(finding.args),
    }


command(app, "audit", h("What was done around the workflow", "审计绕过流程的操作"), READING)(_audit)
