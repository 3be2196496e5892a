"""The only place that runs git: the `git` program by list, NUL-separated answers, a cleaned environment."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from pathlib import Path

from pmkit.kernel.errors import OutsideError, UsageError
from pmkit.kernel.text import Text

_KEPT = {"GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_AUTHOR_DATE", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL",
         "GIT_COMMITTER_DATE", "GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_SSH_COMMAND",
         "GIT_CEILING_DIRECTORIES"}  # fmt: skip
_UNDER_WAY = {
    "MERGE_HEAD": Text("a merge", "合并"),
    "rebase-merge": Text("a rebase", "变基"),
    "rebase-apply": Text("a rebase", "变基"),
    "CHERRY_PICK_HEAD": Text("a cherry-pick", "拣选"),
    "REVERT_HEAD": Text("a revert", "回退"),
}


@dataclass(frozen=True, slots=True)
class Identity:
    """Git's own person."""

    name: str
    mail: str


@dataclass(frozen=True, slots=True)
class Git:
    """The repository of a workspace. `prefix`: the workspace's folder inside it, ending in `/`, or nothing."""

    root: Path
    toplevel: Path
    prefix: str
    git_dir: Path
    common_dir: Path
    head: str | None

    @staticmethod
    def find(root: Path) -> Git | None:
        """The repository that `root` lies in; None where there is none, or it has no work tree."""
        done = _run(root, "rev-parse", "--show-toplevel", "--show-prefix", "--absolute-git-dir", "--git-common-dir",
                    check=False)  # fmt: skip
        if done.returncode:
            return None
        toplevel, prefix, git_dir, common = done.stdout.decode().split("\n")[:4]
        head = _run(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}", check=False).stdout.decode().strip()
        common_dir = (root / common).resolve()
        return Git(root, Path(toplevel), prefix, Path(git_dir), common_dir, head or None)

    @staticmethod
    def init(root: Path) -> Git:
        """A new repository at `root`, on the branch `main`."""
        _run(root, "init", "--quiet", "--initial-branch=main")
        found = Git.find(root)
        if found is None:
            raise OutsideError(
                Text(en="git made no repository in {root}", zh="git 未能在 {root} 建立仓库").format(root=root)
            )
        return found

    def run(self, *arguments: str, **options: object) -> subprocess.CompletedProcess[bytes]:
        """Git in the repository's top folder. Raises OutsideError unless `check=False`."""
        return _run(self.toplevel, *arguments, **options)  # type: ignore[arg-type]

    def identity(self) -> Identity:
        """Git's person; UsageError with the two lines to type where git knows nobody."""
        done = self.run("-c", "user.useConfigOnly=true", "var", "GIT_AUTHOR_IDENT", check=False)
        line = done.stdout.decode("utf-8", "replace").strip()
        if done.returncode or "<" not in line or not line.partition("<")[2].partition(">")[0]:
            raise UsageError(
                Text("git does not know who you are", "git 尚未设置您的身份"),
                Text.same('git config --global user.name "姓名"; git config --global user.email "you@example.com"'),
            )
        name, _, rest = line.partition(" <")
        return Identity(name, rest.partition(">")[0])

    def branch(self) -> str | None:
        """The branch that is checked out; None where HEAD is detached."""
        return self.run("symbolic-ref", "--quiet", "--short", "HEAD", check=False).stdout.decode().strip() or None

    @property
    def is_shallow(self) -> bool:
        """True where older history was not fetched."""
        return (self.common_dir / "shallow").exists()

    def under_way(self) -> Text | None:
        """What git is in the middle of: a merge, a rebase; None most of the time."""
        return next((what for name, what in _UNDER_WAY.items() if (self.git_dir / name).exists()), None)

    def edited(self, paths: Iterable[str]) -> list[str]:
        """Those of the workspace's paths that git does not hold as they stand: edited, staged or untracked."""
        wanted = [self.prefix + path for path in paths]
        if not wanted:
            return []
        done = self.run(
            "status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--", *wanted, reading=True
        )
        return sorted(row[3:].removeprefix(self.prefix) for row in done.stdout.decode().split("\0") if row)

    def resolve(self, rev: str) -> str:
        """The commit that a revision names. Raises UsageError."""
        done = self.run("rev-parse", "--verify", "--quiet", "--end-of-options", rev + "^{commit}", check=False)
        if done.returncode:
            raise UsageError(
                Text(en="git knows no revision `{rev}`", zh="git 中没有版本 `{rev}`").format(rev=rev),
                Text(
                    "a commit, a tag, a branch, or a day like 2026-03-06",
                    "可用提交号、标签、分支，或 2026-03-06 这样的日期",
                ),
            )
        return done.stdout.decode().strip()

    def revision_at(self, day: date, zone: tzinfo) -> str:
        """The last first-parent commit of HEAD up to the end of `day` in `zone`. Raises UsageError before the first."""
        end = datetime.combine(day + timedelta(days=1), time(), zone).timestamp()
        last = None
        if self.head:
            rows = self.run("log", "--first-parent", "--format=%H %ct", "HEAD").stdout.decode().split("\n")
            for row in filter(None, rows):
                commit, _, stamp = row.partition(" ")
                last = (commit, int(stamp))
                if int(stamp) < end:
                    return commit
        first = datetime.fromtimestamp(last[1], zone).date() if last else None
        raise UsageError(
            Text(en="there is no commit up to {day}", zh="{day} 及以前没有提交").format(day=day),
            Text(en="the first one is of {first}", zh="最早的提交在 {first}").format(first=first) if first else None,
        )

    def files_at(self, commit: str) -> dict[str, bytes]:
        """All files of the workspace at a commit, by path below it: one listing and one reading process."""
        tree = f"{commit}:{self.prefix.rstrip('/')}" if self.prefix else commit
        rows = self.run("ls-tree", "-r", "-z", tree).stdout.split(b"\0")
        names = [(row.partition(b"\t")[2].decode(), row.split()[2].decode()) for row in rows if row]
        blobs = self.blobs(blob for _, blob in names)
        return {name: blobs[blob] for name, blob in names if blob in blobs}

    def blobs(self, hashes: Iterable[str]) -> dict[str, bytes]:
        """The contents of many objects, in one process."""
        wanted = sorted(set(hashes))
        if not wanted:
            return {}
        data = self.run("cat-file", "--batch", "--buffer", stdin="\n".join(wanted).encode() + b"\n").stdout
        found: dict[str, bytes] = {}
        at = 0
        while at < len(data):
            end = data.index(b"\n", at)
            fields = data[at:end].split()
            at = end + 1
            if len(fields) == 3:
                size = int(fields[2])
                if fields[1] == b"blob":
                    found[fields[0].decode()] = data[at : at + size]
                at += size + 1
        return found

    def commit(self, paths: Sequence[str], message: str) -> str:
        """One commit of just these paths of the workspace, as they stand on disk; its hash.

        A temporary index holds HEAD and these files; the real one then learns of them, so what the user had staged
        stays staged. Hooks and signing are the user's. Raises OutsideError with what they said where they fail.
        """
        inside = [self.prefix + path for path in paths]
        with tempfile.TemporaryDirectory(prefix="pmkit-", dir=self.git_dir) as folder:
            index = Path(folder) / "index"
            env = {"GIT_INDEX_FILE": str(index)}
            self.run("read-tree", *([self.head] if self.head else ["--empty"]), env=env)
            names = "\0".join(inside).encode()
            self.run("update-index", "--add", "--remove", "-z", "--stdin", stdin=names, env=env)
            self.run(
                "commit", "--quiet", "--allow-empty-message", "--cleanup=verbatim", "--file=-",
                stdin=message.encode(), env=env, hooked=True,
            )  # fmt: skip
        self.run("update-index", "--add", "--remove", "-z", "--stdin", stdin=names)
        return self.run("rev-parse", "HEAD").stdout.decode().strip()

    def committed(self, commit: str) -> list[str]:
        """The paths that a commit touched, from the repository's top."""
        done = self.run("diff-tree", "-r", "--root", "--no-commit-id", "--name-only", "-z", commit)
        return [name for name in done.stdout.decode().split("\0") if name]


