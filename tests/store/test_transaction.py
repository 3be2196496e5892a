"""Writing: all or nothing, only our own files in the commit, and whatever else the user has stays as it was."""

from __future__ import annotations

import os
import resource
import signal
import stat
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from git_repos import ADD, CHANGE, DAY, FIRST, REQ_1, REQ_2, Edge, Repo, edits

from pmkit.kernel.errors import OutsideError, PmkitError, Refused, UsageError
from pmkit.kernel.text import Text
from pmkit.store.git import CommitStands
from pmkit.store.transaction import Written, commit_message, planned, undo, workspace_lock, write
from pmkit.store.yaml_text import remove, set_value
from pmkit.workspace.edits import Append, Attach, Change, Create, Edits, Remove, Set

Start = Callable[[str, Path], "subprocess.Popen[bytes]"]


def put(repo: Repo, *changes: Change, **options: bool) -> Written:
    return write(repo.root, edits(*changes), git=repo.found(), expected={}, **options)


def test_a_record_that_somebody_removed_from_the_index_alone_is_not_overwritten(repo: Repo) -> None:
    """The work tree and the index lack it, HEAD does not: a removal under way, which is the user's own."""
    repo.git("rm", "--quiet", REQ_1)
    before = repo.state()
    with pytest.raises(Refused, match="not committed"):
        put(repo, Create(REQ_1, {"title": "a"}, "requirement"))
    assert repo.state() == before


@pytest.mark.parametrize("version", ["2", "4"])
def test_the_index_knows_a_commit_whatever_its_form(repo: Repo, version: str) -> None:
    repo.git("update-index", "--index-version", version)
    put(repo, ADD)
    assert repo.git("status", "--porcelain") == ""
    assert repo.git("fsck", "--strict", "--no-dangling", check=False) == ""
    assert sorted(p.name for p in (repo.root / ".git").glob("*.lock")) == []


def test_an_edit_in_the_second_of_a_checkout_stays_seen(repo: Repo) -> None:
    """Git doubts what the index says of a file as fresh as the index itself; a fresh copy of that would be believed."""
    repo.git("config", "core.trustctime", "false")
    path, then = repo.root / REQ_1, (10**9, 10**9)
    os.utime(path, then)
    repo.git("update-index", "--refresh")
    data = path.read_bytes()
    path.write_bytes(data[:-2] + bytes(reversed(data[-2:])))  # of the same length
    os.utime(path, then)
    os.utime(repo.root / ".git/index", then)
    put(repo, ADD)
    assert repo.git("diff", "--name-only").strip() == REQ_1


# --- every state of a repository -------------------------------------------------------------------------------------


def test_write_commits_exactly_its_own_files_or_leaves_everything_as_it_was(edge: Edge) -> None:
    repo = edge.repo
    before = repo.state()
    if edge.exit_code is not None:
        with pytest.raises(PmkitError) as caught:
            put(repo, *edge.changes)
        assert caught.value.exit_code == edge.exit_code, caught.value.says.en
        assert repo.state() == before
        return
    written = put(repo, *edge.changes)
    after = repo.state()
    assert repo.head() == written.commit
    assert repo.touched() == edge.own | edge.more
    assert repo.git("rev-parse", "--verify", "--quiet", "HEAD^", check=False).strip() == before["head"]
    assert after["status"] == before["status"]
    assert after["leftovers"] == []
    kept = {path: about for path, about in before["index"].items() if path[:-2] not in edge.own}
    assert {p: about for p, about in after["index"].items() if p[:-2] not in edge.own | edge.more} == kept
    loose = {path: data for path, data in before["files"].items() if path not in edge.own}
    assert {p: data for p, data in after["files"].items() if p not in edge.own | edge.more} == loose
    assert bool(written.notes) == bool(edge.more)
    assert repo.message().splitlines()[0] == "REQ-001: Review"
    assert repo.git("log", "-1", "--encoding=UTF-8", "--format=%an %ae").strip() == "李伟 li.wei@supplier.example"
    new = (repo.root / REQ_2).read_text(encoding="utf-8")
    assert new.startswith("# yaml-language-server: $schema=../.pmkit/schemas/requirement.json\n")


