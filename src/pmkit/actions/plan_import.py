"""A plan that came from outside, as records: phases, tasks, people, calendars, progress and baselines in one go.

A file that comes again updates what it made before: what only the file changed is taken, what only people changed here
stays, and what both changed is kept and told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from pmkit.actions.plan_update import UNKNOWN, Disagreement, Merge, Unknown
from pmkit.actions.records import NextId, as_stored, changes_between
from pmkit.domain.assignment import Assignment
from pmkit.domain.kind import Record, about, content, file_data, file_value
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
from pmkit.workspace.calendars import calendar_of
from pmkit.workspace.edits import Acting, Append, Change, Create, Edits, Remove, Set, headed
from pmkit.workspace.exchange import WRONG_IMPORT, Incoming, IncomingPlan, IncomingResource
from pmkit.workspace.imported import LastSaid
from pmkit.workspace.layout import PEOPLE, PROFILE, new_path
from pmkit.workspace.model import Records, Workspace
from pmkit.workspace.planning import plan_of

R = TypeVar("R", bound=Record)
ROLES = {"work": "engineer", "material": "material", "cost": "cost"}


@dataclass(frozen=True)
class Imported:
    """What an import would write, the workspace as it would then be, and where each task stands in the file.

    `edits`: None where the plan says all of it already. `disagreements`: what both sides changed, kept as it is here;
    `missing`: tasks of the file's phases that it does not have (any more).
    """

    edits: Edits | None
    ws: Workspace
    ids: Mapping[str, str]
    places: Mapping[str, Place]
    people: tuple[str, ...]
    sets_start: bool
    new: tuple[str, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    missing: tuple[str, ...] = ()

    def back_in_file(self, finding: Finding) -> Finding:
        """A finding about a record of the file, at its place there."""
        place = self.places.get(finding.record or "")
        if place is None:
            return finding
        return Finding(finding.code, finding.severity, place, finding.says, finding.fix, finding.record, finding.args)


@dataclass(frozen=True)
class Again:
    """How to take a file that comes again.

    `last`: what it said when it last came; `fingerprints`: what such a file would say of each task now, in short;
    `prefer_file`: where both sides changed a field the file's value counts; `surely`: it is this plan's file, however
    many names differ.
    """

    last: LastSaid = field(default_factory=LastSaid)
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    prefer_file: bool = False
    surely: bool = False


def import_plan(
    ws: Workspace,
    plan: IncomingPlan,
    next_id: NextId,
    acting: Acting,
    *,
    source: str,
    keep_calendar: bool = False,
    again: Again | None = None,
) -> Imported:
    """The plan as records: new tasks are added, those that are here already follow the file.

    An empty workspace takes start and calendar from the file too, unless told to keep its own.
    Raises BadWorkspace with every mistake of the file, Refused for what looks like another plan's file.
    """
    here = known_tasks(ws, plan)
    again = again or Again()
    if not again.surely:
        _refuse_another(plan, here)
    return _Import(ws, plan, next_id, acting, source, here, again, keep_calendar=keep_calendar).result()


def known_tasks(ws: Workspace, plan: IncomingPlan) -> dict[str, Task]:
    """The tasks of a file that are in the plan, by the file's ids: those that went out from here, else came from it."""
    by_id = {task.id: task for task in ws.tasks}
    by_uid = {task.source_uid: task for task in ws.tasks if task.source_uid}
    is_ours = plan.code in {"", ws.project.code}
    found: dict[str, Task] = {}
    taken: set[str] = set()
    for incoming in plan.tasks:
        task = by_id.get(incoming.own or "") if is_ours else None
        if task is not None and task.source_uid not in {None, incoming.uid}:
            task = None
        if task is None:
            task = by_uid.get(incoming.uid)
        if task is not None and task.id not in taken:
            taken.add(task.id)
            found[incoming.uid] = task
    return found


