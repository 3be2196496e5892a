"""The one way to write: all files of a command or none, and one commit of just them."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path, PureWindowsPath
from shutil import copy2, rmtree
from tempfile import mkdtemp

from pmkit.kernel.errors import OutsideError, Refused, reason
from pmkit.kernel.text import Lang, Text
from pmkit.store.git import CommitStands, Git, not_committed
from pmkit.store.numbers import learn
from pmkit.store.tree import Stamp
from pmkit.store.yaml_text import EditRefused, amend_items, append_item, decode, dump, remove, set_value
from pmkit.workspace.edits import Append, Attach, Change, Create, Edits, Keep, Remove, Rename, Set
from pmkit.workspace.layout import CLOSURES, schema_hint

PATIENCE = 1.0  # seconds before a waiting command says so
_MANY = 200  # files from which on the whole disk is told to write once: a sync of each takes ten times as long
_RUN_AGAIN = Text("run the command again", "请重新执行命令")


@dataclass(frozen=True, slots=True)
class Written:
    """What came of a write: the files, the commit (None without one), and what the user should know beside it."""

    paths: tuple[str, ...]
    commit: str | None
    notes: tuple[Text, ...] = ()


@contextmanager
def workspace_lock(root: Path, git: Git | None, waiting: Callable[[Text], None]) -> Iterator[None]:
    """One writer a repository, its worktrees and all workspaces in it included; without git, one a folder.

    Waits for another one, and says so through `waiting` when that takes longer than a second.
    """
    from filelock import FileLock, Timeout

    folder = git.common_dir / "pmkit" if git else root / ".pmkit"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "lock")
        try:
            lock.acquire(timeout=PATIENCE)
        except Timeout:
            waiting(Text("waiting for another pmkit to finish ...", "正在等待另一个 pmkit 完成……"))
            lock.acquire()
    except OSError as error:
        raise _unwritable(folder, error) from None
    try:
        if git:
            git.recover()
        yield
    finally:
        lock.release()


# --- what to write ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class WritePlan:
    """What each file will hold, in the order of the edits, and the stamp that it had when that was decided.

    `contents`: None for a file that goes. `found`: files that stand there already with just these bytes.
    """

    contents: dict[str, bytes | None] = field(default_factory=dict)
    stamps: dict[str, Stamp | None] = field(default_factory=dict)
    found: set[str] = field(default_factory=set)


def planned(root: Path, edits: Edits, expected: Mapping[str, Stamp]) -> WritePlan:
    """What `write` would write; nothing is. Several edits of a file follow each other.

    Refused: a path out of the workspace, a file changed since it was read (`expected` holds what it was then), a new
    one that exists.
    """
    plan = WritePlan()
    texts: dict[str, str] = {}
    for batch in _batches(edits.changes):
        change = batch[0]
        path = _inside(root, change.path)
        if isinstance(change, Create | Attach):
            if isinstance(change, Attach) and plan.contents.get(path) == change.content:
                continue
            if path in plan.contents:
                raise Refused(Text(en="{path} is written twice", zh="{path} 被写入两次").format(path=path))
            _plan_new(plan, root, change, texts)
            continue
        if isinstance(change, Keep):
            plan.stamps[path] = _stamp(root / path)
            if path in expected and expected[path] != plan.stamps[path]:
                raise _changed(path)
            plan.contents[path] = change.content
            continue
        if isinstance(change, Rename):
            _plan_move(plan, root, change, texts, expected)
            continue
        if path not in texts:
            if isinstance(change, Append) and change.kind is not None and _stamp(root / path) is None:
                _plan_new(plan, root, Create(path, {str(change.keys[0]): []}, change.kind), texts)
            else:
                texts[path] = _read(plan, root, path, expected)
        texts[path] = _edited(texts[path], batch)
        plan.contents[path] = texts[path].encode()
    return plan


def _edited(text: str, batch: Sequence[Change]) -> str:
    """The text with the edits of a batch made to it."""
    if len(batch) > 1:
        # Where an item shares its lines with others, the edits follow each other over the whole text.
        with suppress(EditRefused):
            return amend_items(
                text,
                [(c.keys, c.value if isinstance(c, Set) else None) for c in batch if isinstance(c, Set | Remove)],
            )
    for change in batch:
        if isinstance(change, Set):
            text = set_value(text, change.keys, change.value)
        elif isinstance(change, Append):
            text = append_item(text, change.keys, change.value)
        elif isinstance(change, Remove):
            text = remove(text, change.keys)
    return text


def _batches(changes: Sequence[Change]) -> Iterator[Sequence[Change]]:
    """The changes one by one; those that set or remove values in items of one file follow each other together."""
    for _, batch in groupby(enumerate(changes), lambda pair: pair[1].path if _is_in_item(pair[1]) else pair[0]):
        yield [change for _, change in batch]


def _is_in_item(change: Change) -> bool:
    if not isinstance(change, Set | Remove) or (isinstance(change, Set) and change.value is None):
        return False
    return len(change.keys) > 2 and isinstance(change.keys[1], int)


def _plan_new(plan: WritePlan, root: Path, change: Create | Attach, texts: dict[str, str]) -> None:
    target = root / change.path
    plan.stamps[change.path] = stamp = _stamp(target)
    if isinstance(change, Create):
        if stamp is not None:
            raise Refused(Text(en="{path} exists already", zh="{path} 已存在").format(path=change.path))
        texts[change.path] = dump(change.data, hint=schema_hint(change.path, change.kind))
        plan.contents[change.path] = texts[change.path].encode()
        return
    plan.contents[change.path] = change.content
    if stamp is not None:
        if not target.is_file() or _bytes(target) != change.content:
            raise Refused(
                Text(en="{path} exists already, with other content", zh="{path} 已存在且内容不同").format(
                    path=change.path
                ),
                Text("give the file another name", "请换一个文件名"),
            )
        plan.found.add(change.path)


def _plan_move(
    plan: WritePlan, root: Path, change: Rename, texts: dict[str, str], expected: Mapping[str, Stamp]
) -> None:
    """The file goes, and comes again under another name with the same text."""
    _inside(root, change.to)
    text = _read(plan, root, change.path, expected)
    plan.contents[change.path] = None
    plan.stamps[change.to] = _stamp(root / change.to)
    if plan.stamps[change.to] is not None:
        raise Refused(Text(en="{path} exists already", zh="{path} 已存在").format(path=change.to))
    hints = [schema_hint(path, change.kind) for path in (change.path, change.to)]
    texts[change.to] = text.replace(hints[0], hints[1], 1) if hints[0] in text.partition("\n")[0] else text
    plan.contents[change.to] = texts[change.to].encode()


def _inside(root: Path, path: str) -> str:
    """The path, where it stays below the workspace, leads through no symbolic link and not into git's own folder."""
    parts = path.split("/")
    is_odd = any(part in {"", ".", ".."} or part.lower() == ".git" for part in parts)
    is_odd = is_odd or "\\" in path or not path.isprintable() or PureWindowsPath(path).drive != ""
    if is_odd or any(root.joinpath(*parts[: n + 1]).is_symlink() for n in range(len(parts))):
        raise Refused(Text(en="{path} leads out of the workspace", zh="{path} 超出了项目目录").format(path=path))
    return path


