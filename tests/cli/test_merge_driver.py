"""Two branches of one project: git merges its records by pmkit's driver, which `init` has let it know."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def two(park, monkeypatch):
    """The park project on a branch of its own; pmkit is on the path, as where it is installed."""
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:/usr/bin:/bin:/usr/local/bin")
    park("requirement add --title 统一身份认证 --statement 门户和门禁使用同一账号登录。 --priority must")
    park.git("branch", "other")
    return park


def other_branch(run, *lines):
    run.git("switch", "-q", "other")
    for line in lines:
        run(line)
    run.git("switch", "-q", "main")


def merged(run, code=0):
    done = subprocess.run(
        ["git", "merge", "-q", "--no-edit", "other"], cwd=run.folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def test_two_people_on_one_requirement_and_one_phase(two):
    other_branch(
        two,
        "set REQ-001 notes=先做门户",
        "plan task add --phase PH1 --name 机房勘察 --duration 2d",
        "set T-001 duration=7d",
    )
    two("set REQ-001 priority=should")
    two("set T-001 effort=3d")
    two("set T-002 notes=含专家评审")
    merged(two)
    text = (two.folder / "requirements/REQ-001.yaml").read_text(encoding="utf-8")
    assert "priority: should" in text
    assert "notes: 先做门户" in text
    plan = (two.folder / "plan/PH1.yaml").read_text(encoding="utf-8")
    for said in ("duration: 7d", "effort: 3d", "notes: 含专家评审", "name: 机房勘察"):
        assert said in plan
    two("check")


def test_the_same_field_on_both_branches_is_left_to_a_person(two):
    other_branch(two, "set REQ-001 priority=could", "set REQ-001 notes=先做门户")
    two("set REQ-001 priority=should")
    merged(two, code=1)
    text = (two.folder / "requirements/REQ-001.yaml").read_text(encoding="utf-8")
    assert "<<<<<<< ours\npriority: should\n=======\npriority: could\n>>>>>>> theirs\n" in text
    assert "notes: 先做门户" in text
    assert "合并冲突尚未解决" in two("check", code=3)
    assert two.git("diff", "--name-only", "--diff-filter=U").strip() == "requirements/REQ-001.yaml"


def test_two_transitions_of_one_record_are_left_to_a_person(two):
    other_branch(two, "requirement review REQ-001")
    two("requirement withdraw REQ-001")
    merged(two, code=1)
    text = (two.folder / "requirements/REQ-001.yaml").read_text(encoding="utf-8")
    assert "status: withdrawn" in text
    assert "status: reviewed" in text


def test_a_clone_learns_of_it(two, monkeypatch):
    two.git("clone", "-q", ".", "../clone")
    two.folder = two.folder.parent / "clone"
    assert "merge.pmkit" not in two.git("config", "--list")
    assert "按字段合并" in two("merge-driver --install")
    assert "pmkit merge-driver %O %A %B %P" in two.git("config", "merge.pmkit.driver")
    assert "merge=pmkit" in (two.folder / ".gitattributes").read_text()
    two("merge-driver", code=2)
    assert "--install" in two.err


def test_without_pmkit_on_the_path_git_merges_by_lines(two, monkeypatch, tmp_path):
    other_branch(two, "set REQ-001 notes=先做门户")
    two("set REQ-001 title=统一身份认证与门户")
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    merged(two)
    text = (two.folder / "requirements/REQ-001.yaml").read_text(encoding="utf-8")
    assert "notes: 先做门户" in text
    assert "统一身份认证与门户" in text
