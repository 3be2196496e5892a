"""Tiny plans worked by hand: each line says what the engine must print for it."""

from datetime import date, datetime

import pytest
from schedule_plans import MONDAY, WEEK, holds, network

from pmkit.kernel.calendar import AROUND_THE_CLOCK, WorkCalendar, named_calendar
from pmkit.schedule.network import Network
from pmkit.schedule.passes import schedule

FRIDAY = date(2026, 3, 6)
SATURDAYS = WEEK.changed(weekdays=["mon", "tue", "wed", "thu", "fri", "sat"])


# --- days and sides


def test_five_days_from_monday_end_on_friday():
    holds("T-001 5d | 2026-03-02 .. 2026-03-06 | 0d critical")


def test_one_task_after_another_starts_the_next_working_morning():
    holds("""
        T-001 5d              | 2026-03-02 .. 2026-03-06 | 0d free 0d critical
        T-002 10d after T-001 | 2026-03-09 .. 2026-03-20 | 0d free 0d critical
        M-001 0d  after T-002 | 2026-03-20T18:00         | 0d free 0d critical
    """)


def test_hours_and_minutes_go_over_lunch_and_the_night():
    holds("""
        T-001 2h                | 2026-03-02 .. 2026-03-02T11:00
        T-002 3h    after T-001 | 2026-03-02T11:00 .. 2026-03-02T15:00
        T-003 6h    after T-002 | 2026-03-02T15:00 .. 2026-03-03T12:00
        T-004 30min after T-003 | 2026-03-03T13:00 .. 2026-03-03T13:30
    """)


def test_a_milestone_that_waits_for_nothing_prints_like_a_start():
    holds("""
        M-001 0d             | 2026-03-02T09:00
        T-001 1d after M-001 | 2026-03-02 .. 2026-03-02
    """)


def test_a_milestone_prints_like_what_it_waits_for():
    holds("""
        M-001 0d                   | 2026-03-02T09:00
        M-002 0d after M-001       | 2026-03-02T09:00
        T-001 5d after M-002       | 2026-03-02 .. 2026-03-06
        T-002 5d after T-001       | 2026-03-09 .. 2026-03-13
        M-003 0d after T-001       | 2026-03-06T18:00
        M-004 0d after T-002 SS+0d | 2026-03-09T09:00
        M-005 0d after T-002 SS+1d | 2026-03-09T18:00
        M-006 0d after M-003, M-004 | 2026-03-06T18:00
        M-007 0d after T-001 FS-5d  | 2026-03-02T09:00
    """)


def test_a_start_on_a_day_off_is_the_next_working_day():
    holds("T-001 1d | 2026-03-09 .. 2026-03-09", start=date(2026, 3, 7))
    holds("T-001 1d | 2026-03-04T15:00 .. 2026-03-05T15:00", start=datetime(2026, 3, 4, 15))


def test_spring_festival_and_a_make_up_saturday():
    holds(
        """
        T-001 5d             | 2026-02-09 .. 2026-02-13
        T-002 2d after T-001 | 2026-02-14 .. 2026-02-24
        T-003 4d after T-002 | 2026-02-25 .. 2026-02-28
        """,
        start=date(2026, 2, 9),
        calendar=named_calendar("CN"),
    )


def test_an_empty_plan_ends_where_it_begins():
    assert schedule(Network((), MONDAY, WEEK)).finish == datetime(2026, 3, 2, 9)


# --- links


def test_the_four_link_types_and_their_lags():
    holds("""
        T-001 5d                    | 2026-03-02 .. 2026-03-06
        T-002 2d after T-001 FS+2d  | 2026-03-11 .. 2026-03-12
        T-003 2d after T-001 FS-1d  | 2026-03-06 .. 2026-03-09
        T-004 2d after T-001 SS+2d  | 2026-03-04 .. 2026-03-05
        T-005 2d after T-001 FF+1d  | 2026-03-06 .. 2026-03-09
        T-006 2d after T-002 SF-1d  | 2026-03-06 .. 2026-03-09
    """)


def test_elapsed_lag_runs_over_nights_and_weekends():
    holds("""
        T-001 5d                     | 2026-03-02 .. 2026-03-06
        T-002 1d after T-001 FS+1ed  | 2026-03-09 .. 2026-03-09
        T-003 1d after T-001 FS+3ed  | 2026-03-10 .. 2026-03-10
        T-004 1d after T-001 SS+1ed  | 2026-03-03 .. 2026-03-03
        T-005 1d after T-001 FF+4ed  | 2026-03-10 .. 2026-03-10
        M-001 0d after T-001 FS+28eh | 2026-03-06T18:00
    """)


