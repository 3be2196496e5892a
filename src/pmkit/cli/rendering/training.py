"""Training records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmkit.cli.rendering.base import Asked, basis
from pmkit.cli.session import Session
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from pmkit.reports.document import View
    from pmkit.workspace.model import Workspace


def training(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.domain.training import Training
    from pmkit.reports.training import training_head, training_record
    from pmkit.reports.views.training import blank_training

    if asked.blank:
        return blank_training(training_head(seen))
    if asked.record_id is None:
        raise UsageError(
            Text("which training?", "请指明培训编号"), Text.same("pmkit report training TRN-001 | --blank")
        )
    return training_record(seen, seen.get(asked.record_id, Training), basis(s, None))
