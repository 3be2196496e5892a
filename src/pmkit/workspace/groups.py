"""Tasks of a plan under headings: by phase, by owner, or by the milestone that waits for them first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pmkit.domain.plan import Dependency, Task
from pmkit.kernel.text import Text
from pmkit.workspace.planning import Planned

BY = ("phase", "owner", "milestone")


@dataclass(frozen=True, slots=True)
class Group:
    """A heading and the tasks below it, in the plan's order."""

    heading: Text
    tasks: tuple[Task, ...]


def grouped(planned: Planned, tasks: Sequence[Task], by: str) -> list[Group]:
    """The tasks in groups, none of them empty; `by` is one of BY."""
    headings = {"phase": _phases, "owner": _owners, "milestone": _milestones}[by](planned)
    found: dict[str, list[Task]] = {key: [] for key in headings}
    keys = _first_milestones(planned) if by == "milestone" else {}
    for task in tasks:
        key = task.phase if by == "phase" else (task.owner or "") if by == "owner" else keys.get(task.id, "")
        found.setdefault(key, []).append(task)
    return [Group(headings.get(key, Text.same(key)), tuple(below)) for key, below in found.items() if below]


def _phases(planned: Planned) -> dict[str, Text]:
    return {phase.id: Text.same(f"{phase.id} {phase.name}") for phase in planned.ws.phases}


def _owners(planned: Planned) -> dict[str, Text]:
    ws = planned.ws
    handles = sorted({task.owner for task in ws.tasks if task.owner})
    named = {handle: Text.same(f"{ws.person_name(handle)} ({handle})") for handle in handles}
    return named | {"": Text("without an owner", "未指定责任人")}


def _milestones(planned: Planned) -> dict[str, Text]:
    milestones = [task for task in planned.ws.tasks if task.is_milestone]
    ordered = sorted(milestones, key=lambda task: (planned.item(task.id).finish, task.id))
    named = {task.id: Text.same(f"{task.id} {task.name}  {planned.item(task.id).finish.date()}") for task in ordered}
    return named | {"": Text("before no milestone", "不在任何里程碑之前")}


def _first_milestones(planned: Planned) -> dict[str, str]:
    """Each task's milestone: of those that wait for it, the one that comes first."""
    before = {task.id: [Dependency.parse(text).predecessor for text in task.after] for task in planned.ws.tasks}
    found: dict[str, str] = {}
    for milestone in _milestones(planned):
        pending = [milestone] if milestone else []
        while pending:
            at = pending.pop()
            if at not in found:
                found[at] = milestone
                pending += [p for p in before.get(at, ()) if p not in found]
    return found