def _read(plan: WritePlan, root: Path, path: str, expected: Mapping[str, Stamp]) -> str:
    """A file to be edited, as it was when the decision was made. Refused where it changed since."""
    plan.stamps[path] = stamp = _stamp(root / path)
    if stamp is None or (path in expected and expected[path] != stamp):
        raise _changed(path)
    text, _ = decode(_bytes(root / path), path)
    if text is None:
        raise Refused(Text(en="{path} is not readable as text", zh="{path} 不是可读的文本").format(path=path))
    return text


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise OutsideError(
            Text(en="cannot read {path}: {why}", zh="无法读取 {path}：{why}").format(path=path, why=reason(error))
        ) from None


def _stamp(path: Path) -> Stamp | None:
    try:
        info = path.lstat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unwritable(path, error) from None
    return info.st_mtime_ns, info.st_size


def _changed(path: str) -> Refused:
    return Refused(
        Text(en="{path} changed since it was read", zh="{path} 在读取之后被修改").format(path=path), _RUN_AGAIN
    )


# --- writing it ------------------------------------------------------------------------------------------------------


def write(
    root: Path,
    edits: Edits,
    *,
    git: Git | None,
    expected: Mapping[str, Stamp],
    commit: bool = True,
    dry_run: bool = False,
    recorded_by: str | None = None,
    lang: Lang = "en",
    seal: Callable[[str], None] | None = None,
) -> Written:
    """Carry out the edits, under the workspace's lock, and commit them; outside git, or without `commit`, only write.

    `seal`: what belongs to the same step and needs the commit (its tag, an archive); where it fails, the commit goes.
    Refused: as `planned`; content that is signed (`frozen`); also a file with edits of the user's own (when
    committing), a merge under way.
    OutsideError: the disk, git, a hook. Whatever fails or interrupts, the files are as they were before.
    """
    plan = planned(root, edits, expected)
    _refuse_closed(root, plan.contents)
    if any(isinstance(change, Set | Append | Remove | Rename) for change in edits.changes):
        from pmkit.store.frozen import may_touch_content, refuse_frozen

        if touched := may_touch_content(edits):
            refuse_frozen(root, plan.contents, touched)
    if dry_run:
        return Written(tuple(plan.contents), None)
    return _carry_out(root, plan, git if commit else None, commit_message(edits, lang, recorded_by), seal)


