"""The working calendars of a project: the profile's own, the further ones it names, and each task's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pmkit.domain.people import Person
from pmkit.domain.plan import Task
from pmkit.domain.project import CalendarSettings, Project
from pmkit.kernel.calendar import AROUND_THE_CLOCK, WorkCalendar, named_calendar, parse_hours, together
from pmkit.kernel.errors import UsageError
from pmkit.kernel.finding import Finding, Rule
from pmkit.kernel.place import Keys, Spot
from pmkit.kernel.text import Text, did_you_mean
from pmkit.workspace.model import Workspace

BAD_CALENDAR = Rule(
    "PLN305", "unknown-base-calendar", "error",
    Text("the profile's calendar cannot be built: {problem}", "项目日历无法建立：{problem}"),
    Text("`base:` is CN, weekdays, or a country code with pmkit[holidays]",
         "`base:` 可为 CN、weekdays，安装 pmkit[holidays] 后也可为国家代码"),
)  # fmt: skip
NO_SUCH_CALENDAR = Rule(
    "PLN205", "calendar-not-there", "error",
    Text("{id}: there is no calendar {name}", "{id}：没有名为 {name} 的日历"),
    Text("list it under `calendars:` in pmkit.yaml; {hint}", "请在 pmkit.yaml 的 `calendars:` 中定义。{hint}"),
)  # fmt: skip
OVERLAPPING = Rule(
    "PLN206", "overlapping-calendar", "error",
    Text("the calendar {name} contradicts itself: {problem}", "日历 {name} 自相矛盾：{problem}"),
    Text("keep one of the two, or correct the hours", "请只保留其中一处，或更正时间段"),
)  # fmt: skip
NO_WORKING_TIME = Rule(
    "PLN207", "no-working-time", "error",
    Text("{id} has no working time: nothing is ever worked in {name}", "{id} 没有工作时间：{name} 中没有任何工作时间"),
    Text("give the calendar hours on some weekday", "请在该日历中至少为一天设置工作时间"),
)  # fmt: skip

OWN = "calendar"  # the key of the project's own calendar in the profile


def project_calendar(project: Project) -> WorkCalendar:
    """The working calendar that the profile describes. Raises UsageError for one that does not exist."""
    return calendar_of(project.calendar)


def calendar_of(settings: CalendarSettings, name: str | None = None) -> WorkCalendar:
    """The calendar that settings describe. Raises UsageError for an unknown base, and for hours that are none."""
    base = named_calendar(settings.base)
    made = base.changed(
        weekdays=settings.weekdays,
        hours=parse_hours(settings.hours) if settings.hours else (),
        days_off=settings.days_off,
        extra_work=settings.extra_work,
        week={day: parse_hours(hours) for day, hours in settings.week.items()},
        special={day: parse_hours(hours) for day, hours in settings.special.items()},
    )
    if name is None:
        return made
    from dataclasses import replace

    return replace(made, name=name)


class Calendars:
    """Every calendar of a project. What is wrong with one goes to `findings`, and the weekdays stand in for it."""

    def __init__(self, ws: Workspace, findings: list[Finding]) -> None:
        self._ws = ws
        self._findings = findings
        self._told: set[tuple[str, str]] = set()
        self._made: dict[tuple[object, ...], WorkCalendar | None] = {}
        profile = ws.project
        self.own = self._checked(profile.calendar, None, (OWN,))
        self.named: Mapping[str, WorkCalendar] = {
            name: self._checked(settings, name, ("calendars", name)) for name, settings in profile.calendars.items()
        }

    def _checked(self, settings: CalendarSettings, name: str | None, keys: Keys) -> WorkCalendar:
        at = self._ws.project.at(*keys)
        shown = name or settings.base
        self._findings += _contradictions(settings, shown, at)
        try:
            made = calendar_of(settings, name)
        except UsageError as error:
            key = self._key_of_mistake(settings)
            if key:
                found = OVERLAPPING.found(at.at(*key), self._ws.project.id, name=shown, problem=error.says)
            else:
                found = BAD_CALENDAR.found(at, self._ws.project.id, problem=error.says)
            self._findings.append(found)
            return WorkCalendar()
        if not made.has_work:
            whose = name or self._ws.project.code
            self._findings.append(NO_WORKING_TIME.found(at, self._ws.project.id, id=whose, name=shown))
            return WorkCalendar()
        return made

    def _key_of_mistake(self, settings: CalendarSettings) -> Keys:
        """The hours that are none, else the whole calendar."""
        tables: list[tuple[Keys, Sequence[str]]] = [(("hours",), settings.hours)]
        tables += [(("week", day), hours) for day, hours in settings.week.items()]
        tables += [(("special", day.isoformat()), hours) for day, hours in settings.special.items()]
        for keys, hours in tables:
            try:
                parse_hours(hours)
            except UsageError:
                return keys
        return ()

    def of(self, task: Task) -> WorkCalendar | None:
        """The task's own working time; None where it is the project's.

        That of its calendar, else whenever one of its people works (by theirs, else the project's), and in either case
        less the days on which one of them is away. An elapsed duration runs around the clock.
        """
        if task.duration is not None and task.duration.is_elapsed:
            return AROUND_THE_CLOCK
        return self.working(task)

    def working(self, task: Task) -> WorkCalendar | None:
        """The same for what is counted in working time even of an elapsed task: the lags of its links."""
        people = [p for given in task.assignments if (p := self._ws.find(given.target, Person)) is not None]
        workers = [p for p in people if p.resource == "work"]
        away = frozenset(day for person in workers for day in person.absent)
        calendars = tuple(sorted({p.calendar or "" for p in workers})) if task.calendar is None else ()
        key = (task.calendar, calendars, away)
        if key not in self._made or self._is_unknown(task, workers):
            self._made[key] = self._combined(task, workers, away)
        return self._made[key]

    def _is_unknown(self, task: Task, workers: Sequence[Person]) -> bool:
        """True where a calendar is named that is not there: each place that names it is told."""
        names = [task.calendar] if task.calendar is not None else [p.calendar for p in workers]
        return any(name is not None and name not in self.named for name in names)

    def _combined(self, task: Task, workers: Sequence[Person], away: frozenset[object]) -> WorkCalendar | None:
        if task.calendar is not None:
            parts = [self._find(task.calendar, task.id, task.at("calendar"))]
        else:
            parts = [self._find(p.calendar, p.id, p.at("calendar")) if p.calendar else self.own for p in workers] or [
                self.own
            ]
        base = together(parts)
        if not away:
            return None if base is self.own else base
        return base.without(day for person in workers for day in person.absent)

    def _find(self, name: str, who: str, at: Spot) -> WorkCalendar:
        if name in self.named:
            return self.named[name]
        if (who, name) not in self._told:
            self._told.add((who, name))
            self._findings.append(
                NO_SUCH_CALENDAR.found(at, who, id=who, name=name, hint=did_you_mean(name, list(self.named)))
            )
        return self.own


def _contradictions(settings: CalendarSettings, name: str, at: Spot) -> list[Finding]:
    """A day that is both off and worked, or has hours of its own and is off."""
    off, extra, special = set(settings.days_off), set(settings.extra_work), set(settings.special)
    return [
        OVERLAPPING.found(at.at(key), None, name=name, problem=Text(
            en="{day} stands in `{one}` and in `{other}`", zh="{day} 同时出现在 `{one}` 和 `{other}` 中",
        ).format(day=day.isoformat(), one=key, other=other))
        for key, days, other, others in (
            ("extra_work", extra, "days_off", off), ("special", special, "days_off", off),
            ("special", special, "extra_work", extra),
        )
        for day in sorted(days & others)
    ]  # fmt: skip
