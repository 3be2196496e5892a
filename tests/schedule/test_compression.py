"""Compression: a published case with its known cost, overlaps, what cannot be reached."""

from datetime import date

from schedule_plans import network

from pmkit.schedule.compression import Crash, compress

DAY = 480
# Hillier and Lieberman, Introduction to Operations Research, the Reliable Construction Co. project: normal and crash
# duration in weeks, additional cost in thousands; 44 weeks as planned, 40 cost 140 more (J by two weeks, F by two).
HOUSE = {
    "A": (2, 1, 100, ""), "B": (4, 2, 100, "A"), "C": (10, 7, 240, "B"), "D": (6, 4, 80, "C"), "E": (4, 3, 160, "C"),
    "F": (5, 3, 80, "E"), "G": (7, 4, 120, "D"), "H": (9, 6, 180, "E, G"), "I": (7, 5, 60, "C"), "J": (8, 6, 60, "F, I"),
    "K": (4, 3, 40, "J"), "L": (5, 3, 100, "J"), "M": (2, 1, 100, "H"), "N": (6, 3, 180, "K, L"),
}  # fmt: skip
FRIDAYS = {44: date(2027, 1, 1), 43: date(2026, 12, 25), 42: date(2026, 12, 18), 40: date(2026, 12, 4)}


def house():
    return network("\n".join(f"{i} {n}w{' after ' + after if after else ''}" for i, (n, _, _, after) in HOUSE.items()))


def crashed(weeks: int):
    limits = {i: Crash(least * 5 * DAY, cost) for i, (_, least, cost, _) in HOUSE.items()}
    return compress(house(), FRIDAYS[weeks], limits, {}, 5 * DAY)


def test_the_cost_of_each_week_is_the_published_one():
    assert crashed(44).plain.finish.date() == FRIDAYS[44]
    assert (crashed(44).crashes, crashed(44).cost) == ({}, 0)
    assert [crashed(weeks).cost for weeks in (43, 42, 40)] == [30, 60, 140]
    found = crashed(40)
    assert found.crashes == {"J": (10 * DAY, 60), "F": (10 * DAY, 80)}
    assert found.schedule.finish.date() == FRIDAYS[40]


def test_parallel_critical_paths_are_shortened_together_by_the_cheaper_way():
    plan = network("A 5d\nB 10d after A\nC 10d after A\nD 5d after B, C")
    both = {"B": Crash(5 * DAY, 500), "C": Crash(5 * DAY, 500)}
    found = compress(plan, date(2026, 3, 25), both | {"D": Crash(3 * DAY, 300)}, {}, DAY)
    assert found.crashes == {"D": (2 * DAY, 300)}
    found = compress(plan, date(2026, 3, 25), both | {"D": Crash(3 * DAY, 600)}, {}, DAY)
    assert found.crashes == {"B": (2 * DAY, 200), "C": (2 * DAY, 200)}


def test_an_overlap_that_is_allowed_costs_nothing_and_is_no_longer_than_the_shorter_task():
    plan = network("A 5d\nB 2d after A\nC 5d after B")
    found = compress(plan, date(2026, 3, 13), {"A": Crash(DAY, 999)}, {"B": 5 * DAY, "C": DAY}, DAY)
    assert found.cost == 0
    assert sum(found.overlaps.values()) == 2 * DAY
    assert found.reached


def test_what_cannot_be_reached_is_said_with_the_best_there_is():
    found = compress(network("A 5d\nB 5d after A"), date(2026, 3, 6), {"A": Crash(4 * DAY, 10)}, {}, DAY)
    assert not found.reached
    assert found.crashes == {"A": (DAY, 10)}
    assert found.schedule.finish.date() == date(2026, 3, 12)


def test_a_milestone_can_be_the_target():
    plan = network("A 5d\nM 0d after A\nB 50d")
    found = compress(plan, date(2026, 3, 5), {"A": Crash(DAY, 40), "B": Crash(DAY, 1)}, {}, DAY, target="M")
    assert found.crashes == {"A": (DAY, 10)}
