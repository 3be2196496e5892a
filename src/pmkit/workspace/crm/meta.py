"""What a CRM says of itself: its modules, their fields, and a record as it stands there. Every value is text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

FieldType = Literal[
    "text", "number", "bool", "date", "datetime", "choice", "choices", "lookup", "user", "file", "other"
]


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """A field of a module. `writable`: by us, in a new record and in an old one; `longest`: characters it holds."""

    name: str
    label: str
    type: FieldType
    required: bool = False
    unique: bool = False
    writable: bool = True
    longest: int | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModuleInfo:
    """A module (object). `is_custom`: the customer's own."""

    name: str
    label: str
    is_custom: bool = False


@dataclass(frozen=True, slots=True)
class Remote:
    """A record of theirs. Days are `2026-03-06`, times `2026-03-06T15:00` in the project's zone, a lookup is its id,
    several choices are lines; what is empty is left out.
    """

    id: str
    values: Mapping[str, str]
    modified: str = ""
    created: str = ""

    def said(self, field_name: str) -> str:
        return self.values.get(field_name, "")


@dataclass(frozen=True, slots=True)
class Metadata:
    """The modules, and the fields of those that the mapping names."""

    modules: Mapping[str, ModuleInfo]
    fields: Mapping[str, Mapping[str, FieldInfo]] = field(default_factory=dict)

    def field(self, module: str, name: str) -> FieldInfo | None:
        return self.fields.get(module, {}).get(name)
