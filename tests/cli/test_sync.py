"""Clones and the host between them: real repositories, two and more people."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


class Clones:
    """One host and clones of it; `at(name)` runs pmkit there."""

    def __init__(self, run, folder):
        self.run, self.folder = run, folder

    def at(self, name):
        self.run.folder = self.folder / name
        return self.run

    def clone(self, name):
        subprocess.run(["git", "clone", "-q", "hub.git", name], cwd=self.folder, check=True)
        return self.at(name)


@pytest.fixture
def clones(park, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:/usr/bin:/bin:/usr/local/bin")
    folder = tmp_path / "clones"
    folder.mkdir()
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(folder / "hub.git")], check=True)
    park.folder.rename(folder / "a")
    made = Clones(park, folder)
    a = made.at("a")
    a.git("remote", "add", "origin", "../hub.git")
    assert json.loads(a("sync --json"))["pushed"]
    made.clone("b")
    return made


def as_of(monkeypatch, when):
    monkeypatch.setenv("GIT_AUTHOR_DATE", when)


def test_without_news_nothing_happens(clones):
    b = clones.at("b")
    head = b.git("rev-parse", "HEAD")
    assert json.loads(b("sync --json")) == {
        "remote": "origin/main", "came": [], "sent": [], "pushed": False, "renumbered": [], "conflicts": [], "errors": [],
    }  # fmt: skip
    assert b.git("rev-parse", "HEAD") == head


def test_what_the_other_did_comes_and_ours_goes(clones):
    clones.at("a")("risk add --title 接口迟到 --owner li.wei")
    clones.at("a")("sync")
    b = clones.at("b")
    b("requirement add --title 访客预约 --statement 访客可在线预约。 --priority should")
    said = b("sync")
    assert "RSK-001" in said
    assert "REQ-002" in said
    a = clones.at("a")
    a("sync")
    assert (a.folder / "requirements/REQ-002.yaml").exists()
    assert a.git("rev-parse", "HEAD") == clones.at("b").git("rev-parse", "HEAD")
    assert a.git("log", "-1", "--format=%s") == "合并 origin/main\n"


@pytest.mark.parametrize("later", ["ours", "theirs"])
def test_of_two_with_one_id_the_later_one_gets_another_with_all_that_names_it(clones, monkeypatch, later):
    def add(name, title, when):
        as_of(monkeypatch, when)
        run = clones.at(name)
        run(f"requirement add --title {title} --statement {title}应可用。 --priority must")
        run(f"deliverable add --title {title}模块 --requirement REQ-002")
        run(f"plan task add --phase PH1 --name {title}开发 --duration 3d --after T-002")
        run(f"plan milestone add --phase PH1 --name {title}完成 --after T-003")

    times = ("2026-03-04T09:00:00", "2026-03-04T10:00:00")
    add("a", "统一支付", times[later == "theirs"])
    clones.at("a")("sync")
    add("b", "访客预约", times[later == "ours"])
    b = clones.at("b")
    told = json.loads(b("sync --dry-run --json"))
    assert {one["side"] for one in told["renumbered"]} == {later}
    done = json.loads(b("sync --json"))
    assert [(one["from"], one["to"]) for one in done["renumbered"]] == [
        ("DLV-001", "DLV-002"), ("M-002", "M-003"), ("REQ-002", "REQ-003"), ("T-003", "T-004"),
    ]  # fmt: skip
    first, second = ("统一支付", "访客预约") if later == "ours" else ("访客预约", "统一支付")
    for name in "ab":
        run = clones.at(name)
        run("sync")
        titles = {r["id"]: r["title"] for r in json.loads(run("list requirement --json"))}
        assert (titles["REQ-002"], titles["REQ-003"]) == (first, second)
        modules = {d["title"]: d["requirements"] for d in json.loads(run("list deliverable --json"))}
        assert modules == {f"{first}模块": ["REQ-002"], f"{second}模块": ["REQ-003"]}
        tasks = {t["name"]: (t["id"], t.get("after")) for t in json.loads(run("list task --json"))}
        assert tasks[f"{second}完成"] == ("M-003", ["T-004"])
        assert tasks[f"{first}完成"] == ("M-002", ["T-003"])
        run("check")
        assert f"{second}" in run("log REQ-003")
    assert clones.at("a").git("rev-parse", "HEAD") == clones.at("b").git("rev-parse", "HEAD")
    assert clones.at("b").git("worktree", "list").count("\n") == 1


def test_the_same_record_edited_on_both_sides_is_no_clash(clones):
    clones.at("a")("set REQ-001 priority=should")
    clones.at("a")("sync")
    b = clones.at("b")
    b("set REQ-001 notes=先做门户")
    assert json.loads(b("sync --json"))["renumbered"] == []
    text = (b.folder / "requirements/REQ-001.yaml").read_text(encoding="utf-8")
    assert "priority: should" in text
    assert "notes: 先做门户" in text


def test_two_people_report_progress_of_one_day(clones):
    for name, task in (("a", "T-001"), ("b", "T-002")):
        clones.at(name)(f"plan progress {task} --percent 20 --date 2026-03-04")
        clones.at(name)("sync")
    text = (clones.at("b").folder / "plan/progress/2026-03-04.yaml").read_text(encoding="utf-8")
    assert "- id: T-001" in text
    assert "- id: T-002" in text
    assert "percent: 20" in text


def test_the_same_field_is_left_to_a_person_and_nothing_is_sent(clones):
    clones.at("a")("set REQ-001 priority=could")
    clones.at("a")("sync")
    b = clones.at("b")
    b("set REQ-001 priority=should")
    before = b.git("rev-parse", "origin/main")
    assert "requirements/REQ-001.yaml" in b("sync --dry-run")
    assert b.git("status", "--porcelain") == ""
    said = b("sync", code=4)
    assert "requirements/REQ-001.yaml" in said
    assert "priority: should\n=======\npriority: could" in (b.folder / "requirements/REQ-001.yaml").read_text()
    text = (b.folder / "requirements/REQ-001.yaml").read_text(encoding="utf-8")
    b.write(
        "requirements/REQ-001.yaml",
        text.replace("<<<<<<< ours\n", "").partition("=======")[0] + text.partition(">>>>>>> theirs\n")[2],
    )
    b("sync", code=4)  # git is still in the middle of the merge
    b.git("commit", "-qam", "合并")
    assert json.loads(b("sync --json"))["pushed"]
    assert b.git("rev-parse", "origin/main") != before


def test_what_breaks_the_agreement_is_not_sent(clones):
    b = clones.at("b")
    b.edit("requirements/REQ-001.yaml", "status: draft", "status: confirmed")
    b.git("commit", "-qam", "手工修改")
    assert "FMT201" in b("sync", code=1)
    assert clones.at("a")("sync --json").count("手工修改") == 0


def test_somebody_is_faster(clones, tmp_path):
    """A hook of the host lets another commit in between our fetch and our push."""
    clones.at("a")("risk add --title 接口迟到 --owner li.wei")
    hook = clones.at("b").folder / ".git/hooks/pre-push"
    hook.write_text(f"#!/bin/sh\nrm {hook}\ngit -C {clones.folder}/a push -q origin main\n", encoding="utf-8")
    hook.chmod(0o755)
    b = clones.at("b")
    b("requirement add --title 访客预约 --statement 访客可在线预约。 --priority should")
    done = json.loads(b("sync --json"))
    assert done["pushed"]
    assert "RSK-001：新增“接口迟到”" in done["came"]
    assert not hook.exists()


def test_edits_not_committed_are_not_lost(clones):
    clones.at("a")("set REQ-001 priority=could")
    clones.at("a")("sync")
    b = clones.at("b")
    b.edit("requirements/REQ-001.yaml", "title: ", "title: 新")
    b("sync", code=4)
    assert "requirements/REQ-001.yaml" in b.err
    assert "title: 新" in (b.folder / "requirements/REQ-001.yaml").read_text(encoding="utf-8")


def test_where_there_is_nothing_to_sync_with(park, tmp_path):
    park("sync", code=2)
    assert "git remote add" in park.err
    park.git("remote", "add", "origin", str(tmp_path / "gone.git"))
    park("sync", code=5)


def test_the_tags_of_sign_offs_go_too(clones):
    a = clones.at("a")
    a.git("tag", "-a", "-m", "x", "signoff/SGN-001")
    a("set REQ-001 priority=could")
    a("sync")
    b = clones.at("b")
    b("sync")
    assert b.git("tag").strip() == "signoff/SGN-001"
