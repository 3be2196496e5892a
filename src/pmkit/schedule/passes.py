"""Forward and backward pass of the critical path method (Kelley and Walker 1959; links and lags as in PMBOK's PDM)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from pmkit.kernel.calendar import DAY, Timeline, WorkCalendar, clock, moment_of, start_of
from pmkit.schedule.axis import OwnTime, printed_finish
from pmkit.schedule.network import Link, Network, Node, in_order

_FROM_START = frozenset({"SS", "SF"})
_TO_START = frozenset({"FS", "SS"})


@dataclass(frozen=True, slots=True)
class Scheduled:
    """The times of a node: offsets on the axis from the project's start day, floats in minutes of its own calendar.

    Total float: how far it can slip before the project's finish or a bound is missed; free float: before a successor's
    early dates move. `start` and `finish` are the moments to print: a start is the beginning of the next working
    minute, a finish the end of the last worked one; a milestone prints like what it waits for, like a start where it
    waits for nothing. Critical: unfinished, total float <= 0.
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
    """The scheduled network, items in its order. `finish`: the latest printed one.

    `out_of_sequence`: started on a day before a predecessor allowed it; their rest is not bound by it.
    `beyond`: calendars whose published holidays end before the plan does.
    """

    items: Mapping[str, Scheduled]
    finish: datetime
    out_of_sequence: tuple[str, ...]
    beyond: tuple[WorkCalendar, ...]
    _run: _Run = field(repr=False, compare=False)

    def floats_to(self, target: str) -> dict[str, int]:
        """Total float with regard to one node only, for it and all unfinished nodes that it waits for.

        The critical path of a milestone is what has no positive float here.
        """
        late = self._run.late(target)
        return {node.id: self._run.total_float(node, late[node.id]) for node in self._run.open_nodes(late)}

    def resumes(self, node_id: str) -> int:
        """The axis offset at which what remains of a node begins: its start, or for a started one the status date."""
        start = self._run.early[node_id][0]
        return start if self._run.status is None else max(start, self._run.status)

    def opens(self, node_id: str) -> bool:
        """Whether it is a milestone that prints like a start: at the beginning of the next working minute."""
        return node_id in self._run.opens

    def minutes(self, node_id: str, since: int, until: int) -> int:
        """The node's own working minutes between two axis offsets."""
        own = self._run.own_time(node_id)
        return own.count(until) - own.count(since)


class Placement(Protocol):
    """Decides in which order nodes are placed, and where one stands that could start now: what levelling adds."""

    def in_turn(self, nodes: Sequence[Node]) -> Iterable[Node]:
        """The nodes in the order of placing, each after those that it waits for; a generator is asked step by step."""

    def start(self, node: Node, earliest: int, own: OwnTime) -> int:
        """The axis offset at which an unstarted task begins, not before `earliest`."""


def schedule(network: Network, placement: Placement | None = None) -> Schedule:
    """Early and late times, floats and the critical path of a network; tasks begin where `placement` says.

    Raises ImpossibleNetworkError for cycles, unknown predecessors and negative durations; OverflowError where a time
    leaves 1970-2199.
    """
    run = _Run(network, placement)
    late = run.late()
    items = {node.id: run.scheduled(node, late[node.id]) for node in network.nodes}
    finish = max((item.finish for item in items.values()), default=moment_of(run.axis.starting(run.begin)))
    beyond = tuple(c for c in run.calendars if c.known_until is not None and c.known_until < finish.date())
    return Schedule(items, finish, tuple(run.out_of_sequence), beyond, run)


