"""The documents of meetings, for `pmkit report`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from pmkit.cli.session import Session
    from pmkit.reports.document import View
    from pmkit.reports.views.blocks import Audience
    from pmkit.workspace.model import Workspace


def _minutes_view(s: Session, seen: Workspace, record_id: str | None, _: Audience, *, blank: bool) -> View:
    from pmkit.cli.report import basis
    from pmkit.domain.meetings import Meeting
    from pmkit.reports.minutes import minutes
    from pmkit.reports.views.minutes import blank_minutes

    if blank:
        return blank_minutes(seen.project.name)
    if record_id is None:
        raise _which("minutes")
    return minutes(seen, seen.get(record_id, Meeting), basis(s, None))


def _which(name: str) -> UsageError:
    return UsageError(Text("which meeting?", "请指明会议编号"), Text.same(f"pmkit report {name} MTG-001 | --blank"))


FORMS: dict[str, Callable[..., Any]] = {"minutes": _minutes_view}
