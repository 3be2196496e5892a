"""Photos that are filed with a record: kept as they came, under their hash."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pmkit.workspace.edits import Attach
from pmkit.workspace.layout import photo_path


@dataclass(frozen=True, slots=True)
class TakenPhoto:
    """A photo as it came: its name, its bytes, the words below it, the day that the camera wrote into it."""

    name: str
    content: bytes
    caption: str | None = None
    taken_on: date | None = None


def kept_photos(photos: Sequence[TakenPhoto]) -> tuple[list[dict[str, Any]], tuple[Attach, ...]]:
    """The photos as a record names them, and the files to be kept; the same photo twice is one."""
    named: dict[str, dict[str, Any]] = {}
    files = []
    for photo in photos:
        sha256 = hashlib.sha256(photo.content).hexdigest()
        if sha256 in named:
            continue
        path = photo_path(sha256, photo.name)
        said = {"caption": photo.caption, "taken_on": photo.taken_on.isoformat() if photo.taken_on else None}
        named[sha256] = {"file": path, "sha256": sha256} | {key: value for key, value in said.items() if value}
        files.append(Attach(path, photo.content))
    return list(named.values()), tuple(files)
