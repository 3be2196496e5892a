"""Plans of a known scheduler with fixed durations, translated by hand: its dates, and its loops refused.

Its working day is 9:00-17:00, `duration` is elapsed time, `length` working time.

Not translated, because what they show is no scheduling of fixed durations: Vacation and Efficiency have one dated
milestone; Booking, Booking3, Manager, MultipleMandatories, PersistentResources-2, Optimize-2 and -4, Allocate, Shift2,
Leaves, Scenarios, SchedulingMode, purge, WeakDeps and the tutorial book effort hour by hour among alternative or several
people; scheduler_errors beyond loops and doubled or wrong dependencies are about bookings, accounts and time sheets.
"""

from datetime import date, datetime, timedelta

import pytest

from pmkit.kernel.calendar import AROUND_THE_CLOCK, DAY, WorkCalendar, start_of
from pmkit.schedule.network import Constraints, ImpossibleNetworkError, Link, Network, Node
from pmkit.schedule.passes import schedule

NINE_TO_FIVE = WorkCalendar().changed(hours=((540, 1020),))
H8, WEEK, EW = 480, 2400, 7 * DAY


def elapsed(node_id, days, *links, **constraints):
    return Node(node_id, days * DAY, links, AROUND_THE_CLOCK, Constraints(**constraints))


def length(node_id, days, *links, **constraints):
    return Node(node_id, days * H8, links, None, Constraints(**constraints))


def at(year, month, day, hour=0, minute=0):
    return datetime(year, month, day, hour, minute)


def midnight(moment):
    """Midnight as it is meant: pmkit prints the end of a day as 23:59 of it."""
    return moment + timedelta(minutes=1) if (moment.hour, moment.minute) == (23, 59) else moment


def times(start, *nodes, calendar=NINE_TO_FIVE):
    found = schedule(Network(nodes, start, calendar))
    return {i: (item.start, midnight(item.finish)) for i, item in found.items.items()}


def test_depends():
    found = times(
        date(2007, 4, 2),
        elapsed("t1", 7),
        elapsed("t2", 7, Link("t1")),
        elapsed("t3", 7, Link("t2", "FS", EW, elapsed=True)),
        Node("t4", EW, (Link("t3", "FS", WEEK),), AROUND_THE_CLOCK, lags=NINE_TO_FIVE),
        elapsed("t5", 7, Link("t4", "SS")),
        Node("t6", EW, (Link("t4", "SS", WEEK),), AROUND_THE_CLOCK, lags=NINE_TO_FIVE),
        length("t7", 5),
        length("t8", 5, Link("t7", "SS", WEEK)),
    )
    assert found["t1"][1] == at(2007, 4, 9)
    assert found["t2"] == (at(2007, 4, 9), at(2007, 4, 16))
    assert found["t3"] == (at(2007, 4, 23), at(2007, 4, 30))
    assert found["t4"] == found["t5"] == (at(2007, 5, 4, 17), at(2007, 5, 11, 17))
    assert found["t6"] == (at(2007, 5, 11, 17), at(2007, 5, 18, 17))
    assert found["t7"][1] == at(2007, 4, 6, 17)
    assert found["t8"] == (at(2007, 4, 9, 9), at(2007, 4, 13, 17))


def test_precedes_runs_backwards_from_the_end():
    late = {"as_late_as_possible": True}
    found = times(
        date(2007, 4, 2),
        elapsed("t3", 7, **late),
        elapsed("t2", 7, Link("t3", "FS", EW, elapsed=True), **late),
        elapsed("t1", 7, Link("t2"), must_finish_on=start_of(date(2007, 7, 1))),
        length("t8", 5, **late),
        length("t7", 5, Link("t8", "FF", WEEK), must_finish_on=start_of(date(2007, 7, 1))),
    )
    assert found["t1"][0] == at(2007, 6, 24)
    assert found["t2"] == (at(2007, 6, 17), at(2007, 6, 24))
    assert found["t3"] == (at(2007, 6, 3), at(2007, 6, 10))
    assert found["t7"][0] == at(2007, 6, 25, 9)
    assert found["t8"] == (at(2007, 6, 18, 9), at(2007, 6, 22, 17))


def test_gap_durations_and_milestones_of_the_reference_reports():
    gap = times(date(2005, 5, 29), elapsed("t1", 0), elapsed("t2", 0, Link("t1", "FS", 5 * DAY, elapsed=True)), length("t3", 5))  # fmt: skip
    assert gap["t3"][1] == at(2005, 6, 3, 17)  # 23:00 UTC
    durations = times(date(2007, 6, 6), elapsed("duration", 10), length("length", 10))
    assert durations["duration"] == (at(2007, 6, 6), at(2007, 6, 16))
    assert durations["length"][1] == at(2007, 6, 19, 17)
    depends = times(
        date(2007, 11, 9),
        length("foo2", 0, start_no_earlier_than=start_of(date(2007, 12, 4))),
        length("foo3", 1, Link("foo2")),
        length("bar", 2, Link("foo2")),
        length("gap", 1, Link("bar")),
        elapsed("bar1", 2, Link("foo2", "FS", 2 * DAY, elapsed=True), Link("foo3", "FS", 2 * DAY, elapsed=True), Link("gap")),
    )  # fmt: skip
    assert depends["foo3"][1] == at(2007, 12, 4, 17)
    assert depends["bar"][1] == at(2007, 12, 5, 17)
    assert depends["bar1"] == (at(2007, 12, 6, 17), at(2007, 12, 8, 17))
    simple = times(date(2005, 6, 6), length("plan", 3), length("implementation", 5, Link("plan")), elapsed("acceptance", 5, Link("implementation")))  # fmt: skip
    assert simple["plan"] == (at(2005, 6, 6, 9), at(2005, 6, 8, 17))
    assert simple["implementation"] == (at(2005, 6, 9, 9), at(2005, 6, 15, 17))
    assert simple["acceptance"] == (at(2005, 6, 15, 17), at(2005, 6, 20, 17))


