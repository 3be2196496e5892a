"""评审登记表, filled from the reviews of a workspace."""

from __future__ import annotations

from dataclasses import replace

from pmkit.domain.plan import Phase
from pmkit.domain.reviews import DECISIONS, REVIEW, TYPES, Review
from pmkit.kernel.text import Text
from pmkit.reports.change import form_head
from pmkit.reports.views.blocks import Audience, Basis
from pmkit.reports.views.reviews import Entry, ReviewRegister
from pmkit.workspace.model import Workspace


def review_register(ws: Workspace, audience: Audience, basis: Basis) -> ReviewRegister:
    """The register of the reviews that its audience may see, by their day."""
    reviews = sorted(ws.of(Review), key=lambda review: (review.day, review.id))
    return ReviewRegister(
        replace(form_head(ws), date=basis.as_of), audience, tuple(_entry(ws, review) for review in reviews), basis
    )


def _entry(ws: Workspace, review: Review) -> Entry:
    states = REVIEW.states
    phase = ws.find(review.phase, Phase) if review.phase else None
    items = [Text.same(f"{m.title} {m.version or ''}".strip()) for m in review.materials]
    days = [review.conditions[n - 1].due for n in review.unmet] + [review.comments[n - 1].due for n in review.unsettled]
    return Entry(
        ref=review.id,
        title=review.title,
        type=TYPES.get(review.type or ""),
        phase=phase.name if phase else None,
        items=Text.join(items, en="; ", zh="；") if items else None,
        day=review.day,
        chair=ws.person_name(review.chair) or None,
        comments=len(review.comments),
        adopted=sum(one.disposition in {"adopted", "partly"} for one in review.comments),
        unanswered=len(review.unanswered),
        unsettled=len(review.unsettled),
        decision=decision_of(review),
        unmet=len(review.unmet),
        next_due=min((day for day in days if day is not None), default=None),
        status=states.names.get(review.status, Text.same(review.status)) if states else Text.same(review.status),
        closed_on=review.reached("closed"),
    )


def decision_of(review: Review) -> Text | None:
    """The decision in words; None before there is one."""
    return DECISIONS[review.decision] if review.decision else None
