"""Monte Carlo: many runs of a plan with durations drawn from three-point estimates.

Durations are triangular between best and worst case, highest at the most likely one: three values are all that is
known, and the inverse distribution function has a closed form (its tails are heavier than those of the PERT beta with
the same values, so it errs on the late side). An event happens in a run or does not (Bernoulli), and then all its tasks
take longer by their shares: what delays two tasks at once delays them in the same runs. Draws come from a counter
(SplitMix64, Steele, Lea, Flood 2014) of seed, task or event, and run: they do not depend on the order of tasks, on
other tasks, or on whether NumPy is there.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import blake2b
from itertools import accumulate
from math import ceil, sqrt
from typing import Any

from pmkit.kernel.calendar import DAY, LAST, Timeline, WorkCalendar, clock, moment_of, start_of
from pmkit.schedule.axis import OwnTime, printed_finish
from pmkit.schedule.network import Network, Node, in_order
from pmkit.schedule.passes import Schedule, schedule

_AT_A_TIME = 2_000  # runs that are computed together: their arrays stay in the processor's cache
_MARGIN = 400  # days laid out before and after what the plan needs
_ROUND = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15
_FROM_START = ("SS", "SF")
_TO_START = ("FS", "SS")


@dataclass(frozen=True, slots=True)
class Estimate:
    """A duration in working minutes, `best <= likely <= worst`."""

    best: int
    likely: int
    worst: int

    @property
    def is_in_order(self) -> bool:
        return self.best <= self.likely <= self.worst


@dataclass(frozen=True, slots=True)
class Event:
    """Something that may happen: its chance, 0 to 1, and by how many working minutes each node then takes longer.

    Negative minutes shorten a node, to no less than a minute.
    """

    id: str
    chance: float
    minutes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """When something finished in all runs: sorted axis offsets, and the moment to print for each of them."""

    planned: datetime
    offsets: Sequence[int]
    _moments: Any = field(repr=False, compare=False)

    def percentile(self, percent: int) -> datetime:
        """The moment by which it has finished in so many of a hundred runs (nearest rank)."""
        return self.moment(self.offsets[max(1, ceil(percent * len(self.offsets) / 100)) - 1])

    def moment(self, offset: int) -> datetime:
        """An axis offset as a finish."""
        found: datetime = self._moments(offset)
        return found

    @property
    def chance(self) -> float:
        """The share of runs in which it finishes by the day on which the plan says."""
        day = self.planned.date()
        return bisect_right(self.offsets, day, key=lambda at: self.moment(at).date()) / len(self.offsets)

    def spread(self, most: int) -> list[tuple[date, int]]:
        """How many runs end on each day or, where that makes more than `most`, in each so many weeks: last day, count.

        Whole weeks have the same working days each, other stretches would look like a saw.
        """
        days = [self.moment(at).date() for at in self.offsets]
        total = (days[-1] - days[0]).days + 1
        width = 1 if total <= most else 7 * -(-total // (7 * most))
        counts = [0] * -(-((days[-1] - days[0]).days + 1) // width)
        for day in days:
            counts[(day - days[0]).days // width] += 1
        return [(days[0] + timedelta(width * (n + 1) - 1), count) for n, count in enumerate(counts)]


@dataclass(frozen=True, slots=True)
class Simulated:
    """What came of the runs: the project and each milestone, and how often each task was on the critical path."""

    runs: int
    seed: int
    vectorised: bool
    project: Outcome
    milestones: Mapping[str, Outcome]
    criticality: Mapping[str, float]


def has_numpy() -> bool:
    """Whether runs can be computed many at a time."""
    from importlib.util import find_spec

    return find_spec("numpy") is not None


def simulate(
    network: Network,
    estimates: Mapping[str, Estimate],
    runs: int,
    seed: int,
    *,
    events: Sequence[Event] = (),
    vectorised: bool | None = None,
) -> Simulated:
    """So many runs of the plan. A started task's rest is drawn in proportion. The figures are the same either way.

    A task is critical in a run where it finishes last or starts just when it does because of it something critical
    could not start earlier; wishes for late starts do not count. An event falls upon what is not finished; of a started
    task it delays the rest. Raises what `schedule` raises.
    """
    use_numpy = has_numpy() if vectorised is None else vectorised
    model = _Model(network, schedule(network), estimates, seed, events)
    ends: dict[int, Any] = {at: [] for at in (*model.milestones, -1)}
    critical = [0] * len(model.nodes)
    if use_numpy:
        import numpy as np

        arrays = _Arrays(model, np)
        for first in range(0, runs, _AT_A_TIME):
            numbers = np.arange(first, min(runs, first + _AT_A_TIME), dtype=np.uint64)
            finishes, marks = model.run(arrays, numbers)
            for at, collected in ends.items():
                collected.extend(np.broadcast_to(finishes[at], len(numbers)).tolist())
            counts = (int(np.count_nonzero(np.broadcast_to(mark, len(numbers)))) for mark in marks)
            critical = [n + count for n, count in zip(critical, counts, strict=True)]
    else:
        one = _Numbers(model)
        for number in range(runs):
            finishes, marks = model.run(one, number)
            for at, collected in ends.items():
                collected.append(finishes[at])
            critical = [n + mark for n, mark in zip(critical, marks, strict=True)]
    ordered = {at: sorted(found) for at, found in ends.items()}
    return model.told(runs, ordered, critical, vectorised=use_numpy)


def _key(name: str) -> int:
    """What the draws of a node or event begin with."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest())


