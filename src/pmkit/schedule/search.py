"""Resource-constrained scheduling: the shortest schedule of jobs with least distances, demands and capacities.

A genetic algorithm on activity lists (Hartmann 1998, "A competitive genetic algorithm for resource-constrained project
scheduling") whose every child is improved by double justification (Valls, Ballestin, Quintanilla 2005, "Justification
and RCPSP"), seeded by regret-biased random sampling (Drexl 1991; Kolisch 1996) on latest finish times. It counts
schedules, not seconds, and draws from its own seeded generator: the same jobs give the same answer everywhere.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from random import Random

Arcs = tuple[tuple[tuple[int, int], ...], ...]
# Settings tried on a sample of PSPLIB's instances whose optimum is above both simple bounds.
_EFFORT = 1_700_000  # jobs placed, and an eighth of the periods that they fill: about two seconds of one core
_PEOPLE = 100  # individuals of a population
_BIASES = (0.0, 2.0, 1.0, 3.0)  # of the first population's sampling, in turn; 0 is the plain rule
_MUTATION = 0.05
_STILL = 5  # generations without any progress, after which a new population is drawn
_MOST = 25_000  # schedules of one search, however small they are


@dataclass(frozen=True)
class Jobs:
    """Jobs in whole periods, numbered so that each comes after those it waits for.

    `before[j]` are pairs (job, distance): j starts at least that long after the start of the other, which may be
    negative. `demands[j]` are of each resource, at most its `capacities`, while the job runs. `release[j]` is the
    earliest start.
    """

    durations: tuple[int, ...]
    before: Arcs
    demands: tuple[tuple[int, ...], ...]
    capacities: tuple[int, ...]
    release: tuple[int, ...] = ()

    @cached_property
    def tails(self) -> list[int]:
        """For each job the least time from its start to the end of the project."""
        tails = list(self.durations)
        for job in reversed(range(len(tails))):
            for earlier, distance in self.before[job]:
                tails[earlier] = max(tails[earlier], tails[job] + distance)
        return tails

    @cached_property
    def heads(self) -> list[int]:
        """The earliest starts without resources."""
        heads = list(self.release) or [0] * len(self.durations)
        for job, arcs in enumerate(self.before):
            for earlier, distance in arcs:
                heads[job] = max(heads[job], heads[earlier] + distance)
        return heads

    @cached_property
    def critical_path(self) -> int:
        """The length without resources."""
        return max((head + tail for head, tail in zip(self.heads, self.tails, strict=True)), default=0)

    @cached_property
    def bound(self) -> int:
        """No schedule is shorter: the critical path, or what a resource has to do within its capacity."""
        found = self.critical_path
        for resource, capacity in enumerate(self.capacities):
            users = [j for j, need in enumerate(self.demands) if need[resource] and self.durations[j]]
            if users:
                work = sum(self.durations[j] * self.demands[j][resource] for j in users)
                ahead = min(self.heads[j] for j in users)
                behind = min(self.tails[j] - self.durations[j] for j in users)
                found = max(found, ahead - (-work // capacity) + behind)
        return found


def finish(jobs: Jobs, starts: Sequence[int]) -> int:
    """When the last job ends."""
    return max((start + length for start, length in zip(starts, jobs.durations, strict=True)), default=0)


def keeps(jobs: Jobs, starts: Sequence[int]) -> bool:
    """Whether a schedule keeps every distance, release and capacity."""
    if any(start < early for start, early in zip(starts, jobs.release or starts, strict=True)):
        return False
    if any(starts[j] < starts[i] + d for j, arcs in enumerate(jobs.before) for i, d in arcs):
        return False
    changes: list[tuple[int, int, int]] = []
    for job, start in enumerate(starts):
        for resource, need in enumerate(jobs.demands[job]):
            if need and jobs.durations[job]:
                changes += [(start, need, resource), (start + jobs.durations[job], -need, resource)]
    used = [0] * len(jobs.capacities)
    for _, change, resource in sorted(changes):  # at one moment what ends comes before what begins
        used[resource] += change
        if used[resource] > jobs.capacities[resource]:
            return False
    return True


def shortest(jobs: Jobs, schedules: int | None = None, seed: int = 1) -> tuple[int, ...]:
    """The starts of the shortest schedule found with a budget of so many schedules (None: by size)."""
    return _Search(jobs, seed).run(budget(jobs) if schedules is None else schedules)


def budget(jobs: Jobs) -> int:
    """How many schedules a search makes by itself: fewer for larger projects."""
    return min(_MOST, max(30, _EFFORT // max(1, len(jobs.durations) + sum(jobs.durations) // 8)))


class _Search:
    """One run. A schedule is its list of starts; an individual the pair (finish, activity list)."""

    def __init__(self, jobs: Jobs, seed: int) -> None:
        self.jobs = jobs
        self.random = Random(seed)  # noqa: S311 - no secret depends on it
        self.size = len(jobs.durations)
        self.all = range(self.size)
        self.best: tuple[int, list[int]] = (1 << 60, [])
        self.left = 0
        durations = jobs.durations
        self.before = _reduced(jobs.before, durations)
        after: list[list[tuple[int, int]]] = [[] for _ in durations]
        for job, arcs in enumerate(self.before):
            for earlier, distance in arcs:
                # In reversed time a job starts where it ended.
                after[earlier].append((job, distance + durations[job] - durations[earlier]))
        self.after: Arcs = tuple(tuple(arcs) for arcs in after)
        self.release = list(jobs.release) or [0] * self.size
        widths = [capacity.bit_length() + 1 for capacity in jobs.capacities]
        shifts = [sum(widths[:n]) for n in range(len(widths))]
        self.guard = sum(1 << (shift + width - 1) for shift, width in zip(shifts, widths, strict=True))
        self.empty = self.guard | sum(c << shift for c, shift in zip(jobs.capacities, shifts, strict=True))
        self.needs = [
            sum(need << shift for need, shift in zip(demand, shifts, strict=True)) if length else 0
            for demand, length in zip(jobs.demands, durations, strict=True)
        ]
        lags = sum(max([0, *(distance for _, distance in arcs)]) for arcs in self.before)
        self.horizon = max(self.release, default=0) + sum(durations) + lags + max(durations, default=0) + 1

    def place(self, order: Sequence[int], arcs: Arcs, release: Sequence[int]) -> list[int]:
        """The serial schedule of an activity list: each job as early as links and what is left of resources allow.

        `order` has each job after those that it waits for. What is free in a period is one number, a field with a guard
        bit for each resource: a job fits where subtracting its need leaves every guard bit.
        """
        durations, needs, guard = self.jobs.durations, self.needs, self.guard
        starts = list(release)
        free = [self.empty] * self.horizon
        for job in order:
            at = starts[job]
            for other, distance in arcs[job]:
                earliest = starts[other] + distance
                if earliest > at:  # noqa: PLR1730 - max() takes five times as long
                    at = earliest
            need = needs[job]
            if need:
                length = durations[job]
                end = at + length
                now = at
                while now < end:
                    if (free[now] - need) & guard != guard:
                        end = now + length + 1
                    now += 1
                at = end - length
                for now in range(at, end):
                    free[now] -= need
            starts[job] = at
        self.left -= 1
        return starts

    def justified(self, order: Sequence[int]) -> tuple[int, list[int]]:
        """The individual of an activity list after pushing its schedule to the right and back to the left."""
        durations = self.jobs.durations
        starts = self.place(order, self.before, self.release)
        ends = [start + length for start, length in zip(starts, durations, strict=True)]
        length = max(ends)
        if length < self.best[0]:
            self.best = (length, starts)
        if length <= self.jobs.bound:
            return length, list(order)
        last_first = self.all[::-1]
        backwards = sorted(last_first, key=[-end for end in ends].__getitem__)
        mirrored = self.place(self._repaired(backwards, self.after), self.after, self.nothing)
        ends = [-start - length for start, length in zip(mirrored, durations, strict=True)]
        forwards = self._repaired(sorted(self.all, key=ends.__getitem__), self.before)
        starts = self.place(forwards, self.before, self.release)
        length = finish(self.jobs, starts)
        if length < self.best[0]:
            self.best = (length, starts)
        return length, self._repaired(sorted(self.all, key=starts.__getitem__), self.before)

    @cached_property
    def nothing(self) -> list[int]:
        return [0] * self.size

    @cached_property
    def _simple(self) -> bool:
        """All links are finish-start: an order by times is one by links, jobs of one time in the order of numbers."""
        durations = self.jobs.durations
        return all(d >= durations[i] for arcs in self.before for i, d in arcs)

    def _repaired(self, order: list[int], arcs: Arcs) -> list[int]:
        """The order, with jobs that stand before something they wait for moved behind it."""
        if self._simple:
            return order
        seen = bytearray(self.size)
        found: list[int] = []
        for job in order:
            if seen[job]:
                continue
            stack = [job]
            while stack:
                top = stack[-1]
                missing = [other for other, _ in arcs[top] if not seen[other]]
                if missing:
                    stack.append(missing[0])
                    continue
                stack.pop()
                if not seen[top]:
                    seen[top] = 1
                    found.append(top)
        return found

    def sampled(self, bias: float) -> list[int]:
        """An activity list drawn by regret: the later a ready job must finish, the less likely it comes next."""
        draw = self.random.random
        late, waiting, after = self.late, [len(arcs) for arcs in self.before], self.after
        ready = [job for job, count in enumerate(waiting) if not count]
        order: list[int] = []
        while ready:
            if len(ready) == 1 or bias == 0:
                job = min(ready, key=lambda j: (late[j], j))
            else:
                worst = max([late[j] for j in ready])
                weights = [(worst - late[j] + 1) ** bias for j in ready]
                job = ready[bisect_right(list(accumulate(weights)), draw() * sum(weights), hi=len(ready) - 1)]
            ready.remove(job)
            order.append(job)
            for later, _ in after[job]:
                waiting[later] -= 1
                if not waiting[later]:
                    ready.append(later)
        return order

    @cached_property
    def late(self) -> list[int]:
        """Latest finish times on the critical path."""
        jobs = self.jobs
        return [jobs.critical_path - tail + length for tail, length in zip(jobs.tails, jobs.durations, strict=True)]

    def crossed(self, mother: list[int], father: list[int]) -> list[int]:
        """Hartmann's two-point crossover: the middle of the list comes from the father, the rest from the mother."""
        draw = self.random.random
        size = self.size
        one = int(draw() * size)
        two = one + 1 + int(size * (0.25 + 0.5 * draw()))
        child = mother[:one]
        taken = bytearray(size)
        for job in child:
            taken[job] = 1
        wanted = min(two, size)
        for job in father:
            if len(child) >= wanted:
                break
            if not taken[job]:
                taken[job] = 1
                child.append(job)
        return child + [job for job in mother if not taken[job]]

    def mutate(self, order: list[int]) -> None:
        """Neighbours in the list change places here and there, where no link forbids it."""
        draw = self.random.random
        links = self._linked
        for position in range(self.size - 1):
            if draw() < _MUTATION and (order[position], order[position + 1]) not in links:
                order[position], order[position + 1] = order[position + 1], order[position]

    @cached_property
    def _linked(self) -> frozenset[tuple[int, int]]:
        return frozenset((earlier, job) for job, arcs in enumerate(self.before) for earlier, _ in arcs)

    def run(self, schedules: int) -> tuple[int, ...]:
        """Search until the budget is used or a schedule meets the lower bound."""
        if not self.size:
            return ()
        self.left = schedules
        bound = self.jobs.bound
        count = max(8, min(_PEOPLE, schedules // 25))
        people: list[tuple[int, list[int]]] = []
        still = 0
        while self.left > 0 and self.best[0] > bound:
            if len(people) < count:
                people.append(self.justified(self.sampled(_BIASES[len(people) % len(_BIASES)])))
                continue
            before = sum([length for length, _ in people])
            people = self._next(people, bound)
            still = 0 if sum([length for length, _ in people]) < before else still + 1
            if still >= _STILL:
                people, still = [], 0
        return tuple(self.best[1])

    def _next(self, people: list[tuple[int, list[int]]], bound: int) -> list[tuple[int, list[int]]]:
        draw = self.random.random
        count = len(people)
        people.sort(key=lambda one: one[0])
        children: list[tuple[int, list[int]]] = []
        known = {tuple(order) for _, order in people}
        for _ in range(count):
            if self.left <= 0 or self.best[0] <= bound:
                break
            a, b, c, d = (int(draw() * count) for _ in range(4))
            mother, father = people[min(a, b)][1], people[min(c, d)][1]
            if draw() < 0.5:
                mother, father = father, mother
            child = self.crossed(mother, father)
            self.mutate(child)
            found = self.justified(child)
            key = tuple(found[1])
            if key not in known:
                known.add(key)
                children.append(found)
        return sorted(people + children, key=lambda one: one[0])[:count]


def _reduced(before: Arcs, durations: Sequence[int]) -> Arcs:
    """Without arcs that follow from two others: `a` before `c` where `a` is before `b` and `b` before `c`."""
    ancestors: list[int] = []
    found: list[tuple[tuple[int, int], ...]] = []
    for arcs in before:
        chained = 0
        for earlier, _ in arcs:
            chained |= ancestors[earlier]
        kept = tuple((i, d) for i, d in arcs if not chained >> i & 1 or d > durations[i])
        found.append(kept)
        # Only plain finish-start arcs imply that whatever comes before the predecessor comes before the job.
        reach = 0
        for earlier, distance in arcs:
            if distance >= durations[earlier]:
                reach |= ancestors[earlier] | 1 << earlier
        ancestors.append(reach)
    return tuple(found)