def _refuse_another(plan: IncomingPlan, here: Mapping[str, Task]) -> None:
    """Ids of programs are small numbers: where most names differ, it is hardly the same plan."""
    strangers = [
        (task.id, task.name, incoming.name)
        for incoming in plan.tasks
        if (task := here.get(incoming.uid)) is not None and task.name != incoming.name
    ]
    if 2 * len(strangers) <= len(here):
        return
    task_id, name, other = strangers[0]
    raise Refused(
        Text(
            en="{n} of {all} tasks have ids of the plan, but other names ({id}: {name}; in the file: {other})",
            zh="{all} 个任务的编号已在计划中，但其中 {n} 个名称不同（{id}：{name}；文件中：{other}）",
        ).format(n=len(strangers), all=len(here), id=task_id, name=name, other=other),
        Text(
            "add `--same-plan` if the file is this plan's; another plan belongs into a workspace of its own",
            "如确是本计划的文件，请加 `--same-plan`；其他计划请导入另一个项目",
        ),
    )


class _Import:
    def __init__(
        self,
        ws: Workspace,
        plan: IncomingPlan,
        next_id: NextId,
        acting: Acting,
        source: str,
        here: Mapping[str, Task],
        again: Again,
        *,
        keep_calendar: bool,
    ) -> None:
        self._ws, self._plan, self._acting, self._source = ws, plan, acting, source
        self._next_id, self._here, self._again = next_id, here, again
        self._mistakes: list[Finding] = list(plan.mistakes)
        self._changes: list[Change] = []
        self._removals: list[Remove] = []  # last: positions in a list count until then
        self._records: dict[str, Record] = {}
        self._new: list[str] = []
        self._touched: list[str] = []
        self._disagreements: list[Disagreement] = []
        self._takes_profile = not ws.tasks and not keep_calendar
        self._keeps_profile = keep_calendar

    def result(self) -> Imported:
        plan = self._plan
        if not plan.tasks and not plan.resources and not self._mistakes:
            raise UsageError(
                Text(en="{file} holds no tasks", zh="{file} 中没有任务").format(file=self._source),
            )
        self._handles: dict[str, str] = {}
        project = self._profile()
        self._planned = plan_of(self._ws, None)[0] if self._here else None
        calendar = self._planned.calendar if self._planned else None
        self._merge = Merge(self._again.last, calendar, self._again.prefer_file)
        self._people()
        self._said_now = plan.fingerprints()
        self._ids = {
            task.uid: here.id
            if (here := self._here.get(task.uid)) is not None
            else self._next_id("M" if "milestone" in task.values else "T")
            for task in plan.tasks
        }
        phases = self._phases()
        if self._mistakes:
            raise BadWorkspace(
                Text(en="{file} cannot be imported", zh="{file} 无法导入").format(file=self._source),
                Text("mend what is listed above; nothing was written", "请先改正上面列出的问题；未写入任何内容"),
                self._mistakes,
            )
        self._progress()
        self._baselines(phases)
        going = sorted(self._removals, key=lambda gone: (gone.path, int(gone.keys[-1])), reverse=True)
        self._changes = [*self._changes, *going]
        after = Workspace(project, Records({**self._ws.records, **self._records}))
        return Imported(
            self._edits(),
            after,
            self._ids,
            {self._ids[task.uid]: task.place for task in plan.tasks},
            tuple(p for p in self._new if isinstance(self._records[p], Person)),
            self._takes_profile and plan.start is not None,
            tuple(self._new),
            tuple(self._disagreements),
            self._missing(),
        )

    def _edits(self) -> Edits | None:
        if not self._changes:
            return None
        touched = [self._records[record_id] for record_id in dict.fromkeys((*self._new, *self._touched))]
        records = tuple(r.id for r in sorted(touched, key=lambda r: isinstance(r, Person)))
        new = sum(incoming.uid not in self._here for incoming in self._plan.tasks)
        changed = len({task.id for task in self._here.values()} & set(self._touched))
        what = Text("Import {n} tasks from {file}", "从 {file} 导入 {n} 项任务")
        if self._here:
            what = Text("Take {file} again: {n} new, {changed} changed", "再次导入 {file}：新增 {n}，修改 {changed}")
        what = what.format(n=new, changed=changed, file=self._source)
        subject = headed(records[0] if records else PROFILE, what)
        return Edits(tuple(self._changes), "plan.import", records, subject, self._acting.by, self._acting.on)

    def _missing(self) -> tuple[str, ...]:
        found = {task.id for task in self._here.values()}
        phases = {task.phase for task in self._here.values()}
        return tuple(task.id for task in self._ws.tasks if task.phase in phases and task.id not in found)

    def _add(self, record: Record) -> None:
        self._records[record.id] = record
        self._new.append(record.id)

    # --- profile and people

    def _profile(self) -> Project:
        """The profile with the file's start and calendar, where the plan was empty or had them from such a file."""
        plan, project = self._plan, self._ws.project
        new: dict[str, Any] = {}
        if self._takes(project, "start", plan.start is not None and self._start_text()):
            new["start"] = self._start_text()
        if plan.calendar is not None and self._takes(project, "calendar", plan.calendar):
            new["calendar"] = dict(plan.calendar)
        calendars = {name: file_value(settings) for name, settings in project.calendars.items()}
        known = self._again.last.value(project.id, "calendars") or {}
        for name, settings in plan.calendars.items():
            had = calendars.get(name)
            is_new = had is None or (known.get(name) == had and _calendar(settings) != _calendar(had))
            if is_new and not (had is not None and self._keeps_profile):
                calendars[name] = dict(settings)
                self._changes.append(Set(PROFILE, ("calendars", name), dict(settings)))
        if not project.calendars and calendars:
            self._changes = [Set(PROFILE, ("calendars",), calendars)]
        self._changes[:0] = [Set(PROFILE, (key,), value) for key, value in new.items()]
        raw = {"id": project.id, **file_data(project), **new, **({"calendars": calendars} if calendars else {})}
        return validated(Project, raw).placed(project.spot)

    def _takes(self, project: Project, key: str, said: Any) -> bool:
        """True where the file's value becomes the profile's: in an empty plan, or as the only side that changed it."""
        if not said or self._keeps_profile:
            return False
        if self._takes_profile:
            return True
        if self._plan.calendar is None:
            return False  # a table tells no start of its own, just that of its first task
        ours, last = file_value(getattr(project, key)), self._again.last
        if not last.knows(project.id, key) or ours != last.value(project.id, key):
            return False
        return bool(_calendar(said) != _calendar(ours) if key == "calendar" else said != ours)

    def _start_text(self) -> str:
        """The start as a day where it is the first working minute of the only calendar; else with its time."""
        start = self._plan.start
        assert start is not None  # noqa: S101 - the only caller has just asked
        if not start.hour and not start.minute:
            return start.date().isoformat()
        is_alone = not self._plan.calendars and not any("e" in str(t.values.get("duration")) for t in self._plan.tasks)
        if self._plan.calendar is not None and is_alone:
            spans = calendar_of(_calendar(self._plan.calendar)).spans_on(start.toordinal() - 719163)
            if spans and start.hour * 60 + start.minute == spans[0][0]:
                return start.date().isoformat()
        return start.isoformat(timespec="minutes")

    def _people(self) -> None:
        """Each resource as the person that it made or who has its name, or as a new entry of people.yaml."""
        by_name = {person.name: person.id for person in self._ws.people}
        by_uid = {p.source_uid: p.id for p in self._ws.people if p.source_uid and self._here}
        self._by_handle = {person.id: person for person in self._ws.people}
        taken = {person.id for person in self._ws.people}
        for resource in self._plan.resources:
            known = by_name.get(resource.name) or by_uid.get(resource.uid)
            if known is not None:
                self._handles[resource.uid] = known
                self._person(self._by_handle[known], resource)
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
                self._add(person.placed(Spot(PEOPLE)))
                self._changes.append(Append(PEOPLE, (PERSON.list_key or "",), {"id": handle, **file_data(person)}))

    def _person(self, person: Person, resource: IncomingResource) -> None:
        """Somebody whom an import made follows the file; whoever was entered here does not."""
        if person.source_uid != resource.uid or person.id not in self._again.last.made:
            return
        said = {"name": resource.name, **resource.values}
        revised = self._revised(person, said, [*_OF_PERSON, "name"], Place(self._source))
        self._by_handle[person.id] = revised

    def _revised(
        self,
        record: R,
        said: Mapping[str, Any],
        keys: Iterable[str],
        place: Place,
        known: frozenset[str] = frozenset(),
        went_out: Record | Unknown | None = None,
    ) -> R:
        """A record that follows the file where it says something else now; the edits go with it."""
        changed, conflicts = self._merge.fields(record, said, keys, known, went_out)
        self._disagreements += conflicts
        if not changed:
            return record
        data = {"id": record.id, **file_data(record), **changed}
        made = self._made(type(record), {k: v for k, v in data.items() if v is not None}, place, record.name_to_show)
        if made is None:
            return record
        revised: R = made.placed(record.spot)
        self._changes += changes_between(self._ws, record, revised, list(changed))
        self._records[record.id] = revised
        self._touched.append(record.id)
        return revised

    # --- phases

    def _phases(self) -> list[Phase]:
        """The phases that the file touches, with their tasks as they will be."""
        number = max((int(p.id.removeprefix(PHASE.prefix)) for p in self._ws.phases), default=0)
        held = {phase.id: [self._ws.get(t.id, Task) for t in phase.tasks] for phase in self._ws.phases}
        phases = {phase.id: phase for phase in self._ws.phases}
        here = self._phases_here()
        for key, name in self._plan.phases.items():
            incoming = [task for task in self._plan.tasks if task.phase == key]
            tasks = [(one, task) for one in incoming if (task := self._task(one)) is not None]
            phase = here.get(key)
            if phase is None and tasks:
                number += 1
                phase = self._new_phase(f"{PHASE.prefix}{number}", name, tasks, held)
                phases[phase.id] = phase
            elif phase is not None:
                if key:  # without a summary task the name is just the file's
                    phases[phase.id] = self._revised(phase, {"name": name}, ("name",), Place(self._source))
                for one, task in tasks:
                    self._place(phase, one, task, held)
        return [self._settled(phase, held[phase.id]) for phase in phases.values()]

    def _phases_here(self) -> dict[str, Phase]:
        """The phases that the file's are: those of the same name, today or when it last came, else where its tasks are.

        A file that is new makes phases of its own.
        """
        found: dict[str, Phase] = {}
        free = {phase.id: phase for phase in self._ws.phases} if self._here else {}
        for key, name in self._plan.phases.items():
            for phase in free.values():
                if name in {phase.name, self._again.last.value(phase.id, "name")}:
                    found[key] = free.pop(phase.id)
                    break
        for key in [key for key in self._plan.phases if key not in found]:
            known = (self._here.get(task.uid) for task in self._plan.tasks if task.phase == key)
            homes = Counter(task.phase for task in known if task is not None and task.phase in free)
            for phase_id, _ in homes.most_common(1):
                found[key] = free.pop(phase_id)
        return found

    def _new_phase(
        self, phase_id: str, name: str, tasks: Sequence[tuple[Incoming, Task]], held: dict[str, list[Task]]
    ) -> Phase:
        held[phase_id] = []
        raw_tasks = []
        for one, task in tasks:
            if one.uid in self._here:
                self._remove(self._here[one.uid], held)
            held[phase_id].append(task)
            raw_tasks.append({"id": task.id, **file_data(task)})
            self._add_task(one, task)
        path = new_path(PHASE, phase_id)
        phase = validated(Phase, {"id": phase_id, "name": name, "tasks": raw_tasks}).placed(Spot(path))
        self._changes.append(Create(path, {"name": phase.name, "tasks": raw_tasks}, PHASE.name))
        self._new.append(phase_id)
        return phase

    def _place(self, phase: Phase, one: Incoming, task: Task, held: dict[str, list[Task]]) -> None:
        """A task of the file in its phase: a new one at its end, one that the file moved there too."""
        was = self._here.get(one.uid)
        last = self._again.last
        if was is not None and (was.phase == phase.id or last.value(was.id, "phase") == phase.id):
            position = next(n for n, other in enumerate(held[was.phase]) if other.id == task.id)
            held[was.phase][position] = task
            return
        if was is not None:
            self._remove(was, held)
        held[phase.id].append(task)
        at = phase.at("tasks")
        self._changes.append(Append(at.path, at.keys, {"id": task.id, **file_data(task)}))
        self._add_task(one, task)

    def _add_task(self, one: Incoming, task: Task) -> None:
        self._records[task.id] = task
        (self._touched if one.uid in self._here else self._new).append(task.id)

    def _remove(self, task: Task, held: dict[str, list[Task]]) -> None:
        """The task goes from the phase that it stands in; edits of its fields there would be in vain."""
        inside = task.spot.keys
        self._changes = [
            change
            for change in self._changes
            if not isinstance(change, Set | Append | Remove)
            or change.path != task.spot.path
            or change.keys[:2] != inside
        ]
        self._removals.append(Remove(task.spot.path, inside))
        held[task.phase] = [other for other in held[task.phase] if other.id != task.id]

    def _settled(self, phase: Phase, tasks: Sequence[Task]) -> Phase:
        """The phase with just these tasks, each at its place in the file."""
        path = phase.spot.path
        settled = tuple(task.placed(Spot(path, ("tasks", n))) for n, task in enumerate(tasks))
        self._records |= {task.id: task for task in settled if task.id in self._records}
        after = phase.model_copy(update={"tasks": settled}).placed(phase.spot)
        is_touched = phase.id in self._records or phase.id in self._new or len(tasks) != len(phase.tasks)
        if is_touched or any(task.id in self._records for task in settled):
            self._records |= {phase.id: after} | {task.id: task for task in settled}
        return after

    def _task(self, incoming: Incoming) -> Task | None:
        """The task as the file has it; one that is here follows it, and keeps what the file does not say."""
        here = self._here.get(incoming.uid)
        if here is not None and incoming.checked and incoming.checked == self._said_now.get(incoming.own or ""):
            return here  # nobody touched it since it went out: what changed here since stays
        values = as_stored(self._ws, TASK, incoming.values)
        raw: dict[str, Any] = {"id": self._ids[incoming.uid], "name": incoming.name, **values}
        links = [link for link in incoming.links if link.uid in self._ids]  # those that lead nowhere are told already
        raw["after"] = [str(Dependency(self._ids[link.uid], link.type, link.lag)) for link in links]
        raw["resources"] = [
            self._assignment(here, self._handles[uid], units) for uid, units in incoming.work if uid in self._handles
        ]
        if incoming.owner is not None and (owner := self._owner(incoming.owner)) is not None:
            raw["owner"] = owner
            if raw["resources"] == [owner] and not (here is not None and here.resources):
                raw["resources"] = []
        task: Task | None = self._made(Task, raw, incoming.place, incoming.name)
        if task is None or here is None:
            return task
        said = file_value(task)
        held = file_value(here.levelled_start) if here.start_no_earlier_than is None else None
        if held is not None and said.get("start_no_earlier_than") == held:
            del said["start_no_earlier_than"]  # where levelling holds a task, a file of ours has a bound
        keys = self._plan.fields - {"source_uid"}
        known = frozenset({*self._ids.values(), *self._handles.values()})
        went_out = None
        if incoming.checked:
            is_as_it_went = self._again.fingerprints.get(here.id) == incoming.checked
            went_out = here if is_as_it_went else UNKNOWN
        return self._revised(here, said, [key for key in about(Task) if key in keys], incoming.place, known, went_out)

    def _assignment(self, here: Task | None, handle: str, units: Decimal) -> str:
        """An assignment as the task writes it already, where it means the same; without what goes without saying."""
        given = self._by_handle[handle].units if handle in self._by_handle else Decimal(100)
        for assignment in here.resources if here is not None else ():
            if assignment.target == handle and assignment.share(given) == units:
                return str(assignment)
        return str(Assignment(handle, None if units == Assignment("").share(given) else units))

    def _owner(self, name: str) -> str | None:
        """A person by handle or name, those just imported included."""
        people = {p.id: p for p in (*self._ws.people, *(r for r in self._records.values() if isinstance(r, Person)))}
        return next((p.id for p in people.values() if name in {p.id, p.name}), None)

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
        if status is None:
            return
        entries = [
            {"id": self._ids[task.uid], **task.progress}
            for task in self._plan.tasks
            if task.progress is not None and not self._is_reported(self._ids[task.uid], task.progress)
        ]
        if not entries:
            return
        report = self._ws.find(status.isoformat(), Progress)
        if report is None:
            progress = validated(Progress, {"id": status.isoformat(), "by": self._acting.by, "tasks": entries})
            path = new_path(PROGRESS, progress.id)
            self._add(progress.placed(Spot(path)))
            self._changes.append(Create(path, file_data(progress), PROGRESS.name))
            return
        self._report_again(report, validated(Progress, {"id": report.id, "tasks": entries}))

    def _report_again(self, report: Progress, said: Progress) -> None:
        """A status date that has a report: entries that nobody corrected here since they came follow the file."""
        path, tasks = report.spot.path, list(report.tasks)
        came = {entry["id"]: entry for entry in self._again.last.value(report.id, "tasks") or ()}
        for entry in said.tasks:
            position = next((n for n, other in enumerate(tasks) if other.id == entry.id), None)
            if position is None:
                self._changes.append(Append(path, ("tasks",), file_value(entry)))
                tasks.append(entry)
                continue
            here, new = file_value(tasks[position]), file_value(entry)
            if here != came.get(entry.id) and not self._again.prefer_file:
                last = came.get(entry.id, {}).get("percent")
                self._disagreements.append(Disagreement(entry.id, "percent", here["percent"], new["percent"], last))
                continue
            at = ("tasks", position)
            self._changes += [Set(path, (*at, key), new[key]) for key in new if new[key] != here.get(key)]
            self._changes += [Remove(path, (*at, key)) for key in here if key not in new]
            tasks[position] = entry
        if tuple(tasks) != report.tasks:
            self._records[report.id] = report.model_copy(update={"tasks": tuple(tasks)}).placed(report.spot)
            self._touched.append(report.id)

    def _is_reported(self, task_id: str, said: Mapping[str, Any]) -> bool:
        """True where the plan's own progress says the same, in whole percent as the file does."""
        entry = self._planned.progress.get(task_id) if self._planned is not None else None
        if entry is None or self._planned is None or round(entry.percent) != said.get("percent", 0):
            return False
        item = self._planned.item(task_id)
        here = {
            "actual_start": {
                file_value(entry.actual_start),
                item.start.date().isoformat(),
                item.start.isoformat()[:16],
            },
            "actual_finish": {file_value(entry.actual_finish), item.finish.date().isoformat()},
            "remaining": {file_value(entry.remaining)},
            "actual_cost": {file_value(entry.actual_cost)},
        }
        is_told = all(said[key] in values for key, values in here.items() if key in said)
        return is_told and ("actual_finish" in said) == (entry.actual_finish is not None)

    def _baselines(self, phases: list[Phase]) -> None:
        tasks = {task.id: (task, phase.id) for phase in phases for task in phase.tasks}
        ids = set(self._ids.values())
        known = [
            self._frozen({i.id: file_value(i) for i in baseline.items if i.id in ids})
            for baseline in self._ws.baselines
        ]
        for baseline in self._plan.baselines:
            if self._frozen({self._ids[uid]: values for uid, values in baseline.items.items()}) in known:
                continue
            record_id = self._next_id(BASELINE.prefix)
            items = []
            for incoming in self._plan.tasks:
                if incoming.uid in baseline.items:
                    task, phase_id = tasks[self._ids[incoming.uid]]
                    items.append(
                        {"id": task.id, "phase": phase_id, "name": task.name, **baseline.items[incoming.uid]}
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
            self._add(record.placed(Spot(path)))
            self._changes.append(Create(path, file_data(record), BASELINE.name))

    def _frozen(self, items: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[Any, ...]]:
        """A baseline as files can tell it, to see whether it is here already."""
        return {
            task_id: tuple(self._merge.meaning(key, item.get(key)) for key in _FROZEN)
            for task_id, item in items.items()
        }


_FROZEN = ("start", "finish", "duration", "effort", "cost")
_OF_PERSON = ("units", "email", "department", "notes", "rate", "calendar", "absent", "resource")


def _calendar(settings: Mapping[str, Any]) -> CalendarSettings:
    return CalendarSettings.model_validate(dict(settings))


def _free_handle(name: str, uid: str, taken: set[str]) -> str:
    """A handle made of the Latin letters of a name; of the id in the file where there are none."""
    plain = re.sub(r"[^a-z0-9]+", ".", name.lower()).strip(".")
    base = plain if HANDLE.match(plain) else f"res-{re.sub('[^a-z0-9]', '', uid.lower()) or '1'}"
    handle, number = base, 1
    while handle in taken:
        number += 1
        handle = f"{base}-{number}"
    return handle
