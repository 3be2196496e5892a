"""What a delay from outside has cost, on plans small enough to be worked by hand.

Week of five days from Monday 2026-03-02; `held` is the moment before which a task could not start, `due` the moment
from which it could have started had the event been in time.
"""

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from schedule_plans import MONDAY, WEEK, network
from test_properties import CALENDARS, many, networks

from pmkit.kernel.calendar import DAY, start_of
from pmkit.schedule.delays import Collapse
from pmkit.schedule.passes import schedule


def evening(text: str) -> int:
    """The clock value at the end of a day."""
    return start_of(date.fromisoformat(text)) + DAY


def cost(text: str, held: dict[str, str], due: dict[str, str], status: str | None = None, **floors: str):
    """Working days that each item lost."""
    plan = network(text, status=date.fromisoformat(status) if status else None)
    holds = {node_id: evening(day) for node_id, day in held.items()}
    nodes = tuple(
        replace(n, constraints=replace(n.constraints, held=holds[n.id])) if n.id in holds else n for n in plan.nodes
    )
    plan = replace(plan, nodes=nodes)
    found = schedule(plan)
    collapse = Collapse(plan, found, holds, {key.replace("_", "-"): evening(day) for key, day in floors.items()})
    without = collapse.finishes({node_id: evening(day) for node_id, day in due.items()})
    return {i: WEEK.workdays_between(moment.date(), found.items[i].finish.date()) for i, moment in without.items()}


def test_what_waits_for_it_loses_the_days_that_it_was_late():
    plan = "T-1 5d\nT-2 10d after T-1\nM-1 0d after T-2"
    assert cost(plan, {"T-2": "2026-03-13"}, {"T-2": "2026-03-06"}) == {"T-2": 5, "M-1": 5}


def test_what_has_float_loses_nothing_at_the_end():
    plan = "T-1 5d\nT-2 10d\nM-1 0d after T-1, T-2"
    assert cost(plan, {"T-1": "2026-03-04"}, {"T-1": "2026-03-03"}) == {"T-1": 1, "M-1": 0}


def test_not_there_at_the_status_date_it_costs_all_the_days_until_then():
    plan = "T-1 5d with actual=2026-03-02 finished=2026-03-06\nT-2 10d after T-1\nM-1 0d after T-2"
    assert cost(plan, {"T-2": "2026-03-20"}, {"T-2": "2026-03-06"}, status="2026-03-20") == {"T-2": 10, "M-1": 10}


def test_as_long_a_delay_of_our_own_beside_it_leaves_nothing_to_its_account():
    """T-1 should have ended on the 6th and ends on the 13th: T-2 could not have started earlier in any case."""
    plan = "T-1 5d with actual=2026-03-09 finished=2026-03-13\nT-2 10d after T-1\nM-1 0d after T-2"
    assert cost(plan, {"T-2": "2026-03-13"}, {"T-2": "2026-03-06"}, status="2026-03-13") == {"T-2": 0, "M-1": 0}
    part = "T-1 5d with actual=2026-03-04 finished=2026-03-10\nT-2 10d after T-1\nM-1 0d after T-2"
    assert cost(part, {"T-2": "2026-03-13"}, {"T-2": "2026-03-06"}, status="2026-03-13") == {"T-2": 3, "M-1": 3}


def test_days_on_which_we_did_not_begin_although_it_was_there_are_ours():
    """It came one day late, on Tuesday the 10th; the work, not begun at the status date of the 20th, costs one day."""
    plan = "T-1 5d with actual=2026-03-02 finished=2026-03-06\nT-2 10d after T-1\nM-1 0d after T-2"
    assert cost(plan, {"T-2": "2026-03-10"}, {"T-2": "2026-03-09"}, status="2026-03-20") == {"T-2": 1, "M-1": 1}


