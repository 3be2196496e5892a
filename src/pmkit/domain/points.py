"""Points that somebody has to settle by a day: open points of an interview, conditions of a signature."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pmkit.domain.kind import About, Part
from pmkit.domain.values import Day, Line, Prose

_AFTERWARDS = re.compile(r"(?P<text>.*\S)\s*[(（](?P<inside>[^()（）]+)[)）]\s*[。.]?\s*\Z", re.DOTALL)
_DATE = re.compile(r"(?:(?P<year>[0-9]{4})\s*[-/.年]\s*)?(?P<month>[0-9]{1,2})\s*[-/.月]\s*(?P<day>[0-9]{1,2})\s*日?\Z")
_MENTION = re.compile(r"(?:\A|\s)@(?P<who>[^\s@,，、;；()（）]+)")
_DAY_AT_END = re.compile(
    r"(?:\A|[\s,，])(?P<day>[0-9]{4}\s?[-/.]\s?[0-9]{1,2}\s?[-/.]\s?[0-9]{1,2}|(?:[0-9]{4}年)?[0-9]{1,2}月[0-9]{1,2}日)\s*[前止]?\Z"
)
_LIKE_A_DATE = re.compile(r"[0-9].*[-/年月日]|[-/年月日].*[0-9]")


class Point(Part):
    """What is to be settled, by whom (a handle, or a party's name), until when."""

    text: Annotated[Prose, About("Point", "事项")]
    owner: Annotated[Line | None, About("Owner", "责任人")] = None
    due: Annotated[Day | None, About("Due", "完成时限")] = None


def parse_day_loosely(text: str, year: int) -> date:
    """`2026-03-10`, `2026/3/10`, `2026年3月10日`, and without a year `3月10日`. Raises ValueError."""
    match = _DATE.match(text.strip())
    if match is None:
        raise ValueError(text)
    try:
        return date(int(match["year"] or year), int(match["month"]), int(match["day"]))
    except ValueError:
        raise ValueError(text.strip()) from None


def parse_point(text: str, handles: Mapping[str, str], year: int) -> dict[str, str]:
    """`提供点位表 @王芳 2026-03-10` or `提供点位表（王芳，2026-03-10）` as text, owner and due; either may be missing.

    `handles`: people's handles by name and by handle; whom nobody of them is called stays as written. The day stands at
    the end. A bracket that names neither a person, a party nor a day belongs to the text. Raises ValueError for a day
    that is none.
    """
    if mention := _MENTION.search(text):
        return _mentioned(text, mention, handles, year)
    match = _AFTERWARDS.match(text)
    if match is None:
        return {"text": text.strip()}
    found: dict[str, str] = {}
    others: list[str] = []
    for piece in (p.strip() for p in re.split(r"[,，、;；]", match["inside"]) if p.strip()):
        if _LIKE_A_DATE.search(piece):
            found["due"] = parse_day_loosely(piece, year).isoformat()
        elif piece in handles:
            found["owner"] = handles[piece]
        else:
            others.append(piece)
    if "due" in found and "owner" not in found and len(others) == 1:
        found["owner"] = others.pop()
    if others or not found:
        return {"text": text.strip()}
    return {"text": match["text"].strip(), **found}


def _mentioned(text: str, mention: re.Match[str], handles: Mapping[str, str], year: int) -> dict[str, str]:
    who = mention["who"]
    rest = (text[: mention.start()].rstrip() + " " + text[mention.end() :].lstrip(" ,，")).strip()
    found = {"owner": handles.get(who, who)}
    if day := _DAY_AT_END.search(rest):
        found["due"] = parse_day_loosely(day["day"], year).isoformat()
        rest = rest[: day.start()].strip()
    return {"text": rest.rstrip("，,；; "), **found}
