"""Drift against a baseline: how many working days, how much of it approved, what passes a threshold."""

from datetime import date
from decimal import Decimal

import pytest
from schedule_plans import MONDAY, WEEK, network

from pmkit.kernel.calendar import named_calendar
from pmkit.schedule.drift import Drift, Forecast, Frozen, Threshold, drift
from pmkit.schedule.network import Network
from pmkit.schedule.passes import schedule

PLAN = """
    T-001 5d
    T-002 10d after T-001
    M-001 0d after T-002
"""
REPORTED = PLAN.replace("T-001 5d", "T-001 5d with actual=2026-03-02 left=8d")
FRIDAY = date(2026, 3, 6)


def frozen(plan: Network) -> list[Frozen]:
    items = schedule(plan).items
    return [
        Frozen(n.id, n.id, items[n.id].start.date(), items[n.id].finish.date(), not n.duration, links=_written(n))
        for n in plan.nodes
    ]


def forecast(plan: Network) -> list[Forecast]:
    items = schedule(plan).items
    return [
        Forecast(
            n.id, n.id, items[n.id].start.date(), items[n.id].finish.date(), not n.duration,
            links=_written(n), predecessors=tuple(li.predecessor for li in n.links),
        )
        for n in plan.nodes
    ]  # fmt: skip


def _written(node):
    return tuple(f"{li.predecessor} {li.type}{li.lag:+d}" for li in node.links)


def compared(before: str, after: str, allowances=(), **settings) -> Drift:
    granted = {item: Decimal(days) for item, days in dict(allowances).items()}
    return drift(frozen(network(before)), forecast(network(after, **settings)), WEEK, granted, {})


def parts(found: Drift, item_id: str):
    item = found.of(item_id)
    return item.finish, item.approved, item.unexplained


# --- the worked example


def test_the_worked_example():
    found = compared(PLAN, REPORTED, {"M-001": 3}, status=FRIDAY)
    milestone = found.of("M-001")
    assert (milestone.baseline_finish, milestone.forecast_finish) == (date(2026, 3, 20), date(2026, 4, 1))
    assert parts(found, "M-001") == (8, 3, 5)
    passed = [
        limit for limit in ("2d", "4.9d", "5d", "6d") if Threshold.parse(limit).is_passed_by(milestone, MONDAY, WEEK)
    ]
    assert passed == ["2d", "4.9d"]
    assert found.project == "M-001"
    assert [item.id for item in found.milestones] == ["M-001"]


def test_without_an_allowance_all_of_it_is_unexplained():
    assert parts(compared(PLAN, REPORTED, status=FRIDAY), "M-001") == (8, 0, 8)


def test_start_finish_and_duration_drift_of_a_task():
    found = compared(PLAN, REPORTED, status=FRIDAY)
    assert [(i.id, i.start, i.finish, i.duration) for i in found.items] == [
        ("T-001", 0, 8, 8), ("T-002", 8, 8, 0), ("M-001", 8, 8, 0),
    ]  # fmt: skip


def test_drift_is_counted_in_working_days_of_the_projects_calendar():
    was = [Frozen("M-001", "", date(2026, 9, 24), date(2026, 9, 24), milestone=True)]
    now = [Forecast("M-001", "", date(2026, 10, 10), date(2026, 10, 10), milestone=True)]
    assert drift(was, now, named_calendar("CN"), {}, {}).items[0].finish == 6  # 28 29 30, 8 9 and Saturday the 10th
    assert drift(was, now, WEEK, {}, {}).items[0].finish == 11


def test_what_comes_earlier_is_negative_drift_and_needs_no_approval():
    found = compared(PLAN, PLAN.replace("10d", "8d"), {"M-001": 3})
    assert parts(found, "M-001") == (-2, 0, -2)
    assert not Threshold.parse("0d").is_passed_by(found.of("M-001"), MONDAY, WEEK)


# --- allowances


@pytest.mark.parametrize(
    ("allowances", "approved"),
    [
        ({"M-001": 3, "T-002": 2}, 5),  # its own and what its predecessor was granted
        ({"T-001": 3, "T-002": 2}, 5),
        ({"T-001": 100}, 8),  # no more than there is
        ({"M-001": -3}, 0),
        ({"M-001": "2.5"}, Decimal("2.5")),
        ({"T-099": 3}, 0),
    ],
)
def test_an_allowance_is_handed_on_to_successors(allowances, approved):
    assert parts(compared(PLAN, REPORTED, allowances, status=FRIDAY), "M-001") == (8, approved, 8 - approved)