def test_a_contract_period_counts_its_first_calendar_day():
    holds("""
        M-001 0d                    | 2026-03-02T09:00
        M-002 0d after M-001 FS+30ed | 2026-03-31T18:00
        T-001 1d after M-001 FS+30ed | 2026-04-01 .. 2026-04-01
    """)


def test_lag_runs_in_the_successors_calendar():
    holds(
        """
        T-001 5d                                | 2026-03-02 .. 2026-03-06
        T-002 1d after T-001 FS+1d              | 2026-03-10 .. 2026-03-10
        T-003 1d after T-001 FS+1d with in=site | 2026-03-09 .. 2026-03-09
        T-004 1d after T-001 with in=site       | 2026-03-07 .. 2026-03-07
        """,
        site=SATURDAYS,
    )


# --- floats


def test_floats_of_a_diamond():
    found = holds("""
        T-001 2d                     | 2026-03-02 .. 2026-03-03 | 0d free 0d critical
        T-002 5d after T-001         | 2026-03-04 .. 2026-03-10 | 0d free 0d critical
        T-003 1d after T-001         | 2026-03-04 .. 2026-03-04 | 2d free 0d
        T-004 2d after T-003         | 2026-03-05 .. 2026-03-06 | 2d free 2d
        T-005 1d after T-003         | 2026-03-05 .. 2026-03-05 | 4d free 4d
        T-006 1d after T-002, T-004  | 2026-03-11 .. 2026-03-11 | 0d free 0d critical
    """)
    late = found.items["T-004"]
    assert (late.late_start - late.early_start, late.late_finish - late.early_finish) == (2 * 480, 2 * 480)


def test_a_network_with_several_ends_shares_the_latest_finish():
    holds("""
        T-001 2d | 2026-03-02 .. 2026-03-03 | 3d free 3d
        T-002 5d | 2026-03-02 .. 2026-03-06 | 0d free 0d critical
    """)


def test_a_link_from_a_start_limits_the_start_and_one_from_a_finish_the_finish():
    holds("""
        T-001 5d                   | 2026-03-02 .. 2026-03-06 | 0d free 0d critical
        T-002 5d after T-001 SS+1d | 2026-03-03 .. 2026-03-09 | 0d free 0d critical
        T-003 2d                   | 2026-03-02 .. 2026-03-03 | 3d free 2d
        T-004 5d after T-003 FF+1d | 2026-03-02 .. 2026-03-06 | 1d free 1d
        T-005 2d                   | 2026-03-02 .. 2026-03-03 | 3d free 0d
        T-006 1d after T-005 SF+3d | 2026-03-04 .. 2026-03-04 | 3d free 3d
    """)


def test_elapsed_lag_gives_no_negative_float():
    holds("""
        T-001 5d                    | 2026-03-02 .. 2026-03-06 | 2d
        T-002 8d after T-001 FF+1ed | 2026-03-02 .. 2026-03-11 | 0d critical
        T-003 5d                    | 2026-03-02 .. 2026-03-06 | 1d
        T-004 1d after T-003 FS+1ed | 2026-03-09 .. 2026-03-09 | 2d
    """)


def test_a_start_before_an_elapsed_lag_must_lie_in_work():
    found = holds("""
        T-001 1d                    | 2026-03-02 .. 2026-03-02
        T-002 1d after T-001 SS+2eh | 2026-03-02T11:00 .. 2026-03-03T11:00
        T-003 3d                    | 2026-03-02 .. 2026-03-04
    """)
    # T-002 may start on Wednesday at 9; two hours before that nobody works, so T-001 starts at 17:59 on Tuesday
    assert found.items["T-001"].total_float == 2 * 480 - 1


def test_floats_against_one_milestone():
    found = holds("""
        T-001 2d                    | 2026-03-02 .. 2026-03-03 | 5d
        M-001 0d after T-001, T-002 | 2026-03-04T18:00         | 4d
        T-002 3d                    | 2026-03-02 .. 2026-03-04 | 0d critical
        T-003 4d after T-002        | 2026-03-05 .. 2026-03-10 | 0d critical
    """)
    assert found.floats_to("M-001") == {"T-001": 480, "T-002": 0, "M-001": 0}
    assert found.floats_to("T-003") == {"T-002": 0, "T-003": 0}
    with pytest.raises(KeyError):
        found.floats_to("M-002")