def undo(
    root: Path, git: Git, *, by: str, recorded_by: str | None, lang: Lang = "en", dry_run: bool = False
) -> Written:
    """Take back the last commit, where pmkit made it, by a new one. Refused where files changed since."""
    from pmkit.store.history import last_commit

    last = last_commit(git)
    action = last.trailer("Pmkit-Action") if last else None
    if last is None or action in {None, "undo"} or len(last.parents) != 1 or not last.files:
        why = (
            Text("there is no commit yet", "尚无提交")
            if last is None
            else Text("it takes back another one already", "该提交本身就是撤销")
            if action == "undo"
            else Text("it was not made by pmkit", "不是由 pmkit 提交的")
            if action is None
            else Text("it is the first one, or a merge", "该提交是首次提交或合并提交")
        )
        raise Refused(
            Text(
                en="the last commit (“{subject}”) cannot be undone: {why}", zh="最近一次提交“{subject}”不能撤销：{why}"
            ).format(subject=last.subject if last else "", why=why),
            Text("`git revert` takes back any commit", "可用 `git revert` 撤销任意提交"),
        )
    blobs = git.blobs(file.before[0] for file in last.files)
    contents = {_inside(root, f.path): None if f.status == "A" else blobs[f.before[0]] for f in last.files}
    plan = WritePlan(contents, {path: _stamp(root / path) for path in contents})
    from pmkit.store.frozen import refuse_frozen

    _refuse_closed(root, contents)
    refuse_frozen(root, contents, taking_back=True)
    if dry_run:
        refuse_disturbed(git, list(contents))
        return Written(tuple(contents), None)
    about = [("Pmkit-Record", record) for record in last.trailers.get("Pmkit-Record", ())]
    about += [("Pmkit-Action", "undo"), ("Pmkit-Undoes", last.hash), *_people(by, recorded_by)]
    subject = Text("Undo: {what}", "撤销：{what}").format(what=last.subject)
    return _carry_out(root, plan, git, _message(subject.to(lang), about))


