"""Section 5: issues and risks."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from pmkit.domain.issues import SEVERITIES, Issue
from pmkit.domain.kind import Tracked
from pmkit.domain.rating import SERIOUS
from pmkit.domain.support import SupportRequest
from pmkit.kernel.text import Text
from pmkit.reports.views import weekly as view
from pmkit.reports.weekly.sources import Week
from pmkit.workspace.model import Workspace
from pmkit.workspace.support import answer_by


def concerns(ws: Workspace, week: Week, touched: AbstractSet[str]) -> Iterator[view.Concern]:
    """Open issues and risks that are grave, late, or new or changed in the week: issues first, the worst on top."""
    grades = list(SEVERITIES)
    for issue in sorted(ws.of(Issue), key=lambda i: (i.is_closed, grades.index(i.severity), i.id)):
        is_news = issue.id in touched or any(step.on in week for step in issue.steps)
        if is_news or (not issue.is_closed and (issue.is_grave or issue.is_overdue(week.finish))):
            yield view.Concern(
                ref=issue.id,
                description=Text("{title} ({grade})", "{title}（{grade}）").format(
                    title=issue.title, grade=SEVERITIES[issue.severity]
                ),
                impact=issue.impact or "",
                action=issue.action or "",
                owner=ws.person_name(issue.owner) or None,
                due=issue.due,
                status=_state(issue),
            )
    for request in ws.of(SupportRequest):
        if request.status in {"open", "responding"}:
            yield view.Concern(
                ref=request.id,
                description=Text("Service request: {title} ({grade})", "服务请求：{title}（{grade}）").format(
                    title=request.title, grade=SEVERITIES[request.severity]
                ),
                impact="",
                action=request.solution or "",
                owner=ws.person_name(request.owner) or None,
                due=answer_by(ws, request).date() if request.status == "open" else None,
                status=_state(request),
            )
    for risk in sorted(ws.risks, key=lambda r: (-(r.score or 0), r.id)):
        is_news = risk.id in touched or any(step.on in week for step in risk.steps)
        if (not risk.is_closed and ws.project.risk.band(risk.score) in SERIOUS) or is_news:
            yield view.Concern(
                ref=risk.id,
                description=risk.title,
                impact=risk.effect or "",
                action=risk.response or "",
                owner=ws.person_name(risk.owner) or None,
                due=risk.due,
                status=_state(risk),
            )


def _state(record: Tracked) -> Text:
    states = record.kind.states
    return states.names.get(record.status, Text.same(record.status)) if states else Text.same(record.status)
