"""The one way to write: all files of a command or none, and one commit of just them."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pmkit.kernel.errors import OutsideError, PmkitError, Refused
from pmkit.kernel.text import Text
from pmkit.store.git import Git
from pmkit.store.tree import Stamp
from pmkit.store.yaml_text import append_item, decode, dump, remove, set_value
from pmkit.workspace.edits import Append, Attach, Create, Edits, Remove, Set
from pmkit.workspace.layout import schema_hint

PATIENCE = 1.0  # seconds before a waiting command says so


@dataclass(frozen=True, slots=True)
class Written:
    """What came of a write: the files, the commit (None without one), and what the user should know beside it."""

    paths: tuple[str, ...]
    commit: str | None
    notes: tuple[Text, ...] = ()


@contextmanager
def workspace_lock(root: Path, git: Git | None, waiting: Callable[[Text], None]) -> Iterator[None]:
    """One writer a workspace. Waits for another one, and says so through `waiting` when it takes longer."""
    from filelock import FileLock, Timeout

    folder = git.common_dir / "pmkit" if git else root / ".pmkit"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from None
    name = hashlib.sha256(git.prefix.encode()).hexdigest()[:8] if git and git.prefix else "lock"
    lock = FileLock(folder / f"{name}.lock")
    try:
        try:
            lock.acquire(timeout=PATIENCE)
        except Timeout:
            waiting(Text("waiting for another pmkit to finish ...", "正在等待另一个 pmkit 完成……"))
            lock.acquire()
    except OSError as error:
        raise _unwritable(folder, error) from None
    try:
        yield
    finally:
        lock.release()


def write(
    root: Path,
    edits: Edits,
    *,
    git: Git | None,
    expected: Mapping[str, Stamp],
    commit: bool = True,
    dry_run: bool = False,
    recorded_by: str | None = None,
) -> Written:
    """Carry out the edits under the workspace's lock.

    Refused: a file changed since it was read, one with edits of the user's own (when committing), a merge under way.
    OutsideError: the disk, git, a hook. Whatever fails, the files are as they were before.
    """
    planned = plan_files(root, edits, expected)
    paths = tuple(planned)
    if dry_run:
        return Written(paths, None)
    if commit and git is not None:
        refuse_disturbed(git, paths)
    before = {path: _bytes(root / path) for path in paths}
    made = _missing_folders(root, paths)
    try:
        _put(root, planned)
        if not commit or git is None:
            return Written(paths, None)
        done = git.commit(paths, commit_message(edits, recorded_by))
    except BaseException as error:
        _put_back(root, before, made)
        if isinstance(error, OSError) and not isinstance(error, PmkitError):
            raise _unwritable(Path(error.filename or root), error) from None
        raise
    return Written(paths, done, _hook_notes(git, done, paths))


def plan_files(root: Path, edits: Edits, expected: Mapping[str, Stamp]) -> dict[str, bytes]:
    """What each file will hold; nothing is written. Several edits of a file follow each other."""
    texts: dict[str, str] = {}
    planned: dict[str, bytes] = {}
    for change in edits.changes:
        path = _safe(root, change.path)
        target = root / path
        if isinstance(change, Create):
            if target.exists() or path in texts:
                raise Refused(Text(en="{path} exists already", zh="{path} 已存在").format(path=path))
            texts[path] = dump(change.data, hint=schema_hint(path, change.kind))
        elif isinstance(change, Attach):
            if target.exists() and target.read_bytes() != change.content:
                raise Refused(
                    Text(en="{path} exists already, with other content", zh="{path} 已存在且内容不同").format(
                        path=path
                    ),
                    Text("give the file another name", "请换一个文件名"),
                )
            planned[path] = change.content
        else:
            if path not in texts:
                texts[path] = _read(target, path, expected)
            if isinstance(change, Set):
                texts[path] = set_value(texts[path], change.keys, change.value)
            elif isinstance(change, Append):
                texts[path] = append_item(texts[path], change.keys, change.value)
            elif isinstance(change, Remove):
                texts[path] = remove(texts[path], change.keys)
    return {path: text.encode() for path, text in texts.items()} | planned


def _safe(root: Path, path: str) -> str:
    """The path, where it stays below the workspace and leads through no symbolic link."""
    target = Path(os.path.normpath(root / path))
    inside = not Path(path).is_absolute() and target.is_relative_to(os.path.normpath(root)) and "\\" not in path
    steps = [target, *target.parents]
    linked = any(step.is_symlink() for step in steps[: len(Path(path).parts)])
    if not inside or linked or ".git" in Path(path).parts:
        raise Refused(Text(en="{path} leads out of the workspace", zh="{path} 超出了项目目录").format(path=path))
    return path


def _read(target: Path, path: str, expected: Mapping[str, Stamp]) -> str:
    """A file to be edited, as it was when the decision was made. Refused where it changed since."""
    try:
        info = target.stat()
        data = target.read_bytes()
    except OSError as error:
        raise _unwritable(target, error) from None
    if path in expected and expected[path] != (info.st_mtime_ns, info.st_size):
        raise Refused(
            Text(en="{path} changed since it was read", zh="{path} 在读取之后被修改").format(path=path),
            Text("run the command again", "请重新执行命令"),
        )
    text, _ = decode(data, path)
    if text is None:
        raise Refused(Text(en="{path} is not readable as text", zh="{path} 不是可读的文本").format(path=path))
    return text


def refuse_disturbed(git: Git, paths: Sequence[str]) -> None:
    """Refused where git is in the middle of something, or one of the files holds edits of the user's own."""
    if (what := git.under_way()) is not None:
        raise Refused(
            Text(en="git is in the middle of {what}", zh="git 正在进行{what}").format(what=what),
            Text("finish or abort it first", "请先完成或放弃"),
        )
    edited = git.edited(path for path in paths if (git.root / path).exists())
    if edited:
        raise Refused(
            Text(en="{paths} holds edits that are not committed", zh="{paths} 有未提交的修改").format(
                paths=", ".join(edited)
            ),
            Text("`pmkit commit` first, or write with `--no-commit`", "请先执行 `pmkit commit`，或使用 `--no-commit`"),
        )


