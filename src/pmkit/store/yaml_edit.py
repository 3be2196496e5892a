"""YAML edited in place: a change touches the lines of the value that changes, and nothing else.

Each edit cuts characters out of the text and puts others there, then reads the result back: where it does not say just
what was meant, the edit is refused. Comments, key order, quotes, blank lines, line ends and BOM stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

import yaml

from pmkit.kernel.place import Keys
from pmkit.kernel.text import Text
from pmkit.store.yaml_read import NULLS, Loader, marks, parse
from pmkit.store.yaml_write import (
    EditRefused,
    as_text,
    behind_dash,
    behind_key,
    double,
    flow,
    is_scalar,
    item_lines,
    key,
    list_lines,
    mapping_lines,
    scalar,
)

_BEHIND_KEY = re.compile(r"[ \t]*:")
_DASH = re.compile(r"[ ]*(?:[-?:][ \t]+)*-(?=[ \t]*(?:#.*)?\Z)")
_COMMENT = re.compile(r"[ \t]+#[^\r\n]*\Z")
_INNER_COMMENT = re.compile(r"(?:[ \t]*\r?\n)*( *)#[^\n]*(?:\n|\Z)")


@dataclass(slots=True)
class Part:
    """A value and where it stands: from `start` up to `end`, in characters of the text; an alias is not followed."""

    kind: Literal["scalar", "alias", "list", "mapping"]
    start: int
    end: int
    line: int
    column: int
    style: str = ""  # a scalar's: its quote, `|`, `>`; a collection's: `[` in flow
    value: str = ""
    children: list[Part] = field(default_factory=list)  # of a mapping: key, value, key, value ...

    @property
    def entries(self) -> list[tuple[Part | None, Part]]:
        """Key and value of each entry; a list has no keys."""
        if self.kind == "mapping":
            return list(zip(self.children[::2], self.children[1::2], strict=True))
        return [(None, child) for child in self.children]

    def entry(self, name: str | int) -> tuple[Part | None, Part] | None:
        """The first entry under a key, or at a position of a list."""
        if self.kind == "mapping":
            return next((e for e in self.entries if e[0] and (e[0].kind, e[0].value) == ("scalar", name)), None)
        if self.kind == "list" and isinstance(name, int) and 0 <= name < len(self.children):
            return None, self.children[name]
        return None

    @property
    def is_block(self) -> bool:
        """True for what stands on lines of its own: a block list, a block mapping, a block text."""
        return self.style in ("|", ">") if self.kind == "scalar" else self.kind != "alias" and not self.style

    @property
    def is_nothing(self) -> bool:
        """True for a value that an edit may put something into: null, `[]`, `{}`."""
        if self.kind == "scalar":
            return not self.style and self.value in NULLS
        return self.kind != "alias" and not self.children


def _parts(body: str) -> Part | None:
    """The tree of what stands in a text. Raises yaml.YAMLError."""
    root: Part | None = None
    inside: list[Part] = []
    for event in yaml.parse(body, Loader=Loader):
        if isinstance(event, yaml.CollectionEndEvent):
            inside.pop().end = marks(event)[1].index
        elif isinstance(event, yaml.NodeEvent):
            part = _part(event)
            if inside:
                inside[-1].children.append(part)
            root = root or part
            if isinstance(event, yaml.CollectionStartEvent):
                inside.append(part)
    return root


def _part(event: yaml.NodeEvent) -> Part:
    start, end = marks(event)
    where = start.index, end.index, start.line, start.column
    if isinstance(event, yaml.ScalarEvent):
        return Part("scalar", *where, event.style or "", event.value)
    if isinstance(event, yaml.CollectionStartEvent):
        kind: Literal["list", "mapping"] = "list" if isinstance(event, yaml.SequenceStartEvent) else "mapping"
        return Part(kind, *where, "[" if event.flow_style else "")
    return Part("alias", *where)


def locate(text: str, keys: Keys, *, of_key: bool = False) -> tuple[int, int, int]:
    """Line, column (from 1, in characters) and width of what `keys` lead to, or of the nearest parent that is there."""
    try:
        part = _parts(text.removeprefix("\ufeff"))
    except yaml.YAMLError:
        return 1, 1, 0
    shown: Part | None = None
    for position, name in enumerate(keys):
        found = part.entry(name) if part is not None else None
        if found is None:
            break
        key_part, part = found
        is_last = position == len(keys) - 1
        value_shows = is_last and not of_key and not part.is_block and part.end > part.start
        shown = part if key_part is None or value_shows else key_part
    if shown is None:
        return 1, 1, 0
    width = shown.end - shown.start
    is_one_line = not shown.is_block and "\n" not in text.removeprefix("\ufeff")[shown.start : shown.end]
    return shown.line + 1, shown.column + 1, width if is_one_line else 0


# --- the three edits -------------------------------------------------------------------------------------------------


def set_value(text: str, keys: Keys, value: Any) -> str:
    """The text with `value` at `keys`; only the lines of that value change. A missing last key is added.

    Raises EditRefused.
    """
    sheet = _Sheet(text)
    return sheet.verified(sheet.setting(keys, value), lambda data: _assigned(data, keys, _read_back(value)), keys)


def append_item(text: str, keys: Keys, value: Any) -> str:
    """The text with `value` as the last item of the list at `keys`; a missing or empty list is made.

    Raises EditRefused.
    """
    sheet = _Sheet(text)
    item = _read_back(value)
    return sheet.verified(sheet.appending(keys, value), lambda data: _assigned(data, keys, item, is_item=True), keys)


def remove(text: str, keys: Keys) -> str:
    """The text without the key or list item at `keys`; a text that has none is returned as it is.

    A comment above it stays, one further in than it goes with it. Raises EditRefused.
    """
    sheet = _Sheet(text)
    new = sheet.removing(keys)
    return text if new is None else sheet.verified([new], lambda data: _without(data, keys), keys)


Amendment = tuple[Keys, Any]  # where, and the value that it gets; None removes it


def amend_items(text: str, amendments: Sequence[Amendment]) -> str:
    """The text with many values set or removed inside the items of block lists: `(list, position, key ...)` each.

    Each item is edited by itself and the whole is read back once, so that the cost grows with the text and not with the
    number of edits times the text. Raises EditRefused.
    """
    sheet = _Sheet(text)
    data, found = parse(sheet.body, "")
    if data is None or found:
        raise _refused(amendments[0][0])
    expected = dict(data)
    by_item: dict[tuple[str | int, str | int], list[Amendment]] = {}
    for keys, value in amendments:
        by_item.setdefault((keys[0], keys[1]), []).append((keys[2:], value))
    root = sheet.way(())[0][1]
    spans: list[tuple[int, int, str]] = []
    for (name, position), changes in by_item.items():
        start, stop = sheet.lines_of(root, name, position)
        lines = sheet.body[start:stop]
        if expected[name] is data[name]:
            expected[name] = list(data[name])
        for keys, value in changes:
            part, inner = _Sheet(lines), (0, *keys)
            lines = (part.removing(inner) or lines) if value is None else next(part.setting(inner, value))
            old = expected[name][position]
            expected[name][position] = _without(old, keys) if value is None else _assigned(old, keys, _read_back(value))
        spans.append((start, stop, lines))
    pieces, at = [], 0
    for start, stop, lines in sorted(spans):
        pieces += [sheet.body[at:start], lines]
        at = stop
    new = "".join([*pieces, sheet.body[at:]])
    after, found = parse(new, "")
    if found or after != expected:
        raise _refused(amendments[0][0])
    return sheet.bom + new


@lru_cache(maxsize=1)
def _said(body: str) -> Any:
    """What a text says, None where anything is wrong with it. Remembered: the next edit starts from what one made."""
    data, found = parse(body, "")
    return None if found else data


class _Sheet:
    """A text while it is edited. Positions count characters of `body`; a column counts from 0."""

    def __init__(self, text: str) -> None:
        self.bom = "\ufeff" if text.startswith("\ufeff") else ""
        self.body = text.removeprefix("\ufeff")
        end = self.body.find("\n")
        self.newline = "\r\n" if self.body[end - 1 : end] == "\r" and end > 0 else "\n"

    # --- what an edit says ---

    def verified(self, candidates: Iterable[str], change: Callable[[Any], Any], keys: Keys) -> str:
        """The first candidate that says what the text said with the change made to it. Raises EditRefused."""
        before = _said(self.body)
        if before is None:
            raise _refused(keys)
        expected = change(before)
        for new in candidates:
            if _said(new) == expected:
                return self.bom + new
        raise _refused(keys)

    def way(self, keys: Keys) -> list[tuple[Part | None, Part]]:
        """The entries on the way to `keys`, the whole text first, as far as they exist. Raises EditRefused."""
        try:
            root = _parts(self.body)
        except yaml.YAMLError:
            raise _refused(keys) from None
        way: list[tuple[Part | None, Part]] = [(None, root or Part("mapping", 0, 0, 0, 0))]
        for name in keys:
            found = way[-1][1].entry(name)
            if found is None:
                break
            way.append(found)
        return way

    def lines_of(self, root: Part, name: str | int, position: str | int) -> tuple[int, int]:
        """From where to where the lines of an item go that shares none with others. Raises EditRefused."""
        items = root.entry(name)
        item = items[1].entry(position) if items is not None and items[1].is_block else None
        if item is None or not item[1].is_block or not item[1].children:
            raise _refused((name, position))
        dash = self._start(*item)
        start = self._line_start(dash)
        if self.body[start:dash].strip():
            raise _refused((name, position))
        return start, self._below(item[1], self._column(dash))

    def setting(self, keys: Keys, value: Any) -> Iterator[str]:
        """The text with the value set, as it should be; then in ways that always say the same."""
        way = self.way(keys)
        if not keys:
            raise _refused(keys)
        if len(way) <= len(keys):
            yield self._with_key(way, keys, value)
            return
        parent, (key_part, old) = way[-2][1], way[-1]
        if parent.style:
            yield self._in_flow(key_part, old, flow(value))
            return
        lead, column = self._lead(key_part, old)
        head, below = self._behind(key_part, old, value, column)
        yield self._replaced(lead, old, head, below)
        if isinstance(value, str):  # a comment below would become part of a block text
            yield self._replaced(lead, old, double(value), [])

    def appending(self, keys: Keys, value: Any) -> Iterator[str]:
        """The text with the item appended; where there is no list yet, one is made."""
        way = self.way(keys)
        found = way[-1][1]
        is_made = len(way) <= len(keys) or found.is_nothing
        if is_made and len(way) > 1 and len(way) > len(keys) and not way[-2][1].style and way[-1][0] is not None:
            lead, column = self._lead(*way[-1])
            yield self._replaced(lead, found, "", list_lines([value], column))
        elif is_made and len(way) == len(keys) and found.kind == "mapping" and found.is_block and found.children:
            column = found.children[0].column
            yield self._put(self._below(found), [f"{' ' * column}{key(keys[-1])}:", *list_lines([value], column)])
        elif is_made:
            yield from self.setting(keys, [value])
        elif found.kind == "list" and found.style:
            at = found.children[-1].end
            yield self._spliced(at, at, ", " + flow(value))
        elif found.kind == "list":
            column = self._lead(None, found.children[0])[1]
            is_flow = isinstance(value, Mapping) and all(c.kind == "mapping" and c.style for c in found.children)
            yield self._put(self._below(found), item_lines(value, column, is_flow=is_flow))

    def removing(self, keys: Keys) -> str | None:
        """The text without the entry, None where there is none."""
        way = self.way(keys)
        if len(way) <= len(keys) or not keys:
            return None
        parent, entry = way[-2][1], way[-1]
        position = next(i for i, e in enumerate(parent.entries) if e[1] is entry[1])
        if parent.style:
            return self._out_of_flow(parent, position)
        if len(parent.entries) == 1 and len(keys) > 1:
            return next(self.setting(keys[:-1], {} if parent.kind == "mapping" else []))
        start = self._start(*entry)
        stop = self._below(entry[1], self._column(start))
        before = self.body[self._line_start(start) : start]
        if not before.strip():
            return self._cut(self._line_start(start), stop)
        if position + 1 == len(parent.entries):
            return None  # a sole entry on the line of another's dash: the case above
        following = self._start(*parent.entries[position + 1])
        gap = self.body[stop:following]
        return self._spliced(start, following, gap.lstrip() if "#" in gap else "")

    # --- pieces of edits ---

    def _with_key(self, way: list[tuple[Part | None, Part]], keys: Keys, value: Any) -> str:
        """The text with the keys that are missing, below what is there of their way."""
        name, *inner = keys[len(way) - 1 :]
        parent = way[-1][1]
        if any(isinstance(one, int) for one in (name, *inner)) or not (parent.kind == "mapping" or parent.is_nothing):
            raise _refused(keys)
        for one in reversed(inner):
            value = {one: value}
        name = str(name)
        if len(way) > 1 and parent.is_nothing:
            return next(self.setting(keys[: len(way) - 1], {name: value}))
        if parent.style:
            at = parent.children[-1].end if parent.children else parent.end - 1
            return self._spliced(at, at, f"{', ' if parent.children else ''}{key(name)}: {flow(value)}")
        if parent.children:
            return self._put(self._below(parent), mapping_lines({name: value}, parent.children[0].column))
        return self._put(len(self.body), mapping_lines({name: value}, 0))

    def _behind(self, key_part: Part | None, old: Part, value: Any, column: int) -> tuple[str, list[str]]:
        """How the new value stands where `old` does, in the old one's style where that can say it."""
        if old.kind == "scalar" and is_scalar(value) and "\n" not in str(value):
            return scalar(value, old.style), []
        if not is_scalar(value) and value:
            if old.style and old.children:
                return flow(value), []
            if isinstance(value, Mapping) and old.kind == "mapping" and old.children and key_part:
                return "", mapping_lines(value, old.children[0].column)
            if not isinstance(value, Mapping) and old.kind == "list" and old.children and key_part:
                return "", list_lines(value, self._lead(None, old.children[0])[1])
        if key_part is None:
            return behind_dash(value, column)
        return behind_key(value, column, key_part.end + 1 - self._line_start(key_part.start))

    def _replaced(self, lead: int, old: Part, head: str, below: list[str]) -> str:
        """The text with `head` and the lines `below` in place of the old value, which follows `lead`.

        Comments stay: one behind the value, those between its key and its first line.
        """
        space = " " if head else ""
        is_inline = not old.is_block and "\n" not in self.body[lead : old.start]
        if is_inline and not below and head and old.end > old.start:
            return self._spliced(old.start, old.end, head)
        stop = self._line_stop(self._content_end(old))
        if is_inline:
            comment = self.body[old.end : stop]
            between = ""
        else:
            first = self._line_stop(lead)
            comment = self._comment(lead, old, first)
            between = self.body[first : self._line_stop(self._line_start(old.start) - 1)] if old.start > first else ""
        if comment.strip() and not comment.lstrip().startswith("#"):
            raise EditRefused(*_CANNOT)
        kept = comment.rstrip() if comment.strip() else ""
        lines = "".join(self.newline + line for line in below)
        return self._spliced(lead, stop, space + head + kept + between + lines)

    def _comment(self, lead: int, old: Part, first: int) -> str:
        """The comment on the line of the key or dash at `lead`, whose value stands on the lines below."""
        if old.start > first:
            return self.body[lead:first]
        match = _COMMENT.search(self.body, old.start, first) if old.kind == "scalar" else None
        return match[0] if match else ""

    def _in_flow(self, key_part: Part | None, old: Part, rendered: str) -> str:
        if old.end > old.start:
            return self._spliced(old.start, old.end, rendered)
        colon = _BEHIND_KEY.match(self.body, key_part.end) if key_part else None
        if colon:
            return self._spliced(colon.end(), colon.end(), " " + rendered)
        return self._spliced(old.start, old.end, ": " + rendered)

    def _out_of_flow(self, parent: Part, position: int) -> str:
        """The text without an entry of a flow list or mapping, and without its comma."""
        spans = [((k or v).start, max(v.end, k.end if k else 0)) for k, v in parent.entries]
        start, stop = spans[position]
        if len(spans) == 1:
            return self._spliced(start, parent.end - 1, "")
        if position + 1 < len(spans):
            return self._spliced(start, spans[position + 1][0], "")
        previous = spans[position - 1][1]
        return self._spliced(start if "#" in self.body[previous:start] else previous, stop, "")

    def _spliced(self, start: int, stop: int, new: str) -> str:
        return self.body[:start] + new + self.body[stop:]

    def _put(self, at: int, lines: list[str]) -> str:
        """The text with lines inserted before the line that starts at `at`; it ends in a line end only if it did."""
        new = self.newline.join(lines)
        if at == len(self.body) and self.body and not self.body.endswith("\n"):
            return self.body + self.newline + new
        return self._spliced(at, at, new + self.newline)

    def _cut(self, start: int, stop: int) -> str:
        """The text without the lines from `start` up to `stop`; it ends in a line end only if it did."""
        if stop == len(self.body) and not self.body.endswith("\n"):
            start = self._line_stop(start - 1) if start else 0
        return self._spliced(start, stop, "")

    # --- where things stand ---

    def _line_start(self, at: int) -> int:
        return self.body.rfind("\n", 0, at) + 1

    def _line_stop(self, at: int) -> int:
        """The end of a line, before what ends it."""
        end = self.body.find("\n", at)
        end = len(self.body) if end < 0 else end
        return end - 1 if end > at and self.body[end - 1] == "\r" else end

    def _column(self, at: int) -> int:
        return at - self._line_start(at)

    def _start(self, key_part: Part | None, part: Part) -> int:
        """Where an entry of a block collection begins: its key, or its dash."""
        return key_part.start if key_part is not None else self._lead(None, part)[0] - 1

    def _lead(self, key_part: Part | None, part: Part) -> tuple[int, int]:
        """Where the colon or dash before a block value ends, and the column of its key or dash."""
        if key_part is not None:
            colon = _BEHIND_KEY.match(self.body, key_part.end)
            if colon is None:
                raise EditRefused(*_CANNOT)
            return colon.end(), key_part.column
        at = part.start
        while True:
            start = self._line_start(at)
            dash = _DASH.match(self.body[start:at].rstrip("\r"))
            if dash:
                return start + dash.end(), dash.end() - 1
            if start == 0:
                raise EditRefused(*_CANNOT)
            at = start - 1

    def _content_end(self, part: Part) -> int:
        """A position on the last line of a value, comments and blank lines below it left out."""
        if part.is_block and part.children:
            return self._content_end(part.children[-1])
        if part.is_block and part.kind == "scalar":
            text = self.body[part.start : part.end]
            header = text.partition("\n")[0].partition("#")[0]
            kept = text.removesuffix("\n").removesuffix("\r") if "+" in header else text.rstrip(" \t\r\n")
            return part.start + len(kept)
        return part.end

    def _below(self, part: Part, column: int | None = None) -> int:
        """The start of the line below a value, and below comments further in than `column`, which belong to it."""
        if column is None:
            key_part, first = part.entries[0]
            column = self._column(self._start(key_part, first))
        stop = self.body.find("\n", self._content_end(part)) + 1 or len(self.body)
        while (match := _INNER_COMMENT.match(self.body, stop)) and len(match[1]) > column and match.end() > stop:
            stop = match.end()
        return stop


