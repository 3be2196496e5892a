"""One page a code and language, `CODE.LANG.md`: they feed `pmkit explain` and the docs."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from pmkit.kernel.text import Lang


@cache
def codes() -> tuple[str, ...]:
    """Every code that has a page, in order."""
    return tuple(sorted(f.name.removesuffix(".en.md") for f in files(__name__).iterdir() if f.name.endswith(".en.md")))


@cache
def check_codes() -> tuple[str, ...]:
    """Those that `pmkit check` looks for; the others are found in history, in files to import and in archives."""
    return tuple(code for code in codes() if not code.startswith(("ARC", "AUD", "IMP")))


def page(code: str, lang: Lang) -> str:
    """The page of a code, as Markdown."""
    return files(__name__).joinpath(f"{code}.{lang}.md").read_text(encoding="utf-8")


def title(code: str, lang: Lang) -> str:
    """The heading of a code's page, without the code."""
    return page(code, lang).splitlines()[0].removeprefix("# ").removeprefix(code).strip()
