"""Payments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmkit.cli.rendering.base import Asked
from pmkit.cli.rendering.costs import basis_of, planned_now
from pmkit.cli.session import Session
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from pmkit.reports.document import View
    from pmkit.workspace.model import Workspace


def payments(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.payments import payment_register

    planned = planned_now(s)
    return payment_register(s.whole, seen, planned, s.today, asked.audience, basis_of(s, planned))


def payment(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.domain.payments import Payment
    from pmkit.reports.change import form_head
    from pmkit.reports.payments import payment_form
    from pmkit.reports.views.payments import blank_application

    if asked.blank:
        return blank_application(form_head(seen))
    if asked.record_id is None:
        raise UsageError(
            Text("which payment node?", "请指明付款节点编号"), Text.same("pmkit report payment PAY-001 | --blank")
        )
    return payment_form(s.whole, seen, seen.get(asked.record_id, Payment), basis_of(s, planned_now(s)))
