"""What makes a network impossible is told all at once, with the node and the link."""

import pytest
from schedule_plans import network

from pmkit.schedule.network import ImpossibleNetworkError, Problem, in_order
from pmkit.schedule.passes import schedule


def problems(text: str) -> list[Problem]:
    with pytest.raises(ImpossibleNetworkError) as caught:
        schedule(network(text))
    return list(caught.value.problems)


def test_a_node_comes_after_what_it_waits_for_wherever_it_is_written():
    plan = network("T-003 1d after T-002\nT-001 1d\nT-002 1d after T-001")
    assert [node.id for node in in_order(plan.nodes)] == ["T-001", "T-002", "T-003"]


def test_a_cycle_is_told_in_the_order_of_work_with_the_link_that_closes_it():
    assert problems("A 1d after X, C\nB 1d after A\nC 1d after B\nX 1d\nZ 1d after C") == [
        Problem("cycle", "A", 1, ("A", "B", "C", "A"))
    ]


def test_a_node_that_waits_for_itself():
    assert problems("A 1d after A") == [Problem("cycle", "A", 0, ("A", "A"))]


def test_nodes_behind_a_cycle_are_not_in_it():
    found = problems("Z 1d after B\nA 1d after B\nB 1d after A")
    assert [(p.kind, set(p.path)) for p in found] == [("cycle", {"A", "B"})]
    assert found[0].path[0] == found[0].path[-1] == found[0].node


def test_two_cycles_are_two_problems():
    found = problems("A 1d after B\nB 1d after A\nC 1d after D, A\nD 1d after C")
    assert [set(p.path) for p in found] == [{"A", "B"}, {"C", "D"}]


def test_everything_that_is_wrong_is_told_at_once():
    text = "A 1d after B\nB 1d after A\nC 1d after A, NONE, NOPE\nD -3d"
    kinds = [(p.kind, p.node, p.link) for p in problems(text)]
    assert kinds == [("negative", "D", None), ("unknown", "C", 1), ("unknown", "C", 2), ("cycle", "A", 0)]


def test_a_very_long_cycle_is_found_without_recursion():
    size = 20_000
    lines = [f"T-{n} 1d after T-{(n - 1) % size}" for n in range(size)]
    (found,) = problems("\n".join(lines))
    assert (found.node, found.link, len(found.path)) == ("T-0", 0, size + 1)
    assert found.path[:3] == ("T-0", "T-1", "T-2")


def test_a_very_long_chain_is_scheduled_without_recursion():
    lines = ["T-0 1min"] + [f"T-{n} 1min after T-{n - 1}" for n in range(1, 20_000)]
    found = schedule(network("\n".join(lines)))
    assert found.items["T-19999"].early_finish == 20_000
    assert all(item.critical for item in found.items.values())
