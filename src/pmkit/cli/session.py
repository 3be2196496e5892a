"""One command's dealings with a workspace: find it, read it, act, write it back, say what was written."""

from __future__ import annotations

import inspect
import os
import re
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar
from zoneinfo import ZoneInfo

import typer

from pmkit.cli.language import h, language, named_workspace, tell
from pmkit.cli.progress import progress
from pmkit.cli.quick import QuickCommand, QuickGroup
from pmkit.kernel.errors import BadWorkspace, Refused, UsageError, reason
from pmkit.kernel.finding import Finding
from pmkit.kernel.text import Lang, Text, did_you_mean

if TYPE_CHECKING:
    from pmkit.domain.project import Project
    from pmkit.store.git import Git, Identity
    from pmkit.store.loader import Loaded
    from pmkit.store.transaction import Written
    from pmkit.store.tree import Tree
    from pmkit.workspace.edits import Acting, Edits
    from pmkit.workspace.model import Workspace
    from pmkit.workspace.planning import Planned

A = TypeVar("A")
_LISTED = 20  # files that a command names beside the first


@dataclass
class Session:
    """What a command was told, and the workspace that it was told about. Everything is read when first asked for."""

    workspace: str | None = None
    json: bool = False
    as_: str | None = None
    on: date | None = None
    no_commit: bool = False
    dry_run: bool = False
    rev: str | None = None
    stamps: dict[str, tuple[int, int]] = field(default_factory=dict)
    identity: Callable[[], Identity] | None = field(default=None, repr=False)  # asked for ahead, by what writes

    @property
    def lang(self) -> Lang:
        return language()

    def again(self) -> Session:
        """A session told the same, which reads everything anew."""
        return Session(self.workspace, self.json, self.as_, self.on, self.no_commit, self.dry_run, self.rev)

    @cached_property
    def root(self) -> Path:
        from pmkit.store.locate import find_root

        return find_root(Path(self.workspace or "."))

    @cached_property
    def git(self) -> Git | None:
        from pmkit.store.git import Git

        return Git.find(self.root)

    @cached_property
    def project(self) -> Project:
        return self.ws.project

    @cached_property
    def ws(self) -> Workspace:
        """The workspace, record by record as they are asked for; broken records end the command when they are met."""
        if self.rev is not None:
            return self.loaded.workspace
        from pmkit.store.lazy import open_workspace

        return open_workspace(self.root, self.stamps)

    @cached_property
    def commit(self) -> str | None:
        """The commit whose state is read; None for the work tree."""
        return None if self.rev is None else self.commit_of(self.rev)

    @cached_property
    def tree(self) -> Tree:
        """The files that are read: the work tree, or those of `--rev`."""
        from pmkit.store.tree import Files, Folder

        return Folder(self.root) if self.commit is None else Files(self.need_git().files_at(self.commit))

    @cached_property
    def loaded(self) -> Loaded:
        """The whole workspace with everything that is wrong in its files."""
        from pmkit.store.loader import load, load_folder

        if self.rev is not None:
            return load(self.tree)
        with progress(Text("reading", "正在读取")) as shown:
            loaded = load_folder(self.root, shown.over)
        self.stamps.update(loaded.stamps)
        return loaded

    @cached_property
    def whole(self) -> Workspace:
        """The whole workspace; raises BadWorkspace with all findings where a file is broken."""
        errors = [f for f in self.loaded.findings if f.severity == "error"]
        if errors:
            raise BadWorkspace(
                Text(en="errors in the workspace: {n}", zh="项目数据有 {n} 处错误").format(n=len(errors)),
                Text(en="mend them; `pmkit check` lists everything", zh="请先改正；`pmkit check` 可列出全部问题"),
                self.placed(errors),
            )
        return self.loaded.workspace

    def placed(self, findings: list[Finding]) -> list[Finding]:
        """The findings with line and column."""
        from pmkit.store.places import placed

        return placed(self.tree, findings)

    @cached_property
    def today(self) -> date:
        """The reporting date by default: PMKIT_TODAY, the profile's `today`, or the project's calendar day."""
        if text := os.environ.get("PMKIT_TODAY"):
            return parse_date(text)
        if self.ws.project.today:
            return self.ws.project.today
        return datetime.now(ZoneInfo(self.ws.project.timezone)).date()

    def need_git(self) -> Git:
        """The repository. Raises BadWorkspace where the workspace is in none."""
        if self.git is None:
            raise BadWorkspace(
                Text(en="{root} is not in a git repository", zh="{root} 不在 git 仓库中").format(root=self.root),
                Text(
                    en="run `git init` there, or write with `--no-commit`",
                    zh="请在该目录执行 `git init`，或使用 `--no-commit`",
                ),
            )
        return self.git

    def commit_of(self, rev: str) -> str:
        """The commit that `--rev` or `--against` names: a reference, a sign-off, or the last commit up to a day."""
        try:
            day = date.fromisoformat(rev) if len(rev) == 10 else None
        except ValueError:
            day = None
        if day is None:
            signoff = re.fullmatch(r"SGN-[0-9]+", rev)
            return self.need_git().resolve(f"signoff/{rev}" if signoff else rev)
        from pmkit.store.loader import load_profile
        from pmkit.store.tree import Folder

        zone = ZoneInfo(load_profile(Folder(self.root)).timezone)
        return self.need_git().revision_at(day, zone)

    @cached_property
    def planned(self) -> Planned | None:
        """The scheduled plan, as far as it can be computed."""
        from pmkit.workspace.planning import plan_of

        return plan_of(self.ws, None)[0]

    def text_of(self, path: str) -> str | None:
        """A file of the state that is read, as text, for excerpts and comparisons; None through a symbolic link."""
        if self.rev is None and (self.root / path).resolve() != self.root.resolve() / path:
            return None
        try:
            return (self.tree.read(path) if self.rev else (self.root / path).read_bytes()).decode()
        except (OSError, KeyError, UnicodeDecodeError):
            return None

    def content_of(self, path: str) -> bytes | None:
        """The bytes of a file of the workspace at the state that is read; None where it is not, or leads elsewhere."""
        from pmkit.store.files import inside

        if self.commit is not None:
            return self.need_git().contents_at(self.commit, [path]).get(path)
        target = inside(self.root, path)
        return target.read_bytes() if target is not None and target.is_file() else None

    def bytes_of(self, commit: str | None, path: str) -> bytes | None:
        """A file below the workspace, by default of the state that is read; None where there is none."""
        from pmkit.store.files import inside

        at = commit or self.commit
        if at is not None:
            return self.need_git().contents_at(at, [path]).get(path)
        target = inside(self.root, path)
        return target.read_bytes() if target is not None and target.is_file() else None

    def sha256(self, path: str) -> str | None:
        """The hash of a file below the workspace; None where there is none, or it leads elsewhere."""
        import hashlib

        if self.commit is not None:
            return self.sha256_at(self.commit, path)
        target = (self.root / path).resolve()
        if not target.is_relative_to(self.root.resolve()) or not target.is_file():
            return None
        return hashlib.sha256(target.read_bytes()).hexdigest()

    def sha256_at(self, commit: str, path: str) -> str | None:
        """The same at a commit: everything received or issued is hashed when the first file is asked for."""
        from pmkit.workspace.layout import NO_RECORDS

        if commit not in self._hashes:
            self._hashes[commit] = self.need_git().sha256_at(commit, sorted(NO_RECORDS))
        return self._hashes[commit].get(path)

    def stored(self, ws: Workspace, commit: str | None = None) -> Callable[[str], str | None]:
        """The hash of a file that the document register names; a Git LFS pointer counts as what it stands for.

        Read from the work tree, or at a commit; None for a file that is not there.
        """
        from pmkit.store.files import file_facts, inside

        at = commit or self.commit
        if at is None:

            @cache
            def there(path: str) -> str | None:
                target = inside(self.root, path)
                facts = file_facts(target) if target else None
                return facts.sha256 if facts else None

            return there
        from pmkit.workspace.documents import files_named

        known: dict[str, str] = {}
        if paths := sorted({named.path for named in files_named(ws) if named.is_stored}):
            known = self.need_git().sha256_at(at, paths, pointed=True)
        return known.get

    @cached_property
    def _hashes(self) -> dict[str, dict[str, str]]:
        return {}

    @cached_property
    def acting(self) -> Acting:
        """For whom the command acts (`--as`, else git's person) and when (`--date`, else today)."""
        from pmkit.workspace.edits import Acting

        on = self.on or self.today
        if self.git is None:
            if self.as_ is None:
                self.need_git()
            return Acting(self._handle(self.as_ or ""), on)
        identity = (self.identity or self.git.identity)()
        own = next((p.id for p in self.ws.people if p.email and p.email.lower() == identity.mail.lower()), None)
        own = own or f"{identity.name} <{identity.mail}>"
        if self.as_ is None:
            return Acting(own, on)
        handle = self._handle(self.as_)
        return Acting(handle, on, None if handle == own else own)

    def _handle(self, text: str) -> str:
        from pmkit.workspace.layout import PEOPLE

        if self.ws.records.get(text) is None or text not in {p.id for p in self.ws.people}:
            raise UsageError(
                Text(en="{who} is not in {file}", zh="{file} 中没有 {who}").format(who=text, file=PEOPLE),
                did_you_mean(text, [p.id for p in self.ws.people]),
            )
        return text

    def next_id(self, prefix: str) -> str:
        """The next free id of a prefix: never one that a record had before, even a deleted one."""
        from pmkit.store.numbers import next_id

        return next_id(self.root, self.git, prefix, self._given)

    @cached_property
    def _given(self) -> dict[str, int]:
        return {}

    def write(
        self,
        edits: Edits,
        *notes: Text,
        then: Text | None = None,
        more: Mapping[str, Any] | None = None,
        silent: bool = False,
        seal: Callable[[str], None] | None = None,
    ) -> Written:
        """Carry the edits out, commit them, and say what was written; `more` keys go into the JSON.

        `silent`: the command writes again, and says then what came of it. `seal`: what belongs to the same step and
        needs the commit; where it fails, all is as it was.
        """
        from pmkit.store.transaction import write

        git = None if self.no_commit or self.dry_run else self.need_git()
        written = write(
            self.root,
            edits,
            git=git if git is not None else self.git,
            expected=self.stamps,
            commit=not self.no_commit,
            dry_run=self.dry_run,
            recorded_by=self.acting.recorded_by,
            lang=self.ws.project.language,
            seal=seal,
        )
        for path in written.paths:  # it is ours now, and may be edited again under the same lock
            self.stamps.pop(path, None)
        if not silent:
            self._say_written(edits, written, [*notes, *([then] if then else [])], more or {})
        return written

    def _say_written(self, edits: Edits, written: Written, notes: list[Text], more: Mapping[str, Any]) -> None:
        first = edits.records[0] if edits.records else ""
        path = next((p for p in written.paths if first and f"{first}." in p), next(iter(written.paths), ""))
        if self.json:
            data: dict[str, Any] = {"id": edits.records[0] if edits.records else None, "path": path}
            data |= {"commit": written.commit, "paths": list(written.paths)}
            print_json(data | ({"dry_run": True} if self.dry_run else {}) | dict(more))
            return
        commit = (
            Text(en="commit {hash}", zh="提交 {hash}").format(hash=written.commit[:9])
            if written.commit
            else Text(en="not written (dry run)", zh="未写入（试运行）")
            if self.dry_run
            else Text(en="not committed", zh="未提交")
            if self.no_commit
            else Text.same("")
        )
        if said := "  ".join(part for part in (first, path, tell(commit)) if part):
            out(said)
        others = [other for other in written.paths if other != path]
        for other in others[:_LISTED]:
            out(f"  {other}")
        if more_files := len(others[_LISTED:]):
            out(f"  {tell(Text(en='... and {n} more files', zh='……及另外 {n} 个文件').format(n=more_files))}")
        for note in [*notes, *written.notes]:
            out(f"  {tell(note)}")


