"""Forward and backward pass of the critical path method (Kelley and Walker 1959; links and lags as in PMBOK's PDM).

The engine's time is an offset in working minutes of the axis: the union of the working time of all calendars in use.
Between two worked minutes it stands still, so the end of one task is the start of the next. With one calendar every
translation is the identity.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from pmkit.kernel.calendar import DAY, Timeline, WorkCalendar, clock, moment_of, start_of
from pmkit.schedule.network import Link, Network, Node, in_order


@dataclass(frozen=True, slots=True)
class Scheduled:
    """The times of a node: offsets on the axis, floats in working minutes of its own calendar.

    `start` and `finish` are the moments to print: a start is the beginning of the next working minute, a finish (and
    a milestone that waits for something) the end of the last worked one. Critical: unfinished, total float <= 0.
    """

    id: str
    early_start: int
    early_finish: int
    late_start: int
    late_finish: int
    total_float: int
    free_float: int
    critical: bool
    start: datetime
    finish: datetime


@dataclass(frozen=True, slots=True)
class Schedule:
    """The scheduled network. `out_of_sequence`: started before a predecessor allowed it, their rest is not bound by it.

    `beyond`: calendars whose published holidays end before the plan does.
    """

    items: Mapping[str, Scheduled]
    finish: datetime
    out_of_sequence: tuple[str, ...]
    beyond: tuple[WorkCalendar, ...]


class _Clock:
    """A node's own working time seen from the axis."""

    def __init__(self, axis: Timeline, own: WorkCalendar | None) -> None:
        self._axis = axis
        self._own = own.timeline if own is not None else None

    def count(self, at: int) -> int:
        """Own working minutes before the axis offset."""
        return at if self._own is None else self._own.offset(self._axis.finishing(at))

    def first(self, count: int) -> int:
        """The earliest axis offset with so many own minutes before it: where work of that length ends."""
        return count if self._own is None else self._axis.offset(self._own.finishing(count))

    def last(self, count: int) -> int:
        """The latest such offset: where the next own minute begins."""
        return count if self._own is None else self._axis.offset(self._own.starting(count))

    def forward(self, at: int, minutes: int) -> int:
        """Where work of `minutes` ends that begins at `at`."""
        return self.first(self.count(at) + minutes) if minutes else at

    def backward(self, at: int, minutes: int) -> int:
        """The latest point at which work of `minutes` begins that ends at `at`."""
        return self.last(self.count(at) - minutes) if minutes else at


