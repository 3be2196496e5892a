"""A recorded real project as a workspace: its plan, its baseline, its weekly progress, committed on the record's days.

    python examples/oras.py RECORD FOLDER

RECORD is a project of the OR-AS database of real projects (Batselier and Vanhoucke, "Construction and evaluation
framework for a real-life project database", IJPM 2015) as CSV: project.json, activities.csv, relations.csv,
tracking.csv. Every activity becomes a task that keeps the record's number in `source_uid`; a group becomes a phase.

What the record does not say is not invented, with three exceptions: two people, so that commits have an author and
documents a reader, and the days before the start on which the plan was made. Where the recorded start of an activity
lies after what its links allow (the planner levelled crews by hand), the task starts no earlier than that date.
A status time at the beginning of a working day means the end of the working day before.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

from pmkit.cli.example import acting_as, inside, run_quietly
from pmkit.kernel.calendar import WEEKDAYS, WorkCalendar, clock, moment_of, parse_hours
from pmkit.schedule.network import Constraints, Link, Network, Node
from pmkit.schedule.passes import schedule
from pmkit.store.yaml_text import dump, set_value

MANAGER = "Jan Peeters <jan.peeters@contractor.example>"
CURRENCIES = {"€": "EUR", "$": "USD", "£": "GBP"}


@dataclass(frozen=True)
class Activity:
    """A task of the record. `after`: predecessor's number, type, lag in working hours."""

    uid: str
    name: str
    phase: str
    start: datetime
    hours: Decimal
    cost: Decimal
    after: tuple[tuple[str, str, Decimal], ...]


