"""Issues: a risk that happened becomes one; somebody higher up is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pmkit.actions.records import NextId, new_record, step, step_to
from pmkit.domain.issues import ISSUE, Issue
from pmkit.domain.kind import file_data
from pmkit.domain.people import Person
from pmkit.domain.risks import RISK, Risk
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import Text
from pmkit.workspace.edits import Acting, Append, Change, Create, Edits, headed
from pmkit.workspace.layout import new_path
from pmkit.workspace.model import Workspace

# The words of risks for those of issues; what has no counterpart stays open.
_CATEGORIES = {"technical": "technical", "management": "management", "supply": "supply", "customer": "coordination"}
_SEVERITIES = {"extreme": "fatal", "high": "serious", "medium": "normal", "low": "minor"}


def open_from_risk(
    ws: Workspace,
    risk: Risk,
    values: Mapping[str, Any],
    next_id: NextId,
    acting: Acting,
    note: str | None = None,
) -> Edits:
    """The issue that a risk became, and the step by which the risk has occurred, in one commit.

    The issue takes over what the risk says, and who may see it; `values` win. Refused where there is one already, and
    for a risk that was closed without happening.
    """
    earlier = next((one.id for one in ws.of(Issue) if risk.id in one.from_), None)
    if earlier is not None:
        raise Refused(
            Text(en="{risk} has become {issue} already", zh="{risk} 已转为问题 {issue}").format(
                risk=risk.id, issue=earlier
            ),
            Text(en="`pmkit show {issue}`", zh="`pmkit show {issue}`").format(issue=earlier),
        )
    changes: list[Change] = []
    if risk.status != "occurred":
        states = RISK.states
        assert states is not None  # noqa: S101 - declared with states
        changes += step_to(risk, states.move(RISK, risk.id, risk.status, "occur").to, acting, note)
    record = new_record(ws, ISSUE, {**_taken_over(ws, risk, acting), **values}, next_id(ISSUE.prefix), acting)
    changes.append(Create(new_path(ISSUE, record.id), file_data(record), ISSUE.name))
    return Edits(
        tuple(changes),
        "issue.from-risk",
        (record.id, risk.id),
        headed(
            record.id,
            Text("Open from {risk}, {title}", "由 {risk} 转为问题：{title}").format(
                risk=risk.id, title=record.name_to_show
            ),
        ),
        acting.by,
        acting.on,
    )


def _taken_over(ws: Workspace, risk: Risk, acting: Acting) -> dict[str, Any]:
    """What the risk says; the issue of one without an owner is for now the one's who opens it."""
    said = {
        "title": risk.title,
        "description": risk.effect,
        "cause": risk.cause,
        "action": risk.contingency or risk.response,
        "category": _CATEGORIES.get(risk.category or ""),
        "severity": _SEVERITIES.get(ws.project.risk.band(risk.score) or ""),
        "owner": risk.owner or (acting.by if ws.find(acting.by, Person) else None),
        "visibility": "customer" if risk.seen_by_customer else "internal",
    }
    return {key: value for key, value in said.items() if value} | {"from": [risk.id]}


def escalate(issue: Issue, to: Person, note: str | None, acting: Acting) -> Edits:
    """Tell somebody higher up of an issue. Refused once it is closed, and for somebody who was told that day."""
    if issue.is_closed:
        raise Refused(Text(en="{id} is closed", zh="{id} 已关闭").format(id=issue.id))
    if to.left:
        raise UsageError(Text(en="{who} has left", zh="{who}已离场").format(who=to.name))
    if any(e.to == to.id and e.on == acting.on for e in issue.escalations):
        raise Refused(
            Text(en="{id} was escalated to {who} on {on}", zh="{id} 已于 {on} 上报{who}").format(
                id=issue.id, who=to.name, on=acting.on
            )
        )
    said = step("", acting, note)
    data = {"to": to.id, **{key: value for key, value in said.items() if key != "to"}}
    data.pop("recorded_by", None)
    at = issue.at("escalations")
    return Edits(
        (Append(at.path, at.keys, data),),
        "issue.escalate",
        (issue.id,),
        headed(issue.id, Text("Escalate to {who}", "上报{who}").format(who=to.name)),
        acting.by,
        acting.on,
    )
