"""MSPDI out: the plan as scheduled, in the element order that the schema demands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from xml.sax.saxutils import escape

from pmkit.connectors.msproject.read import FIELDS, OWN_ALIAS, OWN_FIELD, read
from pmkit.domain.kind import about, file_data
from pmkit.domain.plan import Baseline, BaselineItem, Dependency, Task
from pmkit.kernel.calendar import DAY, Spans, WorkCalendar
from pmkit.kernel.duration import Duration
from pmkit.kernel.money import Money
from pmkit.kernel.text import Text
from pmkit.workspace.calendars import Calendars
from pmkit.workspace.planning import Planned

LINK_TYPES = {"FF": "0", "FS": "1", "SF": "2", "SS": "3"}
FORMATS = {"min": "3", "h": "5", "eh": "6", "d": "7", "ed": "8", "w": "9", "ew": "10"}
CONSTRAINTS = {
    "must_start_on": "2", "must_finish_on": "3", "start_no_earlier_than": "4", "start_no_later_than": "5",
    "finish_no_earlier_than": "6", "finish_no_later_than": "7",
}  # fmt: skip
_WRITTEN = FIELDS | {"id", "source_uid"}  # what else a task says is listed as lost
_UNWRITABLE = {i: " " for i in range(32) if i not in {9, 10, 13}} | dict.fromkeys(range(0xD800, 0xE000), "?")


def lost(planned: Planned) -> list[Text]:
    """What the file cannot say of the plan: fields with how many tasks have them, and bounds beyond the first."""
    counts = Counter[str]()
    for task in planned.ws.tasks:
        counts.update(key for key in file_data(task) if key not in _WRITTEN)
        if len(_bounds(task)) > 1:
            counts["second bound"] += 1
    return [
        Text(en="not in the file: `{key}` of {n} tasks", zh="文件中没有：{n} 个任务的 `{key}`（{label}）").format(
            key=key, n=n, label=about(Task)[key].zh if key in about(Task) else "第二个时间约束"
        )
        for key, n in counts.items()
    ] + [
        Text(en="amounts of {n} currencies stand side by side: {all}", zh="{n} 种币种的金额混在一起：{all}").format(
            n=len(currencies), all=", ".join(sorted(currencies))
        )
        for currencies in [_currencies(planned)]
        if len(currencies) > 1
    ]


def currency_of(planned: Planned) -> str:
    """The one currency of the plan's amounts, else the project's."""
    found = _currencies(planned)
    return next(iter(found)) if len(found) == 1 else planned.ws.project.currency


def _currencies(planned: Planned) -> set[str]:
    amounts = [task.cost for task in planned.ws.tasks] + [person.rate for person in planned.ws.people]
    amounts += [item.cost for baseline in planned.ws.baselines for item in baseline.items]
    return {amount.currency for amount in amounts if amount is not None}


def _bounds(task: Task) -> list[tuple[str, date | datetime]]:
    found = [(key, getattr(task, key)) for key in CONSTRAINTS]
    return [(key, at) for key, at in found if at is not None]


def written(planned: Planned) -> bytes:
    """The plan as an MSPDI file. Ids of imported tasks stay those of their file; each carries ours and a check."""
    return _Writer(planned, fingerprints(planned)).text().encode()


def fingerprints(planned: Planned) -> dict[str, str]:
    """What the file says of each task, in short: it is written, and read as it would be when it comes back."""
    return read("", _Writer(planned, {}).text().encode(), currency_of(planned)).fingerprints()


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the task table: a task, or a summary over those that follow it on deeper levels."""

    uid: int
    level: int
    outline: str
    name: str
    tasks: tuple[Task, ...]
    task: Task | None = None


