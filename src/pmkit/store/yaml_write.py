"""YAML written: block style, one key a line, so that git merges it and a person reads it.

Text stays text for every reader: what YAML 1.1 or 1.2 would take for a number, a boolean or a time is quoted, but not
dates (`2026-03-06`). PyYAML's own emitter would escape every emoji in double quotes and break long Chinese lines.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pmkit.kernel.errors import Refused
from pmkit.kernel.text import Text, display_width

WIDTH = 100  # columns up to which a list of scalars stands on one line
STEP = 2  # columns that a value stands further in than its key

# What only an escape can say: controls, the line ends of Unicode, a BOM, what is no character.
_ESCAPED = re.compile(r"[\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]|[\ud800-\udfff]|\ufeff|\ufffe|\uffff")
_START = re.compile(r"[A-Za-z0-9_./]|[^\0-\u00a0]")
_OTHER = re.compile(
    r"""(?ix) (?: ~ | null | true | false | yes | no | on | off | y | n | = | <<
    | [0-9][0-9_]* (?: : [0-5]?[0-9] )* (?: \. [0-9_]* )? (?: e [-+]? [0-9]+ )?
    | \. [0-9_]+ (?: e [-+]? [0-9]+ )? | \.inf | \.nan | 0x[0-9a-f_]+ | 0o[0-7_]+ | 0b[01_]+
    | [0-9]{4} - [0-9]{1,2} - [0-9]{1,2} (?: t | [ ]+ ) [0-9].* ) \Z"""
)
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
_NAMED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}


class EditRefused(Refused):
    """An edit that would change something else, or a value that YAML cannot hold."""


def dump(data: Mapping[str, Any], *, hint: str | None = None) -> str:
    """A whole file in block style; its first line names the JSON Schema at `hint`. Raises EditRefused."""
    head = [f"# yaml-language-server: $schema={hint}"] if hint else []
    return "".join(f"{line}\n" for line in [*head, *mapping_lines(data, 0)])


def mapping_lines(data: Mapping[str, Any], column: int) -> list[str]:
    """A mapping as block lines, its keys at `column` (from 0)."""
    found = []
    for name, value in data.items():
        lead = f"{' ' * column}{key(name)}:"
        head, below = behind_key(value, column, display_width(lead))
        found += [f"{lead} {head}" if head else lead, *below]
    return found


def list_lines(items: Sequence[Any], column: int) -> list[str]:
    """A list as block lines, its dashes at `column`."""
    return [line for item in items for line in item_lines(item, column)]


def item_lines(value: Any, column: int, *, is_flow: bool = False) -> list[str]:
    """One item of a block list; `is_flow` keeps a mapping on the dash's line."""
    head, below = (flow(value), []) if is_flow else behind_dash(value, column)
    dash = " " * column + "-"
    return [f"{dash} {head}" if head else dash, *below]


def behind_key(value: Any, column: int, used: int = 0) -> tuple[str, list[str]]:
    """How a value stands behind its key: the rest of that line, and the lines below; `used`: its width so far."""
    if isinstance(value, Mapping) and value:
        return "", mapping_lines(value, column + STEP)
    if isinstance(value, (list, tuple)) and value:
        if all(is_scalar(item) and "\n" not in str(item) for item in value):
            line = flow(value)
            if used + 1 + display_width(line) <= WIDTH:
                return line, []
        return "", list_lines(value, column)
    return _inline_or_text(value, column)


def behind_dash(value: Any, column: int) -> tuple[str, list[str]]:
    """How an item stands behind its dash at `column`."""
    if isinstance(value, Mapping) and value:
        first, *rest = mapping_lines(value, column + STEP)
        return first[column + STEP :], rest
    return _inline_or_text(value, column)


def _inline_or_text(value: Any, column: int) -> tuple[str, list[str]]:
    if isinstance(value, str) and "\n" in value and _fits_block(value):
        lead = " " * (column + STEP)
        lines = value.removesuffix("\n").split("\n")
        return "|" if value.endswith("\n") else "|-", [lead + line if line else "" for line in lines]
    return (scalar(value) if is_scalar(value) else flow(value)), []


def _fits_block(text: str) -> bool:
    """True where a block literal says just this text, and shows all of it: no blanks or empty lines at its ends."""
    ends_well = not text.endswith("\n\n") and not re.search(r"[ \t](?:\n|\Z)", text)
    return text[0] not in "\n \t" and ends_well and not _ESCAPED.search(text.replace("\t", ""))


def is_scalar(value: Any) -> bool:
    return not isinstance(value, (Mapping, list, tuple))


def flow(value: Any) -> str:
    """A value on one line: `[a, b]`, `{to: draft, by: li.wei}`."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key(k)}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value, in_flow=True)


def scalar(value: Any, style: str = "", *, in_flow: bool = False) -> str:
    """A scalar on one line, in the quotes (`style`) that stood there before where they can say it."""
    text = as_text(value)
    if text is None:
        return "null" if in_flow else ""
    if isinstance(value, (bool, int, float)):
        return text
    if style == "'" and "\n" not in text and not _ESCAPED.search(text):
        return "'" + text.replace("'", "''") + "'"
    if style == '"' or not _is_plain(text) or (in_flow and re.search(r"[,\[\]{}:?]", text)):
        return double(text)
    return text


def key(name: Any) -> str:
    """A key. Words such as `on` stay plain: a key is always text here, and reads better so. Raises EditRefused."""
    text = str(name)
    if _KEY.match(text):
        return text
    quoted = double(text)
    if len(quoted.encode()) > 1000:  # libyaml looks no further for the colon
        raise EditRefused(Text(en="the key `{key}…` is too long", zh="键 `{key}…` 过长").format(key=text[:20]))
    return text if _is_plain(text) and not re.search(r"[,\[\]{}:?]", text) else quoted


def double(text: str) -> str:
    """Text in double quotes; only what cannot be shown is escaped. Raises EditRefused for what is no Unicode."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise EditRefused(
            Text("the text is not valid Unicode", "文字不是有效的 Unicode"),
            Text("type it again; your terminal may not use UTF-8", "请重新输入；终端可能不是 UTF-8 编码"),
        ) from None
    escaped = "".join(_NAMED.get(ch, ch) for ch in text)
    return '"' + _ESCAPED.sub(lambda m: f"\\u{ord(m[0]):04X}", escaped) + '"'


def as_text(value: Any) -> str | None:
    """A scalar as the reader gives it back."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def _is_plain(text: str) -> bool:
    if not _START.match(text) or text != text.strip() or "\n" in text or _ESCAPED.search(text) or _OTHER.match(text):
        return False
    return ": " not in text and " #" not in text and not text.endswith(":") and not text.startswith("...")
