"""Where records are read from: the folder on disk, or the same folder at a git revision."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

from pmkit.workspace.layout import DOCUMENTS, may_be_record, may_enter

Stamp = tuple[int, int]  # mtime in ns, size in bytes: what tells that a file has not changed since


class Entry(NamedTuple):
    """A YAML file below the workspace, or a symbolic link to a folder in place of one.

    `stamp` is None where a file cannot change: at a revision. `changed`: its ctime in ns, which moves with any change,
    also where somebody sets the mtime back.
    """

    path: str
    stamp: Stamp | None
    is_link: bool = False
    changed: int = 0


def may_hold_records(path: str) -> bool:
    """True for a YAML file, in no hidden folder and in none that is kept for other files."""
    parts = path.split("/")
    hidden = any(part.startswith(".") for part in parts)
    return path.endswith(".yaml") and not hidden and may_be_record(path)


class Tree(Protocol):
    """The YAML files of a workspace at one state."""

    def entries(self) -> Iterator[Entry]: ...
    def is_link(self, path: str) -> bool: ...
    def read(self, path: str) -> bytes: ...


class Folder:
    """The work tree."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._start = os.path.join(root, "")  # noqa: PTH118 - with the separator at its end

    def entries(self) -> Iterator[Entry]:
        """Every `.yaml` file, folder by folder in order; hidden folders and those that hold no records are left out."""
        yield from self._walk(str(self.root), "")

    def _walk(self, folder: str, prefix: str) -> Iterator[Entry]:
        with os.scandir(folder) as found:
            items = sorted(found, key=lambda item: item.name)
        for item in items:
            name = item.name
            if name.startswith("."):
                continue
            if item.is_symlink() and item.is_dir():
                if may_enter(prefix, name) and prefix + name != DOCUMENTS:
                    yield Entry(prefix + name, None, is_link=True)
            elif item.is_dir(follow_symlinks=False):
                if may_enter(prefix, name):
                    yield from self._walk(item.path, f"{prefix}{name}/")
            elif name.endswith(".yaml") and may_be_record(prefix + name):
                info = item.stat(follow_symlinks=False)
                yield Entry(
                    prefix + name, (info.st_mtime_ns, info.st_size), stat.S_ISLNK(info.st_mode), info.st_ctime_ns
                )

    def is_link(self, path: str) -> bool:
        """True where a file, or a folder on the way to it, is a symbolic link."""
        parts = path.split("/")
        return any(self.root.joinpath(*parts[: n + 1]).is_symlink() for n in range(len(parts)))

    def read(self, path: str) -> bytes:
        with open(f"{self._start}{path}", "rb", buffering=0) as file:  # noqa: PTH123 - 10,000 Paths take their time
            return file.read()


class Files:
    """Files held in memory: the workspace at a revision."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def entries(self) -> Iterator[Entry]:
        yield from (Entry(path, None) for path in sorted(self._files) if may_hold_records(path))

    def is_link(self, path: str) -> bool:  # noqa: ARG002 - git gives the link's text, which is no record
        return False

    def read(self, path: str) -> bytes:
        return self._files[path]
