"""The open points of interviews: what somebody still has to find out or deliver."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.domain.interviews import Interview
from pmkit.kernel.text import Text
from pmkit.workspace.todo.base import Item, Situation, side_of


def items(at: Situation) -> Iterator[Item]:
    """One item a point that has a day; the others are talk."""
    for interview in at.ws.of(Interview):
        if interview.status != "withdrawn":
            for point in interview.open_points:
                if point.due is not None:
                    who = (point.owner,) if point.owner else ()
                    side = side_of(at.ws, who, "supplier")
                    yield Item(interview, Text.same(point.text.splitlines()[0]), point.due, who, side)
