"""The load cache: what was parsed out of each file, so that an unchanged file is not parsed again.

Only the parsed text is kept, never a decision made from it; any doubt drops the entry, and deleting the file is safe.
A file written within two seconds of being cached may change again without its time stamp moving ("racy git"),
so such an entry counts only when the bytes have the same hash.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from pmkit.store.tree import Entry

READER = 2  # raised when the YAML reader reads something differently, or the table changes
RACY = 2_000_000_000  # nanoseconds

Row = tuple[int, int, int, int, str, str]  # mtime, size, ctime, when it was stored, hash of the bytes, parsed value


class Cache:
    """A table of path, stamp, hash and parsed value in one sqlite file. An unusable file is replaced by none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, Row] = {}
        self._used: list[str] = []
        self._fresh: dict[str, Row] = {}
        if not path.exists():
            return
        try:
            db = sqlite3.connect(path)
            if db.execute("pragma user_version").fetchone()[0] == READER:
                rows = db.execute("select path, mtime, size, changed, stored, sha, data from parsed")
                self._known = {row[0]: row[1:] for row in rows}
            db.close()
        except (sqlite3.Error, OSError):
            self._known = {}

    def find(self, entry: Entry, read: Callable[[str], bytes]) -> str | None:
        """The JSON of what the file holds, where the cache still knows; else None."""
        row = self._known.get(entry.path)
        if row is None or entry.stamp is None or row[:3] != (*entry.stamp, entry.changed):
            return None
        if entry.stamp[0] > row[3] - RACY:
            now = time.time_ns()
            if _hash(read(entry.path)) != row[4]:
                return None
            self._fresh[entry.path] = (*row[:3], now, *row[4:])  # it stood that long: next time its stamp is enough
        self._used.append(entry.path)
        return row[5]

    def put(self, entry: Entry, data: bytes, text: str) -> None:
        """Remember what was parsed out of a file's bytes, as JSON."""
        if entry.stamp is not None:
            self._fresh[entry.path] = (*entry.stamp, entry.changed, time.time_ns(), _hash(data), text)

    def save(self) -> None:
        """Write what is new and forget what was not asked for. A cache that cannot be written is no error."""
        gone = self._known.keys() - set(self._used) - self._fresh.keys()
        if not self._fresh and not gone:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(self._path, timeout=1)
            db.execute("pragma synchronous = off")  # what a power cut damages is dropped and parsed again
            with db:
                if db.execute("pragma user_version").fetchone()[0] != READER:
                    db.execute("drop table if exists parsed")
                    db.execute(f"pragma user_version = {READER}")
                db.execute(
                    "create table if not exists parsed (path text primary key, mtime int, size int, changed int,"
                    " stored int, sha text, data text) without rowid"
                )
                db.executemany("delete from parsed where path = ?", [(path,) for path in gone])
                db.executemany(
                    "insert or replace into parsed values (?, ?, ?, ?, ?, ?, ?)",
                    [(path, *row) for path, row in self._fresh.items()],
                )
            db.close()
        except (sqlite3.Error, OSError):
            return


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
