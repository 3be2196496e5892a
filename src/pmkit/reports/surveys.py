"""客户满意度调查汇总, filled from the surveys and the actions that came of them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from pmkit.domain.actions import ACTION
from pmkit.domain.surveys import STAGES, SURVEY
from pmkit.kernel.text import Text
from pmkit.reports.change import form_head
from pmkit.reports.views.blocks import Basis
from pmkit.reports.views.surveys import Asked, FollowUp, Row, SurveySummary, Words
from pmkit.workspace.model import Workspace
from pmkit.workspace.surveys import Trend, trends


def survey_summary(ws: Workspace, basis: Basis) -> SurveySummary:
    """The overview, each item over time, what was said in words and by nobody in particular, what followed."""
    found = trends(ws)
    items: dict[str, Text] = {}
    for trend in found:
        items |= trend.survey.items
    return SurveySummary(
        head=replace(form_head(ws), date=basis.as_of),
        surveys=tuple(_asked(trend) for trend in found),
        rows=tuple(row for key, text in items.items() if (row := _row(found, key, text)) is not None),
        words=tuple(
            Words(trend.survey.id, answer.best, answer.improve, answer.suggestions)
            for trend in found
            for answer in trend.survey.answers
            if answer.best or answer.improve or answer.suggestions
        ),
        follow_ups=tuple(
            FollowUp(
                action.id, trend.survey.id, action.title, ws.person_name(action.owner) or None, action.due_now,
                ACTION.states.names.get(action.status) if ACTION.states else action.status,
            )
            for trend in found
            for action in trend.follow_ups
        ),
        basis=basis,
    )  # fmt: skip


def _asked(trend: Trend) -> Asked:
    survey, states = trend.survey, SURVEY.states
    return Asked(
        ref=survey.id,
        title=survey.title,
        stage=STAGES[survey.stage],
        day=survey.steps[0].on if survey.steps else None,
        answers=len(survey.answers),
        score=_plain(survey.score),
        moved=None if trend.score_moved is None else f"{trend.score_moved:+}",
        recommend=_plain(survey.recommendation),
        status=states.names.get(survey.status) if states else survey.status,
    )


def _row(found: list[Trend], key: str, text: Text) -> Row | None:
    averages = [trend.survey.averages.get(key) for trend in found]
    if all(value is None for value in averages):
        return None
    newest = next(
        trend.survey for trend, value in reversed(list(zip(found, averages, strict=True))) if value is not None
    )
    return Row(text, tuple(_plain(value) for value in averages), key in newest.low_items)


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
