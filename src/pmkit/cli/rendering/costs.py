"""Costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmkit.cli.rendering.base import Asked, basis
from pmkit.cli.session import Session

if TYPE_CHECKING:
    from pmkit.reports.document import View
    from pmkit.reports.views.blocks import Basis
    from pmkit.workspace.model import Workspace
    from pmkit.workspace.planning import Planned


def cost(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.cost import cost_report

    planned = planned_now(s)
    return cost_report(seen, planned, s.today, basis_of(s, planned))


def cost_plan(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.cost import cost_plan

    planned = planned_now(s)
    return cost_plan(seen, planned, basis_of(s, planned))


def cost_summary(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.cost import cost_report

    planned = planned_now(s)
    return cost_report(seen, planned, s.today, basis_of(s, planned), final=True)


def planned_now(s: Session) -> Planned | None:
    from pmkit.workspace.planning import plan_of

    return plan_of(s.whole, s.today)[0]


def basis_of(s: Session, planned: Planned | None) -> Basis:

    return basis(s, planned.status_date if planned else None)
