"""The load cache: what was parsed out of each file, so that an unchanged file is not parsed again.

Only the parsed text is kept, never a decision made from it; any doubt drops the entry, and deleting the file is safe.
A file written within two seconds of being cached may change again without its time stamp moving ("racy git"),
so such an entry counts only when the bytes have the same hash.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from pmkit.store.tree import Entry

READER = 1  # raised when the YAML reader reads something differently
RACY = 2_000_000_000  # nanoseconds


class Cache:
    """A table of path, stamp, hash and parsed value in one sqlite file. An unusable file is replaced by none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, tuple[int, int, int, str, str]] = {}
        self._fresh: dict[str, tuple[int, int, int, str, str]] = {}
        try:
            with sqlite3.connect(path) as db:
                self._known = (
                    {row[0]: row[1:] for row in db.execute("select path, mtime, size, stored, sha, data from parsed")}
                    if db.execute("pragma user_version").fetchone()[0] == READER
                    else {}
                )
            db.close()
        except (sqlite3.Error, OSError):
            self._known = {}

    def find(self, entry: Entry, read: Callable[[str], bytes]) -> str | None:
        """The JSON of what the file holds, where the cache still knows; else None."""
        row = self._known.get(entry.path)
        if row is None or entry.stamp is None or row[:2] != entry.stamp:
            return None
        if entry.stamp[0] > row[2] - RACY and hashlib.sha256(read(entry.path)).hexdigest() != row[3]:
            return None
        return row[4]

    def put(self, entry: Entry, data: bytes, value: Any) -> str:
        """Remember what was parsed; returns its JSON."""
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        if entry.stamp is not None:
            row = (*entry.stamp, time.time_ns(), hashlib.sha256(data).hexdigest(), text)
            self._fresh[entry.path] = row
        return text

    def save(self, present: Iterable[str]) -> None:
        """Write what is new and forget files that are gone. A cache that cannot be written is no error."""
        gone = self._known.keys() - set(present)
        if not self._fresh and not gone:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(self._path, timeout=1)
            with db:
                if db.execute("pragma user_version").fetchone()[0] != READER:
                    db.execute("drop table if exists parsed")
                    db.execute(f"pragma user_version = {READER}")
                db.execute(
                    "create table if not exists parsed"
                    " (path text primary key, mtime int, size int, stored int, sha text, data text)"
                )
                db.executemany("delete from parsed where path = ?", [(path,) for path in gone])
                db.executemany(
                    "insert or replace into parsed values (?, ?, ?, ?, ?, ?)",
                    [(path, *row) for path, row in self._fresh.items()],
                )
            db.close()
        except (sqlite3.Error, OSError):
            return
