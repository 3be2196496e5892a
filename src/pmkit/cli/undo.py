"""`pmkit undo`: take back the last thing pmkit did, by a new commit."""

from __future__ import annotations

from typing import Any

from pmkit.cli.language import h, tell
from pmkit.cli.session import WRITING, Session, command, out, print_json, single
from pmkit.kernel.text import Text

app = single()


def _undo(s: Session) -> None:
    from pmkit.store.history import last_commit
    from pmkit.store.transaction import undo

    undone = last_commit(s.need_git())
    written = undo(
        s.root,
        s.need_git(),
        by=s.acting.by,
        recorded_by=s.acting.recorded_by,
        lang=s.whole.project.language,
        dry_run=s.dry_run,
    )
    assert undone is not None  # noqa: S101 - else `undo` has refused
    removed = [] if s.dry_run else _remove_tags(s, undone.hash)
    if s.json:
        data: dict[str, Any] = {
            "id": next(iter(undone.trailers.get("Pmkit-Record", ())), None),
            "path": written.paths[0],
        }
        data |= {"commit": written.commit, "paths": list(written.paths)}
        data |= {"undone": {"commit": undone.hash, "subject": undone.subject}}
        print_json(data | ({"dry_run": True} if s.dry_run else {}))
        return
    says = (
        Text(en="would undo “{subject}” ({old})", zh="将撤销“{subject}”（{old}）")
        if s.dry_run
        else Text(en="undone: “{subject}” ({old})  commit {new}", zh="已撤销“{subject}”（{old}）  提交 {new}")
    )
    out(tell(says.format(subject=undone.subject, old=undone.hash[:9], new=(written.commit or "")[:9])))
    for path in written.paths:
        out(f"  {path}")
    for name in removed:
        out(f"  {tell(Text('tag {name} removed', '标签 {name} 已删除').format(name=name))}")


def _remove_tags(s: Session, commit: str) -> list[str]:
    """The tag of a sign-off that is taken back goes with it, or it could not be recorded again."""
    git = s.need_git()
    names = [name for name, at in git.tags("signoff/") if at == commit]
    for name in names:
        git.remove_tag(name)
    return names


UNDOING = {key: option for key, option in WRITING.items() if key != "no_commit"}
command(app, "undo", h("Revert the last commit made by pmkit", "撤销 pmkit 的上一次提交"), UNDOING)(_undo)