# --- what was meant --------------------------------------------------------------------------------------------------

_CANNOT = (
    Text("this cannot be edited without touching something else", "无法只修改此处而不影响其他内容"),
    Text("edit the file by hand, then `pmkit commit`", "请手工修改文件，再执行 `pmkit commit`"),
)


def _refused(keys: Keys) -> EditRefused:
    where = ".".join(map(str, keys))
    says = Text(
        en="`{where}` cannot be edited without touching something else", zh="无法只修改 `{where}` 而不影响其他内容"
    )
    return EditRefused(says.format(where=where), _CANNOT[1])


def _read_back(value: Any) -> Any:
    """A value as the reader gives it back: scalars are text."""
    if isinstance(value, Mapping):
        return {str(name): _read_back(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_read_back(inner) for inner in value]
    return as_text(value)


def _assigned(data: Any, keys: Keys, value: Any, *, is_item: bool = False) -> Any:
    """The data with the value at `keys`, or after the last item there; missing mappings on the way are made."""
    if not keys:
        return [*(data or []), value] if is_item else value
    name, *rest = keys
    inner = data[name] if isinstance(name, int) else (data or {}).get(name)
    changed = _assigned(inner, tuple(rest), value, is_item=is_item)
    if isinstance(name, int):
        return [*data[:name], changed, *data[name + 1 :]]
    return {**(data or {}), name: changed}


def _without(data: Any, keys: Keys) -> Any:
    name, *rest = keys
    if rest:
        return _assigned(data, (name,), _without(data[name], tuple(rest)))
    return (
        [v for i, v in enumerate(data) if i != name]
        if isinstance(data, list)
        else {k: v for k, v in data.items() if k != name}
    )
