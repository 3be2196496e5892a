"""Section 7: changes."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pmkit.domain.changes import STATES
from pmkit.kernel.text import Text
from pmkit.reports.views import weekly as view
from pmkit.reports.weekly.sources import Sources, Week


def changes(sources: Sources, week: Week) -> Iterator[view.Change]:
    """Changes that are open, or took a step in the week."""
    ws, calendar = sources.seen, sources.planned.calendar
    for change in ws.changes:
        if change.is_closed and not any(step.on in week for step in change.steps):
            continue
        days = max(
            (
                span.minutes(day=calendar.day_minutes, week=calendar.week_minutes)
                for span in change.impact.schedule_allowance.values()
            ),
            default=None,
        )
        yield view.Change(
            ref=change.id,
            title=change.title,
            raised_by=ws.person_name(change.requested_by) or None,
            days=Decimal(days) / calendar.day_minutes if days is not None else None,
            price=change.impact.price,
            status=STATES.names.get(change.status, Text.same(change.status)),
        )
