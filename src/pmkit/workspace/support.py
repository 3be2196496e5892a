"""By when service requests have to be answered, and which were answered late."""

from __future__ import annotations

from datetime import datetime

from pmkit.domain.support import SupportRequest, moment
from pmkit.kernel.calendar import clock, moment_of
from pmkit.workspace.calendars import project_calendar
from pmkit.workspace.model import Workspace


def answer_by(ws: Workspace, request: SupportRequest) -> datetime:
    """The moment by which somebody has to answer, by the profile's times for its severity."""
    within = ws.project.support.of(request.severity)
    start = clock(moment(request.reported_at))
    if within.is_elapsed:
        return moment_of(start + within.minutes(day=1440, week=10080))
    calendar = project_calendar(ws.project)
    timeline = calendar.timeline
    minutes = within.minutes(day=calendar.day_minutes, week=calendar.week_minutes)
    return moment_of(timeline.finishing(timeline.offset(start) + minutes))


def is_late(ws: Workspace, request: SupportRequest, now: datetime) -> bool:
    """Answered after that moment, or not yet and it has passed."""
    answered = request.first_response
    return (moment(answered) if answered is not None else now) > answer_by(ws, request)