def _refuse_closed(root: Path, contents: Mapping[str, bytes | None]) -> None:
    if (root / CLOSURES).is_dir():
        from pmkit.store.closed import refuse_closed

        refuse_closed(root, contents)


def refuse_disturbed(git: Git, paths: Sequence[str]) -> None:
    """Refused where git is in the middle of something, or one of the files holds edits of the user's own."""
    if (what := git.under_way()) is not None:
        raise Refused(
            Text(en="git is in the middle of {what}", zh="git 正在进行{what}").format(what=what),
            Text("finish or abort it first", "请先完成或放弃"),
        )
    if edited := git.edited(paths):
        raise not_committed(edited)


def _carry_out(
    root: Path, plan: WritePlan, git: Git | None, message: str, seal: Callable[[str], None] | None = None
) -> Written:
    """All of a plan or nothing of it. `git`: where to commit it; `seal`: what has to come off with the commit."""
    differing = {p: d for p, d in plan.contents.items() if plan.stamps[p] is None or _bytes(root / p) != d}
    new: list[str] = []
    if git is not None:
        new = [path for path in differing if plan.stamps[path] is None and git.lacks(path)]
        refuse_disturbed(git, [path for path in differing if path not in new])
    if not differing and (git is None or not git.edited(plan.found)):
        return Written((), None, (Text("nothing changed: it stands so already", "没有变化：内容已是如此"),))
    notes: list[Text] = []
    done = None
    paths = tuple(path for path in plan.contents if path in differing or path in plan.found)
    swap = _Swap(root, git.git_dir if git else None)
    try:
        swap.carry_out(differing, plan.stamps)
        if git is not None:
            done = git.commit(paths, message, new=new, tell=notes.append)
            if seal is not None:
                seal(done)
    except CommitStands:
        swap.keep()
        raise
    except BaseException as error:
        swap.put_back()
        if git is not None and done is not None:
            git.take_back(done, paths)
        if isinstance(error, OSError):
            raise _unwritable(Path(error.filename2 or error.filename or root), error) from None
        raise
    swap.keep()
    if git is not None and done is not None and not notes:  # a hook that added files would tell so
        learn(git, done, {path: plan.contents[path] for path in paths})
    return Written(paths, done, tuple(notes))


class _Swap:
    """Files that change their contents together, and can change back.

    The old files are kept, not only their bytes: putting them back needs no room on the disk and leaves them as they
    were to the nanosecond. They lie in `shelf` (git's folder: a hook that adds everything must not find them).
    """

    def __init__(self, root: Path, shelf: Path | None) -> None:
        self._root = root
        self._shelf = shelf
        self._kept: Path | None = None
        self._new: list[tuple[Path, Path]] = []
        self._old: list[tuple[Path, Path | None]] = []
        self._made: list[Path] = []

    def carry_out(self, contents: Mapping[str, bytes | None], stamps: Mapping[str, Stamp | None]) -> None:
        """First everything is on the disk under hidden names, then it is renamed. Refused where a file just changed."""
        together = len(contents) >= _MANY and sys.platform == "linux"  # elsewhere `sync` does not wait for the disk
        for path, data in contents.items():
            target = self._root / path
            self._make_folder(target.parent)
            if data is not None:
                self._new.append((_beside(target), target))
                _write_new(*self._new[-1], data, sync=not together)
        if together:
            os.sync()
        for path, stamp in stamps.items():
            if path in contents:
                if _stamp(self._root / path) != stamp:
                    raise _changed(path)
                self._keep_old(self._root / path, exists=stamp is not None)
        for temporary, target in self._new:
            temporary.replace(target)
        for path, data in contents.items():
            if data is None:
                (self._root / path).unlink()
        for folder in {(self._root / path).parent for path in contents} | {made.parent for made in self._made}:
            _sync_folder(folder)

    def keep(self) -> None:
        """The new files stay; what came before goes, and folders that are empty now."""
        self._clear()
        for target, _ in self._old:
            if not target.exists():
                self._drop_empty(target.parent)

    def put_back(self) -> None:
        """All as it was. Raises OutsideError with the files for which that failed."""
        failed = []
        for target, old in self._old:
            try:
                if old is None:
                    target.unlink(missing_ok=True)
                elif old.exists():
                    _move(old, target)
            except OSError:
                failed.append(target.relative_to(self._root).as_posix())
        if not failed:
            self._clear()
        for temporary, _ in self._new:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
        for folder in reversed(self._made):
            with suppress(OSError):
                folder.rmdir()
        if failed:
            raise OutsideError(
                Text(en="could not put back {paths}", zh="未能恢复 {paths}").format(paths=", ".join(failed)),
                Text(en="the old files are in {folder}", zh="原文件保存在 {folder}").format(folder=self._kept),
            )

    def _make_folder(self, folder: Path) -> None:
        if not folder.exists():
            self._make_folder(folder.parent)
            self._made.append(folder)
            folder.mkdir()

    def _keep_old(self, target: Path, *, exists: bool) -> None:
        if not exists:
            self._old.append((target, None))
            return
        if self._kept is None:
            self._kept = Path(mkdtemp(prefix=".pmkit-", dir=self._shelf or self._root))
        old = self._kept / str(len(self._old))
        self._old.append((target, old))
        try:
            old.hardlink_to(target)
        except OSError:  # another file system, or one without links
            copy2(target, old)

    def _clear(self) -> None:
        if self._kept is not None:
            rmtree(self._kept, ignore_errors=True)

    def _drop_empty(self, folder: Path) -> None:
        while folder != self._root:
            try:
                folder.rmdir()
            except OSError:
                return
            folder = folder.parent


