"""Whole processes, measured: wall clock, processor time of the process and all it waited for, peak memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ENV = {k: v for k, v in os.environ.items() if k not in {"PYTHONDONTWRITEBYTECODE", "PMKIT_TODAY"}} | {
    "GIT_AUTHOR_NAME": "bench", "GIT_AUTHOR_EMAIL": "bench@example.com",
    "GIT_COMMITTER_NAME": "bench", "GIT_COMMITTER_EMAIL": "bench@example.com",
    "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "PMKIT_LANG": "en", "TZ": "UTC",
}  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """One run: seconds by the clock, seconds of processor (user and system), peak memory in MiB."""

    wall: float
    cpu: float
    memory: float


def run(command: Sequence[str], folder: Path | None = None, allowed: Iterable[int] = (0,)) -> Sample:
    """Measure a command; the bench ends where it fails, with what it said."""
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=ENV, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in allowed:
            said.seek(0)
            sys.exit(f"{' '.join(command)}: exit {process.returncode}\n{said.read()[-2000:].decode(errors='replace')}")
    return Sample(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def both(one: Sample, other: Sample) -> Sample:
    """Two commands that do one piece of work."""
    return Sample(one.wall + other.wall, one.cpu + other.cpu, max(one.memory, other.memory))


Side = Callable[[], Sample]


def in_turn(sides: Mapping[str, Side], runs: int) -> dict[str, list[Sample]]:
    """Every side `runs` times, A B C A B C, after one round that does not count (files in memory, bytecode written)."""
    for side in sides.values():
        side()
    rounds = [{name: side() for name, side in sides.items()} for _ in range(runs)]
    return {name: [one[name] for one in rounds] for name in sides}


@dataclass(frozen=True)
class Ratio:
    """The median of the paired ratios, by the clock and by processor time."""

    wall: float
    cpu: float

    @staticmethod
    def of(ours: Sequence[Sample], other: Sequence[Sample]) -> Ratio:
        pairs = list(zip(ours, other, strict=True))
        return Ratio(
            statistics.median(a.wall / b.wall for a, b in pairs),
            statistics.median(a.cpu / max(b.cpu, 1e-4) for a, b in pairs),
        )


def median_ms(samples: Sequence[Sample]) -> float:
    """The median by the clock, in milliseconds."""
    return statistics.median(sample.wall for sample in samples) * 1000
