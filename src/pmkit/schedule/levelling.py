"""Resource levelling: delay tasks until nobody has more work at once than units.

A serial schedule generation scheme (Kelley 1963; Kolisch 1996) on the engine's own forward pass, so that links, lags,
calendars and bounds mean just what they mean without resources. Who comes first is a matter of priority, then of a
rule; where the plan is not large the order comes from a search (`search.py`), and the best of all orders is kept.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from math import gcd
from typing import Literal

from pmkit.kernel.calendar import clock
from pmkit.schedule.axis import OwnTime
from pmkit.schedule.network import FREE, Network, Node, in_order
from pmkit.schedule.passes import Schedule, Scheduled, schedule
from pmkit.schedule.search import Jobs, finish, keeps, shortest
from pmkit.schedule.solver import solved

Rule = Literal["finish", "late-start", "float", "start", "order"]
RULES: tuple[Rule, ...] = ("finish", "late-start", "float", "start", "order")
_SEARCHED = 1_500  # tasks up to which the search pays
_PERIODS = 20_000  # of work, that the search divides a plan into at most
_WEEK = 10_080  # minutes of the clock


@dataclass(frozen=True, slots=True)
class Demand:
    """What an unfinished task takes of each resource while it runs, in the unit of the capacities; its priority."""

    needs: Mapping[str, int]
    priority: int = 500


@dataclass(frozen=True, slots=True)
class Delay:
    """A task that begins later than without levelling.

    `minutes`: of its own working time. `within_float`: the project does not end later through it. `resource` is busy
    with `holders` just before the task begins; without a resource it follows `holders`, which are delayed themselves.
    """

    id: str
    minutes: int
    within_float: bool
    resource: str | None
    holders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overload:
    """A task that no delay can help: it needs more of a resource than there is, or its start is fixed or has happened.

    `others`: the tasks that it shares the resource with, none where it is too much by itself.
    """

    id: str
    resource: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Levelled:
    """A levelled plan. `held`: the clock value before which each task that waits for a resource must not start."""

    plain: Schedule
    schedule: Schedule
    delays: tuple[Delay, ...]
    overloads: tuple[Overload, ...]
    held: Mapping[str, int]
    is_proven: bool = False


def level_optimally(
    network: Network, demands: Mapping[str, Demand], capacities: Mapping[str, int], seconds: float
) -> Levelled:
    """The plan levelled like `level` does, then improved by the solver of the extra `schedule` within so many seconds.

    `is_proven`: no levelling ends the project earlier. That is never said of a plan in which somebody's own calendar,
    a started task, elapsed time, unequal priorities or rounding make the solver's jobs differ from the plan.
    Raises MissingExtra, and what `schedule` raises.
    """
    found = level(network, demands, capacities)
    plain = found.plain
    projection = projected(network, plain, demands, capacities)
    if not projection.ids:
        return found
    hint = projection.starts_of(found.schedule)
    if not keeps(projection.jobs, hint):
        hint = shortest(projection.jobs)
    starts, is_proven = solved(projection.jobs, hint, seconds)
    better = level(network, demands, capacities, order=projection.ranks(starts))
    best = better if _key(better.schedule) < _key(found.schedule) else found
    wanted = projection.base + projection.unit * finish(projection.jobs, starts)
    same = len({demand.priority for demand in demands.values()}) < 2
    ends = max(item.early_finish for item in best.schedule.items.values())
    return replace(best, is_proven=is_proven and projection.exact and same and ends <= wanted)


def _key(found: Schedule) -> tuple[int, int]:
    ends = [item.early_finish for item in found.items.values()]
    return max(ends, default=0), sum(ends)


def level(
    network: Network,
    demands: Mapping[str, Demand],
    capacities: Mapping[str, int],
    rule: Rule = "finish",
    order: Mapping[str, float] | None = None,
) -> Levelled:
    """The plan with tasks delayed until no resource has more to do at once than its capacity.

    Started and finished tasks and those that must start or finish on a day stay. Tasks of higher priority are placed
    first, with all that they wait for; among equals `rule` decides, or the ranks of `order`. With the rule `finish` it
    is whatever ends the project first: a search up to 1,500 tasks, the best of the plain rules beyond.
    Raises what `schedule` raises.
    """
    plain = schedule(network)
    network, held = _early_instead_of_late(network, plain, demands)
    profile = _Fixed(network, plain, demands, capacities)
    ranked: list[Mapping[str, float]]
    if order is not None:
        ranked = [order]
    elif rule == "finish":
        ranked = [_ranks(plain, network, plain_rule) for plain_rule in ("late-start", "float")]
        if len(network.nodes) <= _SEARCHED:
            jobs = projected(network, plain, demands, capacities)
            ranked.append(jobs.ranks(shortest(jobs.jobs)))
    else:
        ranked = [_ranks(plain, network, rule)]
    best: tuple[tuple[int, int], Schedule, _Placing] | None = None
    for ranks in ranked:
        placing = _Placing(profile, demands, ranks)
        found = schedule(network, placing)
        key = _key(found)
        if best is None or key < best[0]:
            best = (key, found, placing)
        if not placing.pushed:
            break  # nobody had to wait
    assert best is not None  # noqa: S101 - there is always one ranking
    return _told(network, plain, best[1], best[2], profile, held)


def _early_instead_of_late(
    network: Network, plain: Schedule, demands: Mapping[str, Demand]
) -> tuple[Network, dict[str, int]]:
    """Tasks with resources that are wanted as late as possible are held where they would stand, then like others."""
    held = {
        node.id: clock(plain.items[node.id].start)
        for node in network.nodes
        if node.constraints.as_late_as_possible and node.actuals is None and node.id in demands
    }
    nodes = tuple(
        replace(node, constraints=replace(node.constraints, as_late_as_possible=False, held=held[node.id]))
        if node.id in held
        else node
        for node in network.nodes
    )
    return replace(network, nodes=nodes), held


def _ranks(plain: Schedule, network: Network, rule: Rule) -> dict[str, float]:
    """The rank of each node by a plain rule, lowest first; ties by late start, then in the plan's order."""
    items = [plain.items[node.id] for node in network.nodes]
    keys: dict[Rule, Callable[[Scheduled], int]] = {
        "late-start": lambda item: item.late_start,
        "float": lambda item: item.total_float,
        "start": lambda item: item.early_start,
        "order": lambda _: 0,
        "finish": lambda item: item.late_start,
    }
    key = keys[rule]
    if rule != "order":
        items.sort(key=lambda item: (key(item), item.late_start))
    return {item.id: number for number, item in enumerate(items)}


