"""The closure report of our own house and the final report for the customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmkit.cli.rendering.base import Asked, basis
from pmkit.cli.session import Session

if TYPE_CHECKING:
    from pmkit.reports.closure.report import Closing
    from pmkit.reports.document import View
    from pmkit.workspace.model import Workspace


def closure(s: Session, seen: Workspace, asked: Asked) -> View:
    """As the project was closed, where it is; with `--draft`, and while it is open, as it stands today."""
    from pmkit.domain.closures import Closure
    from pmkit.reports.closure.report import Closing
    from pmkit.workspace.closing import in_force

    closed = None if asked.draft else in_force(seen)
    if closed is None:
        return closing_view(s, seen, asked, Closing())
    kept = s.whole.get(closed.id, Closure).left_open
    on = closed.reached("closed")
    return closing_view(s, seen, asked, Closing(on, closed.conclusion, kept, closed.fingerprint, closed.approved_by))


def closing_view(s: Session, seen: Workspace, asked: Asked, closing: Closing) -> View:
    """The report with what the closing itself says."""
    from pmkit.reports.closure.report import closure_report
    from pmkit.reports.closure.sources import Sources
    from pmkit.workspace.planning import plan_of

    planned = plan_of(s.whole, s.today)[0]
    sources = Sources(s.whole, seen, planned, s.today, asked.audience)
    return closure_report(sources, closing, basis(s, planned.status_date if planned else None))