class Record:
    """The files of one project."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.about = json.loads((folder / "project.json").read_text(encoding="utf-8"))
        self.name = self.about["project"].strip() or folder.name
        self.start = datetime.fromisoformat(self.about["start"]).date()

    @cached_property
    def hours(self) -> list[str]:
        """The working hours of a day, `08:00-12:00`."""
        off = set(self.about["non_working_hours"])
        edges = [h for h in range(25) if (h in off or h == 24) != (h - 1 in off or h == 0)]
        return [f"{a:02}:00-{b:02}:00" for a, b in zip(edges[::2], edges[1::2], strict=True)]

    @cached_property
    def weekdays(self) -> list[str]:
        return [name for number, name in enumerate(WEEKDAYS) if number not in self.about["non_working_weekdays_mon0"]]

    @cached_property
    def days_off(self) -> list[str]:
        return sorted({day[:10] for day in self.about["holidays"]})

    @cached_property
    def calendar(self) -> WorkCalendar:
        off = [date.fromisoformat(day) for day in self.days_off]
        return WorkCalendar().changed(weekdays=self.weekdays, hours=parse_hours(self.hours), days_off=off)

    @cached_property
    def groups(self) -> dict[str, str]:
        """Names of the groups by their number in the breakdown structure."""
        return {row["wbs"]: row["name"].strip() for row in self._rows("activities") if row["summary"] == "1"}

    @cached_property
    def activities(self) -> dict[str, Activity]:
        rows = [row for row in self._rows("activities") if row["summary"] != "1"]
        uids = {row["id"] for row in rows}
        links = {row["id"]: [] for row in rows}
        for row in self._rows("relations"):
            if row["pred"] in uids and row["succ"] in uids:  # links of groups have no task to hang on
                links[row["succ"]].append((row["pred"], row["type"], Decimal(row["lag_working_hours"] or 0)))
        return {
            row["id"]: Activity(
                row["id"],
                row["name"].strip() or f"activity {row['id']}",
                next((wbs for wbs in sorted(self.groups, reverse=True) if f"{row['wbs']}.".startswith(f"{wbs}.")), ""),
                datetime.fromisoformat(row["baseline_start"]),
                Decimal(row["duration_working_hours"]),
                Decimal(row["fixed_cost"] or 0).quantize(Decimal("0.01")),
                tuple(links[row["id"]]),
            )
            for row in rows
        }

    @cached_property
    def ids(self) -> dict[str, str]:
        """The task's id behind each number of the record."""
        kinds = {"T": 0, "M": 0}
        found = {}
        for one in self.activities.values():
            prefix = "T" if one.hours else "M"
            kinds[prefix] += 1
            found[one.uid] = f"{prefix}-{kinds[prefix]:03}"
        return found

    def reports(self) -> Iterator[tuple[date, list[dict[str, Any]]]]:
        """Each status date with what was reported then: what changed since the one before, and what is under way."""
        known: dict[str, tuple[str, ...]] = {}
        for moment, rows in groupby(self._rows("tracking"), key=lambda row: row["status_date"]):
            entries = []
            for row in rows:
                said = tuple(row[key] for key in ("actual_start", "actual_duration_hours", "percent_complete"))
                begun, done = bool(row["actual_start"]), Decimal(row["percent_complete"]) == 1
                if row["activity"] in self.ids and begun and (known.get(row["activity"]) != said or not done):
                    entries.append(self._entry(row, done=done))
                known[row["activity"]] = said
            yield self._status_date(datetime.fromisoformat(moment), entries), entries

    def _status_date(self, moment: datetime, entries: list[dict[str, Any]]) -> date:
        """The last day that was worked before; the day itself where something is reported to have happened on it."""
        day = moment.date()
        happened = {str(entry.get(key, ""))[:10] for entry in entries for key in ("actual_start", "actual_finish")}
        is_over = clock(moment) % 1440 > min(parse_hours(self.hours))[0] or day.isoformat() in happened
        return day if is_over else self.calendar.previous_workday(day)

    def _entry(self, row: dict[str, str], *, done: bool) -> dict[str, Any]:
        start = datetime.fromisoformat(row["actual_start"])
        entry: dict[str, Any] = {"id": self.ids[row["activity"]], "actual_start": self.written(start)}
        if done:
            ends = self.finish(start, Decimal(row["actual_duration_hours"]))
            begins_all = not self.activities[row["activity"]].after and ends < start  # a milestone at the very start
            entry["actual_finish"] = self.written(start) if begins_all else self.written(ends, end=True)
        percent = round(float(row["percent_complete"]) * 100, 1)
        entry["percent"] = int(percent) if percent.is_integer() else percent
        if not done:
            entry["remaining"] = self.duration(Decimal(row["remaining_duration_hours"]))
        return entry

    def finish(self, start: datetime, hours: Decimal) -> datetime:
        """When work of so many hours ends that begins at `start`."""
        timeline = self.calendar.timeline
        return moment_of(timeline.finishing(timeline.offset(clock(start)) + int(hours * 60)))

    def duration(self, hours: Decimal) -> str:
        """Working hours as pmkit writes them: whole days where they are."""
        days, rest = divmod(hours * 60, self.calendar.day_minutes)
        return f"{hours.normalize():f}h" if rest else f"{days:f}d"

    def written(self, moment: datetime, *, end: bool = False) -> str:
        """The day alone where the moment is the beginning (or the end) of its work."""
        edges = parse_hours(self.hours)
        is_edge = clock(moment) % 1440 == (edges[-1][1] if end else edges[0][0])
        return moment.date().isoformat() if is_edge else moment.isoformat(timespec="minutes")

    def planners_dates(self) -> dict[str, datetime]:
        """The starts that links alone do not explain: with them as bounds the engine gives every recorded start.

        A recorded start that lies before what its own links allow cannot be had, and is left to the links.
        """
        bounds: dict[str, datetime] = {}
        while True:
            starts = self._scheduled(bounds)
            late = {u: a for u, a in self.activities.items() if starts[u] < a.start and u not in bounds}
            first = {u: a.start for u, a in late.items() if not any(before in late for before, _, _ in a.after)}
            if not first:
                return bounds
            bounds |= first

    def _scheduled(self, bounds: dict[str, datetime]) -> dict[str, datetime]:
        """Where the engine starts every activity when these start no earlier than given."""
        nodes = tuple(
            Node(
                one.uid,
                int(one.hours * 60),
                tuple(Link(before, kind, int(lag * 60)) for before, kind, lag in one.after),  # type: ignore[arg-type]
                constraints=Constraints(start_no_earlier_than=clock(bounds[one.uid]) if one.uid in bounds else None),
            )
            for one in self.activities.values()
        )
        items = schedule(Network(nodes, self.start, self.calendar)).items
        return {uid: items[uid].start for uid in self.activities}

    def _rows(self, name: str) -> list[dict[str, str]]:
        path = self._folder / f"{name}.csv"
        if not path.exists():  # a project whose progress nobody recorded
            return []
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def plan_files(record: Record, bounds: dict[str, datetime]) -> dict[str, dict[str, Any]]:
    """The phases as files; without groups the whole project is one."""
    currency = CURRENCIES.get(record.about.get("currency", ""), "EUR")
    phases: dict[str, list[dict[str, Any]]] = {}
    for one in record.activities.values():
        task: dict[str, Any] = {"id": record.ids[one.uid], "name": one.name}
        task |= {"duration": record.duration(one.hours)} if one.hours else {"milestone": True}
        task["owner"] = "jan.peeters"
        if one.after:
            task["after"] = [_link(record, *link) for link in one.after]
        if one.uid in bounds:
            task["start_no_earlier_than"] = record.written(bounds[one.uid])
        if one.cost and one.hours:
            task["cost"] = f"{one.cost} {currency}"
        phases.setdefault(one.phase, []).append(task | {"source_uid": one.uid})
    return {
        f"plan/PH{number}.yaml": {"name": record.groups.get(wbs, record.name), "tasks": tasks}
        for number, (wbs, tasks) in enumerate(phases.items(), 1)
    }


