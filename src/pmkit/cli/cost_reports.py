"""The documents of costs and payments, for `pmkit report`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from pmkit.cli.report import Asked
    from pmkit.cli.session import Session
    from pmkit.reports.document import View
    from pmkit.reports.views.blocks import Audience, Basis
    from pmkit.workspace.model import Workspace
    from pmkit.workspace.planning import Planned


def _planned(s: Session) -> Planned | None:
    from pmkit.workspace.planning import plan_of

    return plan_of(s.whole, s.today)[0]


def _basis(s: Session, planned: Planned | None) -> Basis:
    from pmkit.cli.report import basis

    return basis(s, planned.status_date if planned else None)


def _cost_view(s: Session, seen: Workspace, asked: Asked) -> View:  # noqa: ARG001 - internal: `seen` is all there is
    from pmkit.reports.cost import cost_report

    planned = _planned(s)
    return cost_report(seen, planned, s.today, _basis(s, planned))


def _summary_view(s: Session, seen: Workspace, asked: Asked) -> View:  # noqa: ARG001 - as above
    from pmkit.reports.cost import cost_report

    planned = _planned(s)
    return cost_report(seen, planned, s.today, _basis(s, planned), final=True)


def _plan_view(s: Session, seen: Workspace, asked: Asked) -> View:  # noqa: ARG001 - as above
    from pmkit.reports.cost import cost_plan

    planned = _planned(s)
    return cost_plan(seen, planned, _basis(s, planned))


def _payments_view(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.payments import payment_register

    planned = _planned(s)
    return payment_register(s.whole, seen, planned, s.today, asked.audience, _basis(s, planned))


def _payment_view(s: Session, seen: Workspace, record_id: str | None, _: Audience, *, blank: bool) -> View:
    from pmkit.domain.payments import Payment
    from pmkit.reports.change import form_head
    from pmkit.reports.payments import payment_form
    from pmkit.reports.views.payments import blank_application

    if blank:
        return blank_application(form_head(seen))
    if record_id is None:
        raise UsageError(
            Text("which payment node?", "请指明付款节点编号"), Text.same("pmkit report payment PAY-001 | --blank")
        )
    return payment_form(s.whole, seen, seen.get(record_id, Payment), _basis(s, _planned(s)))


FORMS: dict[str, Callable[..., Any]] = {"payment": _payment_view}
OF_PROJECT: dict[str, Callable[..., Any]] = {
    "cost": _cost_view, "cost-summary": _summary_view, "cost-plan": _plan_view, "payments": _payments_view,
}  # fmt: skip
