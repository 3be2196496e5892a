"""The plan: phases, tasks and milestones, progress, baselines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from pmkit.actions.records import NextId, added, as_stored
from pmkit.domain.kind import file_data, file_value
from pmkit.domain.plan import BASELINE, PHASE, PROGRESS, TASK, Baseline, Dependency, Phase, Progress, Task
from pmkit.domain.problems import validated
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.money import Money
from pmkit.kernel.text import Text, did_you_mean
from pmkit.workspace.edits import Acting, Append, Change, Create, Edits, Remove, Set, headed
from pmkit.workspace.layout import new_path
from pmkit.workspace.model import Workspace, normal_id
from pmkit.workspace.parties import managers


def add_phase(ws: Workspace, phase_id: str, name: str, acting: Acting) -> Edits:
    """A new, empty phase."""
    if not phase_id.startswith(PHASE.prefix) or not phase_id.removeprefix(PHASE.prefix).isdigit():
        raise UsageError(
            Text(en="`{id}` is no phase id", zh="`{id}` 不是阶段编号").format(id=phase_id),
            Text(en="write PH1, PH2, ...", zh="请写成 PH1、PH2 的形式"),
        )
    if phase_id in ws.records:
        raise Refused(Text(en="{id} exists already", zh="{id} 已存在").format(id=phase_id))
    phase = validated(Phase, {"id": phase_id, "name": name})
    return Edits(
        (Create(new_path(PHASE, phase_id), file_data(phase), PHASE.name),),
        "plan.phase",
        (phase_id,),
        headed(phase_id, Text("Add phase {name}", "新增阶段“{name}”").format(name=phase.name)),
        acting.by,
        acting.on,
    )


def add_task(
    ws: Workspace, phase_id: str, values: Mapping[str, Any], next_id: NextId, acting: Acting, *, milestone: bool = False
) -> Edits:
    """A new task or milestone at the end of a phase."""
    phase = ws.get(phase_id, Phase)
    raw = {
        **as_stored(ws, TASK, values),
        "id": next_id("M" if milestone else "T"),
        "after": links(ws, values.get("after", ())),
    }
    if milestone:
        raw["milestone"] = True
    elif "duration" not in raw:
        raise UsageError(
            Text(en="a task needs a duration", zh="任务需要工期"),
            Text(en="add `--duration 5d`", zh="请加 `--duration 5d`"),
        )
    task = validated(Task, raw)
    for handle in (*([task.owner] if task.owner else []), *(a.target for a in task.resources), *task.requirements):
        ws.get(handle)
    at = phase.at("tasks")
    return Edits(
        (Append(at.path, at.keys, {"id": task.id, **file_data(task)}),),
        f"plan.{'milestone' if milestone else 'task'}",
        (task.id,), added(task), acting.by, acting.on,
    )  # fmt: skip


def links(ws: Workspace, texts: Sequence[str]) -> list[str]:
    """Dependencies in their normal form. Raises UsageError for one that is none or leads nowhere."""
    found = []
    for text in (part for given in texts for part in given.split(",") if part.strip()):
        try:
            link = Dependency.parse(text)
        except ValueError:
            raise UsageError(
                Text(en="`{text}` is no dependency", zh="`{text}` 不是有效的依赖关系").format(text=text),
                Text(
                    en="write T-001, `T-002 SS+2d`, `T-003 FF` or `T-005 FS+3ed`",
                    zh="请写成 T-001、`T-002 SS+2d`、`T-003 FF` 或 `T-005 FS+3ed`",
                ),
            ) from None
        target = normal_id(link.predecessor)
        if ws.find(target, Task) is None:
            raise UsageError(
                Text(en="there is no task {id}", zh="没有任务 {id}").format(id=target),
                did_you_mean(target, [t.id for t in ws.tasks]),
            )
        found.append(str(Dependency(target, link.type, link.lag)))
    return found


def report_progress(
    ws: Workspace, task: Task, values: Mapping[str, Any], scheduled_start: date | None, acting: Acting
) -> Edits:
    """What a task has come to at a status date (`acting.on`): one file a date, one entry a task.

    `scheduled_start` becomes the actual start of a task that has begun and for which none was ever reported.
    """
    if task.is_milestone and values.get("remaining"):
        raise UsageError(Text(en="a milestone has no remaining duration", zh="里程碑没有剩余工期"))
    day = acting.on.isoformat()
    entry: dict[str, Any] = {"id": task.id, **values}
    if "actual_cost" in entry:
        with suppress(ValueError):  # what is no amount, validation says
            entry["actual_cost"] = str(Money.parse(entry["actual_cost"], ws.project.currency))
    known_start = any(e.actual_start for p in ws.progress for e in p.tasks if e.id == task.id)
    begun = bool(entry.get("actual_finish")) or str(entry.get("percent", "0")) != "0"
    unsaid = not known_start and "actual_start" not in entry and not task.is_milestone
    if begun and unsaid and scheduled_start is not None:
        entry["actual_start"] = min(scheduled_start, acting.on).isoformat()
    checked = validated(Progress, {"id": day, "tasks": [entry]})
    entry |= file_value(checked.tasks[0])
    order = ("id", "actual_start", "actual_finish", "percent", "remaining", "actual_cost", "note")
    entry = {key: entry[key] for key in order if key in entry}
    change: Change | None = None
    report = ws.find(day, Progress)
    changes: list[Change] = []
    if report is None:
        change = Create(new_path(PROGRESS, day), {"by": acting.by, "tasks": [entry]}, PROGRESS.name)
    else:
        positions = [i for i, e in enumerate(report.tasks) if e.id == task.id]
        if positions:
            keys = ("tasks", positions[0])
            changes = [Set(report.spot.path, (*keys, key), value) for key, value in entry.items() if key != "id"]
        else:
            change = Append(report.spot.path, ("tasks",), entry)
    what = Text("Report {percent} % at {day}", "填报进度 {percent}%（{day}）").format(
        percent=entry.get("percent", 0), day=day
    )
    subject = headed(task.id, what)
    return Edits((*changes, *([change] if change else [])), "plan.progress", (task.id,), subject, acting.by, acting.on)


def hold(ws: Workspace, starts: Mapping[str, date | datetime], acting: Acting) -> Edits | None:
    """Every task held where levelling put it, and no other one; None where the plan says so already.

    A started task keeps what it says.
    """
    started = {e.id for p in ws.progress for e in p.tasks if e.percent or e.actual_start or e.actual_finish}
    changes: list[Change] = []
    moved: list[str] = []
    for task in ws.tasks:
        wanted = starts.get(task.id)
        if task.levelled_start == wanted or task.id in started:
            continue
        at = task.at("levelled_start")
        changes.append(Remove(at.path, at.keys) if wanted is None else Set(at.path, at.keys, file_value(wanted)))
        moved.append(task.id)
    if not changes:
        return None
    what = (
        Text("Level {n} tasks", "资源平衡，{n} 项任务").format(n=len(starts))
        if starts
        else Text("Clear the levelling", "清除资源平衡结果")
    )
    return Edits(
        tuple(changes),
        "plan.level",
        tuple(moved),
        Text("plan: {what}", "计划：{what}").format(what=what),
        acting.by,
        acting.on,
    )


def take_baseline(ws: Workspace, name: str, frozen: Mapping[str, Any], next_id: NextId, acting: Acting) -> Edits:
    """A frozen copy of the plan. `frozen`: its status date, digest and items, as the plan computes them."""
    if not ws.tasks:
        raise Refused(
            Text(en="the plan is empty; there is nothing to freeze", zh="计划为空，无法设立进度基准"),
            Text(en="`pmkit plan task add ...` first", zh="请先用 `pmkit plan task add` 添加任务"),
        )
    included = [c.id for c in ws.changes if c.status in {"applied", "verified", "closed"}]
    record_id = next_id(BASELINE.prefix)
    raw: dict[str, Any] = {"name": name, "on": acting.on.isoformat(), "by": acting.by}
    raw |= {key: frozen[key] for key in ("status_date", "plan_digest") if frozen.get(key)}
    raw |= {"includes": included, "items": frozen["items"]} if included else {"items": frozen["items"]}
    raw["managers"] = list(managers(ws))
    baseline = validated(Baseline, {"id": record_id, **raw})
    return Edits(
        (Create(new_path(BASELINE, record_id), file_data(baseline), BASELINE.name),),
        "plan.baseline",
        (record_id,),
        headed(record_id, Text("Take baseline {name}", "设立进度基准“{name}”").format(name=name)),
        acting.by,
        acting.on,
    )
