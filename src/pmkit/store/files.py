"""Files that are no records: what is in them, and which there are."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pmkit.kernel.pointer import LONGEST, parse_pointer


class FileFacts(NamedTuple):
    """A file's SHA-256 and its size in bytes; of a Git LFS pointer those of the file that it stands for."""

    sha256: str
    size: int
    is_pointer: bool = False


def file_facts(path: Path) -> FileFacts | None:
    """The facts of a file, read in pieces; None where there is no plain file that can be read."""
    try:
        if not path.is_file():
            return None
        size = path.stat().st_size
        if size < LONGEST:
            data = path.read_bytes()
            pointed = parse_pointer(data)
            return FileFacts(*pointed, True) if pointed else FileFacts(hashlib.sha256(data).hexdigest(), size)
        with path.open("rb") as file:
            return FileFacts(hashlib.file_digest(file, "sha256").hexdigest(), size)
    except OSError:
        return None


def inside(root: Path, path: str) -> Path | None:
    """The file at a path of the workspace; None where a link or the path itself leads out of it."""
    target = (root / path).resolve()
    return target if target.is_relative_to(root.resolve()) else None


def files_below(root: Path, folder: str) -> Iterator[str]:
    """Every file below a folder of the workspace, by its path there, in order; hidden ones are left out."""
    for at, folders, names in os.walk(root / folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield (Path(at) / name).relative_to(root).as_posix()
