"""Levelling: the published instances, what holds for every plan, and small plans with a known outcome."""

import csv
from dataclasses import replace

from bench.psplib import read, violations
from hypothesis import given, settings
from hypothesis import strategies as st
from schedule_plans import MONDAY, network
from test_properties import AWAY, networks

from pmkit.kernel.calendar import AROUND_THE_CLOCK, clock
from pmkit.schedule.levelling import RULES, Demand, level
from pmkit.schedule.passes import schedule
from pmkit.schedule.search import Jobs, finish, shortest

some = settings(max_examples=60, derandomize=True, deadline=None)
SAMPLE = ("j30/j3013_1", "j30/j3029_1", "j30/j3045_1", "j60/j609_1", "j60/j6025_1", "j60/j6041_1", "j120/j12011_1")


def test_published_instances_are_levelled_well_by_the_rules_and_the_same_way_twice(shared_data):
    with (shared_data / "psplib/known.csv").open() as rows:
        known = {row["file"]: row for row in csv.DictReader(rows)}
    excess = []
    for name in SAMPLE:
        row = known[f"{name}.sm"]
        jobs = read(shared_data / "psplib" / row["file"])
        assert jobs.critical_path == int(row["critical_path"])
        starts = shortest(jobs, schedules=2000)
        assert violations(jobs, starts) == []
        assert int(row["best_lower"]) <= finish(jobs, starts)
        excess.append(100 * finish(jobs, starts) / int(row["best_upper"]) - 100)
        if name == SAMPLE[0]:
            assert shortest(jobs, schedules=2000) == starts
    assert sum(excess) / len(excess) <= 4.5
    assert max(excess) <= 9


def test_one_more_schedule_never_makes_the_search_worse():
    jobs = Jobs((3, 2, 4, 2), ((), (), ((0, 3),), ((1, 5),)), ((1,), (1,), (1,), (1,)), (1,))
    lengths = [finish(jobs, shortest(jobs, schedules)) for schedules in (1, 3, 30)]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[-1] == 11


def test_the_checker_sees_what_is_wrong():
    jobs = Jobs((2, 2), ((), ((0, 2),)), ((1,), (1,)), (1,))
    assert violations(jobs, (0, 2)) == []
    assert violations(jobs, (0, 1)) == [
        "job 1 starts before job 0 allows",
        "resource 0 is overloaded in period 1",
    ]


@st.composite
def loaded(draw):
    """A plan whose tasks want parts of two people."""
    plan = draw(networks(calendars=(None, None, AWAY, AROUND_THE_CLOCK)))
    demands = {
        node.id: Demand(
            draw(st.dictionaries(st.sampled_from("ab"), st.sampled_from((50, 100)), min_size=1)),
            draw(st.sampled_from((500, 500, 900))),
        )
        for node in plan.nodes
        if node.duration and draw(st.booleans())
    }
    return plan, demands, {"a": 100, "b": draw(st.sampled_from((100, 150)))}


def overloads(found, demands, capacities, but=()):
    """Moments at which a resource has too much to do, by comparing every pair of a start with the others' spans."""
    spans = {i: (clock(item.start), clock(item.finish)) for i, item in found.items.items() if i in demands}
    return [
        (resource, task)
        for resource, capacity in capacities.items()
        for task, (at, _) in spans.items()
        if task not in but
        and sum(
            demands[i].needs.get(resource, 0) for i, (start, end) in spans.items() if i not in but and start <= at < end
        )
        > capacity
    ]


@some
@given(loaded(), st.sampled_from(RULES))
def test_nobody_is_overloaded_links_hold_and_nothing_starts_earlier_than_without_resources(given_plan, rule):
    plan, demands, capacities = given_plan
    found = level(plan, demands, capacities, rule)
    assert overloads(found.schedule, demands, capacities) == []
    plain = schedule(plan)
    assert all(item.early_start >= plain.items[i].early_start for i, item in found.schedule.items.items())
    # The same plan with a bound on each held task, scheduled without resources, is the levelled one.
    bounded = replace(
        plan,
        nodes=tuple(
            replace(n, constraints=replace(n.constraints, held=found.held[n.id])) if n.id in found.held else n
            for n in plan.nodes
        ),
    )
    assert {i: (x.start, x.finish) for i, x in schedule(bounded).items.items()} == {
        i: (x.start, x.finish) for i, x in found.schedule.items.items()
    }
    delayed = {delay.id for delay in found.delays}
    assert delayed >= {i for i in found.held if found.schedule.items[i].early_start > plain.items[i].early_start}
    assert all(delay.holders for delay in found.delays)
    assert level(plan, demands, capacities, rule) == found


