"""`pmkit adopt`: take in what was agreed before the project was kept with pmkit, in marked commits."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pmkit.cli.generic import transitions
from pmkit.cli.language import h
from pmkit.cli.session import WRITING, Session, command, group, out, read_file
from pmkit.domain.adoptions import ADOPTION
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

app = group(h("Take in what was agreed before pmkit", "接入已在进行的项目"))


def _signoff(
    s: Session,
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="WHAT...", help=h("requirements, objectives, or ids", "requirements、objectives，或若干编号")
        ),
    ],
    evidence: Annotated[
        str | None, typer.Option(metavar="FILE", help=h("the scan of what was signed", "签字盖章的扫描件"))
    ] = None,
    evidence_kind: Annotated[
        str | None, typer.Option(help=h("mail, scan, sealed_scan, ...", "材料类型：mail、scan、sealed_scan 等"))
    ] = None,
    document: Annotated[
        str | None, typer.Option(metavar="FILE", help=h("the document that was signed", "当时签认的文件"))
    ] = None,
    version: Annotated[str | None, typer.Option(help=h("its version", "版本"))] = None,
    title: Annotated[str | None, typer.Option(help=h("what it is called", "名称"))] = None,
) -> None:
    from pmkit.actions.evidence import Received
    from pmkit.actions.signoffs import adopt
    from pmkit.cli.signoff import TAG, refuse_tag, tag
    from pmkit.domain.signoffs import SignOff

    if s.no_commit:
        raise UsageError(
            Text("a sign-off is adopted in a commit, which gets a tag", "补录须随提交并打标签，不能使用 --no-commit")
        )
    received = Received(Path(evidence).name, read_file(evidence), evidence_kind) if evidence else None
    paper = Received(Path(document).name, read_file(document)) if document else None
    branch = s.need_git().branch()
    edits = adopt(s.whole, what, version, received, paper, branch, s.next_id, s.acting, title=title)
    signoff_id = edits.records[0]
    if s.dry_run:
        s.write(edits)
        return
    refuse_tag(s, signoff_id)
    note = Text(
        en="adopted as it stands today; look it over against the paper. Tag {tag}",
        zh="已按现有内容补录，请与纸质文件逐项核对。标签 {tag}",
    ).format(tag=TAG + signoff_id)
    written = s.write(edits, note)
    if written.commit:
        from pmkit.store.lazy import open_workspace

        tag(s, open_workspace(s.root, {}).get(signoff_id, SignOff), written.commit)


_HELP = h("A signature from before pmkit", "补录一次以前的签认")
command(app, "signoff", _HELP, WRITING, aliases={"as_": "--by"})(_signoff)


def _check(s: Session) -> None:
    from pmkit.actions.adoptions import adopt_findings
    from pmkit.checks.adoptions import may_be_adopted
    from pmkit.cli.check import collect

    known = may_be_adopted(s.whole, collect(s).findings)
    if not known:
        out(h("nothing is found that could be adopted", "没有需要接入的问题"))
        return
    records = len({one.record for one in known})
    note = Text(
        en="{n} findings of {records} records are counted from now on, and listed once their record is touched",
        zh="{records} 条记录的 {n} 个问题今后只计数、不逐条列出，直到相应记录被改动",
    ).format(n=len(known), records=records)
    s.write(adopt_findings(known, s.next_id, s.acting), note)


_CHECK = h("Start with a quiet check: what is wrong today is counted, not listed", "接入时已有的问题只计数，不逐条列出")
command(app, "check", _CHECK, WRITING)(_check)
transitions(app, ADOPTION)
