"""Findings: what is wrong with the user's data, as values that are collected and never raised."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pmkit.kernel.place import Place, Spot
from pmkit.kernel.text import Text

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, at one primary place.

    `code` is stable for ever; `args` are the values that the message names, the same in any language.
    """

    code: str
    severity: Severity
    at: Spot | Place
    says: Text
    fix: Text
    record: str | None = None
    args: Mapping[str, Any] = field(default_factory=dict)
