"""The host between the clones: what is there and not here, bringing the two together, sending ours."""

from __future__ import annotations

import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pmkit.kernel.errors import OutsideError, UsageError
from pmkit.kernel.text import Text
from pmkit.store.git import Git

# This very program merges, whatever is on the path of the shell that git starts.
_DRIVER = f"{shlex.quote(sys.executable)} -m pmkit merge-driver %O %A %B %P"
_MERGE = ("-c", f"merge.pmkit.driver={_DRIVER}", "-c", "merge.pmkit.name=pmkit", "merge", "--quiet")


@dataclass(frozen=True)
class Remote:
    """A branch, and where it lives on a remote. `ref`: what was last heard of it."""

    git: Git
    name: str
    branch: str
    there: str

    @property
    def ref(self) -> str:
        return f"refs/remotes/{self.name}/{self.there}"

    @property
    def label(self) -> str:
        return f"{self.name}/{self.there}"

    @staticmethod
    def of(git: Git) -> Remote:
        """Where the branch that is checked out is exchanged. Raises UsageError."""
        branch = git.branch()
        if branch is None:
            raise UsageError(
                Text("no branch is checked out", "当前不在任何分支上"),
                Text("`git switch BRANCH` first", "请先执行 `git switch 分支`"),
            )
        asked = ("--get-regexp", rf"^branch\.{_escaped(branch)}\.(remote|merge)$")
        rows = git.run("config", *asked, check=False).stdout.decode().splitlines()
        said = {key.rsplit(".", 1)[-1]: value for key, _, value in (row.partition(" ") for row in rows)}
        names = git.run("remote").stdout.decode().split()
        name = said.get("remote") or ("origin" if "origin" in names else next(iter(names), ""))
        if name not in names:
            raise UsageError(
                Text("there is no remote to sync with", "没有可同步的远程仓库"),
                Text("`git remote add origin URL` names it", "请先执行 `git remote add origin 地址`"),
            )
        return Remote(git, name, branch, said.get("merge", "").removeprefix("refs/heads/") or branch)

    def fetch(self) -> None:
        """Hear what is there now, tags too. Raises OutsideError with git's words."""
        self.git.run("fetch", "--quiet", self.name)

    def tip(self) -> str:
        """The commit that the remote's branch has, as last heard; empty where it has none."""
        return self.git.run("rev-parse", "--verify", "--quiet", self.ref, check=False).stdout.decode().strip()

    def counts(self) -> tuple[int, int]:
        """How many commits are only here, and only there."""
        done = self.git.run("rev-list", "--left-right", "--count", f"HEAD...{self.ref}")
        ours, theirs = done.stdout.decode().split()
        return int(ours), int(theirs)

    def subjects(self, *, here: bool) -> list[str]:
        """The first lines of the commits that are only here, or only there; oldest first."""
        span = f"{self.ref}..HEAD" if here else f"HEAD..{self.ref}"
        done = self.git.run("log", "--reverse", "--no-merges", "--format=%s", span)
        return done.stdout.decode("utf-8", "replace").splitlines()

    def merge(self, commit: str, subject: str) -> list[str]:
        """Bring a commit into HEAD under these words; the paths in which a person must decide. Raises OutsideError."""
        done = self.git.run(*_MERGE, "-m", subject, commit, check=False)
        if done.returncode == 0:
            return []
        names = self.git.run("diff", "--name-only", "--diff-filter=U", "-z").stdout.decode("utf-8", "replace")
        conflicts = sorted(path.removeprefix(self.git.prefix) for path in names.split("\0") if path)
        if not conflicts:
            said = (done.stderr + done.stdout).decode("utf-8", "replace").strip()
            raise OutsideError(Text(en="git did not merge: {said}", zh="git 未能合并：{said}").format(said=said or "-"))
        return conflicts

    def conflicts_with(self, commit: str) -> list[str]:
        """The paths in which a merge of a commit would leave something to decide; nothing is written to the tree."""
        driver = ("-c", f"merge.pmkit.driver={_DRIVER}")
        done = self.git.run(*driver, "merge-tree", "--write-tree", "--name-only", "-z", "HEAD", commit, check=False)
        if done.returncode != 1:
            return []
        told = done.stdout.decode("utf-8", "replace").split("\0\0", 1)[0].split("\0")[1:]
        return sorted(path.removeprefix(self.git.prefix) for path in told if path)

    def push(self) -> bool:
        """Send our commits and the tags on them; False where somebody was faster. Raises OutsideError."""
        target = f"HEAD:refs/heads/{self.there}"
        done = self.git.run("push", "--quiet", "--porcelain", "--follow-tags", self.name, target, check=False)
        if done.returncode == 0:
            return True
        said = (done.stdout + done.stderr).decode("utf-8", "replace").strip()
        if any(why in said for why in ("fetch first", "non-fast-forward", "cannot lock ref", "failed to update ref")):
            return False
        raise OutsideError(
            Text(en="{remote} did not take the commits: {said}", zh="{remote} 拒绝接收提交：{said}").format(
                remote=self.label, said=said
            )
        )

    @contextmanager
    def checked_out(self, commit: str) -> Iterator[Path]:
        """A work tree of its own at a commit, in a folder that goes again; the workspace's folder in it."""
        with tempfile.TemporaryDirectory(prefix="pmkit-sync-") as folder:
            tree = Path(folder) / "tree"
            self.git.run("worktree", "add", "--quiet", "--detach", str(tree), commit)
            try:
                yield tree / self.git.prefix if self.git.prefix else tree
            finally:
                self.git.run("worktree", "remove", "--force", str(tree), check=False)


def _escaped(branch: str) -> str:
    return "".join(ch if ch.isalnum() or ch in "-_/" else f"\\{ch}" for ch in branch)
