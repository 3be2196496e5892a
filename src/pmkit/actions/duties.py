"""Customer duties: asked of the other side, and reminded of politely."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pmkit.actions.records import NextId, add, ids_in_short
from pmkit.domain.duties import DUTY, Duty
from pmkit.domain.people import Person
from pmkit.kernel.errors import Refused
from pmkit.kernel.text import Text
from pmkit.workspace.edits import Acting, Append, Change, Edits, headed
from pmkit.workspace.model import Workspace


def ask(ws: Workspace, values: Mapping[str, Any], next_id: NextId, acting: Acting) -> Edits:
    """A new duty. Refused for an owner on our own side: that is an action item."""
    owner = ws.find(str(values.get("owner") or ""), Person)
    if owner is not None and owner.side == "supplier":
        raise Refused(
            Text(en="{who} is on our own side", zh="{who}是我方人员").format(who=owner.name),
            Text(
                en="what we have to do is an action item: `pmkit action add --title ... --owner {who} --due ...`",
                zh="我方要做的事请记为待办事项：`pmkit action add --title 事项 --owner {who} --due 日期`",
            ).format(who=owner.id),
        )
    return add(ws, DUTY, values, next_id, acting)


def reminded(duties: Sequence[Duty], channel: str | None, acting: Acting) -> Edits:
    """That those who owe these duties were reminded that day."""
    ids = tuple(duty.id for duty in duties)
    subject = headed(ids_in_short(ids), Text("Record a reminder", "记录提醒"))
    return Edits(_reminders(duties, channel, acting), "duty.remind", ids, subject, acting.by, acting.on)


def with_reminder(edits: Edits, duties: Sequence[Duty], channel: str, acting: Acting) -> Edits:
    """The edits of a mail that goes out, and beside them that it reminds of these duties."""
    changes = (*edits.changes, *_reminders(duties, channel, acting))
    return replace(edits, changes=changes, records=(*edits.records, *(duty.id for duty in duties)))


def _reminders(duties: Sequence[Duty], channel: str | None, acting: Acting) -> tuple[Change, ...]:
    data = {"on": acting.on.isoformat(), "by": acting.by} | ({"channel": channel} if channel else {})
    return tuple(Append((at := duty.at("reminders")).path, at.keys, data) for duty in duties)
