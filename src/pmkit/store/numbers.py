"""The next free id: one more than the highest in the work tree, or ever in HEAD's history.

What history holds is remembered in the git directory by commit, and brought up to date with one `git log`; one more
where a plan changed.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex

from pmkit.domain.kind import Storage
from pmkit.domain.registry import kind_of_prefix
from pmkit.kernel.ids import RecordId
from pmkit.store import git_files
from pmkit.store.git import Git
from pmkit.workspace.layout import ITEMS

PLAN = "plan/"
LISTS = (PLAN, ITEMS)  # the files that hold lists of items with numbered ids: all below a folder, one by itself
_FILE = re.compile(r"(?:^|/)([A-Z][A-Z0-9]*)-([0-9]{1,9})\.yaml\Z")
# An item's `id:` in a plan file or in a line of a diff of one: what went was there once. Also in flow style, not first.
_ITEM = re.compile(rb"""^[-+ \t]*(?:\{.*?)?["']?\bid["']?:[ \t]*["']?([A-Z][A-Z0-9]*)-([0-9]{1,9})\b""", re.MULTILINE)

# -c: a merge may bring a file of its own. --left-right: `<` marks a commit that is not in HEAD's history.
_NAMES = ("--format=%m", "--left-right", "--name-status", "--no-renames", "--full-history", "-c")

Highest = dict[str, int]  # prefix to number


def next_id(root: Path, git: Git | None, prefix: str, given: Highest) -> str:
    """The next id of a prefix. `given` remembers those handed out in this command."""
    if prefix not in given:
        given[prefix] = max(_in_tree(root, prefix), _in_history(git).get(prefix, 0) if git else 0)
    given[prefix] += 1
    return str(RecordId(prefix, given[prefix]))


def learn(git: Git, commit: str, contents: Mapping[str, bytes | None]) -> None:
    """Remember a commit that holds just these files, so that the next id needs no look at the history."""
    file = git.memory / "numbers.json"
    known = _remembered(file)
    about = git_files.tree_and_parent(git.common_dir, commit)
    if about is None or about[1] != known.commit or not known.commit or git.is_shallow:
        return
    _take(known.highest, _file_ids(contents))
    for path, data in contents.items():
        if path.startswith(LISTS) and data is not None:
            _take(known.highest, _item_ids(data))
    _remember(file, _Memory(commit, known.highest))


def _in_tree(root: Path, prefix: str) -> int:
    """The highest number that a file name, or an item of a plan file, has now."""
    highest: Highest = {}
    kind = kind_of_prefix(prefix)
    for _, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".")]
        _take(highest, _file_ids(name for name in names if name.startswith(prefix)))
    if kind is not None and kind.storage is Storage.LIST:
        for path in (root / PLAN).rglob("*.yaml") if kind.path is None else [root / kind.path]:
            with suppress(OSError):
                _take(highest, _item_ids(path.read_bytes()))
    return highest.get(prefix, 0)


@dataclass(slots=True)
class _Memory:
    """What was found in the history of `commit`."""

    commit: str = ""
    highest: Highest = field(default_factory=dict)


def _in_history(git: Git) -> Highest:
    """The highest number of each prefix in HEAD's history."""
    if git.head is None:
        return {}
    file = git.memory / "numbers.json"
    known = _remembered(file)
    if known.commit != git.head:
        known = (_advanced(git, git.head, known) if known.commit else None) or _rebuilt(git, git.head)
        if not git.is_shallow:  # what is fetched later lies before what would be remembered
            _remember(file, known)
    return known.highest


def _rebuilt(git: Git, head: str) -> _Memory:
    return _Memory(head, _found(git, head, git.log(*_NAMES, head, *_where(git)).stdout) or {})


def _advanced(git: Git, head: str, known: _Memory) -> _Memory | None:
    """What is known, and all that came since up to `head`; None where what is known is not of head's history."""
    span = f"{known.commit}...{head}"
    done = git.log(*_NAMES, span, *_where(git), check=False)
    found = _found(git, span, done.stdout)
    if done.returncode or found is None:
        return None
    _take(found, known.highest.items())
    return _Memory(head, found)


def _where(git: Git) -> list[str]:
    return ["--", git.prefix] if git.prefix else []


def _found(git: Git, span: str, names: bytes) -> Highest | None:
    """The highest numbers in what a `git log` of names says; None where it names commits that HEAD does not have."""
    tokens = iter(os.fsdecode(names).split("\0"))
    paths = set()
    for token in tokens:
        mark = token.strip("\n")
        if mark == "<":
            return None
        if mark and mark != ">":
            paths.add(next(tokens).removeprefix(git.prefix))
    highest: Highest = {}
    _take(highest, _file_ids(paths))
    if any(path.startswith(LISTS) for path in paths):
        options = ("--format=", "--patch", "--unified=0", "--text", "--no-renames", "--full-history", "-c")
        lines = git.log(*options, span, "--", *(git.prefix + path for path in LISTS))
        _take(highest, _item_ids(lines.stdout))
    return highest


def _file_ids(paths: Iterable[str]) -> Iterator[tuple[str, int]]:
    return ((match[1], int(match[2])) for match in map(_FILE.search, paths) if match)


def _item_ids(text: bytes) -> Iterator[tuple[str, int]]:
    return ((match[1].decode(), int(match[2])) for match in _ITEM.finditer(text))


def _take(highest: Highest, ids: Iterable[tuple[str, int]]) -> None:
    for prefix, number in ids:
        highest[prefix] = max(highest.get(prefix, 0), number)


def _remembered(file: Path) -> _Memory:
    """What was remembered; nothing where the file is missing or damaged."""
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        known = json.loads(file.read_text(encoding="utf-8"))
        if re.fullmatch("[0-9a-f]{40,64}", known["commit"]):
            return _Memory(known["commit"], {str(prefix): int(n) for prefix, n in known["highest"].items()})
    return _Memory()


def _remember(file: Path, known: _Memory) -> None:
    """A git directory that cannot be written only means looking again."""
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary = file.with_name(f"numbers-{token_hex(6)}")
        temporary.write_text(json.dumps({"commit": known.commit, "highest": known.highest}), encoding="utf-8")
        temporary.replace(file)
