"""Schedule compression: the cheapest crashes and overlaps that bring a plan to a date.

Crashing by critical cuts (Fulkerson 1961; Phillips and Dessouky 1977): as long as the plan ends too late, the cheapest
set of reductions that shortens every critical path at once, found as a minimum cut; at the end whatever turned out
needless is taken back. A task may be shortened down to its limit at a cost in proportion to the days saved, and a
finish-start link may become an overlap (fast tracking), which costs nothing but risk.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from pmkit.schedule.network import Network, Node
from pmkit.schedule.passes import Schedule, schedule

_NEVER = 1 << 50
_MOST_STEPS = 400


@dataclass(frozen=True, slots=True)
class Crash:
    """How far a task can be shortened: `least` minutes of work; `cost` of going all the way, in whatever unit."""

    least: int
    cost: int


@dataclass(frozen=True, slots=True)
class Compressed:
    """What to do: minutes to take off tasks with their cost, minutes of overlap by (task, predecessor).

    `reached`: the plan then ends in time. `schedule`: the plan with all of it done.
    """

    crashes: Mapping[str, tuple[int, int]]
    overlaps: Mapping[tuple[str, str], int]
    cost: int
    reached: bool
    plain: Schedule
    schedule: Schedule


def compress(
    network: Network,
    until: date,
    crashes: Mapping[str, Crash],
    overlaps: Mapping[str, int],
    step: int,
    target: str | None = None,
) -> Compressed:
    """The cheapest way found to let the plan (or the node `target`) finish on the day `until`, in steps of minutes.

    `overlaps`: for a task how many minutes it may begin before its finish-start predecessors end. Each step shortens
    all critical paths by one `step` at the least cost; overlaps come first. Raises what `schedule` raises.
    """
    plain = schedule(network)
    state = _State(network, crashes, overlaps, step, target)
    for _ in range(_MOST_STEPS):
        if state.finish() <= until or not state.shorten():
            break
    reached = state.finish() <= until
    if reached:
        state.take_back(until)
    return state.told(plain, reached=reached)


class _State:
    """The network as compressed so far."""

    def __init__(
        self, network: Network, crashes: Mapping[str, Crash], overlaps: Mapping[str, int], step: int, target: str | None
    ) -> None:
        self.network, self.crashes, self.overlaps, self.step, self.target = network, crashes, overlaps, step, target
        self.saved: dict[str, int] = {}
        self.lapped: dict[tuple[str, str], int] = {}
        self.current = schedule(network)

    def network_now(self, saved: Mapping[str, int], lapped: Mapping[tuple[str, str], int]) -> Network:
        nodes = tuple(
            replace(
                node,
                duration=node.duration - saved.get(node.id, 0),
                links=tuple(
                    replace(link, lag=link.lag - lapped.get((node.id, link.predecessor), 0)) for link in node.links
                ),
            )
            if node.id in saved or any((node.id, link.predecessor) in lapped for link in node.links)
            else node
            for node in self.network.nodes
        )
        return replace(self.network, nodes=nodes)

    def finish(self, found: Schedule | None = None) -> date:
        found = found or self.current
        return found.items[self.target].finish.date() if self.target else found.finish.date()

    def ends(self, found: Schedule) -> int:
        if self.target:
            return found.items[self.target].early_finish
        return max((item.early_finish for item in found.items.values()), default=0)

    def shorten(self) -> bool:
        """One step off every critical path at the least cost; False where some path cannot be shortened any more."""
        banned: set[tuple[str, ...]] = set()
        while True:
            cut = self._cheapest_cut(banned)
            if cut is None:
                return False
            saved, lapped = dict(self.saved), dict(self.lapped)
            for move in cut:
                if len(move) == 1:
                    saved[move[0]] = saved.get(move[0], 0) + self._off(move[0])
                else:
                    task, before = move
                    lapped[task, before] = lapped.get((task, before), 0) + self._more_overlap(task, before)
            found = schedule(self.network_now(saved, lapped))
            if self.ends(found) < self.ends(self.current):
                self.saved, self.lapped, self.current = saved, lapped, found
                return True
            banned.update(cut)  # bounds or calendars swallow what these would gain

    def _off(self, task: str) -> int:
        node = self._node(task)
        return min(self.step, node.duration - self.saved.get(task, 0) - self.crashes[task].least)

    def _more_overlap(self, task: str, before: str) -> int:
        return min(self.step, self._overlap_of(task, before) - self.lapped.get((task, before), 0))

    def _overlap_of(self, task: str, before: str) -> int:
        """How far the two may overlap: no more than the shorter of them lasts."""
        lasts = min(self._node(x).duration - self.saved.get(x, 0) for x in (task, before))
        return min(self.overlaps.get(task, 0), lasts)

    def _node(self, node_id: str) -> Node:
        return self._nodes[node_id]

    @property
    def _nodes(self) -> dict[str, Node]:
        if not hasattr(self, "_by_id"):
            self._by_id = {node.id: node for node in self.network.nodes}
        return self._by_id

    def slope(self, task: str) -> int:
        """The cost of the next step of a crash, or _NEVER."""
        crash, node = self.crashes.get(task), self._node(task)
        if crash is None or node.actuals is not None or node.duration - self.saved.get(task, 0) <= crash.least:
            return _NEVER
        return -(-crash.cost * self._off(task) // max(1, node.duration - crash.least))

    def _cheapest_cut(self, banned: set[tuple[str, ...]]) -> list[tuple[str, ...]] | None:
        """Crashes (task,) and overlaps (task, predecessor) that cut every critical path, by maximum flow."""
        if self.target:
            floats = self.current.floats_to(self.target)
            critical = {i for i, room in floats.items() if room <= 0}
        else:
            ends = self.ends(self.current)
            critical = _driving(self.network_now(self.saved, self.lapped), self.current, ends)
        if not critical:
            return None
        graph = _Flow()
        has_after: set[str] = set()
        for node in self.network.nodes:
            if node.id not in critical:
                continue
            cost = _NEVER if (node.id,) in banned or not node.duration else self.slope(node.id)
            graph.edge(("in", node.id), ("out", node.id), cost)
            before = [link for link in node.links if link.predecessor in critical]
            if not before or node.actuals is not None:
                graph.edge(("source",), ("in", node.id), _NEVER)
                continue
            for link in before:
                has_after.add(link.predecessor)
                room = self._overlap_of(node.id, link.predecessor) if link.type == "FS" else 0
                may = room > self.lapped.get((node.id, link.predecessor), 0)
                free = may and (node.id, link.predecessor) not in banned and node.actuals is None
                side = "in" if link.type in ("SS", "SF") else "out"
                graph.edge((side, link.predecessor), ("in", node.id), 1 if free else _NEVER)
        last = {self.target} if self.target else critical - has_after
        ends = self.ends(self.current)
        for node_id in last:
            if node_id and self.current.items[node_id].early_finish >= ends:
                graph.edge(("out", node_id), ("sink",), _NEVER)
        cut = graph.cut(("source",), ("sink",))
        if cut is None:
            return None
        return [(two[1],) if one[1] == two[1] else (two[1], one[1]) for one, two in cut]

    def take_back(self, until: date) -> None:
        """Undo what is not needed to finish in time, the dearest first, overlaps last."""
        for task in sorted(self.saved, key=lambda i: (-self._rate(i), i)):
            while self.saved[task] and self._fits(
                until, {**self.saved, task: max(0, self.saved[task] - self.step)}, self.lapped
            ):
                pass
        for pair in sorted(self.lapped):
            while self.lapped[pair] and self._fits(
                until, self.saved, {**self.lapped, pair: max(0, self.lapped[pair] - self.step)}
            ):
                pass
        self.saved = {i: n for i, n in self.saved.items() if n}
        self.lapped = {i: n for i, n in self.lapped.items() if n}

    def _fits(self, until: date, saved: dict[str, int], lapped: dict[tuple[str, str], int]) -> bool:
        """Take these where they still finish in time."""
        found = schedule(self.network_now(saved, lapped))
        if self.finish(found) > until:
            return False
        self.saved, self.lapped, self.current = saved, lapped, found
        return True

    def _rate(self, task: str) -> float:
        return self.crashes[task].cost / max(1, self._node(task).duration - self.crashes[task].least)

    def told(self, plain: Schedule, *, reached: bool) -> Compressed:
        costs = {task: round(self._rate(task) * minutes) for task, minutes in self.saved.items()}
        return Compressed(
            {task: (minutes, costs[task]) for task, minutes in self.saved.items()},
            dict(self.lapped), sum(costs.values()), reached, plain, self.current,
        )  # fmt: skip


def _driving(network: Network, found: Schedule, ends: int) -> set[str]:
    """The nodes on paths that decide the project's end; deadlines in between do not count."""
    last = [item.id for item in found.items.values() if item.early_finish >= ends]
    critical: set[str] = set()
    for node_id in last:
        critical |= {i for i, room in found.floats_to(node_id).items() if room <= 0}
    return critical & {node.id for node in network.nodes}


