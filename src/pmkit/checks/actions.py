"""COM: action items and minutes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.kernel.text import Text
from pmkit.workspace.model import Workspace

PATIENCE = timedelta(days=3)  # that minutes may take to go out


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
                action.at("due"), action.id, id=action.id, who=ws.person_name(action.owner) or "-", due=action.due_now
            )


@check(
    "COM302",
    "minutes-unconfirmed",
    severity="warning",
    says=Text(
        "the minutes of {id} went out on {sent} and are not confirmed", "{id} 的会议纪要已于 {sent} 发出，尚未确认"
    ),
    fix=Text(
        "ask for the reply, then `pmkit confirm {id} --by HANDLE --evidence FILE`",
        "请催复，收到后执行 `pmkit confirm {id} --by 代号 --evidence 文件`",
    ),
)
def minutes_unconfirmed(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """Minutes that the customer never confirmed are our notes, not an agreement."""
    for meeting in ws.meetings:
        if meeting.status != "sent":
            continue
        sent, due = meeting.reached("sent"), meeting.confirmation_due
        if due is not None and ctx.as_of > due:
            yield hit(meeting.at("status"), meeting.id, id=meeting.id, sent=sent)


@check(
    "COM103",
    "minutes-without-content",
    severity="warning",
    says=Text("the minutes of {id} hold neither a topic nor a decision", "{id} 的会议纪要没有议题，也没有议定事项"),
    fix=Text("`pmkit set {id} decisions+='...'`", "`pmkit set {id} decisions+='……'`"),
)
def minutes_without_content(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Minutes that say nothing are confirmed by silence, and prove nothing."""
    for meeting in ws.meetings:
        if meeting.status in {"sent", "confirmed"} and not meeting.topics and not meeting.decisions:
            yield hit(meeting.at("decisions"), meeting.id, id=meeting.id)


@check(
    "COM104",
    "meeting-without-attendees",
    severity="warning",
    says=Text("{id} was held, and nobody is recorded as present", "{id} 已召开，但没有记录参会人员"),
    fix=Text("`pmkit set {id} present+=HANDLE`", "`pmkit set {id} present+=代号`"),
)
def meeting_without_attendees(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A decision binds those who were there."""
    for meeting in ws.meetings:
        if meeting.status in {"held", "sent", "confirmed"} and not meeting.present:
            yield hit(meeting.at("present"), meeting.id, id=meeting.id)


@check(
    "COM105",
    "action-done-without-result",
    severity="warning",
    opinion=True,
    says=Text("{id} is done and does not say with what result", "{id} 已完成，但没有写明完成情况"),
    fix=Text("`pmkit set {id} result='...'`", "`pmkit set {id} result='……'`"),
)
def action_done_without_result(ws: Workspace, _: Context) -> Iterator[Hit]:
    """The next meeting asks what came of it."""
    for action in ws.actions:
        if action.status == "done" and not action.outcome:
            yield hit(action.at("status"), action.id, id=action.id)


@check(
    "COM303",
    "meeting-not-recorded",
    severity="warning",
    says=Text("{id} was planned for {day} and is not recorded as held", "{id} 原定于 {day} 召开，尚未记录是否召开"),
    fix=Text(
        "`pmkit meeting hold {id} --date {day}`, or `pmkit meeting cancel {id}`",
        "`pmkit meeting hold {id} --date {day}`，或 `pmkit meeting cancel {id}`",
    ),
)
def meeting_not_recorded(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """A meeting that nobody recorded leaves no decisions behind."""
    for meeting in ws.meetings:
        day = date(meeting.time.year, meeting.time.month, meeting.time.day)
        if meeting.status == "planned" and day < ctx.as_of:
            yield hit(meeting.at("time"), meeting.id, id=meeting.id, day=day)


@check(
    "COM304",
    "minutes-not-sent",
    severity="warning",
    says=Text("{id} was held on {held} and its minutes have not gone out", "{id} 已于 {held} 召开，会议纪要尚未发出"),
    fix=Text("`pmkit send {id}` sends them", "请用 `pmkit send {id}` 发出纪要"),
)
def minutes_not_sent(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """After a few days everybody remembers another meeting."""
    for meeting in ws.meetings:
        held = meeting.reached("held")
        if meeting.status == "held" and held is not None and ctx.as_of > held + PATIENCE:
            yield hit(meeting.at("status"), meeting.id, id=meeting.id, held=held)
