"""The weekly report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pmkit.cli.photos import shown_photos
from pmkit.cli.rendering.base import Asked, basis, touched, verdict
from pmkit.cli.scheduled import scheduled
from pmkit.cli.session import Session

if TYPE_CHECKING:
    from pmkit.reports.document import View
    from pmkit.reports.views.blocks import Audience
    from pmkit.reports.views.weekly import WeeklyReport
    from pmkit.reports.weekly.sources import Week
    from pmkit.workspace.health import Judged
    from pmkit.workspace.model import Workspace


def weekly(s: Session, seen: Workspace, asked: Asked) -> View:
    found = weekly_view(s, seen, asked.audience, asked.summary, asked.judged, asked.period)
    return replace(found, photos=(*found.photos, *asked.photos), correction=asked.correction)


def weekly_view(
    s: Session, seen: Workspace, audience: Audience, summary: str | None = None, judged: Judged | None = None,
    period: Week | None = None,
) -> WeeklyReport:  # fmt: skip
    """The week up to today, as the weekly report says it; it carries on from the last issue."""
    from pmkit.reports.weekly.goods import photos_of
    from pmkit.reports.weekly.report import weekly_report
    from pmkit.reports.weekly.sources import Sources, Week
    from pmkit.workspace.issued_reports import next_issue

    planned = scheduled(s, s.today.isoformat())
    if period is None:
        usual = Week.of(s.today, s.whole.project.first_day)
        following = next_issue(s.whole, "weekly", s.today, usual.start, usual.number)
        period = Week(following.start, s.today, following.number)
    sources = Sources(s.whole, seen, planned, verdict(s, planned), touched(s, period.start, period.finish))
    made_of = basis(s, planned.status_date)
    photos = [shown_photos(s, [photo], caption)[0] for photo, caption in photos_of(seen, period)]
    return weekly_report(sources, s.today, audience, made_of, summary, period, judged, tuple(photos))
