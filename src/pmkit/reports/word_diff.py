"""What changed inside a text, word by word: a Chinese character is a word, a run of other letters and digits is one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from pmkit.kernel.text import Text

_WORD = re.compile(r"\n|[ \t]+|[0-9A-Za-z\u00c0-\u024f]+(?:[.,'_-][0-9A-Za-z\u00c0-\u024f]+)*|.", re.DOTALL)
MOST_WORDS = 4000  # of one text; longer ones are compared line by line


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text. `break` is a line end; `removed` stands in the old text only, `added` in the new one."""

    how: Literal["same", "removed", "added", "break"]
    text: str | Text = ""


def words(text: str) -> list[str]:
    """The text as words, spaces and signs; joined they are the text again."""
    return _WORD.findall(text)


def word_diff(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """The old text with what is gone, and the new one with what came."""
    split = words if max(len(before), len(after)) <= MOST_WORDS else _lines
    old, new = split(before), split(after)
    left: list[tuple[Literal["same", "removed", "added"], str]] = []
    right: list[tuple[Literal["same", "removed", "added"], str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            left.append(("same", "".join(old[a:b])))
            right.append(("same", "".join(new[c:d])))
            continue
        left.append(("removed", "".join(old[a:b])))
        right.append(("added", "".join(new[c:d])))
    return tuple(_pieces(left)), tuple(_pieces(right))


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _pieces(marked: list[tuple[Literal["same", "removed", "added"], str]]) -> Iterator[Piece]:
    for how, text in marked:
        for position, line in enumerate(text.split("\n")):
            if position:
                yield Piece("break")
            if line:
                yield Piece(how, line)
