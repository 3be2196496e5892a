"""COM: series of meetings that say nothing, meetings of which nobody tells, people to whom nobody speaks."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.meeting_series import MeetingSeries
from pmkit.kernel.recurrence import rule_words
from pmkit.kernel.text import Text
from pmkit.workspace.meetings import missed
from pmkit.workspace.model import Workspace
from pmkit.workspace.stakeholders import plan_kept


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
