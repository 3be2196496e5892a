"""What git knows: commits with their trailers, and the life of one record, field by field.

A constant number of git processes, whatever the length of the history.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pmkit.store.git import Git
from pmkit.store.yaml_text import decode, parse

_FORMAT = "%x01%H%x00%an%x00%ae%x00%aI%x00%s%x00%(trailers:only,unfold,separator=%x02,key_value_separator=%x03)%x00"


@dataclass(frozen=True, slots=True)
class Touched:
    """A file in a commit: A(dded), M(odified), D(eleted), R(enamed from `old_path`); the objects before and after."""

    status: str
    path: str
    old_path: str | None
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit with its trailers (`Pmkit-By` and the like; each name to its values) and the workspace's files in it."""

    hash: str
    author: str
    mail: str
    time: datetime
    subject: str
    trailers: Mapping[str, Sequence[str]]
    files: tuple[Touched, ...]

    def trailer(self, name: str) -> str | None:
        """The first value of a trailer."""
        return next(iter(self.trailers.get(name, ())), None)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of a record, by its path of keys, from what to what; None where it was not there."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Event:
    """What one commit did to a record: `created`, `changed`, `renamed`, `deleted`, `unreadable`."""

    commit: Commit
    what: str
    changes: tuple[FieldChange, ...]


def commits(
    git: Git, paths: Sequence[str] = (), *, since: datetime | None = None, follow: bool = False
) -> list[Commit]:
    """The commits of HEAD that touch the workspace, or just these paths of it, newest first. `follow`: renames of one."""
    if git.head is None:
        return []
    where = [git.prefix + path for path in paths] or ([git.prefix.rstrip("/")] if git.prefix else [])
    options = ["--follow"] if follow else []
    options += [f"--since={since.isoformat()}"] if since else []
    done = git.run(
        "log", f"--format={_FORMAT}", "--raw", "-z", "--no-abbrev", "-M", "--first-parent" if not follow else "-m",
        *options, git.head, *(["--", *where] if where else []), reading=True,
    )  # fmt: skip
    return list(_commits(done.stdout.decode("utf-8", "replace"), git.prefix))


def _commits(text: str, prefix: str) -> Iterator[Commit]:
    for block in text.split("\x01")[1:]:
        head, author, mail, time, subject, trailers, rest = block.split("\x00", 6)
        found: dict[str, list[str]] = {}
        for line in filter(None, trailers.split("\x02")):
            name, _, value = line.partition("\x03")
            found.setdefault(name, []).append(value)
        yield Commit(head, author, mail, datetime.fromisoformat(time), subject, found, tuple(_touched(rest, prefix)))


def _touched(text: str, prefix: str) -> Iterator[Touched]:
    fields = iter(text.strip("\n").split("\x00"))
    for field in fields:
        raw = field.strip("\n")
        if not raw.startswith(":"):
            continue
        _, _, before, after, status = raw[1:].split(" ")
        first = next(fields).removeprefix(prefix)
        second = next(fields).removeprefix(prefix) if status[0] in "RC" else None
        yield Touched(status[0], second or first, first if second else None, before, after)


def record_log(git: Git, path: str, item: str | None = None) -> list[Event]:
    """The life of a record, oldest first; `item` picks one item of a list file by its `id`. Follows renames."""
    found = commits(git, [path], follow=True)
    blobs = git.blobs(b for c in found for f in c.files for b in (f.before, f.after) if b.strip("0"))
    events = []
    for commit in reversed(found):
        for file in commit.files:
            event = _event(commit, file, blobs, item)
            if event is not None:
                events.append(event)
    return events


def _event(commit: Commit, file: Touched, blobs: Mapping[str, bytes], item: str | None) -> Event | None:
    try:
        before = _value(blobs.get(file.before), item)
        after = _value(blobs.get(file.after), item)
    except ValueError:
        return Event(commit, "unreadable", ())
    if before is None and after is None:
        return None
    changes = tuple(_changes(before or {}, after or {}))
    if before is None:
        return Event(commit, "created", changes)
    if after is None:
        return Event(commit, "deleted", ())
    if file.status == "R":
        return Event(commit, "renamed", (FieldChange("path", file.old_path, file.path), *changes))
    return Event(commit, "changed", changes) if changes else None


def _value(data: bytes | None, item: str | None) -> dict[str, Any] | None:
    """What a version of the file said; ValueError where it could not be read."""
    if data is None:
        return None
    text, _ = decode(data, "")
    value = parse(text, "")[0] if text is not None else None
    if not isinstance(value, dict):
        raise ValueError("not a record")  # noqa: TRY004 - a state of the data, not of the program
    if item is None:
        return value
    lists = [v for v in value.values() if isinstance(v, list)]
    return next((i for items in lists for i in items if isinstance(i, dict) and i.get("id") == item), None)


def _changes(before: Mapping[str, Any], after: Mapping[str, Any], path: str = "") -> Iterator[FieldChange]:
    for key in [*after, *(k for k in before if k not in after)]:
        name = f"{path}.{key}" if path else str(key)
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            yield from _changes(old, new, name)
        elif (
            isinstance(old, list | None)
            and isinstance(new, list | None)
            and _holds_mappings([*(old or []), *(new or [])])
        ):
            yield from _items(name, old or [], new or [])
        else:
            yield FieldChange(name, old, new)


def _holds_mappings(items: Sequence[Any]) -> bool:
    return any(isinstance(item, dict) for item in items)


def _items(name: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[FieldChange]:
    """Items of a list that came and went; an item with an `id` is compared field by field."""
    by_id = {i["id"]: i for i in old if isinstance(i, dict) and "id" in i}
    for item in new:
        known = by_id.get(item.get("id")) if isinstance(item, dict) else None
        if known is not None:
            yield from _changes(known, item, f"{name}[{item['id']}]")
        elif item not in old:
            yield FieldChange(f"{name}[+]", None, item)
    kept = {i.get("id") for i in new if isinstance(i, dict)} - {None}
    for item in old:
        if item not in new and not (isinstance(item, dict) and item.get("id") in kept):
            yield FieldChange(f"{name}[-]", item, None)
