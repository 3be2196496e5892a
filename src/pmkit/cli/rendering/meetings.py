"""Minutes, attendance sheets, agendas."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pmkit.cli.rendering.base import Asked, basis
from pmkit.cli.rendering.weekly import weekly_view
from pmkit.cli.session import Session
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from pmkit.reports.document import View
    from pmkit.workspace.model import Workspace


def minutes(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.domain.meetings import Meeting
    from pmkit.reports.minutes import minutes
    from pmkit.reports.views.minutes import blank_minutes

    if asked.blank:
        return blank_minutes(seen.project.name)
    if asked.record_id is None:
        raise _which("minutes")
    return minutes(seen, seen.get(asked.record_id, Meeting), basis(s, None))


def attendance(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.domain.meetings import Meeting
    from pmkit.reports.attendance import meeting_attendance
    from pmkit.reports.views.attendance import blank_attendance

    if asked.blank:
        return blank_attendance(seen.project.name)
    if asked.record_id is None:
        raise _which("attendance")
    if asked.record_id.upper().startswith("TRN"):
        from pmkit.domain.training import Training
        from pmkit.reports.training import training_attendance

        return training_attendance(seen, seen.get(asked.record_id, Training), basis(s, None))
    return meeting_attendance(seen, seen.get(asked.record_id, Meeting), basis(s, None))


def agenda(s: Session, seen: Workspace, asked: Asked) -> View:

    from pmkit.domain.kind import Record
    from pmkit.domain.meeting_series import MeetingSeries
    from pmkit.domain.meetings import Meeting
    from pmkit.kernel.errors import Refused
    from pmkit.reports.agenda import agenda
    from pmkit.workspace.meetings import next_of

    if asked.blank or asked.record_id is None:
        raise UsageError(
            Text("which meeting, or which series?", "请指明会议或系列会议的编号"),
            Text.same("pmkit report agenda MTG-001 | MSR-001"),
        )
    what: Record = seen.get(asked.record_id)
    if isinstance(what, MeetingSeries):
        following = next_of(seen, what, s.today - timedelta(days=1))
        if following is None or following.at is None:
            raise Refused(Text(en="{id} has no further meeting", zh="{id} 之后没有会议").format(id=what.id))
        what, at = (following.meeting or what), following.at
    elif isinstance(what, Meeting):
        at = what.time
    else:
        raise UsageError(Text(en="{id} is no meeting", zh="{id} 不是会议").format(id=what.id))
    return agenda(seen, what, at, lambda: weekly_view(s, seen, asked.audience), basis(s, None))


def _which(name: str) -> UsageError:
    return UsageError(Text("which meeting?", "请指明会议编号"), Text.same(f"pmkit report {name} MTG-001 | --blank"))
