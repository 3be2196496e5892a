"""Meetings that a series plans: the next one of each, and those that nobody recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from pmkit.kernel.text import Text
from pmkit.workspace.meetings import missed, next_of, running
from pmkit.workspace.todo.base import Item, Situation


def items(at: Situation) -> Iterator[Item]:
    """A meeting with a record of its own asks by its kind's declaration."""
    for found in missed(at.ws, at.as_of):
        who = (found.series.minutes_by,) if found.series.minutes_by else ()
        yield Item(found.series, Text("Record the minutes", "记录会议纪要"), found.on, who, "supplier")
    for series in running(at.ws):
        following = next_of(at.ws, series, at.as_of - timedelta(days=1)) if series.minutes else None
        if following is not None and following.meeting is None:
            who = (series.chair,) if series.chair else ()
            yield Item(series, Text("Hold it", "召开会议"), following.on, who, "supplier")