def test_a_failing_hook_is_quoted_and_no_folder_stays(repo: Repo) -> None:
    repo.hook("pre-commit", "echo '这里不许提交' >&2", "exit 1")
    before = repo.state()
    with pytest.raises(OutsideError, match="这里不许提交"):
        put(repo, Create("risks/late/RSK-001.yaml", {"title": "a"}, "risk"))
    assert repo.state() == before


def test_nobody_is_told_the_two_lines_to_type(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "park").init(identity=False)
    with pytest.raises(UsageError) as caught:
        put(repo, ADD)
    assert caught.value.fix is not None
    assert [line.split(" ")[3] for line in caught.value.fix.en.splitlines()] == ["user.name", "user.email"]
    assert not (repo.root / "requirements").exists()


def test_a_hook_that_rewrites_our_file_is_reported_and_leaves_it_clean(repo: Repo) -> None:
    repo.hook("pre-commit", f"echo 'formatted: yes' >> {REQ_1}", f"git add {REQ_1}")
    written = put(repo, CHANGE)
    assert [note.en for note in written.notes] == [f"a git hook changed {REQ_1} on the way"]
    assert repo.status() == []


def test_a_hook_that_takes_up_what_the_user_staged_leaves_it_staged(repo: Repo) -> None:
    repo.write("people.yaml", "first: 1\n")
    repo.git("add", "people.yaml")
    repo.write("people.yaml", "second: 1\n")
    repo.hook("pre-commit", "git add people.yaml")
    put(repo, CHANGE)
    assert repo.git("show", ":people.yaml") == "first: 1\n"


def test_a_program_that_a_hook_leaves_running_is_not_waited_for(repo: Repo, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "gate")
    repo.hook("post-commit", f"cat {tmp_path / 'gate'} &")
    put(repo, CHANGE)  # would hang for ever: nobody has opened the gate yet
    (tmp_path / "gate").write_text("done")


def test_a_commit_of_somebody_else_in_the_same_moment_is_not_reverted(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = subprocess.run(["which", "git"], capture_output=True, check=True, text=True).stdout.strip()
    program = tmp_path / "bin/git"
    program.parent.mkdir()
    program.write_text(
        f"#!/bin/sh\nif [ \"$1\" = write-tree ] && mkdir '{tmp_path}/once' 2>/dev/null; then\n"
        f"(unset GIT_INDEX_FILE; echo 'theirs: 1' > people.yaml; {real} add people.yaml; {real} commit -qm Theirs)\nfi\n"
        f'exec {real} "$@"\n'
    )
    program.chmod(0o755)
    git = repo.found()
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    with pytest.raises(Refused, match="same moment"):
        write(repo.root, edits(CHANGE), git=git, expected={})
    assert repo.git("log", "-1", "--format=%s").strip() == "Theirs"
    assert repo.git("show", "HEAD:people.yaml") == "theirs: 1\n"
    assert (repo.root / REQ_1).read_text(encoding="utf-8") == FIRST
    assert repo.status() == []


def test_a_commit_stands_when_the_index_cannot_learn_of_it(repo: Repo) -> None:
    repo.hook("post-commit", "touch .git/index.lock")
    with pytest.raises(CommitStands) as caught:
        put(repo, CHANGE)
    assert repo.head()[:9] in caught.value.says.en
    assert caught.value.fix is not None
    assert caught.value.fix.en.endswith(f"git reset -q -- {REQ_1}")
    assert "reviewed" in repo.git("show", f"HEAD:{REQ_1}")
    assert "reviewed" in (repo.root / REQ_1).read_text(encoding="utf-8")


def test_what_cannot_be_put_back_is_named_and_kept(repo: Repo) -> None:
    repo.hook("pre-commit", f"rm {REQ_1}", f"mkdir -p {REQ_1}/in/the/way", "exit 1")
    with pytest.raises(OutsideError, match=f"could not put back {REQ_1}") as caught:
        put(repo, CHANGE, ADD)
    assert caught.value.fix is not None
    kept = Path(caught.value.fix.en.removeprefix("the old files are in "))
    assert [p.read_text(encoding="utf-8") for p in kept.iterdir()] == [FIRST]
    assert not (repo.root / REQ_2).exists()


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="needs a second file system")
def test_a_worktree_on_another_file_system(repo: Repo) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        repo.git("worktree", "add", "--quiet", f"{folder}/side")
        side = Repo(Path(folder) / "side")
        put(side, CHANGE)
        assert side.status() == []
        side.hook("pre-commit", "exit 1")
        before = side.state()
        with pytest.raises(OutsideError):
            put(side, Set(REQ_1, ("status",), "confirmed"), ADD)
        assert side.state() == before


