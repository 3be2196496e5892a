"""People: who signs for whom while they are away, and what each is told how often."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pmkit.actions.records import check_links
from pmkit.domain.kind import file_data, file_value
from pmkit.domain.people import Person
from pmkit.domain.problems import validated
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import Text
from pmkit.workspace.edits import Acting, Append, Edits, headed
from pmkit.workspace.model import Workspace


def delegate(person: Person, to: Person, first: date, last: date, reason: str | None, acting: Acting) -> Edits:
    """Let `to` sign for a person from the first to the last day. Refused across sides and to who has left."""
    if last < first:
        raise UsageError(
            Text(en="{last} is before {first}", zh="截止日期 {last} 早于开始日期 {first}").format(
                last=last, first=first
            )
        )
    if to is person or to.side != person.side or to.left:
        raise Refused(
            Text(en="{to} cannot sign for {who}", zh="{to}不能代{who}签署").format(to=to.name, who=person.name),
            Text("name somebody else of the same side", "请指定同一方的其他人员"),
        )
    data: dict[str, Any] = {"to": to.id, "from": first.isoformat(), "until": last.isoformat()}
    if reason:
        data["reason"] = reason
    at = person.at("delegations")
    what = Text("Delegate to {to} from {first} until {last}", "授权 {to} 代签，{first} 至 {last}")
    subject = headed(person.id, what.format(to=to.id, first=first, last=last))
    return Edits((Append(at.path, at.keys, data),), "person.delegate", (person.id,), subject, acting.by, acting.on)


def plan_communication(ws: Workspace, person: Person, values: Mapping[str, Any], acting: Acting) -> Edits:
    """A line more of the communication plan. Raises UsageError."""
    raw = {"id": person.id, **file_data(person)}
    raw["communication"] = [*raw.get("communication", ()), dict(values)]
    revised = validated(Person, raw).placed(person.spot)
    check_links(ws, revised)
    at = person.at("communication")
    data = file_value(revised.communication[-1])
    what = Text("Plan communication: {what}", "制定沟通计划：{what}").format(what=values["what"])
    return Edits(
        (Append(at.path, at.keys, data),), "person.plan", (person.id,), headed(person.id, what), acting.by, acting.on
    )
