"""Where a line may not end: dates, ids and ticked choices stay whole; what is too long for a column may break."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Dates, ids and ticked choices read badly over two lines, and narrow columns are full of them.
UNBROKEN = re.compile(r"\d{4}-\d{2}-\d{2}|\b[A-Z]{1,4}-\d{1,9}\b|[□☑][^\s□☑&<>]{1,12}")
LONG = re.compile(r"[!-~]{24}(?=[!-~])")  # an address or a digest must not push a table off its page
_MAY_BREAK = "\u200b"
_ADDRESS = re.compile(r"(?<=[\w.-])@(?=[\w-]+\.)")  # a mail address may go on after its sign, in columns of any width


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces, and whether each stays on one line; a long word has zero-width spaces where it may break."""
    at = 0
    for match in UNBROKEN.finditer(text):
        if match.start() > at:
            yield _breakable(text[at : match.start()]), False
        yield match[0], True
        at = match.end()
    if at < len(text):
        yield _breakable(text[at:]), False


def _breakable(text: str) -> str:
    return LONG.sub(rf"\g<0>{_MAY_BREAK}", _ADDRESS.sub(rf"@{_MAY_BREAK}", text))
