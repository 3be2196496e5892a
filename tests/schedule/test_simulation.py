"""Monte Carlo: known distributions, agreement with the passes, the same figures with and without NumPy."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from schedule_plans import MONDAY, network
from test_properties import CALENDARS, networks

from pmkit.schedule.passes import schedule
from pmkit.schedule.simulation import Estimate, Event, simulate

some = settings(max_examples=60, derandomize=True, deadline=None)
DAY = 480


@pytest.fixture(autouse=True)
def _numpy():
    pytest.importorskip("numpy")


@some
@given(networks(calendars=CALENDARS), st.sampled_from([None, MONDAY]))
def test_without_any_spread_each_run_is_the_plan(plan, status):
    plan = replace(plan, status_date=status)
    found = schedule(plan)
    for vectorised in (False, True):
        runs = simulate(plan, {}, 3, 1, vectorised=vectorised)
        assert {i: o.percentile(50) for i, o in runs.milestones.items()} == {
            n.id: found.items[n.id].finish for n in plan.nodes if not n.duration
        }
        assert runs.project.percentile(90).date() == max(
            found.items[n.id].finish for n in plan.nodes
        ).date() or not all(n.duration for n in plan.nodes)


@some
@given(networks(calendars=CALENDARS), st.data())
def test_the_figures_are_the_same_with_and_without_numpy(plan, data):
    estimates = {
        n.id: Estimate(n.duration // 2, n.duration, n.duration * data.draw(st.sampled_from([1, 2, 3])))
        for n in plan.nodes
        if n.duration
    }
    one = simulate(plan, estimates, 25, 7, vectorised=False)
    many = simulate(plan, estimates, 25, 7, vectorised=True)
    assert (one.project, one.milestones, one.criticality) == (many.project, many.milestones, many.criticality)


@some
@given(networks(types=("FS",), lags=(0,), elapsed=(False,)))
def test_without_spread_the_critical_tasks_are_those_of_the_critical_path(plan):
    found = schedule(plan)
    runs = simulate(plan, {}, 2, 1)
    assert runs.criticality == {n.id: float(found.items[n.id].critical) for n in plan.nodes if n.duration}


def test_a_single_task_has_the_moments_and_percentiles_of_the_triangular_distribution():
    plan = network("T-001 10d")
    runs = simulate(plan, {"T-001": Estimate(6 * DAY, 9 * DAY, 18 * DAY)}, 20_000, 1)
    drawn = runs.project.offsets
    mean, spread = sum(drawn) / len(drawn), (6**2 + 9**2 + 18**2 - 6 * 9 - 6 * 18 - 9 * 18) / 18
    variance = sum((x - mean) ** 2 for x in drawn) / len(drawn)
    assert mean / DAY == pytest.approx((6 + 9 + 18) / 3, rel=0.01)
    assert variance / DAY**2 == pytest.approx(spread, rel=0.03)
    # P80 of the triangular distribution: worst - sqrt((1 - p)(worst - best)(worst - likely))
    assert drawn[16_000] / DAY == pytest.approx(18 - (0.2 * 12 * 9) ** 0.5, rel=0.01)


def test_two_equal_ways_are_each_critical_in_half_of_the_runs_and_their_merge_is_late():
    plan = network("T-001 10d\nT-002 10d\nM-001 0d after T-001, T-002")
    spread = Estimate(5 * DAY, 10 * DAY, 15 * DAY)
    runs = simulate(plan, {"T-001": spread, "T-002": spread}, 10_000, 1)
    assert runs.criticality["T-001"] == pytest.approx(0.5, abs=0.02)
    assert runs.criticality["T-001"] + runs.criticality["T-002"] >= 1
    assert runs.milestones["M-001"].chance == pytest.approx(0.25, abs=0.04)  # both of them in time: merge bias


def test_seeds_and_other_tasks():
    plan = network("T-001 10d\nM-001 0d after T-001\nT-002 10d after M-001")
    spread = Estimate(5 * DAY, 10 * DAY, 15 * DAY)
    one = simulate(plan, {"T-001": spread}, 500, 1)
    assert one == simulate(plan, {"T-001": spread}, 500, 1)
    assert one.milestones != simulate(plan, {"T-001": spread}, 500, 2).milestones
    assert one.milestones == simulate(plan, {"T-001": spread, "T-002": spread}, 500, 1).milestones


def test_what_has_happened_is_certain_and_the_rest_is_drawn_in_proportion():
    plan = network("T-001 10d with actual=2026-03-02 left=5d\nT-002 2d with finished=2026-03-02", status=MONDAY)
    runs = simulate(plan, {"T-001": Estimate(8 * DAY, 10 * DAY, 20 * DAY), "T-002": Estimate(1, 960, 9999)}, 2_000, 1)
    assert runs.project.offsets[0] >= 5 * DAY
    assert runs.project.offsets[-1] <= 11 * DAY
    assert runs.criticality == {"T-001": 1.0, "T-002": 0.0}


def test_an_event_delays_in_as_many_runs_as_its_chance_says():
    """10 d + 6 d with a chance of 30 %: mean 11.8 d, variance 0.3 x 0.7 x 36 d²."""
    plan = network("T-001 10d")
    event = Event("RSK-001", 0.3, {"T-001": 6 * DAY})
    for vectorised in (False, True):
        drawn = simulate(plan, {}, 20_000, 1, events=[event], vectorised=vectorised).project.offsets
        mean = sum(drawn) / len(drawn) / DAY
        assert {at // DAY for at in drawn} == {10, 16}
        assert mean == pytest.approx(10 + 0.3 * 6, rel=0.005)
        variance = sum((at / DAY - mean) ** 2 for at in drawn) / len(drawn)
        assert variance == pytest.approx(0.3 * 0.7 * 36, rel=0.02)


def test_an_event_falls_upon_its_tasks_in_the_same_runs():
    """Two tasks one after the other, both delayed by 5 d: 10 or 20 d, never 15; two events are independent."""
    plan = network("T-001 5d\nT-002 5d after T-001")
    both = [Event("RSK-001", 0.5, {"T-001": 5 * DAY, "T-002": 5 * DAY})]
    each = [Event("RSK-001", 0.5, {"T-001": 5 * DAY}), Event("RSK-002", 0.5, {"T-002": 5 * DAY})]
    assert {at // DAY for at in simulate(plan, {}, 2_000, 1, events=both).project.offsets} == {10, 20}
    drawn = [at // DAY for at in simulate(plan, {}, 20_000, 1, events=each).project.offsets]
    assert drawn.count(15) / len(drawn) == pytest.approx(0.5, abs=0.02)
    assert drawn.count(20) / len(drawn) == pytest.approx(0.25, abs=0.02)


def test_what_is_finished_is_spared_and_an_opportunity_shortens():
    done = network("T-001 2d with finished=2026-03-02\nT-002 3d after T-001", status=MONDAY)
    certain = [Event("RSK-001", 1.0, {"T-001": 9 * DAY})]
    assert simulate(done, {}, 10, 1, events=certain).project == simulate(done, {}, 10, 1).project
    plan = network("T-001 10d")
    assert set(simulate(plan, {}, 10, 1, events=[Event("R", 1.0, {"T-001": -4 * DAY})]).project.offsets) == {6 * DAY}


@some
@given(networks(calendars=CALENDARS), st.data())
def test_events_are_the_same_with_and_without_numpy(plan, data):
    longer = {n.id: data.draw(st.integers(-DAY, 3 * DAY)) for n in plan.nodes if n.duration}
    events = [Event("RSK-001", 0.4, longer), Event("RSK-002", 0.7, longer)]
    one = simulate(plan, {}, 25, 7, events=events, vectorised=False)
    many = simulate(plan, {}, 25, 7, events=events, vectorised=True)
    assert (one.project, one.milestones, one.criticality) == (many.project, many.milestones, many.criticality)
