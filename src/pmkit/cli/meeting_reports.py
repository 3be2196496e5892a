"""The documents of meetings and of the people who meet, for `pmkit report`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from pmkit.cli.report import Asked
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


def _attendance_view(s: Session, seen: Workspace, record_id: str | None, _: Audience, *, blank: bool) -> View:
    from pmkit.cli.report import basis
    from pmkit.domain.meetings import Meeting
    from pmkit.reports.attendance import meeting_attendance
    from pmkit.reports.views.attendance import blank_attendance

    if blank:
        return blank_attendance(seen.project.name)
    if record_id is None:
        raise _which("attendance")
    if record_id.upper().startswith("TRN"):
        from pmkit.domain.training import Training
        from pmkit.reports.training import training_attendance

        return training_attendance(seen, seen.get(record_id, Training), basis(s, None))
    return meeting_attendance(seen, seen.get(record_id, Meeting), basis(s, None))


def _agenda_view(s: Session, seen: Workspace, record_id: str | None, audience: Audience, *, blank: bool) -> View:
    from datetime import timedelta

    from pmkit.cli.report import basis, weekly_view
    from pmkit.domain.kind import Record
    from pmkit.domain.meeting_series import MeetingSeries
    from pmkit.domain.meetings import Meeting
    from pmkit.kernel.errors import Refused
    from pmkit.reports.agenda import agenda
    from pmkit.workspace.meetings import next_of

    if blank or record_id is None:
        raise UsageError(
            Text("which meeting, or which series?", "请指明会议或系列会议的编号"),
            Text.same("pmkit report agenda MTG-001 | MSR-001"),
        )
    what: Record = seen.get(record_id)
    if isinstance(what, MeetingSeries):
        following = next_of(seen, what, s.today - timedelta(days=1))
        if following is None or following.at is None:
            raise Refused(Text(en="{id} has no further meeting", zh="{id} 之后没有会议").format(id=what.id))
        what, at = (following.meeting or what), following.at
    elif isinstance(what, Meeting):
        at = what.time
    else:
        raise UsageError(Text(en="{id} is no meeting", zh="{id} 不是会议").format(id=what.id))
    return agenda(seen, what, at, lambda: weekly_view(s, seen, audience), basis(s, None))


def _stakeholders_view(s: Session, seen: Workspace, _: Asked) -> View:
    from pmkit.cli.report import basis
    from pmkit.reports.stakeholders import stakeholder_register

    return stakeholder_register(seen, s.today, basis(s, None))


def _contacts_view(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.cli.report import basis
    from pmkit.reports.stakeholders import contact_list
    from pmkit.reports.views.stakeholders import blank_contacts

    return blank_contacts(seen.project.name) if asked.blank else contact_list(seen, basis(s, None))


def _monthly_view(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.cli.report import basis, plan_view, touched, verdict
    from pmkit.cli.scheduled import scheduled
    from pmkit.reports.monthly import Month, monthly_report
    from pmkit.reports.weekly.sources import Sources

    month = Month.of(s.today, s.whole.project.first_day)
    planned = scheduled(s, s.today.isoformat())
    sources = Sources(s.whole, seen, planned, verdict(s, planned), touched(s, month.start, month.finish))
    earlier = None
    if s.whole.tasks and month.before >= s.whole.project.first_day:
        then = scheduled(s, month.before.isoformat())
        earlier = Sources(s.whole, seen, then, verdict(s, then), frozenset())
    curve = plan_view(s, seen, "customer").progress if s.whole.tasks else None
    return monthly_report(
        sources, earlier, s.today, asked.audience, basis(s, planned.status_date), curve, asked.summary
    )


def _which(name: str) -> UsageError:
    return UsageError(Text("which meeting?", "请指明会议编号"), Text.same(f"pmkit report {name} MTG-001 | --blank"))


FORMS: dict[str, Callable[..., Any]] = {
    "agenda": _agenda_view,
    "attendance": _attendance_view,
    "minutes": _minutes_view,
}
OF_PROJECT: dict[str, Callable[..., Any]] = {
    "monthly": _monthly_view,
    "stakeholders": _stakeholders_view,
    "contacts": _contacts_view,
}
