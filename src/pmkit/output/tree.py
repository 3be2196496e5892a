"""Branches under a line, as file trees are drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Branch:
    """A line and what hangs below it."""

    line: str
    below: Sequence[Branch] = ()


def tree_lines(branches: Sequence[Branch], before: str = "") -> Iterator[str]:
    """The lines of the branches, the last one of each level drawn as such."""
    for position, branch in enumerate(branches):
        is_last = position == len(branches) - 1
        yield before + ("└─ " if is_last else "├─ ") + branch.line
        yield from tree_lines(branch.below, before + ("   " if is_last else "│  "))