@dataclass(frozen=True, slots=True)
class _Reach:
    """One link: which predecessor, from its start or end, to the start or end, with which lag."""

    before: int
    from_start: bool
    to_start: bool
    lag: int
    elapsed: bool
    at_start: bool


class _Model:
    """A plan made ready for many runs: nodes in order, links by number, bounds as axis offsets."""

    def __init__(
        self,
        network: Network,
        plain: Schedule,
        estimates: Mapping[str, Estimate],
        seed: int,
        events: Sequence[Event] = (),
    ) -> None:
        self.network, self.plain, self.seed = network, plain, seed
        self.nodes = in_order(network.nodes)
        self.estimates = [estimates.get(node.id) for node in self.nodes]
        self.keys = [_key(node.id) for node in self.nodes]
        self.delays = [
            [(_key(event.id), event.chance, event.minutes[node.id]) for event in events if event.minutes.get(node.id)]
            for node in self.nodes
        ]
        at = {node.id: number for number, node in enumerate(self.nodes)}
        self.milestones = [n for n, node in enumerate(self.nodes) if not node.duration]
        calendars = tuple(dict.fromkeys((network.calendar, *(n.calendar for n in self.nodes if n.calendar))))
        self.axis = Timeline(calendars)
        self.calendars = calendars
        start = network.start
        self.first_day = start.date() if isinstance(start, datetime) else start
        for timeline in (self.axis, *(c.timeline for c in calendars)):
            timeline.anchor(self.first_day)
        self.begin = self.axis.offset(clock(start) if isinstance(start, datetime) else start_of(start))
        status = network.status_date
        self.status = None if status is None else self.axis.offset(start_of(status) + DAY)
        self.links = [
            tuple(
                _Reach(
                    at[link.predecessor], link.type in _FROM_START, link.type in _TO_START, link.lag, link.elapsed,
                    link.type in _FROM_START or plain.opens(link.predecessor),
                )
                for link in node.links
            )
            for node in self.nodes
        ]  # fmt: skip
        self.bounds = [self._bounds(node) for node in self.nodes]

    def days(self) -> tuple[int, int]:
        """The days, by number since 1970, outside of which no run leads."""
        worst = [
            (estimate.worst if estimate else node.duration) + sum(max(0, minutes) for _, _, minutes in delays)
            for node, estimate, delays in zip(self.nodes, self.estimates, self.delays, strict=True)
        ]
        work = sum(worst) + sum(abs(link.lag) for links in self.links for link in links)
        slowest = min(calendar.week_minutes for calendar in self.calendars)
        moments = [moment for item in self.plain.items.values() for moment in (item.start, item.finish)]
        days = sorted(start_of(moment.date()) // DAY for moment in (*moments, self.plain.finish))
        until = days[-1] + 7 * (work // max(1, slowest) + 2) + _MARGIN
        return max(0, days[0] - _MARGIN), min(until, start_of(LAST) // DAY)

    def calendar_of(self, node: Node) -> WorkCalendar:
        return self.network.calendar if node.calendar is None else node.calendar

    @property
    def several(self) -> bool:
        return len(self.calendars) > 1

    def _bounds(self, node: Node) -> tuple[int | None, int | None, bool]:
        """The earliest start and finish that bounds allow, and whether they are all that counts."""
        own = OwnTime(self.axis, self.calendar_of(node).timeline if self.several else None)
        c = node.constraints

        def latest(*moments: int | None) -> int | None:
            return max((self.axis.offset(at) for at in moments if at is not None), default=None)

        if not node.duration:
            must = latest(c.must_start_on), latest(c.must_finish_on)
            if must[0] is not None or must[1] is not None:
                at = own.opening(must[0]) if must[0] is not None else own.closing(must[1] or 0)
                return at, None, True
            floors = [own.opening(self.begin)]
            floors += [own.opening(x) for x in (latest(c.start_no_earlier_than),) if x is not None]
            floors += [own.closing(x) for x in (latest(c.finish_no_earlier_than, c.held),) if x is not None]
            if self.status is not None and self.status > max(floors):
                floors.append(own.closing(self.status) if node.links else own.opening(self.status))
            return max(floors), None, False
        floors = [self.begin, *([] if self.status is None else [self.status])]
        if (start := latest(c.must_start_on)) is not None:
            return max([start, *floors[1:]]), None, True
        if (finish := latest(c.must_finish_on)) is not None:
            return (self.status if self.status is not None else -(1 << 40)), finish, True
        bound = latest(c.start_no_earlier_than, c.held)
        return max([*floors, *([] if bound is None else [bound])]), latest(c.finish_no_earlier_than), False

    def run(self, ops: Any, number: Any) -> tuple[list[Any], list[Any]]:
        """One run, or with arrays many: the finish of each node, last that of the project; which nodes are critical."""
        starts: list[Any] = []
        finishes: list[Any] = []
        reaches: list[list[Any]] = []
        lengths: list[Any] = []
        for at, node in enumerate(self.nodes):
            own = ops.own(node)
            start_floor, finish_floor, alone = self.bounds[at]
            found: list[Any] = []
            length: Any = 0
            if node.actuals is not None:
                start, finish, length = self._happened(ops, at, node, number)
            elif not node.duration:
                start = start_floor
                for link in () if alone else self.links[at]:
                    reach = self._reach(ops, own, link, starts, finishes)
                    found.append(reach)
                    start = ops.larger(start, reach)
                finish = start
            else:
                length = self._longer(ops, at, ops.length(at, number), number)
                start, end = start_floor, finish_floor
                for link in () if alone else self.links[at]:
                    reach = self._reach(ops, own, link, starts, finishes)
                    found.append(reach)
                    if link.to_start:
                        start = ops.larger(start, reach)
                    else:
                        end = reach if end is None else ops.larger(end, reach)
                if end is not None:
                    start = ops.larger(start, own.last(own.count(end) - length))
                start = own.last(own.count(start)) if self.several else start
                finish = own.first(own.count(start) + length)
            starts.append(start)
            finishes.append(finish)
            reaches.append(found)
            lengths.append(length)
        end = self.begin
        for finish in finishes:
            end = ops.larger(end, finish)
        return [*finishes, end], self._critical(ops, starts, finishes, reaches, lengths, end)

    def _longer(self, ops: Any, at: int, length: Any, number: Any) -> Any:
        """The length with what happens to the node in this run."""
        for key, chance, minutes in self.delays[at]:
            length = length + (ops.drawn(key, number) < chance) * minutes
        return ops.larger(length, 1) if self.delays[at] else length

    def _happened(self, ops: Any, at: int, node: Node, number: Any) -> tuple[Any, Any, Any]:
        actuals = node.actuals
        assert actuals is not None  # noqa: S101 - the only caller has just asked
        start = self.axis.offset(actuals.start)
        if actuals.finish is not None:
            return start, max(start, self.axis.offset(actuals.finish)), 0
        rest: Any = actuals.remaining
        if self.estimates[at] is not None and node.duration:
            rest = (2 * ops.length(at, number) * actuals.remaining + node.duration) // (2 * node.duration)
        if actuals.remaining:
            rest = self._longer(ops, at, rest, number)
        own = ops.own(node)
        since = start if self.status is None else max(start, self.status)
        return start, own.first(own.count(since) + rest), rest

    def _reach(self, ops: Any, own: Any, link: _Reach, starts: list[Any], finishes: list[Any]) -> Any:
        at = starts[link.before] if link.from_start else finishes[link.before]
        if not link.lag:
            return at
        if link.elapsed:
            return ops.offset((ops.starting(at) if link.at_start else ops.finishing(at)) + link.lag)
        return own.first(own.count(at) + link.lag)

    def _critical(
        self, ops: Any, starts: list[Any], finishes: list[Any], reaches: list[list[Any]], lengths: list[Any], end: Any
    ) -> list[Any]:
        """Backwards from what finishes last along the links that leave no room."""
        marks: list[Any] = [finish == end for finish in finishes]
        for at in reversed(range(len(self.nodes))):
            node = self.nodes[at]
            if node.actuals is not None:
                if node.actuals.finish is not None:
                    marks[at] = False
                continue
            own = ops.own(node)
            for link, reach in zip(self.links[at], reaches[at], strict=False):
                bound = reach
                if node.duration:
                    if not link.to_start:
                        bound = own.last(own.count(reach) - lengths[at])
                    elif self.several:
                        bound = own.last(own.count(reach))
                marks[link.before] = marks[link.before] | (marks[at] & (bound == starts[at]))
        return marks

    def told(self, runs: int, ends: Mapping[int, Any], critical: Sequence[int], *, vectorised: bool) -> Simulated:
        def finish(offset: int) -> datetime:
            return printed_finish(self.axis.finishing(int(offset)))

        def start(offset: int) -> datetime:
            return moment_of(self.axis.starting(int(offset)))

        milestones = {}
        for at in self.milestones:
            node_id = self.nodes[at].id
            moments = start if self.plain.opens(node_id) else finish
            milestones[node_id] = Outcome(self.plain.items[node_id].finish, ends[at], moments)
        project = Outcome(self.plain.finish, ends[-1], finish)
        shares = {node.id: n / runs for node, n in zip(self.nodes, critical, strict=True) if node.duration}
        return Simulated(runs, self.seed, vectorised, project, milestones, shares)


# --- the same steps on numbers and on arrays -------------------------------------------------------------------------


class _Numbers:
    """One run at a time, without any package."""

    def __init__(self, model: _Model) -> None:
        self._model = model
        self._own = {
            calendar: OwnTime(model.axis, calendar.timeline if model.several else None) for calendar in model.calendars
        }
        self.offset, self.starting, self.finishing = model.axis.offset, model.axis.starting, model.axis.finishing

    def own(self, node: Node) -> OwnTime:
        return self._own[self._model.calendar_of(node)]

    @staticmethod
    def larger(one: int, other: int) -> int:
        return one if one >= other else other  # noqa: FURB136 - the built-in takes several times as long

    def length(self, at: int, number: int) -> int:
        estimate = self._model.estimates[at]
        if estimate is None:
            return self._model.nodes[at].duration
        best, likely, worst = estimate.best, estimate.likely, estimate.worst
        if best == worst:
            return best
        drawn = self.drawn(self._model.keys[at], number)
        if drawn * (worst - best) < likely - best:
            return int(best + sqrt(drawn * (worst - best) * (likely - best)) + 0.5)
        return int(worst - sqrt((1 - drawn) * (worst - best) * (worst - likely)) + 0.5)

    def drawn(self, key: int, number: int) -> float:
        """A number of [0, 1) for this key and run."""
        x = (key + (self._model.seed + 1) * _GOLDEN * 0xD1B54A32D192ED03 + number * _GOLDEN) & _ROUND
        x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _ROUND
        x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _ROUND
        return float(((x ^ (x >> 31)) >> 11) * 2.0**-53)


class _Arrays:
    """Many runs at a time with NumPy; operation by operation what `_Numbers` does."""

    def __init__(self, model: _Model, np: Any) -> None:
        self._model, self._np = model, np
        self.larger = np.maximum
        first, until = model.days()
        axis = _Spans(model.axis, first, until, np)
        self._own = {
            calendar: _Own(axis, _Spans(calendar.timeline, first, until, np)) if model.several else _Same()
            for calendar in model.calendars
        }
        self.offset, self.starting, self.finishing = axis.offset, axis.starting, axis.finishing

    def own(self, node: Node) -> Any:
        return self._own[self._model.calendar_of(node)]

    def length(self, at: int, numbers: Any) -> Any:
        estimate = self._model.estimates[at]
        if estimate is None:
            return self._model.nodes[at].duration
        best, likely, worst = estimate.best, estimate.likely, estimate.worst
        if best == worst:
            return best
        np = self._np
        drawn = self.drawn(self._model.keys[at], numbers)
        low = best + np.sqrt(drawn * (worst - best) * (likely - best)) + 0.5
        high = worst - np.sqrt((1 - drawn) * (worst - best) * (worst - likely)) + 0.5
        return np.where(drawn * (worst - best) < likely - best, low, high).astype(np.int64)

    def drawn(self, key: int, numbers: Any) -> Any:
        np = self._np
        mixed = (key + (self._model.seed + 1) * _GOLDEN * 0xD1B54A32D192ED03) & _ROUND
        x = numbers * np.uint64(_GOLDEN) + np.uint64(mixed)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return ((x ^ (x >> np.uint64(31))) >> np.uint64(11)) * 2.0**-53


class _Spans:
    """A timeline as arrays of spans: `Timeline` for many values at once, by bisection."""

    def __init__(self, timeline: Timeline, first: int, until: int, np: Any) -> None:
        found = [(day * DAY + a, day * DAY + b) for day in range(first, until) for a, b in timeline.spans_on(day)]
        before = list(accumulate((b - a for a, b in found), initial=timeline.offset(found[0][0])))
        self._np = np
        self._starts = np.array([a for a, _ in found], dtype=np.int64)
        self._ends = np.array([b for _, b in found], dtype=np.int64)
        self._before = np.array(before[:-1], dtype=np.int64)

    def offset(self, at: Any) -> Any:
        index = self._np.searchsorted(self._starts, at, "right") - 1
        return self._before[index] + self._np.minimum(at, self._ends[index]) - self._starts[index]

    def starting(self, offset: Any) -> Any:
        index = self._np.searchsorted(self._before, offset, "right") - 1
        return self._starts[index] + offset - self._before[index]

    def finishing(self, offset: Any) -> Any:
        index = self._np.searchsorted(self._before, offset, "left") - 1
        return self._starts[index] + offset - self._before[index]


class _Own:
    """`OwnTime` for arrays."""

    def __init__(self, axis: _Spans, own: _Spans) -> None:
        self._axis, self._own = axis, own

    def count(self, at: Any) -> Any:
        return self._own.offset(self._axis.starting(at))

    def first(self, count: Any) -> Any:
        return self._axis.offset(self._own.finishing(count))

    def last(self, count: Any) -> Any:
        return self._axis.offset(self._own.starting(count))


class _Same:
    """The only calendar: its time is the axis."""

    @staticmethod
    def count(at: Any) -> Any:
        return at

    first = last = count
