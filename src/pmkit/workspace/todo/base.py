"""Everything that somebody has to do, across kinds: what the kinds declare, and what has to be computed.

A kind joins by its `due` declaration, or by a function `items` in a module beside this one; the folder is the registry.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from typing import Any

import pmkit.workspace.todo as here
from pmkit.domain.kind import Due, Record, Tracked
from pmkit.domain.people import Person
from pmkit.domain.registry import kinds
from pmkit.kernel.ids import natural_order
from pmkit.kernel.text import Text
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import Planned


@dataclass(frozen=True, slots=True)
class Situation:
    """What there is to ask: the records, the plan where it can be computed, the reporting date."""

    ws: Workspace
    planned: Planned | None
    as_of: date


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do. `who`: handles, or names where nobody has a handle; `side`: whose business it is."""

    record: Record
    what: Text
    due: date | None
    who: tuple[str, ...]
    side: str

    def days_late(self, as_of: date) -> int:
        """Days past the due date; 0 for what is not late."""
        return max(0, (as_of - self.due).days) if self.due else 0


def due_items(at: Situation) -> list[Item]:
    """All of it, the oldest date first; what has no date comes last."""
    found = [*_declared(at)]
    for module in sorted(m.name for m in pkgutil.iter_modules(here.__path__)):
        if module != "base":
            found += import_module(f"pmkit.workspace.todo.{module}").items(at)
    return sorted(found, key=lambda i: (i.due is None, i.due or date.max, natural_order(i.record.id)))


def _declared(at: Situation) -> Iterator[Item]:
    for kind in kinds():
        for record in at.ws.of_kind(kind) if kind.due else ():
            if isinstance(record, Tracked):
                yield from (_item(at.ws, record, due) for due in kind.due if _is_open(record, due))


def _is_open(record: Tracked, due: Due) -> bool:
    if due.day is not None and not due.states and getattr(record, due.day) is None:
        return False  # a date that nobody set asks for nothing
    return record.status in due.states if due.states else not record.is_closed


def _item(ws: Workspace, record: Record, due: Due) -> Item:
    doers = getattr(record, due.who) if due.who else None
    who = () if not doers else (doers,) if isinstance(doers, str) else tuple(doers)
    return Item(
        record, due.what, day_of(getattr(record, due.day) if due.day else None), who, side_of(ws, who, due.side)
    )


def day_of(value: Any) -> date | None:
    """The day of a date or moment."""
    return value.date() if isinstance(value, datetime) else value


def side_of(ws: Workspace, who: tuple[str, ...], default: str) -> str:
    """The side of the first of them that is known."""
    people = (ws.find(handle, Person) for handle in who)
    return next((person.side for person in people if person is not None), default)
