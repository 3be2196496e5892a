"""What surveys come to, one after the other: scores, how they moved, what was done about low ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from pmkit.domain.actions import ActionItem
from pmkit.domain.surveys import Survey
from pmkit.workspace.model import Workspace


@dataclass(frozen=True, slots=True)
class Trend:
    """A survey beside the one before it. `moved`: by how much each average rose; `follow_ups`: actions from it."""

    survey: Survey
    moved: Mapping[str, Decimal]
    score_moved: Decimal | None
    follow_ups: tuple[ActionItem, ...]


def trends(ws: Workspace) -> list[Trend]:
    """The surveys that were not cancelled, in the order in which they began."""
    surveys = sorted(
        (one for one in ws.of(Survey) if one.status != "cancelled"),
        key=lambda one: (str(one.steps[0].on) if one.steps else "", one.id),
    )
    found = []
    before: Survey | None = None
    for survey in surveys:
        now, was = survey.averages, before.averages if before else {}
        score = survey.score - before.score if before and survey.score and before.score else None
        moved = {key: now[key] - was[key] for key in now if key in was}
        found.append(Trend(survey, moved, score, follow_ups(ws, survey)))
        before = survey if survey.answers else before
    return found


def follow_ups(ws: Workspace, survey: Survey) -> tuple[ActionItem, ...]:
    """The action items that came of a survey."""
    return tuple(action for action in ws.actions if action.from_ == survey.id)
