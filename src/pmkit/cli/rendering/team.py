"""Team and responsibilities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmkit.cli.rendering.base import Asked, basis
from pmkit.cli.session import Session

if TYPE_CHECKING:
    from pmkit.reports.document import View
    from pmkit.workspace.model import Workspace


def team(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.team import team_report
    from pmkit.workspace.planning import plan_of

    planned = plan_of(s.whole, None)[0] if asked.audience == "internal" else None
    return team_report(seen, planned, asked.audience, basis(s, planned.status_date if planned else None))


def raci(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.change import form_head
    from pmkit.reports.raci import LEGEND, responsibility_matrix
    from pmkit.reports.views.raci import blank_matrix

    if asked.blank:
        return blank_matrix(form_head(seen), LEGEND)
    return responsibility_matrix(seen, asked.version, asked.audience, basis(s, None))
