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


@dataclass(frozen=True, slots=True)
class Rule:
    """What findings of one code have in common. `error`: certainly broken; `warning`: a judgement."""

    code: str
    name: str
    severity: Severity
    says: Text
    fix: Text

    def found(self, at: Spot | Place, record: str | None = None, /, **args: Any) -> Finding:
        """A finding of this rule: the message and the fix with `args` filled in."""
        plain = {k: v.en if isinstance(v, Text) else v for k, v in args.items()}
        return Finding(self.code, self.severity, at, self.says.format(**args), self.fix.format(**args), record, plain)
