"""Durations as people write them: `3d`, `8h`, `2w`, and elapsed ones `5ed`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_DURATION = re.compile(r"([+-]?)([0-9]{1,7}(?:\.[0-9]{1,4})?)(eh|ed|ew|min|h|d|w)\Z")
UNITS = ("min", "h", "d", "w", "eh", "ed", "ew")


@dataclass(frozen=True, slots=True)
class Duration:
    """An amount of working time (`min h d w`) or elapsed, calendar time (`eh ed ew`).

    It keeps its unit: `1d` is not `8h`, or a changed calendar would void what was signed.
    """

    amount: Decimal
    unit: str

    @staticmethod
    def parse(text: str) -> Duration:
        """The duration that `text` writes. Raises ValueError."""
        match = _DURATION.match(text.strip())
        if not match:
            raise ValueError(f"not a duration: {text!r}")
        return Duration(Decimal(match[1] + match[2]), match[3])

    @property
    def is_elapsed(self) -> bool:
        return self.unit.startswith("e")

    def minutes(self, *, day: int, week: int) -> int:
        """Whole minutes, half rounded away from zero; `day`, `week`: the project calendar's working minutes."""
        each = {"min": 1, "h": 60, "d": day, "w": week, "eh": 60, "ed": 1440, "ew": 10080}[self.unit]
        exact = self.amount * each
        return int(exact + (Decimal("0.5") if exact >= 0 else Decimal("-0.5")))

    def __str__(self) -> str:
        return f"{plain(self.amount)}{self.unit}"


def plain(number: Decimal) -> str:
    """A decimal without exponent and without trailing zeros: `3`, `2.5`."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text
