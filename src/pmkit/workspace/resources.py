"""People as the engine's resources: what each gives, what each task takes, and who has too much to do when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from pmkit.domain.assignment import Assignment
from pmkit.domain.plan import Task
from pmkit.kernel.calendar import DAY, WorkCalendar, clock, moment_of, start_of
from pmkit.schedule.levelling import Demand, Levelled
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import Planned

ONE_DAY = timedelta(days=1)


def works_on(task: Task) -> tuple[Assignment, ...]:
    """Who is busy with a task: its assignments; time that only passes (`30ed`) keeps no owner busy."""
    if task.duration is not None and task.duration.is_elapsed:
        return task.resources
    return task.assignments


def capacities(ws: Workspace) -> dict[str, int]:
    """What each person gives at once, in hundredths of a percent."""
    return {person.id: int(person.units * 100) for person in ws.people if person.units and person.resource == "work"}


def demands(planned: Planned) -> dict[str, Demand]:
    """What each task takes of the people who are there, in hundredths of a percent."""
    known = capacities(planned.ws)
    found = {}
    for task in planned.ws.tasks:
        needs: dict[str, int] = {}
        for given in works_on(task):
            if given.target in known:
                share = int(given.share(Decimal(known[given.target]) / 100) * 100)
                needs[given.target] = needs.get(given.target, 0) + share
        if needs and not task.is_milestone:
            found[task.id] = Demand(needs, task.priority)
    return found


@dataclass(frozen=True, slots=True)
class Load:
    """What a person has to do in a period: minutes of work, minutes that the person gives, the tasks with minutes.

    `over`: days of the period on which tasks want more at once than the person gives, `clash` the tasks of those days.
    """

    person: str
    first: date
    last: date
    work: Decimal
    room: Decimal
    tasks: Mapping[str, Decimal]
    over: tuple[date, ...]
    clash: tuple[str, ...]

    @property
    def percent(self) -> Decimal | None:
        """Work in percent of room; None where there is work and no room at all."""
        if not self.room:
            return None if self.work else Decimal(0)
        return 100 * self.work / self.room


def loads(planned: Planned, step: str = "week") -> list[Load]:
    """Each person's load by `day`, ISO `week` or `month`, from the first day of open work to the last.

    Work that is done does not count; a task's work is its own working minutes times its units.
    """
    by_day = _work_by_day(planned)
    people = {person.id: person for person in planned.ws.people}
    found: list[Load] = []
    days = [day for work in by_day.values() for day in work]
    if not days:
        return []
    periods = list(_periods(min(days), max(days), step))
    for handle, work in by_day.items():
        person = people[handle]
        calendar = planned.calendar.without(person.absent)
        for first, last in periods:
            total, room, tasks, over = Decimal(0), Decimal(0), dict[str, Decimal](), list[date]()
            clash: dict[str, None] = {}
            day = first
            while day <= last:
                minutes = sum(end - start for start, end in calendar.spans_on(start_of(day) // DAY))
                room += minutes * person.units / 100
                peak = Decimal(0)
                for task_id, share, spent in work.get(day, ()):
                    total += spent * share / 100
                    tasks[task_id] = tasks.get(task_id, Decimal(0)) + spent * share / 100
                    peak += share
                if peak > person.units and _at_once(planned, day, work[day], person.units):
                    over.append(day)
                    clash |= dict.fromkeys(task_id for task_id, _, _ in work[day])
                day += ONE_DAY
            found.append(Load(handle, first, last, total, room, tasks, tuple(over), tuple(clash)))
    return found


_Spent = tuple[str, Decimal, int]  # task, units, minutes of the day


def _work_by_day(planned: Planned) -> dict[str, dict[date, list[_Spent]]]:
    """Person -> day -> what is worked on that day; people in the order of people.yaml, those without work too."""
    known = {person.id: person.units for person in planned.ws.people if person.units}
    found: dict[str, dict[date, list[_Spent]]] = {person.id: {} for person in planned.ws.people}
    nodes = {node.id: node for node in planned.network.nodes}
    for task in planned.ws.tasks:
        node = nodes[task.id]
        if task.is_milestone or (node.actuals is not None and node.actuals.finish is not None):
            continue
        assigned = [given for given in works_on(task) if given.target in known]
        if not assigned:
            continue
        passes = task.duration is not None and task.duration.is_elapsed
        calendar = planned.calendar if passes or node.calendar is None else node.calendar
        item = planned.item(task.id)
        start, finish = clock(item.start), clock(item.finish)
        if node.actuals is not None and planned.status_date is not None:
            start = max(start, start_of(planned.status_date) + DAY)
        for number in range(start // DAY, finish // DAY + 1):
            minutes = _worked(calendar, number, start, finish)
            if minutes:
                day = date(1970, 1, 1) + timedelta(number)
                for given in assigned:
                    found[given.target].setdefault(day, []).append((task.id, given.share(known[given.target]), minutes))
    return {handle: work for handle, work in found.items() if work}


def _worked(calendar: WorkCalendar, number: int, start: int, finish: int) -> int:
    """Minutes of the day that lie between two clock values."""
    begin = number * DAY
    return sum(max(0, min(begin + to, finish) - max(begin + since, start)) for since, to in calendar.spans_on(number))


def _at_once(planned: Planned, day: date, work: list[_Spent], units: Decimal) -> bool:
    """Whether tasks of a day really run at the same moment with more than the units."""
    spans = [(clock(planned.item(i).start), clock(planned.item(i).finish), share) for i, share, _ in work]
    edges = {max(start, start_of(day)) for start, _, _ in spans}
    return any(sum(share for start, finish, share in spans if start <= at < finish) > units for at in edges)


def _periods(first: date, last: date, step: str) -> Iterator[tuple[date, date]]:
    """Whole days, ISO weeks or months that cover the days."""
    begin = first - timedelta(first.weekday()) if step == "week" else first.replace(day=1) if step == "month" else first
    while begin <= last:
        if step == "month":
            end = (begin.replace(day=28) + timedelta(4)).replace(day=1) - ONE_DAY
        else:
            end = begin + timedelta(6 if step == "week" else 0)
        yield begin, end
        begin = end + ONE_DAY


def held_starts(planned: Planned, found: Levelled) -> dict[str, date | datetime]:
    """Where levelling holds tasks, as the plan writes it: a day where it is the beginning of the project's day."""
    starts: dict[str, date | datetime] = {}
    for task_id, at in found.held.items():
        spans = planned.calendar.spans_on(at // DAY)
        moment = moment_of(at)
        starts[task_id] = moment.date() if spans and spans[0][0] == at % DAY else moment
    return starts
