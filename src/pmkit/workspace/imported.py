"""What imports have written: the third side when a file comes again, beside what it says now and what stands here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pmkit.domain.kind import Record, file_value
from pmkit.domain.plan import Phase, Task
from pmkit.workspace.model import Workspace


@dataclass(frozen=True, slots=True)
class LastSaid:
    """Each field as the newest import that touched it left it, in the form of a file.

    A field that no import wrote is unknown, so is every one of a record that was made here.
    """

    fields: dict[str, dict[str, Any]] = field(default_factory=dict)
    made: frozenset[str] = frozenset()

    def knows(self, record_id: str, key: str) -> bool:
        return record_id in self.made or key in self.fields.get(record_id, {})

    def value(self, record_id: str, key: str) -> Any:
        """What the file said; None where it said nothing, or nothing is known."""
        return self.fields.get(record_id, {}).get(key)


def last_said(imports: Iterable[tuple[Workspace | None, Workspace]]) -> LastSaid:
    """What imports wrote. `imports`: the workspace before and after each of them, newest first."""
    fields: dict[str, dict[str, Any]] = {}
    made: set[str] = set()
    for before, after in imports:
        for record in (*after.records.values(), after.project):
            was = None
            if before is not None:
                was = before.project if record is after.project else before.records.get(record.id)
            if was is None:
                made.add(record.id)
            if was == record and _phase(was) == _phase(record):
                continue
            old, new = _said(was), _said(record)
            for key in dict.fromkeys((*old, *new)):
                if was is None or old.get(key) != new.get(key):
                    fields.setdefault(record.id, {}).setdefault(key, new.get(key))
    return LastSaid(fields, frozenset(made))


def _said(record: Record | None) -> dict[str, Any]:
    if record is None:
        return {}
    data: dict[str, Any] = file_value(record)
    if isinstance(record, Phase):
        data.pop("tasks", None)
    return data | ({"phase": phase} if (phase := _phase(record)) else {})


def _phase(record: Record | None) -> str | None:
    return record.phase if isinstance(record, Task) else None
