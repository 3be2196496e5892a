"""The pipelines that `pmkit ci init` writes, run step by step in a clean clone: they pass and fail as they should."""

import json
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
import yaml
from jsonschema.validators import validator_for

from workspaces import once

BIN = Path(sys.executable).parent
GITHUB, GITLAB, HOOKS = ".github/workflows/pmkit.yml", ".gitlab-ci.yml", ".pre-commit-config.yaml"


def shell(folder, line, **environment):
    """A line as a pipeline's shell runs it."""
    found = os.environ | {"PATH": f"{BIN}:{os.environ['PATH']}", "PMKIT_TODAY": "2026-03-06"} | environment
    return subprocess.run(["bash", "-ec", line], cwd=folder, env=found, capture_output=True, text=True, check=False)


def github_steps(path):
    """What the job's steps run, the installation left out, all of them although one fails, as their `if` says."""
    (job,) = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values()
    assert job["steps"][0]["with"]["fetch-depth"] == 0
    runs = [step for step in job["steps"] if "run" in step]
    assert runs[0]["run"].startswith("python -m pip install")
    assert all(step["if"] == "${{ !cancelled() }}" for step in runs[2:])
    return [step["run"] for step in runs[1:]]


def gitlab_jobs(path):
    """What each job runs, the installation left out."""
    for job in yaml.safe_load(path.read_text(encoding="utf-8")).values():
        assert job["variables"]["GIT_DEPTH"] == "0"
        assert job["script"][0].startswith("python -m pip install")
        yield "\n".join(job["script"][1:])


def clean_clone(run, tmp_path):
    clone = tmp_path / f"clone-{len(list(tmp_path.iterdir()))}"
    subprocess.run(["git", "clone", "-q", str(run.folder), str(clone)], check=True)
    return clone


def slip(run):
    """The plan drifts past its threshold."""
    run.today = "2026-03-06"
    run("plan progress T-001 --percent 0 --remaining 12d --actual-start 2026-03-02")


def jump(run):
    """A status is set by hand."""
    run.edit("requirements/REQ-001.yaml", "status: draft", "status: confirmed")
    run.git("commit", "-qam", "by hand")


@once
def written(park):
    """The workspace with a baseline and all three pipelines."""
    park("plan baseline --name 合同基线")
    park("ci init --github --gitlab --pre-commit")
    assert park.git("status", "--porcelain") == ""


def test_github_passes_and_fails_step_by_step(written, tmp_path):
    def codes():
        clone, summary = clean_clone(written, tmp_path), tmp_path / "summary.md"
        done = [shell(clone, line, GITHUB_STEP_SUMMARY=str(summary)) for line in github_steps(clone / GITHUB)]
        return [one.returncode for one in done], done, summary.read_text(encoding="utf-8")

    assert codes()[0] == [0, 0, 0]
    slip(written)
    found, done, _ = codes()
    assert found == [0, 1, 0]
    assert "::error file=plan/PH1.yaml" in done[1].stdout
    jump(written)
    found, done, summary = codes()
    assert found == [1, 1, 0]
    assert done[0].stdout.startswith("::error file=requirements/REQ-001.yaml,line=")
    assert "FMT201" in summary.splitlines()[-1]


def test_gitlab_passes_and_fails_job_by_job_and_leaves_its_report(written, tmp_path):
    def codes():
        clone = clean_clone(written, tmp_path)
        done = [shell(clone, script).returncode for script in gitlab_jobs(clone / GITLAB)]
        job = yaml.safe_load((clone / GITLAB).read_text(encoding="utf-8"))["pmkit-check"]
        report = clone / job["artifacts"]["reports"]["codequality"]
        return done, [row["check_name"] for row in json.loads(report.read_text(encoding="utf-8"))]

    assert codes() == ([0, 0], [])
    slip(written)
    assert codes() == ([0, 1], [])
    jump(written)
    assert codes() == ([1, 1], ["FMT201"])


def test_code_scanning_is_uploaded_where_it_is_wanted(park, tmp_path):
    park("ci init --github --sarif")
    clone = clean_clone(park, tmp_path)
    workflow = yaml.safe_load((clone / GITHUB).read_text(encoding="utf-8"))
    assert workflow["permissions"]["security-events"] == "write"
    assert shell(clone, github_steps(clone / GITHUB)[-1]).returncode == 0
    upload = workflow["jobs"]["agreement"]["steps"][-1]["with"]["sarif_file"]
    assert json.loads((clone / upload).read_text(encoding="utf-8"))["version"] == "2.1.0"
    park("ci init --gitlab --sarif", code=2)


