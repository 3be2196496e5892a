"""Which records, and in which order: conditions like `due<=2026-03-31`, judged by what the field holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import BaseModel

from pmkit.domain.kind import About, Kind, Record, about, attribute_names, known_field, normal, value_of
from pmkit.domain.values import parse_moment
from pmkit.kernel.duration import Duration
from pmkit.kernel.errors import UsageError
from pmkit.kernel.ids import natural_order
from pmkit.kernel.money import Money
from pmkit.kernel.text import Text, did_you_mean
from pmkit.workspace.model import Workspace

_CONDITION = re.compile(r"\s*(?P<field>[^\s!=<>~]+)\s*(?P<op>!=|!~|<=|>=|=|<|>|~)\s*(?P<value>.*)\Z", re.DOTALL)
_TODAY = re.compile(r"today(?:(?P<sign>[+-])(?P<n>[0-9]{1,4})(?P<unit>[dw]?))?\Z")


@dataclass(frozen=True, slots=True)
class Condition:
    """A field, an operator, what is wanted: `=` and `!=` (any of `a|b`), `~` and `!~` (holds the text), `< <= > >=`."""

    keys: tuple[str, ...]
    operator: str
    wanted: str


def parse_condition(kind: Kind, text: str) -> Condition:
    """A condition as people type it. Raises UsageError, with the nearest field for one that the kind does not have."""
    match = _CONDITION.match(text)
    if not match:
        raise UsageError(
            Text(en="`{text}` is no condition", zh="`{text}` 不是有效的条件").format(text=text),
            Text(
                "write FIELD=VALUE, FIELD!=VALUE, FIELD~TEXT, FIELD<VALUE, FIELD>=VALUE",
                "请写成 字段=值、字段!=值、字段~文字、字段<值、字段>=值",
            ),
        )
    return Condition(keys_of(kind, match["field"]), match["op"], match["value"].strip())


def keys_of(kind: Kind, text: str) -> tuple[str, ...]:
    """The keys of a field, `impact.price` for one inside a part. Raises UsageError."""
    first, *rest = text.split(".")
    known_field(kind, first)
    model: type[BaseModel] = kind.model
    keys = [first]
    for key in rest:
        inner = model.model_fields[attribute_names(model)[keys[-1]]].annotation
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)) or key not in about(inner):
            options = about(inner) if isinstance(inner, type) and issubclass(inner, BaseModel) else ()
            raise UsageError(
                Text(en="`{first}` has no field `{key}`", zh="`{first}` 没有字段 `{key}`").format(
                    first=".".join(keys), key=key
                ),
                did_you_mean(key, options),
            )
        model = inner
        keys.append(key)
    return tuple(keys)


def field_of(kind: Kind, keys: tuple[str, ...]) -> About:
    """What the field at these keys is."""
    models: list[Any] = [kind.model]
    for key in keys[:-1]:
        models.append(models[-1].model_fields[attribute_names(models[-1])[key]].annotation)
    return about(models[-1])[keys[-1]]


def value_by(record: Record, keys: tuple[str, ...]) -> Any:
    """The value at these keys."""
    value: Any = record
    for key in keys:
        value = value_of(value, key)
    return value


def matches(ws: Workspace, record: Record, condition: Condition, today: date) -> bool:
    """True where the record fulfils the condition. Raises UsageError where the wanted value cannot be compared."""
    value = value_by(record, condition.keys)
    values = value if isinstance(value, tuple) else (value,)
    what = field_of(record.kind, condition.keys)
    match condition.operator:
        case "=" | "!=":
            wanted = [_day_word(word.strip(), today) for word in condition.wanted.split("|")]
            said = {form.casefold() for v in values for form in _forms(ws, record, what, v)} or {""}
            same = any(w.casefold() in said or any(_is_amount(v, w) for v in values) for w in wanted)
            return same == (condition.operator == "=")
        case "~" | "!~":
            text = condition.wanted.casefold()
            held = any(text in form.casefold() for v in values for form in _forms(ws, record, what, v))
            return held == (condition.operator == "~")
        case _:
            return any(_compared(what, v, condition, today) for v in values if v is not None)


def _forms(ws: Workspace, record: Record, what: About, value: Any) -> Iterator[str]:
    """Every way to write a value: as in the file, and in words."""
    if value is None:
        yield ""
        return
    if isinstance(value, bool):
        yield from ("true", "yes", "是") if value else ("false", "no", "否")
        return
    text = str(normal(value)) if not isinstance(value, BaseModel) else str(value)
    yield text
    words = what.words.get(text)
    if record.kind.states and value == getattr(record, "status", None):
        words = words or record.kind.states.names.get(text)
    if words is not None:
        yield from (words.en, words.zh)
    if what.links == ("person",):
        yield ws.person_name(text)
    if isinstance(value, datetime):
        yield value.date().isoformat()


def _is_amount(value: Any, text: str) -> bool:
    """True where the text is the same amount, number or duration, written another way: 25000 for 25000.00 CNY."""
    try:
        if isinstance(value, Duration):
            return value.minutes(day=480, week=2400) == Duration.parse(text).minutes(day=480, week=2400)
        if isinstance(value, Money):
            number, _, currency = text.replace(",", "").partition(" ")
            return Decimal(number) == value.amount and currency in {"", value.currency}
        return isinstance(value, Decimal) and Decimal(text) == value
    except (ValueError, InvalidOperation):
        return False


def _compared(what: About, value: Any, condition: Condition, today: date) -> bool:
    have, want = order_of(what, value), _wanted(what, value, condition, today)
    match condition.operator:
        case "<":
            return bool(have < want)
        case "<=":
            return bool(have <= want)
        case ">":
            return bool(have > want)
        case _:
            return bool(have >= want)


def _wanted(what: About, value: Any, condition: Condition, today: date) -> Any:
    """The wanted text as something that compares with the field's values."""
    text = _day_word(condition.wanted, today)
    try:
        if isinstance(value, date):
            day = parse_moment(text)
            if not isinstance(day, datetime) and condition.operator in {"<=", ">"}:
                return datetime.combine(day, time.max)  # the whole day
            return order_of(what, day)
        if isinstance(value, Duration):
            return order_of(what, Duration.parse(text))
        if isinstance(value, Money):
            return Decimal(text.split()[0].replace(",", ""))
        if isinstance(value, (int, Decimal)):
            return Decimal(text)
    except (ValueError, InvalidOperation, IndexError):
        raise UsageError(
            Text(
                en="`{text}` does not compare with {label} (such as `{value}`)",
                zh="`{text}` 无法与{label}比较（例如 `{value}`）",
            ).format(text=condition.wanted, label=what.label, value=normal(value))
        ) from None
    if what.words:
        return order_of(what, what.code_of(text))
    return order_of(what, text)