def test_float_is_counted_in_the_nodes_own_calendar():
    holds(
        """
        T-001 1d with in=site  | 2026-03-02 .. 2026-03-02 | 10d free 10d
        T-002 10d              | 2026-03-02 .. 2026-03-13 | 0d free 0d critical
        """,
        site=SATURDAYS,
    )


# --- constraints


def test_bounds_that_hold_a_task_back():
    holds("""
        T-001 2d with start_no_earlier_than=2026-03-04        | 2026-03-04 .. 2026-03-05
        T-002 2d with finish_no_earlier_than=2026-03-06       | 2026-03-05 .. 2026-03-06
        T-003 2d with start_no_earlier_than=2026-03-07        | 2026-03-09 .. 2026-03-10
        T-004 2d with finish_no_earlier_than=2026-03-08       | 2026-03-05 .. 2026-03-06
        T-005 2d with start_no_earlier_than=2026-03-04T15:00  | 2026-03-04T15:00 .. 2026-03-06T15:00
        T-006 2d with must_start_on=2026-03-05                | 2026-03-05 .. 2026-03-06
        T-007 2d with must_finish_on=2026-03-05               | 2026-03-04 .. 2026-03-05
    """)


def test_bounds_that_a_task_must_keep_lower_its_float_and_move_nothing():
    holds("""
        T-001 2d with start_no_later_than=2026-03-03  | 2026-03-02 .. 2026-03-03 | 1d free 8d
        T-002 2d with finish_no_later_than=2026-03-06 | 2026-03-02 .. 2026-03-03 | 3d free 8d
        T-003 2d with deadline=2026-03-08             | 2026-03-02 .. 2026-03-03 | 3d free 8d
        T-004 2d with deadline=2026-03-02             | 2026-03-02 .. 2026-03-03 | -1d free 8d critical
        T-005 10d                                     | 2026-03-02 .. 2026-03-13 | 0d free 0d critical
    """)


def test_a_must_that_contradicts_a_link_is_negative_float_and_no_error():
    holds("""
        T-001 5d                                          | 2026-03-02 .. 2026-03-06 | -2d free -2d critical
        T-002 1d after T-001 with must_start_on=2026-03-05 | 2026-03-05 .. 2026-03-05 | 0d critical
    """)
    holds("""
        T-001 5d                                           | 2026-03-02 .. 2026-03-06 | -3d critical
        T-002 2d after T-001 with must_finish_on=2026-03-05 | 2026-03-04 .. 2026-03-05 | 0d critical
    """)


def test_bounds_of_a_milestone_print_the_day_as_written():
    holds("""
        T-001 5d                                                 | 2026-03-02 .. 2026-03-06
        M-001 0d with must_start_on=2026-03-12                   | 2026-03-12T09:00
        M-002 0d with must_finish_on=2026-03-12                  | 2026-03-12T18:00
        M-003 0d after T-001 with must_finish_on=2026-03-12      | 2026-03-12T18:00
        M-004 0d after T-001 with start_no_earlier_than=2026-03-12 | 2026-03-12T09:00
        M-005 0d after T-001 with finish_no_earlier_than=2026-03-12 | 2026-03-12T18:00
        M-006 0d after T-001 with start_no_earlier_than=2026-03-03 | 2026-03-06T18:00
        M-007 0d after T-001 with deadline=2026-03-11             | 2026-03-06T18:00 | 3d
    """)


def test_as_late_as_possible_waits_for_its_successors():
    holds("""
        T-001 1d with as_late_as_possible             | 2026-03-04 .. 2026-03-04 | 0d free 0d critical
        T-002 2d after T-001 with as_late_as_possible | 2026-03-05 .. 2026-03-06 | 0d free 0d critical
        T-003 5d                                      | 2026-03-02 .. 2026-03-06 | 0d free 0d critical
        T-004 1d after T-002, T-003                   | 2026-03-09 .. 2026-03-09 | 0d free 0d critical
        M-001 0d with as_late_as_possible             | 2026-03-09T18:00         | 0d free 0d critical
        T-005 1d with as_late_as_possible deadline=2026-03-05 | 2026-03-05 .. 2026-03-05 | 0d free 2d critical
        T-006 1d with as_late_as_possible must_start_on=2026-03-04 | 2026-03-04 .. 2026-03-04 | 0d critical
    """)


def test_a_long_chain_as_late_as_possible_costs_no_more_than_its_length():
    lines = ["T-0 1min with as_late_as_possible"]
    lines += [f"T-{n} 1min after T-{n - 1} with as_late_as_possible" for n in range(1, 5000)]
    found = schedule(network("\n".join([*lines, "T-5000 20d"])))
    assert found.items["T-0"].early_start == 20 * 480 - 5000


