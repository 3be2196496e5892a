"""Buffers of the critical chain method (Goldratt 1997): how much is used against how far the chain has come.

The zones of the fever chart (Leach 2014) rise with the chain: a buffer used early is worse than one used late.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Zone = Literal["green", "yellow", "red"]
# Percent of the buffer at which yellow and red begin, on a chain of which nothing is done and one that is all done.
YELLOW = (Decimal(15), Decimal(60))
RED = (Decimal(30), Decimal(85))


@dataclass(frozen=True, slots=True)
class Link:
    """A task of a chain: its planned minutes and how much of it is done, in percent."""

    id: str
    minutes: int
    percent: Decimal


@dataclass(frozen=True, slots=True)
class BufferState:
    """A buffer at a status date. `size`, `used`: working minutes; percents may pass 100, `used` may not be negative."""

    id: str
    size: int
    used: int
    chain: tuple[Link, ...]
    status_date: date | None = None

    @property
    def used_percent(self) -> Decimal:
        return Decimal(100 * self.used) / self.size if self.size else Decimal(0 if not self.used else 100)

    @property
    def done_percent(self) -> Decimal:
        """The share of the chain's planned work that is done."""
        total = sum(link.minutes for link in self.chain)
        done = sum((link.minutes * link.percent for link in self.chain), Decimal(0))
        return done / total if total else Decimal(0)

    @property
    def zone(self) -> Zone:
        """Green: leave it alone; yellow: plan how to recover; red: act."""
        if self.used_percent >= border(RED, self.done_percent):
            return "red"
        return "yellow" if self.used_percent >= border(YELLOW, self.done_percent) else "green"


def border(line: tuple[Decimal, Decimal], done: Decimal) -> Decimal:
    """Where a zone begins, in percent of the buffer, at so many percent of the chain."""
    return line[0] + (line[1] - line[0]) * done / 100


def chain_to(floats: Mapping[str, int], minutes: Mapping[str, int], leave_out: Sequence[str]) -> list[str]:
    """The tasks that decide when a buffer begins: without room before it, and with work in them."""
    return [i for i, room in floats.items() if room <= 0 and minutes.get(i) and i not in leave_out]