def test_what_happened_afterwards_took_the_time_that_it_took():
    """T-2 began on the day after (the 16th) and took ten days instead of five: five of ten lost days are ours."""
    plan = (
        "T-1 5d with actual=2026-03-02 finished=2026-03-06\n"
        "T-2 5d after T-1 with actual=2026-03-16 finished=2026-03-27\nM-1 0d after T-2"
    )
    assert cost(plan, {"T-2": "2026-03-13"}, {"T-2": "2026-03-06"}, status="2026-03-27") == {"T-2": 5, "M-1": 5}


def test_work_that_began_without_it_lost_nothing_by_it():
    plan = (
        "T-1 5d with actual=2026-03-02 finished=2026-03-06\n"
        "T-2 5d after T-1 with actual=2026-03-09 left=5d\nM-1 0d after T-2"
    )
    assert cost(plan, {"T-2": "2026-03-18"}, {"T-2": "2026-03-06"}, status="2026-03-18")["T-2"] == 0


def test_a_buffer_that_is_not_used_up_keeps_what_follows_where_it_is():
    """The buffer of five days has lost three: it ends on the 20th as planned, in time or not."""
    plan = "T-1 8d\nT-2 2d after T-1\nM-1 0d after T-2"
    held, due = {"T-1": "2026-03-04"}, {"T-1": "2026-03-01"}
    assert cost(plan, held, due)["M-1"] == 3
    assert cost(plan, held, due, T_2="2026-03-18")["M-1"] == 0


def test_a_milestone_can_wait_for_it_too():
    assert cost("T-1 5d\nM-1 0d after T-1", {"M-1": "2026-03-10"}, {"M-1": "2026-03-06"}) == {"M-1": 2}


def test_a_day_that_is_fixed_would_not_have_been_earlier():
    plan = "T-1 5d\nT-2 5d after T-1 with must_start_on=2026-03-16\nM-1 0d after T-2"
    assert cost(plan, {"T-2": "2026-03-13"}, {"T-2": "2026-03-06"}) == {"T-2": 0, "M-1": 0}


@many
@given(networks(calendars=CALENDARS), st.data())
def test_nothing_released_nothing_moves(plan, data):
    """Collapsing a plan by no delay gives the plan itself, whatever links, lags and calendars it has."""
    chosen = data.draw(st.sampled_from(plan.nodes)).id
    held = {chosen: evening(data.draw(st.sampled_from(["2026-03-02", "2026-03-12", "2026-03-20"])))}
    nodes = tuple(
        replace(n, constraints=replace(n.constraints, held=held[n.id])) if n.id in held else n for n in plan.nodes
    )
    plan = replace(plan, nodes=nodes)
    found = schedule(plan)
    for node_id, finish in Collapse(plan, found, held).finishes(held).items():
        assert finish == found.items[node_id].finish, node_id


@many
@given(networks(types=("FS",), lags=(0,), elapsed=(False,)), st.integers(0, 9), st.integers(0, 9))
def test_a_delay_costs_no_more_than_it_took(plan, first, late):
    node = plan.nodes[0]
    due = WEEK.timeline.finishing(WEEK.timeline.offset(start_of(MONDAY)) + first * 480)
    held = WEEK.timeline.finishing(WEEK.timeline.offset(start_of(MONDAY)) + (first + late) * 480)
    nodes = (replace(node, constraints=replace(node.constraints, held=held)), *plan.nodes[1:])
    plan = replace(plan, nodes=nodes)
    found = schedule(plan)
    for node_id, finish in Collapse(plan, found, {node.id: held}).finishes({node.id: due}).items():
        lost = WEEK.workdays_between(finish.date(), found.items[node_id].finish.date())
        assert 0 <= lost <= late


@pytest.mark.parametrize("status", [None, date(2026, 3, 4)])
def test_a_held_milestone_stands_at_the_end_of_its_day(status):
    plan = network("T-1 1d\nM-1 0d after T-1", status=status)
    milestone = replace(plan.nodes[1], constraints=replace(plan.nodes[1].constraints, held=evening("2026-03-10")))
    found = schedule(replace(plan, nodes=(plan.nodes[0], milestone)))
    assert found.items["M-1"].finish == datetime(2026, 3, 10, 18)
