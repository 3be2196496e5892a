"""COM: series of meetings that say nothing, meetings of which nobody tells, people to whom nobody speaks."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.meeting_series import MeetingSeries
from pmkit.kernel.duration import Duration
from pmkit.kernel.recurrence import rule_words
from pmkit.kernel.text import Text
from pmkit.workspace.dispatches import days_later
from pmkit.workspace.meetings import calendar_of_days_off, missed
from pmkit.workspace.model import Workspace
from pmkit.workspace.stakeholders import plan_kept

KICKOFF_WITHIN = Duration.parse("10d")


@check(
    "COM106",
    "series-without-rule",
    severity="error",
    says=Text("{id} does not say when it meets", "{id} 没有写明何时召开"),
    fix=Text(
        "`every: week` with `on: fri`, `every: month` with `on: last thu` or 15, or a `rule:` of RFC 5545",
        "写 `every: week` 与 `on: fri`，或 `every: month` 与 `on: last thu`、15，或用 `rule:` 写 RFC 5545 规则",
    ),
)
def series_without_rule(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A series without a day that it can fall on never meets, and nobody notices."""
    for series in ws.of(MeetingSeries):
        if not series.is_closed and series.rrule is None:
            yield hit(series.at("on" if series.every else "every"), series.id, id=series.id)


@check(
    "COM305",
    "meeting-missed",
    severity="warning",
    says=Text(
        "“{title}” ({id}) was to be on {day}, and nothing is recorded of it",
        "{title}（{id}）应于 {day} 召开，没有任何记录",
    ),
    fix=Text(
        "`pmkit meeting record --series {id} --time {day}`; where it was dropped: `pmkit meeting plan --series {id} "
        "--occurrence {day}`, then `pmkit meeting cancel`",
        "`pmkit meeting record --series {id} --time {day}`；若未召开：先 `pmkit meeting plan --series {id} "
        "--occurrence {day}`，再 `pmkit meeting cancel`",
    ),
)
def meeting_missed(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """What was agreed to be regular and is dropped in silence is how projects drift apart."""
    for found in missed(ws, ctx.as_of):
        series = found.series
        yield hit(series.at("every"), series.id, id=series.id, title=series.title, day=found.on)


@check(
    "COM310",
    "communication-missed",
    severity="warning",
    says=Text(
        "{name} was to hear of “{what}” by {due} ({every}); last: {last}",
        "按沟通计划，{name}的“{what}”应于 {due} 前沟通（{every}），最近一次：{last}",
    ),
    fix=Text(
        "speak to {who}, and record it: `pmkit comm log`, `pmkit meeting record`",
        "请与{who}沟通并记录：`pmkit comm log`、`pmkit meeting record`",
    ),
)
def communication_missed(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """A stakeholder who hears nothing for weeks hears it from others."""
    for kept in plan_kept(ws, ctx.as_of):
        if kept.is_missed(ctx.as_of):
            person, line = kept.person, kept.line
            last = kept.last.on if kept.last else Text("never", "无")
            yield hit(
                person.at("communication", kept.number), person.id, name=person.name, who=person.name, what=line.what,
                due=kept.due, every=rule_words(line.every, None), last=last,
            )  # fmt: skip


@check(
    "COM311",
    "kickoff-missing",
    severity="warning",
    says=Text(
        "meetings are held, and no kick-off is recorded by {day}, ten working days after the start",
        "已有会议召开，但至 {day}（开始后十个工作日）仍没有启动会记录",
    ),
    fix=Text(
        "`pmkit meeting record --type kickoff --title ... --time DATE`",
        "`pmkit meeting record --type kickoff --title 项目启动会 --time 日期`",
    ),
)
def kickoff_missing(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """Who decides, who answers and how changes are made is agreed in the first two weeks or argued about later."""
    held = [meeting for meeting in ws.meetings if meeting.was_held]
    if not held or any(meeting.type == "kickoff" for meeting in held):
        return
    due = days_later(calendar_of_days_off(ws), ws.project.first_day, KICKOFF_WITHIN)
    if ctx.as_of > due:
        yield hit(ws.project.at("start"), None, day=due)
