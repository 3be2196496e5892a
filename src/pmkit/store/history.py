"""What git knows: commits with their trailers, and the life of one record, field by field.

The number of git processes does not grow with the history; only a record's further names ask for one more each.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from pmkit.store.git import Git
from pmkit.store.yaml_read import decode, parse
from pmkit.workspace.history import Commit, Event, FieldChange, Touched

_FORMAT = "--format=%H%x00%P%x00%an%x00%ae%x00%aI%x00%s%x00{trailers}%x00"
_FIELDS = _FORMAT.count("%x00")
_TRAILERS = "%(trailers:only,unfold)"
_BODY = "%B"  # a squash leaves the trailers of its commits in the middle of the message
_RENAMED = "-M75%"  # records of a kind resemble each other: half the lines, git's own measure, would join strangers
_RAW = ("--raw", "--no-abbrev", "-c")  # -c: of a merge only the files that are as in none of its parents


# --- commits ---------------------------------------------------------------------------------------------------------


def commits(
    git: Git, paths: Sequence[str] = (), *, since: datetime | None = None, until: datetime | None = None
) -> list[Commit]:
    """The commits of HEAD that touch the workspace, or just these paths of it, newest first.

    `since` and `until` go by the time of committing. A merge counts where it holds what neither side had.
    """
    if git.head is None:
        return []
    where = [git.prefix + path for path in paths] or ([git.prefix] if git.prefix else [])
    limits = [f"--{name}={day.isoformat()}" for name, day in (("since", since), ("until", until)) if day]
    return _read(git, "-M", *limits, git.head, *(["--", *where] if where else []))


def last_commit(git: Git) -> Commit | None:
    """HEAD itself; renamed files as one that went and one that came."""
    return _read(git, "--no-renames", "--max-count=1", git.head)[0] if git.head else None


def commits_forward(git: Git) -> list[Commit]:
    """Every commit of HEAD's history, parents first, with what it changed against its first parent; no renames.

    The trailers are read out of the whole message: a squash joins those of many commits.
    """
    if git.head is None:
        return []
    raw = ("--raw", "--no-abbrev", "--no-renames", "--diff-merges=first-parent")
    return _read(git, "--topo-order", "--reverse", git.head, trailers=_BODY, raw=raw)


def _read(git: Git, *arguments: str, trailers: str = _TRAILERS, raw: Sequence[str] = _RAW) -> list[Commit]:
    tokens = iter(os.fsdecode(git.log(_FORMAT.format(trailers=trailers), *raw, *arguments).stdout).split("\0"))
    found: list[tuple[list[str], list[Touched]]] = []
    for token in tokens:
        first = token.lstrip("\n")
        if first.startswith(":"):
            touched = _touched(first, tokens)
            if touched.path.startswith(git.prefix):
                found[-1][1].append(_below(touched, git.prefix))
        elif first:
            found.append(([first, *(next(tokens) for _ in range(_FIELDS - 1))], []))
    return [_commit(fields, files) for fields, files in found]


def _commit(fields: Sequence[str], files: Iterable[Touched]) -> Commit:
    head, parents, *said, trailer_lines = fields
    author, mail, time, subject = (text.encode(errors="surrogateescape").decode(errors="replace") for text in said)
    trailers: dict[str, list[str]] = {}
    for line in filter(None, trailer_lines.encode(errors="surrogateescape").decode(errors="replace").split("\n")):
        name, _, value = line.partition(": ")
        trailers.setdefault(name, []).append(value)
    when = datetime.fromisoformat(time)
    return Commit(head, tuple(parents.split()), author, mail, when, subject, trailers, tuple(files))


def _touched(raw: str, tokens: Iterator[str]) -> Touched:
    """A raw entry of a diff, `::` and more colons for a merge, with the paths that follow it."""
    about = raw.lstrip(":")
    parents = len(raw) - len(about)
    *objects, status = about.split(" ")[parents + 1 :]
    path = next(tokens)
    old_path = None
    if parents == 1 and status[0] == "R":
        old_path, path = path, next(tokens)
    return Touched(status[0], path, old_path, tuple(objects[:-1]), objects[-1])


def _below(file: Touched, prefix: str) -> Touched:
    """The file by its path below the workspace; one that came from outside was added."""
    if file.old_path is None:
        return Touched(file.status, file.path.removeprefix(prefix), None, file.before, file.after)
    if not file.old_path.startswith(prefix):
        return Touched("A", file.path.removeprefix(prefix), None, ("0" * len(file.after),), file.after)
    old_path = file.old_path.removeprefix(prefix)
    return Touched(file.status, file.path.removeprefix(prefix), old_path, file.before, file.after)


# --- one record ------------------------------------------------------------------------------------------------------


def record_log(git: Git, path: str, item: str | None = None) -> list[Event]:
    """The life of a record, oldest first, through renames; `item` picks one item of a list file by its `id`."""
    if git.head is None:
        return []
    found = _commits_of(git, path)
    blobs = git.blobs(b for c in found for f in c.files for b in (*f.before, f.after) if b.strip("0"))
    now = _Versions(blobs, item)
    steps: list[tuple[Commit, Touched, _Versions, _Versions]] = []
    for commit in found:
        for file in reversed(list(_with_renames(commit.files))):
            before = now.before_renumbering(file)
            steps.append((commit, file, before, now))
            now = before
    events: list[Event] = []
    known: dict[str, Any] | None = None
    for commit, file, before, after in reversed(steps):
        if before is not after or not after.is_untouched(file):
            event, known = _event(commit, file, before, after, known)
            events += [event] if event else []
    return events


def versions_of(git: Git, folder: str) -> dict[str, list[tuple[Commit, dict[str, Any]]]]:
    """What each file of a folder said from commit to commit, oldest first, by its base name: two git processes.

    A version that cannot be read is left out. A file that moved within the folder goes on.
    """
    found = commits(git, [folder])
    blobs = git.blobs(f.after for c in found for f in c.files if f.after.strip("0"))
    versions = _Versions(blobs, None)
    said: dict[str, list[tuple[Commit, dict[str, Any]]]] = {}
    for commit in reversed(found):
        for file in commit.files:
            data = versions.read_or(file.after, None)
            if data is not None:
                said.setdefault(_base(file.path), []).append((commit, data))
    return said


def _commits_of(git: Git, path: str) -> list[Commit]:
    """The commits that touched a file under any name that it had, newest first.

    Not `git log --follow`: that takes a new record for a copy of a similar one, and loses what a side branch did
    under the old name.
    """
    names: list[str] = []
    more = [path]
    while more:
        names += more
        where = [git.prefix + name for name in names]
        found = _read(git, "-M", "--date-order", git.head or "", "--", *where)
        born = [c.hash for c in found if any(f.status == "A" and f.path in more for f in c.files)]
        more = [name for name in _old_names(git, born, more) if name not in names]
    return found


def _old_names(git: Git, commits: Sequence[str], names: Sequence[str]) -> list[str]:
    """What files of these names were called before the commits that brought the names."""
    if not commits:
        return []
    done = git.run("diff-tree", "--stdin", "--no-commit-id", "-r", _RENAMED, "-z", "--raw", "--no-abbrev",
                   stdin="\n".join(commits).encode() + b"\n")  # fmt: skip
    tokens = iter(os.fsdecode(done.stdout).split("\0"))
    files = [_below(_touched(token, tokens), git.prefix) for token in tokens if token]
    moved = [f.old_path for f in files if f.old_path and f.path in names]
    base_names = {_base(name) for name in names}  # a move is one, however much was edited with it
    return moved + [f.path for f in files if f.status == "D" and _base(f.path) in base_names]


def _base(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def _with_renames(files: Sequence[Touched]) -> Iterator[Touched]:
    """The files of one record in a commit, where one name that went and one that came are a rename."""
    gone = [f for f in files if f.status == "D"]
    come = [f for f in files if f.status == "A"]
    for new, old in zip(come, gone, strict=False):
        yield Touched("R", new.path, old.path, old.before, new.after)
    pairs = min(len(come), len(gone))
    yield from (*come[pairs:], *gone[pairs:], *(f for f in files if f.status not in "AD"))


class _Unreadable(Exception):
    """A version of a file that is no record."""


class _Versions:
    """What the versions of a file said, of the whole record or of one item in it."""

    def __init__(self, blobs: Mapping[str, bytes], item: str | None) -> None:
        self._blobs = blobs
        self._item = item
        self._read: dict[str, dict[str, Any] | None] = {}

    def read(self, blob: str) -> dict[str, Any] | None:
        """None where there was no file, or no such item in it. Raises _Unreadable."""
        if blob not in self._blobs:
            return None
        if blob not in self._read:
            self._read[blob] = self._parsed(self._blobs[blob])
        return self._read[blob]

    def read_or(self, blob: str, other: dict[str, Any] | None) -> dict[str, Any] | None:
        """`other` in place of an unreadable version."""
        try:
            return self.read(blob)
        except _Unreadable:
            return other

    def is_untouched(self, file: Touched) -> bool:
        """True where the item's own lines are the same on both sides: most commits to a list are about another one."""
        if self._item is None or len(file.before) > 1:
            return False
        before, after = (_lines_of_item(self._blobs.get(blob, b""), self._item) for blob in (*file.before, file.after))
        return before == after and _is_item(after, self._item)

    def before_renumbering(self, file: Touched) -> _Versions:
        """The versions of what had another number before this change of a list file; else these."""
        if self._item is None or len(file.before) != 1 or self.is_untouched(file):
            return self
        with suppress(_Unreadable):
            came = self.read(file.after)
            if came is not None and self.read(file.before[0]) is None and file.before[0] in self._blobs:
                stayed = {item["id"] for item in _items_in(self._mapping(self._blobs[file.after]))}
                for item in _items_in(self._mapping(self._blobs[file.before[0]])):
                    if item["id"] not in stayed and item | {"id": self._item} == came:
                        return _Versions(self._blobs, item["id"])
        return self

    def _parsed(self, data: bytes) -> dict[str, Any] | None:
        value = self._mapping(data)
        if self._item is None:
            return value
        return next((one for one in _items_in(value) if one["id"] == self._item), None)

    def _mapping(self, data: bytes) -> dict[str, Any]:
        text, _ = decode(data, "")
        value = parse(text, "")[0] if text is not None else None
        if not isinstance(value, dict):
            raise _Unreadable
        return value