# --- what is refused before anything is written ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["../x.yaml", "/etc/x.yaml", "a/../../x.yaml", "a/../x.yaml", "./x.yaml", "a//x.yaml", "", ".git/hooks/x", "a/.GIT/x",
     "a\\b.yaml", "C:/x.yaml", "a\nb.yaml", "a\0b.yaml", "link/x.yaml", "linked.yaml", "dangling.yaml"],
)  # fmt: skip
def test_a_path_that_leads_elsewhere_is_refused(repo: Repo, tmp_path: Path, path: str) -> None:
    (repo.root / "link").symlink_to(tmp_path)
    (repo.root / "linked.yaml").symlink_to(repo.root / REQ_1)
    (repo.root / "dangling.yaml").symlink_to(tmp_path / "nowhere")
    for change in (Create(path, {"a": "b"}, "risk"), Attach(path, b"x"), Set(path, ("status",), "x")):
        with pytest.raises(Refused, match="leads out"):
            planned(repo.root, edits(change), {})


def test_a_file_changed_since_it_was_read_is_refused(repo: Repo) -> None:
    info = (repo.root / REQ_1).stat()
    read = {REQ_1: (info.st_mtime_ns, info.st_size)}
    planned(repo.root, edits(CHANGE), read)
    repo.write(REQ_1, FIRST)
    os.utime(repo.root / REQ_1, ns=(info.st_atime_ns, info.st_mtime_ns + 1))
    with pytest.raises(Refused, match="changed since it was read"):
        planned(repo.root, edits(CHANGE), read)
    (repo.root / REQ_1).unlink()
    with pytest.raises(Refused, match="changed since it was read"):
        planned(repo.root, edits(CHANGE), read)


def test_a_file_saved_while_the_write_is_under_way_is_refused(repo: Repo) -> None:
    repo.commit("Second", REQ_002=FIRST)

    class Meanwhile(Mapping[str, tuple[int, int]]):
        """An editor that saves the first file when the second one is looked at."""

        def __contains__(self, path: object) -> bool:
            if path == REQ_2:
                repo.write(REQ_1, FIRST + "notes: 刚保存\n")
            return False

        def __getitem__(self, path: str) -> tuple[int, int]: ...
        def __iter__(self) -> Iterator[str]: ...
        def __len__(self) -> int: ...

    both = edits(CHANGE, Set(REQ_2, ("status",), "reviewed"))
    for git in (None, repo.found()):
        repo.write(REQ_1, FIRST)
        with pytest.raises(Refused):
            write(repo.root, both, git=git, expected=Meanwhile())
        assert (repo.root / REQ_1).read_text(encoding="utf-8").endswith("刚保存\n")
        assert (repo.root / REQ_2).read_text(encoding="utf-8") == FIRST
        assert not list(repo.root.rglob(".pmkit-*"))


def test_a_new_file_must_be_new(repo: Repo) -> None:
    for changes in ([Create(REQ_1, {}, "requirement")], [ADD, ADD], [ADD, Attach(REQ_2, b"x")],
                    [CHANGE, Create(REQ_1, {}, "requirement")]):  # fmt: skip
        with pytest.raises(Refused):
            planned(repo.root, edits(*changes), {})


