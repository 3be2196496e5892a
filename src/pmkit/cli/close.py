"""`pmkit close` and `pmkit reopen`: the end of a project, refused while something is open."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pmkit.cli.language import h, tell
from pmkit.cli.session import WRITING, Session, command, one_of, out, print_json, single
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import Text
from pmkit.kernel.usage import usage
from pmkit.workspace.layout import REPORTS

if TYPE_CHECKING:
    from pmkit.domain.closures import Closure, LeftOpen
    from pmkit.workspace.readiness.base import Readiness

close_app, reopen_app = single(), single()


def _close(
    s: Session,
    check: Annotated[
        bool, typer.Option("--check", help=h("list what is open, write nothing", "只列出待处理事项，不写入"))
    ] = False,
    conclusion: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT|@FILE", help=h("your conclusion, printed in the report", "结论，由项目经理撰写，印入结项报告")
        ),
    ] = None,
    accept_open: Annotated[
        list[str] | None,
        typer.Option(
            "--accept-open",
            metavar="ID,ID",
            help=h("may stay open, with --reason; repeatable", "保留的遗留事项，须写 --reason；可重复"),
        ),
    ] = None,
    reason: Annotated[
        list[str] | None,
        typer.Option(help=h("why it may stay open; one for all or one each", "保留理由；一条通用或逐项填写")),
    ] = None,
    approved_by: Annotated[
        str | None, typer.Option(metavar="HANDLE", help=h("who approves for the company", "公司审批人"))
    ] = None,
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            help=h("formats of the documents (all that are installed)", "归档文档的格式（默认为已安装的全部格式）"),
        ),
    ] = None,
    out_: Annotated[
        str | None, typer.Option("--out", metavar="PATH", help=h("where the archive goes", "归档文件的位置"))
    ] = None,
) -> None:
    from pmkit.actions.closures import left_open, new_closure_id, refuse_open

    if check:
        _say_open(s)
        return
    closure_id = new_closure_id(s.ws, s.next_id)
    groups = whats_open(s)
    kept = left_open(s.whole, groups, accept_open or (), reason or ())
    refuse_open(groups, kept)
    git = s.need_git()
    if s.no_commit:
        raise UsageError(
            Text("a project is closed in a commit, which gets a tag", "结项须提交并打标签，不能使用 --no-commit")
        )
    branch = git.branch()
    if branch != s.whole.project.main_branch:
        raise Refused(
            Text(
                en="a project is closed on the branch {main}, not on {here}",
                zh="结项须在主分支 {main} 上进行，当前为 {here}",
            ).format(main=s.whole.project.main_branch, here=branch or "HEAD"),
            Text.same(f"git switch {s.whole.project.main_branch}"),
        )  # fmt: skip
    if git.is_shallow:
        raise Refused(
            Text(
                "this clone holds recent history only; the archive needs all of it",
                "此克隆只含近期历史，归档需要完整历史",
            ),
            Text.same("git fetch --unshallow"),
        )
    words = _words(s, conclusion)
    _carry_out(s, closure_id, kept, words, approved_by, _formats(formats), Path(out_) if out_ else None)


def _words(s: Session, conclusion: str | None) -> str:
    """The conclusion, from the command line or from a file. Raises UsageError where nobody wrote one."""
    from pmkit.cli.generic import on_terminal
    from pmkit.cli.session import read_file

    if conclusion is None and on_terminal() and not s.json:
        conclusion = str(typer.prompt(h("Conclusion", "结论"), err=True))
    if conclusion is not None and conclusion.startswith("@"):
        conclusion = read_file(conclusion[1:]).decode("utf-8-sig", "replace")
    if conclusion is None or not conclusion.strip():
        raise UsageError(
            Text("the closure report needs a conclusion, in a person's words", "结项报告需要由人撰写的结论"),
            usage("pmkit close --conclusion '...'"),
        )
    return conclusion.strip()


def _formats(given: list[str] | None) -> list[str]:
    from pmkit.cli.archive_files import formats_here
    from pmkit.reports.document import FORMATS

    if not given:
        return formats_here()
    wanted = [one.strip() for text in given for one in text.split(",") if one.strip()]
    return [form for form in FORMATS if form in [one_of(one, FORMATS) for one in wanted]]


def _carry_out(
    s: Session, closure_id: str, left: Sequence[LeftOpen], conclusion: str,
    approved_by: str | None, formats: Sequence[str], target: Path | None,
) -> None:  # fmt: skip
    from pmkit import __version__
    from pmkit.actions.closures import close
    from pmkit.cli.archive import default_target, fill, folder_of, tag_message
    from pmkit.cli.archive_files import Contents, closing_reports
    from pmkit.domain.kind import file_value
    from pmkit.reports.closure.report import Closing
    from pmkit.store import archive
    from pmkit.workspace.closing import TAG

    git = s.need_git()
    head = git.head or ""
    contents = Contents(s, head, s.acting.on, formats)
    closing = Closing(s.acting.on, conclusion, left, contents.fingerprint, approved_by)
    made = contents.reports(closing)
    folder = folder_of(closure_id)
    fields = {
        "title": s.whole.project.name,
        "conclusion": conclusion,
        "left_open": file_value(left),
        "approved_by": approved_by,
        "fingerprint": contents.fingerprint,
        "manifest": f"{folder}/{archive.MANIFEST}",
        "program": f"pmkit {__version__}",
    }
    files = {f"{folder}/{name}": content for name, (_, content) in made.items()}
    files |= {f"{folder}/{archive.MANIFEST}": contents.manifest, f"{folder}/{archive.HISTORY}": contents.history}
    edits = close(s.whole, fields, closing_reports(made, folder), files, closure_id, s.acting)
    target = target or default_target(s, closure_id)
    tag = TAG + closure_id
    if git.object_of(f"refs/tags/{tag}"):
        raise Refused(
            Text(en="the tag {tag} exists already", zh="标签 {tag} 已存在").format(tag=tag),
            Text(en="look what it is; `git tag -d {tag}` removes it", zh="请先核实；`git tag -d {tag}` 可删除").format(
                tag=tag
            ),
        )

    def seal(commit: str) -> None:
        git.tag(tag, commit, tag_message(closure_id, s.whole.project.name, contents.fingerprint))
        try:
            fill(s, contents, closure_id, commit, target)
        except BaseException:
            git.remove_tag(tag)
            raise

    s.write(
        edits,
        Text(en="archive {path}, fingerprint {mark}", zh="归档文件 {path}，归档校验码 {mark}").format(
            path=target, mark=contents.fingerprint
        ),
        Text(en="tag {tag}", zh="标签 {tag}").format(tag=tag),
        then=Text(en="keep it safe; anybody can run `pmkit archive verify {path}`",
                  zh="请妥善保存；任何人可用 `pmkit archive verify {path}` 核验").format(path=target.name),
        more={"archive": str(target), "fingerprint": contents.fingerprint, "tag": tag},
        seal=seal,
    )  # fmt: skip


# --- what is open ----------------------------------------------------------------------------------------------------


def whats_open(s: Session) -> list[Readiness]:
    """All of it: what records say, what `check` finds, what is not committed."""
    from pmkit.cli.check import collect
    from pmkit.workspace.open_items import open_items
    from pmkit.workspace.planning import plan_of
    from pmkit.workspace.readiness.base import Group, Missing, Readiness
    from pmkit.workspace.todo.base import Situation

    on = s.acting.on
    found = open_items(Situation(s.whole, plan_of(s.whole, on)[0], on))
    says = Text("{code} {what}", "{code} {what}")
    errors = tuple(
        Missing(f.record or f.at.path, says.format(code=f.code, what=f.says), f"pmkit explain {f.code}")
        for f in collect(s).findings
        if f.severity == "error"
    )
    edited = [path for path in s.need_git().edited(["."]) if not path.startswith(f"{REPORTS}/")]
    files = tuple(Missing(path, Text("not committed", "未提交的修改"), "pmkit commit") for path in edited)
    found += [
        Readiness(Group("check", Text("Errors that `pmkit check` finds", "`pmkit check` 发现的错误"), 0), errors),
        Readiness(Group("files", Text("Files", "文件"), 0), files),
    ]
    return [one for one in found if one.missing]


def _say_open(s: Session) -> None:
    from pmkit.cli.acceptance_ready import readiness_json, say_readiness

    found = whats_open(s)
    if s.json:
        print_json([readiness_json(one) for one in found])
    else:
        say_readiness(found)
        count = Text(en="{n} open in all", zh="共有 {n} 项未处理").format(n=sum(len(one.missing) for one in found))
        out(
            tell(count)
            if found
            else h("nothing is open: `pmkit close` closes the project", "没有未处理事项，可执行 `pmkit close` 结项")
        )
    if found:
        raise typer.Exit(1)


# --- and back --------------------------------------------------------------------------------------------------------


def _reopen(
    s: Session,
    closure_id: Annotated[str | None, typer.Argument(metavar="[CLS-ID]")] = None,
    reason: Annotated[str | None, typer.Option(help=h("why the project goes on", "重新打开的理由"))] = None,
) -> None:
    from pmkit.actions.closures import reopen
    from pmkit.domain.closures import Closure

    found: Closure | None = s.ws.get(closure_id, Closure) if closure_id else None
    if reason is None:
        raise UsageError(
            Text("reopening needs a reason", "重新打开项目须说明理由"), usage("pmkit reopen --reason '...'")
        )
    edits = reopen(s.ws, found, reason, s.acting)
    s.write(
        edits,
        Text(
            "the archive and its tag stay as they are; closing again makes new ones",
            "原归档文件与标签保持不变；再次结项时另行生成",
        ),
    )


command(
    close_app,
    "close",
    h("Close the project; refused while something is open", "项目结项；有未处理事项时拒绝"),
    WRITING,
    aliases={"as_": "--by"},
)(_close)
command(
    reopen_app, "reopen", h("Open a closed project again", "重新打开已结项的项目"), WRITING, aliases={"as_": "--by"}
)(_reopen)
