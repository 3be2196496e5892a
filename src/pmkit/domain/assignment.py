"""Who works on a task, and with how much of the working time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from pmkit.kernel.duration import plain

_ASSIGNMENT = re.compile(r"(?P<person>\S+)(?:\s+(?P<units>[0-9]{1,5}(?:\.[0-9]{1,2})?)\s*%)?\Z")


@dataclass(frozen=True, slots=True)
class Assignment:
    """A person on a task. `units`: percent of the working time; None is all that one person gives."""

    target: str
    units: Decimal | None = None

    def share(self, given: Decimal) -> Decimal:
        """The percent that the task takes of a person who gives so much: a team does not follow its member."""
        return min(given, Decimal(100)) if self.units is None else self.units

    @staticmethod
    def parse(text: str) -> Assignment:
        """`li.wei`, or part-time `li.wei 50%`. Raises ValueError."""
        match = _ASSIGNMENT.match(text.strip())
        if not match or (match["units"] and not Decimal(match["units"])):
            raise ValueError(f"not an assignment: {text!r}")
        return Assignment(match["person"], Decimal(match["units"]) if match["units"] else None)

    def __str__(self) -> str:
        return self.target if self.units is None else f"{self.target} {plain(self.units)}%"