def test_an_attachment_may_be_there_already_with_the_same_bytes(repo: Repo) -> None:
    repo.write("evidence/CR-001/回复.eml", b"Subject: ok\r\n")
    same = Attach("evidence/CR-001/回复.eml", b"Subject: ok\r\n")
    with pytest.raises(Refused, match="with other content"):
        put(repo, Attach(same.path, b"other"))
    with pytest.raises(Refused, match="with other content"):
        put(repo, Attach("evidence/CR-001", b"a folder"))
    written = put(repo, same, same, CHANGE)
    assert repo.touched() == {same.path, REQ_1} == set(written.paths)
    assert repo.status() == []
    again = put(repo, same)
    assert (again.paths, again.commit) == ((), None)
    assert again.notes


def test_nothing_changed_makes_no_commit(repo: Repo) -> None:
    head = repo.head()
    written = put(repo, Set(REQ_1, ("status",), "draft"))
    assert (written.paths, written.commit, len(written.notes), repo.head()) == ((), None, 1, head)


def test_bytes_that_are_no_text_are_refused(repo: Repo) -> None:
    for change in (Set(REQ_1, ("title",), "\udcff"), Create(REQ_2, {"title": "\udcff"}, "requirement")):
        with pytest.raises(Refused):
            put(repo, change)


def test_a_bad_folder_or_file_in_the_way_is_named(repo: Repo) -> None:
    before = repo.state()
    for change in (Create(f"{REQ_1}/REQ-003.yaml", {}, "requirement"), Set("requirements", ("a",), "b")):
        with pytest.raises(OutsideError, match="requirements"):
            put(repo, change)
    assert repo.state() == before


# --- what is written -------------------------------------------------------------------------------------------------


def test_several_edits_of_a_file_follow_each_other(repo: Repo) -> None:
    put(
        repo,
        Append(REQ_1, ("steps",), {"to": "draft"}),
        Append(REQ_1, ("steps",), {"to": "reviewed"}),
        CHANGE,
        Set(REQ_1, ("title",), "门户登录"),
        ADD,
        Remove(REQ_2, ("title",)),
    )
    text = (repo.root / REQ_1).read_text(encoding="utf-8")
    assert text == "title: 门户登录   # 与客户确认过\nstatus: reviewed\nsteps:\n- to: draft\n- to: reviewed\n"
    assert "title" not in (repo.root / REQ_2).read_text(encoding="utf-8")


def test_planned_and_dry_run_write_nothing(repo: Repo) -> None:
    before = repo.state()
    plan = planned(repo.root, edits(CHANGE, ADD), {})
    assert list(plan.contents) == [REQ_1, REQ_2]
    assert put(repo, CHANGE, ADD, dry_run=True).paths == (REQ_1, REQ_2)
    assert repo.state() == before
    put(repo, CHANGE, ADD)
    assert {path: (repo.root / path).read_bytes() for path in plan.contents} == plan.contents


def test_without_commit_or_git_files_are_only_written(repo: Repo, tmp_path: Path) -> None:
    repo.write(REQ_1, FIRST + "notes: 手工\n")
    head = repo.head()
    assert put(repo, CHANGE, commit=False).commit is None
    assert (repo.head(), repo.status()) == (head, [f" M {REQ_1}"])
    assert not list(repo.root.rglob(".pmkit-*"))
    bare = tmp_path / "no git"
    bare.mkdir()
    written = write(bare, edits(ADD), git=None, expected={})
    assert (written.paths, written.commit) == ((REQ_2,), None)
    assert [p.name for p in bare.rglob("*")] == ["requirements", "REQ-002.yaml"]


def test_mode_line_endings_and_mark_of_a_file_stay(repo: Repo) -> None:
    repo.write(REQ_1, "\ufeff" + FIRST.replace("\n", "\r\n")).chmod(0o640)
    repo.commit("By a Windows editor")
    put(repo, CHANGE, ADD)
    assert (repo.root / REQ_1).read_bytes() == ("\ufeff" + FIRST.replace("\n", "\r\n")).replace(
        "draft", "reviewed"
    ).encode()
    assert stat.S_IMODE((repo.root / REQ_1).stat().st_mode) == 0o640
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE((repo.root / REQ_2).stat().st_mode) == 0o666 & ~mask


