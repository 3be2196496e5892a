"""`pmkit commit`: check what was edited by hand and commit it, for those who do not speak git."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from pmkit.cli.check import collect
from pmkit.cli.language import h, language, tell
from pmkit.cli.session import WRITING, Session, command, out, print_json, single
from pmkit.kernel.errors import BadWorkspace
from pmkit.kernel.text import Text
from pmkit.workspace.layout import NO_RECORDS

app = single()


def _commit(
    s: Session,
    message: Annotated[
        str | None, typer.Option("-m", "--message", help=h("what was done, in one line", "一句话说明"))
    ] = None,
) -> None:
    from pmkit.store.transaction import commit_message, refuse_disturbed
    from pmkit.workspace.edits import Edits

    git = s.need_git()
    changed = [path for path in git.edited(["."]) if not path.startswith(("reports/", ".pmkit/"))]
    if not changed:
        out(h("nothing to commit", "没有需要提交的修改"))
        return
    paths = [path for path in changed if _is_ours(path)]
    others = [path for path in changed if path not in paths]
    _refuse_frozen(s, paths)
    findings = [f for f in collect(s).findings if f.severity == "error" and f.at.path in paths]
    if findings:
        raise BadWorkspace(
            Text(en="errors in what was edited: {n}", zh="修改的内容有 {n} 处错误").format(n=len(findings)),
            Text("mend them, then `pmkit commit` again", "请改正后重新执行 `pmkit commit`"),
            findings,
        )
    if not paths:
        out(h("only other files changed: ", "只有其他文件被修改：") + h(", ", "、").join(others))
        return
    if git.under_way() is not None:
        refuse_disturbed(git, [])
    records = tuple(sorted({record for path in paths for record in _records_in(s, path)}))
    acting = s.acting
    named = Text.join(map(Text.same, records[:8] or paths[:8]))
    subject = Text.same(message) if message else Text("Edit {what}", "修改 {what}").format(what=named)
    edits = Edits((), "workspace.commit", records, subject, acting.by, acting.on)
    if s.dry_run:
        out("\n".join(paths))
        return
    before = git.head
    done = git.commit(paths, commit_message(edits, s.whole.project.language, acting.recorded_by))
    if done == before:  # only the index differs, as after `git rm --cached`
        out(h("nothing to commit", "没有需要提交的修改"))
        return
    if s.json:
        print_json({"id": None, "path": paths[0], "paths": paths, "commit": done})
        return
    out(tell(Text(en="commit {hash}", zh="提交 {hash}").format(hash=done[:9])))
    for path in paths:
        out(f"  {path}")
    if others:
        sys.stdout.write(
            Text(en="left alone: {paths}\n", zh="未提交的其他文件：{paths}\n")
            .format(paths=", ".join(others))
            .to(language())
        )


def _refuse_frozen(s: Session, paths: list[str]) -> None:
    """Refused where a hand edit changes what is signed, or anything in a closed project."""
    from pmkit.store.closed import refuse_closed
    from pmkit.store.frozen import refuse_frozen

    git = s.need_git()
    committed = git.contents_at(git.head, paths) if git.head else {}
    today = {path: (s.root / path).read_bytes() if (s.root / path).is_file() else None for path in paths}
    refuse_closed(s.root, today)
    refuse_frozen(s.root, today, before=committed.get)


def _is_ours(path: str) -> bool:
    """Records, evidence, documents and templates; other files of the folder are the user's own."""
    return path.endswith(".yaml") or path.split("/", maxsplit=1)[0] in NO_RECORDS


def _records_in(s: Session, path: str) -> list[str]:
    """The ids of the records in a file; of a deleted one the id that its name was."""
    return [r.id for r in s.loaded.workspace.records.values() if r.spot.path == path and r.kind.name != "project"] or [
        path.rsplit("/", 1)[-1].removesuffix(".yaml")
    ]


command(app, "commit", h("Check and commit what was edited by hand", "检查并提交手工修改"), WRITING)(_commit)
