"""The next free id: one more than the highest in the work tree, or ever in HEAD's history.

What history holds is remembered in the git directory by commit, and brought up to date with one `git log`.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pmkit.kernel.ids import RecordId
from pmkit.store.git import Git
from pmkit.store.tree import Folder

_FILE = re.compile(r"(?:^|/)([A-Z]+)-([0-9]{1,9})\.yaml\Z")
_ITEM = re.compile(rb"^[+ ]?\s*-\s+\{?\s*id:\s*['\"]?([A-Z]+)-([0-9]{1,9})\b", re.MULTILINE)
VERSION = 1


def next_id(root: Path, git: Git | None, prefix: str, given: dict[str, int]) -> str:
    """The next id of a prefix. `given` remembers those handed out in this command."""
    if prefix not in given:
        given[prefix] = max(_in_tree(root, prefix), _in_history(git).get(prefix, 0) if git else 0)
    given[prefix] += 1
    return str(RecordId(prefix, given[prefix]))


def _in_tree(root: Path, prefix: str) -> int:
    """The highest number that a file name, or an item of a plan file, has now."""
    highest = 0
    for entry in Folder(root).entries():
        if match := _FILE.search(entry.path):
            if match[1] == prefix:
                highest = max(highest, int(match[2]))
        elif entry.path.startswith("plan/"):
            with contextlib.suppress(OSError):
                found = _ITEM.findall((root / entry.path).read_bytes())
                highest = max([highest, *(int(number) for name, number in found if name.decode() == prefix)])
    return highest


def _in_history(git: Git) -> dict[str, int]:
    """The highest number of each prefix in HEAD's history."""
    if git.head is None:
        return {}
    memory = git.common_dir / "pmkit" / f"numbers-{VERSION}.json"
    known = _remembered(memory)
    seen = known.get("commit")
    if seen == git.head:
        return dict(known["highest"])
    since = [f"^{seen}"] if seen and _is_ancestor(git, seen) else []
    highest: dict[str, int] = dict(known["highest"]) if since else {}
    where = ["--", git.prefix.rstrip("/")] if git.prefix else []
    names = git.run(
        "log", "--format=", "--name-only", "-z", "--no-renames", "--diff-filter=A", git.head, *since, *where
    )
    _take(highest, (_FILE.search(name) for name in names.stdout.decode("utf-8", "replace").split("\0")))
    plan = git.run("log", "--format=", "-p", "-U0", "--no-renames", git.head, *since, "--", f"{git.prefix}plan")
    _take(highest, _ITEM.finditer(plan.stdout))
    _remember(memory, git.head, highest)
    return highest


def _take(highest: dict[str, int], matches: Iterable[re.Match[str] | re.Match[bytes] | None]) -> None:
    for match in matches:
        if match is not None:
            name = match[1] if isinstance(match[1], str) else match[1].decode()
            highest[name] = max(highest.get(name, 0), int(match[2]))


def _is_ancestor(git: Git, commit: str) -> bool:
    return git.run("merge-base", "--is-ancestor", commit, git.head or "HEAD", check=False).returncode == 0


def _remembered(memory: Path) -> dict[str, Any]:
    try:
        known = json.loads(memory.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {"highest": {}}
    is_sound = (
        isinstance(known, dict) and isinstance(known.get("highest"), dict) and isinstance(known.get("commit"), str)
    )
    return known if is_sound else {"highest": {}}


def _remember(memory: Path, commit: str, highest: dict[str, int]) -> None:
    with contextlib.suppress(OSError):
        memory.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=memory.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"commit": commit, "highest": highest}, file)
        Path(name).replace(memory)
