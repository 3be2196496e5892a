"""Field types of records: how a value is read from a file and what a JSON Schema says of it.

Everything arrives as the text that a person wrote; these types turn it into values and refuse what is none.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, cast

from pydantic import (
    AfterValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError, core_schema

from pmkit.domain.assignment import Assignment
from pmkit.domain.skills import Skill
from pmkit.kernel.duration import Duration
from pmkit.kernel.ids import HANDLE
from pmkit.kernel.money import Money

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}\Z")
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2199, 12, 31)


def parse_day(value: object) -> date:
    """A calendar day written `2026-03-06`, between 1970 and 2199."""
    if isinstance(value, date) and not isinstance(value, datetime):
        day = value
    else:
        if not isinstance(value, str) or not _DAY.match(value):
            raise PydanticCustomError("day", "is not a date like 2026-03-06")
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("no_such_day", "is not a day of the calendar") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise PydanticCustomError("day_range", "lies outside 1970-01-01 to 2199-12-31")
    return day


def parse_moment(value: object) -> date | datetime:
    """A day, or a day with a time `2026-03-06T15:00` (local time of the project)."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, str) and _MOMENT.match(value):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("no_such_day", "is not a day of the calendar") from None
        parse_day(moment.date())
        return moment
    return parse_day(value)


def parse_duration(value: object) -> Duration:
    """A duration `3d`, `4h`, `2w`, `5ed`."""
    if isinstance(value, Duration):
        return value
    try:
        return Duration.parse(str(value))
    except ValueError:
        raise PydanticCustomError("duration", "is not a duration like 3d, 4h, 2w or 5ed") from None


def parse_work(value: object) -> Duration:
    """A duration that is not negative."""
    duration = parse_duration(value)
    if duration.amount < 0:
        raise PydanticCustomError("negative_duration", "is a negative duration")
    return duration


def parse_money(value: object) -> Money:
    """An amount with its currency, `20000.00 CNY`."""
    if isinstance(value, Money):
        return value
    try:
        return Money.parse(str(value))
    except ValueError:
        raise PydanticCustomError("money", "is not an amount like 20000.00 CNY") from None


def parse_assignment(value: object) -> Assignment:
    """A person's handle, with the share of the working time where it is not all of it: `li.wei 50%`."""
    if isinstance(value, Assignment):
        return value
    try:
        found = Assignment.parse(str(value))
    except ValueError:
        raise PydanticCustomError("assignment", "is not a handle with a share like `li.wei 50%`") from None
    _handle(found.target)
    return found


def parse_skill(value: object) -> Skill:
    """A skill with its level from 1 to 4: `网络集成 3`."""
    if isinstance(value, Skill):
        return value
    try:
        return Skill.parse(str(value))
    except ValueError:
        raise PydanticCustomError("skill", "is not a skill with a level like `networks 3`") from None


def parse_flag(value: object) -> bool:
    """`true` or `false`, nothing else."""
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return value == "true"
    raise PydanticCustomError("flag", "is neither true nor false")


def _handle(value: str) -> str:
    if not HANDLE.match(value):
        raise PydanticCustomError("handle", "is not a handle like li.wei (lower-case Latin letters, digits, . _ -)")
    return value


def _text(value: Any) -> Any:
    if isinstance(value, (list, dict)):
        raise PydanticCustomError("text", "is not text")
    return value if isinstance(value, str) else str(value)


def parse_recurrence(value: object) -> str:
    """How often something comes again: `week`, `2 weeks`, `month`, `day`."""
    from pmkit.kernel.recurrence import parse_every

    try:
        return parse_every(str(value))
    except ValueError:
        raise PydanticCustomError("every", "is not a recurrence like week, 2 weeks, month or day") from None


def parse_recurring_day(value: object) -> str:
    """On which days something comes again: `fri`, `mon,thu`, `last thu`, `15`; a time of day may stand behind."""
    from pmkit.kernel.recurrence import parse_on

    try:
        day, clock = parse_on(str(value))
    except ValueError:
        raise PydanticCustomError("on", "is not a day like fri, mon,thu, last thu or 15") from None
    return f"{day} {clock}" if clock else day


