"""Milestones and tasks as a calendar file (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, datetime, time

from pmkit.connectors.ics.base import first_moment, new_calendar, task_event, written
from pmkit.kernel.text import Lang
from pmkit.workspace.planning import Planned


def plan_calendar(planned: Planned, lang: Lang) -> bytes:
    """Every milestone and task as an all-day event. A task keeps its UID, so that a newer file replaces an older one.

    Raises MissingExtra.
    """
    project = planned.ws.project
    calendar = new_calendar(project, "plan")
    day = planned.status_date  # the same plan is the same file
    stamp = datetime.combine(day, time(), UTC) if day else first_moment(project)
    return written(calendar, (task_event(planned, task, stamp, lang) for task in planned.ws.tasks), project)
