"""Letters of authority: what somebody signs has to lie within them on that day."""

from __future__ import annotations

from datetime import date

from pmkit.domain.people import Person
from pmkit.kernel.errors import Refused
from pmkit.kernel.money import Money
from pmkit.kernel.text import Text
from pmkit.kernel.usage import usage


def refuse_beyond(person: Person, what: str, amount: Money | None, on: date) -> None:
    """Refuse what a person's letters of authority do not reach: that day, or that amount."""
    problem = person.beyond(on, amount)
    if problem is None:
        return
    raise Refused(
        Text(en="{who} {problem}; {what} is not signed", zh="{who}不能签署 {what}：{problem}").format(
            who=person.name, what=what, problem=problem
        ),
        usage(f"`pmkit person authorise {person.id} --limit AMOUNT --from DATE --until DATE --letter FILE`"),
    )
