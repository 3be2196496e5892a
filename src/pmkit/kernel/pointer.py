"""Git LFS pointers: the small text that stands for a large file (git-lfs specification, version 1)."""

from __future__ import annotations

import re
from typing import NamedTuple

LONGEST = 1024  # bytes; the specification promises that no pointer is longer
_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\n(?:ext-[^\n]*\n)*oid sha256:([0-9a-f]{64})\nsize ([0-9]{1,18})\n\Z"
)


class Pointed(NamedTuple):
    """The file that a pointer stands for: its SHA-256 and its size in bytes."""

    sha256: str
    size: int


def parse_pointer(data: bytes) -> Pointed | None:
    """What a pointer stands for; None for any other file."""
    match = _POINTER.match(data) if len(data) < LONGEST else None
    return Pointed(match[1].decode(), int(match[2])) if match else None
