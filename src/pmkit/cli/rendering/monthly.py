"""The monthly report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmkit.cli.rendering.base import Asked, basis, touched, verdict
from pmkit.cli.rendering.plan import plan_view
from pmkit.cli.scheduled import scheduled
from pmkit.cli.session import Session

if TYPE_CHECKING:
    from pmkit.reports.document import View
    from pmkit.workspace.model import Workspace


def monthly(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.monthly import Month, monthly_report
    from pmkit.reports.weekly.sources import Sources

    month = Month.of(s.today, s.whole.project.first_day)
    planned = scheduled(s, s.today.isoformat())
    sources = Sources(s.whole, seen, planned, verdict(s, planned), touched(s, month.start, month.finish))
    earlier = None
    if s.whole.tasks and month.before >= s.whole.project.first_day:
        then = scheduled(s, month.before.isoformat())
        earlier = Sources(s.whole, seen, then, verdict(s, then), frozenset())
    curve = plan_view(s, seen, "customer").progress if s.whole.tasks else None
    return monthly_report(
        sources, earlier, s.today, asked.audience, basis(s, planned.status_date), curve, asked.summary
    )