def order_of(what: About, value: Any) -> Any:
    """Something that orders a field's values: days by time, amounts by number, choices as they are declared."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    if isinstance(value, Duration):
        return value.minutes(day=480, week=2400)
    if isinstance(value, Money):
        return value.amount
    if isinstance(value, (int, Decimal)):
        return value
    if what.words:
        order = list(what.words)
        return order.index(value) if value in order else len(order)
    if isinstance(value, tuple):
        return natural_order(" ".join(str(item) for item in value).casefold())
    return natural_order(str(value).casefold())


def sorted_by(records: list[Record], kind: Kind, text: str) -> list[Record]:
    """The records by `FIELD,-FIELD`; those without a value last, whichever way."""
    for part in reversed([p.strip() for p in text.split(",") if p.strip()]):
        down = part.startswith("-")
        keys = keys_of(kind, part.lstrip("-+"))
        what = field_of(kind, keys)
        said = [r for r in records if value_by(r, keys) not in (None, ())]
        rest = [r for r in records if value_by(r, keys) in (None, ())]
        if keys == ("status",) and kind.states:
            order = list(kind.states.names)
            said.sort(key=lambda r: order.index(s) if (s := value_by(r, keys)) in order else len(order), reverse=down)
        else:
            said.sort(key=lambda r: order_of(what, value_by(r, keys)), reverse=down)
        records = [*said, *rest]
    return records


def _day_word(text: str, today: date) -> str:
    """`today`, `today+7`, `today-2w` as a day."""
    match = _TODAY.match(text.casefold())
    if not match:
        return text
    days = int(match["n"] or 0) * (7 if match["unit"] == "w" else 1)
    return (today + timedelta(days=-days if match["sign"] == "-" else days)).isoformat()