def _run(
    folder: Path,
    *arguments: str,
    check: bool = True,
    stdin: bytes = b"",
    env: dict[str, str] | None = None,
    reading: bool = False,
    hooked: bool = False,
) -> subprocess.CompletedProcess[bytes]:
    """Git in `folder`. Raises OutsideError where it fails, with what it said."""
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith("GIT_") or k in _KEPT or k.startswith("GIT_CONFIG_")
    }
    environment |= {"GIT_LITERAL_PATHSPECS": "1", "GIT_TERMINAL_PROMPT": "0"}
    if not hooked:
        environment["LC_ALL"] = "C"
    if reading:
        environment["GIT_OPTIONAL_LOCKS"] = "0"
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=folder,
            env=environment | (env or {}),
            input=stdin,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise OutsideError(
            Text("the program git is not installed", "没有安装 git"),
            Text("install git, then try again", "请先安装 git"),
        ) from None
    if check and done.returncode:
        said = (done.stderr + done.stdout).decode("utf-8", "replace").strip()
        command = next((a for a in arguments if not a.startswith("-")), "")
        raise OutsideError(
            Text(en="git {command} failed ({code}): {said}", zh="git {command} 失败（{code}）：{said}").format(
                command=command, code=done.returncode, said=said or "-"
            )
        )
    return done