# --- progress


def test_a_started_task_runs_on_from_the_status_date():
    holds(
        """
        T-001 5d with actual=2026-03-02 left=8d | 2026-03-02 .. 2026-03-18 | 0d critical
        T-002 10d after T-001                   | 2026-03-19 .. 2026-04-01 | 0d critical
        M-001 0d after T-002                    | 2026-04-01T18:00         | 0d critical
        """,
        status=FRIDAY,
    )


def test_what_is_finished_stays_and_what_is_not_begun_waits_for_the_status_date():
    holds(
        """
        T-001 2d with actual=2026-02-26 finished=2026-03-03 | 2026-02-26 .. 2026-03-03 | 0d free 0d
        T-002 2d after T-001                                | 2026-03-09 .. 2026-03-10 | 1d free 1d
        T-003 3d                                            | 2026-03-09 .. 2026-03-11 | 0d free 0d critical
        M-001 0d with finished=2026-03-04                   | 2026-03-04T18:00         | 0d free 0d
        M-002 0d                                            | 2026-03-09T09:00
        M-003 0d after T-001                                | 2026-03-06T18:00
        T-004 1d with must_start_on=2026-03-03              | 2026-03-09 .. 2026-03-09 | -4d free 2d critical
        """,
        status=FRIDAY,
    )


def test_a_contract_period_runs_from_the_commencement_that_was_reported():
    plan = """
        M-001 0d with finished=2026-03-02T09:00 | 2026-03-02T09:00
        M-002 0d after M-001 FS+30ed            | 2026-03-31T18:00
    """
    holds(plan, status=FRIDAY)
    holds(plan.replace("03-02T09:00", "03-02T18:00").replace("03-31", "04-01"), status=FRIDAY)


def test_milestones_that_nobody_reported_wait_for_the_status_date():
    holds(
        """
        M-001 0d                    | 2026-03-09T09:00
        M-002 0d after M-001        | 2026-03-09T09:00
        T-001 1d after M-002 with finished=2026-03-03 | 2026-03-03 .. 2026-03-03
        M-003 0d after T-001        | 2026-03-06T18:00
        """,
        status=FRIDAY,
    )


def test_nothing_remains_of_a_task_that_is_not_finished():
    holds("T-001 5d with actual=2026-03-02 left=0d | 2026-03-02 .. 2026-03-06", status=FRIDAY)


def test_a_start_after_the_status_date_is_kept():
    holds("T-001 5d with actual=2026-03-11 left=5d | 2026-03-11 .. 2026-03-17", status=FRIDAY)


def test_without_a_status_date_the_rest_follows_the_start():
    holds("T-001 5d with actual=2026-03-04 left=2d | 2026-03-04 .. 2026-03-05")


def test_the_float_of_a_started_task_is_that_of_its_finish():
    holds(
        """
        T-001 5d with actual=2026-03-02 left=1d               | 2026-03-02 .. 2026-03-09 | 2d free 0d
        T-002 1d after T-001                                  | 2026-03-10 .. 2026-03-10 | 2d free 2d
        T-003 3d                                              | 2026-03-09 .. 2026-03-11 | 1d free 1d
        T-004 5d with actual=2026-03-02 left=2d deadline=2026-03-09 | 2026-03-02 .. 2026-03-10 | -1d free 2d critical
        T-005 4d                                              | 2026-03-09 .. 2026-03-12 | 0d critical
        """,
        status=FRIDAY,
    )


def test_a_start_that_has_happened_cannot_slip():
    holds(
        """
        T-001 2d with actual=2026-03-02 left=1d | 2026-03-02 .. 2026-03-09 | 4d free 4d
        T-002 5d after T-001 SS+1d              | 2026-03-09 .. 2026-03-13 | 0d free 0d critical
        """,
        status=FRIDAY,
    )


def test_progress_out_of_sequence_is_not_held_back_and_is_told():
    found = holds(
        """
        T-001 5d with actual=2026-03-02 left=3d             | 2026-03-02 .. 2026-03-11 | 0d free 0d critical
        T-002 5d after T-001 with actual=2026-03-05 left=1d | 2026-03-05 .. 2026-03-09 | 1d free 0d
        T-003 1d after T-002                                | 2026-03-10 .. 2026-03-10 | 1d free 1d
        """,
        status=FRIDAY,
    )
    assert found.out_of_sequence == ("T-002",)


