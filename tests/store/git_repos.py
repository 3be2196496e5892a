"""Real repositories in every state that git gets into, and what to write in them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pmkit.kernel.text import Text
from pmkit.store.git import Git
from pmkit.workspace.edits import Change, Create, Edits, Set

REQ_1 = "requirements/REQ-001.yaml"
REQ_2 = "requirements/REQ-002.yaml"
FIRST = "title: 统一身份认证   # 与客户确认过\nstatus: draft\n"
DAY = date(2026, 3, 5)
FOLDERS = {"RE": "requirements/", "RS": "risks/", "PH": "plan/"}


class Repo:
    """A workspace folder `root` in a git repository, driven as a person would."""

    def __init__(self, root: Path, top: Path | None = None) -> None:
        self.root = root
        self.top = top or root

    def git(self, *arguments: str, check: bool = True, **env: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=self.top, capture_output=True, check=False, env=os.environ | env)
        assert not (check and done.returncode), done.stderr.decode()
        return done.stdout.decode("utf-8", "surrogateescape")

    def init(self, *, identity: bool = True) -> Repo:
        self.top.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")
        if identity:
            self.git("config", "user.name", "李伟")
            self.git("config", "user.email", "li.wei@supplier.example")
        return self

    def write(self, path: str, text: str | bytes) -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())
        return target

    def commit(self, message: str = "By hand", **files: str | bytes | None) -> str:
        """Everything committed, after these records were written, or removed where None: `REQ_001="title: a"`."""
        for name, text in files.items():
            path = f"{FOLDERS.get(name[:2], '')}{name.replace('_', '-')}.yaml"
            if text is None:
                (self.root / path).unlink()
            else:
                self.write(path, text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)
        return self.head()

    def head(self) -> str:
        return self.git("rev-parse", "--verify", "--quiet", "HEAD", check=False).strip()

    def start(self) -> Repo:
        """One record, committed."""
        self.write("pmkit.yaml", "format: 1\n")
        self.write(REQ_1, FIRST)
        self.commit("Start")
        return self

    def hook(self, name: str, *lines: str) -> None:
        hooks = Path(self.git("rev-parse", "--path-format=absolute", "--git-path", "hooks").strip())
        hooks.mkdir(exist_ok=True)
        (hooks / name).write_text("#!/bin/sh\n" + "\n".join(lines) + "\n", encoding="utf-8")
        (hooks / name).chmod(0o755)

    def status(self) -> list[str]:
        return sorted(filter(None, self.git("status", "--porcelain", "-z", "--untracked-files=all").split("\0")))

    def index(self) -> dict[str, str]:
        rows = filter(None, self.git("ls-files", "--stage", "-z").split("\0"))
        return {path + about[-2:]: about for about, _, path in (row.partition("\t") for row in rows)}

    def files(self) -> dict[str, tuple[bytes, int]]:
        """Bytes and modification time of all files of the work tree, whatever their name."""
        paths = (p for p in self.top.rglob("*") if p.is_file() and ".git" not in p.relative_to(self.top).parts)
        return {p.relative_to(self.top).as_posix(): (p.read_bytes(), p.stat().st_mtime_ns) for p in paths}

    def folders(self) -> set[str]:
        paths = (p for p in self.top.rglob("*") if p.is_dir() and ".git" not in p.relative_to(self.top).parts)
        return {p.relative_to(self.top).as_posix() for p in paths}

    def state(self) -> dict[str, object]:
        """All that a refused write must leave as it was."""
        leftovers = [p.name for p in Path(self.git("rev-parse", "--absolute-git-dir").strip()).glob("*pmkit-*")]
        return {"head": self.head(), "status": self.status(), "index": self.index(), "files": self.files(),
                "folders": self.folders(), "leftovers": leftovers}  # fmt: skip

    def touched(self, commit: str = "HEAD") -> set[str]:
        out = self.git("diff-tree", "-r", "--root", "--no-commit-id", "--name-only", "-z", commit)
        return set(filter(None, out.split("\0")))

    def message(self, commit: str = "HEAD") -> str:
        return self.git("log", "-1", "--format=%B", "--encoding=UTF-8", commit)

    def found(self) -> Git:
        git = Git.find(self.root)
        assert git is not None
        return git


def edits(
    *changes: Change, subject: str = "REQ-001: Review", by: str = "li.wei", records: tuple[str, ...] = ("REQ-001",)
) -> Edits:
    return Edits(changes, "requirement.review", records, Text.same(subject), by, DAY)


CHANGE = Set(REQ_1, ("status",), "reviewed")
ADD = Create(REQ_2, {"title": "增加访客预约", "status": "draft"}, "requirement")


# --- the edges of FORMAT §6 ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Edge:
    """A repository in an unusual state, and what becomes of a write in it.

    `changes`: what to write; `exit_code`: None where the write must succeed; `more`: what a hook brings in.
    """

    repo: Repo
    exit_code: int | None = None
    changes: tuple[Change, ...] = (CHANGE, ADD)
    more: frozenset[str] = field(default_factory=frozenset)

    @property
    def own(self) -> set[str]:
        prefix = "" if self.repo.root == self.repo.top else f"{self.repo.root.relative_to(self.repo.top).as_posix()}/"
        return {prefix + change.path for change in self.changes}


def _plain(folder: Path) -> Edge:
    return Edge(Repo(folder / "park").init().start())


def _unborn(folder: Path) -> Edge:
    repo = Repo(folder / "park").init()
    repo.write("notes.txt", "staged before the first commit")
    repo.git("add", "notes.txt")
    repo.write("loose.txt", "untracked")
    return Edge(repo, changes=(ADD,))


def _sub_folder(folder: Path) -> Edge:
    repo = Repo(folder / "big/项目 甲", folder / "big").init()
    (folder / "big/other.txt").write_text("not ours")
    return Edge(repo.start())


def _worktree(folder: Path) -> Edge:
    main = Repo(folder / "main").init().start()
    main.git("worktree", "add", "--quiet", "-b", "side", str(folder / "side"))
    return Edge(Repo(folder / "side"))


def _detached(folder: Path) -> Edge:
    repo = Repo(folder / "park").init().start()
    repo.commit("Second")
    repo.git("checkout", "--quiet", "--detach", "HEAD~1")
    return Edge(repo)


def _shallow(folder: Path) -> Edge:
    origin = Repo(folder / "origin").init().start()
    origin.commit("Second")
    origin.git("clone", "--quiet", "--depth=1", (folder / "origin").as_uri(), str(folder / "park"))
    return Edge(Repo(folder / "park").init())


def _autocrlf(folder: Path) -> Edge:
    repo = Repo(folder / "park").init()
    repo.git("config", "core.autocrlf", "true")
    repo.write("pmkit.yaml", "format: 1\r\n")
    repo.write(REQ_1, FIRST.replace("\n", "\r\n"))
    repo.commit("Start")
    return Edge(repo)


def _squashed(folder: Path) -> Edge:
    repo = Repo(folder / "park").init().start()
    repo.git("checkout", "--quiet", "-b", "side")
    repo.commit("One", REQ_001=FIRST + "priority: must\n")
    repo.commit("Two", REQ_003="title: 停车\n")
    repo.git("checkout", "--quiet", "main")
    repo.git("merge", "--quiet", "--squash", "side")
    repo.git("commit", "--quiet", "-m", "Squashed")
    return Edge(repo)


def _rebased(folder: Path) -> Edge:
    repo = Repo(folder / "park").init().start()
    repo.git("checkout", "--quiet", "-b", "side")
    repo.commit("On the side", REQ_001=FIRST + "priority: must\n")
    repo.git("checkout", "--quiet", "main")
    repo.commit("On main", REQ_003="title: 停车\n")
    repo.git("checkout", "--quiet", "side")
    repo.git("rebase", "--quiet", "main")
    return Edge(repo)


def _in_conflict(folder: Path) -> Repo:
    repo = Repo(folder / "park").init().start()
    repo.git("checkout", "--quiet", "-b", "side")
    repo.commit("Theirs", people="theirs: 1\n")
    repo.git("checkout", "--quiet", "main")
    repo.commit("Ours", people="ours: 1\n")
    return repo


def _mid_merge(folder: Path) -> Edge:
    repo = _in_conflict(folder)
    repo.git("merge", "side", check=False)
    return Edge(repo, 4)


def _mid_rebase(folder: Path) -> Edge:
    repo = _in_conflict(folder)
    repo.git("rebase", "side", check=False)
    return Edge(repo, 4)


def _mid_cherry_pick(folder: Path) -> Edge:
    repo = _in_conflict(folder)
    repo.git("cherry-pick", "side", check=False)
    return Edge(repo, 4)


def _bisecting(folder: Path) -> Edge:
    repo = _in_conflict(folder)
    repo.git("bisect", "start")
    return Edge(repo, 4)


def _failing_hook(folder: Path) -> Edge:
    repo = Repo(folder / "park").init().start()
    repo.hook("pre-commit", "git add --all", "echo '这里不许提交' >&2", "exit 1")
    repo.write("loose.txt", "what the hook would add")
    return Edge(repo, 5)


def _failing_hook_unborn(folder: Path) -> Edge:
    repo = Repo(folder / "park").init()
    repo.hook("commit-msg", "exit 1")
    return Edge(repo, 5, (ADD,))


def _adding_hook(folder: Path) -> Edge:
    repo = Repo(folder / "park").init().start()
    repo.hook("pre-commit", "echo generated > INDEX.txt", "git add --all")
    return Edge(repo, more=frozenset({"INDEX.txt"}))


def _globbing_hook(folder: Path) -> Edge:
    repo = Repo(folder / "park").init().start()
    repo.hook("pre-commit", 'test "$(git diff --cached --name-only -- "requirements/*.yaml" | wc -l)" = 2')
    return Edge(repo)


def _signing_fails(folder: Path) -> Edge:
    repo = Repo(folder / "park").init().start()
    repo.git("config", "commit.gpgSign", "true")
    repo.git("config", "gpg.program", "false")
    return Edge(repo, 5)


def _nobody(folder: Path) -> Edge:
    repo = Repo(folder / "park").init().start()
    repo.git("config", "--unset", "user.email")
    return Edge(repo, 2)


def _busy_index(folder: Path) -> Edge:
    repo = Repo(folder / "park").init().start()
    repo.write(".git/index.lock", "left by a crash")
    return Edge(repo, 5)


def _staged_and_dirty(folder: Path) -> Edge:
    repo = Repo(folder / "park").init().start()
    repo.commit("More", people="people: []\n", RSK_001="title: 延期\n", RSK_002="title: 缺人\n")
    repo.write("people.yaml", "people: [staged]\n")
    repo.git("add", "people.yaml")
    repo.write("people.yaml", "people: [staged, then edited]\n")
    repo.write("risks/RSK-001.yaml", "title: dirty\n")
    repo.git("rm", "--quiet", "risks/RSK-002.yaml")
    repo.write("new.txt", "staged new")
    repo.git("add", "new.txt")
    repo.write("later.txt", "intent to add")
    repo.git("add", "--intent-to-add", "later.txt")
    repo.write("loose.txt", "untracked")
    return Edge(repo)


def _target_dirty(folder: Path) -> Edge:
    repo = Repo(folder / "park").init().start()
    repo.write(REQ_1, FIRST + "notes: 手工\n")
    return Edge(repo, 4)


def _target_staged(folder: Path) -> Edge:
    repo = Repo(folder / "park").init().start()
    repo.write(REQ_1, FIRST + "notes: 手工\n")
    repo.git("add", "--all")
    repo.write(REQ_1, FIRST)
    return Edge(repo, 4)


def _odd_settings(folder: Path) -> Edge:
    repo = Repo(folder / "park").init().start()
    for key, value in {
        "i18n.commitEncoding": "gbk", "i18n.logOutputEncoding": "gbk", "commit.cleanup": "strip", "color.ui": "always",
        "core.commentChar": "R", "core.quotePath": "true", "status.showUntrackedFiles": "no", "core.splitIndex": "true",
        "commit.template": "missing", "commit.verbose": "true", "trailer.separators": "=", "log.showRoot": "false",
    }.items():  # fmt: skip
        repo.git("config", key, value)
    return Edge(repo)


EDGES: dict[str, Callable[[Path], Edge]] = {
    "plain": _plain, "unborn branch": _unborn, "sub-folder": _sub_folder, "worktree": _worktree, "detached": _detached,
    "shallow": _shallow, "autocrlf": _autocrlf, "squashed": _squashed, "rebased": _rebased, "mid-merge": _mid_merge,
    "mid-rebase": _mid_rebase, "mid-cherry-pick": _mid_cherry_pick, "bisecting": _bisecting,
    "failing hook": _failing_hook, "failing hook, unborn": _failing_hook_unborn, "adding hook": _adding_hook,
    "globbing hook": _globbing_hook, "signing fails": _signing_fails, "nobody": _nobody, "busy index": _busy_index,
    "staged and dirty": _staged_and_dirty, "target dirty": _target_dirty, "target staged": _target_staged,
    "odd settings": _odd_settings,
}  # fmt: skip
