"""A plan that came from outside, as records: phases, tasks, people, calendars, progress and baselines in one go."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pmkit.actions.records import NextId, with_currency
from pmkit.domain.assignment import Assignment
from pmkit.domain.kind import Record, content, file_data, file_value
from pmkit.domain.people import PERSON, Person
from pmkit.domain.plan import BASELINE, PHASE, PROGRESS, TASK, Baseline, Dependency, Phase, Progress, Task
from pmkit.domain.problems import validated
from pmkit.domain.project import CalendarSettings, Project
from pmkit.kernel.digest import digest
from pmkit.kernel.errors import BadWorkspace, Refused, UsageError
from pmkit.kernel.finding import Finding
from pmkit.kernel.ids import HANDLE
from pmkit.kernel.place import Place, Spot
from pmkit.kernel.text import Text
from pmkit.workspace.edits import Acting, Append, Change, Create, Edits, Set, headed
from pmkit.workspace.exchange import WRONG_IMPORT, Incoming, IncomingPlan
from pmkit.workspace.layout import PEOPLE, PROFILE, new_path
from pmkit.workspace.model import Workspace

ROLES = {"work": "engineer", "material": "material", "cost": "cost"}


@dataclass(frozen=True)
class Imported:
    """What an import would write, the workspace as it would then be, and where each new task stands in the file."""

    edits: Edits
    ws: Workspace
    ids: Mapping[str, str]
    places: Mapping[str, Place]
    people: tuple[str, ...]
    sets_start: bool

    def back_in_file(self, finding: Finding) -> Finding:
        """A finding about a new record, at its place in the file that it comes from."""
        place = self.places.get(finding.record or "")
        if place is None:
            return finding
        return Finding(finding.code, finding.severity, place, finding.says, finding.fix, finding.record, finding.args)


def import_plan(
    ws: Workspace, plan: IncomingPlan, next_id: NextId, acting: Acting, *, source: str, keep_calendar: bool = False
) -> Imported:
    """The plan as records. An empty workspace takes start and calendar from the file too, unless told to keep its own.

    Raises BadWorkspace with every mistake of the file, Refused for tasks that were imported before.
    """
    _refuse_known(ws, plan)
    return _Import(ws, plan, next_id, acting, source, keep_calendar=keep_calendar).result()


def _refuse_known(ws: Workspace, plan: IncomingPlan) -> None:
    here = {task.source_uid: task.id for task in ws.tasks if task.source_uid}
    known = [here[task.uid] for task in plan.tasks if task.uid in here]
    if known:
        raise Refused(
            Text(en="{n} of the tasks are in the plan already: {ids}", zh="其中 {n} 个任务已在计划中：{ids}").format(
                n=len(known), ids=", ".join(known[:8]) + (" ..." if len(known) > 8 else "")
            ),
            Text(
                en="undo the first import with `pmkit undo`, or import into another workspace",
                zh="请先用 `pmkit undo` 撤销上次导入，或导入到另一个项目",
            ),
        )


class _Import:
    def __init__(
        self, ws: Workspace, plan: IncomingPlan, next_id: NextId, acting: Acting, source: str, *, keep_calendar: bool
    ) -> None:
        self._ws, self._plan, self._acting, self._source = ws, plan, acting, source
        self._next_id = next_id
        self._mistakes: list[Finding] = list(plan.mistakes)
        self._changes: list[Change] = []
        self._records: list[Record] = []
        self._takes_profile = not ws.tasks and not keep_calendar

    def result(self) -> Imported:
        plan = self._plan
        if not plan.tasks and not plan.resources and not self._mistakes:
            raise UsageError(
                Text(en="{file} holds no tasks", zh="{file} 中没有任务").format(file=self._source),
            )
        self._handles: dict[str, str] = {}
        project = self._profile()
        self._people()
        self._ids = {task.uid: self._next_id("M" if "milestone" in task.values else "T") for task in plan.tasks}
        phases = self._phases()
        if self._mistakes:
            raise BadWorkspace(
                Text(en="{file} cannot be imported", zh="{file} 无法导入").format(file=self._source),
                Text("mend what is listed above; nothing was written", "请先改正上面列出的问题；未写入任何内容"),
                self._mistakes,
            )
        self._progress()
        self._baselines(phases)
        after, _ = Workspace.assemble(project, [*self._ws.records.values(), *self._records])
        records = tuple(r.id for r in sorted(self._records, key=lambda r: isinstance(r, Person)))
        what = Text("Import {n} tasks from {file}", "从 {file} 导入 {n} 项任务").format(
            n=len(plan.tasks), file=self._source
        )
        subject = headed(records[0] if records else PROFILE, what)
        return Imported(
            Edits(tuple(self._changes), "plan.import", records, subject, self._acting.by, self._acting.on),
            after,
            self._ids,
            {self._ids[task.uid]: task.place for task in plan.tasks},
            tuple(p.id for p in self._records if isinstance(p, Person)),
            self._takes_profile and plan.start is not None,
        )

    # --- profile and people

    def _profile(self) -> Project:
        """The profile with the file's start and calendar, where the plan was empty, and its further calendars."""
        plan, project = self._plan, self._ws.project
        new: dict[str, Any] = {}
        if self._takes_profile:
            if plan.start is not None:
                new["start"] = self._start_text()
            if plan.calendar is not None:
                new["calendar"] = dict(plan.calendar)
        calendars = {name: file_value(settings) for name, settings in project.calendars.items()}
        for name, settings in plan.calendars.items():
            if name not in calendars:
                calendars[name] = dict(settings)
                self._changes.append(Set(PROFILE, ("calendars", name), dict(settings)))
        if not project.calendars and calendars:
            self._changes = [Set(PROFILE, ("calendars",), calendars)]
        self._changes[:0] = [Set(PROFILE, (key,), value) for key, value in new.items()]
        raw = {"id": project.id, **file_data(project), **new, **({"calendars": calendars} if calendars else {})}
        return validated(Project, raw).placed(project.spot)

    def _start_text(self) -> str:
        """The start as a day where it is the first working minute of the only calendar; else with its time."""
        start = self._plan.start
        assert start is not None  # noqa: S101 - the only caller has just asked
        if not start.hour and not start.minute:
            return start.date().isoformat()
        is_alone = not self._plan.calendars and not any("e" in str(t.values.get("duration")) for t in self._plan.tasks)
        if self._plan.calendar is not None and is_alone:
            from pmkit.workspace.calendars import calendar_of

            calendar = calendar_of(CalendarSettings.model_validate(self._plan.calendar))
            spans = calendar.spans_on(start.toordinal() - 719163)
            if spans and start.hour * 60 + start.minute == spans[0][0]:
                return start.date().isoformat()
        return start.isoformat(timespec="minutes")

    def _people(self) -> None:
        """Each resource as the person of that name, or as a new entry of people.yaml."""
        by_name = {person.name: person.id for person in self._ws.people}
        self._by_handle = {person.id: person for person in self._ws.people}
        taken = {person.id for person in self._ws.people}
        for resource in self._plan.resources:
            if resource.name in by_name:
                self._handles[resource.uid] = by_name[resource.name]
                continue
            handle = _free_handle(resource.name, resource.uid, taken)
            taken.add(handle)
            self._handles[resource.uid] = by_name[resource.name] = handle
            role = ROLES[str(resource.values.get("resource", "work"))]
            raw = {
                "name": resource.name,
                "side": "supplier",
                "role": role,
                **resource.values,
                "source_uid": resource.uid,
            }
            person = self._made(Person, {"id": handle, **raw}, Place(self._source), resource.name)
            if person is not None:
                self._by_handle[handle] = person
                self._records.append(person.placed(Spot(PEOPLE)))
                self._changes.append(Append(PEOPLE, (PERSON.list_key or "",), {"id": handle, **file_data(person)}))

    # --- phases

    def _phases(self) -> list[Phase]:
        number = max((int(p.id.removeprefix(PHASE.prefix)) for p in self._ws.phases), default=0)
        made = []
        by_phase: dict[str, list[Task]] = {}
        for incoming in self._plan.tasks:
            task = self._task(incoming)
            if task is not None:
                by_phase.setdefault(incoming.phase, []).append(task)
        for key, name in self._plan.phases.items():
            tasks = by_phase.get(key, [])
            if not tasks:
                continue
            number += 1
            phase_id = f"{PHASE.prefix}{number}"
            raw_tasks = [{"id": task.id, **file_data(task)} for task in tasks]
            phase = validated(Phase, {"id": phase_id, "name": name, "tasks": raw_tasks})
            path = new_path(PHASE, phase_id)
            self._changes.append(Create(path, {"name": phase.name, "tasks": raw_tasks}, PHASE.name))
            self._records.append(phase.placed(Spot(path)))
            self._records += [t.placed(Spot(path, ("tasks", n))) for n, t in enumerate(phase.tasks)]
            made.append(phase)
        return made

    def _task(self, incoming: Incoming) -> Task | None:
        values = with_currency(self._ws, TASK, incoming.values)
        raw: dict[str, Any] = {"id": self._ids[incoming.uid], "name": incoming.name, **values}
        links = [link for link in incoming.links if link.uid in self._ids]  # those that lead nowhere are told already
        raw["after"] = [str(Dependency(self._ids[link.uid], link.type, link.lag)) for link in links]
        raw["resources"] = [
            str(Assignment(self._handles[uid], None if units == self._share(uid) else units))
            for uid, units in incoming.work
            if uid in self._handles
        ]
        if incoming.owner is not None and (owner := self._owner(incoming.owner)) is not None:
            raw["owner"] = owner
            if raw["resources"] == [owner]:
                raw["resources"] = []
        task: Task | None = self._made(Task, raw, incoming.place, incoming.name)
        return task

    def _share(self, uid: str) -> Decimal:
        """The percent that goes without saying: all that the person gives."""
        person = self._by_handle.get(self._handles[uid])
        return Assignment("").share(person.units) if person is not None else Decimal(100)

    def _owner(self, name: str) -> str | None:
        """A person by handle or name, those just imported included."""
        people = [*self._ws.people, *(r for r in self._records if isinstance(r, Person))]
        return next((p.id for p in people if name in {p.id, p.name}), None)

    def _made(self, model: type[Any], raw: Mapping[str, Any], place: Place, what: str) -> Any:
        """A record of what the file says; what is wrong with it is a mistake at its place in the file."""
        try:
            return validated(model, raw)
        except UsageError as error:
            self._mistakes.append(WRONG_IMPORT.found(place, None, what=what, problem=error.says))
            return None

    # --- progress and baselines

    def _progress(self) -> None:
        status = self._plan.status_date
        entries = [
            {"id": self._ids[task.uid], **task.progress} for task in self._plan.tasks if task.progress is not None
        ]
        if status is None or not entries:
            return
        raw = {"by": self._acting.by, "tasks": entries}
        progress = validated(Progress, {"id": status.isoformat(), **raw})
        if self._ws.find(progress.id, Progress) is not None:
            raise Refused(
                Text(en="progress was reported for {day} already", zh="{day} 的进度已填报").format(day=progress.id)
            )
        path = new_path(PROGRESS, progress.id)
        self._records.append(progress.placed(Spot(path)))
        self._changes.append(Create(path, file_data(progress), PROGRESS.name))

    def _baselines(self, phases: list[Phase]) -> None:
        tasks = {task.id: task for phase in phases for task in phase.tasks}
        phase_of = {task.id: phase.id for phase in phases for task in phase.tasks}
        for baseline in self._plan.baselines:
            record_id = self._next_id(BASELINE.prefix)
            items = []
            for incoming in self._plan.tasks:
                if incoming.uid in baseline.items:
                    task = tasks[self._ids[incoming.uid]]
                    items.append(
                        {
                            "id": task.id,
                            "phase": phase_of[task.id],
                            "name": task.name,
                            **baseline.items[incoming.uid],
                        }
                        | ({"milestone": True} if task.is_milestone else {})
                        | ({"after": list(task.after)} if task.after else {})
                    )
            name = "Baseline" if baseline.number == "0" else f"Baseline {baseline.number}"
            raw = {
                "name": f"{name} ({self._source})", "on": self._acting.on.isoformat(), "by": self._acting.by,
                "plan_digest": digest({phase.id: content(phase) for phase in phases}), "source_uid": baseline.number,
                "items": items,
            }  # fmt: skip
            record = validated(Baseline, {"id": record_id, **raw})
            path = new_path(BASELINE, record_id)
            self._records.append(record.placed(Spot(path)))
            self._changes.append(Create(path, file_data(record), BASELINE.name))


def _free_handle(name: str, uid: str, taken: set[str]) -> str:
    """A handle made of the Latin letters of a name; of the id in the file where there are none."""
    plain = re.sub(r"[^a-z0-9]+", ".", name.lower()).strip(".")
    base = plain if HANDLE.match(plain) else f"res-{re.sub('[^a-z0-9]', '', uid.lower()) or '1'}"
    handle, number = base, 1
    while handle in taken:
        number += 1
        handle = f"{base}-{number}"
    return handle
