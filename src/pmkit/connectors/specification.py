"""Requirements from another tool, before they become records: what every format of theirs comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from pmkit.domain.requirements import CATEGORIES
from pmkit.kernel.text import Text
from pmkit.workspace.rows import Path, Row

# How other tools call our fields, without blanks, hyphens and case. The first one that an item has is taken.
NAMES: Mapping[str, tuple[str, ...]] = {
    "title": ("reqif.chaptername", "reqif.name", "title", "name", "heading", "objectheading", "header", "shortname",
              "summary", "名称", "标题", "需求名称"),
    "statement": ("reqif.text", "statement", "text", "description", "objecttext", "requirement", "requirementtext",
                  "需求描述", "描述", "内容"),
    "rationale": ("rationale", "reason", "理由"),
    "acceptance": ("acceptance", "acceptancecriteria", "fitcriterion", "verificationcriteria", "验收标准"),
    "priority": ("priority", "优先级"),
    "category": ("category", "类别"),
    "source": ("source", "来源"),
    "notes": ("comment", "notes", "remarks", "备注"),
}  # fmt: skip
_PRIORITIES = {
    "must": ("must", "high", "mandatory", "1", "必须", "高"),
    "should": ("should", "medium", "2", "应当", "中"),
    "could": ("could", "low", "optional", "3", "可选", "低"),
    "wont": ("wont", "won't", "本期不做"),
}
_LONGEST_TITLE = 60
_KEY: Path = ("row_key",)


@dataclass(frozen=True, slots=True)
class Item:
    """A requirement as another tool has it.

    `key`: the tool's own identifier, which stays when the file comes again. `fields`: by the tool's own names, text or
    nested. `parent`: the item that it stands below; `derived_from`: those that it links to.
    """

    key: str
    line: int
    fields: Mapping[str, Any]
    parent: str | None = None
    derived_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Specification:
    """All items of a file or folder in their order, and what of it pmkit has no place for."""

    items: tuple[Item, ...]
    lost: tuple[Text, ...] = field(default=())


def rows_of(found: Specification) -> list[Row]:
    """A row for each item, named by its key: it updates the requirement that came with that key, or is a new one."""
    return [
        Row(item.line - 1, {_KEY: item.key, **{(name,): value for name, value in _linked(item).items()}}, key=item.key)
        for item in found.items
    ]


def titled(rows: Iterable[Row]) -> list[Row]:
    """The rows, those without id and title with a title: the beginning of what they say.

    Many may begin alike, so the whole text is the key of such a row, with a number where it stands again: the same text
    is the same requirement when the file comes again.
    """
    found = []
    seen: Counter[str] = Counter()
    for row in rows:
        title, text = row.values.get(("title",)), str(row.values.get(("statement",)) or "")
        if title or not text or row.record_id:
            found.append(row)
            continue
        mark = f"text-{sha256(text.encode()).hexdigest()[:12]}"
        seen[mark] += 1
        key = row.key or (mark if seen[mark] == 1 else f"{mark}-{seen[mark]}")
        found.append(replace(row, key=key, values={**row.values, ("title",): _title(text, ""), _KEY: key}))
    return found


def _linked(item: Item) -> dict[str, Any]:
    """The values of an item, links to other items by their keys."""
    values = values_of(item)
    if item.parent is not None:
        values["parent"] = item.parent
    if item.derived_from:
        values["derived_from"] = sorted(item.derived_from)
    return values


def normal_name(name: str) -> str:
    """A field's name as it is looked up."""
    return "".join(ch for ch in name.casefold() if ch not in " -_\t")


def values_of(item: Item) -> dict[str, Any]:
    """The fields of a requirement that an item fills; what has none of ours is kept under `attributes`."""
    by_name = {normal_name(name): name for name in item.fields}
    values: dict[str, Any] = {}
    used: set[str] = set()
    for ours, theirs in NAMES.items():
        name = next((by_name[n] for n in theirs if n in by_name and str(item.fields[by_name[n]]).strip()), None)
        if name is None:
            continue
        value = _converted(ours, str(item.fields[name]))
        if value is not None:
            values[ours] = value
            used.add(name)
    values.setdefault("title", _title(str(values.get("statement", "")), item.key))
    rest = {name: value for name, value in item.fields.items() if name not in used and value not in (None, "", [], {})}
    if rest:
        values["attributes"] = rest
    return values


def _converted(ours: str, text: str) -> Any:
    """A text as our field says it; None where the field cannot."""
    match ours:
        case "title":
            return " ".join(text.split())
        case "source":
            return " ".join(text.split())
        case "acceptance":
            return [line.strip() for line in text.splitlines() if line.strip()]
        case "priority":
            word = text.strip().casefold()
            return next((ours for ours, theirs in _PRIORITIES.items() if word in theirs), None)
        case "category":
            word = text.strip().casefold()
            forms = {form.casefold(): key for key, t in CATEGORIES.items() for form in (key, t.en, t.zh)}
            return forms.get(word)
        case _:
            return text.strip("\n")


def _title(statement: str, key: str) -> str:
    """What a requirement without a title is called: the beginning of what it says, else its identifier."""
    first = next((line.strip("#*- \t") for line in statement.splitlines() if line.strip("#*- \t")), "")
    if not first:
        return key
    return first if len(first) <= _LONGEST_TITLE else first[: _LONGEST_TITLE - 1].rstrip() + "…"