def _items_in(value: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The items with ids of a list file."""
    return (item for items in value.values() if isinstance(items, list) for item in items if _has_id(item))


def _lines_of_item(data: bytes, item: str) -> bytes:
    """The lines from `- id: ITEM` up to the next `-` below it; nothing where the item is named twice or otherwise."""
    mentions = list(re.finditer(rb"""id["']?[ \t]*:[ \t]*["']?""" + re.escape(item.encode()) + rb"(?![\w-])", data))
    if len(mentions) != 1:
        return b""
    start = data.rfind(b"\n", 0, mentions[0].start()) + 1
    dash = re.match(rb" *-", data[start : mentions[0].start()])
    if dash is None:
        return b""
    end = data.find(b"\n" + dash[0], start)
    return data[start:] if end < 0 else data[start:end]


def _is_item(lines: bytes, item: str) -> bool:
    """True where the lines are all of an item: by themselves, too, they say one with this id, and nothing else."""
    text, _ = decode(lines, "")
    value = parse(text, "")[0] if text else None
    return isinstance(value, list) and len(value) == 1 and _has_id(value[0]) and value[0]["id"] == item


def _event(
    commit: Commit, file: Touched, old: _Versions, new: _Versions, known: dict[str, Any] | None
) -> tuple[Event | None, dict[str, Any] | None]:
    """What a commit did to the record, and what is known of it afterwards (`known` before, while it is unreadable)."""
    try:
        after = new.read(file.after)
    except _Unreadable:
        return Event(commit, "unreadable", ()), known
    before = [old.read_or(blob, known) for blob in file.before]
    if after is None:
        return (Event(commit, "deleted", ()) if any(b is not None for b in before) else None), None
    changes = _changes_of_all([list(_changes(b or {}, after)) for b in before])
    if all(b is None for b in before):
        return Event(commit, "created", changes), after
    if file.old_path is not None:
        return Event(commit, "renamed", (FieldChange("path", file.old_path, file.path), *changes)), after
    return (Event(commit, "changed", changes) if changes else None), after


def _changes_of_all(each: Sequence[Sequence[FieldChange]]) -> tuple[FieldChange, ...]:
    """What differs from every parent: of a merge only what neither side said."""
    first, *others = each
    return tuple(c for c in first if all(any(c.field == o.field and c.after == o.after for o in x) for x in others))


def _changes(before: Mapping[str, Any], after: Mapping[str, Any], path: str = "") -> Iterator[FieldChange]:
    for key in [*after, *(k for k in before if k not in after)]:
        name = f"{path}.{key}" if path else str(key)
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            yield from _changes(old, new, name)
        elif isinstance(old, list | None) and isinstance(new, list | None) and _holds_mappings(old, new):
            yield from _items(name, old or [], new or [])
        else:
            yield FieldChange(name, old, new)


def _holds_mappings(*lists: Sequence[Any] | None) -> bool:
    return any(isinstance(item, dict) for items in lists for item in items or ())


def _items(name: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[FieldChange]:
    """Items of a list that came and went, however often the same one; an item with an `id` is compared by field."""
    left = list(old)
    come = []
    for item in new:
        if item in left:
            left.remove(item)
        else:
            come.append(item)
    by_id = {item["id"]: item for item in left if _has_id(item)}
    for item in come:
        known = by_id.get(item["id"]) if _has_id(item) else None
        if known is not None:
            left.remove(known)
            yield from _changes(known, item, f"{name}[{item['id']}]")
        else:
            yield FieldChange(f"{name}[+]", None, item)
    for item in left:
        yield FieldChange(f"{name}[-]", item, None)


def _has_id(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("id"), str)