class _Profile:
    """What is used of one resource over time: `used[k]` from `times[k]` to `times[k + 1]`, in axis offsets."""

    __slots__ = ("times", "used")

    def __init__(self) -> None:
        self.times = [-(1 << 60)]
        self.used = [0]

    def conflict(self, start: int, finish: int, room: int) -> int | None:
        """The end of the first stretch within the interval that uses more than `room`; None where there is none."""
        times, used = self.times, self.used
        at = bisect_right(times, start) - 1
        count = len(times)
        while at < count and times[at] < finish:
            if used[at] > room:
                while at + 1 < count and used[at + 1] > room:
                    at += 1
                return times[at + 1]
            at += 1
        return None

    def add(self, start: int, finish: int, need: int) -> None:
        first, last = self._cut(start), self._cut(finish)
        used = self.used
        for at in range(first, last):
            used[at] += need
        for at in (last, first):  # stretches of equal use are one
            if at and used[at] == used[at - 1]:
                del self.times[at], used[at]

    def _cut(self, at: int) -> int:
        """The number of the stretch that begins at `at`, made where none does."""
        index = bisect_right(self.times, at)
        if self.times[index - 1] == at:
            return index - 1
        self.times.insert(index, at)
        self.used.insert(index, self.used[index - 1])
        return index

    def copy(self) -> _Profile:
        other = _Profile()
        other.times, other.used = self.times.copy(), self.used.copy()
        return other


