"""Letters that somebody has to answer: those that came in by us, ours by the other side."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.domain.letters import OURS
from pmkit.kernel.text import Text
from pmkit.workspace.letters import awaiting_reply
from pmkit.workspace.todo.base import Item, Situation

_SIDES = {"owner": "customer", "user": "customer", "supervisor": "supervisor", OURS: "supplier"}


def items(at: Situation) -> Iterator[Item]:
    """One item a letter that waits for a reply by a day."""
    for letter in awaiting_reply(at.ws):
        first = next(iter(letter.to), OURS)
        who = (letter.owner,) if letter.owner and first == OURS else ()
        what = Text("Reply to the {form}", "回复{form}").format(form=letter.form)
        yield Item(letter, what, letter.reply_by, who, _SIDES.get(first, "partner"))
