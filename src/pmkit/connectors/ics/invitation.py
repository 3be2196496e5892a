"""Calendar files that came by mail, read into values: meetings that are proposed, changed or called off (RFC 5545)."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pmkit.kernel.errors import MissingExtra, UsageError
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from icalendar import Component

LARGEST = 5_000_000  # bytes
_LINE = re.compile(
    r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)?(?:;[A-Za-z0-9-]+=(?:\"[^\"\x00-\x08]*\"|[^\":;,\x00-\x08]*)(?:,(?:\"[^\"]*\"|[^\":;,]*))*)*;?:"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. Times are the project's, without zone, or those of `zone`; `until` is a time of day.

    `occurrence`: of which meeting of a series it tells, None for the series itself or a single meeting. `mails` of
    those invited are in small letters. `cancelled`: it is called off.
    """

    uid: str
    sequence: int
    title: str
    at: date | datetime
    until: str | None
    lasts: timedelta | None
    place: str | None
    organizer: str | None
    mails: tuple[str, ...]
    rule: str | None
    occurrence: date | None
    zone: str | None
    cancelled: bool
    line: int
    without_time: bool = False


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a file holds: its events, and how many components of each name there are, those inside others included.

    `calendars`: how many stand side by side; a bare event counts as one.
    """

    entries: tuple[Entry, ...]
    counts: dict[str, int]
    calendars: int


def read_invitation(name: str, data: bytes, zone: ZoneInfo) -> Invitation:
    """The events of a calendar file. Raises UsageError, one line with the place, where a line of it cannot be read.

    A reader that guessed would put meetings on the wrong day: whatever the library could not read is refused.
    """
    try:
        from icalendar import Calendar
    except ImportError:
        raise MissingExtra("ics", Text("reading calendar files", "读取日历文件")) from None
    if len(data) > LARGEST:
        raise _refused(name, 1, Text("the file is too large", "文件过大"))
    text = _decoded(name, data)
    lines = _unfolded(text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # vendors' names of time zones are read as what they mean
            roots = Calendar.from_ical(text, multiple=True)
    except (ValueError, KeyError, IndexError, AttributeError, TypeError) as error:
        raise _unreadable(name, lines, _broken_line(lines), error) from None
    components = [component for root in roots for component in root.walk()]
    for component in components:
        for what, why in component.errors:
            raise _unreadable(name, lines, _line_of(lines, str(what or ""), component), why)
    counts: dict[str, int] = {}
    for component in components:
        name_ = component.name or ""
        counts[name_] = counts.get(name_, 0) + 1
    calls_off = any(str(root.get("METHOD", "")).upper() == "CANCEL" for root in roots)
    starts = [number for number, line in lines if line.upper() == "BEGIN:VEVENT"]
    events = [component for component in components if component.name == "VEVENT"]
    entries = []
    for event, line in zip(events, starts, strict=False):
        try:
            entries.append(_entry(event, zone, line, calls_off=calls_off))
        except (ValueError, TypeError, AttributeError, OverflowError) as error:
            raise _unreadable(name, lines, line, error) from None
    return Invitation(tuple(entries), counts, len(roots))


def _decoded(name: str, data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _refused(name, 1, Text("it is not text", "不是文本文件"))


def _unfolded(text: str) -> list[tuple[int, str]]:
    """Content lines with the number of the line on which each begins (RFC 5545, 3.1)."""
    found: list[tuple[int, str]] = []
    for number, line in enumerate(re.split(r"\r?\n", text), start=1):
        if line[:1] in {" ", "\t"} and found:
            found[-1] = (found[-1][0], found[-1][1] + line[1:])
        elif line:
            found.append((number, line))
    return found


def _broken_line(lines: list[tuple[int, str]]) -> int:
    """The first line that is no `NAME;PARAMETER=VALUE:VALUE`, or ends what was not begun; else the last one."""
    open_: list[str] = []
    for number, line in lines:
        if not _LINE.match(line) or "\r" in line:
            return number
        name, _, value = line.partition(":")
        if name.upper() == "BEGIN":
            open_.append(value.strip().upper())
        elif name.upper() == "END" and (not open_ or open_.pop() != value.strip().upper()):
            return number
    return lines[-1][0] if lines else 1


def _line_of(lines: list[tuple[int, str]], what: str, component: Component) -> int:
    """The line of a property that could not be read: the first of its name in such a component that fails by itself."""
    inside: list[str] = []
    fallback = lines[0][0] if lines else 1
    for number, line in lines:
        name = re.split(r"[:;]", line, maxsplit=1)[0].upper()
        if name == "BEGIN":
            inside.append(line.partition(":")[2].strip().upper())
            if inside[-1] == component.name:
                fallback = number
        elif name == "END" and inside:
            inside.pop()
        elif (
            inside
            and inside[-1] == component.name
            and ((name == what.upper() and _fails(component, line)) or (not what and not _LINE.match(line)))
        ):
            return number
    return fallback


def _fails(component: Component, line: str) -> bool:
    from icalendar import Calendar

    try:
        alone = Calendar.from_ical(f"BEGIN:{component.name}\r\n{line}\r\nEND:{component.name}\r\n", multiple=True)
    except ValueError:
        return True
    return any(one.errors for one in alone)


def _entry(event: Component, zone: ZoneInfo, line: int, *, calls_off: bool) -> Entry:
    start = _first(event.get("DTSTART"))
    at = _local(start.dt, zone) if start is not None else date(1970, 1, 1)
    length = _length(event, start)
    end = at + length if isinstance(at, datetime) and length else None
    rule = event.get("RRULE")
    recurrence = _first(event.get("RECURRENCE-ID"))
    occurrence = _local(recurrence.dt, zone) if recurrence is not None else None
    own_zone = _known_zone(start.params.get("TZID")) if start is not None and rule is not None else None
    if own_zone is not None and own_zone != zone.key and isinstance(start.dt, datetime):
        at = start.dt.replace(tzinfo=None)  # its rule counts days there
    return Entry(
        uid=str(event.get("UID", "")),
        sequence=int(event.get("SEQUENCE", 0)),
        title=" ".join(str(event.get("SUMMARY", "")).split()),
        at=at,
        until=_same_day_end(at, end),
        lasts=length,
        place=" ".join(str(event.get("LOCATION", "")).split()) or None,
        organizer=_mail(_first(event.get("ORGANIZER"))),
        mails=tuple(dict.fromkeys(m for m in map(_mail, _many(event.get("ATTENDEE"))) if m)),
        rule=_rule(rule, zone) if rule is not None else None,
        occurrence=occurrence.date() if isinstance(occurrence, datetime) else occurrence,
        zone=own_zone if own_zone != zone.key else None,
        cancelled=calls_off or str(event.get("STATUS", "")).upper() == "CANCELLED",
        line=line,
        without_time=start is None,
    )


def _same_day_end(at: date | datetime, end: datetime | None) -> str | None:
    if end is None or not isinstance(at, datetime) or end.date() != at.date():
        return None
    return f"{end:%H:%M}"


def _length(event: Component, start: Any) -> timedelta | None:
    if start is None:
        return None
    if (duration := _first(event.get("DURATION"))) is not None and isinstance(duration.dt, timedelta):
        return duration.dt
    end = _first(event.get("DTEND"))
    if end is None or isinstance(end.dt, datetime) != isinstance(start.dt, datetime):
        return None
    first, last = start.dt, end.dt
    if isinstance(first, datetime) and (first.tzinfo is None) != (last.tzinfo is None):
        return None
    return last - first if last > first else None


def _local(at: date | datetime, zone: ZoneInfo) -> date | datetime:
    """A time as the project's clock shows it; one without zone stays as it is."""
    if not isinstance(at, datetime):
        return at
    return (at.astimezone(zone) if at.tzinfo else at).replace(tzinfo=None, second=0, microsecond=0)


