"""What the team's people still have to do to be at home: onboarding and training."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.kernel.text import Text
from pmkit.workspace.team import members
from pmkit.workspace.todo.base import Item, Situation


def items(at: Situation) -> Iterator[Item]:
    """One item for each thing that is not done."""
    for person in members(at.ws):
        for one in person.onboarding:
            if one.done is None:
                what = Text(en="Onboarding: {item}", zh="入场事项：{item}").format(item=one.item)
                yield Item(person, what, one.due, (person.id,), person.side)
        for topic in person.training:
            if topic.done is None:
                what = Text(en="Training: {topic}", zh="培训：{topic}").format(topic=topic.topic)
                yield Item(person, what, topic.due, (person.id,), person.side)
