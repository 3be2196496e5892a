"""Change requests: form and register."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmkit.cli.rendering.base import Asked, basis
from pmkit.cli.session import Session
from pmkit.domain.changes import ChangeRequest
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from pmkit.reports.document import View
    from pmkit.workspace.model import Workspace


def change(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.change import change_form, form_head
    from pmkit.reports.views.change import blank_change
    from pmkit.workspace.approvals import level_in_force
    from pmkit.workspace.impact import computed
    from pmkit.workspace.links import Trace
    from pmkit.workspace.planning import plan_of

    if asked.blank:
        return blank_change(form_head(seen), audience=asked.audience)
    if asked.record_id is None:
        raise UsageError(
            Text("which change request?", "请指明变更编号"), Text.same("pmkit report change CR-001 | --blank")
        )
    planned = plan_of(s.whole, None)[0]
    whole = s.whole.get(asked.record_id, ChangeRequest)
    change = seen.get(whole.id, ChangeRequest)
    return change_form(
        seen, change, level_in_force(s.whole, whole, planned), asked.audience,
        basis(s, planned.status_date if planned else None), computed(Trace(seen), change, planned),
    )  # fmt: skip


def changes(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.change_register import change_register
    from pmkit.workspace.planning import plan_of

    planned = plan_of(s.whole, None)[0]
    return change_register(s.whole, seen, planned, asked.audience, basis(s, planned.status_date if planned else None))
