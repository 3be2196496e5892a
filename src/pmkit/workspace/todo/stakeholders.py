"""What the communication plan asks of our people."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.kernel.text import Text
from pmkit.workspace.stakeholders import plan_kept
from pmkit.workspace.todo.base import Item, Situation, side_of


def items(at: Situation) -> Iterator[Item]:
    """Each line of the plan at the day by which it is due again."""
    for kept in plan_kept(at.ws, at.as_of):
        who = (kept.line.by,) if kept.line.by else ()
        yield Item(kept.person, Text.same(kept.line.what), kept.due, who, side_of(at.ws, who, "supplier"))