class _Fixed:
    """What stays where it is: started tasks and those whose day is fixed, and what they leave of each resource."""

    def __init__(
        self, network: Network, plain: Schedule, demands: Mapping[str, Demand], capacities: Mapping[str, int]
    ) -> None:
        self.capacities = capacities
        self.overloads: list[Overload] = []
        self.profiles = {resource: _Profile() for resource in capacities}
        self.ids: set[str] = set()
        self.ends: dict[tuple[str, int], list[str]] = {}
        placed: dict[str, list[tuple[int, int, int, str]]] = {}
        for node in network.nodes:
            demand = demands.get(node.id)
            if demand is None or not _is_fixed(node):
                continue
            self.ids.add(node.id)
            item = plain.items[node.id]
            if node.actuals is None:
                start, finish = item.early_start, item.early_finish
            else:
                rest = 0 if node.actuals.finish is not None else node.actuals.remaining
                start, finish = item.early_finish - rest, item.early_finish
                if node.actuals.finish is None:
                    start = plain.resumes(node.id)
            if start >= finish:
                continue
            for resource, need in demand.needs.items():
                capacity = capacities[resource]
                others = [i for s, f, n, i in placed.get(resource, ()) if s < finish and f > start]
                if self.profiles[resource].conflict(start, finish, capacity - need) is not None:
                    self.overloads.append(Overload(node.id, resource, tuple(others)))
                self.profiles[resource].add(start, finish, need)
                placed.setdefault(resource, []).append((start, finish, need, node.id))
                self.ends.setdefault((resource, finish), []).append(node.id)
        for node_id, demand in demands.items():
            self.overloads += [
                Overload(node_id, resource)
                for resource, need in demand.needs.items()
                if need > capacities[resource] and node_id not in self.ids
            ]


def _is_fixed(node: Node) -> bool:
    bounds = node.constraints
    return node.actuals is not None or bounds.must_start_on is not None or bounds.must_finish_on is not None


class _Placing:
    """One serial schedule: asks for the nodes by priority and rank, and gives each the first gap of its resources."""

    def __init__(self, fixed: _Fixed, demands: Mapping[str, Demand], ranks: Mapping[str, float]) -> None:
        self._fixed = fixed
        self._demands = demands
        self._ranks = ranks
        self._profiles = {resource: profile.copy() for resource, profile in fixed.profiles.items()}
        self.ends = {key: list(ids) for key, ids in fixed.ends.items()}
        self.pushed: dict[str, tuple[str, int]] = {}  # task -> resource and the end of what it waited for last

    def in_turn(self, nodes: Sequence[Node]) -> Iterator[Node]:
        place = {node.id: number for number, node in enumerate(nodes)}
        urgency = self._urgency(nodes)
        after: dict[str, list[str]] = {}
        waiting: dict[str, int] = {}
        ready: list[tuple[int, float, int]] = []
        for node in nodes:
            waiting[node.id] = len(node.links)
            for link in node.links:
                after.setdefault(link.predecessor, []).append(node.id)
            if not node.links:
                heappush(ready, (-urgency[node.id], self._ranks.get(node.id, -1), place[node.id]))
        while ready:
            node = nodes[heappop(ready)[2]]
            yield node
            for follower in after.get(node.id, ()):
                waiting[follower] -= 1
                if not waiting[follower]:
                    heappush(ready, (-urgency[follower], self._ranks.get(follower, -1), place[follower]))

    def _urgency(self, nodes: Sequence[Node]) -> dict[str, int]:
        """The priority of each node: its own, or that of the most urgent one that waits for it."""
        urgency: dict[str, int] = {}
        for node in reversed(nodes):
            demand = self._demands.get(node.id)
            own = max(urgency.get(node.id, 0), demand.priority if demand else 0)
            urgency[node.id] = own
            for link in node.links:
                urgency[link.predecessor] = max(urgency.get(link.predecessor, 0), own)
        return urgency

    def start(self, node: Node, earliest: int, own: OwnTime) -> int:
        demand = self._demands.get(node.id)
        if demand is None or not demand.needs or node.id in self._fixed.ids:
            return earliest
        capacities, profiles = self._fixed.capacities, self._profiles
        start, finish = earliest, own.forward(earliest, node.duration)
        waits = True
        while waits:
            waits = False
            for resource, need in demand.needs.items():
                room = max(0, capacities[resource] - need)
                end = profiles[resource].conflict(start, finish, room)
                if end is not None:
                    self.pushed[node.id] = (resource, end)
                    start = own.opening(end)
                    finish = own.forward(start, node.duration)
                    waits = True
        for resource, need in demand.needs.items():
            profiles[resource].add(start, finish, need)
            self.ends.setdefault((resource, finish), []).append(node.id)
        return start


