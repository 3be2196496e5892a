"""签到表, filled with those who are invited to a meeting."""

from __future__ import annotations

from pmkit.domain.meetings import Meeting
from pmkit.domain.people import Person
from pmkit.kernel.text import Text
from pmkit.reports.minutes import moment_words
from pmkit.reports.parties import PARTIES
from pmkit.reports.views.attendance import CHAIR, MEETING, AttendanceSheet, Attendee
from pmkit.reports.views.blocks import Basis
from pmkit.workspace.model import Workspace
from pmkit.workspace.parties import organisation_of

_MORE = 6  # empty lines for those who come uninvited


def meeting_attendance(ws: Workspace, meeting: Meeting, basis: Basis) -> AttendanceSheet:
    """The sheet of a meeting: those invited, else those who were there."""
    people = [attendee(ws, handle) for handle in meeting.with_ or meeting.present]
    return AttendanceSheet(
        project=ws.project.name,
        kind=MEETING,
        ref=meeting.id,
        subject=meeting.title,
        time=moment_words(meeting.time, meeting.until),
        place=meeting.place,
        lead_label=CHAIR,
        lead=ws.person_name(meeting.chair) or None,
        lines=(*people, *(Attendee("", "", "", ""),) * _MORE),
        basis=basis,
    )


def attendee(ws: Workspace, handle: str) -> Attendee:
    """A line of the sheet; what is not known is left to be written."""
    person = ws.find(handle, Person)
    if person is None:
        return Attendee(ws.person_name(handle), "", "", "")
    organisation = organisation_of(ws, person)
    party = Text.same(organisation) if organisation else PARTIES[person.side]
    where = Text.join((party, Text.same(person.department)), en=", ", zh="　") if person.department else party
    return Attendee(person.name, where, person.position or "", person.phone or "")
