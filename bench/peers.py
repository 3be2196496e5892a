"""The programs beside which pmkit is measured: on PATH, or named by an environment variable, or absent."""

from __future__ import annotations

import os
import shutil
from functools import cached_property

_NAMED = {"doorstop": "BENCH_DOORSTOP", "sphinx-needs": "BENCH_SPHINX_BUILD", "tj3": "BENCH_TJ3"}
_PROGRAM = {"doorstop": "doorstop", "sphinx-needs": "sphinx-build", "tj3": "tj3"}


class Peers:
    """Each attribute is a program's path, or None."""

    @cached_property
    def doorstop(self) -> str | None:
        return _find("doorstop")

    @cached_property
    def sphinx_needs(self) -> str | None:
        return _find("sphinx-needs")

    @cached_property
    def tj3(self) -> str | None:
        return _find("tj3")

    def why(self, peer: str) -> str:
        """What to do about a peer that is absent."""
        return f"{peer} is not installed: put `{_PROGRAM[peer]}` on PATH or its path in {_NAMED[peer]}"


def _find(peer: str) -> str | None:
    return os.environ.get(_NAMED[peer]) or shutil.which(_PROGRAM[peer])
