"""Text in both languages, and how wide it stands on a terminal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One message, label or word, in English and Chinese side by side."""

    en: str
    zh: str

    def to(self, lang: Lang) -> str:
        """The text in `lang`."""
        return self.zh if lang == "zh" else self.en

    def format(self, **values: Any) -> Text:
        """Both texts with their placeholders filled; a `Text` value is filled in the language of its side."""
        en = {k: v.en if isinstance(v, Text) else v for k, v in values.items()}
        zh = {k: v.zh if isinstance(v, Text) else v for k, v in values.items()}
        return Text(en=self.en.format_map(en), zh=self.zh.format_map(zh))

    def stripped(self) -> Text:
        """Both texts without the blanks and semicolons at their ends that an empty last placeholder leaves."""
        return Text(en=self.en.strip().rstrip("; "), zh=self.zh.strip().rstrip("；"))

    @staticmethod
    def same(text: str) -> Text:
        """A text that reads the same in both languages: an id, a path, a number."""
        return Text(en=text, zh=text)

    @staticmethod
    def join(texts: Iterable[Text], en: str = ", ", zh: str = "、") -> Text:
        """The texts as one enumeration, with each language's own separator."""
        items = list(texts)
        return Text(en=en.join(t.en for t in items), zh=zh.join(t.zh for t in items))


def display_width(text: str) -> int:
    """Terminal cells that `text` takes: 2 for a wide character, 0 for a combining or control one."""
    if text.isascii():
        return len(text)
    return sum(_cells(ch) for ch in text)


def _cells(ch: str) -> int:
    if unicodedata.east_asian_width(ch) in "WF":
        return 2
    return 0 if unicodedata.category(ch) in {"Mn", "Me", "Cf", "Cc"} else 1


def pad(text: str, width: int, *, right: bool = False) -> str:
    """`text` filled with spaces to `width` cells; longer text is returned whole."""
    gap = " " * max(0, width - display_width(text))
    return gap + text if right else text + gap


def shorten(text: str, width: int) -> str:
    """`text` cut to at most `width` cells, ending in `…` where something was cut."""
    if display_width(text) <= width:
        return text
    cells, cut = 0, []
    for ch in text:
        if cells + _cells(ch) > width - 1:
            break
        cells += _cells(ch)
        cut.append(ch)
    return "".join(cut) + "…"


_PIECE = re.compile(r"\s+|[!-~]+|.", re.DOTALL)
_NOT_FIRST = frozenset("，。、；：？！）》”’】…,.;:?!)")
_NOT_LAST = frozenset("（《“‘【(")


def wrap(text: str, width: int) -> list[str]:
    """`text` as lines of at most `width` cells: between words, and between Chinese characters but for punctuation."""
    lines: list[str] = []
    for paragraph in text.splitlines():
        line, cells = "", 0
        for piece in _unbroken(paragraph):
            size = display_width(piece)
            if cells + display_width(piece.rstrip()) > width and line.strip():
                lines.append(line.rstrip())
                piece, line, cells = piece.lstrip(), "", 0  # noqa: PLW2901 - a line does not begin with a blank
                size = display_width(piece)
            line, cells = line + piece, cells + size
        lines.append(line.rstrip())
    return lines


def _unbroken(text: str) -> Iterator[str]:
    """Pieces between which a line may end: words with the blank before them, single wide characters."""
    piece = ""
    for match in _PIECE.finditer(text):
        found = match[0]
        wide = display_width(found) > len(found)
        breaks = (
            found.isspace()
            or (wide and found[0] not in _NOT_FIRST)
            or (piece and not piece[-1].isascii() and found[0] not in _NOT_FIRST)
        )
        if piece.strip() and breaks and piece[-1] not in _NOT_LAST:
            yield piece
            piece = ""
        piece += found
    if piece:
        yield piece


_NUMBERED = re.compile(r"([a-z]{1,4})-([0-9]{1,9})")


def nearest(word: str, options: Iterable[str]) -> str | None:
    """The option most like `word`, or None where nothing comes near. An id goes by its prefix and its number."""
    from difflib import get_close_matches

    known = {o.lower(): o for o in options}
    if numbered := _NUMBERED.fullmatch(word.lower()):
        same = [o for o in known if (m := _NUMBERED.fullmatch(o)) and m[1] == numbered[1]]
        if found := [o for o in same if int(o[len(numbered[1]) + 1 :]) == int(numbered[2])]:
            return known[found[0]]
        if same:  # one digit was missed, of an id as long
            known = {o: known[o] for o in same if len(o) == len(word)}
    found = get_close_matches(word.lower(), list(known), n=3, cutoff=0.6)
    letters = sorted(word.lower())  # two of them in the wrong order is the commonest slip
    return known[next((one for one in found if sorted(one) == letters), found[0])] if found else None


def did_you_mean(word: str, options: Iterable[str]) -> Text:
    """A sentence that suggests the nearest option, or nothing."""
    found = nearest(word, options)
    if found is None:
        return Text.same("")
    return Text(en=f"did you mean `{found}`?", zh=f"是否想写 `{found}`？")