def _rule(rule: Any, zone: ZoneInfo) -> str:
    """The rule with its end as a day of the project's clock."""
    rules = rule if isinstance(rule, list) else [rule]
    first = rules[0]
    ends = first.get("UNTIL")
    text = first.to_ical().decode()
    parts = [part for part in text.split(";") if not part.startswith("UNTIL=")]
    if ends:
        last = _local(ends[0], zone)
        parts.append(f"UNTIL={last:%Y%m%d}")
    return ";".join(parts)


def _known_zone(name: str | None) -> str | None:
    """The zone by its name in the tz database; None for a vendor's own name, whose times were converted."""
    if name is None:
        return None
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError, KeyError):
        return None


def _first(value: Any) -> Any:
    """A property that is to stand once, and stands more than once in some files."""
    return value[0] if isinstance(value, list) else value


def _many(value: Any) -> Iterator[Any]:
    if value is not None:
        yield from value if isinstance(value, list) else [value]


def _mail(value: Any) -> str | None:
    if value is None:
        return None
    text = re.sub(r"(?i)\Amailto:", "", str(value).strip()).strip().lower()
    return text if "@" in text else None


def _unreadable(name: str, lines: list[tuple[int, str]], line: int, why: object) -> UsageError:
    """The error for a line, with what stands there; the library's own words are English, and for English readers."""
    text = next((content for number, content in lines if number == line), "")[:80].replace("\r", " ")
    return _refused(
        name,
        line,
        Text("`{text}` cannot be read ({why})", "无法读取 `{text}`").format(
            text=text, why=" ".join(str(why).split())[:100]
        ),
    )


def _refused(name: str, line: int, says: Text) -> UsageError:
    return UsageError(
        Text("{name}:{line}: {says}", "{name}:{line}：{says}").format(name=name, line=line, says=says),
        Text(
            "ask for the invitation again, or plan it with `pmkit meeting plan`",
            "请对方重新发送邀请，或用 `pmkit meeting plan` 安排",
        ),
    )
