"""Letters of authority that end soon."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from pmkit.domain.people import RANKS
from pmkit.kernel.text import Text
from pmkit.workspace.todo.base import Item, Situation

AHEAD = timedelta(days=14)


def items(at: Situation) -> Iterator[Item]:
    """Who signs for a side and will have no letter of authority in two weeks."""
    for person in at.ws.people:
        signs = person.role in RANKS.get(person.side, ()) and not person.left and person.mandates
        if signs and person.beyond(at.as_of + AHEAD) is not None:
            until = max((one.until for one in person.mandates if one.until), default=date.min)
            yield Item(
                person, Text("Renew the letter of authority", "续办授权委托书"), until, (person.id,), person.side
            )
