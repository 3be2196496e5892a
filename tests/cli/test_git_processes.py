"""A command starts as many git processes over a long history as over a short one."""

import os
import shutil
import subprocess

import pytest

COMMANDS = (
    "check",
    "status",
    "list requirement",
    "show REQ-001",
    "log REQ-001",
    "log T-001",
    "plan show",
    "plan drift --against HEAD",
    "report weekly --out -",
    "todo",
    "search 登录",
    "requirement add --title 又一条",
    "set REQ-001 rationale=原因",
    "undo",
)


@pytest.fixture
def started(park, tmp_path, monkeypatch):
    """`started(line)` runs a command and says how many git processes that took, by a wrapper on PATH."""
    folder, trace, real = tmp_path / "bin", tmp_path / "trace", shutil.which("git")
    folder.mkdir()
    (folder / "git").write_text(f'#!/bin/sh\necho one >> "{trace}"\nexec "{real}" "$@"\n')
    (folder / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    def count(line):
        trace.write_text("")
        park(line, code=None)
        return len(trace.read_text().splitlines())

    return count


def grow(park, commits):
    """So many records, and commits that each change one record or the plan."""
    plan = (park.folder / "plan/PH1.yaml").read_text(encoding="utf-8")
    for number in range(commits):
        park.write(
            f"requirements/REQ-{number + 100}.yaml",
            f"title: 需求 {number}\nsource: 访谈\npriority: must\nstatus: draft\n",
        )
        park.edit("requirements/REQ-001.yaml", "title: ", f"title: {number}")
        park.write("plan/PH1.yaml", plan.replace("方案设计", f"方案设计 {number}"))
        park.git("add", "-A")
        park.git("commit", "-qm", f"change {number}")


@pytest.mark.skipif(os.name != "posix", reason="the wrapper is a shell script")
def test_the_number_of_git_processes_does_not_grow(park, started):
    grow(park, 2)
    for line in COMMANDS:
        started(line)  # what is remembered once is remembered
    few = {line: started(line) for line in COMMANDS}
    grow(park, 25)
    many = {line: started(line) for line in COMMANDS}
    more = {line: (few[line], many[line]) for line in COMMANDS if many[line] > few[line]}
    assert more.keys() <= {"requirement add --title 又一条"}, more
    assert (
        many["requirement add --title 又一条"] <= few["requirement add --title 又一条"] + 2
    )  # it looks at what came since
    assert max(many.values()) <= 12
    assert (
        subprocess.run(["git", "-C", park.folder, "status", "--porcelain"], capture_output=True, check=True).stdout
        == b""
    )
