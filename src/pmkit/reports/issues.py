"""问题清单, filled from the issues of a workspace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from pmkit.domain.changes import URGENCIES, ChangeRequest
from pmkit.domain.issues import CATEGORIES, ISSUE, SEVERITIES, Issue
from pmkit.domain.risks import Risk
from pmkit.kernel.text import Text
from pmkit.reports.change import form_head, named_with_party
from pmkit.reports.views.blocks import Audience, Basis, Wording
from pmkit.reports.views.issues import Entry, IssueLog
from pmkit.workspace.model import Workspace


def issue_log(ws: Workspace, as_of: date, audience: Audience, basis: Basis) -> IssueLog:
    """The log of what its audience may see: open issues first, the gravest of them before the others."""
    issues = sorted(ws.of(Issue), key=lambda one: (one.is_closed, list(SEVERITIES).index(one.severity)))
    still_open = [one for one in issues if not one.is_closed]
    return IssueLog(
        head=replace(form_head(ws), date=as_of),
        audience=audience,
        entries=tuple(_entry(ws, one, as_of) for one in issues),
        total=len(issues),
        open=len(still_open),
        late=sum(one.is_overdue(as_of) for one in still_open),
        counts=tuple((word, sum(one.severity == key for one in still_open)) for key, word in SEVERITIES.items()),
        basis=basis,
    )


def _entry(ws: Workspace, issue: Issue, as_of: date) -> Entry:
    solved, verified = issue.resolution, issue.verification
    links = [Text.same(one) for one in _links(ws, issue)]
    return Entry(
        ref=issue.id,
        title=issue.title,
        description=issue.description or "",
        category=CATEGORIES.get(issue.category or ""),
        severity=SEVERITIES[issue.severity],
        urgency=URGENCIES[issue.urgency],
        raised_by=named_with_party(ws, issue.raised_by) if issue.raised_by else None,
        raised_on=issue.raised_on,
        impact=issue.impact,
        cause=issue.cause,
        action=issue.action,
        owner=named_with_party(ws, issue.owner) if issue.owner else None,
        due=issue.due,
        overdue=(as_of - issue.due).days if issue.due and issue.is_overdue(as_of) else 0,
        resolved_on=solved.on if solved else None,
        verified_by=ws.person_name(verified.by) if verified else None,
        status=state_of(issue),
        links=Text.join(links) if links else None,
        remarks=_remarks(ws, issue),
    )


def state_of(issue: Issue) -> Text:
    """The state in words."""
    return ISSUE.states.names.get(issue.status, Text.same(issue.status)) if ISSUE.states else Text.same(issue.status)


def _links(ws: Workspace, issue: Issue) -> Iterator[str]:
    yield from (one for one in issue.from_ if ws.find(one, Risk) or ws.find(one, ChangeRequest))
    yield from issue.changes


def _remarks(ws: Workspace, issue: Issue) -> Wording:
    """That it was escalated, and the remark of the step that holds or closes it."""
    said = [
        Text("escalated to {who} on {on}", "{on} 已上报{who}").format(who=ws.person_name(e.to), on=e.on)
        for e in issue.escalations
    ]
    last = issue.steps[-1] if issue.steps else None
    if last and last.note and issue.status in {"on_hold", "closed"}:
        said.append(Text.same(last.note))
    return Text.join(said, en="; ", zh="；") if said else ""
