"""Section 5: issues and risks."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from pmkit.domain.rating import SERIOUS
from pmkit.domain.risks import RISK, Risk
from pmkit.kernel.text import Text
from pmkit.reports.views import weekly as view
from pmkit.reports.weekly.sources import Week
from pmkit.workspace.model import Workspace


def concerns(ws: Workspace, week: Week, touched: AbstractSet[str]) -> Iterator[view.Concern]:
    """Open risks that are high, or new or changed in the week; the highest first."""
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


def _state(risk: Risk) -> Text:
    return RISK.states.names.get(risk.status, Text.same(risk.status)) if RISK.states else Text.same(risk.status)
