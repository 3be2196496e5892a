"""Two versions of a file's data that come from one: merged field by field, or told apart where both changed the same.

The merge answers with two mappings, ours and theirs. Where they are equal, nothing conflicts: each holds what both
sides did. A field that both changed differently has our value in the one and their value in the other. The two sides
of the question may be exchanged: then the two answers are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any, Final

from pydantic import BaseModel

from pmkit.domain.kind import Kind, Storage, about, inner_model
from pmkit.kernel.digest import canonical_json
from pmkit.kernel.ids import natural_order


class _Absent:
    """Stands for a key or item that is not there."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()
Both = tuple[Any, Any]  # ours and theirs; equal where nothing conflicts
# What only the workflow writes: two branches never make a state of it that neither had.
_WORKFLOW = ("status", "steps", "approvals", "results", "signed", "refused", "conditional")


def merged(base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any], kind: Kind | None) -> Both:
    """The data of a file, merged. `kind`: of the record in it, which says what is a set; None where that is unknown.

    States and approvals that both sides changed conflict, whatever they say. So do those of one side with content that
    the other changed, where people approve or sign such records: nobody has agreed to the two together.
    """
    if kind is not None and kind.storage is Storage.LIST:
        return _list_file(base, ours, theirs, kind)
    one, other = _mappings(base, ours, theirs, kind.model if kind is not None else None)
    if kind is None or "status" not in about(kind.model):
        return one, other
    touched = [
        {key for key in {*base, *side} if base.get(key, ABSENT) != side.get(key, ABSENT)} for side in (ours, theirs)
    ]
    moved = [bool(changed & set(_WORKFLOW)) for changed in touched]
    content = {key for key, what in about(kind.model).items() if what.content}
    edited = [bool(changed & content) for changed in touched]
    is_agreed = kind.signable or bool({"approvals", "signed"} & about(kind.model).keys())
    if all(moved) or (is_agreed and ((moved[0] and edited[1]) or (moved[1] and edited[0]))):
        for key in _WORKFLOW:
            _take(one, key, ours.get(key, ABSENT))
            _take(other, key, theirs.get(key, ABSENT))
    return one, other


def _list_file(base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any], kind: Kind) -> Both:
    """A file with all records of a kind: record by record."""
    one, other = _mappings(base, ours, theirs, None)
    key = kind.list_key or ""
    lists = [side.get(key) or [] for side in (base, ours, theirs)]
    if all(isinstance(side, list) and all(isinstance(i, Mapping) and "id" in i for i in side) for side in lists):
        one[key], other[key] = _items(lists[0], lists[1], lists[2], kind.model)
    return one, other


def _take(data: dict[str, Any], key: str, value: Any) -> None:
    if value is ABSENT:
        data.pop(key, None)
    else:
        data[key] = value


def _value(base: Any, ours: Any, theirs: Any, model: type[BaseModel] | None, *, is_set: bool) -> Both:
    if theirs in (ours, base):
        return ours, ours
    if ours == base:
        return theirs, theirs
    before = {} if base is ABSENT else base
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping) and isinstance(before, Mapping):
        return _mappings(before, ours, theirs, model)
    old, mine, yours = ([] if side is ABSENT else side for side in (base, ours, theirs))
    if not (isinstance(old, list) and isinstance(mine, list) and isinstance(yours, list)):
        return ours, theirs
    if all(isinstance(item, Mapping) and "id" in item for item in (*old, *mine, *yours)):
        return _items(old, mine, yours, model)
    found = _set(old, mine, yours) if is_set else _sequence(old, mine, yours)
    if found is None:
        return ours, theirs
    result = found or (ABSENT if ABSENT in (ours, theirs) else [])
    return result, result


def _mappings(
    base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any], model: type[BaseModel] | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    declared = about(model) if model is not None else {}
    one: dict[str, Any] = {}
    other: dict[str, Any] = {}
    for key in dict.fromkeys((*ours, *theirs)):
        inner = inner_model(model, key) if model is not None and key in declared else None
        is_set = key in declared and declared[key].unordered
        was, mine, yours = (side.get(key, ABSENT) for side in (base, ours, theirs))
        left, right = _value(was, mine, yours, inner, is_set=is_set)
        _take(one, key, left)
        _take(other, key, right)
    return one, other


def _items(
    base: Sequence[Any], ours: Sequence[Any], theirs: Sequence[Any], model: type[BaseModel] | None
) -> tuple[list[Any], list[Any]]:
    """Lists of things with ids: thing by thing. What is new stands at the end, each side's in its own order."""
    sides = [{str(item["id"]): item for item in side} for side in (base, ours, theirs)]
    if any(len(by_id) != len(side) for by_id, side in zip(sides, (base, ours, theirs), strict=True)):
        return list(ours), list(theirs)  # an id that stands twice: nobody can tell which is which
    known = list(sides[0])
    orders = [[one for one in side if one in sides[0]] for side in sides[1:]]
    changed = [order for order in orders if order != [one for one in known if one in order]]
    if len(changed) == 1:
        known = [*changed[0], *(one for one in known if one not in changed[0])]
    news = [[one for one in side if one not in sides[0]] for side in sides[1:]]
    first, second = sorted(news, key=lambda new: [natural_order(one) for one in new])
    new = [*first, *(one for one in second if one not in first)]
    left: list[Any] = []
    right: list[Any] = []
    for one in (*known, *new):
        was, mine, yours = (side.get(one, ABSENT) for side in sides)
        is_clash = was is ABSENT and ABSENT not in (mine, yours)  # two things that were given one id
        a, b = (mine, yours) if is_clash else _value(was, mine, yours, model, is_set=False)
        left += [] if a is ABSENT else [a]
        right += [] if b is ABSENT else [b]
    return left, right


def _set(base: Sequence[Any], ours: Sequence[Any], theirs: Sequence[Any]) -> list[Any]:
    """What neither took away, and what either added, that in one order whoever asks."""
    kept = [item for item in base if item in ours and item in theirs]
    added = [item for side in (ours, theirs) for item in side if item not in base]
    unique = {canonical_json(item): item for item in added}
    return [*kept, *(unique[key] for key in sorted(unique))]


def _sequence(base: Sequence[Any], ours: Sequence[Any], theirs: Sequence[Any]) -> list[Any] | None:
    """A list in which both changed different places; None where they touch."""
    hunks = sorted([*_hunks(base, ours), *_hunks(base, theirs)], key=lambda hunk: hunk[:2])
    if any(later[0] <= earlier[1] for earlier, later in pairwise(hunks)):
        return None
    found: list[Any] = []
    at = 0
    for start, stop, new in hunks:
        found += [*base[at:start], *new]
        at = stop
    return [*found, *base[at:]]


def _hunks(base: Sequence[Any], side: Sequence[Any]) -> list[tuple[int, int, list[Any]]]:
    before, after = ([canonical_json(item) for item in items] for items in (base, side))
    codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [(i1, i2, list(side[j1:j2])) for tag, i1, i2, j1, j2 in codes if tag != "equal"]
