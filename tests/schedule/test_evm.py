"""Earned value: published cases, a real project at its eight status dates, and what is not defined."""

import csv
import json
import re
from datetime import datetime
from decimal import Decimal

import pytest
from test_published import oras_calendar, rows

from pmkit.kernel.calendar import clock
from pmkit.schedule.evm import (
    FACTORS,
    TIME_ESTIMATES,
    EarnedValue,
    PlannedCost,
    earned_schedule,
    earned_value,
    planned_value,
)


def number(text):
    return Decimal(text) if text else None


def test_published_cases_to_the_printed_precision(shared_data):
    cases = rows(shared_data / "evm/evm_cases.csv")
    compared = 0
    for case in cases:
        found = EarnedValue(number(case["BAC"]), Decimal(case["PV"]), Decimal(case["EV"]), Decimal(case["AC"]))
        answers = {"SV": found.sv, "CV": found.cv, "SPI": found.spi, "CPI": found.cpi, "TCPI_BAC": found.tcpi_bac}
        method = {"AC+(BAC-EV)": "1", "BAC/CPI": "CPI", "": "CPI"}[case["EAC_method"]]
        answers |= {"EAC": found.eac(method), "ETC": found.etc(method), "VAC": found.vac(method), "TCPI_EAC": found.tcpi_eac(method)}  # fmt: skip
        for key, answer in answers.items():
            if case[key]:
                digits = len(case[key].partition(".")[2])
                assert answer is not None, (case["case"], key)
                assert round(answer, digits) == Decimal(case[key]), (case["case"], key)
                compared += 1
    assert compared >= 33


def test_a_zero_divisor_has_no_value():
    nothing = EarnedValue(Decimal(100), Decimal(0), Decimal(0), Decimal(0), Decimal(0), Decimal(0), Decimal(10))
    assert (nothing.spi, nothing.cpi, nothing.spi_t) == (None, None, None)
    assert [nothing.eac(name) for name in FACTORS] == [Decimal(100)] + [None] * 7
    assert (nothing.etc(), nothing.vac(), nothing.tcpi_eac()) == (None, None, None)
    assert [nothing.eac_t(*which) for which in TIME_ESTIMATES] == [Decimal(10)] + [None] * 5 + [Decimal(10)] + [
        None
    ] * 2
    spent = EarnedValue(Decimal(100), Decimal(50), Decimal(40), Decimal(100))
    assert spent.tcpi_bac is None
    unknown = EarnedValue(Decimal(100), Decimal(50), Decimal(40), None)
    assert (unknown.cv, unknown.cpi, unknown.eac("1"), unknown.tcpi_bac) == (None, None, None, None)
    assert unknown.spi == Decimal("0.8")


def project_costs(folder, timeline):
    """The planned costs of an `oras` project, and per activity its cost per working hour."""
    listed = folder / "resources.csv"
    resources = {r["id"]: r for r in rows(listed)} if listed.exists() else {}
    per_hour: dict[str, Decimal] = {}
    once: dict[str, Decimal] = {}
    activities = [r for r in rows(folder / "activities.csv") if r["summary"] == "0"]
    for r in activities:
        per_hour[r["id"]], once[r["id"]] = number(r["cost_per_hour"]) or Decimal(0), number(r["fixed_cost"]) or Decimal(0)  # fmt: skip
    for a in rows(folder / "assignments.csv") if resources else []:
        resource, units = resources[a["resource"]], Decimal(a["units"])
        once[a["activity"]] += Decimal(resource["cost_per_use"] or 0) * units
        if a["fixed"] == "1":
            once[a["activity"]] += Decimal(resource["cost_per_hour"]) * units
        else:
            per_hour[a["activity"]] += Decimal(resource["cost_per_hour"]) * units
    costs = []
    for r in activities:
        hours = Decimal(r["duration_working_hours"])
        start = timeline.offset(clock(datetime.fromisoformat(r["baseline_start"])))
        costs.append(PlannedCost(r["id"], start, start + round(hours * 60), per_hour[r["id"]] * hours, once[r["id"]]))
    return costs, per_hour


def test_budgets_of_real_projects(shared_data):
    checked = 0
    for known in rows(shared_data / "oras/known.csv"):
        folder = shared_data / "oras" / known["code"]
        project = json.loads((folder / "project.json").read_text(encoding="utf-8"))
        costs, _ = project_costs(folder, oras_calendar(project).timeline)
        total = sum(cost.total for cost in costs)
        assert abs(total - Decimal(known["BAC_recomputed"])) <= Decimal("0.01"), known["code"]
        checked += 1
    assert checked > 10


SEVEN_DIGITS = Decimal("3e-7")  # the source printed its figures from single-precision numbers