def test_a_full_disk_changes_nothing(repo: Repo) -> None:
    before = repo.state()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    for changes in (
        [CHANGE, Attach("evidence/X/big.pdf", b"x" * 300_000)],
        [Attach("evidence/X/big.pdf", os.urandom(90_000))],
    ):
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000 if len(changes) == 2 else 90_000, hard))
        try:
            with pytest.raises(OutsideError, match=r"big\.pdf|git "):
                put(repo, *changes)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert repo.state() == before


def test_many_files_are_one_commit(repo: Repo) -> None:
    many = [Create(f"items/ITM-{n:03d}.yaml", {"title": f"设备{n}"}, "item") for n in range(300)]
    written = write(repo.root, edits(*many), git=repo.found(), expected={})
    assert len(repo.touched()) == len(written.paths) == 300
    repo.write("items/ITM-007.yaml", "title: 手工\n")
    with pytest.raises(Refused, match=r"^items/ITM-007\.yaml holds"):
        write(repo.root, edits(*(Set(c.path, ("title",), "x") for c in many)), git=repo.found(), expected={})


# --- the message -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "subject",
    ["# 开头是井号", "-F /etc/passwd", "--- 分隔", "Pmkit-By: evil", "a\n\nPmkit-By: evil\nPmkit-Action: x", "a\r\nPmkit-By: evil",
     "a\u2028\u2029Pmkit-By: evil", "a\0b\x1b[31mc", "fixup! x", "  空格  ", "\n", "“引号”\\ $(x) `y`", "\udcff"],
)  # fmt: skip
def test_no_subject_is_mangled_or_forges_a_trailer(repo: Repo, subject: str) -> None:
    wanted = Edits(
        (CHANGE,),
        "requirement.review",
        ("REQ-001", "x\nPmkit-By: evil"),
        Text.same(subject),
        "李 <a@b>\nPmkit-By: evil",
        DAY,
    )
    write(repo.root, wanted, git=repo.found(), expected={}, recorded_by="Wang <w@b>")
    trailers = repo.git("log", "-1", "--format=%(trailers:only,unfold)").strip().splitlines()
    assert trailers == [
        "Pmkit-Record: REQ-001", "Pmkit-Record: x Pmkit-By: evil", "Pmkit-Action: requirement.review",
        "Pmkit-By: 李 <a@b> Pmkit-By: evil", "Pmkit-Recorded-By: Wang <w@b>",
    ]  # fmt: skip
    shown = "".join(ch if ch.isprintable() else " " for ch in subject).split()
    assert repo.git("log", "-1", "--format=%s").strip() == " ".join(shown or ["requirement.review"])


def test_message_as_people_see_it() -> None:
    assert commit_message(edits(CHANGE), "en", None) == (
        "REQ-001: Review\n\nPmkit-Record: REQ-001\nPmkit-Action: requirement.review\nPmkit-By: li.wei\n"
    )


# --- interruption, crash, several at once ----------------------------------------------------------------------------

WRITE = f"""
import os, sys
os.environ["WRITER"] = str(os.getpid())
sys.path.insert(0, {str(Path(__file__).parent)!r})
from pathlib import Path
from git_repos import ADD, CHANGE, edits
from pmkit.store.git import Git
from pmkit.store.transaction import write
try:
    print(write(Path(), edits(CHANGE, ADD), git=Git.find(Path()), expected={{}}).commit)
except KeyboardInterrupt:
    sys.exit(130)
"""


def test_ctrl_c_before_the_commit_puts_everything_back(repo: Repo, python: Start) -> None:
    repo.hook("pre-commit", "kill -INT $WRITER", "exit 1")
    before = repo.state()
    process = python(WRITE, repo.root)
    process.communicate()
    assert process.returncode == 130
    assert repo.state() == before


