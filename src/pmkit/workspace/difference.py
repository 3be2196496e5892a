"""What differs between two states of a workspace: records and fields, not lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pmkit.domain.kind import Record, about, file_value, value_of
from pmkit.domain.plan import Task
from pmkit.kernel.ids import natural_order
from pmkit.workspace.model import Workspace

_OWN_RECORDS = frozenset({"id", "tasks"})  # the id is no field, tasks of a phase are records of their own


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A field, as a file held it before and holds it after; None for nothing."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class RecordDifference:
    """A record that came, went or changed. `record`: as it is after, or was before it went.

    `before`: as it was, None for one that came. Of one that came or went all fields that say something are listed.
    """

    what: Literal["added", "removed", "changed"]
    record: Record
    before: Record | None
    fields: tuple[FieldDifference, ...]


def difference(before: Workspace, after: Workspace) -> list[RecordDifference]:
    """All records that differ, the profile first, then kind by kind in the natural order of ids."""
    old, new = dict(before.records), dict(after.records)
    found = []
    for key in sorted({*old, *new}, key=lambda k: _order(new.get(k) or old[k])):
        was, now = old.get(key), new.get(key)
        fields = tuple(_fields(was, now))
        if was is None and now is not None:
            found.append(RecordDifference("added", now, None, fields))
        elif now is None and was is not None:
            found.append(RecordDifference("removed", was, was, fields))
        elif now is not None and fields:
            found.append(RecordDifference("changed", now, was, fields))
    return found


def _order(record: Record) -> tuple[Any, ...]:
    kind = record.kind
    return (kind.path is None, kind.folder, kind.name, natural_order(record.id))


def _fields(was: Record | None, now: Record | None) -> Iterator[FieldDifference]:
    some = now or was
    if some is None or (was is not None and now is not None and was.kind is not now.kind):
        return
    for key in about(type(some)):
        if key in _OWN_RECORDS:
            continue
        before, after = (_said(record, key) for record in (was, now))
        if before != after:
            yield FieldDifference(key, before, after)
    if isinstance(some, Task):
        before, after = (record.phase if isinstance(record, Task) else None for record in (was, now))
        if before != after:
            yield FieldDifference("phase", before, after)


def _said(record: Record | None, key: str) -> Any:
    """What the file says under a key; None where it says nothing, or just the default."""
    if record is None:
        return None
    value = value_of(record, key)
    written = file_value(value)
    return None if written in ("", [], {}, False) else written
