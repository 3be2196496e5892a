"""What levelling does to a plan, for a person and for programs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from pmkit.domain.plan import Task
from pmkit.kernel.duration import plain
from pmkit.kernel.text import Lang, Text
from pmkit.output.tables import table
from pmkit.schedule.levelling import Delay, Levelled, Overload
from pmkit.workspace.planning import Planned


def levelling_text(planned: Planned, found: Levelled, lang: Lang, width: int) -> str:
    """Each delayed task with its cause, milestones that move, and what no delay can help."""
    ws = planned.ws
    paragraphs = []
    if found.delays:
        heads = [
            Text("Task", "任务"),
            Text("Was", "原开始"),
            Text("Starts", "平衡后开始"),
            Text("Delay", "推迟"),
            Text("Float", "浮动时间"),
            Text("Cause", "原因"),
        ]
        rows = [
            [
                f"{delay.id} {ws.get(delay.id, Task).name}",
                f"{found.plain.items[delay.id].start:%Y-%m-%d}",
                f"{found.schedule.items[delay.id].start:%Y-%m-%d}",
                _days(delay.minutes, planned),
                (Text("within", "之内") if delay.within_float else Text("beyond", "超出")).to(lang),
                cause(planned, found, delay).to(lang),
            ]
            for delay in found.delays
        ]
        paragraphs.append(table([head.to(lang) for head in heads], rows, width, right=(3,)))
    else:
        paragraphs.append(
            Text("nobody has more to do at once than they give", "没有人员超负荷，无需推迟任务").to(lang) + "\n"
        )
    paragraphs += [f"{line.to(lang)}\n" for line in (*_milestones(planned, found), _finish(found))]
    if found.is_proven:
        paragraphs.append(Text("no levelling ends it earlier (proven)", "已证明无法更早完成").to(lang) + "\n")
    paragraphs += [f"! {overload_text(planned, overload).to(lang)}\n" for overload in found.overloads]
    return "".join(paragraphs)


def cause(planned: Planned, found: Levelled, delay: Delay) -> Text:
    """Why a task is delayed: who is busy with what until when, or which delayed task it follows."""
    ws = planned.ws
    names = Text.join(Text.same(f"{i} {ws.get(i, Task).name}") for i in delay.holders)
    if delay.resource is None:
        return Text("follows {names}", "跟随 {names}").format(names=names)
    until = max((found.schedule.items[i].finish for i in delay.holders), default=None)
    person = ws.person_name(delay.resource)
    if until is None:
        return Text("waits for {person}", "等待{person}").format(person=person)
    return Text("{person} is until {until} on {names}", "{person}至 {until} 在做 {names}").format(
        person=person, names=names, until=f"{until:%m-%d}"
    )


def overload_text(planned: Planned, overload: Overload) -> Text:
    """A task that delaying cannot help, in one sentence."""
    ws = planned.ws
    values = {"id": overload.id, "name": ws.get(overload.id, Task).name, "person": ws.person_name(overload.resource)}
    if not overload.others:
        return Text(
            "{id} {name} needs more of {person} than there is",
            "{id} {name} 对{person}的占用超过其可用比例，推迟无法解决",
        ).format(**values)
    return Text(
        "{id} {name} has started or has a fixed day, and shares {person} with {others}",
        "{id} {name} 已开始或日期固定，与 {others} 同时占用{person}，推迟无法解决",
    ).format(**values, others=", ".join(overload.others))


def _milestones(planned: Planned, found: Levelled) -> list[Text]:
    lines = []
    for task in planned.ws.tasks:
        if not task.is_milestone:
            continue
        was, now = found.plain.items[task.id].finish, found.schedule.items[task.id].finish
        if was.date() != now.date():
            days = planned.calendar.workdays_between(was.date(), now.date())
            lines.append(
                Text("{id} {name}: {was} -> {now} ({days:+d}d)", "{id} {name}：{was} → {now}（{days:+d}d）").format(
                    id=task.id, name=task.name, was=was.date(), now=now.date(), days=days
                )
            )
    return lines


def _finish(found: Levelled) -> Text:
    was, now = found.plain.finish.date(), found.schedule.finish.date()
    if was == now:
        return Text("the project still ends on {now}", "项目完成日期不变：{now}").format(now=now)
    return Text("the project ends on {now} instead of {was}", "项目完成日期由 {was} 变为 {now}").format(
        was=was, now=now
    )


def levelling_json(found: Levelled) -> dict[str, Any]:
    """The stable keys that `plan level --json` adds to what it wrote."""
    items = found.schedule.items

    def moment(of: Mapping[str, Any], task_id: str, key: str) -> str:
        at: datetime = getattr(of[task_id], key)
        return at.isoformat(timespec="minutes")

    return {
        "finish_before": found.plain.finish.isoformat(timespec="minutes"),
        "finish": found.schedule.finish.isoformat(timespec="minutes"),
        "proven": found.is_proven,
        "delays": [
            {
                "id": delay.id,
                "start_before": moment(found.plain.items, delay.id, "start"),
                "start": moment(items, delay.id, "start"),
                "finish": moment(items, delay.id, "finish"),
                "delay_minutes": delay.minutes,
                "within_float": delay.within_float,
                "person": delay.resource,
                "because_of": list(delay.holders),
            }
            for delay in found.delays
        ],
        "overloads": [{"id": o.id, "person": o.resource, "with": list(o.others)} for o in found.overloads],
    }


def _days(minutes: int, planned: Planned) -> str:
    return f"{plain(round(Decimal(minutes) / planned.calendar.day_minutes, 2))}d"
