"""Workspaces that take many commands to make are made once a run, by whichever worker needs them first, and copied."""

from __future__ import annotations

import inspect
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock


class Shelf:
    """Folders by name, shared by all workers of one run of the suite."""

    def __init__(self, factory: pytest.TempPathFactory) -> None:
        base = factory.getbasetemp()
        self.folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "built"
        self.folder.mkdir(exist_ok=True)

    def made(self, name: str, make: Callable[[Path], object]) -> Path:
        """The folder of that name; `make` fills it the first time. Copy it before you write."""
        made = self.folder / name
        with FileLock(self.folder / f"{name}.lock"):
            if not made.exists():
                half = self.folder / f"{name}.half"
                shutil.rmtree(half, ignore_errors=True)
                make(half)
                half.rename(made)
        return made


def once(fill: Callable[[Any], object]) -> Any:
    """A fixture from a function that leads a workspace further: done once, later tests get a copy of the folder.

    The function asks for fixtures as any other does; they are looked up only where the work is done.
    """
    wanted = inspect.signature(fill).parameters

    @pytest.fixture(name=fill.__name__)
    def fixture(request: pytest.FixtureRequest, run: Any, shelf: Shelf) -> Any:
        home: Path = run.home
        done_here = False

        def make(folder: Path) -> None:
            nonlocal done_here
            done_here = True
            fill(*map(request.getfixturevalue, wanted))
            shutil.copytree(home, folder / "home", symlinks=True)
            state = {"folder": run.folder.relative_to(home).as_posix(), "today": run.today}
            (folder / "state.json").write_text(json.dumps(state), encoding="utf-8")

        made = shelf.made(f"{fill.__module__}.{fill.__name__}", make)
        if not done_here:
            shutil.rmtree(home)
            shutil.copytree(made / "home", home, symlinks=True)
            state = json.loads((made / "state.json").read_text(encoding="utf-8"))
            run.folder, run.today = home / state["folder"], state["today"]
        return run

    fixture.__doc__ = fill.__doc__
    return fixture
