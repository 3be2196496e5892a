"""The only place that runs git: the `git` program by list, NUL-separated answers, a cleaned environment.

History is read through the same program: GitPython would run it just so, after an import that costs more than the
answer, and without clearing away the GIT_DIR that a hook leaves behind.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from shutil import copy2, rmtree
from time import monotonic, sleep
from typing import IO

from pmkit.kernel.errors import BadWorkspace, OutsideError, PmkitError, Refused, UsageError, reason
from pmkit.kernel.pointer import parse_pointer
from pmkit.kernel.text import Text
from pmkit.store import git_files

# What a person may set for git. The rest (GIT_DIR, GIT_INDEX_FILE ...) is what git tells its hooks of another command.
_KEPT = ("GIT_AUTHOR_", "GIT_COMMITTER_", "GIT_CONFIG_", "GIT_SSH", "GIT_EXEC_PATH", "GIT_CEILING_DIRECTORIES",
         "GIT_DISCOVERY_ACROSS_FILESYSTEM")  # fmt: skip
_PLAIN = {"LC_ALL": "C", "GIT_LITERAL_PATHSPECS": "1", "GIT_OPTIONAL_LOCKS": "0"}
# A person's settings that would change what `git log` prints, or leave out the first commit's files.
_PLAIN_LOG = ("-c", "log.showRoot=true", "-c", "log.showSignature=false", "-c", "trailer.separators=:",
              "log", "--encoding=UTF-8", "--no-color", "--no-ext-diff", "--no-textconv", "-z")  # fmt: skip
# A pack that depends on the objects and on nothing else.
_PLAIN_PACK = ("-c", "pack.threads=1", "-c", "pack.window=10", "-c", "pack.depth=50", "-c", "pack.windowMemory=0",
               "-c", "pack.packSizeLimit=0", "-c", "pack.compression=9", "-c", "core.compression=9",
               "-c", "core.bigFileThreshold=512m", "-c", "pack.useSparse=false", "-c", "pack.useBitmaps=false",
               "-c", "pack.indexVersion=2", "-c", "repack.usedeltabaseoffset=true",
               "pack-objects", "--revs", "--stdout", "--quiet", "--no-reuse-delta", "--no-reuse-object",
               "--delta-base-offset", "--no-use-bitmap-index")  # fmt: skip
_NO_REPOSITORY = (b"not a git repository", b"must be run in a work tree")
_UNDER_WAY = {
    "MERGE_HEAD": Text("a merge", "合并"),
    "rebase-merge": Text("a rebase", "变基"),
    "rebase-apply": Text("a rebase", "变基"),
    "CHERRY_PICK_HEAD": Text("a cherry-pick", "拣选"),
    "REVERT_HEAD": Text("a revert", "回退"),
    "sequencer": Text("a series of cherry-picks or reverts", "一系列拣选或回退"),
    "BISECT_LOG": Text("a bisect", "二分查找"),
}
COMMITTING = (
    "PMKIT_COMMITTING"  # set for hooks of a commit that pmkit makes; a pmkit below it neither checks nor writes
)
OWN_HOOK = "pmkit-check"  # the framework pre-commit passes by the hooks that SKIP names
_MANY = 200  # paths; from here on one look at all files costs less than git's matching of each against each
_ORPHAN = 60  # seconds after which a git that outlived us has surely ended
_PATIENCE = 1.0  # seconds that another git program may hold the index

# Where pmkit is not installed, git goes on merging by lines: a driver that fails would leave our side alone there.
MERGE_DRIVER = (
    "if command -v pmkit >/dev/null; then pmkit merge-driver %O %A %B %P;"
    " else git merge-file -L ours -L base -L theirs %A %O %B; fi"
)


class CommitStands(OutsideError):
    """The commit was made, and what was left to do after it failed: the files must stay as they are."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Git's own person."""

    name: str
    mail: str


@dataclass(frozen=True, slots=True)
class Signature:
    """A commit's signature. `is_good`: it verifies, with a key that this machine knows; `by`: the signer or the key."""

    is_good: bool
    by: str


