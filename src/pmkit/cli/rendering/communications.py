"""Communication records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmkit.cli.rendering.base import Asked, basis
from pmkit.cli.session import Session
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from pmkit.reports.document import View
    from pmkit.workspace.model import Workspace


def communication(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.domain.communications import Communication
    from pmkit.reports.communication import communication_head, communication_record
    from pmkit.reports.views.communication import blank_communication

    if asked.blank:
        return blank_communication(communication_head(seen))
    if asked.record_id is None:
        raise UsageError(
            Text("which communication record?", "请指明沟通记录编号"),
            Text.same("pmkit report communication COM-001 | --blank"),
        )
    return communication_record(seen, seen.get(asked.record_id, Communication), basis(s, None))
