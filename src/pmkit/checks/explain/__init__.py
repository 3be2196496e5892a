"""One page a code and language, `CODE.LANG.md`: they feed `pmkit explain` and the docs."""

from __future__ import annotations

from importlib.resources import files

from pmkit.kernel.text import Lang


def codes() -> list[str]:
    """Every code that has a page, in order."""
    return sorted(f.name.removesuffix(".en.md") for f in files(__name__).iterdir() if f.name.endswith(".en.md"))


def page(code: str, lang: Lang) -> str:
    """The page of a code, as Markdown."""
    return files(__name__).joinpath(f"{code}.{lang}.md").read_text(encoding="utf-8")