class _Run:
    """One scheduling run: the early times of all nodes, and what late times and floats are computed from.

    `early` and late times are pairs of axis offsets (start, finish). `opens`: milestones that print like a start.
    """

    def __init__(self, network: Network, placement: Placement | None = None) -> None:
        self.order = in_order(network.nodes)
        self._placement = placement
        start = network.start
        own_calendars = (calendar for n in self.order for calendar in (n.calendar, n.lags) if calendar)
        self.calendars = tuple(dict.fromkeys((network.calendar, *own_calendars)))
        self.axis = Timeline(self.calendars)
        for timeline in (self.axis, *(calendar.timeline for calendar in self.calendars)):
            timeline.anchor(start.date() if isinstance(start, datetime) else start)
        self._several = len(self.calendars) > 1
        self._direct = OwnTime(self.axis, None)
        own = {c: OwnTime(self.axis, c.timeline) if self._several else self._direct for c in self.calendars}
        self._own = {n.id: own[network.calendar if n.calendar is None else n.calendar] for n in self.order}
        self._lags = {n.id: own[n.lags] for n in self.order if n.lags is not None}
        self._node = {node.id: node for node in self.order}
        self.begin = self.axis.offset(clock(start) if isinstance(start, datetime) else start_of(start))
        self.status = None if network.status_date is None else self.axis.offset(start_of(network.status_date) + DAY)
        self.early: dict[str, tuple[int, int]] = {}
        self.opens: set[str] = set()
        self.out_of_sequence: list[str] = []
        for node in self.order if placement is None else placement.in_turn(self.order):
            self.early[node.id] = self._early(node)
        self.end = max((finish for _, finish in self.early.values()), default=self.begin)
        self._room = self._rooms()

    def own_time(self, node_id: str) -> OwnTime:
        """The calendar in which the node's lags, remaining work and floats are counted."""
        return self._own[node_id]

    def _place(self, node: Node) -> OwnTime:
        """The time in which the node can stand: its own for a task, any worked minute for a milestone."""
        return self._own[node.id] if node.duration else self._direct

    # --- links

    def _reach(self, link: Link, node: Node) -> tuple[int, bool]:
        """How early a link lets `node` start or finish, and whether that is a start rather than the end of work."""
        start, finish = self.early[link.predecessor]
        at_start = link.type in _FROM_START or link.predecessor in self.opens
        at = start if link.type in _FROM_START else finish
        if not link.lag:
            return at, at_start
        if link.elapsed:
            return self.axis.offset((self.axis.starting(at) if at_start else self.axis.finishing(at)) + link.lag), False
        time = self._lags.get(node.id) or self.own_time(node.id)
        return time.first(time.count(at) + link.lag), False

    def _limit(self, link: Link, node: Node, times: tuple[int, int]) -> int:
        """The opposite: the last count of its own minutes at which the predecessor may finish, by this link.

        `times` are those at which `node` may start and finish.
        """
        at = times[link.type not in _TO_START]
        before = self._node[link.predecessor]
        if self._several or link.lag:
            at = self._place(node).opening(at)
            at_start = link.type in _FROM_START or link.predecessor in self.opens
            if link.elapsed:
                moment = self.axis.starting(at) - link.lag
                at = self.axis.offset(moment + 1) - 1 if at_start else self.axis.offset(moment)
            elif link.lag:
                time = self._lags.get(node.id) or self.own_time(node.id)
                at = time.last(time.count(at) - link.lag)
            place = self._place(before)
            at = place.count_of_start(at) if at_start else place.count(at)
        return at + before.duration if link.type in _FROM_START else at

    # --- early times

    def _early(self, node: Node) -> tuple[int, int]:
        if node.actuals is not None:
            return self._as_it_happened(node)
        if not node.duration:
            at = self._early_milestone(node)
            return at, at
        own, c = self.own_time(node.id), node.constraints
        starts, finishes = [self.begin], list[int]()
        for link in node.links:
            (starts if link.type in _TO_START else finishes).append(self._reach(link, node)[0])
        starts += self._offsets(c.start_no_earlier_than, c.held)
        finishes += self._offsets(c.finish_no_earlier_than)
        if must := self._offsets(c.must_start_on):
            starts, finishes = must, []
        elif must := self._offsets(c.must_finish_on):
            starts, finishes = [], must
        if finishes:
            starts.append(own.backward(max(finishes), node.duration))
        if self.status is not None:
            starts.append(self.status)
        start = own.opening(max(starts))
        if self._placement is not None:
            start = self._placement.start(node, start, own)
        return start, own.forward(start, node.duration)

    def _early_milestone(self, node: Node) -> int:
        """Where a milestone stands; notes whether it prints like a start. Bounds of days mean the project's hours."""
        own, c = self.own_time(node.id), node.constraints
        starts, ends = [own.opening(self.begin)], list[int]()
        for link in node.links:
            at, at_start = self._reach(link, node)
            (starts if at_start or at <= self.begin else ends).append(at)
        starts += [own.opening(at) for at in self._offsets(c.start_no_earlier_than)]
        ends += [own.closing(at) for at in self._offsets(c.finish_no_earlier_than, c.held)]
        if must := self._offsets(c.must_start_on):
            starts, ends = [own.opening(must[0])], []
        elif must := self._offsets(c.must_finish_on):
            starts, ends = [], [own.closing(must[0])]
        if self.status is not None and self.status > max(starts + ends):
            if node.links:
                ends.append(own.closing(self.status))
            else:
                starts.append(own.opening(self.status))
        at = max(starts + ends)
        if at not in ends:
            self.opens.add(node.id)
        return at

    def _as_it_happened(self, node: Node) -> tuple[int, int]:
        """Where a started node stands: the past as it was, the rest from the status date on, links or not."""
        actuals = node.actuals
        assert actuals is not None  # noqa: S101 - the only caller has just asked
        if any(link.type in _TO_START and self._day_of(link, node) > actuals.start // DAY for link in node.links):
            self.out_of_sequence.append(node.id)
        start = self.axis.offset(actuals.start)
        if actuals.finish is not None:
            finish = self.axis.offset(actuals.finish)
            if not node.duration and self.axis.starting(finish) == actuals.finish:
                self.opens.add(node.id)
            return start, max(start, finish)
        rest = start if self.status is None else max(start, self.status)
        return start, self.own_time(node.id).forward(rest, actuals.remaining)

    def _day_of(self, link: Link, node: Node) -> int:
        """The day on which a link lets the node start. Progress is reported by days, so a day is its measure."""
        at, at_start = self._reach(link, node)
        return (self.axis.starting(at) if at_start else self.axis.finishing(at) - 1) // DAY

    def _offsets(self, *bounds: int | None) -> list[int]:
        return [self.axis.offset(at) for at in bounds if at is not None]

    # --- late times

    def late(self, target: str | None = None) -> dict[str, tuple[int, int]]:
        """Late times that do not delay the project's end; or those of `target` and what it waits for, delaying only it.

        Raises KeyError for a target that is not there.
        """
        end = self.end if target is None else self.early[target][1]
        limits: dict[str, int] = {}
        found: dict[str, tuple[int, int]] = {}
        for node in reversed(self.order):
            place = self._place(node)
            limit = limits.get(node.id)
            if target is None or node.id == target:
                limit = place.count(end) if limit is None else min(limit, place.count(end))
            if limit is None:
                continue
            found[node.id] = times = self._late(node, place, limit)
            self._pass_on(node, times, limits)
        return found

    def _late(self, node: Node, place: OwnTime, limit: int) -> tuple[int, int]:
        start, finish = self.early[node.id]
        if node.actuals is not None and node.actuals.finish is not None:
            return start, finish
        limit = min([limit, *self._bounds(node, place)])
        if node.actuals is not None:
            return start, place.first(limit)
        return place.last(limit - node.duration) if node.duration else limit, place.first(limit)

    def _bounds(self, node: Node, place: OwnTime) -> list[int]:
        """The counts that constraints and the deadline set for the node's finish."""
        c = node.constraints
        own = self.own_time(node.id)
        ends = self._offsets(c.finish_no_later_than, c.must_finish_on, c.deadline)
        starts = self._offsets(c.start_no_later_than, c.must_start_on) if node.actuals is None else []
        return [place.count(own.closing(at)) for at in ends] + [
            place.count(own.opening(at)) + node.duration for at in starts
        ]

    def _pass_on(self, node: Node, times: tuple[int, int], limits: dict[str, int]) -> None:
        """Let the predecessors know how late they may finish for `node` to keep its times."""
        if node.actuals is not None:
            return  # what has started does not wait any more
        for link in node.links:
            if link.type in _FROM_START and self._node[link.predecessor].actuals is not None:
                continue  # a start that has happened cannot slip
            limit = self._limit(link, node, times)
            known = limits.get(link.predecessor)
            if known is None or limit < known:
                limits[link.predecessor] = limit

    # --- floats

    def _rooms(self) -> dict[str, int]:
        """How far each node can slip before another one moves; moves what is wanted as late as possible by that much.

        Without successors: before the project's end moves.
        """
        limits: dict[str, int] = {}
        rooms: dict[str, int] = {}
        for node in reversed(self.order):
            place = self._place(node)
            limit = limits.get(node.id, place.count(self.end))
            if node.constraints.as_late_as_possible and node.actuals is None:
                self._make_late(node, place, min([limit, *self._bounds(node, place)]))
            self._pass_on(node, self.early[node.id], limits)
            rooms[node.id] = self._minutes(node, place.first(limit), self.early[node.id][1])
        return rooms

    def _make_late(self, node: Node, place: OwnTime, limit: int) -> None:
        """Move an unstarted node so that it finishes at the count `limit`, unless that is earlier than it stands."""
        if limit <= place.count(self.early[node.id][1]):
            return
        self.early[node.id] = (place.last(limit - node.duration), place.first(limit))
        if node.links or self.early[node.id][1] == self.end:
            self.opens.discard(node.id)

    def _minutes(self, node: Node, late: int, early: int) -> int:
        """From an early to a late axis offset in the node's own working minutes."""
        own = self.own_time(node.id)
        return own.count(late) - own.count(early)

    def open_nodes(self, late: Mapping[str, tuple[int, int]]) -> list[Node]:
        """The unfinished nodes that `late` speaks of."""
        return [n for n in self.order if n.id in late and (n.actuals is None or n.actuals.finish is None)]

    def total_float(self, node: Node, late: tuple[int, int]) -> int:
        started = node.actuals is not None
        return self._minutes(node, late[started], self.early[node.id][started])

    def scheduled(self, node: Node, late: tuple[int, int]) -> Scheduled:
        early_start, early_finish = self.early[node.id]
        is_finished = node.actuals is not None and node.actuals.finish is not None
        total = self.total_float(node, late)
        start, finish = self._printed(node)
        return Scheduled(
            node.id, early_start, early_finish, *late, total, 0 if is_finished else self._room[node.id],
            not is_finished and total <= 0, start, finish,
        )  # fmt: skip

    def _printed(self, node: Node) -> tuple[datetime, datetime]:
        early_start, early_finish = self.early[node.id]
        if node.actuals is None:
            if not node.duration:
                at = self.axis.starting(early_start) if node.id in self.opens else self.axis.finishing(early_start)
                moment = moment_of(at) if node.id in self.opens else printed_finish(at)
                return moment, moment
            return moment_of(self.axis.starting(early_start)), printed_finish(self.axis.finishing(early_finish))
        start, finish = node.actuals.start, node.actuals.finish
        if finish is None:
            finish = max(start, self.axis.finishing(early_finish))
        elif not node.duration:
            start = finish  # a milestone was reached at one moment
        return moment_of(start), max(moment_of(start), printed_finish(finish))
