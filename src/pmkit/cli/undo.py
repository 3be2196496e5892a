"""`pmkit undo`: take back the last thing pmkit did, by a new commit."""

from __future__ import annotations

from pmkit.cli.language import h, tell
from pmkit.cli.session import WRITING, Session, command, out, print_json, single
from pmkit.kernel.text import Text

app = single()


def _undo(s: Session) -> None:
    from pmkit.store.transaction import undo

    written = undo(s.root, s.need_git(), by=s.acting.by, recorded_by=s.acting.recorded_by)
    if s.json:
        print_json({"paths": list(written.paths), "commit": written.commit})
        return
    done = Text(en="undone; commit {hash}", zh="已撤销；提交 {hash}").format(hash=(written.commit or "")[:9])
    out("\n".join([tell(done), *(f"  {path}" for path in written.paths)]))


command(app, "undo", h("Revert the last commit made by pmkit", "撤销 pmkit 的上一次提交"), WRITING)(_undo)
