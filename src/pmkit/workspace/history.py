"""What the past says: commits, the life of a record, and one moment of a replay. The store reads them out of git."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from pmkit.domain.kind import Record
from pmkit.domain.project import PROJECT, Project
from pmkit.workspace.model import Records, Workspace

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Touched:
    """A file in a commit: A(dded), M(odified), D(eleted), R(enamed from `old_path`).

    `before`: the object in each parent (several in a merge only), `after`: in the commit; zeros where there is none.
    """

    status: str
    path: str
    old_path: str | None
    before: tuple[str, ...]
    after: str


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit with its trailers (`Pmkit-By` and the like; each name to its values) and the workspace's files in it.

    `time` is the author's: when it was done, which a rebase keeps.
    """

    hash: str
    parents: tuple[str, ...]
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


@dataclass(frozen=True, slots=True)
class Deed:
    """What a commit did to a record.

    `before`: the record in each parent (several in a merge only), None where it was not there; `after`: None where it
    is deleted. A version that cannot be read counts as the last one that could.
    """

    record: str
    path: str
    before: tuple[Record | None, ...]
    after: Record | None

    def was(self, model: type[R]) -> list[R | None]:
        """The record in each parent, where it is of this kind."""
        return [old if isinstance(old, model) else None for old in self.before]


@dataclass(frozen=True)
class Moment:
    """A commit, what it did to each record, and the project as it stood then.

    `replaced`: files that are no records, were there before, and are another or gone now. `is_main`: the commit is on
    the first-parent line of HEAD, not on a branch that was merged.
    """

    commit: Commit
    deeds: tuple[Deed, ...]
    replaced: tuple[str, ...]
    records: Mapping[str, Record]
    is_main: bool = True

    @cached_property
    def workspace(self) -> Workspace | None:
        """The workspace as it stood after the commit; None where it had no usable profile."""
        project = self.project
        if project is None:
            return None
        return Workspace(project, Records({key: r for key, r in self.records.items() if r is not project}))

    @property
    def project(self) -> Project | None:
        """The profile as it stood after the commit."""
        found = self.records.get(PROJECT.name)
        return found if isinstance(found, Project) else None

    def of(self, model: type[R]) -> Iterator[R]:
        """The records of a kind as they stood after the commit."""
        return (record for record in self.records.values() if isinstance(record, model))
