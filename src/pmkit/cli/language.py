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
    from_profile = _of_profile(Path(named_workspace() or "."))
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


def named_workspace() -> str | None:
    """The folder that `-C` names anywhere on the command line; read before anything parses it, for the language."""
    words = sys.argv[1:]
    for position, word in enumerate(words):
        if word in {"-C", "--workspace"}:
            return words[position + 1] if position + 1 < len(words) else None
        if word.startswith("--workspace="):
            return word.partition("=")[2]
    return None


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
