"""合同响应对照表, read from the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmkit.cli.rendering.base import Asked
from pmkit.cli.rendering.costs import basis_of, planned_now

if TYPE_CHECKING:
    from pmkit.cli.session import Session
    from pmkit.reports.document import View
    from pmkit.workspace.model import Workspace


def contract_matrix(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.change import form_head
    from pmkit.reports.contracts import compliance_matrix
    from pmkit.reports.views.contracts import blank_matrix

    if asked.blank:
        return blank_matrix(form_head(seen))
    planned = planned_now(s)
    return compliance_matrix(seen, planned, basis_of(s, planned))
