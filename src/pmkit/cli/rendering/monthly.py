"""The monthly report."""

from __future__ import annotations

from dataclasses import replace
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
    from pmkit.workspace.issued_reports import next_issue

    usual = Month.of(s.today, s.whole.project.first_day)
    following = next_issue(s.whole, "monthly", s.today, usual.start, usual.number)
    period = asked.period or Month(following.start, s.today, following.number)
    month = Month(period.start, period.finish, period.number)
    planned = scheduled(s, s.today.isoformat())
    sources = Sources(s.whole, seen, planned, verdict(s, planned), touched(s, month.start, month.finish))
    earlier = None
    if s.whole.tasks and month.before >= s.whole.project.first_day:
        then = scheduled(s, month.before.isoformat())
        earlier = Sources(s.whole, seen, then, verdict(s, then), frozenset())
    curve = plan_view(s, seen, "customer").progress if s.whole.tasks else None
    made_of = basis(s, planned.status_date)
    made = monthly_report(sources, earlier, s.today, asked.audience, made_of, curve, asked.summary, month)
    body = replace(made.body, photos=(*made.body.photos, *asked.photos), correction=asked.correction)
    return replace(made, body=body)
