"""What the plan asks for: tasks to finish, milestones to reach, progress to report."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.domain.plan import Task
from pmkit.kernel.text import Text
from pmkit.workspace.planning import Planned, is_stale
from pmkit.workspace.todo.base import Item, Situation, side_of


def items(at: Situation) -> Iterator[Item]:
    """Tasks and milestones that are not finished, at their forecast finish; stale progress once."""
    planned = at.planned
    if planned is None:
        return
    open_tasks = [task for task in planned.ws.tasks if planned.percent(task.id) < 100]
    for task in open_tasks:
        who = _who(task)
        what = Text("Reach the milestone", "达到里程碑") if task.is_milestone else Text("Finish the task", "完成任务")
        yield Item(task, what, planned.item(task.id).finish.date(), who, side_of(at.ws, who, "supplier"))
    if is_stale(planned, at.as_of):
        running = [task for task in open_tasks if _is_running(planned, task, at)]
        if running:
            who = tuple(dict.fromkeys(handle for task in running for handle in _who(task)))
            what = Text(en="Report progress (last for {day})", zh="填报进度（上次 {day}）").format(
                day=planned.status_date
            )
            yield Item(running[0], what, at.as_of, who, "supplier")


def _who(task: Task) -> tuple[str, ...]:
    return (task.owner,) if task.owner else tuple(a.target for a in task.resources)


def _is_running(planned: Planned, task: Task, at: Situation) -> bool:
    return not task.is_milestone and planned.item(task.id).start.date() <= at.as_of