def test_ctrl_c_after_the_commit_comes_too_late(repo: Repo, python: Start) -> None:
    repo.hook("post-commit", "kill -INT $WRITER")
    process = python(WRITE, repo.root)
    said, _ = process.communicate()
    assert said.decode().strip() == repo.head()
    assert repo.touched() == {REQ_1, REQ_2}
    assert repo.status() == []


def test_kill_9_leaves_whole_files_and_a_usable_repository(repo: Repo, python: Start) -> None:
    repo.hook("pre-commit", "kill -9 $WRITER $PPID")
    head = repo.head()
    process = python(WRITE, repo.root)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert repo.head() == head
    assert (repo.root / REQ_1).read_text(encoding="utf-8") == FIRST.replace("draft", "reviewed")
    assert repo.status() == [f" M {REQ_1}", f"?? {REQ_2}"]
    (repo.root / ".git/hooks/pre-commit").unlink()
    with pytest.raises(Refused, match="not committed"):
        put(repo, Set(REQ_1, ("status",), "draft"))
    repo.found().commit([REQ_1, REQ_2], "By hand\n")
    put(repo, Set(REQ_1, ("status",), "confirmed"))
    assert repo.status() == []


TEN_RECORDS = """
from datetime import date
from pathlib import Path
from pmkit.kernel.text import Text
from pmkit.store.git import Git
from pmkit.store.numbers import next_id
from pmkit.store.transaction import workspace_lock, write
from pmkit.workspace.edits import Append, Create, Edits
root = Path.cwd()
for _ in range(10):
    git = Git.find(root)
    with workspace_lock(root, git, print):
        info = (root / "pmkit.yaml").stat()
        new = next_id(root, git, "REQ", {})
        changes = (Create(f"requirements/{new}.yaml", {"title": new}, "requirement"), Append("pmkit.yaml", ("seen",), new))
        edits = Edits(changes, "requirement.add", (new,), Text.same(f"{new}: Add"), "li.wei", date(2026, 3, 5))
        write(root, edits, git=git, expected={"pmkit.yaml": (info.st_mtime_ns, info.st_size)})
"""


def test_two_programs_at_once_lose_nothing(repo: Repo, python: Start) -> None:
    for process in [python(TEN_RECORDS, repo.root) for _ in range(2)]:
        assert process.communicate()[1] == b""
    ids = [f"REQ-{n:03d}" for n in range(2, 22)]
    subjects = repo.git("log", "--reverse", "--format=%s").splitlines()
    assert subjects == ["Start", *(f"{i}: Add" for i in ids)]
    assert all(repo.touched(f"HEAD~{19 - n}") == {f"requirements/{i}.yaml", "pmkit.yaml"} for n, i in enumerate(ids))
    assert [line[2:] for line in (repo.root / "pmkit.yaml").read_text().splitlines()[2:]] == ids
    assert repo.status() == []
    assert repo.git("fsck", "--strict") == ""


def test_the_lock_is_one_for_a_repository_and_says_that_it_waits(repo: Repo) -> None:
    other = Repo(repo.root / "sub", repo.top)
    other.write("pmkit.yaml", "format: 1\n")
    said = []
    entered = threading.Event()

    def second() -> None:
        with workspace_lock(other.root, other.found(), said.append):
            entered.set()

    def waiting(text: object) -> None:
        raise AssertionError(text)

    thread = threading.Thread(target=second)
    with workspace_lock(repo.root, repo.found(), waiting):
        thread.start()
        while not said:
            assert not entered.is_set()
            thread.join(0.02)
    thread.join()
    assert entered.is_set()
    assert len(said) == 1


def test_without_git_the_lock_lies_in_the_workspace(tmp_path: Path) -> None:
    with workspace_lock(tmp_path, None, print):
        assert (tmp_path / ".pmkit/lock").exists()
    (tmp_path / "file").write_text("")
    with pytest.raises(OutsideError, match="cannot write"), workspace_lock(tmp_path / "file", None, print):
        pass


# --- undo ------------------------------------------------------------------------------------------------------------


