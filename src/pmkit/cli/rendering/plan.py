"""The document of the plan."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any

from pmkit.cli.rendering.base import Asked, basis, verdict
from pmkit.cli.scheduled import scheduled
from pmkit.cli.session import Session
from pmkit.kernel.errors import UsageError

if TYPE_CHECKING:
    from pmkit.reports.document import View
    from pmkit.reports.views.blocks import Audience
    from pmkit.reports.views.plan import PlanReport
    from pmkit.workspace.model import Workspace
    from pmkit.workspace.planning import Planned


def plan(s: Session, seen: Workspace, asked: Asked) -> View:
    return plan_view(s, seen, asked.audience)


def plan_view(s: Session, seen: Workspace, audience: Audience) -> PlanReport:
    """What the plan's report shows: also its pictures, for the terminal."""
    from pmkit.reports.plan import MOST_DATES, plan_report
    from pmkit.reports.weekly.sources import Sources

    def sources(until: date) -> Sources:
        planned = scheduled(s, until.isoformat())
        return Sources(s.whole, seen, planned, verdict(s, planned), frozenset())

    now = sources(s.today)
    dates = [p.status_date for p in s.whole.progress if p.status_date <= s.today][-MOST_DATES:]
    earlier = [(day, sources(day)) for day in dates[:-1]] + [(day, now) for day in dates[-1:]]
    figures = _earned_figures(s, now.planned) if audience == "internal" else []
    return plan_report(now, s.today, audience, basis(s, now.planned.status_date), earlier, figures)


def _earned_figures(s: Session, planned: Planned) -> list[Any]:
    """Earned value at the status date; nothing where the plan has no costs, or none that can be spread and added up."""
    from pmkit.output.earned import figures
    from pmkit.workspace.earned import earned, has_costs

    if not has_costs(s.whole):
        return []
    known = [b for b in s.whole.baselines if b.on <= s.today]
    plan = scheduled(s, date(1970, 1, 1).isoformat())
    with suppress(UsageError):  # the baseline is older than the costs, or these are in several currencies
        return figures(earned(s.whole, plan, known[-1] if known else None, planned.status_date or s.today))
    return []
