"""Ids that two branches gave to different things since they parted."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pmkit.domain.kind import Kind, Storage
from pmkit.kernel.ids import RecordId
from pmkit.store.git import Git
from pmkit.store.loader import kind_at
from pmkit.store.yaml_read import decode, parse


@dataclass(frozen=True, slots=True)
class Clash:
    """One id of two things. `is_ours_later`: ours was made after theirs, or at the same second."""

    id: str
    ours: str
    theirs: str
    is_ours_later: bool


@dataclass(frozen=True)
class Parting:
    """What came on either side since the two commits parted, by id: the file, and what is said of it there."""

    git: Git
    base: str
    ours: Mapping[str, tuple[str, Any]]
    theirs: Mapping[str, tuple[str, Any]]
    tips: tuple[str, str]

    @property
    def clashes(self) -> list[Clash]:
        """The ids that mean two things, in the order of ids. A file that both added with the same words is one."""
        both = [one for one in self.ours if one in self.theirs and self.ours[one][1] != self.theirs[one][1]]
        return [self._clash(one) for one in sorted(both, key=lambda one: RecordId.find(one) or RecordId(one, 0))]

    def _clash(self, record_id: str) -> Clash:
        ours, theirs = self.ours[record_id][0], self.theirs[record_id][0]
        is_later = self._made(self.tips[0], ours, record_id) >= self._made(self.tips[1], theirs, record_id)
        return Clash(record_id, ours, theirs, is_later)

    def _made(self, tip: str, path: str, record_id: str) -> int:
        """When the id came into the file on the way to a tip, in seconds; by the author's clock."""
        span, where = f"{self.base}..{tip}", self.git.prefix + path
        done = self.git.run("log", "--reverse", "--format=%at", f"-S{record_id}", span, "--", where)
        times = (
            done.stdout.split() or self.git.run("log", "--reverse", "--format=%at", span, "--", where).stdout.split()
        )
        return int(times[0]) if times else 0


def parting(git: Git, ours: str, theirs: str) -> Parting:
    """What two commits added since they parted. Raises UsageError where they have no common history."""
    base = git.merge_base(ours, theirs)
    return Parting(git, base, _added(git, base, ours), _added(git, base, theirs), (ours, theirs))


def _added(git: Git, base: str, tip: str) -> dict[str, tuple[str, Any]]:
    rows = git.run("diff-tree", "-r", "-z", "--no-renames", "--no-abbrev", base, tip, "--", *_here(git)).stdout
    tokens = iter(os.fsdecode(rows).split("\0"))
    files: list[tuple[str, Kind, str, str]] = []
    for about in tokens:
        path = next(tokens, "").removeprefix(git.prefix)
        kind = kind_at(path) if about and path.endswith(".yaml") else None
        if kind is not None:
            _, _, before, after, _ = about.split(" ")
            files.append((path, kind, before, after))
    lists = {path for path, kind, _, _ in files if _list_key(kind)}
    blobs = git.blobs({b for path, _, *both in files if path in lists for b in both if b.strip("0")})
    found: dict[str, tuple[str, Any]] = {}
    gone: set[str] = set()
    for path, kind, before, after in files:
        if key := _list_key(kind):
            old, new = _items(blobs.get(before), key), _items(blobs.get(after), key)
            gone |= old.keys() - new.keys()  # a task that moved to another phase is no new one
            found |= {one: (path, item) for one, item in new.items() if one not in old}
        stem = path.rsplit("/", 1)[-1].removesuffix(".yaml")
        if not before.strip("0") and RecordId.find(stem):
            found[stem] = (path, after)
        elif not after.strip("0"):
            gone.add(stem)
    return {one: what for one, what in found.items() if one not in gone}


def _here(git: Git) -> Iterable[str]:
    return [git.prefix] if git.prefix else ["."]


def _list_key(kind: Kind) -> str | None:
    """The key under which a file of the kind, or of its phase, holds items with numbers."""
    if kind.storage is Storage.LIST:
        return kind.list_key
    return "tasks" if kind.name == "phase" else None


def _items(data: bytes | None, key: str) -> dict[str, Any]:
    return dict(_numbered(data, key)) if data else {}


def _numbered(data: bytes, key: str) -> Iterator[tuple[str, Any]]:
    text, _ = decode(data, "")
    value = parse(text, "")[0] if text is not None else None
    items = value.get(key) if isinstance(value, dict) else None
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict) and RecordId.find(str(item.get("id"))):
            yield str(item["id"]), item