def parse_rule(value: object) -> str:
    """A recurrence rule of RFC 5545, `FREQ=WEEKLY;BYDAY=FR`, without an end."""
    from pmkit.kernel.recurrence import checked_rule

    try:
        rule, until = checked_rule(str(value))
    except ValueError:
        rule, until = "", None
    if not rule or until:
        raise PydanticCustomError("rule", "is not a rule like FREQ=WEEKLY;BYDAY=FR")
    return rule


def parse_zone(value: object) -> str:
    """A time zone by its name in the tz database."""
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(str(value)).key
    except (ValueError, OSError, KeyError):
        raise PydanticCustomError("time_zone", "is not a time zone like Asia/Shanghai") from None


class _FromAnything:
    """Takes any scalar for the text it was; for text itself, as files have it, no Python function is called."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        text = core_schema.union_schema(
            [core_schema.str_schema(strict=True), core_schema.no_info_plain_validator_function(_text)],
            mode="left_to_right", custom_error_type="text", custom_error_message="is not text",
        )  # fmt: skip
        return core_schema.chain_schema([text, handler(source)])

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return handler(cast("core_schema.ChainSchema", schema)["steps"][-1])


def _schema(**schema: Any) -> WithJsonSchema:
    return WithJsonSchema(schema)


# Constraints stand before `_FromAnything`, next to `str`: there they are checked without Python.
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000), _FromAnything()]
Prose = Annotated[str, StringConstraints(max_length=100_000), _FromAnything()]
Day = Annotated[date, PlainValidator(parse_day), _schema(type="string", format="date")]
Moment = Annotated[
    date | datetime,
    PlainValidator(parse_moment),
    _schema(type="string", pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2})?$"),
]
_UNITS = r"(\.[0-9]{1,4})?(min|h|d|w|eh|ed|ew)$"
Span = Annotated[
    Duration,
    PlainValidator(parse_duration),
    PlainSerializer(str),
    _schema(type="string", pattern=r"^[+-]?[0-9]{1,7}" + _UNITS),
]
Work = Annotated[
    Duration, PlainValidator(parse_work), PlainSerializer(str), _schema(type="string", pattern=r"^[0-9]{1,7}" + _UNITS)
]
Amount = Annotated[
    Money,
    PlainValidator(parse_money),
    PlainSerializer(str),
    _schema(type="string", pattern=r"^-?[0-9,]{1,20}(\.[0-9]+)? [A-Z]{3}$"),
]
Flag = Annotated[bool, PlainValidator(parse_flag), _schema(type="boolean")]
Percent = Annotated[Decimal, Field(ge=0, le=100), _schema(type="number", minimum=0, maximum=100)]
Handle = Annotated[
    str, AfterValidator(_handle), _FromAnything(), _schema(type="string", pattern=r"^[a-z][a-z0-9._-]*$")
]
Assigned = Annotated[
    Assignment,
    PlainValidator(parse_assignment),
    PlainSerializer(str),
    _schema(type="string", pattern=r"^[a-z][a-z0-9._-]*( +[0-9]{1,5}(\.[0-9]{1,2})?%)?$"),
]
HeldSkill = Annotated[
    Skill, PlainValidator(parse_skill), PlainSerializer(str), _schema(type="string", pattern=r"^\S.* [1-4]$")
]
Quantity = Annotated[  # of goods: pieces, metres, hours; to the thousandth
    Decimal,
    Field(ge=0, lt=1_000_000_000, decimal_places=3),
    _schema(type="number", minimum=0, exclusiveMaximum=1_000_000_000),
]
Units = Annotated[Decimal, Field(ge=0, le=100_000), _schema(type="number", minimum=0, maximum=100_000)]
Priority = Annotated[int, Field(ge=0, le=1000), _schema(type="integer", minimum=0, maximum=1000)]
Ref = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64), _FromAnything()]
Every = Annotated[str, PlainValidator(parse_recurrence), _schema(type="string")]
RecurringDay = Annotated[str, PlainValidator(parse_recurring_day), _schema(type=["string", "integer"])]
RecurrenceRule = Annotated[str, PlainValidator(parse_rule), _schema(type="string", pattern="^FREQ=")]
Clock = Annotated[Line, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Zone = Annotated[str, PlainValidator(parse_zone), _schema(type="string")]
