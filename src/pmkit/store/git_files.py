"""What git's own files say of HEAD, without a process: each answer is exact, or None where only git can tell.

Layouts: gitrepository-layout(5), a commit object's header in git-cat-file(1).
"""

from __future__ import annotations

import os
import re
import zlib
from contextlib import suppress
from pathlib import Path

_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")
_COMMIT = re.compile(rb"commit [0-9]+\0tree ([0-9a-f]+)\n(?:parent ([0-9a-f]+)\n)?")


def head(git_dir: Path, common_dir: Path) -> str | None:
    """The commit that is checked out, empty before the first one."""
    if (common_dir / "reftable").exists():
        return None
    with suppress(OSError, UnicodeDecodeError):
        said = (git_dir / "HEAD").read_text(encoding="utf-8").strip()
        name = said.removeprefix("ref: ")
        if name == said:
            return said if _HASH.match(said) else None
        if name.startswith("refs/heads/"):
            return _branch(common_dir, name)
    return None


def _branch(common_dir: Path, name: str) -> str | None:
    with suppress(FileNotFoundError, NotADirectoryError):
        said = (common_dir / name).read_text(encoding="utf-8").strip()
        return said if _HASH.match(said) else None
    with suppress(FileNotFoundError):
        for line in (common_dir / "packed-refs").read_text(encoding="utf-8").splitlines():
            if line.endswith(f" {name}"):
                return line.partition(" ")[0]
    return ""


def index_lacks(git_dir: Path, path: str) -> bool:
    """True where the index certainly does not hold a path from the top; False where it may (gitformat-index(5)).

    Versions 2 and 3 spell every path out; version 4 and a split index do not.
    """
    with suppress(OSError):
        data = (git_dir / "index").read_bytes()
        is_plain = data[:4] == b"DIRC" and int.from_bytes(data[4:8], "big") in (2, 3)
        return is_plain and os.fsencode(path) not in data and not any(git_dir.glob("sharedindex.*"))
    return False


def replace_index(git_dir: Path, index: Path, known: tuple[int, ...]) -> bool:
    """Put `index` in place of the real one, as git does, by its lock; False where that is not as `known` any more."""
    lock = git_dir / "index.lock"
    try:
        os.link(index, lock)
    except OSError:  # held by another program, or a file system without links
        return False
    try:
        if index_stamp(git_dir) == known:
            lock.replace(git_dir / "index")
            return True
        return False
    finally:
        lock.unlink(missing_ok=True)


def index_stamp(git_dir: Path) -> tuple[int, ...]:
    """What tells whether somebody wrote the index; nothing where there is none."""
    try:
        info = (git_dir / "index").stat()
    except OSError:
        return ()
    return info.st_ino, info.st_size, info.st_mtime_ns, info.st_ctime_ns


def tree_and_parent(common_dir: Path, commit: str) -> tuple[str, str] | None:
    """A commit's tree and its first parent, empty for a first commit; a new commit is a file of its own."""
    with suppress(OSError, zlib.error):
        data = zlib.decompress((common_dir / "objects" / commit[:2] / commit[2:]).read_bytes())
        if found := _COMMIT.match(data):
            return found[1].decode(), (found[2] or b"").decode()
    return None
