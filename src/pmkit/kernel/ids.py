"""Record ids: `REQ-012`, short enough to say aloud."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ID = re.compile(r"([A-Z][A-Z0-9]*)-([0-9]{1,9})\Z")
_NO_DIGIT = re.compile(r"[^0-9]*\Z")
HANDLE = re.compile(r"[a-z][a-z0-9]*([._-][a-z0-9]+)*\Z")


@dataclass(frozen=True, slots=True, order=True)
class RecordId:
    """A prefix and a number; orders by prefix, then by number."""

    prefix: str
    number: int

    @staticmethod
    def find(text: str) -> RecordId | None:
        """The id that `text` is, or None. `REQ-12` and `REQ-012` are the same id; the second is how it is printed."""
        match = _ID.match(text)
        return RecordId(match[1], int(match[2])) if match else None

    def __str__(self) -> str:
        return f"{self.prefix}-{self.number:03d}"


def natural_order(text: str) -> tuple[object, ...]:
    """A sort key by which `T-2` comes before `T-10`, whatever the letters."""
    head = text.rstrip("0123456789")
    if head and head != text and _NO_DIGIT.match(head):  # nearly every id: letters, then a number
        return (0, head), (1, int(text[len(head) :]))
    return tuple((1, int(part)) if part.isdigit() else (0, part) for part in re.split(r"([0-9]+)", text) if part)
