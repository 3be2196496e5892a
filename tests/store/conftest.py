"""Repositories to write into, and a count of how often git runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from git_repos import EDGES, Edge, Repo


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "park").init().start()


@pytest.fixture
def git_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """`git_calls()`: how git was called since the last time, by any program."""
    real, log, program = shutil.which("git"), tmp_path / "calls", tmp_path / "bin/git"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$*" >> \'{log}\'\nexec {real} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)

    def calls() -> list[str]:
        said = log.read_text().splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return said

    return calls


@pytest.fixture
def python(tmp_path: Path) -> Callable[..., subprocess.Popen[bytes]]:
    """`python(code, folder)` runs code in a process of its own."""

    def start(code: str, folder: Path) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", code], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    return start


@pytest.fixture(params=EDGES.values(), ids=EDGES.keys())
def edge(request: pytest.FixtureRequest, tmp_path: Path) -> Edge:
    """FORMAT §6: every state of a repository that a write may meet."""
    return request.param(tmp_path)