def test_a_real_project_at_its_eight_status_dates(shared_data):
    folder = shared_data / "oras/C2011-12"
    project = json.loads((folder / "project.json").read_text(encoding="utf-8"))
    calendar = oras_calendar(project)
    timeline = calendar.timeline
    timeline.anchor(datetime.fromisoformat(project["start"]).date())
    costs, per_hour = project_costs(folder, timeline)
    once = {cost.id: cost.at_start for cost in costs}
    with (folder / "protrack_evm_overview.csv").open(encoding="utf-8", newline="") as file:
        printed = list(csv.DictReader(file))
    tracking = rows(folder / "tracking.csv")
    begin = timeline.offset(clock(datetime.fromisoformat(project["start"])))
    for period, row in enumerate(printed, 1):
        reports = [t for t in tracking if int(t["period"]) == period]
        now = timeline.offset(clock(datetime.fromisoformat(row["Status date"])))
        percents = {t["activity"]: Decimal(t["percent_complete"]) * 100 for t in reports}
        actual = Decimal(0)
        for t in reports:
            hours, deviation = Decimal(t["actual_duration_hours"]), Decimal(t["actual_cost_deviation"])
            actual += (
                per_hour[t["activity"]] * hours + deviation + (once[t["activity"]] if percents[t["activity"]] else 0)
            )
        earned = earned_value(costs, percents)
        # the source counts the earned schedule in whole hours
        found = EarnedValue(
            sum(cost.total for cost in costs), planned_value(costs, now), earned, actual,
            (earned_schedule(costs, earned, now) - begin) // 60 * 60, Decimal(now - begin), Decimal(max(c.finish for c in costs) - begin),
        )  # fmt: skip
        amounts = {
            "Planned Value (PV)": found.pv, "Earned Value (EV)": found.ev, "Actual Cost (AC)": found.ac,
        } | {f"EAC (PF={name.replace(' ', '').replace('0.8C', '0.8*C').replace('0.2S', '0.2*S')})": found.eac(name) for name in FACTORS}  # fmt: skip
        for label, amount in amounts.items():
            expected = Decimal(row[label])
            assert abs(amount - expected) <= max(Decimal("0.01"), SEVEN_DIGITS * expected), (period, label, amount)
        for label, amount in {"Schedule Variance (SV)": found.sv, "Cost Variance (CV)": found.cv}.items():
            assert abs(amount - Decimal(row[label])) <= SEVEN_DIGITS * found.bac, (period, label)
        for label, index in {
            "Schedule Performance Index (SPI)": found.spi, "Cost Performance Index (CPI)": found.cpi,
            "Schedule Performance Index (SPI(t))": found.spi_t,
        }.items():  # fmt: skip
            assert round(index * 100) == int(row[label].rstrip("%")), (period, label)
        days, hours = re.fullmatch(r"(?:-?(\d+)d)? ?(?:(\d+)h)?(?:0)?", row["Schedule Variance (SV(t))"]).groups("0")
        assert -found.sv_t / 60 == int(days) * 8 + int(hours), (period, found.sv_t / 60)
        for method, name in TIME_ESTIMATES:  # printed in whole hours
            label = f"EAC(t)-{method} (PF={name})"
            finish = timeline.offset(clock(datetime.fromisoformat(row[label])))
            assert abs(begin + found.eac_t(method, name) - finish) <= 30, (period, label)
        moment = timeline.finishing(begin + int(found.es))
        assert moment == clock(datetime.fromisoformat(row["Earned Schedule (ES)"])), period


@pytest.mark.parametrize(
    ("earned", "now", "expected"),
    [
        (0, 300, 0),  # nothing earned yet
        (25, 300, 50),  # in proportion
        (50, 300, 200),  # the plan stands still at 50 from 100 to 200: the time nearest to now
        (50, 150, 150),
        (60, 300, 200),  # within what falls due at the start of the second
        (70, 300, 200),
        (85, 300, 250),
        (100, 999, 300),  # all earned: the planned finish
        (120, 999, 300),
    ],
)
def test_earned_schedule_is_when_the_plan_should_have_earned_it(earned, now, expected):
    costs = [
        PlannedCost("T-001", 0, 100, spread=Decimal(50)),
        PlannedCost("T-002", 200, 300, spread=Decimal(30), at_start=Decimal(20)),
    ]
    assert earned_schedule(costs, Decimal(earned), now) == expected


def test_what_falls_due_at_the_finish():
    cost = PlannedCost("T-001", 0, 100, at_finish=Decimal(10))
    assert [cost.planned(at) for at in (0, 50, 99, 100)] == [0, 0, 0, 10]
    assert [cost.earned(Decimal(p)) for p in (0, 50, 100)] == [0, 0, 10]
    milestone = PlannedCost("M-001", 100, 100, spread=Decimal(5))
    assert [milestone.planned(at) for at in (99, 100)] == [0, 5]
    assert earned_schedule([cost, milestone], Decimal(7), 50) == 100