@dataclass(frozen=True)
class Git:
    """The repository of a workspace. `prefix`: the workspace's folder inside it, ending in `/`, or nothing."""

    root: Path
    toplevel: Path
    prefix: str
    git_dir: Path
    common_dir: Path

    @staticmethod
    def find(root: Path) -> Git | None:
        """The repository that `root` lies in; None where there is none, or it has no work tree.

        Raises OutsideError where git will not say: a repository of another owner, no git.
        """
        facts = ("--show-toplevel", "--show-prefix", "--absolute-git-dir", "--git-common-dir")
        done = _run(root, "rev-parse", *facts, check=False)
        if done.returncode:
            if any(reason in done.stderr for reason in _NO_REPOSITORY):
                return None
            raise _failed(("rev-parse",), done)
        toplevel, prefix, git_dir, common = os.fsdecode(done.stdout).split("\n")[:4]
        return Git(root, Path(toplevel), prefix, Path(git_dir), (root / common).resolve())

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

    def use_merge_driver(self) -> None:
        """Let git call `pmkit merge-driver` in this clone for the files that .gitattributes names."""
        self.run("config", "merge.pmkit.name", "pmkit: records and plan files, field by field")
        self.run("config", "merge.pmkit.driver", MERGE_DRIVER)

    def run(
        self, *arguments: str, check: bool = True, stdin: bytes = b"", index: Path | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """Git in the repository's top folder, with another `index` than its own if given. Raises OutsideError."""
        return _run(self.toplevel, *arguments, check=check, stdin=stdin, index=index)

    def log(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[bytes]:
        """`git log -z`, untouched by what a person set for their own reading of it."""
        return self.run(*_PLAIN_LOG, *arguments, check=check)

    # --- facts -------------------------------------------------------------------------------------------------------

    @cached_property
    def head(self) -> str | None:
        """The commit that is checked out, as it was when first asked for; None before the first commit."""
        known = git_files.head(self.git_dir, self.common_dir)
        return (self._tip()[0] if known is None else known) or None

    def _tip(self) -> tuple[str, str, str]:
        """HEAD now: its commit, tree and first parent, each empty where there is none."""
        known = git_files.head(self.git_dir, self.common_dir)
        if known == "":
            return "", "", ""
        if known and (found := git_files.tree_and_parent(self.common_dir, known)):
            return known, *found
        lines = self.run("rev-parse", "--revs-only", "HEAD", "HEAD^{tree}", "HEAD^1").stdout.decode().split()
        commit, tree, parent = [*lines, "", "", ""][:3]
        return commit, tree, parent

    @property
    def memory(self) -> Path:
        """Where pmkit keeps what it remembers of this workspace's history; a repository may hold several."""
        return self.common_dir / "pmkit" / self._name

    @property
    def own_memory(self) -> Path:
        """The same for what it remembers of the files; a repository may have several work trees."""
        return self.git_dir / "pmkit" / self._name

    @property
    def _name(self) -> str:
        return sha256(os.fsencode(self.prefix)).hexdigest()[:8] if self.prefix else ""

    def identity(self) -> Identity:
        """Git's person; UsageError with the two lines to type where git knows nobody."""
        done = self.run("-c", "user.useConfigOnly=true", "var", "GIT_AUTHOR_IDENT", check=False)
        name, _, rest = done.stdout.decode("utf-8", "replace").partition(" <")
        mail = rest.partition(">")[0]
        if done.returncode or not mail:
            raise UsageError(
                Text("git does not know who you are", "git 尚未设置您的身份"),
                Text(
                    'git config --global user.name "Your Name"\ngit config --global user.email "you@example.com"',
                    'git config --global user.name "姓名"\ngit config --global user.email "you@example.com"',
                ),
            )
        return Identity(name, mail)

    def branch(self) -> str | None:
        """The branch that is checked out; None where HEAD is detached."""
        return self.run("symbolic-ref", "--quiet", "--short", "HEAD", check=False).stdout.decode().strip() or None

    def left_at(self, branch: str) -> str | None:
        """The commit at which HEAD left a branch, here or as the remote has it; None where HEAD is on it."""
        if self.branch() == branch:
            return None
        for ref in (f"refs/heads/{branch}", f"refs/remotes/origin/{branch}"):
            if found := self.run("merge-base", ref, "HEAD", check=False).stdout.decode().strip():
                return found
        return None

    def ignores(self, folder: Path) -> bool:
        """True where the repository's ignore rules leave the folder out."""
        inside = os.path.relpath(os.path.realpath(folder), os.path.realpath(self.toplevel))
        asked = ("check-ignore", "--quiet", "--no-index", "--", inside)
        return _run(self.toplevel, *asked, check=False, hooked=True).returncode == 0  # it refuses literal pathspecs

    @property
    def is_shallow(self) -> bool:
        """True where older history was not fetched."""
        return (self.common_dir / "shallow").exists()

    def under_way(self) -> Text | None:
        """What git is in the middle of: a merge, a rebase; None most of the time."""
        return next((what for name, what in _UNDER_WAY.items() if (self.git_dir / name).exists()), None)

    def edited(self, paths: Iterable[str]) -> list[str]:
        """Those of the workspace's paths, `.` for all, that HEAD does not hold as they stand: edited, staged, new.

        A renamed file is two paths: the one that went and the one that came.
        """
        wanted = [self.prefix + path for path in paths]
        if not wanted:
            return []
        where = wanted if len(wanted) <= _MANY else [self.prefix or "."]
        done = self.run("status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--", *where)
        found = [row[3:] for row in _names(done.stdout)]
        kept = found if where is wanted else set(found).intersection(wanted)
        return sorted({path.removeprefix(self.prefix) for path in kept})

    # --- revisions ---------------------------------------------------------------------------------------------------

    def resolve(self, rev: str) -> str:
        """The commit that a revision names. Raises UsageError."""
        asked = rev.replace("\0", "\ufffd") + "^{commit}"
        done = self.run("rev-parse", "--verify", "--quiet", "--end-of-options", asked, check=False)
        commit = done.stdout.decode().strip()
        if done.returncode or not commit.isalnum():  # `^main` is answered by `^` and a hash
            raise UsageError(
                Text(en="git knows no revision `{rev}`", zh="git 中没有版本 `{rev}`").format(rev=rev),
                Text(
                    "a commit, a tag, a branch, or a day like 2026-03-06",
                    "可用提交号、标签、分支，或 2026-03-06 这样的日期",
                ),
            )
        return commit

    def revision_at(self, day: date, zone: tzinfo) -> str:
        """The last first-parent commit of HEAD up to the end of `day` in `zone`. Raises UsageError before the first."""
        first = None
        if self.head:
            for row in _names(self.log("--first-parent", "--format=%H %ct", self.head).stdout):
                commit, _, stamp = row.partition(" ")
                first = datetime.fromtimestamp(int(stamp), zone).date()
                if first <= day:
                    return commit
        says = Text(en="there is no commit up to {day}", zh="{day} 及以前没有提交").format(day=day)
        if self.is_shallow:
            raise UsageError(
                says,
                Text("this clone holds recent history only: git fetch --unshallow",
                     "此克隆只含近期历史：git fetch --unshallow"),
            )  # fmt: skip
        raise UsageError(
            says,
            Text(en="the first one is of {first}", zh="最早的提交在 {first}").format(first=first) if first else None,
        )

    def ancestors(self, commit: str) -> frozenset[str]:
        """The commit and all that came before it."""
        return frozenset(self.run("rev-list", commit).stdout.decode().split())

    def merge_base(self, one: str, other: str) -> str:
        """The commit at which two of them parted. Raises BadWorkspace in a shallow clone, UsageError elsewhere."""
        done = self.run("merge-base", one, other, check=False)
        if done.returncode == 0:
            return done.stdout.decode().strip()
        says = Text(en="{one} and {other} have no common history", zh="{one} 与 {other} 没有共同的历史").format(
            one=one[:9], other=other[:9]
        )
        if self.is_shallow:
            raise BadWorkspace(
                says,
                Text("this clone holds recent history only: git fetch --unshallow",
                     "此克隆只含近期历史：git fetch --unshallow"),
            )  # fmt: skip
        raise UsageError(says)

    def sha256_at(self, commit: str, folders: Iterable[str], *, pointed: bool = False) -> dict[str, str]:
        """The SHA-256 of every file below folders of the workspace at a commit, by path below the workspace.

        The contents pass through; they may be larger than memory. `pointed`: a Git LFS pointer counts as the file that
        it stands for. A file may be named in place of a folder.
        """
        inside = [self.prefix + folder for folder in folders]
        rows = _names(self.run("ls-tree", "-r", "-z", "--full-tree", commit, "--", *inside).stdout)
        blobs = {}
        for row in rows:
            about, _, path = row.partition("\t")
            mode, _, blob = about.split(" ")
            if mode.startswith("100"):
                blobs[path.removeprefix(self.prefix)] = blob
        with tempfile.TemporaryFile() as contents:
            wanted = "".join(f"{blob}\n" for blob in sorted(set(blobs.values()))).encode()
            _run(self.toplevel, "cat-file", "--batch", "--buffer", stdin=wanted, into=contents)
            contents.seek(0)
            hashes = dict(_hashed(contents, pointed=pointed))
        return {path: hashes[blob] for path, blob in blobs.items() if blob in hashes}

    def contents_at(self, commit: str, paths: Sequence[str]) -> dict[str, bytes]:
        """These files of the workspace as a commit holds them; those that it does not are left out."""
        if not paths:
            return {}
        wanted = [self.prefix + path for path in paths]
        rows = _names(self.run("ls-tree", "-r", "-z", "--full-tree", commit, "--", *wanted).stdout)
        found = {}
        for row in rows:
            about, _, path = row.partition("\t")
            if about.startswith("100"):
                found[path.removeprefix(self.prefix)] = about.split(" ")[2]
        contents = self.blobs(found.values())
        return {path: contents[blob] for path, blob in found.items() if blob in contents}

    def tag(self, name: str, commit: str, message: str) -> None:
        """An annotated tag, signed where the user's settings say so. Raises OutsideError, also where there is one."""
        arguments = ("tag", "--annotate", "--cleanup=verbatim", "--file=-", name, commit)
        done = _run(self.toplevel, *arguments, check=False, stdin=message.encode(errors="replace"), hooked=True)
        if done.returncode:
            raise _failed(arguments, done)

    def files_at(self, commit: str) -> dict[str, bytes]:
        """The YAML files of the workspace at a commit, by path below it: one listing and one reading process.

        Evidence and documents stay where they are: they may be larger than memory.
        """
        where = ["--", self.prefix] if self.prefix else []
        rows = _names(self.run("ls-tree", "-r", "-z", "--full-tree", commit, *where).stdout)
        found = {}
        for row in rows:
            about, _, path = row.partition("\t")
            mode, _, blob = about.split(" ")
            if path.endswith(".yaml") and mode.startswith("100"):  # no links, no submodules
                found[path.removeprefix(self.prefix)] = blob
        contents = self.blobs(found.values())
        return {path: contents[blob] for path, blob in found.items() if blob in contents}

    def blobs(self, hashes: Iterable[str]) -> dict[str, bytes]:
        """The contents of many objects, in one process; an object that is not there is left out."""
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

    @contextmanager
    def objects(self) -> Iterator[Callable[[str], bytes]]:
        """A function that reads one object after another, all through one process. Raises OutsideError."""
        with subprocess.Popen(
            ["git", "cat-file", "--batch"], cwd=self.toplevel, env=dict(_environment(None, hooked=False)),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        ) as process:  # fmt: skip

            def read(name: str) -> bytes:
                if process.stdin is None or process.stdout is None:  # not with pipes; the types leave it open
                    raise AssertionError
                process.stdin.write(name.encode() + b"\n")
                process.stdin.flush()
                fields = process.stdout.readline().split()
                if len(fields) != 3:
                    raise OutsideError(
                        Text(en="git has no object {name}", zh="git 中没有对象 {name}").format(name=name),
                        Text("the repository is damaged or a partial clone: git fsck", "仓库损坏或不完整：git fsck"),
                    )
                data = process.stdout.read(int(fields[2]))
                process.stdout.read(1)
                return data

            yield read

    def signatures(self, commits: Sequence[str]) -> dict[str, Signature]:
        """The signatures of those commits that carry one (OpenPGP, SSH), as far as this machine can verify them."""
        if not commits:
            return {}
        shape = "--format=%H%x00%G?%x00%GS%x00%GK"
        said = self.run(*_PLAIN_LOG[:-1], "--no-walk=unsorted", "--stdin", shape,
                        stdin="\n".join(commits).encode() + b"\n").stdout.decode("utf-8", "replace")  # fmt: skip
        rows = (line.split("\0") for line in said.splitlines() if line.count("\0") == 3)
        return {commit: Signature(state == "G", signer or key) for commit, state, signer, key in rows if state != "N"}

    def tags(self, pattern: str) -> list[tuple[str, str]]:
        """The tags below `pattern` (`signoff/`), each with the commit that it stands on."""
        shape = "--format=%(refname:strip=2)%00%(objectname)%00%(*objectname)"
        rows = self.run("for-each-ref", shape, f"refs/tags/{pattern}").stdout.decode("utf-8", "replace").splitlines()
        return [(name, peeled or direct) for name, direct, peeled in (row.split("\0") for row in rows)]

    def plain_tags(self, pattern: str) -> set[str]:
        """Those of the tags below `pattern` that are a bare name of a commit: no author, no date, no message."""
        shape = "--format=%(objecttype) %(refname:strip=2)"
        rows = self.run("for-each-ref", shape, f"refs/tags/{pattern}").stdout.decode("utf-8", "replace").splitlines()
        return {row.split(" ", 1)[1] for row in rows if not row.startswith("tag ")}

    def tracked(self, commit: str) -> dict[str, str]:
        """The object of every file of the workspace at a commit, by path below it; no links, no submodules."""
        where = ["--", self.prefix] if self.prefix else []
        rows = _names(self.run("ls-tree", "-r", "-z", "--full-tree", commit, *where).stdout)
        found = {}
        for row in rows:
            about, _, path = row.partition("\t")
            mode, _, blob = about.split(" ")
            if mode.startswith("100"):
                found[path.removeprefix(self.prefix)] = blob
        return found

    def tags_within(self, commit: str) -> list[tuple[str, str]]:
        """The tags of everything up to a commit: full name and object (of an annotated one the tag itself)."""
        said = self.run("for-each-ref", "--format=%(objectname) %(refname)", f"--merged={commit}", "refs/tags")
        rows = (line.split(" ", 1) for line in said.stdout.decode("utf-8", "replace").splitlines())
        return sorted((name, target) for target, name in rows)

    def object_of(self, ref: str) -> str | None:
        """What a full name of a ref stands on, an annotated tag itself; None where there is no such ref."""
        done = self.run("rev-parse", "--verify", "--quiet", "--end-of-options", ref, check=False)
        return done.stdout.decode().strip() or None

    def below(self, prefix: str) -> Git:
        """The same repository, with the workspace in one of its folders (`prefix` ends in `/`, or is nothing)."""
        return replace(self, prefix=prefix)

    def standing_at(self, commit: str) -> Git:
        """The same repository as if that commit were checked out: what asks for history sees none that came later."""
        found = replace(self)
        vars(found)["head"] = commit
        return found

    def bundle(self, refs: Sequence[tuple[str, str]], into: Path) -> None:
        """A bundle of everything that the refs (name, object) lead to, the same bytes whatever lies in the repository.

        `git bundle` takes over how objects happen to be packed; so the pack is made anew, by one thread, with nothing
        of the machine's settings, and the head of the bundle (gitformat-bundle(5), version 2) is written here. What
        stays is the program itself: another version of git may pack otherwise.
        """
        wanted = "".join(f"{name}\n" for name in dict.fromkeys(target for _, target in refs)).encode()
        with into.open("wb") as file:
            file.write(b"# v2 git bundle\n" + "".join(f"{to} {name}\n" for name, to in refs).encode() + b"\n")
            file.flush()
            _run(self.toplevel, *_PLAIN_PACK, stdin=wanted, into=file)

    def remove_tag(self, name: str) -> None:
        """The tag goes, here; what was pushed stays where it was pushed to. Raises OutsideError."""
        self.run("tag", "--delete", name)

    # --- one commit --------------------------------------------------------------------------------------------------

    def lacks(self, path: str) -> bool:
        """True where the index certainly does not hold the path: nobody added it, or somebody removed it."""
        return git_files.index_lacks(self.git_dir, self.prefix + path)

    def commit(
        self,
        paths: Sequence[str],
        message: str,
        *,
        new: Collection[str] = (),
        tell: Callable[[Text], None] | None = None,
    ) -> str:
        """One commit of just these paths of the workspace, as they stand on disk; its hash.

        HEAD's hash, and no new commit, where it holds them already. A copy of the index without what the user staged
        gets the files; the real one then learns of them, so what was staged stays staged. Hooks and signing are the
        user's; `tell` hears what a hook changed. `new`: paths that the index lacked, and that HEAD may not hold. Raises
        UsageError where git knows nobody, OutsideError with what a hook, the signing or git said; CommitStands when the
        commit is made all the same.
        """
        self._await_index()
        before, old_tree, _ = self._tip()
        inside = [self.prefix + path for path in paths]
        meant = ""
        is_taught = False
        try:
            with tempfile.TemporaryDirectory(prefix="pmkit-", dir=self.git_dir) as folder:
                index = Path(folder) / "index"
                known = self._copy_index(index, before, [self.prefix + path for path in new])
                self.run("update-index", "--add", "--remove", "-z", "--stdin", stdin=_listed(inside), index=index)
                meant = self.run("write-tree", index=index).stdout.decode().strip()
                if meant == old_tree:
                    return before
                self._note.write_text("\0".join((before, meant, *inside)), encoding="utf-8", errors="surrogateescape")
                self._commit_index(index, message)
                is_plain = bool(known) and self._tip()[1:] == (meant, before)  # nothing was staged, no hook added to it
                is_taught = is_plain and git_files.replace_index(self.git_dir, index, known)
        except BaseException as error:
            commit, tree, parent = self._tip()
            is_made = bool(meant) and (tree, parent) == (meant, before)  # what broke came later: the commit stands
            if not is_made:
                self._note.unlink(missing_ok=True)
            if not is_made and isinstance(error, OSError):
                raise _unreachable(self.git_dir, error) from None
            if not is_made:
                raise
        else:
            commit, tree, parent = self._tip()
        if tree == meant and parent != before:
            self.run("update-ref", "-m", "pmkit: somebody else committed", "HEAD", parent, commit)
            self._note.unlink(missing_ok=True)
            raise Refused(
                Text("somebody committed at the same moment", "同一时刻有其他提交"),
                Text("run the command again", "请重新执行命令"),
            )
        foreign = self._changed_by_hooks(before, meant, tree, inside, tell) if tree != meant else []
        if not is_taught:
            self._teach_index(commit, [path for path in inside if path not in foreign], foreign)
        self._note.unlink(missing_ok=True)
        return commit

    def take_back(self, commit: str, paths: Sequence[str]) -> None:
        """The commit just made goes, where HEAD still is on it; the index learns what the paths are again."""
        self.run("update-ref", "-m", "pmkit: taken back", "HEAD", f"{commit}^", commit)
        self.run(
            "update-index", "--add", "--remove", "-z", "--stdin", stdin=_listed([self.prefix + path for path in paths])
        )

    @property
    def _note(self) -> Path:
        """What a commit under way is to hold; it stays only where the program was killed in the middle."""
        return self.git_dir / "pmkit-commit"

    def recover(self) -> None:
        """Put right what a killed program left: a commit that git made all the same, and an index that missed it.

        Only for who holds the workspace's lock.
        """
        try:
            age = time.time() - self._note.stat().st_mtime
            before, meant, *inside = self._note.read_text(encoding="utf-8", errors="surrogateescape").split("\0")
        except (OSError, ValueError):
            return
        for left in self.git_dir.glob("pmkit-*/index"):
            rmtree(left.parent, ignore_errors=True)
        since = [f"^{before}"] if before else []
        trees = self.run("log", "--format=%T", *since, "HEAD", check=False).stdout.decode().split()
        if meant in trees:
            self._await_index()
            self.run("update-index", "--add", "--remove", "-z", "--stdin", stdin=_listed(inside))
        if meant in trees or age > _ORPHAN:  # git may still be about to commit
            self._note.unlink(missing_ok=True)

    def _copy_index(self, copy: Path, commit: str, new: Sequence[str]) -> tuple[int, ...]:
        """An index of just `commit`, made from the real one: what that knows of the files' times saves reading them.

        The stamp of the real one, where it says just the same; else nothing. Refused where `commit` holds a path of
        `new`, which somebody has removed from the index.
        """
        if not commit:
            return ()
        known = git_files.index_stamp(self.git_dir)
        if known:
            copy2(self.git_dir / "index", copy)  # with its time: git compares it with the files' to doubt fresh entries
        if self.run("diff-index", "--cached", "--quiet", commit, "--", check=False, index=copy).returncode == 0:
            return known
        if new and (held := _names(self.run("ls-tree", "-r", "-z", "--name-only", commit, "--", *new).stdout)):
            raise not_committed(path.removeprefix(self.prefix) for path in held)
        self.run("read-tree", "--reset", commit, index=copy)
        return ()

    def _commit_index(self, index: Path, message: str) -> None:
        settings = ("-c", "user.useConfigOnly=true", "-c", "i18n.commitEncoding=UTF-8")
        arguments = (*settings, "commit", "--quiet", "--cleanup=verbatim", "--file=-")
        done = _run(
            self.toplevel, *arguments, check=False, stdin=message.encode(errors="replace"), index=index, hooked=True
        )
        if done.returncode:
            self.identity()  # where git knows nobody, that is why
            raise _failed(("commit",), done)

    def _changed_by_hooks(
        self, before: str, meant: str, tree: str, inside: Sequence[str], tell: Callable[[Text], None] | None
    ) -> list[str]:
        """Tell what the commit holds that was not meant; the paths of it that the index should take from the commit."""
        differing = self.run("diff-tree", "-r", "-z", "--name-only", "--no-renames", meant, tree).stdout
        changed = [path for path in _names(differing) if path in inside]
        more = [path for path in _names(differing) if path not in inside]
        for paths, what in (
            (changed, Text(en="a git hook changed {paths} on the way", zh="git 钩子在提交时修改了 {paths}")),
            (more, Text(en="a git hook added {paths} to the commit", zh="git 钩子把 {paths} 加入了提交")),
        ):
            if paths and tell:
                tell(what.format(paths=", ".join(path.removeprefix(self.prefix) for path in paths)))
        if not more:
            return changed
        base = before or self.run("hash-object", "-t", "tree", "--stdin").stdout.decode().strip()
        staged = self.run("diff-index", "--cached", "--name-only", "-z", "--no-renames", base, "--", *more).stdout
        return changed + sorted(set(more) - set(_names(staged)))

    def _teach_index(self, commit: str, own: Sequence[str], foreign: Sequence[str]) -> None:
        """The real index learns of a commit: `own` paths as they stand on disk, `foreign` ones as committed."""
        try:
            self._await_index()
            self.run("update-index", "--add", "--remove", "-z", "--stdin", stdin=_listed(own))
            if foreign:
                self.run("reset", "--quiet", "--", *foreign)
        except PmkitError as error:
            raise CommitStands(
                Text(
                    en="commit {hash} is made, but git's index did not learn of it: {why}",
                    zh="提交 {hash} 已完成，但未能更新 git 的暂存区：{why}",
                ).format(hash=commit[:9], why=error.says),
                Text(
                    en="once no other git program is running: git reset -q -- {paths}",
                    zh="待其他 git 程序结束后执行：git reset -q -- {paths}",
                ).format(paths=shlex.join(path.removeprefix(self.prefix) for path in (*own, *foreign))),
            ) from error

    def _await_index(self) -> None:
        """Other git programs hold the index for moments. Raises OutsideError where it stays held."""
        lock = self.git_dir / "index.lock"
        end = monotonic() + _PATIENCE
        while lock.exists():
            if monotonic() > end:
                raise OutsideError(
                    Text(en="another git program holds {lock}", zh="另一个 git 程序占用着 {lock}").format(lock=lock),
                    Text("wait for it; if none is running, delete that file", "请等待其结束；若没有，请删除该文件"),
                )
            sleep(0.05)


def read_bundle(bundle: Path, folder: Path) -> tuple[Git, dict[str, str]]:
    """A bundle opened in a new bare repository in `folder`, every object checked, and what its refs stand on.

    Raises OutsideError where it does not open.
    """
    folder.mkdir()
    _run(folder, "-c", "init.templateDir=", "init", "--quiet", "--bare", ".")
    strict = ("-c", "fetch.fsckObjects=true", "-c", "fsck.missingSpaceBeforeDate=ignore")
    _run(folder, *strict, "fetch", "--quiet", "--no-auto-gc", str(bundle.resolve()), "+refs/*:refs/*")
    rows = _run(folder, "for-each-ref", "--format=%(objectname) %(refname)").stdout.decode("utf-8", "replace")
    refs = {name: target for target, _, name in (row.partition(" ") for row in rows.splitlines())}
    return Git(folder, folder, "", folder, folder), refs


def merge_lines(folder: Path, ours: str, base: str, theirs: str) -> tuple[bytes, bool]:
    """Git's merge of three files by lines, and whether it is free of conflicts. No repository is needed."""
    labels = ("-L", "ours", "-L", "base", "-L", "theirs")
    done = _run(folder, "merge-file", "-p", *labels, ours, base, theirs, check=False)
    if done.returncode < 0 or done.returncode > 127:
        raise _failed(("merge-file",), done)
    return done.stdout, done.returncode == 0


def not_committed(paths: Iterable[str]) -> Refused:
    """The refusal to touch files that hold edits of the user's own."""
    return Refused(
        Text(en="{paths} holds edits that are not committed", zh="{paths} 有未提交的修改").format(
            paths=", ".join(paths)
        ),
        Text("`pmkit commit` first, or write with `--no-commit`", "请先执行 `pmkit commit`，或使用 `--no-commit`"),
    )


def _names(data: bytes) -> list[str]:
    """A NUL-separated answer; names that are not UTF-8 come through as Python's file functions give them."""
    return [os.fsdecode(name) for name in data.split(b"\0") if name]


def _hashed(contents: IO[bytes], *, pointed: bool) -> Iterator[tuple[str, str]]:
    """Each object of a `cat-file --batch` answer with its SHA-256, or that of what it points at; read in pieces."""
    while head := contents.readline().split():
        if len(head) != 3:
            continue
        digest, size = sha256(), int(head[2])
        left, piece = size, b""
        while left:
            piece = contents.read(min(left, 1 << 20))
            digest.update(piece)
            left -= len(piece)
        contents.readline()
        found = parse_pointer(piece) if pointed and size == len(piece) else None
        yield head[0].decode(), found.sha256 if found else digest.hexdigest()


def _listed(paths: Iterable[str]) -> bytes:
    return b"".join(os.fsencode(path) + b"\0" for path in paths)


def _environment(index: Path | None, *, hooked: bool) -> Iterator[tuple[str, str]]:
    """What git is to know; hooks speak the user's language and get none of our settings."""
    for name, value in os.environ.items():
        if not name.startswith("GIT_") or name.startswith(_KEPT):
            yield name, value
    if hooked:
        yield COMMITTING, "1"
        yield "SKIP", ",".join(filter(None, (os.environ.get("SKIP"), OWN_HOOK)))
    else:
        yield from _PLAIN.items()
    if index is not None:
        yield "GIT_INDEX_FILE", str(index)


def _run(
    folder: Path, *arguments: str, check: bool = True, stdin: bytes = b"", index: Path | None = None,
    hooked: bool = False, into: IO[bytes] | None = None,
) -> subprocess.CompletedProcess[bytes]:  # fmt: skip
    """Git in `folder`. Raises OutsideError where it fails, with what it said.

    `hooked`: it may start programs of the user's. Then both outputs are one, and go through a file: a program left
    running in the background would keep a pipe open, and us waiting.
    """
    environment = dict(_environment(index, hooked=hooked))
    try:
        if hooked:
            with tempfile.TemporaryFile() as said:
                code = subprocess.run(
                    ["git", *arguments], cwd=folder, env=environment, input=stdin, stdout=said,
                    stderr=subprocess.STDOUT, check=False,
                ).returncode  # fmt: skip
                said.seek(0)
                done = subprocess.CompletedProcess(arguments, code, b"", said.read())
        else:
            done = subprocess.run(
                ["git", *arguments], cwd=folder, env=environment, input=stdin, stdout=into or subprocess.PIPE,
                stderr=subprocess.PIPE, check=False,
            )  # fmt: skip
    except FileNotFoundError as error:
        if error.filename != "git":
            raise _unreachable(folder, error) from None
        raise OutsideError(
            Text("the program git is not installed", "没有安装 git"),
            Text("install git, then try again", "请先安装 git"),
        ) from None
    except OSError as error:
        raise _unreachable(folder, error) from None
    if check and done.returncode:
        raise _failed(arguments, done)
    return done


def _failed(arguments: Sequence[str], done: subprocess.CompletedProcess[bytes]) -> OutsideError:
    settings = {at + 1 for at, argument in enumerate(arguments) if argument == "-c"}
    command = next(a for at, a in enumerate(arguments) if at not in settings and not a.startswith("-"))
    said = (done.stderr + done.stdout).decode("utf-8", "replace").strip()
    return OutsideError(
        Text(en="git {command} failed ({code}): {said}", zh="git {command} 失败（{code}）：{said}").format(
            command=command, code=done.returncode, said=said or "-"
        )
    )


def _unreachable(folder: Path, error: OSError) -> OutsideError:
    return OutsideError(
        Text(en="git cannot work in {folder}: {why}", zh="git 无法在 {folder} 中工作：{why}").format(
            folder=folder, why=reason(error)
        )
    )
