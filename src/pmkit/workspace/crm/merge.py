"""The three-way merge of a field: what we say, what they say, and how both last stood.

Each side is compared with its own last state, because what stands there need not be what stands here: a table may lead
several of our states to one of theirs.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Literal

from pmkit.domain.crm import Direction
from pmkit.workspace.crm.links import Base, mark

# same: nothing to do; pull, push: one side moved on; conflict: both did, to different ends;
# theirs: changed there, where only we write; ours: changed here, where only they do
Verdict = Literal["same", "pull", "push", "conflict", "theirs", "ours"]
_PIECE = re.compile(r"[^。；！？;!?\n]*[。；！？;!?\n]+|[^。；！？;!?\n]+")


def verdict(way: Direction, base: Base | None, here: str, there: str, *, alike: bool) -> Verdict:
    """What a field needs. `alike`: both sides say the same in their own words. `base`: None before the first sync."""
    if alike:
        return "same"
    if base is None:
        if not here and way != "push":
            return "pull"
        return "push" if not there and way != "pull" else "conflict"
    moved_here, moved_there = mark(here) != base[0], mark(there) != base[1]
    if moved_here and moved_there:
        return "conflict"
    if moved_here:
        return "ours" if way == "pull" else "push"
    if moved_there:
        return "theirs" if way == "push" else "pull"
    return "same"


def merged_text(base: str, ours: str, theirs: str) -> str | None:
    """Both sides' edits of a text in one, sentence by sentence; None where both changed the same one."""
    if theirs in (ours, base):
        return ours
    if ours == base:
        return theirs
    old, one, other = (_PIECE.findall(text) for text in (base, ours, theirs))
    kept_one, kept_other = _kept(old, one), _kept(old, other)
    result: list[str] = []
    at = at_one = at_other = 0
    stops = [i for i in range(len(old)) if i in kept_one and i in kept_other]
    for stop in [*stops, len(old)]:
        to_one = kept_one.get(stop, len(one))
        to_other = kept_other.get(stop, len(other))
        before, mine, other_side = old[at:stop], one[at_one:to_one], other[at_other:to_other]
        between = _joined(before, mine, other_side)
        if between is None:
            return None
        result += between
        if stop < len(old):
            result.append(old[stop])
            at, at_one, at_other = stop + 1, to_one + 1, to_other + 1
    return "".join(result)


def _joined(before: list[str], mine: list[str], other: list[str]) -> list[str] | None:
    """What stands between two pieces that both sides kept; where nobody added or took away, piece by piece."""
    if other in (mine, before):
        return mine
    if mine == before:
        return other
    if len(before) == len(mine) == len(other) > 1:
        pieces = [_joined([b], [m], [o]) for b, m, o in zip(before, mine, other, strict=True)]
        return None if None in pieces else [one for piece in pieces for one in piece or []]
    return None


def _kept(old: list[str], new: list[str]) -> dict[int, int]:
    """Where each piece of the old text that stayed stands in the new one."""
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    return {b.a + i: b.b + i for b in blocks for i in range(b.size)}