def parse_date(text: str) -> date:
    """A day as people type it. Raises UsageError."""
    from pydantic_core import PydanticCustomError

    from pmkit.domain.values import parse_day

    try:
        return parse_day(text)
    except PydanticCustomError:
        raise UsageError(
            Text(en="`{text}` is not a date", zh="`{text}` 不是日期").format(text=text),
            Text(en="write it like 2026-03-06", zh="请写成 2026-03-06 的形式"),
        ) from None


def one_of(given: str, known: Collection[str]) -> str:
    """The value, where it is one of those allowed. Raises UsageError with the nearest one."""
    if given not in known:
        raise UsageError(
            Text(en="`{given}` is none of {known}", zh="`{given}` 不在可选值之内：{known}").format(
                given=given, known=Text.join(map(Text.same, known))
            ),
            did_you_mean(given, known),
        )
    return given


def out(text: str = "") -> None:
    """A line on standard output."""
    sys.stdout.write(text + "\n")


_LONG = 100_000  # characters


def write_out(content: bytes) -> None:
    """A file's bytes on standard output."""
    sys.stdout.flush()
    try:
        sys.stdout.buffer.write(content)
    except AttributeError:  # a stand-in for standard output that takes text alone
        sys.stdout.write(content.decode())


def print_json(value: Any) -> None:
    """A value as JSON on standard output, for programs."""
    import json

    text = json.dumps(value, ensure_ascii=False, default=str)
    if len(text) < _LONG:
        out(json.dumps(value, ensure_ascii=False, indent=2, default=str))
        return
    from pydantic_core import from_json, to_json

    out(to_json(from_json(text), indent=2).decode())  # the same layout; `json` indents in Python, ten times slower