def _link(record: Record, before: str, kind: str, lag: Decimal) -> str:
    if kind == "FS" and not lag:
        return record.ids[before]
    return f"{record.ids[before]} {kind}" + (f"{'-' if lag < 0 else '+'}{record.duration(abs(lag))}" if lag else "")


def build(source: Path, target: Path) -> Record:
    """The workspace at `target`, with one commit for each step and each status date of the record."""
    record = Record(source)
    target = target.absolute()
    before = record.start - timedelta(days=14)
    code = source.name
    with acting_as(f"{before}", "09:00", MANAGER, zone="+01:00"), inside(target.parent):
        run_quietly(["pmkit", "init", str(target), "--name", record.name, "--code", code, "--lang", "en",
                     "--customer", "Customer of the record", "--supplier", "Contractor of the record", "--currency",
                     CURRENCIES.get(record.about.get("currency", ""), "EUR"), "--timezone", "Europe/Brussels",
                     "--start", f"{record.start}"])  # fmt: skip
    with inside(target):
        with acting_as(f"{before}", "09:05", MANAGER, zone="+01:00"):
            run_quietly(["pmkit", "person", "add", "jan.peeters", "--name", "Jan Peeters", "--side", "supplier",
                         "--role", "pm", "--email", "jan.peeters@contractor.example"])  # fmt: skip
            run_quietly(["pmkit", "person", "add", "els.maes", "--name", "Els Maes", "--side", "customer",
                         "--role", "sponsor", "--email", "els.maes@customer.example"])  # fmt: skip
        profile = Path("pmkit.yaml").read_text(encoding="utf-8")
        own = {"weekdays": record.weekdays, "hours": record.hours, "days_off": record.days_off}
        for key, value in own.items():
            if value:
                profile = set_value(profile, ("calendar", key), value)
        _commit({"pmkit.yaml": profile}, "Set the working hours of the contract", f"{before}", "09:10")
        _commit(_dumped(plan_files(record, {}), "phase"), "Plan the activities with their links", f"{before}", "16:00")
        bounds = record.planners_dates()
        if bounds:
            texts = _dumped(plan_files(record, bounds), "phase")
            day = f"{before + timedelta(days=1)}"
            _commit(texts, f"Hold {len(bounds)} activities to the planner's dates", day, "15:00")
        with acting_as(f"{before + timedelta(days=2)}", "10:00", MANAGER, zone="+01:00"):
            run_quietly(["pmkit", "plan", "baseline", "--name", "Contract baseline"])
        for day, tasks in record.reports():
            file = {f"plan/progress/{day}.yaml": {"by": "jan.peeters", "tasks": tasks}}
            _commit(_dumped(file, "progress"), f"Report progress at {day}", f"{day}", "17:30")
    return record


def _dumped(files: dict[str, dict[str, Any]], kind: str) -> dict[str, str]:
    return {p: dump(data, hint=f"{'../' * p.count('/')}.pmkit/schemas/{kind}.json") for p, data in files.items()}


def _commit(files: dict[str, str], message: str, day: str, time: str) -> None:
    """Write the files as somebody would by hand, and commit them as `pmkit commit` does: checked, with trailers."""
    for path, text in files.items():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(text, encoding="utf-8", newline="")
    with acting_as(day, time, MANAGER, zone="+01:00"):
        run_quietly(["pmkit", "commit", "-m", message])


def main(source: Path, target: Path) -> int:
    record = build(source, target)
    held = record.planners_dates()
    print(f"{target}: {record.name}, {len(record.activities)} activities, {len(list(record.reports()))} status dates")
    print(f"{len(held)} start later than their links ask for, as recorded: {', '.join(record.ids[u] for u in held)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]), Path(sys.argv[2])))
