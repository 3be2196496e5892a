"""Recurring days, as people say them and as RFC 5545 writes them: `every week, on fri` is `FREQ=WEEKLY;BYDAY=FR`.

Days are those of the wall calendar, without zone; the time of day is not the rule's business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time

from pmkit.kernel.calendar import WEEKDAYS
from pmkit.kernel.text import Text

_UNIT = {"day": "DAILY", "week": "WEEKLY", "month": "MONTHLY"}
_EVERY = re.compile(r"(?:(?P<n>[1-9][0-9]?)\s*)?(?P<unit>day|week|month)s?\Z")
_SAID_EVERY = {
    "daily": "day", "weekly": "week", "monthly": "month", "fortnight": "2 weeks", "quarter": "3 months",
    "天": "day", "每天": "day", "日": "day", "每日": "day",
    "周": "week", "每周": "week", "星期": "week", "每星期": "week",
    "每两周": "2 weeks", "每二周": "2 weeks", "双周": "2 weeks", "月": "month", "每月": "month",
    "每季度": "3 months", "每季": "3 months",
}  # fmt: skip
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
_SAID_ORDINAL = {
    "1st": "first", "2nd": "second", "3rd": "third", "4th": "fourth",
    "第一个": "first", "第二个": "second", "第三个": "third", "第四个": "fourth", "最后一个": "last", "最后": "last",
}  # fmt: skip
_SAID_DAY = {
    name: code
    for code, names in zip(
        WEEKDAYS,
        ("monday 一", "tuesday 二", "wednesday 三", "thursday 四", "friday 五", "saturday 六", "sunday 日 天"),
        strict=True,
    )
    for name in (code, *names.split())
}
_CLOCK_AT_END = re.compile(r"\s*(?P<hour>[0-9]{1,2})[:：](?P<minute>[0-5][0-9])\s*\Z")
_CODES = {day: day[:2].upper() for day in WEEKDAYS}
WEEKDAY_NAMES = {
    day: Text(en, f"周{zh}")
    for day, en, zh in zip(
        WEEKDAYS,
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        "一二三四五六日",
        strict=True,
    )
}
_EVERY_NAMES = {"day": Text("day", "天"), "week": Text("week", "周"), "month": Text("month", "月")}
_ORDINAL_NAMES = {
    "first": Text("first", "第一个"), "second": Text("second", "第二个"), "third": Text("third", "第三个"),
    "fourth": Text("fourth", "第四个"), "last": Text("last", "最后一个"),
}  # fmt: skip


def parse_every(text: str) -> str:
    """`week`, `2 weeks`, `month`, `每周`, `双周` in the one form that files have. Raises ValueError."""
    said = text.strip().lower()
    match = _EVERY.match(_SAID_EVERY.get(said, said))
    if match is None:
        raise ValueError(text)
    n = int(match["n"] or 1)
    return match["unit"] if n == 1 else f"{n} {match['unit']}s"


def parse_on(text: str) -> tuple[str, str | None]:
    """`fri`, `Friday 15:00`, `mon,thu`, `last thu 10:00`, `15`, `最后一个周四` as the day, and the time beside it.

    The day is in the one form that files have: `fri`, `mon,thu`, `last thu`, `15`. Raises ValueError.
    """
    clock = _CLOCK_AT_END.search(text)
    said = text[: clock.start()] if clock else text
    pieces = [piece.strip() for piece in re.split(r"[,，、]", said.strip().lower()) if piece.strip()]
    if not pieces or (clock and int(clock["hour"]) > 23):
        raise ValueError(text)
    at = f"{int(clock['hour']):02}:{clock['minute']}" if clock else None
    return ",".join(_day(piece) for piece in pieces), at


def _day(said: str) -> str:
    number = re.fullmatch(r"([1-9]|[12][0-9]|3[01])\s*[日号]?", said)
    if number:
        return number[1]
    match = re.fullmatch(
        r"(?P<ordinal>[a-z0-9]+\s+|第.个|最后一个|最后)?(?:周|星期)?(?P<day>[a-z]+|[一二三四五六日天])", said
    )
    if match is None or match["day"] not in _SAID_DAY:
        raise ValueError(said)
    ordinal = (match["ordinal"] or "").strip()
    ordinal = _SAID_ORDINAL.get(ordinal, ordinal)
    if ordinal and ordinal not in _ORDINALS:
        raise ValueError(said)
    return f"{ordinal} {_SAID_DAY[match['day']]}".strip()


def rule_of(every: str, on: str | None) -> str:
    """The RFC 5545 rule of `every` and `on` in the forms of files. Raises ValueError where they do not fit."""
    match = _EVERY.match(every)
    if match is None:
        raise ValueError(every)
    unit, n = match["unit"], int(match["n"] or 1)
    parts = [f"FREQ={_UNIT[unit]}", *([f"INTERVAL={n}"] if n > 1 else [])]
    days = on.split(",") if on else []
    if days and unit == "day":
        raise ValueError(on)
    if unit == "week" and days:
        parts.append("BYDAY=" + ",".join(_CODES[_weekday(day)] for day in days))
    elif unit == "month" and days:
        numbers = [day for day in days if day.isdigit()]
        if numbers and len(numbers) != len(days):
            raise ValueError(on)
        parts.append("BYMONTHDAY=" + ",".join(numbers) if numbers else "BYDAY=" + ",".join(map(_nth, days)))
    return ";".join(parts)


def _weekday(day: str) -> str:
    if day not in _CODES:
        raise ValueError(day)
    return day


def _nth(day: str) -> str:
    ordinal, _, weekday = day.partition(" ")
    return f"{_ORDINALS[ordinal]}{_CODES[weekday]}" if weekday else f"1{_CODES[_weekday(ordinal)]}"


def checked_rule(text: str) -> tuple[str, date | None]:
    """An RFC 5545 rule as files have it, and the last day that it names with UNTIL, which goes out of it.

    Raises ValueError for what is no rule, and for one that recurs more than once a day.
    """
    parts = [part.strip().upper() for part in text.strip().removeprefix("RRULE:").split(";") if part.strip()]
    ends = [part.removeprefix("UNTIL=") for part in parts if part.startswith("UNTIL=")]
    rule = ";".join(part for part in parts if not part.startswith("UNTIL="))
    if not any(part in parts for part in ("FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=YEARLY")):
        raise ValueError(text)
    if any(part.startswith(("BYHOUR=", "BYMINUTE=", "BYSECOND=")) for part in parts):
        raise ValueError(text)
    list(days_of(rule, date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 1)))
    return rule, date(int(ends[0][:4]), int(ends[0][4:6]), int(ends[0][6:8])) if ends else None


def days_of(rule: str, start: date, first: date, last: date) -> Iterator[date]:
    """The days from `first` to `last` on which a rule that starts on `start` falls. Raises ValueError for no rule."""
    from dateutil.rrule import rrulestr

    found = rrulestr(rule, dtstart=datetime.combine(start, time()))
    for moment in found:
        if moment.date() > last:
            return
        if moment.date() >= first:
            yield moment.date()


def every_words(every: str) -> Text:
    """`week`, `周`; `2 weeks`, `2 周`."""
    match = _EVERY.match(every)
    if match is None:
        return Text.same(every)
    n, name = int(match["n"] or 1), _EVERY_NAMES[match["unit"]]
    if n == 1:
        return name
    return Text(f"{n} {name.en}s", f"{n} {'个月' if match['unit'] == 'month' else name.zh}")


def rule_words(every: str, on: str | None) -> Text:
    """`every week on Friday`, `每周五`: a recurrence in the forms of files, in words."""
    match = _EVERY.match(every)
    if match is None:
        return Text.same(every)
    unit, n = match["unit"], int(match["n"] or 1)
    days = Text.join(map(_day_words, on.split(","))) if on else None
    said = every_words(every)
    en, zh = f"every {said.en}", f"每{said.zh}" if n == 1 else f"每 {said.zh}"
    if days is None:
        return Text(en, zh)
    if unit == "week" and n == 1:
        return Text(f"{en} on {days.en}", f"每{days.zh}")
    return Text(f"{en} on {days.en}", f"{zh} {days.zh}" if days.zh[0].isdigit() else f"{zh}{days.zh}")


def _day_words(day: str) -> Text:
    if day.isdigit():
        return Text(f"day {day}", f"{day} 日")
    ordinal, _, weekday = day.rpartition(" ")
    name = WEEKDAY_NAMES.get(weekday, Text.same(weekday))
    return Text.join((_ORDINAL_NAMES[ordinal], name), en=" ", zh="") if ordinal in _ORDINAL_NAMES else name
