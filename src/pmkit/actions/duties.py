"""Customer duties: asked of the other side, and reminded of politely."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pmkit.actions.records import NextId, add, ids_in_short
from pmkit.domain.duties import DUTY, Duty
from pmkit.domain.people import Person
from pmkit.kernel.errors import Refused
from pmkit.kernel.text import Text
from pmkit.workspace.edits import Acting, Append, Edits, headed
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
    changes = []
    for duty in duties:
        at = duty.at("reminders")
        data = {"on": acting.on.isoformat(), "by": acting.by} | ({"channel": channel} if channel else {})
        changes.append(Append(at.path, at.keys, data))
    ids = tuple(duty.id for duty in duties)
    subject = headed(ids_in_short(ids), Text("Record a reminder", "记录提醒"))
    return Edits(tuple(changes), "duty.remind", ids, subject, acting.by, acting.on)
