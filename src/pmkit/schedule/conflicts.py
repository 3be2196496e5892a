"""Bounds that cannot both be kept: two of one node, or fixed times of two nodes that a chain of links joins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pmkit.kernel.calendar import WorkCalendar
from pmkit.schedule.network import FREE, Constraints, Network, Node
from pmkit.schedule.passes import Schedule

_LOWER = ("must_start_on", "must_finish_on", "start_no_earlier_than", "finish_no_earlier_than")
_UPPER = ("must_start_on", "must_finish_on", "start_no_later_than", "finish_no_later_than")


@dataclass(frozen=True, slots=True)
class Fight:
    """Two bounds, by the names of Constraints: one of `node`, and one of `other` (the same node, or one before it)."""

    node: str
    bound: str
    other: str
    other_bound: str


def fights(network: Network) -> Iterator[Fight]:
    """The nodes with two bounds that leave no time between them. The deadline is not a bound: it only warns."""
    for node in network.nodes:
        if node.constraints is FREE or node.constraints == FREE:
            continue
        calendar = network.calendar if node.calendar is None else node.calendar
        lower = _latest_starts(node, calendar, _LOWER)
        upper = _latest_starts(node, calendar, _UPPER)
        if lower and upper:
            low, high = max(lower, key=lower.__getitem__), min(upper, key=upper.__getitem__)
            if lower[low] > upper[high]:
                yield Fight(node.id, low, node.id, high)


def _latest_starts(node: Node, calendar: WorkCalendar, names: tuple[str, ...]) -> dict[str, int]:
    """Each bound that the node has, as the working offset at which the node would start."""
    timeline = calendar.timeline
    found = {}
    for name in names:
        at = getattr(node.constraints, name)
        if at is not None:
            found[name] = timeline.offset(at) - (node.duration if "finish" in name else 0)
    return found


def fixed_fights(network: Network, schedule: Schedule) -> Iterator[Fight]:
    """Fixed times (`must_`) that contradict those of a node before them, however the links between are worked."""
    by_id = {node.id: node for node in network.nodes}
    for node in network.nodes:
        bound = _fixed(node.constraints)
        if bound is None or node.actuals is not None:
            continue
        before = _driving(node, by_id, schedule)
        if before is None or schedule.items[before.id].finish <= schedule.items[node.id].start:
            continue
        while before is not None and _fixed(before.constraints) is None:
            is_held_back = before.constraints != FREE or before.actuals is not None
            before = None if is_held_back else _driving(before, by_id, schedule)
        other = None if before is None or before.actuals is not None else _fixed(before.constraints)
        if before is not None and other is not None:
            yield Fight(node.id, bound, before.id, other)


def _driving(node: Node, by_id: Mapping[str, Node], schedule: Schedule) -> Node | None:
    """The predecessor that finishes last, among those that must be finished before the node starts."""
    before = [by_id[link.predecessor] for link in node.links if link.type == "FS" and link.lag >= 0]
    return max(before, key=lambda n: schedule.items[n.id].finish, default=None)


def _fixed(constraints: Constraints) -> str | None:
    return next((name for name in ("must_start_on", "must_finish_on") if getattr(constraints, name) is not None), None)