def test_undo_takes_back_the_last_commit_with_a_new_one(repo: Repo) -> None:
    before = repo.state()
    done = put(repo, CHANGE, ADD, Attach("evidence/CR-001/a.pdf", b"\0\1"))
    repo.write("loose.txt", "untracked")
    undone = undo(repo.root, repo.found(), by="wang.fang", recorded_by="Li <l@x>")
    assert set(undone.paths) == set(done.paths)
    assert repo.git("diff", "--name-only", before["head"], "HEAD") == ""
    assert repo.status() == ["?? loose.txt"]
    assert repo.folders() == before["folders"]
    assert repo.message().rstrip() == (
        "Undo: REQ-001: Review\n\nPmkit-Record: REQ-001\nPmkit-Action: undo\n"
        f"Pmkit-Undoes: {done.commit}\nPmkit-By: wang.fang\nPmkit-Recorded-By: Li <l@x>"
    )
    with pytest.raises(Refused, match="Undo: REQ-001"):
        undo(repo.root, repo.found(), by="li.wei", recorded_by=None)


def test_undo_brings_a_deleted_file_back(repo: Repo) -> None:
    (repo.root / REQ_1).unlink()
    repo.found().commit([REQ_1], "REQ-001: Delete\n\nPmkit-Action: workspace.commit\n")
    assert repo.touched() == {REQ_1}
    assert repo.status() == []
    undo(repo.root, repo.found(), by="li.wei", recorded_by=None)
    assert (repo.root / REQ_1).read_text(encoding="utf-8") == FIRST


def test_undo_is_refused_where_it_would_touch_something_else(repo: Repo, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="Start"):
        undo(repo.root, repo.found(), by="li.wei", recorded_by=None)
    put(repo, CHANGE)
    other = Repo(repo.root / "sub", repo.top)
    other.root.mkdir()
    with pytest.raises(Refused):  # the last commit is of another workspace
        undo(other.root, other.found(), by="li.wei", recorded_by=None)
    repo.write(REQ_1, FIRST + "notes: 手工\n")
    before = repo.state()
    with pytest.raises(Refused, match="not committed"):
        undo(repo.root, repo.found(), by="li.wei", recorded_by=None)
    assert repo.state() == before
    with pytest.raises(Refused):
        undo(tmp_path / "empty", Repo(tmp_path / "empty").init().found(), by="li.wei", recorded_by=None)


def test_undo_whose_commit_fails_puts_everything_back(repo: Repo) -> None:
    put(repo, CHANGE, ADD)
    repo.hook("pre-commit", "exit 1")
    before = repo.state()
    with pytest.raises(OutsideError):
        undo(repo.root, repo.found(), by="li.wei", recorded_by=None)
    assert repo.state() == before


TASKS = """# 计划
name: 需求与设计
tasks:
  # 第一项
- id: T-001  # 注
  name: 调研
  levelled_start: 2026-03-04
    # 属于上一行

- id: T-002
  name: "方案: 设计"
- id: T-003
  levelled_start: 2026-03-05
# 末尾
notes: 备注
"""
FLOW = "tasks: [{id: T-001}, {id: T-002, levelled_start: 2026-03-05}]\n"


@pytest.mark.parametrize("text", [TASKS, TASKS.replace("\n", "\r\n"), TASKS.replace("\n-", "\n  -").replace("\n  n", "\n    n").replace("\n  l", "\n    l"), FLOW])  # fmt: skip
def test_many_edits_of_items_say_what_one_after_the_other_would(text: str, tmp_path: Path) -> None:
    changes: list[Set | Remove] = [
        Set("plan.yaml", ("tasks", 1, "levelled_start"), "2026-03-09"),
        Remove("plan.yaml", ("tasks", 0, "levelled_start")),
        Set("plan.yaml", ("tasks", 1, "name"), "方案"),
    ]
    path = tmp_path / "plan.yaml"
    path.write_bytes(text.encode())
    plan = planned(tmp_path, edits(*changes), {})
    for change in changes:
        is_set = isinstance(change, Set)
        text = set_value(text, change.keys, change.value) if is_set else remove(text, change.keys)  # type: ignore[union-attr]
    assert plan.contents["plan.yaml"].decode() == text
