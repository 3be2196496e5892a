"""The language of messages and help: PMKIT_LANG, else the project's, else the locale's."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

from pmkit.kernel.text import Lang, Text


@cache
def language() -> Lang:
    """The language to speak. Looks no further than one line of the nearest profile, so that help stays quick."""
    asked = os.environ.get("PMKIT_LANG", "")
    if asked[:2] in {"zh", "en"}:
        return "zh" if asked.startswith("zh") else "en"
    from_profile = _of_profile(_named_workspace())
    if from_profile:
        return from_profile
    locale = next((v for n in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(n))), "")
    return "zh" if locale.startswith("zh") else "en"


def speak(lang: str) -> None:
    """Speak a new project's language, unless PMKIT_LANG says otherwise."""
    if lang in {"zh", "en"} and not os.environ.get("PMKIT_LANG"):
        os.environ["PMKIT_LANG"] = lang
        language.cache_clear()


def h(en: str, zh: str) -> str:
    """A help text in the language to speak."""
    return zh if language() == "zh" else en


def tell(text: Text) -> str:
    """A text in the language to speak."""
    return text.to(language())


def _named_workspace() -> Path:
    """The folder that `-C` names, read off the command line before anything parses it."""
    for option, value in zip(sys.argv, sys.argv[1:], strict=False):
        if option in {"-C", "--workspace"}:
            return Path(value)
    return Path()


def _of_profile(start: Path) -> Lang | None:
    for folder in (start.absolute(), *start.absolute().parents):
        try:
            text = (folder / "pmkit.yaml").read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            continue
        for line in text.splitlines():
            if line.startswith("language:"):
                return "zh" if line.partition(":")[2].strip().strip("'\"") == "zh" else "en"
        return None
    return None
