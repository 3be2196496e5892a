"""A recorded real project, Pumping Station Jabbeke, as a workspace: what pmkit says of it against what happened.

Where the two differ, and why: with links alone the engine starts 7 of 74 activities as the planner did, since the
planner levelled two crews by hand; held to those dates it gives all 74. A forecast is no recorded date: the record
holds no forecasts, so those are compared with how the record went on.
"""

import csv
import json
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from workspaces import once

ROOT = Path(__file__).resolve().parents[2]
BASELINE_FINISH = date(2012, 6, 22)
DRIFT = [*[0] * 18, 1, 3, 3, 8, 7, 9, 14, 17, 15, 15]  # working days of the last task at each of the 28 status dates


@once
def jabbeke(run, shared_data):
    run.folder = run.folder / "jabbeke"
    done = subprocess.run([sys.executable, ROOT / "examples/oras.py", shared_data / "oras/C2012-13", run.folder],
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert "74 activities, 28 status dates\n23 start later than their links ask for" in done.stdout
    run.today = "2012-07-13"


@pytest.fixture(scope="session")
def recorded(shared_data):
    """Rows of a file of the record."""

    def rows(name):
        with (shared_data / f"oras/C2012-13/{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return rows


def worked_days(first, last):
    """Days worked after `first` up to and including `last` (Monday to Friday, no holidays), counted one by one."""
    days = [first + timedelta(n) for n in range(1, (last - first).days + 1)]
    return sum(day.weekday() < 5 for day in days)


def finish_of(start, hours):
    """When work ends that begins at `start`: 08:00-12:00 and 13:00-17:00, hour by hour."""
    moment = start
    while hours:
        moment += timedelta(hours=1)
        hours -= moment.weekday() < 5 and (8 < moment.hour <= 12 or 13 < moment.hour <= 17)
    return moment


def test_links_alone_give_the_published_length_and_the_planners_dates_give_every_start(jabbeke, recorded):
    starts = {row["id"]: row["baseline_start"] for row in recorded("activities")}
    links = json.loads(jabbeke("plan show --rev 2011-12-19 --json"))
    assert sum(row["start"] == starts[row["source_uid"]] for row in links) == 7
    last = max(datetime.fromisoformat(row["finish"]) for row in links)
    assert worked_days(date(2011, 12, 30), last.date()) * 8 == 680
    held = json.loads(jabbeke("plan show --rev 2011-12-20 --json"))
    assert {row["source_uid"]: row["start"] for row in held} == starts


def test_finished_tasks_stand_where_they_happened(jabbeke, recorded):
    rows = {row["source_uid"]: row for row in json.loads(jabbeke("plan show --json"))}
    final = [row for row in recorded("tracking") if row["period"] == "28"]
    assert len(final) == 74
    for row in final:
        start = datetime.fromisoformat(row["actual_start"])
        shown = rows[row["activity"]]
        assert shown["start"] == row["actual_start"]
        assert shown["finish"] == finish_of(start, int(row["actual_duration_hours"])).isoformat(timespec="minutes")
        assert shown["percent"] == 100


def test_drift_at_each_status_date(jabbeke, recorded):
    moments = sorted({row["status_date"] for row in recorded("tracking")})
    said = []
    for moment in moments:
        friday = datetime.fromisoformat(moment).date() - timedelta(days=3)  # Monday 08:00 is Friday's end
        figures = json.loads(jabbeke(f"plan drift --as-of {friday} --json", code=None))
        last = next(item for item in figures["items"] if item["id"] == figures["project"])
        forecast = date.fromisoformat(last["forecast_finish"])
        assert last["baseline_finish"] == str(BASELINE_FINISH)
        assert last["finish_drift_days"] == worked_days(BASELINE_FINISH, forecast) == last["unexplained_days"]
        assert (jabbeke.code == 1) is (last["finish_drift_days"] > 5)
        said.append(last["finish_drift_days"])
    assert said == DRIFT
    actual = max(finish_of(datetime.fromisoformat(row["actual_start"]), int(row["actual_duration_hours"]))
                 for row in recorded("tracking") if row["period"] == "28")  # fmt: skip
    assert said[-1] == worked_days(BASELINE_FINISH, actual.date())


def test_the_forecast_never_runs_ahead_of_what_was_known(jabbeke, recorded):
    """Nothing unstarted begins before the status date has passed, and what is under way ends as its remainder says."""
    for friday in ("2012-01-13", "2012-03-02", "2012-05-18", "2012-06-29"):
        rows = json.loads(jabbeke(f"plan show --rev {friday} --json"))
        assert rows
        for row in rows:
            assert row["percent"] == 100 or row["finish"][:10] > friday
            assert row["percent"] > 0 or row["start"][:10] > friday
    friday = date(2012, 3, 2)
    under_way = [row for row in recorded("tracking")
                 if row["status_date"] == "2012-03-05T08:00" and row["actual_start"] and row["percent_complete"] != "1"]  # fmt: skip
    rows = {row["source_uid"]: row for row in json.loads(jabbeke(f"plan show --rev {friday} --json"))}
    assert under_way
    for row in under_way:
        ends = finish_of(datetime.fromisoformat("2012-03-05T08:00"), int(row["remaining_duration_hours"]))
        assert rows[row["activity"]]["finish"] == ends.isoformat(timespec="minutes")


def test_check_and_reports_at_a_status_date(jabbeke):
    jabbeke.git("checkout", "--quiet", jabbeke.git("log", "--format=%H", "--grep=at 2012-05-18").strip())
    jabbeke.today = "2012-05-18"
    assert "no findings" in jabbeke("check")
    text = jabbeke("report weekly --out -")
    assert "2012-05-14 to 2012-05-18" in text
    assert (
        "| finish of the project (identificatie kabels en toestellen) | 2012-06-22 | 2012-06-27 | 3 | 0 | 3 |" in text
    )
    assert "stopcontacten en klimatisatie | Jan Peeters | 2012-05-11 | 75% | cause not reported yet |" in text
    assert "Progress: 80% planned, 70% actual." in text
    assert "T-073 identificatie kabels en toestellen: baseline 2012-06-22, forecast 2012-06-27" in jabbeke("status")
    jabbeke.today = "2012-06-15"
    assert "PLN301" in jabbeke("check --json")  # nothing was reported for four weeks
