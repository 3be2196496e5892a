"""COM: action items and minutes."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.kernel.text import Text
from pmkit.workspace.model import Workspace


@check(
    "COM101",
    "action-without-owner",
    severity="error",
    says=Text("{id} is open and has no owner", "{id} 未完成，但没有责任人"),
    fix=Text("`pmkit set {id} owner=HANDLE`", "`pmkit set {id} owner=代号`"),
)
def action_without_owner(ws: Workspace, _: Context) -> Iterator[Hit]:
    """What everybody shall do nobody does."""
    for action in ws.actions:
        if not action.is_closed and not action.owner:
            yield hit(action.at("owner"), action.id, id=action.id)


@check(
    "COM102",
    "action-without-due-date",
    severity="warning",
    says=Text("{id} is open and has no due date", "{id} 未完成，但没有完成时限"),
    fix=Text("`pmkit set {id} due=DATE`", "`pmkit set {id} due=日期`"),
)
def action_without_due_date(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Without a date it is never late, and never done."""
    for action in ws.actions:
        if not action.is_closed and action.due is None:
            yield hit(action.at("due"), action.id, id=action.id)


@check(
    "COM301",
    "action-overdue",
    severity="warning",
    says=Text("{id} ({who}) was due {due}", "{id}（{who}）应于 {due} 完成，已逾期"),
    fix=Text("`pmkit action done {id}`, or agree a new date", "`pmkit action done {id}`，或商定新的时限"),
)
def action_overdue(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """An overdue action belongs into the next meeting."""
    for action in ws.actions:
        if action.is_overdue(ctx.as_of):
            yield hit(
                action.at("due"), action.id, id=action.id, who=ws.person_name(action.owner) or "-", due=action.due
            )


@check(
    "COM302",
    "minutes-unconfirmed",
    severity="warning",
    says=Text(
        "the minutes of {id} went out on {sent} and are not confirmed", "{id} 的会议纪要已于 {sent} 发出，尚未确认"
    ),
    fix=Text("ask for the reply, then `pmkit meeting confirm {id}`", "请催复，收到后执行 `pmkit meeting confirm {id}`"),
)
def minutes_unconfirmed(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """Minutes that the customer never confirmed are our notes, not an agreement."""
    for meeting in ws.meetings:
        if meeting.status != "sent":
            continue
        sent, due = meeting.reached("sent"), meeting.confirmation_due
        if due is not None and ctx.as_of > due:
            yield hit(meeting.at("status"), meeting.id, id=meeting.id, sent=sent)