def test_parallel_allowances_count_once_the_largest():
    plan = "T-001 5d\nT-002 5d\nT-003 5d after T-001, T-002\nM-001 0d after T-003"
    late = plan.replace("T-003 5d", "T-003 15d")
    assert parts(compared(plan, late, {"T-001": 3, "T-002": 4, "T-003": 1}), "M-001") == (10, 5, 5)


def test_an_allowance_does_not_reach_what_does_not_wait_for_it():
    plan = "T-001 5d\nM-001 0d after T-001\nT-002 5d"
    found = compared(plan, plan.replace("T-001 5d", "T-001 9d"), {"T-002": 4})
    assert parts(found, "M-001") == (4, 0, 4)


def test_allowances_go_down_a_chain_of_any_length():
    lines = ["T-0 1d"] + [f"T-{n} 1h after T-{n - 1}" for n in range(1, 5000)]
    plan = "\n".join(reversed(lines))
    assert parts(compared(plan, plan.replace("T-0 1d", "T-0 3d"), {"T-0": 1}), "T-4999") == (2, 1, 1)


# --- the project, and what came and went


def test_the_project_is_the_milestone_with_the_latest_baseline_finish():
    plan = "M-001 0d after T-001\nM-002 0d after T-002\nT-001 5d\nT-002 6d\nT-003 20d"
    found = compared(plan, plan.replace("T-001 5d", "T-001 30d"))
    assert found.project == "M-002"
    assert {item.id for item in found.milestones} == {"M-001", "M-002"}


def test_without_milestones_the_project_is_the_last_task():
    plan = "T-001 5d\nT-002 6d"
    assert compared(plan, plan).project == "T-002"
    assert compared("T-001 1d", "T-009 1d").project is None


def test_a_milestone_that_was_made_a_task_is_still_judged():
    assert [i.id for i in compared(PLAN, PLAN.replace("M-001 0d", "M-001 1d")).milestones] == ["M-001"]
    assert [i.id for i in compared(PLAN.replace("M-001 0d", "M-001 1d"), PLAN).milestones] == ["M-001"]


def test_what_was_added_removed_and_linked_anew():
    found = compared(PLAN, "T-003 1d\nT-001 5d\nM-001 0d after T-001, T-003")
    assert (found.added, found.removed) == (("T-003",), ("T-002",))
    assert [item.id for item in found.items if item.relinked] == ["M-001"]
    assert compared("A 1d\nB 1d\nC 1d after A, B", "A 1d\nB 1d\nC 1d after B, A").of("C").relinked is False
    assert compared("A 1d\nC 1d after A", "A 1d\nC 1d after A FS+1d").of("C").relinked is True
    assert found.of("T-003") is None


# --- thresholds


def test_percent_is_of_the_baselines_working_days_from_the_projects_start():
    milestone = compared(PLAN, REPORTED, status=FRIDAY).of("M-001")
    assert Threshold.parse("10%").days(MONDAY, milestone.baseline_finish, WEEK) == Decimal("1.5")  # of 15 days
    assert Threshold.parse("10%").days(date(2026, 2, 28), milestone.baseline_finish, WEEK) == Decimal("1.5")
    assert Threshold.parse("53%").is_passed_by(milestone, MONDAY, WEEK)  # 7.95 days
    assert not Threshold.parse("54%").is_passed_by(milestone, MONDAY, WEEK)  # 8.1 days


@pytest.mark.parametrize(
    ("text", "printed"), [("5d", "5d"), ("2.50d", "2.5d"), ("10%", "10%"), (" 0d ", "0d"), ("100d", "100d")]
)
def test_thresholds_print_as_they_read(text, printed):
    assert str(Threshold.parse(text)) == printed


@pytest.mark.parametrize(
    "text", ["", "5", "d", "%", "-5d", "5 d", "5h", "1e3d", ".d", "5.d", "1.2.3%", "²d", "٣d", "五天"]
)
def test_what_is_no_threshold_is_refused(text):
    with pytest.raises(ValueError, match="not a threshold"):
        Threshold.parse(text)
