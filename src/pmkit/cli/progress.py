"""A line on the terminal while something takes longer than a second; nothing in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic
from typing import TypeVar

from pmkit.cli.language import tell
from pmkit.kernel.text import Text

T = TypeVar("T")
PATIENCE = 1.0  # seconds that nobody notices
_EVERY = 0.2
_CLEAR = "\r\x1b[K"


class Progress:
    """What is being done, and how much of it is."""

    def __init__(self, what: Text) -> None:
        self._what = what
        self._done = self._all = 0
        self._began = monotonic()
        self._over = Event()
        self._thread = Thread(target=self._watch, daemon=True)

    def over(self, items: Sequence[T]) -> Iterable[T]:
        """The items, counted as they are taken."""
        self._done, self._all = 0, len(items)
        for item in items:
            self._done += 1
            yield item

    def expect(self, items: int) -> None:
        """So many there will be."""
        self._done, self._all = 0, items

    def one(self) -> None:
        """One more is done, of those expected or of nobody knows how many."""
        self._done += 1

    def start(self) -> None:
        """Begin to watch the clock."""
        self._thread.start()

    def stop(self) -> None:
        """Take the line away."""
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        if self._over.wait(PATIENCE):
            return
        while True:
            count = f"  {self._done:,}/{self._all:,}" if self._all else f"  {self._done:,}" if self._done else ""
            sys.stderr.write(f"{_CLEAR}{tell(self._what)}{count}  {monotonic() - self._began:.0f} s")
            sys.stderr.flush()
            if self._over.wait(_EVERY):
                sys.stderr.write(_CLEAR)
                sys.stderr.flush()
                return


@contextmanager
def progress(what: Text) -> Iterator[Progress]:
    """Tell what is being done, while it takes longer than a second and somebody may be watching."""
    shown = Progress(what)
    if not sys.stderr.isatty():
        yield shown
        return
    shown.start()
    try:
        yield shown
    finally:
        shown.stop()
