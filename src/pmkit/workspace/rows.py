"""Rows of a sheet as plain values: what a file said of each record, and what is wrong with it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pmkit.domain.kind import Record, file_value, value_of
from pmkit.kernel.digest import canonical_json
from pmkit.kernel.text import Text

Path = tuple[str, ...]  # the keys that lead to a field: ("title",), ("impact", "price")


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `line` counts from 0, the sheet's first row included.

    `values`: for each field that the sheet has a column for, the value as a file would hold it, None for an empty cell.
    `record_id` and `key` name the record, where they are given; `phase` that of a task; `status` the state that the
    sheet shows; `checked` the fingerprint of the row as it was exported.
    """

    line: int
    values: Mapping[Path, Any]
    record_id: str = ""
    key: str = ""
    phase: str = ""
    status: str = ""
    checked: str = ""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a row, in one of its cells where `path` names it. `refused`: by the workflow."""

    line: int
    path: Path | None
    says: Text
    refused: bool = False


def value_at(record: Record, path: Path) -> Any:
    """What a record's file holds at a path; None for nothing."""
    value: Any = file_value(value_of(record, path[0]))
    for key in path[1:]:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def fingerprint(values: Mapping[Path, Any]) -> str:
    """Eight hex digits over the values that say something: the same for a row that nobody touched since its export."""
    said = {".".join(path): kept for path, value in values.items() if (kept := _bare(value)) is not None}
    return hashlib.sha256(canonical_json(said).encode()).hexdigest()[:8]


def _bare(value: Any) -> Any:
    """A value without what is empty, scalars as text: 40 in a file is `40` in a cell."""
    if isinstance(value, Mapping):
        return {str(k): kept for k, v in value.items() if (kept := _bare(v)) is not None} or None
    if isinstance(value, (list, tuple)):
        return [_bare(item) for item in value] or None
    if isinstance(value, bool):
        return "true" if value else None
    text = "" if value is None else "\n".join(str(value).split("\r\n")).strip()  # a cell loses the blanks around it
    return text or None


def nested(values: Mapping[Path, Any]) -> dict[str, Any]:
    """Values by path as the mapping of a file; what is None is left out."""
    data: dict[str, Any] = {}
    for path, value in values.items():
        if value is None:
            continue
        inner = data
        for key in path[:-1]:
            inner = inner.setdefault(key, {})
        inner[path[-1]] = value
    return data


def merged(data: Mapping[str, Any], values: Mapping[Path, Any], *, keep_empty: bool) -> dict[str, Any]:
    """A file's mapping with the values of a row in it; an empty cell clears its field unless `keep_empty`."""
    result: dict[str, Any] = {key: dict(v) if isinstance(v, Mapping) else v for key, v in data.items()}
    for path, value in values.items():
        if value is None and keep_empty:
            continue
        inner: Any = result
        for key in path[:-1]:
            inner = inner.setdefault(key, {})
        if value is None:
            inner.pop(path[-1], None)
        else:
            inner[path[-1]] = value
    return {key: value for key, value in result.items() if value not in ({}, None)}


def paths_of(values: Mapping[Path, Any]) -> Sequence[str]:
    """The fields of the record that the paths lead into, each once."""
    return tuple(dict.fromkeys(path[0] for path in values))
