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
    written = undo(s.root, s.need_git(), by=s.acting.by, recorded_by=s.acting.recorded_by, dry_run=s.dry_run)
    assert undone is not None  # noqa: S101 - else `undo` has refused
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


UNDOING = {key: option for key, option in WRITING.items() if key != "no_commit"}
command(app, "undo", h("Revert the last commit made by pmkit", "撤销 pmkit 的上一次提交"), UNDOING)(_undo)
