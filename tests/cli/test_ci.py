"""The pipelines that `pmkit ci init` writes, run step by step in a clean clone: they pass and fail as they should."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

BIN = Path(sys.executable).parent


def steps(path):
    """The commands of a pipeline file that run pmkit."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    if path.suffix == ".yml" and "jobs" in data:
        job = data["jobs"]["agreement"]
        assert job["steps"][0]["with"]["fetch-depth"] == 0
        lines = [step["run"] for step in job["steps"] if "run" in step]
    else:
        assert data["agreement"]["variables"]["GIT_DEPTH"] == "0"
        lines = data["agreement"]["script"]
    assert lines[0].startswith("python -m pip install")
    return lines[1:]


def outcome(run, lines, tmp_path):
    """The exit code of each step in a clean clone."""
    clone = tmp_path / f"clone-{run.git('rev-parse', '--short', 'HEAD').strip()}"
    subprocess.run(["git", "clone", "-q", str(run.folder), str(clone)], check=True)
    return [
        subprocess.run([BIN / "pmkit", *shlex.split(line)[1:]], cwd=clone, capture_output=True, check=False).returncode
        for line in lines
    ]


@pytest.mark.parametrize(
    ("option", "path"), [("--github", ".github/workflows/pmkit.yml"), ("--gitlab", ".gitlab-ci.yml")]
)
def test_the_pipeline_passes_and_fails_as_it_should(park, option, path, tmp_path):
    park("plan baseline --name 合同基线")
    park(f"ci init {option}")
    assert park.git("status", "--porcelain") == ""
    lines = steps(park.folder / path)
    assert outcome(park, lines, tmp_path) == [0, 0]
    park.today = "2026-03-06"
    park("plan progress T-001 --percent 0 --remaining 12d --actual-start 2026-03-02")
    assert outcome(park, lines, tmp_path) == [0, 1]  # drift passes the threshold
    park.edit("requirements/REQ-001.yaml", "status: draft", "status: confirmed")
    park.git("commit", "-qam", "by hand")
    assert outcome(park, lines, tmp_path) == [1, 1]  # and a status was set by hand


def test_a_workspace_below_the_top_is_told_which_steps_to_add(run):
    run.git("init", "-q", "-b", "main")
    run("init park --name 园区 --code YQ --customer 滨海集团 --lang zh --start 2026-03-02")
    run("ci init --github -C park", code=4)
    assert "pmkit check -C park/" in run.err
