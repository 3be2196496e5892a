"""A list of files with their SHA-256, a line a file: what `sha256sum` writes and checks."""

from __future__ import annotations

import re
from collections.abc import Mapping

_LINE = re.compile(r"([0-9a-f]{64})  (.+)")


def format_listing(hashes: Mapping[str, str]) -> bytes:
    """The list, in the order of the paths."""
    return "".join(f"{hashes[path]}  {path}\n" for path in sorted(hashes)).encode()


def parse_listing(data: bytes) -> dict[str, str]:
    """The hashes by path. Raises ValueError with the number of the line that is none, or names a file again."""
    found: dict[str, str] = {}
    for number, line in enumerate(data.decode("utf-8", "replace").split("\n")[:-1], start=1):
        match = _LINE.fullmatch(line)
        if match is None or match[2] in found:
            raise ValueError(str(number))
        found[match[2]] = match[1]
    return found
