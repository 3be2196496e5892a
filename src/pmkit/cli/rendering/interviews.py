"""Interview records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmkit.cli.rendering.base import Asked, basis
from pmkit.cli.session import Session
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from pmkit.reports.document import View
    from pmkit.workspace.model import Workspace


def interview(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.domain.interviews import Interview
    from pmkit.reports.interview import interview_head, interview_record
    from pmkit.reports.views.interview import blank_interview

    if asked.blank:
        return blank_interview(interview_head(seen))
    if asked.record_id is None:
        raise UsageError(
            Text("which interview?", "请指明访谈编号"), Text.same("pmkit report interview INT-001 | --blank")
        )
    return interview_record(seen, seen.get(asked.record_id, Interview), basis(s, None))