def _told(
    network: Network, plain: Schedule, found: Schedule, placing: _Placing, fixed: _Fixed, held: Mapping[str, int]
) -> Levelled:
    """The schedule with each delayed task and its cause."""
    late = [
        node
        for node in network.nodes
        if node.duration
        and node.actuals is None
        and found.items[node.id].early_start > plain.items[node.id].early_start
    ]
    ids = {node.id for node in late}
    delays: list[Delay] = []
    for node in late:
        was, now = plain.items[node.id], found.items[node.id]
        minutes = found.minutes(node.id, was.early_start, now.early_start)
        pushed = placing.pushed.get(node.id)
        resource = pushed[0] if pushed else None
        holders = (
            tuple(i for i in placing.ends.get(pushed, ()) if i != node.id) if pushed else _drivers(node, found, ids)
        )
        delays.append(Delay(node.id, minutes, minutes <= was.total_float, resource, holders))
    starts = {node_id: clock(found.items[node_id].start) for node_id in (*held, *placing.pushed)}
    return Levelled(plain, found, tuple(delays), tuple(fixed.overloads), starts)


def _drivers(node: Node, found: Schedule, late: set[str]) -> tuple[str, ...]:
    """The predecessor that ends last, among those that are late themselves."""
    before = [link.predecessor for link in node.links]
    late_ones = [node_id for node_id in before if node_id in late] or before
    return (max(late_ones, key=lambda i: found.items[i].early_finish),) if late_ones else ()


# --- the plan as a search sees it ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Projection:
    """The open work of a plan as jobs in periods of `unit` axis minutes from the axis offset `base` on.

    `exact`: nothing was rounded and no second calendar stretches a task, so what holds for the jobs holds for the plan.
    """

    jobs: Jobs
    ids: tuple[str, ...]
    base: int
    unit: int
    exact: bool

    def starts_of(self, schedule: Schedule) -> tuple[int, ...]:
        """A schedule of the plan as one of the jobs."""
        return tuple(
            -(-(max(schedule.resumes(i), schedule.items[i].early_start) - self.base) // self.unit) for i in self.ids
        )

    def ranks(self, starts: Sequence[int]) -> dict[str, float]:
        """The nodes in the order of a schedule of the jobs."""
        return dict(zip(self.ids, starts, strict=True))


def projected(
    network: Network, plain: Schedule, demands: Mapping[str, Demand], capacities: Mapping[str, int]
) -> Projection:
    """The jobs of a plan: its unfinished nodes, their lengths on the axis, links as least distances of starts."""
    nodes = [n for n in in_order(network.nodes) if n.actuals is None or n.actuals.finish is None]
    at = {node.id: number for number, node in enumerate(nodes)}
    starts = [plain.resumes(n.id) if n.actuals else plain.items[n.id].early_start for n in nodes]
    lengths = [plain.items[n.id].early_finish - s for n, s in zip(nodes, starts, strict=True)]
    base = min(starts, default=0)
    arcs: list[list[tuple[int, int]]] = []
    release: list[int] = []
    for number, node in enumerate(nodes):
        found = []
        for link in node.links:
            other = at.get(link.predecessor)
            if other is None or node.actuals is not None or (nodes[other].actuals and link.type in ("SS", "SF")):
                continue
            lag = link.lag * network.calendar.week_minutes // _WEEK if link.elapsed else link.lag
            distance = lag + (lengths[other] if link.type in ("FS", "FF") else 0)
            found.append((other, distance - (lengths[number] if link.type in ("FF", "SF") else 0)))
        arcs.append(found)
        is_bound = node.actuals is not None or node.constraints != FREE or len(found) < len(node.links)
        release.append(starts[number] - base if is_bound else 0)
    unit = max(1, gcd(*lengths, *release, *(distance for found in arcs for _, distance in found)))
    exact = all(n.calendar is None and n.actuals is None and not any(i.elapsed for i in n.links) for n in nodes)
    if sum(lengths) > unit * _PERIODS:
        unit, exact = -(-sum(lengths) // _PERIODS), False
    used = [r for r in capacities if sum(r in d.needs for d in demands.values()) > 1]
    jobs = Jobs(
        tuple(-(-length // unit) for length in lengths),
        tuple(tuple((other, -(-distance // unit)) for other, distance in found) for found in arcs),
        tuple(_row(demands.get(node.id), used, capacities) for node in nodes),
        tuple(capacities[r] for r in used),
        tuple(-(-early // unit) for early in release),
    )
    return Projection(jobs, tuple(n.id for n in nodes), base, unit, exact)


def _row(demand: Demand | None, used: Sequence[str], capacities: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(min(demand.needs.get(r, 0), capacities[r]) if demand else 0 for r in used)
