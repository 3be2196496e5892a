"""What a delay from outside has cost: the plan as it stands against the plan as it would stand without the delay.

The method is the collapsed plan ("but for" the delay): what happened stays as it was, waits that nobody outside caused
stay as long as they are, and only what the late event held moves forward. So a delay of ours beside it, of the same
length, leaves nothing to the event's account.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from pmkit.kernel.calendar import clock
from pmkit.schedule.network import FREE, Actuals, Link, Network, Node, in_order
from pmkit.schedule.passes import Schedule, schedule

_TO_START = frozenset({"FS", "SS"})


class Collapse:
    """A scheduled plan that can be asked how it would stand had nodes been held less long.

    `held`: for each node that waits for an event outside the plan the clock value (minutes since 1970) from which it
    may start. `floors`: for each buffer the clock value before which its end does not move: what is not used of it
    stays.
    """

    def __init__(
        self, network: Network, scheduled: Schedule, held: Mapping[str, int], floors: Mapping[str, int] | None = None
    ) -> None:
        self._network = network
        self._scheduled = scheduled
        self._held = held
        self._floors = floors or {}
        self._order = in_order(network.nodes)
        self._pinned = {node.id: self._pin(node) for node in self._order}
        self._waits = self._own_waits()

    def finishes(self, released: Mapping[str, int]) -> dict[str, datetime]:
        """The finish of each node that would move, had those named in `released` been free from that clock value on."""
        moving = self._behind(released)
        nodes: list[Node] = []
        for node in self._order:
            wait = self._waits.get(node.id)
            if node.id not in moving or wait is None:
                nodes.append(self._pinned[node.id])
                continue
            hold = released.get(node.id, self._held.get(node.id))
            free = self._free(node, hold)
            if wait == 0:
                nodes.append(free)
                continue
            before = f"{node.id} waits"
            starts = tuple(link for link in free.links if link.type in _TO_START)
            ends = tuple(link for link in free.links if link.type not in _TO_START)
            bounds = replace(free.constraints, finish_no_earlier_than=None)
            nodes.append(replace(free, id=before, duration=wait, links=starts, constraints=bounds))
            floor = replace(FREE, finish_no_earlier_than=free.constraints.finish_no_earlier_than)
            nodes.append(replace(free, links=(Link(before), *ends), constraints=floor))
        found = schedule(Network(tuple(nodes), self._network.start, self._network.calendar))
        return {node_id: found.items[node_id].finish for node_id in moving}

    def _behind(self, starts: Iterable[str]) -> set[str]:
        """The nodes and all that waits for them."""
        found = set(starts)
        for node in self._order:
            if any(link.predecessor in found for link in node.links):
                found.add(node.id)
        return found

    def _pin(self, node: Node) -> Node:
        """The node where it stands, as if it had all happened."""
        item = self._scheduled.items[node.id]
        start, finish = clock(item.start), clock(item.finish)
        return replace(node, actuals=Actuals(min(start, finish) if node.duration else finish - 1, finish))

    def _free(self, node: Node, hold: int | None) -> Node:
        """The node as the working time that it takes, bound by its links, its start bounds and the hold."""
        item = self._scheduled.items[node.id]
        minutes = node.duration
        if node.actuals is not None and node.duration:
            minutes = self._scheduled.minutes(node.id, item.early_start, item.early_finish)
        bounds = replace(
            FREE,
            start_no_earlier_than=node.constraints.start_no_earlier_than,
            finish_no_earlier_than=self._floors.get(node.id, node.constraints.finish_no_earlier_than),
            held=hold,
        )
        return replace(node, actuals=None, duration=minutes, constraints=bounds)

    def _own_waits(self) -> dict[str, int]:
        """For each node that a hold reaches: working minutes that it starts later than links and holds let it.

        Left out: what started before they let it, for that nothing held, and what stands on a fixed day.
        """
        behind = self._behind(self._held)
        asked = {f"{node.id} free": node for node in self._order if node.id in behind and not _is_fixed(node)}
        shadows = [replace(self._free(node, self._held.get(node.id)), id=key) for key, node in asked.items()]
        network = Network((*self._pinned.values(), *shadows), self._network.start, self._network.calendar)
        found = schedule(network)
        waits: dict[str, int] = {}
        for key, node in asked.items():
            begun, could = clock(self._scheduled.items[node.id].start), clock(found.items[key].start)
            if could <= begun:
                timeline = (node.calendar or network.calendar).timeline
                waits[node.id] = timeline.offset(begun) - timeline.offset(could)
        return waits


def _is_fixed(node: Node) -> bool:
    """True for what neither a delay nor its absence moves."""
    c = node.constraints
    return node.actuals is None and (c.must_start_on is not None or c.must_finish_on is not None)
