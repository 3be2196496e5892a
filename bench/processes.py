"""What is counted rather than timed: git processes of a command, ids and commits of writers at work together."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from bench.measure import ENV

COMMANDS = (
    ("check",),
    ("show", "REQ-001"),
    ("list", "risk"),
    ("status",),
    ("plan", "show"),
    ("log", "RSK-001"),
    ("report", "weekly", "--out", "-"),
    ("requirement", "add", "--title", "One more"),
)


def started(root: Path, pmkit: str, arguments: tuple[str, ...]) -> int:
    """How many git processes a command starts, counted by a wrapper on PATH."""
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder) / "trace"
        shim = Path(folder) / "git"
        real = subprocess.run(["which", "git"], capture_output=True, check=True, text=True).stdout.strip()
        shim.write_text(f'#!/bin/sh\necho one >> {trace}\nexec {real} "$@"\n')
        shim.chmod(0o755)
        environment = ENV | {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
        command = [pmkit, "-C", str(root), *arguments]
        subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
        return len(trace.read_text().splitlines()) if trace.exists() else 0


def lost_by_writers(root: Path, pmkit: str, each: int) -> int:
    """Two writers add `each` requirements at once: how many ids, files or commits are missing afterwards."""
    one = f'"{pmkit}" -C "{root}" requirement add --title "From $0, $n" 2>&1'
    script = f"for n in $(seq {each}); do {one}; done"
    before = _commits(root)
    writers = [
        subprocess.Popen(["sh", "-c", script, name], env=ENV, stdout=subprocess.PIPE, text=True)
        for name in ("one", "two")
    ]
    said = "".join(writer.communicate()[0] for writer in writers)
    ids = {line.split()[0] for line in said.splitlines() if line.startswith("REQ-")}
    files = len(list((root / "requirements").rglob("REQ-*.yaml")))
    return sum(2 * each - found for found in (len(ids), files, _commits(root) - before))


def _commits(root: Path) -> int:
    counted = subprocess.run(["git", "-C", str(root), "rev-list", "--count", "HEAD"], capture_output=True, check=True)
    return int(counted.stdout)
