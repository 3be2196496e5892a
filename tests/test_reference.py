"""The reference of all commands is the program's own help; `--update-golden` writes it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(("lang", "name"), [("en", "reference.md"), ("zh", "reference.zh.md")])
def test_the_reference_is_the_programs_own_help(request, lang, name):
    """In a process of its own: help texts are chosen when a module is first read."""
    done = subprocess.run(
        [sys.executable, "-m", "pmkit.cli.reference"], env={**os.environ, "PMKIT_LANG": lang, "PYTHONUTF8": "1"},
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    path = ROOT / "docs" / name
    if request.config.getoption("--update-golden"):
        path.write_text(done.stdout, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == done.stdout, "pytest tests/test_reference.py --update-golden"
