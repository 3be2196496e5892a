"""What the customer owes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmkit.cli.rendering.base import Asked, basis
from pmkit.cli.session import Session

if TYPE_CHECKING:
    from pmkit.reports.document import View
    from pmkit.workspace.model import Workspace


def duties(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.change import form_head
    from pmkit.reports.duties import duty_register
    from pmkit.reports.views.duties import blank_duty_register
    from pmkit.workspace.duties import Costs, costs
    from pmkit.workspace.planning import plan_of

    if asked.blank:
        return blank_duty_register(form_head(seen))
    planned = plan_of(s.whole, s.today)[0]
    found = costs(planned) if planned else Costs()
    made_of = basis(s, planned.status_date if planned else None)
    return duty_register(seen, planned, found, s.today, asked.audience, made_of)
