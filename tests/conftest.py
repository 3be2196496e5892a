"""Fixtures shared by every test: an isolated environment, the recorded inputs, golden files."""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from workspaces import Shelf, once

ROOT = Path(__file__).resolve().parents[1]


def _memory() -> Path | None:
    """A file system in memory that has room and runs programs (hooks): a third of the time goes into small files."""
    folder = Path("/dev/shm")
    if not (folder.is_dir() and os.access(folder, os.W_OK)):
        return None
    state = os.statvfs(folder)
    roomy = state.f_bavail * state.f_frsize > 2 * 1024**3
    return folder if roomy and not state.f_flag & os.ST_NOEXEC else None


if memory := _memory():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))


class TestsTouchNoNetwork(AssertionError):
    """A test opened a connection that does not stay on this machine."""


# A test ends long before a power cut or a repository that needs sweeping; git's own samples of hooks are in nobody's way.
GIT_CONFIG = """\
[core]
	fsync = none
[gc]
	auto = 0
[maintenance]
	auto = false
[init]
	templateDir = {template}
"""


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """What is made once a run."""
    return Shelf(tmp_path_factory)


@pytest.fixture(scope="session")
def git_config(shelf: Shelf) -> Path:
    """What the machine says to git; any test may say otherwise for its home or its repository."""

    def make(folder: Path) -> None:
        (folder / "template/hooks").mkdir(parents=True)
        (folder / "template/info").mkdir()
        template = (shelf.folder / "git/template").as_posix()
        (folder / "config").write_text(GIT_CONFIG.format(template=template), encoding="utf-8")

    return shelf.made("git", make) / "config"


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, git_config: Path) -> None:
    """No home, no global git configuration, no clock, no language and no network of the person who runs the tests."""
    for name in list(os.environ):
        ours = name.startswith(("GIT_", "PMKIT_", "LC_")) or name in {
            "LANG",
            "NO_COLOR",
            "COLUMNS",
            "EMAIL",
            "PYTHONDONTWRITEBYTECODE",
        }
        if ours and name != "PMKIT_TEST_DATA":
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", str(git_config))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")  # nobody's passwords are asked for
    connect = socket.socket.connect

    def loopback_only(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX and not str(address[0]).startswith(("127.", "::1", "localhost")):  # type: ignore[index]
            raise TestsTouchNoNetwork(address)
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", loopback_only)
    monkeypatch.setattr(os, "fsync", lambda _: None)


def _shared_data() -> Path | None:
    named = os.environ.get("PMKIT_TEST_DATA")
    for folder in [Path(named)] if named else [up / "shared/data" for up in (ROOT, ROOT.parent)]:
        if folder.is_dir():
            return folder
    return None


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of recorded real inputs with known right answers; each sub-folder has a README."""
    folder = _shared_data()
    if folder is None:
        pytest.skip("NO RECORDED INPUTS: put them in ../shared/data or name their folder in PMKIT_TEST_DATA")
    return folder


def pytest_report_header() -> str:
    folder = _shared_data()
    return f"recorded inputs: {folder or 'ABSENT, their tests are skipped (PMKIT_TEST_DATA)'}"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write what the program says now into tests/golden")


class Run:
    """Runs `pmkit` in this process, as a shell line would; the last exit code is kept in `code`."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self._capsys, self._monkeypatch = capsys, monkeypatch
        self.home = self.folder = folder
        self.today: str | None = None
        self.code = 0
        self.err = ""

    def __call__(self, line: str | list[str], *, code: int | None = 0) -> str:
        """What the command printed on standard output; `err` has the rest. Fails on another exit code than `code`."""
        from pmkit.cli.language import language
        from pmkit.cli.run import main

        arguments = shlex.split(line) if isinstance(line, str) else line
        if arguments[:1] == ["pmkit"]:
            arguments = arguments[1:]
        self._monkeypatch.chdir(self.folder)
        self._monkeypatch.setattr("sys.argv", ["pmkit", *arguments])
        if self.today:
            self._monkeypatch.setenv("PMKIT_TODAY", self.today)
        language.cache_clear()
        self._capsys.readouterr()
        try:
            main()
            self.code = 0
        except SystemExit as end:
            self.code = int(end.code or 0)
        finally:
            language.cache_clear()
        printed = self._capsys.readouterr()
        self.err = printed.err
        assert code is None or self.code == code, f"exit {self.code}: {line}\n{printed.out}{printed.err}"
        assert "Traceback" not in printed.err
        return printed.out

    def git(self, *arguments: str) -> str:
        """What git says in the folder."""
        done = subprocess.run(["git", *arguments], cwd=self.folder, capture_output=True, check=True)
        return done.stdout.decode()

    def write(self, path: str, text: str) -> None:
        """A file below the folder."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode())

    def edit(self, path: str, old: str, new: str) -> None:
        """A hand edit."""
        text = (self.folder / path).read_text(encoding="utf-8")
        assert old in text, text
        self.write(path, text.replace(old, new))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """The command line in an empty folder, as 李伟, on 2026-03-02."""
    folder = tmp_path / "work"
    folder.mkdir()
    for key, value in {"NAME": "李伟", "EMAIL": "li.wei@supplier.example"}.items():
        monkeypatch.setenv(f"GIT_AUTHOR_{key}", value)
        monkeypatch.setenv(f"GIT_COMMITTER_{key}", value)
    runner = Run(capsys, monkeypatch, folder)
    runner.today = "2026-03-02"
    return runner


@once
def park(run: Run) -> None:
    """A workspace with 李伟 (supplier pm) and 王芳 (customer sponsor), one requirement and a plan of two tasks."""
    run(
        "init park --name 智慧园区系统集成项目 --code ZHYQ --customer 滨海集团 --lang zh --currency CNY --start 2026-03-02"
    )
    run.folder = run.folder / "park"
    run("person add li.wei --name 李伟 --side supplier --role pm --email li.wei@supplier.example")
    run("person add wang.fang --name 王芳 --side customer --role sponsor --email wang.fang@customer.example")
    run.today = "2026-03-03"
    run(
        "requirement add --title 统一身份认证 --statement 门户、门禁和停车系统使用同一账号登录。 --priority must "
        "--category functional --source '访谈 2026-03-03' --accept 三个系统用同一账号登录成功 --owner li.wei"
    )
    run("plan phase add PH1 --name 需求与设计")
    run("plan task add --phase PH1 --name 需求调研 --duration 5d --owner li.wei")
    run("plan task add --phase PH1 --name 方案设计 --duration 10d --after T-001")
    run("plan milestone add --phase PH1 --name 设计评审通过 --after T-002")
    run.today = "2026-03-04"


@pytest.fixture(scope="session")
def built(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory, git_config: Path) -> Callable[[str], Path]:
    """`built(name)`: the example, built once, copied once for each worker; nothing here writes into it."""
    from pmkit.cli.example import build
    from pmkit.cli.language import language

    @cache
    def find(name: str) -> Path:
        def make(folder: Path) -> None:
            with pytest.MonkeyPatch.context() as its:
                its.setenv("PMKIT_LANG", name)
                its.setenv("GIT_CONFIG_SYSTEM", str(git_config))
                language.cache_clear()
                build(folder, name)
            language.cache_clear()

        copy = tmp_path_factory.mktemp("example") / name
        shutil.copytree(shelf.made(f"example-{name}", make), copy)
        return copy

    return find


@pytest.fixture
def example(run: Run, built: Callable[[str], Path]) -> Callable[[str], Run]:
    """`example(name)`: the command line in the example."""

    def opened(name: str) -> Run:
        run.folder = built(name)
        run.today = None
        return run

    return opened


@pytest.fixture
def golden_file(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """`golden_file(path, text)` compares with the file; `--update-golden` writes it."""
    update = request.config.getoption("--update-golden")

    def compare(path: Path, text: str) -> None:
        name = path.relative_to(ROOT)
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        assert path.exists(), f"no golden file {name}: run pytest --update-golden and read what it writes"
        assert text == path.read_bytes().decode(), f"{name} differs; look, then run pytest --update-golden"

    return compare


@pytest.fixture
def golden(golden_file: Callable[[Path, str], None]) -> Callable[[str, str], None]:
    """`golden("name.md", text)` compares with tests/golden/name.md; `--update-golden` writes it."""
    return lambda name, text: golden_file(ROOT / "tests/golden" / name, text)