_WORKSPACE = typer.Option("-C", "--workspace", metavar="PATH", help=h("the project's folder", "项目目录"))
_JSON = typer.Option("--json", help=h("print JSON, for programs", "输出 JSON，供程序读取"))
_AS = typer.Option("--as", metavar="HANDLE", help=h("for whom you act", "代谁办理（人员代号）"))
_DATE = typer.Option("--date", metavar="DATE", help=h("when it happened, if not today", "实际发生日期（默认今天）"))
_NO_COMMIT = typer.Option("--no-commit", help=h("write the files, make no commit", "只写文件，不提交"))
_DRY_RUN = typer.Option("--dry-run", help=h("say what would be written", "只显示将写入的内容"))
_REV = typer.Option(
    "--rev", metavar="REF|DATE", help=h("read the state at a commit or day", "读取某次提交或某日的状态")
)

READING = {"workspace": (str | None, _WORKSPACE, None), "json": (bool, _JSON, False)}
AT_REVISION = READING | {"rev": (str | None, _REV, None)}
AS = {"as_": (str | None, _AS, None)}
WRITING = READING | {
    "as_": (str | None, _AS, None),
    "date": (str | None, _DATE, None),
    "no_commit": (bool, _NO_COMMIT, False),
    "dry_run": (bool, _DRY_RUN, False),
}
Common = dict[str, tuple[Any, Any, Any]]
# The session outlives its command: to free 10,000 records just before the process ends is time spent for nothing.
_ended: list[Session] = []