@some
@given(loaded())
def test_with_enough_people_nothing_moves(given_plan):
    plan, demands, _ = given_plan
    found = level(plan, demands, {"a": 10_000, "b": 10_000})
    assert found.delays == found.overloads == ()
    assert found.held == {}
    assert found.schedule.finish == schedule(plan).finish


def test_the_more_urgent_task_goes_first_with_all_that_it_waits_for():
    plan = network("T-001 2d\nT-002 3d\nT-003 2d after T-002")
    needs = {"li": 100}
    demands = {"T-001": Demand(needs, 600), "T-002": Demand(needs), "T-003": Demand(needs, 900)}
    found = level(plan, demands, {"li": 100})
    assert {i: f"{item.start:%m-%d}" for i, item in found.schedule.items.items()} == {
        "T-001": "03-09", "T-002": "03-02", "T-003": "03-05",
    }  # fmt: skip
    (delay,) = found.delays
    assert (delay.id, delay.minutes, delay.within_float, delay.resource, delay.holders) == (
        "T-001", 5 * 480, False, "li", ("T-003",),
    )  # fmt: skip


def test_started_tasks_and_fixed_days_stay_and_two_of_them_are_told_apart_from_delays():
    plan = network(
        "T-001 5d with actual=2026-03-02 left=4d\nT-002 2d with must_start_on=2026-03-04\nT-003 1d", status=MONDAY
    )
    demands = {i: Demand({"li": 100}) for i in ("T-001", "T-002", "T-003")}
    found = level(plan, demands, {"li": 100})
    assert [(o.id, o.resource, o.others) for o in found.overloads] == [("T-002", "li", ("T-001",))]
    assert [(d.id, d.holders) for d in found.delays] == [("T-003", ("T-001",))]
    assert f"{found.schedule.items['T-003'].start:%m-%d}" == "03-09"


def test_a_task_that_wants_more_than_there_is_gets_all_there_is_and_is_named():
    plan = network("T-001 2d\nT-002 2d")
    found = level(plan, {"T-001": Demand({"li": 100}), "T-002": Demand({"li": 20})}, {"li": 50})
    assert [(o.id, o.others) for o in found.overloads] == [("T-001", ())]
    starts = sorted(f"{item.start:%m-%d}" for item in found.schedule.items.values())
    assert starts == ["03-02", "03-04"]


def test_half_time_tasks_run_side_by_side_and_an_absence_stretches_only_its_own():
    plan = network("T-001 2d with in=away\nT-002 2d\nT-003 1d", away=AWAY)
    demands = {"T-001": Demand({"li": 50}), "T-002": Demand({"li": 50}), "T-003": Demand({"li": 100})}
    found = level(plan, demands, {"li": 100}, "order")
    dates = {i: f"{item.start:%m-%d} {item.finish:%m-%d}" for i, item in found.schedule.items.items()}
    assert dates == {"T-001": "03-02 03-03", "T-002": "03-02 03-03", "T-003": "03-04 03-04"}


def test_what_is_wanted_late_stays_where_it_was_wanted():
    plan = network("T-001 5d\nT-002 2d with as_late_as_possible=\nT-003 1d after T-001, T-002")
    found = level(plan, {"T-002": Demand({"li": 100})}, {"li": 100})
    assert f"{found.schedule.items['T-002'].start:%m-%d}" == "03-05"
    assert list(found.held) == ["T-002"]


def test_a_finished_task_keeps_nobody_busy():
    plan = network("T-001 1d with finished=2026-03-02\nT-002 1d", status=MONDAY)
    found = level(plan, {i: Demand({"li": 100}) for i in ("T-001", "T-002")}, {"li": 100})
    assert found.delays == ()
    assert found.overloads == ()
