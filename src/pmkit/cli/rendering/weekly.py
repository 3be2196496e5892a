"""The weekly report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmkit.cli.rendering.base import Asked, basis, touched, verdict
from pmkit.cli.scheduled import scheduled
from pmkit.cli.session import Session

if TYPE_CHECKING:
    from pmkit.reports.document import View
    from pmkit.reports.views.blocks import Audience
    from pmkit.reports.views.weekly import WeeklyReport
    from pmkit.workspace.health import Judged
    from pmkit.workspace.model import Workspace


def weekly(s: Session, seen: Workspace, asked: Asked) -> View:
    return weekly_view(s, seen, asked.audience, asked.summary, asked.judged)


def weekly_view(
    s: Session, seen: Workspace, audience: Audience, summary: str | None = None, judged: Judged | None = None
) -> WeeklyReport:
    """The week up to today, as the weekly report says it."""
    from pmkit.reports.weekly.report import weekly_report
    from pmkit.reports.weekly.sources import Sources, Week

    planned = scheduled(s, s.today.isoformat())
    week = Week.of(s.today, s.whole.project.first_day)
    sources = Sources(s.whole, seen, planned, verdict(s, planned), touched(s, week.start, week.finish))
    return weekly_report(sources, s.today, audience, basis(s, planned.status_date), summary, judged=judged)