def test_containers_hold_fixed_tasks_from_both_ends():
    """Container.tjp: a week of work that begins on a Saturday, and one that ends at a midnight, planned backwards."""
    found = times(
        date(2009, 1, 1),
        Node("T1", WEEK, (), None, Constraints(start_no_earlier_than=start_of(date(2009, 1, 10)))),
        Node("T2", WEEK, (), None, Constraints(must_finish_on=start_of(date(2009, 1, 20)), as_late_as_possible=True)),
    )
    assert found["T1"][1] == at(2009, 1, 16, 17)
    assert found["T2"][0] == at(2009, 1, 13, 9)


def test_milestones_at_bounds_and_twenty_days_of_one_person():
    """InheritStartEnd.tjp: 20 days of effort of one person, who does nothing else, are 20 days of length."""
    found = times(
        date(2009, 2, 4),
        elapsed("ms1", 0),
        elapsed("t3", 0, start_no_earlier_than=start_of(date(2009, 2, 6))),
        elapsed("t4", 0, must_finish_on=start_of(date(2009, 3, 1))),
        elapsed("t5", 0, Link("ms1"), start_no_earlier_than=start_of(date(2009, 2, 6))),
        elapsed("p2.t2", 0, Link("ms1")),
        length("e1", 20),
        length("e2", 20, start_no_earlier_than=start_of(date(2009, 2, 6))),
        length("e3", 20, must_finish_on=start_of(date(2009, 6, 1)), as_late_as_possible=True),
        length("e4", 20, must_finish_on=start_of(date(2009, 5, 1)), as_late_as_possible=True),
    )
    assert found["ms1"][0] == found["p2.t2"][0] == at(2009, 2, 4)
    assert found["t3"][0] == found["t5"][0] == at(2009, 2, 6)
    assert found["t4"][1] == at(2009, 3, 1)
    assert found["e1"] == (at(2009, 2, 4, 9), at(2009, 3, 3, 17))
    assert found["e2"] == (at(2009, 2, 6, 9), at(2009, 3, 5, 17))
    assert found["e3"] == (at(2009, 5, 4, 9), at(2009, 5, 29, 17))
    assert found["e4"] == (at(2009, 4, 3, 9), at(2009, 4, 30, 17))


def test_the_fixed_tasks_of_plans_that_also_have_effort():
    """MinMax; Account's first and last task (reported in UTC, seven hours behind); Allocate-1 by levelling."""
    assert times(date(2005, 6, 7), length("plan", 3))["plan"] == (at(2005, 6, 7, 9), at(2005, 6, 9, 17))
    account = times(
        date(2007, 1, 1),
        length("plan", 2, start_no_earlier_than=start_of(date(2007, 1, 6))),
        elapsed("acceptance", 5, start_no_earlier_than=start_of(date(2007, 1, 12)) + 17 * 60),
    )
    assert account["plan"][1] == at(2007, 1, 9, 17)
    assert account["acceptance"] == (at(2007, 1, 12, 17), at(2007, 1, 17, 17))


def test_effort_of_one_person_each_is_work_that_levelling_orders():
    """Allocate-1: t3 (20 days of two people, so 10 days) takes its people first; t2 (10 days of one) follows."""
    from pmkit.schedule.levelling import Demand, level

    plan = Network((length("t2", 10), length("t3", 10)), date(2003, 6, 5), NINE_TO_FIVE)
    found = level(plan, {"t2": Demand({"r1": 100}), "t3": Demand({"r1": 100, "r2": 100}, 600)}, {"r1": 100, "r2": 100})
    dates = {i: (item.start, item.finish) for i, item in found.schedule.items.items()}
    assert dates["t3"] == (at(2003, 6, 5, 9), at(2003, 6, 18, 17))
    assert dates["t2"] == (at(2003, 6, 19, 9), at(2003, 7, 2, 17))


@pytest.mark.parametrize(
    ("nodes", "circle"),
    [
        ([length("t1", 1, Link("t2")), length("t2", 1, Link("t1"))], {"t1", "t2"}),  # loop_detected_3, _9, _12
        (  # loop_detected_5, _10: through containers, whose links hold for all that is in them
            [
                length("b1.c1", 1, Link("b2.c1"), Link("b2.c2")),
                length("b1.c2", 1, Link("b1.c1")),
                length("b2.c1", 1),
                length("b2.c2", 1, Link("b1.c2")),
            ],
            {"b1.c1", "b1.c2", "b2.c2"},
        ),
        ([length("m2", 0, Link("c1")), length("c1", 1, Link("m2"))], {"m2", "c1"}),  # loop_detected_14
        ([length("t1", 1), length("t2", 1, Link("t2"))], {"t2"}),  # task_depend_self
    ],
)
def test_loops_are_refused_with_the_circle(nodes, circle):
    with pytest.raises(ImpossibleNetworkError) as caught:
        times(date(2000, 1, 1), *nodes)
    (problem,) = caught.value.problems
    assert problem.kind == "cycle"
    assert set(problem.path) == circle
    assert problem.path[0] == problem.path[-1]
