"""Lessons name nobody: they go to projects in which those people are strangers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pmkit.domain.kind import normal
from pmkit.domain.people import Person


def named_in(people: Iterable[Person], values: Iterable[Any]) -> list[str]:
    """The people whose name, telephone number or mail stands in one of these values."""
    text = "\n".join(str(normal(value)) for value in values if value is not None)
    found = []
    for person in people:
        marks = (person.email, person.phone, person.name if len(person.name) > 1 else None)
        if person.resource == "work" and any(mark and mark in text for mark in marks):
            found.append(person.name)
    return found