class _Pass:
    """The working state of one scheduling run."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.order = in_order(network.nodes)
        own = [node.calendar for node in self.order if node.calendar is not None]
        self.axis = Timeline((network.calendar, *own))
        anchor = self._first_day()
        for timeline in (self.axis, network.calendar.timeline, *(calendar.timeline for calendar in own)):
            timeline.anchor(anchor)
        several = len(dict.fromkeys((network.calendar, *own))) > 1
        self.project_clock = _Clock(self.axis, network.calendar if several else None)
        self._clocks = {calendar: _Clock(self.axis, calendar if several else None) for calendar in dict.fromkeys(own)}
        self.early: dict[str, tuple[int, int]] = {}
        self.late: dict[str, tuple[int, int]] = {}
        self.status = None if network.status_date is None else self.axis.offset(start_of(network.status_date) + DAY)
        self.out_of_sequence: list[str] = []

    def _first_day(self) -> date:
        """The earliest day that anything in the network names."""
        start = self.network.start
        days = [start.date() if isinstance(start, datetime) else start]
        clocks = [n.actuals.start for n in self.order if n.actuals is not None]
        for node in self.order:
            c = node.constraints
            clocks += [
                at
                for at in (
                    c.start_no_later_than, c.finish_no_later_than, c.must_start_on, c.must_finish_on, c.deadline,
                    c.start_no_earlier_than, c.finish_no_earlier_than,
                )
                if at is not None
            ]  # fmt: skip
        return min([*days, *([moment_of(min(clocks)).date()] if clocks else [])])

    def clock_of(self, node: Node) -> _Clock:
        return self.project_clock if node.calendar is None else self._clocks[node.calendar]

    def shifted(self, at: int, link: Link, node: Node, *, is_start: bool, back: bool = False) -> int:
        """An axis offset moved by a link's lag, forward to the successor or back to the predecessor."""
        if not link.lag:
            return at
        lag = -link.lag if back else link.lag
        if link.elapsed:
            return self.axis.offset((self.axis.starting(at) if is_start else self.axis.finishing(at)) + lag)
        clock_ = self.clock_of(node)
        return clock_.last(clock_.count(at) + lag) if back else clock_.first(clock_.count(at) + lag)

    # --- forward

    def forward(self) -> None:
        start = self.network.start
        begin = self.axis.offset(clock(start) if isinstance(start, datetime) else start_of(start))
        for node in self.order:
            self.early[node.id] = self._early(node, begin)

    def _early(self, node: Node, begin: int) -> tuple[int, int]:
        clock_ = self.clock_of(node)
        earliest, earliest_finish = begin, None
        for link in node.links:
            start, finish = self.early[link.predecessor]
            from_start = link.type in ("SS", "SF")
            bound = self.shifted(start if from_start else finish, link, node, is_start=from_start)
            if link.type in ("FS", "SS"):
                earliest = max(earliest, bound)
            else:
                earliest_finish = bound if earliest_finish is None else max(earliest_finish, bound)
        if node.actuals is not None:
            return self._of_actuals(node, earliest)
        c = node.constraints
        if self.status is not None:
            earliest = max(earliest, self.status)
        if c.start_no_earlier_than is not None:
            earliest = max(earliest, self.axis.offset(c.start_no_earlier_than))
        if c.finish_no_earlier_than is not None:
            bound = self.axis.offset(c.finish_no_earlier_than)
            earliest_finish = bound if earliest_finish is None else max(earliest_finish, bound)
        if earliest_finish is not None:
            earliest = max(earliest, clock_.backward(earliest_finish, node.duration))
        if c.must_start_on is not None:
            earliest = self.axis.offset(c.must_start_on)
        if c.must_finish_on is not None:
            earliest = clock_.backward(self.axis.offset(c.must_finish_on), node.duration)
        if node.duration:
            earliest = clock_.last(clock_.count(earliest))
        return earliest, clock_.forward(earliest, node.duration)

    def _of_actuals(self, node: Node, bound: int) -> tuple[int, int]:
        """Where a started node stands: the past as it happened, the rest from the status date on."""
        actuals = node.actuals
        assert actuals is not None  # noqa: S101 - the only caller has just asked
        start = self.axis.offset(actuals.start)
        if node.links and bound > start:
            self.out_of_sequence.append(node.id)
        if actuals.finish is not None:
            return start, max(start, self.axis.offset(actuals.finish))
        rest = start if self.status is None else max(start, self.status)
        return start, self.clock_of(node).forward(rest, actuals.remaining)

    # --- backward

    def backward(self) -> int:
        end = max((finish for _, finish in self.early.values()), default=0)
        limits = dict.fromkeys(self.early, end)  # late finish that successors leave
        start_limits: dict[str, int] = {}
        for node in reversed(self.order):
            late_start, late_finish = self._late(node, limits[node.id], start_limits.get(node.id))
            self.late[node.id] = (late_start, late_finish)
            if node.actuals is not None:
                continue  # what has started does not wait any more
            for link in node.links:
                to_start = link.type in ("FS", "SS")
                bound = self.shifted(late_start if to_start else late_finish, link, node, is_start=to_start, back=True)
                if link.type in ("FS", "FF"):
                    limits[link.predecessor] = min(limits[link.predecessor], bound)
                else:
                    start_limits[link.predecessor] = min(start_limits.get(link.predecessor, bound), bound)
        return end

    def _late(self, node: Node, finish: int, start: int | None) -> tuple[int, int]:
        clock_ = self.clock_of(node)
        c = node.constraints
        early_start, early_finish = self.early[node.id]
        if node.actuals is not None and node.actuals.finish is not None:
            return early_start, early_finish
        for at in (c.finish_no_later_than, c.must_finish_on, c.deadline):
            if at is not None:
                finish = min(finish, self.axis.offset(at))
        if node.actuals is not None:
            return early_start, finish
        starts = [at for at in (c.start_no_later_than, c.must_start_on) if at is not None]
        bounds = [self.axis.offset(at) for at in starts] + ([start] if start is not None else [])
        for bound in bounds:
            finish = min(finish, clock_.forward(bound, node.duration))
        if node.duration:
            finish = clock_.first(clock_.count(finish))
        return clock_.backward(finish, node.duration), finish

    # --- floats

    def free_floats(self, end: int) -> dict[str, int]:
        """How far each node can slip without moving any other, in its own working minutes."""
        nodes = {node.id: node for node in self.order}
        room: dict[str, int] = {}
        for node in self.order:
            if node.actuals is not None:
                continue
            start, finish = self.early[node.id]
            for link in node.links:
                to_start = link.type in ("FS", "SS")
                bound = self.shifted(start if to_start else finish, link, node, is_start=to_start, back=True)
                before = nodes[link.predecessor]
                clock_ = self.clock_of(before)
                early_start, early_finish = self.early[before.id]
                at = early_finish if link.type in ("FS", "FF") else early_start
                free = clock_.count(bound) - clock_.count(at)
                room[before.id] = min(room.get(before.id, free), free)
        for node in self.order:
            if node.id not in room:
                clock_ = self.clock_of(node)
                room[node.id] = clock_.count(end) - clock_.count(self.early[node.id][1])
        return room

    def make_late(self) -> None:
        """Move what is wanted as late as possible to where its successors would begin to move."""
        if not any(node.constraints.as_late_as_possible and node.actuals is None for node in self.order):
            return
        end = max(finish for _, finish in self.early.values())
        for node in reversed(self.order):
            if node.constraints.as_late_as_possible and node.actuals is None:
                clock_ = self.clock_of(node)
                free = self.free_floats(end)[node.id]
                if free > 0:
                    start = clock_.last(clock_.count(self.early[node.id][0]) + free)
                    self.early[node.id] = (start, clock_.forward(start, node.duration))


