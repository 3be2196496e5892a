"""DUT: what the customer's side owes, and nobody asks for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.duties import Duty
from pmkit.domain.people import Person
from pmkit.domain.plan import Task
from pmkit.kernel.text import Text
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import Planned


@check(
    "DUT101",
    "duty-of-our-own",
    severity="error",
    says=Text("{id} is owed by {who}, who is on our own side", "{id} 的责任人{who}是我方人员"),
    fix=Text(
        "name somebody of the customer's, or make it an action item: `pmkit action add --title ... --owner {owner}`",
        "请改为建设单位人员，或改记为待办事项：`pmkit action add --title 事项 --owner {owner}`",
    ),
)
def duty_of_our_own(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Our own delay would be put to the customer's account."""
    for duty in ws.of(Duty):
        owner = ws.find(duty.owner, Person) if duty.owner else None
        if owner is not None and owner.side == "supplier" and duty.status != "cancelled":
            yield hit(duty.at("owner"), duty.id, id=duty.id, who=owner.name, owner=owner.id)


@check(
    "DUT102",
    "duty-without-owner",
    severity="warning",
    says=Text("{id} is asked of nobody in particular", "{id} 没有明确由谁配合"),
    fix=Text("`pmkit set {id} owner=HANDLE`", "`pmkit set {id} owner=代号`"),
)
def duty_without_owner(ws: Workspace, _: Context) -> Iterator[Hit]:
    """What an organisation owes nobody in it does."""
    for duty in ws.of(Duty):
        if not duty.is_closed and not duty.owner:
            yield hit(duty.at("owner"), duty.id, id=duty.id)


@check(
    "DUT201",
    "duty-later-than-the-plan",
    severity="warning",
    says=Text(
        "{id} is asked for by {due}, but {task} was to start on {start}",
        "{id} 约定 {due} 完成，而 {task} 的基准开始日期是 {start}",
    ),
    fix=Text(
        "agree an earlier day: `pmkit set {id} due=DATE`; the work starts after the end of that day",
        "请商定更早的日期：`pmkit set {id} due=日期`；相关工作在该日结束后才能开始",
    ),
)
def duty_later_than_the_plan(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """Provided on the agreed day it still holds the work up, and nobody can be asked to hurry."""
    baseline = ws.baselines[-1] if ws.baselines else None
    starts = {item.id: item.start for item in baseline.items} if baseline else {}
    for duty in ws.of(Duty):
        for task_id in duty.blocks if not duty.is_closed else ():
            start = starts.get(task_id)
            day = start.date() if isinstance(start, datetime) else start
            if day is not None and duty.due >= day and _is_waited_for(ctx.planned, task_id, duty.due):
                yield hit(duty.at("due"), duty.id, id=duty.id, due=duty.due, task=task_id, start=day)
                break


def _is_waited_for(planned: Planned | None, task_id: str, due: date) -> bool:
    """True where the task starts on the first working day after that day; one that starts later waits for others."""
    if planned is None or planned.ws.find(task_id, Task) is None:
        return True
    return planned.item(task_id).start.date() <= planned.calendar.next_workday(due)


@check(
    "DUT301",
    "duty-overdue",
    severity="warning",
    says=Text("{id} ({who}) was agreed for {due}", "{id}（{who}）约定于 {due} 完成，已逾期"),
    fix=Text(
        "`pmkit duty remind {id}`, or `pmkit duty done {id} --date DATE`",
        "`pmkit duty remind {id}`；已完成的请执行 `pmkit duty done {id} --date 日期`",
    ),
)
def duty_overdue(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """A delay that nobody mentions while it happens is denied afterwards."""
    for duty in ws.of(Duty):
        if not duty.is_closed and duty.due < ctx.as_of:
            who = ws.person_name(duty.owner) or ws.project.customer
            yield hit(duty.at("due"), duty.id, id=duty.id, who=who, due=duty.due)
