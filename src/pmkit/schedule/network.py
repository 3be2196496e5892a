"""The network of a plan: nodes and links, in an order in which each node comes after what it waits for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pmkit.kernel.calendar import WorkCalendar

LinkType = Literal["FS", "SS", "FF", "SF"]


@dataclass(frozen=True, slots=True)
class Link:
    """A dependency on `predecessor`. `lag` in minutes: working ones of the successor's calendar, or `elapsed` ones."""

    predecessor: str
    type: LinkType = "FS"
    lag: int = 0
    elapsed: bool = False


@dataclass(frozen=True, slots=True)
class Actuals:
    """What happened so far: clock values (minutes since 1970), `remaining` in the node's working minutes.

    With a finish nothing remains. The rest of a started node waits for the status date and for nothing else.
    """

    start: int
    finish: int | None = None
    remaining: int = 0


@dataclass(frozen=True, slots=True)
class Constraints:
    """Bounds in clock values (minutes since 1970): of a start its first minute, of a finish the end of its last one.

    In unworked time a start bound means the next working minute, a finish bound the previous one. `must_` bounds win
    over links, `deadline` lowers the late finish only; what cannot be kept shows as negative float. `held` is the start
    that levelling has found, or that something outside the plan allows: like `start_no_earlier_than` (of a milestone
    like `finish_no_earlier_than`), but nobody asked for it.
    """

    start_no_earlier_than: int | None = None
    start_no_later_than: int | None = None
    finish_no_earlier_than: int | None = None
    finish_no_later_than: int | None = None
    must_start_on: int | None = None
    must_finish_on: int | None = None
    as_late_as_possible: bool = False
    deadline: int | None = None
    held: int | None = None


FREE = Constraints()


@dataclass(frozen=True, slots=True)
class Node:
    """A task, or with no `duration` a milestone. `calendar`: its own, None for the project's.

    `duration` is in working minutes of that calendar; elapsed time is worked in AROUND_THE_CLOCK. `lags`: the calendar
    of the lags of its links, None for its own; a task of thirty elapsed days still waits for working days.
    """

    id: str
    duration: int
    links: tuple[Link, ...] = ()
    calendar: WorkCalendar | None = None
    constraints: Constraints = FREE
    actuals: Actuals | None = None
    lags: WorkCalendar | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """What makes a network impossible.

    `unknown`: link number `link` of `node` names a node that is not there. `negative`: its duration is below zero.
    `cycle`: `path` names the nodes in the order of work, `node` first and again at the end; its link number `link`
    closes the circle.
    """

    kind: Literal["unknown", "negative", "cycle"]
    node: str
    link: int | None = None
    path: tuple[str, ...] = ()


class ImpossibleNetworkError(Exception):
    """The network cannot be scheduled; `problems` say why, all of them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems, the first: {problems[0]}")
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Network:
    """A plan to be scheduled. `start` is the project's first day, `status_date` that up to which progress is known.

    Ids are unique. Nothing unstarted starts before the status date has passed.
    """

    nodes: tuple[Node, ...]
    start: date | datetime
    calendar: WorkCalendar
    status_date: date | None = None


def in_order(nodes: Iterable[Node]) -> list[Node]:
    """The nodes, each after its predecessors (Kahn 1962). Raises ImpossibleNetworkError with every problem."""
    by_id = {node.id: node for node in nodes}
    problems = [Problem("negative", node.id) for node in by_id.values() if node.duration < 0]
    problems += [
        Problem("unknown", node.id, position)
        for node in by_id.values()
        for position, link in enumerate(node.links)
        if link.predecessor not in by_id
    ]
    waiting = {node.id: sum(link.predecessor in by_id for link in node.links) for node in by_id.values()}
    after: dict[str, list[str]] = {node_id: [] for node_id in by_id}
    for node in by_id.values():
        for link in node.links:
            if link.predecessor in by_id:
                after[link.predecessor].append(node.id)
    ready = [node_id for node_id, count in waiting.items() if not count]
    ordered: list[Node] = []
    for node_id in ready:
        ordered.append(by_id[node_id])
        for follower in after[node_id]:
            waiting[follower] -= 1
            if not waiting[follower]:
                ready.append(follower)
    if len(ordered) < len(by_id):
        problems += _cycles(by_id, {node_id for node_id, count in waiting.items() if count})
    if problems:
        raise ImpossibleNetworkError(problems)
    return ordered


def _cycles(by_id: Mapping[str, Node], stuck: set[str]) -> list[Problem]:
    """One problem a cycle, no node in two of them; found by walking backwards along links among the stuck nodes."""
    found: list[Problem] = []
    done: set[str] = set()
    for first in by_id:
        path: dict[str, int] = {}  # node -> number of the link that leads further back
        at = first
        while at in stuck and at not in done and at not in path:
            path[at] = next(i for i, link in enumerate(by_id[at].links) if link.predecessor in stuck)
            at = by_id[at].links[path[at]].predecessor
        if at in path:
            backwards = list(path)
            circle = backwards[backwards.index(at) :]
            found.append(Problem("cycle", at, path[at], (at, *reversed(circle))))
        done.update(path)
    return found
