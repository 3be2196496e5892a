"""Fixtures shared by every test: an isolated environment, the recorded inputs, golden files."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


class TestsTouchNoNetwork(AssertionError):
    """A test opened a connection that does not stay on this machine."""


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No home, no global git configuration, no clock, no language and no network of the person who runs the tests."""
    for name in list(os.environ):
        ours = name.startswith(("GIT_", "PMKIT_", "LC_")) or name in {"LANG", "NO_COLOR", "COLUMNS", "EMAIL"}
        if ours and name != "PMKIT_TEST_DATA":
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    connect = socket.socket.connect

    def loopback_only(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX and not str(address[0]).startswith(("127.", "::1", "localhost")):  # type: ignore[index]
            raise TestsTouchNoNetwork(address)
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", loopback_only)


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


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """`golden("name.md", text)` compares with tests/golden/name.md; `--update-golden` writes it."""
    update = request.config.getoption("--update-golden")

    def compare(name: str, text: str) -> None:
        path = ROOT / "tests/golden" / name
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        assert path.exists(), f"no golden file {name}: run pytest --update-golden and read what it writes"
        assert text == path.read_bytes().decode(), f"{name} differs; look, then run pytest --update-golden"

    return compare
