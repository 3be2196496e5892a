"""Sign-off sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmkit.cli.rendering.base import Asked, basis
from pmkit.cli.session import Session
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from pmkit.reports.document import View
    from pmkit.workspace.model import Workspace


def signoff(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.domain.signoffs import SignOff
    from pmkit.reports.signoff import sheet_head, sign_off_sheet
    from pmkit.reports.views.signoff import blank_sheet

    if asked.blank:
        return blank_sheet(sheet_head(seen))
    if asked.record_id is None:
        raise UsageError(Text("which sign-off?", "请指明签认编号"), Text.same("pmkit report signoff SGN-001 | --blank"))
    return sign_off_sheet(seen, seen.get(asked.record_id, SignOff), basis(s, None))
