"""Published networks with known right answers: a textbook's tables, real projects, benchmark critical paths."""

import csv
import json
from datetime import date, datetime

import pytest

from pmkit.kernel.calendar import AROUND_THE_CLOCK, WEEKDAYS, Spans, WorkCalendar
from pmkit.schedule.network import Link, Network, Node
from pmkit.schedule.passes import schedule

EVERY_DAY = WorkCalendar("every day", weekly=(((540, 720), (780, 1080)),) * 7)


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("calendar", [EVERY_DAY, AROUND_THE_CLOCK, WorkCalendar()], ids=lambda c: c.name)
def test_textbook_networks_cell_by_cell(shared_data, calendar):
    networks: dict[str, list[dict[str, str]]] = {}
    for row in rows(shared_data / "cpm-textbook/networks.csv"):
        networks.setdefault(row["network"], []).append(row)
    day = calendar.day_minutes
    for name, activities in networks.items():
        nodes = tuple(
            Node(r["activity"], int(r["duration"]) * day, tuple(Link(p) for p in r["predecessors"].split(";") if p))
            for r in activities
        )
        found = schedule(Network(nodes, date(2026, 3, 2), calendar))
        for r in activities:
            item = found.items[r["activity"]]
            times = (item.early_start, item.early_finish, item.late_start, item.late_finish, item.total_float)
            expected = [int(r[key]) * day for key in ("ES", "EF", "LS", "LF", "total_float")]
            assert list(times) == expected, (name, r["activity"])
            assert item.critical == (r["critical"] == "1")
        assert max(item.early_finish for item in found.items.values()) == max(int(r["EF"]) for r in activities) * day
    assert len(networks) >= 2


def oras_calendar(project) -> WorkCalendar:
    hours = [hour for hour in range(24) if hour not in project["non_working_hours"]]
    spans: list[tuple[int, int]] = []
    for hour in hours:
        if spans and spans[-1][1] == hour * 60:
            spans[-1] = (spans[-1][0], hour * 60 + 60)
        else:
            spans.append((hour * 60, hour * 60 + 60))
    day_hours: Spans = tuple(spans)
    worked = [name for day, name in enumerate(WEEKDAYS) if day not in project["non_working_weekdays_mon0"]]
    days_off = [date.fromisoformat(day) for day in project["holidays"]]
    return WorkCalendar().changed(weekdays=worked, hours=day_hours, days_off=days_off)


@pytest.mark.parametrize("code", ["C2011-04", "C2011-08", "C2012-03", "C2014-05", "C2014-07"])
def test_every_activity_of_a_real_project_starts_when_its_baseline_says(shared_data, code):
    folder = shared_data / "oras" / code
    project = json.loads((folder / "project.json").read_text(encoding="utf-8"))
    links: dict[str, list[Link]] = {}
    for r in rows(folder / "relations.csv"):
        links.setdefault(r["succ"], []).append(Link(r["pred"], r["type"], round(float(r["lag_working_hours"]) * 60)))
    activities = [r for r in rows(folder / "activities.csv") if r["summary"] == "0"]
    nodes = tuple(
        Node(r["id"], round(float(r["duration_working_hours"]) * 60), tuple(links.get(r["id"], ()))) for r in activities
    )
    found = schedule(Network(nodes, datetime.fromisoformat(project["start"]), oras_calendar(project)))
    differ = {
        r["id"]: (found.items[r["id"]].start.isoformat(timespec="minutes"), r["baseline_start"])
        for r in activities
        if found.items[r["id"]].start != datetime.fromisoformat(r["baseline_start"])
    }
    assert differ == {}
    known = next(r for r in rows(shared_data / "oras/known.csv") if r["code"] == code)
    length = max(item.early_finish for item in found.items.values())
    assert length == float(known["forward_pass_length_working_hours"]) * 60


def psplib_jobs(text: str) -> dict[str, tuple[int, list[str]]]:
    """Duration and successors of each job of a PSPLIB `.sm` file."""
    relations = text.split("PRECEDENCE RELATIONS:")[1].split("****")[0].strip().splitlines()[1:]
    durations = text.split("REQUESTS/DURATIONS:")[1].split("****")[0].strip().splitlines()[2:]
    followers = {line.split()[0]: line.split()[3:] for line in relations}
    return {line.split()[0]: (int(line.split()[2]), followers[line.split()[0]]) for line in durations}


def patterson_jobs(text: str) -> dict[str, tuple[int, list[str]]]:
    """The same of a Patterson `.rcp` file: numbers only, a job a record whatever its line breaks."""
    numbers = iter(int(word) for word in text.split())
    jobs, resources = next(numbers), next(numbers)
    capacities = [next(numbers) for _ in range(resources)]
    found = {}
    for job in range(1, jobs + 1):
        days = next(numbers)
        demands = [next(numbers) for _ in capacities]
        found[str(job)] = (days, [str(next(numbers)) for _ in range(next(numbers))])
        assert len(demands) == resources
    return found


def test_critical_paths_of_every_benchmark_network(shared_data):
    known = {r["file"]: int(r["critical_path"]) for r in rows(shared_data / "psplib/known.csv")}
    for name, length in known.items():
        text = (shared_data / "psplib" / name).read_text(encoding="utf-8")
        jobs = psplib_jobs(text) if name.endswith(".sm") else patterson_jobs(text)
        links: dict[str, list[Link]] = {}
        for job, (_, followers) in jobs.items():
            for follower in followers:
                links.setdefault(follower, []).append(Link(job))
        nodes = tuple(Node(job, days * 480, tuple(links.get(job, ()))) for job, (days, _) in jobs.items())
        found = schedule(Network(nodes, date(2026, 3, 2), EVERY_DAY))
        assert max(item.early_finish for item in found.items.values()) == length * 480, name
        assert min(item.total_float for item in found.items.values()) == 0
    assert len(known) > 700
