"""MSPDI in: tasks, links, calendars, resources, assignments, baselines; and a list of everything that is not kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from pmkit.connectors import xml
from pmkit.connectors.msproject.calendars import Calendar, moment, own_calendars, read_calendars, said, settings
from pmkit.connectors.xml import Element
from pmkit.kernel.calendar import Spans
from pmkit.kernel.duration import Duration, plain
from pmkit.kernel.errors import BadWorkspace, UsageError
from pmkit.kernel.money import Money
from pmkit.kernel.place import Place
from pmkit.kernel.text import Text
from pmkit.workspace.exchange import (
    NOT_READABLE,
    WRONG_IMPORT,
    Incoming,
    IncomingBaseline,
    IncomingLink,
    IncomingPlan,
    IncomingResource,
    NotKept,
)

LINK_TYPES = {"0": "FF", "1": "FS", "2": "SF", "3": "SS"}
ELAPSED_FORMATS = frozenset({"4", "6", "8", "10", "12", "20", "36", "38", "40", "42", "44", "52"})
PERCENT_FORMATS = frozenset({"19", "20", "51", "52"})
CONSTRAINTS = {
    "2": "must_start_on", "3": "must_finish_on", "4": "start_no_earlier_than", "5": "start_no_later_than",
    "6": "finish_no_earlier_than", "7": "finish_no_later_than",
}  # fmt: skip
# Fields of a task that the format has a place for.
FIELDS = frozenset({
    "name", "duration", "effort", "milestone", "owner", "resources", "priority", "calendar", "after", "cost", "group",
    "notes", "deadline", "as_late_as_possible", "levelled_start", *CONSTRAINTS.values(),
})  # fmt: skip
# The custom field in which a task carries our own id through other programs: Text30, named so.
OWN_FIELD, OWN_ALIAS = "188744016", "pmkit"
RESOURCE_TYPES = {"0": "material", "1": "work"}
_UNITS = {"3": "min", "5": "h", "6": "eh", "8": "ed", "9": "w", "10": "ew"}
_DURATION = re.compile(r"(-)?P(?:(\d+)D)?T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.\d+)?S)?\Z")

_KEPT = {
    "Project": (
        "Name Title StartDate StatusDate CurrentDate CalendarUID CurrencyCode Calendars Tasks Resources Assignments"
    ),
    "Calendar": "UID Name IsBaseCalendar BaseCalendarUID WeekDays Exceptions WorkWeeks",
    "Task": (
        "UID Name IsNull Milestone Summary OutlineLevel Duration DurationFormat ConstraintType ConstraintDate "
        "Deadline Priority Notes CalendarUID PredecessorLink Baseline PercentComplete ActualStart "
        "ActualFinish ActualCost RemainingDuration Work Cost Manual ManualStart ManualFinish ManualDuration "
        "Active Start Finish LevelingDelay Contact"
    ),
    "PredecessorLink": "PredecessorUID Type LinkLag LagFormat CrossProject",
    "Resource": (
        "UID Name IsNull Type IsCostResource MaxUnits CalendarUID StandardRate StandardRateFormat "
        "EmailAddress Group Notes"
    ),
    "Assignment": "UID TaskUID ResourceUID Units",
    "Baseline": "Number Start Finish Duration DurationFormat Work Cost",
}
# What pmkit works out itself, from the plan.
_COMPUTED = {
    "Project": (
        "FinishDate CurrencyDigits DaysPerMonth MinutesPerDay MinutesPerWeek DefaultStartTime "
        "DefaultFinishTime SaveVersion LastSaved CreationDate"
    ),
    "Task": (
        "ID WBS OutlineNumber EarlyStart EarlyFinish LateStart LateFinish StartVariance FinishVariance "
        "WorkVariance CostVariance FreeSlack TotalSlack StartSlack FinishSlack Critical Stop Resume "
        "ResumeValid ActualDuration BCWS BCWP ACWP CV SV VAC RemainingCost RemainingWork ActualWork "
        "RegularWork PercentWorkComplete Rollup DisplayAsSummary StartText FinishText DurationText"
    ),
    "Resource": (
        "ID Initials PeakUnits OverAllocated Start Finish Work RegularWork ActualWork RemainingWork "
        "PercentWorkComplete Cost ActualCost RemainingCost CostVariance WorkVariance SV CV ACWP BCWS BCWP "
        "AvailabilityPeriods"
    ),
    "Assignment": (
        "Start Finish Work RegularWork ActualWork RemainingWork PercentWorkComplete Cost ActualCost "
        "RemainingCost StartVariance FinishVariance WorkVariance CostVariance Stop Resume ActualStart "
        "ActualFinish BCWS BCWP ACWP SV CV VAC Overallocated PeakUnits TimephasedData"
    ),
}
KEPT = {section: frozenset(names.split()) for section, names in _KEPT.items()}
COMPUTED = {section: frozenset(names.split()) for section, names in _COMPUTED.items()}
# Values that are what pmkit does anyway.
_AS_OURS = {("ScheduleFromStart", "1"), ("Type", "1"), ("IgnoreResourceCalendar", "1"), ("Estimated", "0")}
_NOTHING = frozenset({"", "0", "-1", "0.00", "NA", "PT0H0M0S"})  # values that say that there is nothing to keep


def read(name: str, data: bytes, currency: str, *, with_progress: date | None = None) -> IncomingPlan:
    """The plan that an MSPDI file holds. `name` is for messages, `currency` for amounts where the file names none.

    `with_progress`: the status date of the progress, where the file has none of its own. Raises BadWorkspace for what
    is no MSPDI; wrong values in it are `mistakes` of the result, all of them.
    """
    try:
        root = xml.read(name, data).root
    except UsageError as error:  # the file is data, and it is broken
        raise BadWorkspace(error.says, error.fix) from None
    if root.name != "Project":
        problem = Text(en="<{tag}> is no Project XML", zh="<{tag}> 不是 Project XML").format(tag=root.name)
        raise BadWorkspace(
            Text(en="cannot read {file}", zh="无法读取 {file}").format(file=name),
            None,
            [NOT_READABLE.found(Place(name, root.line, root.column), None, problem=problem)],
        )
    return _Reader(name, root, currency, with_progress).plan()


class _Reader:
    def __init__(self, name: str, root: Element, currency: str, with_progress: date | None) -> None:
        self._name, self._root = name, root
        self._currency = said(root, "CurrencyCode") or currency
        self._result = IncomingPlan(name=said(root, "Title") or said(root, "Name").removesuffix(".xml"), fields=FIELDS)
        defined = root.all("ExtendedAttributes", "ExtendedAttribute")
        self._is_ours = any(_is_own(e) and said(e, "Alias") == OWN_ALIAS for e in defined)
        self._calendars = read_calendars(root)
        self._default = self._calendars.get(said(root, "CalendarUID")) or next(iter(self._calendars.values()), None)
        status = moment(said(root, "StatusDate"))
        self._status = status.date() if status else with_progress
        self._uses: set[str] = set()
        self._kept_out: dict[str, tuple[int, Element]] = {}
        self._elements = {said(e, "UID"): e for e in root.all("Tasks", "Task") if said(e, "IsNull") != "1"}
        self._leaves: dict[str, list[str]] = {}  # summary -> the leaves below it

    def plan(self) -> IncomingPlan:
        root, result = self._root, self._result
        result.start = moment(said(root, "StartDate"))
        result.status_date = self._status
        current = moment(said(root, "CurrentDate"))
        result.possible_status_date = current.date() if current else None
        day, week = self._day_and_week()
        self._day, self._week = day, week
        self._outline()
        self._resources()
        self._work = self._assignments()
        for element in self._elements.values():
            if self._is_leaf(element):
                self._task(element)
        self._shift_start()
        self._baselines()
        if self._default is not None:
            result.calendar, result.calendar_name = settings(self._default), self._default.name
        for calendar in self._calendars.values():
            if calendar.name in self._uses or (calendar.is_base and calendar is not self._default):
                result.calendars[calendar.name] = settings(calendar)
        self._list_not_kept()
        return result

    def _day_and_week(self) -> tuple[int, int]:
        if self._default is None:
            return 480, 2400
        from pmkit.domain.project import CalendarSettings
        from pmkit.workspace.calendars import calendar_of

        made = calendar_of(CalendarSettings.model_validate(settings(self._default)))
        return made.day_minutes, made.week_minutes

    # --- outline

    def _outline(self) -> None:
        """Who is a summary of whom: by outline levels, the first level being the phases."""
        path: list[tuple[int, str]] = []
        self._path: dict[str, list[str]] = {}
        for uid, element in self._elements.items():
            level = _whole(said(element, "OutlineLevel")) or 0
            if level < 1:
                self._path[uid] = []
                continue
            while path and path[-1][0] >= level:
                path.pop()
            self._path[uid] = [above for _, above in path]
            path.append((level, uid))
        self._is_summary = {above for parents in self._path.values() for above in parents}
        self._is_summary |= {uid for uid, e in self._elements.items() if said(e, "Summary") == "1" and uid != "0"}
        for uid, parents in self._path.items():
            if uid not in self._is_summary:
                for above in parents:
                    self._leaves.setdefault(above, []).append(uid)

    def _is_leaf(self, element: Element) -> bool:
        uid = said(element, "UID")
        level = _whole(said(element, "OutlineLevel"))
        if uid in self._is_summary or level == 0:
            if level != 0 and said(element, "ConstraintType") not in {"", "0"}:
                self._keep_out("summary task: ConstraintType", element)
            if level != 0 and not self._leaves.get(uid):
                self._keep_out("summary task without tasks", element)
            return False
        if said(element, "Active") == "0":
            self._keep_out("inactive task", element)
            return False
        return True

    def _name_of(self, uid: str) -> str:
        return said(self._elements[uid], "Name") or f"({uid})"

    # --- tasks

    def _task(self, element: Element) -> None:
        uid = said(element, "UID")
        parents = self._path.get(uid, [])
        top = parents[0] if parents else ""
        self._result.phases.setdefault(top, self._name_of(top) if top else self._result.name or self._name)
        values: dict[str, Any] = {"source_uid": uid}
        if len(parents) > 1:
            values["group"] = " / ".join(self._name_of(above).replace(" / ", "/") for above in parents[1:])
        minutes = self._minutes(element, "Duration")
        is_elapsed = said(element, "DurationFormat") in ELAPSED_FORMATS
        is_milestone = said(element, "Milestone") == "1" and not minutes
        if said(element, "Milestone") == "1" and minutes:
            self._keep_out("milestone with a duration: now a task", element)
        if is_milestone:
            values["milestone"] = "true"
        else:
            values["duration"] = str(self.duration(minutes or 0, said(element, "DurationFormat"), elapsed=is_elapsed))
        self._constraint(element, values, is_milestone=is_milestone)
        if (deadline := moment(said(element, "Deadline"))) is not None:
            values["deadline"] = self.written(deadline, finish=True)
        if said(element, "Priority") not in {"", "500"} and (priority := _whole(said(element, "Priority"))) is not None:
            values["priority"] = priority
        if notes := said(element, "Notes"):
            values["notes"] = notes
        calendar = self._calendars.get(said(element, "CalendarUID"))
        if calendar is not None and calendar is not self._default:
            values["calendar"] = calendar.name
            self._uses.add(calendar.name)
        if (work := self._minutes(element, "Work")) and work != minutes:
            values["effort"] = str(self.duration(work, "5"))
        if (cost := self._money(element, "Cost")) is not None:
            values["cost"] = str(cost)
        if _whole(said(element, "LevelingDelay")) and (start := moment(said(element, "Start"))) is not None:
            values["levelled_start"] = self.written(start)
        self._result.tasks.append(
            Incoming(
                uid,
                self._name_of(uid),
                top,
                values,
                Place(self._name, element.line, element.column),
                tuple(self._links(element)),
                tuple(self._work.get(uid, ())),
                said(element, "Contact") or None,
                self._progress(element),
                moment(said(element, "Start")),
                moment(said(element, "Finish")),
                *self._own(element),
            )
        )

    def _own(self, element: Element) -> tuple[str | None, str]:
        """Our id of a task that went out from here and its fingerprint, as `CODE:T-001:1f2e3d4c` in a custom field."""
        if not self._is_ours:
            return None, ""
        value = next((said(e, "Value") for e in element.all("ExtendedAttribute") if _is_own(e)), "")
        code, _, rest = value.partition(":")
        task_id, _, checked = rest.partition(":")
        self._result.code = code or self._result.code
        return task_id or None, checked

    def _constraint(self, element: Element, values: dict[str, Any], *, is_milestone: bool) -> None:
        kind = said(element, "ConstraintType")
        if said(element, "Manual") == "1":
            self._by_hand(element, values, is_milestone=is_milestone)
            return
        if kind == "1":
            values["as_late_as_possible"] = "true"
        key = CONSTRAINTS.get(kind)
        at = moment(said(element, "ConstraintDate"))
        if key is None:
            return
        if at is None:
            self._mistake(element, "ConstraintDate", Text("is missing for the constraint", "缺失，而任务有限制类型"))
            return
        values[key] = self.written(at, finish=is_milestone or "finish" in key)

    def _by_hand(self, element: Element, values: dict[str, Any], *, is_milestone: bool) -> None:
        """A manually scheduled task: its start is a bound below, and a fixed one where a link would move it."""
        start = moment(said(element, "ManualStart")) or moment(said(element, "Start"))
        if start is None:
            return
        before = [self._elements.get(said(link, "PredecessorUID")) for link in element.all("PredecessorLink")]
        is_pushed = any(
            other is not None and said(other, "Manual") != "1" and self._overlaps(element, other) for other in before
        )
        key = "must_start_on" if is_pushed else "start_no_earlier_than"
        values[key] = start.isoformat(timespec="minutes") if is_milestone else self.written(start)
        self._note(
            Text(
                "manually scheduled tasks have their start as a bound now",
                "手动计划的任务以其开始时间作为约束",
            )
        )

    def _progress(self, element: Element) -> dict[str, Any] | None:
        """What was reported of a task, as of the status date: remaining work so that it ends where the file says."""
        percent = _whole(said(element, "PercentComplete")) or 0
        started = moment(said(element, "ActualStart"))
        if not percent and started is None:
            return None
        found: dict[str, Any] = {"percent": percent}
        if started is not None:
            found["actual_start"] = self.written(started)
        finished = moment(said(element, "ActualFinish"))
        if finished is not None:
            found["actual_finish"] = self.written(finished, finish=True)
        elif percent < 100 and said(element, "Milestone") != "1":
            remaining = self._minutes(element, "RemainingDuration")
            if remaining is not None:
                is_elapsed = said(element, "DurationFormat") in ELAPSED_FORMATS
                found["remaining"] = str(self.duration(remaining, said(element, "DurationFormat"), elapsed=is_elapsed))
        if (cost := self._money(element, "ActualCost")) is not None:
            found["actual_cost"] = str(cost)
        return found

    def _links(self, element: Element) -> Iterator[IncomingLink]:
        """The links of a task and of the summaries above it; one to a summary holds for all that is below that."""
        seen: set[tuple[str, str]] = set()
        for owner in (said(element, "UID"), *self._path.get(said(element, "UID"), [])):
            for link in self._elements[owner].all("PredecessorLink"):
                if said(link, "CrossProject") == "1":
                    self._keep_out("link to another project", link)
                    continue
                before = said(link, "PredecessorUID")
                if before not in self._elements:
                    self._mistake(
                        link,
                        "PredecessorUID",
                        Text(en="there is no task {uid}", zh="没有任务 {uid}").format(uid=before),
                    )
                    continue
                kind = LINK_TYPES.get(said(link, "Type") or "1")
                if kind is None:
                    self._mistake(link, "Type", Text("is none of 0 to 3", "应为 0 至 3"))
                    continue
                if owner != said(element, "UID") or before in self._leaves:
                    self._note(
                        Text(
                            "links of summary tasks hold for each task below them now",
                            "摘要任务的链接已改为其下各任务的链接",
                        )
                    )
                lag = self._lag(link, before)
                for uid in self._leaves.get(before, [before]):
                    is_active = uid in self._elements and said(self._elements[uid], "Active") != "0"
                    if is_active and uid != said(element, "UID") and (uid, kind) not in seen:
                        if self._fights(element, self._elements[uid], kind):
                            self._keep_out("link that two manually scheduled tasks contradict", link)
                            continue
                        seen.add((uid, kind))
                        yield IncomingLink(uid, kind, lag)

    def _note(self, note: Text) -> None:
        if note not in self._result.notes:
            self._result.notes.append(note)

    @staticmethod
    def _fights(task: Element, before: Element, kind: str) -> bool:
        """Both are fixed by hand, and the later one begins before the earlier one ends."""
        by_hand = said(task, "Manual") == "1" and said(before, "Manual") == "1"
        return kind == "FS" and by_hand and _Reader._overlaps(task, before)

    @staticmethod
    def _overlaps(task: Element, before: Element) -> bool:
        start, finish = moment(said(task, "Start")), moment(said(before, "Finish"))
        return start is not None and finish is not None and start < finish

    def _lag(self, link: Element, before: str) -> Duration | None:
        lag = _whole(said(link, "LinkLag")) or 0
        if not lag:
            return None
        format_ = said(link, "LagFormat")
        is_elapsed = format_ in ELAPSED_FORMATS
        if format_ in PERCENT_FORMATS:
            whole = self._minutes(self._elements[before], "Duration") or 0
            self._keep_out("lag in percent: now a fixed time", link)
            return self.duration(round(whole * lag / 100), "5", elapsed=is_elapsed)
        return self.duration(round(lag / 10), format_, elapsed=is_elapsed)

    def _shift_start(self) -> None:
        """A task may be bound to start before its project. Then the plan begins with the first of them.

        What waits for nothing and had the project's start as its bound gets that as a bound of its own.
        """
        begin = self._result.start
        early = [t.start for t in self._result.tasks if begin and isinstance(t.start, datetime) and t.start < begin]
        if begin is None or not early:
            return
        self._result.start = min(early)
        bound = self.written(begin)
        for position, task in enumerate(self._result.tasks):
            bounds = {"start_no_earlier_than", "must_start_on", "must_finish_on"}
            if isinstance(task.start, datetime) and task.start >= begin and not bounds & task.values.keys():
                from dataclasses import replace

                values = {**task.values, "start_no_earlier_than": bound}
                self._result.tasks[position] = replace(task, values=values)
        self._result.notes.append(
            Text(
                en="tasks begin before the project's start {day}; the plan begins with the first of them",
                zh="有任务早于项目开始日期 {day}，计划从其中最早的任务开始",
            ).format(day=begin.date())
        )

    # --- resources

    def _resources(self) -> None:
        own = own_calendars(self._root)
        self._known: set[str] = set()
        for element in self._root.all("Resources", "Resource"):
            uid, name = said(element, "UID"), said(element, "Name")
            if not name or said(element, "IsNull") == "1" or uid == "0":
                continue
            self._known.add(uid)
            values: dict[str, Any] = {}
            kind = (
                "cost" if said(element, "IsCostResource") == "1" else RESOURCE_TYPES.get(said(element, "Type"), "work")
            )
            if kind != "work":
                values["resource"] = kind
            units = _decimal(said(element, "MaxUnits"))
            if kind == "work" and units is not None and units != 1:
                values["units"] = plain((units * 100).quantize(Decimal("0.01")))
            if mail := said(element, "EmailAddress"):
                values["email"] = mail
            if group := said(element, "Group"):
                values["department"] = group
            if notes := said(element, "Notes"):
                values["notes"] = notes
            rate = _decimal(said(element, "StandardRate"))
            if rate:
                values["rate"] = str(Money(rate, self._currency))
            self._resource_calendar(own.get(said(element, "CalendarUID")), values)
            self._result.resources.append(IncomingResource(uid, name, values))

    def _resource_calendar(self, own: Calendar | None, values: dict[str, Any]) -> None:
        """The days on which somebody is away, or a calendar of their own where they work at other hours."""
        if own is None or self._default is None:
            return
        base = self._calendars.get(own.base or "", self._default)
        away = {day: spans for day, spans in own.days.items() if spans != self._spans(base, day)}
        if own.week or any(away.values()):
            values["calendar"] = own.name
            self._uses.add(own.name)
            return
        if base is not self._default:
            values["calendar"] = base.name
            self._uses.add(base.name)
        if away:
            values["absent"] = [day.isoformat() for day in sorted(away)]

    @staticmethod
    def _spans(calendar: Calendar, day: date) -> Spans:
        return calendar.days.get(day, calendar.week.get(day.weekday(), ()))

    def _assignments(self) -> dict[str, list[tuple[str, Decimal]]]:
        found: dict[str, list[tuple[str, Decimal]]] = {}
        resources = self._root.all("Resources", "Resource")
        works_by = {said(e, "UID"): self._calendars.get(said(e, "CalendarUID"), self._default) for e in resources}
        for element in self._root.all("Assignments", "Assignment"):
            task, resource = said(element, "TaskUID"), said(element, "ResourceUID")
            if self._is_split(element, works_by.get(resource, self._default)):
                self._keep_out("gap of a split task: now one piece", element)
            if resource in {"-65535", "", "-1"} or resource not in self._known:
                continue
            if task not in self._elements or task in self._is_summary:
                self._keep_out("assignment to a summary task", element)
                continue
            units = _decimal(said(element, "Units"))
            percent = ((Decimal(1) if units is None else units) * 100).quantize(Decimal("0.01"))
            found.setdefault(task, []).append((resource, percent or Decimal(100)))
        return found

    def _is_split(self, assignment: Element, calendar: Calendar | None) -> bool:
        """True where work rests for a working day and goes on after it: what the time-phased work tells of a split."""
        if calendar is None:
            return False
        rests = False
        has_begun = False
        for part in assignment.all("TimephasedData"):
            if said(part, "Type") not in {"1", "2"}:  # remaining and actual work
                continue
            if said(part, "Value") not in {"", "PT0H0M0S"}:
                if rests:
                    return True
                has_begun = True
            elif has_begun and (begin := moment(said(part, "Start"))) is not None:
                end = moment(said(part, "Finish")) or begin
                days = [begin.date() + timedelta(n) for n in range(min(400, (end.date() - begin.date()).days + 1))]
                rests = rests or any(_worked_in(begin, end, day, self._spans(calendar, day)) for day in days)
        return False

    # --- baselines

    def _baselines(self) -> None:
        rows: dict[str, dict[str, dict[str, Any]]] = {}
        leaves = {task.uid for task in self._result.tasks}
        for uid, element in self._elements.items():
            for row in element.all("Baseline"):
                if uid not in leaves:
                    continue
                values: dict[str, Any] = {}
                if (start := moment(said(row, "Start"))) is not None:
                    values["start"] = self.written(start)
                if (finish := moment(said(row, "Finish"))) is not None:
                    values["finish"] = self.written(finish, finish=True)
                if (minutes := self._minutes(row, "Duration")) is not None and said(row, "Duration"):
                    elapsed = said(row, "DurationFormat") in ELAPSED_FORMATS
                    values["duration"] = str(self.duration(minutes, said(row, "DurationFormat"), elapsed=elapsed))
                if work := self._minutes(row, "Work"):
                    values["effort"] = str(self.duration(work, "5"))
                if (cost := self._money(row, "Cost")) is not None:
                    values["cost"] = str(cost)
                if values:
                    rows.setdefault(said(row, "Number") or "0", {})[uid] = values
        # the first one is what MS Project means by "the baseline": it comes last, as the newest
        for number in sorted(rows, key=lambda n: -(_whole(n) or 0)):
            self._result.baselines.append(IncomingBaseline(number, rows[number]))

    # --- values

    def duration(self, minutes: int, format_: str, *, elapsed: bool = False) -> Duration:
        """Minutes in the unit that the file shows them in, where that is exact; else in a smaller one."""
        units = {"ew": 10080, "ed": 1440, "eh": 60} if elapsed else {"w": self._week, "d": self._day, "h": 60, "min": 1}
        shown = _UNITS.get(format_, "ed" if elapsed else "d")
        for unit in dict.fromkeys((shown, *units)):
            if unit in units and unit not in {"ew", "w"} - {shown}:
                amount = (Decimal(minutes) / units[unit]).quantize(Decimal("0.01"))
                if amount * units[unit] == minutes:
                    return Duration(amount, unit)
        return Duration((Decimal(minutes) / 60).quantize(Decimal("0.0001")), "eh" if elapsed else "h")

    def written(self, at: datetime, *, finish: bool = False) -> str:
        """A moment as a day, where it is the first or the last working minute of it."""
        spans = self._spans(self._default, at.date()) if self._default else ()
        minute = at.hour * 60 + at.minute
        edge = (spans[-1][1] if finish else spans[0][0]) if spans else None
        return at.date().isoformat() if minute == edge else at.isoformat(timespec="minutes")

    def _minutes(self, element: Element, tag: str) -> int | None:
        text = said(element, tag)
        if not text:
            return None
        match = _DURATION.fullmatch(text)
        if match is None or match[1]:
            unreadable = Text(en="`{text}` is no duration", zh="`{text}` 不是工期").format(text=text[:40])
            problem = Text("is a negative duration", "工期为负") if match else unreadable
            self._mistake(element, tag, problem)
            return None
        days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
        return days * 1440 + hours * 60 + minutes + (1 if seconds >= 30 else 0)

    def _money(self, element: Element, tag: str) -> Money | None:
        """Amounts are in hundredths of the currency."""
        amount = _decimal(said(element, tag))
        return Money(amount / 100, self._currency) if amount else None

    def _mistake(self, element: Element, tag: str, problem: Text) -> None:
        at = element.child(tag) or element
        what = f"{element.name}/{tag}"
        found = WRONG_IMPORT.found(Place(self._name, at.line, at.column), None, what=what, problem=problem)
        if found not in self._result.mistakes:
            self._result.mistakes.append(found)

    # --- what is not kept

    def _keep_out(self, what: str, element: Element) -> None:
        count, first = self._kept_out.get(what, (0, element))
        self._kept_out[what] = (count + 1, first)

    def _list_not_kept(self) -> None:
        for element in self._root.all("Tasks", "Task"):
            if said(element, "IsNull") == "1":
                self._keep_out("blank row", element)
        self._walk(self._root)
        self._result.not_kept = [
            NotKept(what, count, Place(self._name, first.line, first.column))
            for what, (count, first) in self._kept_out.items()
        ]

    def _walk(self, element: Element) -> None:
        kept, computed = KEPT.get(element.name), COMPUTED.get(element.name, frozenset())
        for child in element.children:
            is_known = kept is None or child.name in kept
            if is_known and child.name not in {"WeekDays", "Exceptions", "WorkWeeks"}:
                self._walk(child)
            elif not is_known and child.name not in computed and _says_something(child) and not self._is_own_id(child):
                self._keep_out(f"{element.name}/{child.name}", child)

    def _is_own_id(self, element: Element) -> bool:
        """Our own custom field, or the list of custom fields with nothing else in it."""
        fields = element.children if element.name == "ExtendedAttributes" else [element]
        return self._is_ours and all(_is_own(one) for one in fields)


def _worked_in(begin: datetime, end: datetime, day: date, spans: Spans) -> bool:
    """True where working time of a day lies between the two moments."""
    midnight = datetime.combine(day, time())
    return any(midnight + timedelta(minutes=a) < end and begin < midnight + timedelta(minutes=b) for a, b in spans)


def _is_own(element: Element) -> bool:
    return element.name == "ExtendedAttribute" and said(element, "FieldID") == OWN_FIELD


def _says_something(element: Element) -> bool:
    if element.children:
        return any(_says_something(child) for child in element.children)
    text = element.text.strip()
    return text not in _NOTHING and (element.name, text) not in _AS_OURS


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"-?\d{1,15}", text) else None


def _decimal(text: str) -> Decimal | None:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