def schedule(network: Network) -> Schedule:
    """Early and late times, floats and the critical path of a network.

    Raises ImpossibleNetworkError for cycles, unknown predecessors and negative durations; OverflowError where a time
    leaves 1970-2199.
    """
    run = _Pass(network)
    run.forward()
    run.make_late()
    end = run.backward()
    free = run.free_floats(end)
    items = {node.id: _scheduled(run, node, free[node.id]) for node in run.order}
    last = max((item.finish for item in items.values()), default=moment_of(run.axis.starting(end)))
    calendars = dict.fromkeys((network.calendar, *(n.calendar for n in run.order if n.calendar is not None)))
    beyond = tuple(c for c in calendars if c.known_until is not None and c.known_until < last.date())
    return Schedule({node.id: items[node.id] for node in network.nodes}, last, tuple(run.out_of_sequence), beyond)


def _scheduled(run: _Pass, node: Node, free: int) -> Scheduled:
    clock_ = run.clock_of(node)
    early_start, early_finish = run.early[node.id]
    late_start, late_finish = run.late[node.id]
    started = node.actuals is not None
    is_finished = node.actuals is not None and node.actuals.finish is not None
    total = (
        clock_.count(late_finish) - clock_.count(early_finish)
        if started
        else clock_.count(late_start) - clock_.count(early_start)
    )
    waits = bool(node.links) or node.actuals is not None
    start = run.axis.starting(early_start) if node.duration or not waits else run.axis.finishing(early_start)
    finish = run.axis.finishing(early_finish) if node.duration or waits else start
    if node.actuals is not None:
        start = node.actuals.start if node.duration or node.actuals.finish is None else finish
        finish = max(start, node.actuals.finish if node.actuals.finish is not None else finish)
    return Scheduled(
        node.id, early_start, early_finish, late_start, late_finish,
        total, 0 if is_finished else free, not is_finished and total <= 0, moment_of(start), moment_of(finish),
    )  # fmt: skip
