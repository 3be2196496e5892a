"""COM: series of meetings that say nothing, and meetings of which nobody tells."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.meeting_series import MeetingSeries
from pmkit.kernel.text import Text
from pmkit.workspace.meetings import missed
from pmkit.workspace.model import Workspace


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
