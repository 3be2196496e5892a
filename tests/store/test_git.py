"""Facts, revisions and files out of git, whatever the user has set."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from git_repos import FIRST, REQ_1, Edge, Repo

from pmkit.kernel.errors import OutsideError, UsageError
from pmkit.store.git import Git, Identity

SHANGHAI = ZoneInfo("Asia/Shanghai")


# --- where -----------------------------------------------------------------------------------------------------------


def test_facts_of_every_kind_of_repository(edge: Edge) -> None:
    repo = edge.repo
    git = repo.found()
    assert git.toplevel == repo.top
    assert (git.toplevel / git.prefix).resolve() == repo.root.resolve()
    assert git.git_dir == Path(repo.git("rev-parse", "--absolute-git-dir").strip())
    assert git.common_dir == (repo.top / repo.git("rev-parse", "--git-common-dir").strip()).resolve()
    assert (git.head or "") == repo.head()
    assert (git.branch() or "") == repo.git("branch", "--show-current").strip()
    assert git.is_shallow == (repo.git("rev-parse", "--is-shallow-repository").strip() == "true")


def test_how_often_git_runs(repo: Repo, git_calls: Callable[[], list[str]]) -> None:
    git_calls()
    git = repo.found()
    assert len(git_calls()) == 1
    git.files_at("HEAD")
    assert len(git_calls()) == 2
    repo.write(REQ_1, FIRST + "a: b\n")
    git.commit([REQ_1], "By hand\n")
    assert len(git_calls()) == 4


def test_no_repository_no_work_tree_or_none_at_all(repo: Repo, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", "--bare", tmp_path / "bare"], check=True)
    (tmp_path / "nothing").mkdir()
    assert Git.find(tmp_path / "bare") is None
    assert Git.find(repo.root / ".git") is None
    assert Git.find(tmp_path / "nothing") is None
    with pytest.raises(OutsideError, match="cannot work in"):
        Git.find(tmp_path / "gone")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give a folder away")
def test_a_repository_of_somebody_else_is_not_taken_for_none(repo: Repo) -> None:
    os.chown(repo.root, 12345, -1)
    with pytest.raises(OutsideError, match="dubious ownership"):
        Git.find(repo.root)


def test_init_makes_a_repository_on_main(tmp_path: Path) -> None:
    git = Git.init(tmp_path)
    assert (git.branch(), git.head, git.prefix) == ("main", None, "")


def test_without_git_says_to_install_it(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OutsideError, match="not installed"):
        Git.find(repo.root)


def test_a_failing_git_is_quoted_with_command_and_code(repo: Repo) -> None:
    with pytest.raises(OutsideError, match=r"git cat-file failed \(128\): fatal: Not a valid object name"):
        repo.found().run("-c", "a.b=c", "cat-file", "-p", "nothing")


def test_what_a_hook_says_of_another_repository_is_not_believed(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Repo(tmp_path / "other").init().start()
    for name, value in {
        "DIR": ".git",
        "WORK_TREE": "",
        "INDEX_FILE": ".git/index",
        "OBJECT_DIRECTORY": ".git/objects",
    }.items():
        monkeypatch.setenv(f"GIT_{name}", str(other.root / value))
    git = repo.found()
    assert git.toplevel == repo.root
    repo.write(REQ_1, FIRST + "a: b\n")
    git.commit([REQ_1], "By hand\n")
    for name in ("DIR", "WORK_TREE", "INDEX_FILE", "OBJECT_DIRECTORY"):
        monkeypatch.delenv(f"GIT_{name}")
    assert (repo.status(), other.status()) == ([], [])
    assert repo.git("log", "-1", "--format=%s").strip() == "By hand"


# --- who -------------------------------------------------------------------------------------------------------------


def test_identity_is_what_git_would_write(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    assert repo.found().identity() == Identity("李伟", "li.wei@supplier.example")
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "other@supplier.example")
    assert repo.found().identity() == Identity("李伟", "other@supplier.example")


@pytest.mark.parametrize("lacking", ["user.name", "user.email"])
def test_identity_is_never_guessed(repo: Repo, lacking: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL", "guess@example.com")
    repo.git("config", "--unset", lacking)
    with pytest.raises(UsageError, match="who you are"):
        repo.found().identity()


# --- the user's own edits --------------------------------------------------------------------------------------------


def test_edited_tells_apart_what_head_holds(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "big/a b", tmp_path / "big").init()
    names = ("clean", "dirty", "staged", "gone", "moved", "中文 名")
    for name in names:
        repo.write(f"risks/{name}.yaml", f"title: {name}\n" * 9)
    (repo.top / "elsewhere.txt").write_text("")
    repo.commit()
    (repo.top / "elsewhere.txt").write_text("edited")
    for name in ("dirty", "中文 名"):
        repo.write(f"risks/{name}.yaml", "title: x\n")
    repo.write("risks/staged.yaml", "title: x\n")
    repo.git("add", "a b/risks/staged.yaml")
    (repo.root / "risks/gone.yaml").unlink()
    repo.git("mv", "a b/risks/moved.yaml", "a b/risks/moved-here.yaml")
    repo.write("risks/new [1]*.yaml", "title: x\n")
    git = repo.found()
    edited = ["dirty", "gone", "moved", "moved-here", "new [1]*", "staged", "中文 名"]
    assert git.edited(["."]) == sorted(f"risks/{name}.yaml" for name in edited)
    assert git.edited(["risks/clean.yaml", "risks/dirty.yaml", "risks/new [1]*.yaml", "risks/none.yaml"]) == [
        "risks/dirty.yaml", "risks/new [1]*.yaml"]  # fmt: skip
    assert git.edited([]) == []
    many = [f"risks/{n}.yaml" for n in range(500)]
    assert git.edited([*many, "risks/staged.yaml"]) == ["risks/staged.yaml"]


def test_hand_edits_are_committed_as_they_stand(repo: Repo) -> None:
    repo.commit("More", RSK_001="title: a\n" * 9, RSK_002="title: b\n")
    repo.git("mv", "risks/RSK-001.yaml", "risks/RSK-009.yaml")
    (repo.root / "risks/RSK-002.yaml").unlink()
    repo.write("risks/RSK-003.yaml", "title: c\n")
    git = repo.found()
    edited = git.edited(["."])
    git.commit(edited, "By hand\n")
    assert repo.touched() == set(edited) == {f"risks/RSK-00{n}.yaml" for n in (1, 2, 3, 9)}
    assert repo.status() == []
    head = repo.head()
    assert git.commit(edited, "Nothing is left\n") == head == repo.head()


# --- revisions -------------------------------------------------------------------------------------------------------


def test_resolve_gives_a_commit(repo: Repo) -> None:
    repo.git("tag", "-a", "v1", "-m", "annotated")
    repo.git("tag", "中文")
    second = repo.commit("Second")
    git = repo.found()
    first = repo.git("rev-parse", "HEAD~1").strip()
    for rev in ("v1", "中文", "HEAD~1", first[:9], "HEAD^{/Start}"):
        assert git.resolve(rev) == first
    assert git.resolve("main") == second


@pytest.mark.parametrize(
    "rev",
    ["nothing", "", "--all", "--output=x", "^main", "main..main", "main main", "HEAD:", "-n1", "main\0", "\n", "../x", "HEAD^{tree}"],
)  # fmt: skip
def test_resolve_refuses_what_is_no_commit(repo: Repo, rev: str) -> None:
    git = repo.found()
    with pytest.raises(UsageError):
        git.resolve(rev)
    assert not (repo.root / "x").exists()


def _at(repo: Repo, moment: str) -> str:
    repo.write("log.txt", moment)
    repo.git("add", "--all")
    repo.git("commit", "--quiet", "-m", moment, GIT_COMMITTER_DATE=moment, GIT_AUTHOR_DATE="2020-01-01T00:00:00Z")
    return repo.head()


def test_revision_at_is_the_last_commit_of_the_day_in_the_zone(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "park").init()
    first = _at(repo, "2026-03-02T15:59:59Z")  # 23:59:59 in Shanghai
    second = _at(repo, "2026-03-02T16:00:00Z")  # the next day there
    repo.git("checkout", "--quiet", "-b", "side")
    _at(repo, "2026-03-03T01:00:00Z")
    repo.git("checkout", "--quiet", "main")
    repo.git("merge", "--quiet", "--no-ff", "-m", "Merged", "side", GIT_COMMITTER_DATE="2026-03-05T01:00:00Z")
    git = repo.found()
    assert git.revision_at(date(2026, 3, 2), SHANGHAI) == first
    assert git.revision_at(date(2026, 3, 2), ZoneInfo("UTC")) == second
    assert git.revision_at(date(2026, 3, 4), SHANGHAI) == second  # not the side branch, which came in later
    assert git.revision_at(date.max, SHANGHAI) == repo.head()
    with pytest.raises(UsageError) as caught:
        git.revision_at(date(2026, 3, 1), SHANGHAI)
    assert caught.value.fix is not None
    assert "2026-03-02" in caught.value.fix.en


def test_revision_at_without_enough_history(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "park").init()
    with pytest.raises(UsageError):
        repo.found().revision_at(date(2026, 3, 2), SHANGHAI)
    _at(repo, "2026-03-02T15:59:59Z")
    _at(repo, "2026-03-09T15:59:59Z")
    repo.git("clone", "--quiet", "--depth=1", repo.top.as_uri(), str(tmp_path / "clone"))
    with pytest.raises(UsageError) as caught:
        Repo(tmp_path / "clone").found().revision_at(date(2026, 3, 3), SHANGHAI)
    assert caught.value.fix is not None
    assert "--unshallow" in caught.value.fix.en


# --- contents --------------------------------------------------------------------------------------------------------


def test_files_at_a_revision(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "big/a b", tmp_path / "big").init()
    (repo.top / "outside.yaml").write_text("a: b\n")
    texts = {"pmkit.yaml": b"format: 1\n", "risks/高/RSK-001.yaml": b"", "r\n\t.yaml": b"x\r\n\0"}
    for path, data in texts.items():
        repo.write(path, data)
    repo.write("evidence/scan.pdf", b"\0" * 9)
    (repo.root / "link.yaml").symlink_to("pmkit.yaml")
    before = repo.commit()
    repo.write("pmkit.yaml", "format: 2\n")
    repo.commit()
    git = repo.found()
    assert git.files_at(before) == texts
    assert git.files_at("HEAD")["pmkit.yaml"] == b"format: 2\n"
    assert Git.find(repo.top).files_at(before).keys() >= {"outside.yaml", "a b/pmkit.yaml"}  # type: ignore[union-attr]
    repo.git("mv", "a b/pmkit.yaml", "pmkit.yaml")
    empty = Repo(repo.top / "later", repo.top)
    empty.root.mkdir()
    assert empty.found().files_at(before) == {}


def test_names_that_are_not_utf8_do_no_harm(repo: Repo) -> None:
    raw = os.fsdecode("附件".encode("gbk"))
    repo.write(f"{raw}.yaml", "a: b\n")
    git = repo.found()
    assert git.edited(["."]) == [f"{raw}.yaml"]
    git.commit([f"{raw}.yaml"], "GBK\n")
    assert f"{raw}.yaml" in git.files_at("HEAD")
    assert repo.status() == []


def test_blobs_leave_out_what_is_not_there(repo: Repo) -> None:
    blob = repo.git("rev-parse", f"HEAD:{REQ_1}").strip()
    assert repo.found().blobs([blob, "0" * 40, blob]) == {blob: FIRST.encode()}
    assert repo.found().blobs([]) == {}