_Point = tuple[str, ...]
_Rooms = Mapping[_Point, Mapping[_Point, int]]


class _Flow:
    """A small maximum flow (Edmonds and Karp 1972)."""

    def __init__(self) -> None:
        self._room: dict[_Point, dict[_Point, int]] = {}

    def edge(self, one: _Point, two: _Point, room: int) -> None:
        self._room.setdefault(one, {})
        self._room[one][two] = max(self._room[one].get(two, 0), room)
        self._room.setdefault(two, {}).setdefault(one, 0)

    def cut(self, source: _Point, sink: _Point) -> list[tuple[_Point, _Point]] | None:
        """The edges of a minimum cut, None where it would cost the impossible."""
        if source not in self._room or sink not in self._room:
            return None
        left = {one: dict(edges) for one, edges in self._room.items()}
        total = 0
        while (way := _way(left, source, sink)) is not None:
            by = min(left[one][two] for one, two in way)
            total += by
            if total >= _NEVER:
                return None
            for one, two in way:
                left[one][two] -= by
                left[two][one] += by
        reached = _reached(left, source)
        return sorted(
            (one, two)
            for one, edges in self._room.items()
            for two, room in edges.items()
            if room and one in reached and two not in reached
        )


def _reached(left: _Rooms, source: _Point) -> dict[_Point, _Point]:
    """What flow can still reach, each with the point before it."""
    found: dict[_Point, _Point] = {source: source}
    waiting = deque([source])
    while waiting:
        at = waiting.popleft()
        for to, room in left[at].items():
            if room > 0 and to not in found:
                found[to] = at
                waiting.append(to)
    return found


def _way(
    left: Mapping[_Point, Mapping[_Point, int]], source: _Point, sink: _Point
) -> list[tuple[_Point, _Point]] | None:
    found = _reached(left, source)
    if sink not in found:
        return None
    way, at = [], sink
    while at != source:
        way.append((found[at], at))
        at = found[at]
    return way
