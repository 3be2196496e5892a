"""`pmkit init --example`: the shipped example project, built command by command with a believable history.

An example is a folder with a `history.txt`: lines `DAY TIME | WHO | COMMAND`, each run as its person, on its day,
committed at its time; the same bytes and the same commits on every machine.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path

import typer

import pmkit
from pmkit.cli.language import h, language, speak
from pmkit.cli.progress import progress
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text, did_you_mean

SCRIPT = "history.txt"
# Whatever the machine's git is set to do, an example is not signed, hooked or templated.
_GIT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TEMPLATE_DIR": ""}


def build(root: Path, name: str) -> None:
    """Build the example `name` at `root`. Raises UsageError for a name that is none."""
    folder = _examples() / name
    known = sorted(p.parent.name for p in _examples().glob(f"*/{SCRIPT}"))
    if name not in known:
        raise UsageError(
            Text(en="there is no example `{name}`", zh="没有名为 `{name}` 的示例").format(name=name),
            did_you_mean(name, known) if did_you_mean(name, known).en else Text.same(", ".join(known)),
        )
    if root.exists() and any(root.iterdir()):
        raise UsageError(Text(en="{root} is not empty", zh="{root} 不是空目录").format(root=root))
    lines = list(_lines((folder / SCRIPT).read_text(encoding="utf-8")))
    target = root.absolute()
    target.mkdir(parents=True, exist_ok=True)
    with progress(Text("building the example", "正在生成示例")) as shown:
        for day, time, who, command in shown.over(lines):
            with acting_as(day, time, who), inside(target.parent if command[1] == "init" else target):
                run_quietly([str(target) if word == "HERE" else word.replace("@@", f"{folder}/") for word in command])
    speak(name)
    sys.stdout.write(
        h(
            f"{root}: the example project; try `pmkit status` there\n",
            f"{root}：示例项目已生成，可在其中执行 `pmkit status`\n",
        )
    )


def _examples() -> Path:
    """The shipped examples: inside the installed package, or in the checkout."""
    packaged = Path(pmkit.__file__).parent / "_data/examples"
    return packaged if packaged.is_dir() else Path(pmkit.__file__).parents[2] / "examples"


def _lines(text: str) -> Iterator[tuple[str, str, str, list[str]]]:
    """Day, time, person (`Name <mail>`) and command of each line; `#` begins a comment."""
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            when, who, command = (part.strip() for part in line.split("|", 2))
            day, time = when.split()
            yield day, time, who, shlex.split(command)


def run_quietly(command: list[str]) -> None:
    """One command line in this process, quietly."""
    from pmkit.cli.app import app

    language.cache_clear()
    before = sys.argv
    sys.argv = command
    try:
        with redirect_stdout(StringIO()):
            code = app(command[1:], standalone_mode=False)
        if code:  # interrupted
            raise typer.Exit(code)
    finally:
        sys.argv = before
        language.cache_clear()


@contextmanager
def acting_as(day: str, time: str, who: str, *, zone: str = "+08:00") -> Iterator[None]:
    """As a person (`Name <mail>`), on a day, at a time of the project's zone (China's unless another is given)."""
    name, _, mail = who.partition(" <")
    stamp = f"{day}T{time}:00{zone}"
    given = {"PMKIT_TODAY": day, **_GIT}
    for role in ("AUTHOR", "COMMITTER"):
        given |= {f"GIT_{role}_NAME": name, f"GIT_{role}_EMAIL": mail.rstrip(">"), f"GIT_{role}_DATE": stamp}
    with _environment(given):
        yield


@contextmanager
def _environment(given: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(given)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