class _Writer:
    def __init__(self, planned: Planned, checked: Mapping[str, str]) -> None:
        self._planned, self._checked = planned, checked
        self._ws = planned.ws
        self._lines: list[str] = []
        self._depth = 1
        self._day, self._week = planned.calendar.day_minutes, planned.calendar.week_minutes
        self._calendars = self._named_calendars()
        self._people = [p for p in self._ws.people if p.id in self._used() or p.source_uid]
        self._person_uid = _numbered((p.id, p.source_uid) for p in self._people)
        self._task_uid = _numbered((t.id, t.source_uid) for t in self._ws.tasks)
        own = {p.id for p in self._people}
        self._calendar_uid = {name: n for n, name in enumerate(self._calendars, 1)}
        self._person_calendar = {p: len(self._calendars) + n for n, p in enumerate(sorted(own), 1)}

    def _used(self) -> set[str]:
        return {a.target for task in self._ws.tasks for a in task.assignments} | {
            t.owner for t in self._ws.tasks if t.owner
        }

    def _named_calendars(self) -> dict[str, WorkCalendar]:
        """The project's calendar first, then the further ones."""
        found = Calendars(self._ws, [])
        name = found.own.name if found.own.name not in found.named else f"{found.own.name} *"
        return {name: found.own, **found.named}

    def text(self) -> str:
        planned, project = self._planned, self._ws.project
        start = self._moment(project.start)
        self._lines = [
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
            '<Project xmlns="http://schemas.microsoft.com/project">',
        ]
        hours = planned.calendar.day_hours
        self._say("SaveVersion", "14")
        self._say("Name", f"{project.code}.xml")
        self._say("Title", project.name)
        self._say("Company", project.supplier)
        self._say("ScheduleFromStart", "1")
        self._say("StartDate", _time(start))
        self._say("FinishDate", _time(planned.schedule.finish))
        currency = currency_of(planned)
        self._say("CurrencyDigits", str(-int(Money(Decimal(1), currency).amount.as_tuple().exponent)))
        self._say("CurrencyCode", currency)
        self._say("CalendarUID", "1")
        self._say("DefaultStartTime", _clock(hours[0][0]) if hours else "09:00:00")
        self._say("DefaultFinishTime", _clock(hours[-1][1]) if hours else "18:00:00")
        self._say("MinutesPerDay", str(self._day))
        self._say("MinutesPerWeek", str(self._week))
        self._say("DaysPerMonth", "20")
        if planned.status_date is not None:
            self._say("StatusDate", _time(self._moment(planned.status_date, finish=True)))
        self._write_own_field()
        self._write_calendars()
        self._write_tasks()
        self._write_resources()
        self._write_assignments()
        self._lines.append("</Project>")
        return "\n".join(self._lines) + "\n"

    def _write_own_field(self) -> None:
        """The custom field that carries our ids, so that the file finds its tasks again when it comes back."""
        self._open("ExtendedAttributes")
        self._open("ExtendedAttribute")
        self._say("FieldID", OWN_FIELD)
        self._say("FieldName", "Text30")
        self._say("Alias", OWN_ALIAS)
        self._close("ExtendedAttribute")
        self._close("ExtendedAttributes")

    # --- text

    def _say(self, tag: str, value: str | None) -> None:
        if value is not None and value != "":
            clean = escape(value.translate(_UNWRITABLE))
            self._lines.append(f"{'  ' * self._depth}<{tag}>{clean}</{tag}>")

    def _open(self, tag: str) -> None:
        self._lines.append(f"{'  ' * self._depth}<{tag}>")
        self._depth += 1

    def _close(self, tag: str) -> None:
        self._depth -= 1
        self._lines.append(f"{'  ' * self._depth}</{tag}>")

    # --- calendars

    def _write_calendars(self) -> None:
        self._open("Calendars")
        for name, calendar in self._calendars.items():
            days = {**dict.fromkeys(calendar.days_off, ()), **dict.fromkeys(calendar.extra_work, calendar.day_hours)}
            days |= dict(calendar.special)
            self._write_calendar(self._calendar_uid[name], name, None, calendar.weekly, days)
        for person in sorted(self._people, key=lambda p: p.id):
            base = self._calendar_uid.get(person.calendar or "", 1)
            away: dict[date, Spans] = dict.fromkeys(person.absent, ())
            self._write_calendar(self._person_calendar[person.id], person.name, base, (), away)
        self._close("Calendars")

    def _write_calendar(
        self, uid: int, name: str, base: int | None, weekly: Sequence[Spans], days: dict[date, Spans]
    ) -> None:
        self._open("Calendar")
        self._say("UID", str(uid))
        self._say("Name", name)
        self._say("IsBaseCalendar", "1" if base is None else "0")
        self._say("BaseCalendarUID", "-1" if base is None else str(base))
        if weekly or days:
            self._open("WeekDays")
            for kind in range(1, 8) if weekly else ():
                self._write_day(str(kind), weekly[(kind - 2) % 7])
            for first, last, spans in _runs(days):
                self._write_day("0", spans, (first, last))
            self._close("WeekDays")
        if days:
            self._open("Exceptions")
            for first, last, spans in _runs(days):
                self._open("Exception")
                self._say("EnteredByOccurrences", "0")
                self._period(first, last)
                self._say("Occurrences", str((last - first).days + 1))
                self._say("Type", "1")
                self._say("Period", "1")
                self._hours(spans)
                self._close("Exception")
            self._close("Exceptions")
        self._close("Calendar")

    def _write_day(self, kind: str, spans: Spans, period: tuple[date, date] | None = None) -> None:
        self._open("WeekDay")
        self._say("DayType", kind)
        self._say("DayWorking", "1" if spans else "0")
        if period is not None:
            self._period(*period)
        if spans:
            self._open("WorkingTimes")
            for start, end in spans:
                self._open("WorkingTime")
                self._say("FromTime", _clock(start))
                self._say("ToTime", _clock(end % DAY))
                self._close("WorkingTime")
            self._close("WorkingTimes")
        self._close("WeekDay")

    def _period(self, first: date, last: date) -> None:
        self._open("TimePeriod")
        self._say("FromDate", f"{first.isoformat()}T00:00:00")
        self._say("ToDate", f"{last.isoformat()}T23:59:00")
        self._close("TimePeriod")

    def _hours(self, spans: Spans) -> None:
        self._say("DayWorking", "1" if spans else "0")
        if spans:
            self._open("WorkingTimes")
            for start, end in spans:
                self._open("WorkingTime")
                self._say("FromTime", _clock(start))
                self._say("ToTime", _clock(end % DAY))
                self._close("WorkingTime")
            self._close("WorkingTimes")

    # --- tasks

    def _rows(self) -> list[_Row]:
        """Phases and groups as summaries, each over its tasks, in the plan's order."""
        rows: list[_Row] = []
        free = max(self._task_uid.values(), default=0)
        for number, phase in enumerate((p for p in self._ws.phases if p.tasks), 1):
            free += 1
            rows.append(_Row(free, 1, str(number), phase.name, phase.tasks))
            path: tuple[str, ...] = ()
            counters = [0]
            for position, task in enumerate(phase.tasks):
                wanted = tuple(task.group.split(" / ")) if task.group else ()
                common = 0
                while common < min(len(path), len(wanted)) and path[common] == wanted[common]:
                    common += 1
                del counters[common + 1 :]
                for depth in range(common, len(wanted)):
                    counters[depth] += 1
                    counters.append(0)
                    free += 1
                    below = _below(phase.tasks[position:], wanted[: depth + 1])
                    outline = ".".join(map(str, (number, *counters[: depth + 1])))
                    rows.append(_Row(free, depth + 2, outline, wanted[depth], below))
                path = wanted
                counters[len(wanted)] += 1
                outline = ".".join(map(str, (number, *counters[: len(wanted) + 1])))
                rows.append(_Row(self._task_uid[task.id], len(wanted) + 2, outline, task.name, (task,), task))
        return rows

    def _write_tasks(self) -> None:
        self._open("Tasks")
        for number, row in enumerate(self._rows(), 1):
            self._open("Task")
            self._say("UID", str(row.uid))
            self._say("ID", str(number))
            self._say("Name", row.name)
            if row.task is not None:
                self._say("Manual", "0")
            self._say("Type", "1")
            self._say("IsNull", "0")
            self._say("Contact", self._contact(row.task))
            self._say("WBS", row.outline)
            self._say("OutlineNumber", row.outline)
            self._say("OutlineLevel", str(row.level))
            if row.task is None:
                self._write_summary(row)
            else:
                self._write_task(row.task)
            self._close("Task")
        self._close("Tasks")

    def _contact(self, task: Task | None) -> str | None:
        return self._ws.person_name(task.owner) if task is not None and task.owner else None

    def _write_summary(self, row: _Row) -> None:
        items = [self._planned.item(task.id) for task in row.tasks]
        self._say("Priority", "500")
        self._say("Start", _time(min(item.start for item in items)))
        self._say("Finish", _time(max(item.finish for item in items)))
        self._say("Summary", "1")
        self._say("ConstraintType", "0")
        self._say("CalendarUID", "-1")

    def _write_task(self, task: Task) -> None:
        item = self._planned.item(task.id)
        entry = self._planned.progress.get(task.id)
        percent = self._planned.percent(task.id)
        self._say("Priority", str(task.priority))
        self._say("Start", _time(item.start))
        self._say("Finish", _time(item.finish))
        self._say("Duration", self._span(task.duration))
        self._say("DurationFormat", FORMATS[task.duration.unit] if task.duration else "7")
        self._say("Work", self._span(task.effort) if task.effort else None)
        self._say("EffortDriven", "0")
        self._say("Estimated", "0")
        self._say("Milestone", "1" if task.is_milestone else "0")
        self._say("Summary", "0")
        self._say("Critical", "1" if item.critical else "0")
        self._say("FreeSlack", str(item.free_float * 10))
        self._say("TotalSlack", str(item.total_float * 10))
        self._say("PercentComplete", str(round(percent)))
        self._say("Cost", _hundredths(task.cost))
        if entry is not None and (percent or entry.actual_start):
            self._say("ActualStart", _time(item.start))
            if entry.actual_finish is not None:
                self._say("ActualFinish", _time(item.finish))
            self._say("ActualCost", _hundredths(entry.actual_cost))
            if entry.actual_finish is None and entry.remaining is not None:
                self._say("RemainingDuration", self._span(entry.remaining))
        kind, at = self._constraint(task)
        self._say("ConstraintType", kind)
        uid = self._calendar_uid.get(task.calendar or "")
        self._say("CalendarUID", "-1" if uid is None else str(uid))
        self._say("ConstraintDate", None if at is None else _time(at))
        self._say("Deadline", None if task.deadline is None else _time(self._moment(task.deadline, finish=True)))
        self._say("IgnoreResourceCalendar", "1" if task.calendar else "0")
        self._say("Notes", task.notes)
        self._links(task)
        self._open("ExtendedAttribute")
        self._say("FieldID", OWN_FIELD)
        self._say("Value", f"{self._ws.project.code}:{task.id}:{self._checked.get(task.id, '')}")
        self._close("ExtendedAttribute")
        for baseline in self._ws.baselines:
            self._write_baseline(baseline, next((i for i in baseline.items if i.id == task.id), None))

    def _constraint(self, task: Task) -> tuple[str, datetime | None]:
        bounds = _bounds(task)
        if task.levelled_start is not None and not bounds:
            return "4", self._moment(task.levelled_start)
        if bounds:
            key, at = bounds[0]
            return CONSTRAINTS[key], self._moment(at, finish="finish" in key or task.is_milestone)
        return ("1", None) if task.as_late_as_possible else ("0", None)

    def _links(self, task: Task) -> None:
        for text in task.after:
            link = Dependency.parse(text)
            self._open("PredecessorLink")
            self._say("PredecessorUID", str(self._task_uid[link.predecessor]))
            self._say("Type", LINK_TYPES[link.type])
            self._say("CrossProject", "0")
            self._say("LinkLag", str(self._minutes(link.lag) * 10))
            self._say("LagFormat", FORMATS[link.lag.unit] if link.lag else "7")
            self._close("PredecessorLink")

    def _write_baseline(self, baseline: Baseline, item: BaselineItem | None) -> None:
        """A baseline that came from a file keeps its number; our newest is "the baseline", older ones 1, 2, ..."""
        number = self._baseline_number(baseline)
        if item is None or number is None:
            return
        self._open("Baseline")
        self._say("Number", str(number))
        self._say("Start", None if item.start is None else _time(self._moment(item.start)))
        self._say("Finish", None if item.finish is None else _time(self._moment(item.finish, finish=True)))
        self._say("Duration", self._span(item.duration) if item.duration else None)
        self._say("DurationFormat", FORMATS[item.duration.unit] if item.duration else None)
        self._say("Work", self._span(item.effort) if item.effort else None)
        self._say("Cost", _hundredths(item.cost))
        self._close("Baseline")

    def _baseline_number(self, baseline: Baseline) -> int | None:
        if baseline.source_uid is not None and baseline.source_uid.isdigit():
            return int(baseline.source_uid)
        own = [b for b in reversed(self._ws.baselines) if b.source_uid is None]
        taken = {b.source_uid for b in self._ws.baselines if b.source_uid}
        free = [n for n in range(11) if str(n) not in taken]
        place = own.index(baseline)
        return free[place] if place < len(free) else None

    # --- resources

    def _write_resources(self) -> None:
        self._open("Resources")
        for number, person in enumerate(self._people, 1):
            self._open("Resource")
            self._say("UID", str(self._person_uid[person.id]))
            self._say("ID", str(number))
            self._say("Name", person.name)
            self._say("Type", "0" if person.resource in {"material", "cost"} else "1")
            self._say("IsNull", "0")
            self._say("Group", person.department)
            self._say("EmailAddress", person.email)
            if person.resource == "work":
                self._say("MaxUnits", f"{person.units / 100:.2f}")
            self._say("StandardRate", f"{person.rate.amount:f}" if person.rate else None)
            self._say("StandardRateFormat", "2" if person.rate else None)
            self._say("CalendarUID", str(self._person_calendar[person.id]))
            self._say("Notes", person.notes)
            self._say("IsCostResource", "1" if person.resource == "cost" else "0")
            self._close("Resource")
        self._close("Resources")

    def _write_assignments(self) -> None:
        self._open("Assignments")
        people = {person.id: person for person in self._people}
        uid = 0
        for task in self._ws.tasks:
            for assignment in task.assignments:
                if assignment.target not in self._person_uid:
                    continue
                uid += 1
                item = self._planned.item(task.id)
                minutes = self._minutes(task.duration) if task.duration and not task.duration.is_elapsed else 0
                self._open("Assignment")
                self._say("UID", str(uid))
                self._say("TaskUID", str(self._task_uid[task.id]))
                self._say("ResourceUID", str(self._person_uid[assignment.target]))
                self._say("Finish", _time(item.finish))
                self._say("Start", _time(item.start))
                units = assignment.share(people[assignment.target].units)
                self._say("Units", f"{units / 100:f}")
                self._say("Work", _iso(int(minutes * units / 100)))
                self._close("Assignment")
        self._close("Assignments")

    # --- values

    def _minutes(self, duration: Duration | None) -> int:
        return duration.minutes(day=self._day, week=self._week) if duration else 0

    def _span(self, duration: Duration | None) -> str:
        return _iso(self._minutes(duration))

    def _moment(self, at: date | datetime, *, finish: bool = False) -> datetime:
        """A day as the moment at which its work begins or ends; a day off as its neighbour does."""
        if isinstance(at, datetime):
            return at
        calendar = self._planned.calendar
        spans = calendar.spans_on(at.toordinal() - date(1970, 1, 1).toordinal())
        minute = (spans[-1][1] if finish else spans[0][0]) if spans else (1080 if finish else 540)
        return datetime.combine(at, datetime.min.time()) + timedelta(minutes=minute)


