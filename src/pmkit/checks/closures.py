"""ACC: what changed after the project was closed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.closures import CLOSURE
from pmkit.kernel.listing import parse_listing
from pmkit.kernel.place import Place
from pmkit.kernel.text import Text
from pmkit.workspace.closing import goes_on, in_force, kind_of_file
from pmkit.workspace.model import Workspace

_PROJECT = "project/"  # where the project's files stand in its archive
_CHANGED, _GONE = Text("changed", "被修改"), Text("deleted", "被删除")
_ADDED = Text("added", "被新增")


@check(
    "ACC301",
    "changed-after-closing",
    severity="error",
    says=Text("{path} was {what} after the project was closed ({id})", "{path} 在项目结项（{id}）之后{what}"),
    fix=Text(
        "`git checkout closure/{id} -- {path}` brings it back; to go on: `pmkit reopen --reason '...'`",
        "可用 `git checkout closure/{id} -- {path}` 恢复；确需修改时先 `pmkit reopen --reason '理由'`",
    ),
)
def changed_after_closing(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """What was closed is what the archive and the printed report say: afterwards only the warranty is written."""
    closure = in_force(ws)
    if closure is None:
        return
    manifest = ctx.read(closure.manifest)
    if manifest is None or hashlib.sha256(manifest).hexdigest() != closure.fingerprint:
        what = _GONE if manifest is None else _CHANGED
        yield hit(closure.at("manifest"), closure.id, path=closure.manifest, what=what, id=closure.id)
        return
    listed = {
        path.removeprefix(_PROJECT): sha for path, sha in parse_listing(manifest).items() if path.startswith(_PROJECT)
    }
    by_path = {record.spot.path: record for record in reversed(list(ws.records.values()))}
    for path, sha in listed.items():
        today = None if goes_on(path) else ctx.read(path)
        if not goes_on(path) and (today is None or hashlib.sha256(today).hexdigest() != sha):
            record = by_path.get(path)
            what = _GONE if today is None else _CHANGED
            at = record.at() if record is not None else Place(path)
            yield hit(at, record.id if record is not None else None, path=path, what=what, id=closure.id)
    for path, record in by_path.items():
        if path not in listed and not goes_on(path) and kind_of_file(path) is not CLOSURE:
            yield hit(record.at(), record.id, path=path, what=_ADDED, id=closure.id)
