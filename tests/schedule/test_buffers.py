"""Buffers: the figures of the fever chart, and what a buffer keeps from what follows it."""

from decimal import Decimal

import pytest

from pmkit.schedule.buffers import BufferState, Link


def state(used: int, *chain: tuple[int, int]) -> BufferState:
    return BufferState("T-009", 2400, used, tuple(Link(f"T-{n}", m, Decimal(p)) for n, (m, p) in enumerate(chain)))


@pytest.mark.parametrize(
    ("used", "chain", "percents", "zone"),
    [
        (0, [(4800, 0)], (0, 0), "green"),
        (480, [(4800, 0)], (20, 0), "yellow"),
        (720, [(4800, 0)], (30, 0), "red"),
        (480, [(2400, 100), (2400, 0)], (20, 50), "green"),
        (1440, [(2400, 100), (2400, 50)], (60, 75), "yellow"),
        (2040, [(4800, 100)], (85, 100), "red"),
        (3600, [(4800, 50)], (150, 50), "red"),
    ],
)
def test_the_zone_depends_on_how_far_the_chain_has_come(used, chain, percents, zone):
    found = state(used, *chain)
    assert (found.used_percent, found.done_percent) == percents
    assert found.zone == zone
