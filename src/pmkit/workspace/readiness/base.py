"""What is missing for acceptance and closing, group by group, each with the command that mends it.

A group is a module beside this one with `GROUP` and a function `missing`; the folder is the registry.
`pmkit acceptance ready` and `pmkit close --check` ask the same list.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pmkit.workspace.readiness as here
from pmkit.kernel.text import Text
from pmkit.workspace.acceptance import waived
from pmkit.workspace.todo.base import Situation


@dataclass(frozen=True, slots=True)
class Group:
    """A group of what can be missing. `key`: its name for programs; `place`: its place in the list."""

    key: str
    title: Text
    place: int


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is missing. `about`: the id of the record, or the code of what there is no record of.

    `mend`: the command that brings it on; capitals in it are to be filled in.
    """

    about: str
    what: Text
    mend: str


@dataclass(frozen=True, slots=True)
class Readiness:
    """A group with what is missing in it, and what of it the customer does without."""

    group: Group
    missing: tuple[Missing, ...]
    waived: tuple[Missing, ...] = ()


def _providers() -> list[Any]:
    names = sorted(m.name for m in pkgutil.iter_modules(here.__path__) if m.name != "base")
    found = [import_module(f"pmkit.workspace.readiness.{name}") for name in names]
    return sorted(found, key=lambda provider: provider.GROUP.place)


def groups() -> list[Group]:
    """Every group in its place."""
    return [provider.GROUP for provider in _providers()]


def readiness(at: Situation, only: Sequence[str] = ()) -> list[Readiness]:
    """Every group in its place with what is missing of it, waived or not. `only`: keys of groups."""
    chosen = [one for one in _providers() if not only or one.GROUP.key in only]
    excused = waived(at.ws)
    found = []
    for provider in chosen:
        everything = tuple(provider.missing(at))
        missing = tuple(one for one in everything if one.about not in excused)
        found.append(Readiness(provider.GROUP, missing, tuple(one for one in everything if one.about in excused)))
    return found