@pytest.mark.parametrize(("path", "schema"), [(GITHUB, "github-workflows"), (GITLAB, "gitlab-ci")])
def test_the_files_are_valid_for_their_services(park, path, schema):
    park(f"ci init {'--github --sarif' if path == GITHUB else '--gitlab'}")
    published = files("check_jsonschema.builtin_schemas.vendor").joinpath(f"{schema}.json").read_text(encoding="utf-8")
    rules = json.loads(published)
    data = yaml.load((park.folder / path).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # `on` is no boolean
    validator_for(rules)(rules).validate(data)


# --- the hook --------------------------------------------------------------------------------------------------------


@pytest.fixture
def hooked(written, tmp_path, monkeypatch):
    """A clone with the framework pre-commit installed in it."""
    monkeypatch.setenv("PATH", f"{BIN}:{os.environ['PATH']}")
    written.folder = clean_clone(written, tmp_path)
    done = shell(written.folder, "pre-commit validate-config && pre-commit install")
    assert done.returncode == 0, done.stderr
    return written


def test_the_hook_refuses_what_a_hand_commit_breaks_and_nothing_else(hooked):
    hooked.edit("requirements/REQ-001.yaml", "status: draft", "status: confirmed")
    refused = shell(hooked.folder, "git commit -qam 手工修改")
    assert refused.returncode == 1
    assert "FMT201" in refused.stdout + refused.stderr
    assert shell(hooked.folder, "git commit -qnam 手工修改").returncode == 0  # past the hook; it is old news now
    hooked.edit("requirements/REQ-001.yaml", "title: ", "title: 新")
    passed = shell(hooked.folder, "git commit -qam 改名")
    assert passed.returncode == 0, passed.stderr
    assert shell(hooked.folder, "git rm -q people.yaml && git commit -qm 删除人员名单").returncode == 1


def test_pmkits_own_commits_pass_the_hook_by(hooked):
    hooked.edit("requirements/REQ-001.yaml", "owner: li.wei", "owner: li.wie")  # half-edited, and wrong
    hooked("risk add --title 迟到 --owner li.wei")
    assert hooked.git("log", "-1", "--format=%s").startswith("RSK-001")
    assert hooked.git("status", "--porcelain") == " M requirements/REQ-001.yaml\n"


def test_a_hook_of_ones_own_may_check_but_not_write_while_pmkit_commits(park, tmp_path):
    said = tmp_path / "said"
    park.write(
        ".git/hooks/pre-commit",
        f"#!/bin/sh\nexec >>{said} 2>&1\n{BIN}/pmkit check; echo check $?\n"
        f"{BIN}/pmkit requirement add --title 又一条; echo add $?\n{BIN}/pmkit list requirement --json | grep -c REQ-\n",
    )
    (park.folder / ".git/hooks/pre-commit").chmod(0o755)
    park("risk add --title 迟到 --owner li.wei")
    lines = said.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "pmkit check：pmkit 正在提交，本次跳过"
    assert lines[1] == "check 0"
    assert lines[-2:] == ["add 4", "2"]
    assert park.git("log", "-1", "--format=%s").startswith("RSK-001")


# --- where it cannot write -------------------------------------------------------------------------------------------


def test_a_workspace_below_the_top_is_told_which_steps_to_add(run):
    run.git("init", "-q", "-b", "main")
    run("init park --name 园区 --code YQ --customer 滨海集团 --lang zh --start 2026-03-02")
    run("ci init --github -C park", code=4)
    assert "pmkit check -C park/" in run.err


def test_a_pipeline_that_is_there_is_left_alone(park):
    park("ci init --gitlab")
    assert park("ci init --gitlab") == "配置文件已存在，无需修改\n"
    park.write(GITHUB, "name: 我们自己的\n")
    park("ci init --github", code=4)
    assert f"{GITHUB} 已存在" in park.err
    assert "run: pmkit check --format github" in park.err
    park("ci init", code=2)
