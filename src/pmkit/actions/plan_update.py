"""A plan's file that comes again: what it says now, what it last said, and what stands here, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from pmkit.domain.assignment import Assignment
from pmkit.domain.kind import Record, file_value
from pmkit.domain.plan import Dependency, Task
from pmkit.domain.values import parse_moment
from pmkit.kernel.calendar import DAY, WorkCalendar, clock, start_of
from pmkit.kernel.duration import Duration
from pmkit.workspace.imported import LastSaid

_ALWAYS = frozenset(
    {"name", "duration", "milestone"}
)  # a file's silence about these says something even without a past
_LISTS = frozenset({"after", "resources"})
_SPANS = frozenset({"duration", "effort"})
_MOMENTS = frozenset({
    "start", "finish", "start_no_earlier_than", "start_no_later_than", "finish_no_earlier_than", "finish_no_later_than",
    "must_start_on", "must_finish_on", "deadline", "levelled_start",
})  # fmt: skip


class Unknown(Enum):
    """Stands for a record that cannot be told any more."""

    UNKNOWN = "unknown"


UNKNOWN = Unknown.UNKNOWN


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A field that was changed here as well as in the file. `last`: what the file said when it last came."""

    record: str
    field: str
    here: Any
    in_file: Any
    last: Any


@dataclass(frozen=True)
class Merge:
    """The rules by which a file that comes again meets what stands here.

    What only one side changed since the last import is that side's. What both changed is kept, and told; or the
    file's, with `prefer_file`. Without a past what the file says counts, and its silence says nothing.
    """

    last: LastSaid
    calendar: WorkCalendar | None
    prefer_file: bool = False

    def fields(
        self,
        record: Record,
        said: Mapping[str, Any],
        keys: Iterable[str],
        known: frozenset[str] = frozenset(),
        went_out: Record | Unknown | None = None,
    ) -> tuple[dict[str, Any], list[Disagreement]]:
        """The fields that change, with their new values (None: it goes), and those that both sides changed.

        `said`: the record as the file has it; `keys`: the fields that such a file can hold; `known`: ids that it knows,
        so that links to others are none of its business. `went_out`: the record as it was exported into this file, or
        UNKNOWN where it was another one than today's.
        """
        here: dict[str, Any] = file_value(record)
        changed: dict[str, Any] = {}
        conflicts: list[Disagreement] = []
        for key in keys:
            ours, theirs = here.get(key), said.get(key)
            if key in _LISTS:
                base = self._base(record, key, went_out, here)
                new = self._list(base, key, ours or [], theirs or [], known)
                if new != (ours or []) and not base[0] and went_out is UNKNOWN and not self.prefer_file:
                    conflicts.append(Disagreement(record.id, key, ours, theirs, None))
                elif new != (ours or []):
                    changed[key] = new or None
                continue
            if self._same(record, key, ours, theirs):
                continue
            is_known, was = self._base(record, key, went_out, here)
            if not is_known and theirs is None and key not in _ALWAYS:
                continue
            if not is_known and went_out is UNKNOWN and not self.prefer_file:
                conflicts.append(Disagreement(record.id, key, ours, theirs, None))
            elif not is_known:
                changed[key] = theirs
            elif self._same(record, key, theirs, was):
                continue  # changed here alone
            elif self._same(record, key, ours, was) or self.prefer_file:
                changed[key] = theirs
            else:
                conflicts.append(Disagreement(record.id, key, ours, theirs, was))
        return changed, conflicts

    def _base(
        self, record: Record, key: str, went_out: Record | Unknown | None, here: Mapping[str, Any]
    ) -> tuple[bool, Any]:
        """Whether it is known what the file said before, and what that was."""
        if went_out is record:
            return True, here.get(key)
        return self.last.knows(record.id, key), self.last.value(record.id, key)

    @staticmethod
    def _list(
        before: tuple[bool, Any], key: str, ours: Sequence[str], theirs: Sequence[str], known: frozenset[str]
    ) -> list[str]:
        """What both sides took away is gone, what either added is there; without a past the file's, and the unknown."""
        if sorted(ours) == sorted(theirs):
            return list(ours)
        is_known, base = before[0], before[1] or []
        if is_known:
            kept = [item for item in ours if item in theirs or item not in base]
            return [*kept, *(item for item in theirs if item not in ours and item not in base)]
        kept = [item for item in ours if item in theirs or _target(key, item) not in known]
        return [*kept, *(item for item in theirs if item not in kept)]

    def _same(self, record: Record, key: str, one: Any, other: Any) -> bool:
        """True where two values of a field mean the same: 2d and 16h, a day and its first or last working minute."""
        if one == other or not isinstance(record, Task):
            return bool(one == other or _text(one) == _text(other))
        return bool(
            self.meaning(key, one, moment=record.milestone) == self.meaning(key, other, moment=record.milestone)
        )

    def meaning(self, key: str, value: Any, *, moment: bool = False) -> Any:
        """What a field of a task says, whichever way it is written; a bound of a `moment` means a day's end."""
        if value is None or self.calendar is None:
            return _text(value)
        if key in _SPANS:
            span = Duration.parse(str(value))
            minutes = span.minutes(day=self.calendar.day_minutes, week=self.calendar.week_minutes)
            return (minutes, span.is_elapsed)
        if key in _MOMENTS:
            return self._minute(parse_moment(value), moment or "finish" in key or key == "deadline")
        return _text(value)

    def _minute(self, at: date | datetime, is_finish: bool) -> int:
        assert self.calendar is not None  # noqa: S101 - the only caller has just asked
        if isinstance(at, datetime):
            return self.calendar.timeline.offset(clock(at))
        return self.calendar.timeline.offset(start_of(at) + (DAY if is_finish else 0))


def _text(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value or None


def _target(key: str, item: str) -> str:
    return Dependency.parse(item).predecessor if key == "after" else Assignment.parse(item).target