def command(
    app: typer.Typer, name: str, help_: str, options: Common = READING, *, aliases: dict[str, str] | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a command: its first parameter is the `Session`, the common options are added to its own.

    Commands with WRITING options hold the workspace's lock from before they read until after they wrote.
    `aliases` gives a common option a further name (`--by` for `--as`).
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
        parameters = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own]
        for key, (kind, option, default) in options.items():
            named = _also(option, aliases[key]) if aliases and key in aliases else option
            parameters.append(
                inspect.Parameter(
                    key, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, named]
                )
            )

        def run(**values: Any) -> None:
            given = {key: values.pop(key) for key in options}
            day = given.pop("date", None)
            session = Session(**given, on=parse_date(day) if day else None)
            session.workspace = session.workspace or named_workspace()
            _ended[:] = [session]
            if "dry_run" in options and function.__module__ != "pmkit.cli.init":
                with locked(session):
                    function(session, **values)
            else:
                function(session, **values)

        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {p.name: p.annotation for p in parameters}
        run.__doc__ = None
        app.command(name, cls=QuickCommand, help=help_)(run)
        return function

    return register


def _also(option: Any, name: str) -> Any:
    from copy import copy

    named = copy(option)
    named.param_decls = (*option.param_decls, name)
    return named


@contextmanager
def locked(session: Session) -> Iterator[None]:
    """Hold the workspace's lock: from before a command reads until after it wrote."""
    from pmkit.store.git import COMMITTING, Git

    root = session.root
    found = ahead(lambda: Git.find(root))  # git looks while the writer's modules are imported
    from pmkit.store.transaction import workspace_lock

    if os.environ.get(COMMITTING):  # its parent holds the lock, and would wait for it for ever
        raise Refused(
            Text(
                "a git hook of pmkit's own commit may read, not write",
                "pmkit 自身提交触发的 git 钩子只能读取，不能写入",
            ),
            Text("run it after the commit", "请在提交完成之后执行"),
        )

    def waiting(text: Text) -> None:
        sys.stderr.write(tell(text) + "\n")

    session.git = found()
    if session.git is not None:
        session.identity = ahead(session.git.identity)
    with workspace_lock(session.root, session.git, waiting):
        yield


def ahead(work: Callable[[], A]) -> Callable[[], A]:
    """Begin work that waits for another program, in a thread; the call waits for its end, and raises its error."""
    from threading import Thread

    ended: list[Callable[[], A]] = []

    def run() -> None:
        try:
            value = work()
            ended.append(lambda: value)
        except BaseException as error:  # noqa: BLE001 - raised where the answer is wanted
            ended.append(partial(_raise, error))

    thread = Thread(target=run, daemon=True)
    thread.start()

    def answer() -> A:
        thread.join()
        return ended[0]()

    return answer


def _raise(error: BaseException) -> NoReturn:
    raise error


def group(help_: str) -> typer.Typer:
    """A noun with verbs below it."""
    made = typer.Typer(cls=QuickGroup, no_args_is_help=True, add_completion=False, rich_markup_mode=None, help=help_)
    made.callback()(lambda: None)
    return made


def single() -> typer.Typer:
    """A command that stands by itself."""
    return typer.Typer(add_completion=False, rich_markup_mode=None)


def read_file(path: str) -> bytes:
    """A file that the user named. Raises UsageError."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise UsageError(
            Text(en="cannot read {path}: {why}", zh="无法读取 {path}：{why}").format(path=path, why=reason(error))
        ) from None