def _beside(target: Path) -> Path:
    """A new hidden name beside a file: a rename from there is one step, and no reader takes it for a record."""
    return target.with_name(f".pmkit-{secrets.token_hex(6)}")


def _write_new(path: Path, target: Path, data: bytes, *, sync: bool) -> None:
    """Data under a name that is new, with the mode that `target` has; with `sync` it is on the disk."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(path, flags, 0o666), "wb") as file:
            file.write(data)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        with suppress(FileNotFoundError):
            path.chmod(target.stat().st_mode & 0o7777)
    except OSError as error:
        raise _unwritable(target, error) from None


def _move(old: Path, target: Path) -> None:
    try:
        old.replace(target)
    except OSError:  # another file system
        nearer = _beside(target)
        try:
            copy2(old, nearer)
            nearer.replace(target)
        finally:
            nearer.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    with suppress(OSError):  # some file systems know no fsync of a folder
        os.fsync(handle)
    os.close(handle)


def _unwritable(path: Path, error: OSError) -> OutsideError:
    return OutsideError(
        Text(en="cannot write {path}: {why}", zh="无法写入 {path}：{why}").format(path=path, why=reason(error))
    )


# --- saying it -------------------------------------------------------------------------------------------------------


def commit_message(edits: Edits, lang: Lang, recorded_by: str | None) -> str:
    """A subject for people, trailers for programs; nothing in the subject can pass for a trailer."""
    about = [("Pmkit-Record", record) for record in edits.records]
    about += [("Pmkit-Action", edits.action), *_people(edits.by, recorded_by)]
    return _message(_line(edits.subject.to(lang)) or edits.action, about)


def _people(by: str, recorded_by: str | None) -> list[tuple[str, str]]:
    return [("Pmkit-By", by), *([("Pmkit-Recorded-By", recorded_by)] if recorded_by else [])]


def _message(subject: str, trailers: Iterable[tuple[str, str]]) -> str:
    return _line(subject) + "\n\n" + "".join(f"{name}: {_line(value)}\n" for name, value in trailers)


def _line(text: str) -> str:
    """Any text as one line that a terminal shows as it is."""
    return " ".join("".join(ch if ch.isprintable() else " " for ch in text).split())
