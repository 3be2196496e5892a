"""Where something stands: by meaning (`Spot`), and by line and column (`Place`)."""

from __future__ import annotations

from dataclasses import dataclass

Keys = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """A value inside a file, named by the keys and list positions that lead to it.

    `path` is relative to the workspace, with `/`. `of_key` asks for the key itself, not its value.
    Turned into a `Place` once, when a finding is shown.
    """

    path: str
    keys: Keys = ()
    of_key: bool = False

    def at(self, *keys: str | int) -> Spot:
        """The spot further in."""
        return Spot(self.path, (*self.keys, *keys))


@dataclass(frozen=True, slots=True)
class Place:
    """A line and column, both counted from 1, columns in characters. `width`: characters to underline, 0 if unknown."""

    path: str
    line: int = 1
    column: int = 1
    width: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"