@pytest.mark.parametrize(
    "progress",
    [
        "after T-001 with actual=2026-03-04 left=1d",  # begun on the day on which its predecessor ended
        "after T-001 FF+0d with actual=2026-03-02 left=1d",  # its start waits for nothing
        "after T-001 SS+0d with actual=2026-03-02 left=1d",
        "after T-001 FS-1d with actual=2026-03-04 left=1d",
    ],
)
def test_progress_in_sequence_is_silent(progress):
    plan = network(f"T-001 3d with actual=2026-03-02 finished=2026-03-04\nT-002 5d {progress}", status=FRIDAY)
    assert schedule(plan).out_of_sequence == ()


def test_a_predecessor_that_ends_at_midnight_ends_on_that_day():
    plan = """
        T-001 8eh with in=always actual=2026-03-02T16:00 left=8h
        T-002 5d after T-001 with actual=2026-03-02 left=1d
    """
    found = schedule(network(plan, always=AROUND_THE_CLOCK))
    assert found.items["T-001"].finish == datetime(2026, 3, 2, 23, 59)
    assert found.out_of_sequence == ()


def test_work_before_the_projects_start_is_not_out_of_sequence():
    plan = network(
        """
        T-001 3d with actual=2026-02-23 finished=2026-02-24
        T-002 5d after T-001 with actual=2026-02-25 left=1d
        """,
        status=FRIDAY,
    )
    found = schedule(plan)
    assert found.out_of_sequence == ()
    assert found.items["T-002"].start == datetime(2026, 2, 25, 9)


# --- calendars


def test_a_task_works_in_its_own_calendar():
    holds(
        """
        T-001 6d with in=site             | 2026-03-02 .. 2026-03-07 | 0d free 0d critical
        T-002 1d after T-001              | 2026-03-09 .. 2026-03-09 | 0d free 0d critical
        T-003 1d after T-001 with in=site | 2026-03-09 .. 2026-03-09 | 0d free 0d critical
        M-001 0d after T-001              | 2026-03-07T18:00         | 1d free 1d
        M-002 0d                          | 2026-03-02T09:00
        T-004 2d with in=away             | 2026-03-02 .. 2026-03-06 | 1d
        """,
        site=SATURDAYS,
        away=WEEK.without([date(2026, 3, day) for day in (3, 4, 5)]),
    )


def test_a_finish_link_between_calendars_gives_no_negative_float():
    holds(
        """
        T-001 6d with in=site        | 2026-03-02 .. 2026-03-07 | 0d critical
        T-002 5d after T-001 FF+0d   | 2026-03-02 .. 2026-03-06 | 0d critical
        """,
        site=SATURDAYS,
    )


def test_elapsed_work_runs_around_the_clock():
    holds(
        """
        T-001 5d                              | 2026-03-02 .. 2026-03-06
        T-002 30ed after T-001 with in=always | 2026-03-06T18:00 .. 2026-04-05
        M-001 0d after T-002                  | 2026-04-05T18:00
        T-003 1d after T-002                  | 2026-04-06 .. 2026-04-06
        M-002 0d                              | 2026-03-02T09:00
        T-004 30ed with in=always             | 2026-03-02T00:00 .. 2026-03-31T23:59
        """,
        always=AROUND_THE_CLOCK,
    )


def test_published_holidays_that_end_before_the_plan_are_named_once():
    china = named_calendar("CN")
    late = network("T-001 5d", start=date(2026, 12, 30), calendar=china)
    assert schedule(late).beyond == (china,)
    assert schedule(network("T-001 2d", start=date(2026, 12, 30), calendar=china)).beyond == ()
    assert schedule(network("T-001 5d", start=date(2026, 12, 30))).beyond == ()


def test_earlier_schedules_of_the_same_calendar_change_nothing():
    plan = "T-001 5d\nT-002 5d after T-001 with in=site"
    calendar = WorkCalendar("shared")
    first = schedule(network(plan, calendar=calendar, site=SATURDAYS))
    schedule(network(plan, start=date(2019, 3, 4), calendar=calendar, site=SATURDAYS))
    again = schedule(network(plan, calendar=calendar, site=SATURDAYS))
    assert again == first


@pytest.mark.parametrize("plan", ["T-001 9999999w", "T-001 1d\nT-002 1d after T-001 FS+90000ed"])
def test_a_plan_that_leaves_the_years_there_are_is_an_error(plan):
    with pytest.raises(OverflowError):
        schedule(network(plan))


@pytest.mark.parametrize("start", [date(1969, 12, 31), date(2200, 1, 1)])
def test_a_project_outside_the_years_there_are_is_an_error(start):
    with pytest.raises(OverflowError):
        schedule(network("T-001 1d", start=start))
