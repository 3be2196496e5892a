"""The issue log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmkit.cli.rendering.base import Asked, basis
from pmkit.cli.session import Session

if TYPE_CHECKING:
    from pmkit.reports.document import View
    from pmkit.workspace.model import Workspace


def issues(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.change import form_head
    from pmkit.reports.issues import issue_log
    from pmkit.reports.views.issues import blank_issue_log

    if asked.blank:
        return blank_issue_log(form_head(seen))
    return issue_log(seen, s.today, asked.audience, basis(s, None))