def commit_message(edits: Edits, recorded_by: str | None) -> str:
    """A subject for people, trailers for programs; nothing in the subject can pass for a trailer."""
    subject = " ".join(edits.subject.split()) or edits.action
    trailers = [f"Pmkit-Record: {record}" for record in edits.records]
    trailers += [f"Pmkit-Action: {edits.action}", f"Pmkit-By: {' '.join(edits.by.split())}"]
    if recorded_by:
        trailers.append(f"Pmkit-Recorded-By: {' '.join(recorded_by.split())}")
    return subject + "\n\n" + "\n".join(trailers) + "\n"


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def _missing_folders(root: Path, paths: Sequence[str]) -> list[Path]:
    """Folders that the write will make, deepest first."""
    folders = {folder for path in paths for folder in (root / path).parents if root in folder.parents}
    return sorted((f for f in folders if not f.exists()), key=lambda f: -len(f.parts))


def _put(root: Path, planned: Mapping[str, bytes]) -> None:
    """Every file under a temporary name first, then all renamed: each is the old one or the new one."""
    ready: list[tuple[Path, Path]] = []
    try:
        for path, data in planned.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            ready.append((_temporary(target, data), target))
        for temporary, target in ready:
            temporary.replace(target)
        for folder in {target.parent for _, target in ready}:
            _sync_folder(folder)
    finally:
        for temporary, _ in ready:
            temporary.unlink(missing_ok=True)


def _temporary(target: Path, data: bytes) -> Path:
    handle, name = tempfile.mkstemp(prefix=".pmkit-", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        mode = target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_umask()
        Path(name).chmod(mode)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _put_back(root: Path, before: Mapping[str, bytes | None], made: Sequence[Path]) -> None:
    for path, data in before.items():
        target = root / path
        with contextlib.suppress(OSError):
            if data is None:
                target.unlink(missing_ok=True)
            elif _bytes(target) != data:
                _temporary(target, data).replace(target)
    for folder in made:
        with contextlib.suppress(OSError):
            folder.rmdir()


def _hook_notes(git: Git, commit: str, paths: Sequence[str]) -> tuple[Text, ...]:
    """What the commit holds beside what was meant: a hook may have added to it."""
    meant = {git.prefix + path for path in paths}
    more = sorted(set(git.committed(commit)) - meant)
    if not more:
        return ()
    return (
        Text(en="a git hook added {paths} to the commit", zh="git 钩子把 {paths} 加入了提交").format(
            paths=", ".join(more)
        ),
    )


def _unwritable(path: Path, error: OSError) -> OutsideError:
    return OutsideError(
        Text(en="cannot write {path}: {why}", zh="无法写入 {path}：{why}").format(
            path=path, why=error.strerror or error
        )
    )


def undo(root: Path, git: Git, *, by: str, recorded_by: str | None) -> Written:
    """Take back the last commit, where pmkit made it, by a new one. Refused where files changed since."""
    row = git.run("log", "-1", "--format=%H%x00%P%x00%s%x00%(trailers:key=Pmkit-Action,valueonly)%x00"
                  "%(trailers:key=Pmkit-Record,valueonly)").stdout.decode().split("\0")  # fmt: skip
    commit, parents, subject, action, records = (part.strip() for part in row)
    if not action or action == "undo" or not parents or " " in parents:
        raise Refused(
            Text(
                en="the last commit (“{subject}”) is not one that can be undone", zh="最近一次提交“{subject}”不能撤销"
            ).format(subject=subject),
            Text("`git revert` takes back any commit", "可用 `git revert` 撤销任意提交"),
        )
    paths = [p.removeprefix(git.prefix) for p in git.committed(commit)]
    refuse_disturbed(git, paths)
    old = {path: git.run("show", f"{parents}:{git.prefix}{path}", check=False) for path in paths}
    before = {path: _bytes(root / path) for path in paths}
    try:
        for path, done in old.items():
            if done.returncode:
                (root / path).unlink(missing_ok=True)
        _put(root, {path: done.stdout for path, done in old.items() if not done.returncode})
        trailers = [f"Pmkit-Record: {r}" for r in records.split()] + ["Pmkit-Action: undo", f"Pmkit-Undoes: {commit}"]
        trailers += [f"Pmkit-By: {by}"] + ([f"Pmkit-Recorded-By: {recorded_by}"] if recorded_by else [])
        done_commit = git.commit(paths, f"Undo: {subject}\n\n" + "\n".join(trailers) + "\n")
    except BaseException:
        _put_back(root, before, [])
        raise
    return Written(tuple(paths), done_commit)
