"""`pmkit edit ID`: a record in the user's own editor, checked when it closes, committed when it is right."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from pmkit.cli.language import h
from pmkit.cli.session import WRITING, Session, command, out, print_json, single
from pmkit.domain.kind import Record, file_data
from pmkit.kernel.errors import BadWorkspace, OutsideError, Refused, UsageError, reason
from pmkit.kernel.finding import Finding
from pmkit.kernel.text import Text

app = single()
_OF_THE_WORKFLOW = ("status", "steps", "approvals", "results")


def _edit(s: Session, record_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    from pmkit.store.closed import refuse_closed
    from pmkit.store.git import Git
    from pmkit.store.transaction import commit_message, refuse_disturbed
    from pmkit.workspace.edits import Edits, headed

    record: Record = s.ws.get(record_id)
    path = record.spot.path
    refuse_closed(s.root, {path: None})
    git: Git | None = None if s.no_commit else s.need_git()
    if git is not None:
        refuse_disturbed(git, [path])
    acting = s.acting
    before = (s.root / path).read_bytes()
    if s.dry_run:
        out(path)
        return
    revised = _edited(s, record)
    if (s.root / path).read_bytes() == before:
        out(h("nothing changed", "没有修改"))
        return
    _refuse_workflow(record, revised)
    done = None
    if git is not None:
        edits = Edits(
            (), f"{record.kind.name}.edit", (record.id,), headed(record.id, Text("Edit", "编辑")), acting.by, acting.on
        )
        done = git.commit([path], commit_message(edits, s.whole.project.language, acting.recorded_by))
    if s.json:
        print_json({"id": record.id, "path": path, "commit": done, "paths": [path]})
    else:
        commit = h(f"commit {done[:9]}", f"提交 {done[:9]}") if done else h("not committed", "未提交")
        out(f"{record.id}  {path}  {commit}")


def _edited(s: Session, record: Record) -> Record:
    """The record as the editor left it. What is wrong with it is told, and on a terminal it may be mended at once."""
    from pmkit.store.frozen import refuse_frozen

    path = record.spot.path
    before = (s.root / path).read_bytes()
    while True:
        _open(s.root / path)
        refuse_frozen(s.root, {path: (s.root / path).read_bytes()}, before={path: before}.get)
        findings, revised = _read(s, record)
        if revised is not None and not findings:
            return revised
        error = BadWorkspace(
            Text(en="{path} is kept as you left it", zh="{path} 已按您的修改保留").format(path=path),
            Text(
                en="mend it and `pmkit commit`, or `git checkout -- {path}` to drop it",
                zh="请改正后执行 `pmkit commit`，或用 `git checkout -- {path}` 放弃修改",
            ).format(path=path),
            findings,
        )
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise error
        from pmkit.output.text import findings_text

        sys.stderr.write(findings_text(findings, s.lang))
        if not typer.confirm(h("Edit again?", "重新编辑？"), default=True, err=True):
            raise error


def _open(path: Path) -> None:
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ("notepad" if os.name == "nt" else "vi")
    try:
        code = subprocess.run([*shlex.split(editor), str(path)], check=False).returncode
    except OSError as error:
        raise OutsideError(
            Text(en="cannot start {editor}: {why}", zh="无法启动 {editor}：{why}").format(
                editor=editor, why=reason(error)
            ),
            Text("name your editor in the environment variable EDITOR", "请在环境变量 EDITOR 中指定编辑器"),
        ) from None
    if code:
        raise UsageError(
            Text(en="{editor} ended with {code}", zh="{editor} 以 {code} 退出").format(editor=editor, code=code)
        )


def _read(s: Session, record: Record) -> tuple[list[Finding], Record | None]:
    """What is wrong with the record's file, checked as `commit` does, and the record in it."""
    from pmkit.cli.check import collect

    path = record.spot.path
    now = Session(workspace=str(s.root))
    errors = [f for f in collect(now).findings if f.severity == "error" and f.at.path == path]
    revised = now.loaded.workspace.records.get(record.id)
    if revised is None and not errors:
        raise Refused(
            Text(en="{id} is gone from {path}", zh="{path} 中已没有 {id}").format(id=record.id, path=path),
            Text(
                en="records end by their workflow; `git checkout -- {path}` brings it back",
                zh="记录应通过流程结束；可用 `git checkout -- {path}` 恢复",
            ).format(path=path),
        )
    return errors, revised


def _refuse_workflow(before: Record, after: Record) -> None:
    old, new = file_data(before), file_data(after)
    moved = [key for key in _OF_THE_WORKFLOW if old.get(key) != new.get(key)]
    if not moved:
        return
    from pmkit.actions.records import workflow_refusal

    refusal = workflow_refusal(before, moved[0])
    raise Refused(
        refusal.says,
        Text.join(
            [
                *([refusal.fix] if refusal.fix else []),
                Text.same(f"`git checkout -- {before.spot.path}`"),
            ],
            en="; or take it back: ",
            zh="；或撤回修改：",
        ),
    )


command(app, "edit", h("Open a record in your editor", "用编辑器打开记录"), WRITING)(_edit)
