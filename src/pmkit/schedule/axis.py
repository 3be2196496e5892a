"""The engine's time: offsets in working minutes of the union of all calendars in use.

Between two worked minutes the axis stands still, so the end of one task is the start of the next. With one calendar
every translation between the axis and a calendar is the identity; otherwise it is two bisections.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from pmkit.kernel.calendar import DAY, Timeline, moment_of


class OwnTime:
    """One calendar's working minutes seen from the axis; without a timeline of its own it is the axis itself.

    A count is a number of own working minutes, from the calendar's own anchor: only differences mean something.
    """

    __slots__ = ("_axis", "_own")

    def __init__(self, axis: Timeline, own: Timeline | None) -> None:
        self._axis = axis
        self._own = own

    def count(self, at: int) -> int:
        """Own working minutes before the axis offset."""
        return at if self._own is None else self._own.offset(self._axis.starting(at))

    def first(self, count: int) -> int:
        """The earliest axis offset with that count: where work ends."""
        return count if self._own is None else self._axis.offset(self._own.finishing(count))

    def last(self, count: int) -> int:
        """The latest axis offset with that count: where the next own minute begins."""
        return count if self._own is None else self._axis.offset(self._own.starting(count))

    def closing(self, at: int) -> int:
        """The axis offset, in unworked own time the end of the own minute before."""
        return at if self._own is None else self.first(self.count(at))

    def opening(self, at: int) -> int:
        """The axis offset, in unworked own time the beginning of the next own minute."""
        return at if self._own is None else self.last(self.count(at))

    def forward(self, at: int, minutes: int) -> int:
        """Where work of `minutes` ends that begins at `at`."""
        return self.first(self.count(at) + minutes) if minutes else at

    def backward(self, at: int, minutes: int) -> int:
        """The latest point at which work of `minutes` begins that ends at `at`."""
        return self.last(self.count(at) - minutes) if minutes else at

    def count_of_start(self, at: int) -> int:
        """The largest count whose next own minute begins at or before `at`."""
        return at if self._own is None else self.count(at + 1) - 1


def printed_finish(minutes: int) -> datetime:
    """A clock value as the moment at which something ends; midnight is 23:59 of the day that it ends."""
    return moment_of(minutes) if minutes % DAY else moment_of(minutes) - timedelta(minutes=1)