def _numbered(wanted: Iterable[tuple[str, str | None]]) -> dict[str, int]:
    """A number from 1 for each, its own where that is one that nobody else has."""
    pairs = list(wanted)
    found: dict[str, int] = {}
    taken: set[int] = set()
    for key, uid in pairs:
        if uid is not None and uid.isdigit() and 0 < int(uid) < 2**31 and int(uid) not in taken:
            found[key] = int(uid)
            taken.add(int(uid))
    number = max(taken, default=0)
    for key, _ in pairs:
        if key not in found:
            number += 1
            found[key] = number
    return found


def _below(tasks: Sequence[Task], path: tuple[str, ...]) -> tuple[Task, ...]:
    """The tasks from the first on that stand under a path of groups."""
    found = []
    for task in tasks:
        if tuple((task.group or "").split(" / "))[: len(path)] != path:
            break
        found.append(task)
    return tuple(found)


def _runs(days: dict[date, Spans]) -> list[tuple[date, date, Spans]]:
    """Neighbouring days with the same hours as one period."""
    runs: list[tuple[date, date, Spans]] = []
    for day in sorted(days):
        spans = days[day]
        if runs and runs[-1][2] == spans and runs[-1][1] + timedelta(1) == day:
            runs[-1] = (runs[-1][0], day, spans)
        else:
            runs.append((day, day, spans))
    return runs


def _time(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}:00"


def _iso(minutes: int) -> str:
    return f"PT{minutes // 60}H{minutes % 60}M0S"


def _hundredths(amount: Money | None) -> str | None:
    return None if amount is None else f"{(amount.amount * 100).normalize():f}"
