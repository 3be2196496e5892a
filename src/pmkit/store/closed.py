"""The guard that every write passes once the project is closed: what goes on is the warranty, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pmkit.domain.closures import CLOSURE, Closure
from pmkit.kernel.errors import Refused
from pmkit.kernel.text import Text
from pmkit.store.loader import load_file
from pmkit.store.tree import Files
from pmkit.workspace.closing import goes_on, kind_of_file


def refuse_closed(root: Path, contents: Mapping[str, bytes | None]) -> None:
    """Refused where the project is closed and one of the files does not go on being written.

    `contents`: what each file will hold, None for one that goes. It costs one look at a folder that is not there
    until a project is closed. A closing itself changes only to be reopened.
    """
    closure = _in_force(root)
    if closure is None:
        return
    after = _closure(closure.spot.path, contents.get(closure.spot.path))
    if after is not None and after.status == "reopened" and after.digest == closure.digest and len(contents) == 1:
        return
    if any(kind_of_file(path) is CLOSURE or not goes_on(path) for path in contents):
        raise Refused(
            Text(
                en="the project is closed since {on} ({id}); only warranty and service requests go on",
                zh="项目已于 {on} 结项（{id}），此后只能办理质保与服务请求",
            ).format(on=closure.reached("closed"), id=closure.id),
            Text.same("pmkit reopen --reason '...'"),
        )


def _in_force(root: Path) -> Closure | None:
    try:
        names = sorted((path.name for path in (root / CLOSURE.folder).iterdir()), reverse=True)
    except OSError:
        return None
    for path in (f"{CLOSURE.folder}/{name}" for name in names):
        if kind_of_file(path) is CLOSURE:
            found = _closure(path, (root / path).read_bytes())
            if found is not None and found.status == "closed":
                return found
    return None


def _closure(path: str, data: bytes | None) -> Closure | None:
    if data is None:
        return None
    return next((r for r in load_file(Files({path: data}), path)[0] if isinstance(r, Closure)), None)
