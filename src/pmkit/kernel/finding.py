"""Findings: what is wrong with the user's data, as values that are collected and never raised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any, Literal

from pmkit.kernel.place import Place, Spot
from pmkit.kernel.text import Text

Severity = Literal["error", "warning"]


# Codes of these beginnings: the file could not be read as a record, so no other check could look at it.
BROKEN = ("FMT1", "SEC101")


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

    @property
    def is_broken(self) -> bool:
        """True where the record itself could not be read as it stands."""
        return self.code.startswith(BROKEN)

    @property
    def place(self) -> Place:
        """Where it stands, as far as it is known; the first line of the file where nobody located it."""
        return self.at if isinstance(self.at, Place) else Place(self.at.path)

    @property
    def identity(self) -> tuple[str, str, str]:
        """What stays the same when the lines around it move: code, record (or file), what is said of it."""
        said = sorted((key, str(value)) for key, value in self.args.items() if key != "line")
        return self.code, self.record or self.at.path, repr(said)


def fingerprints(findings: Iterable[Finding]) -> list[str]:
    """A name for each finding that stays while it stands, wherever its lines move: 64 hex digits, all different.

    Of several that say the same of one record the second, third ... are told apart by their order.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    names = []
    for finding in findings:
        seen[finding.identity] += 1
        text = "\0".join((*finding.identity, str(seen[finding.identity])))
        names.append(sha256(text.encode()).hexdigest())
    return names


@dataclass(frozen=True, slots=True)
class Waived:
    """A finding that somebody excused: by which waiver, why, up to which day."""

    finding: Finding
    waiver: str
    reason: str
    until: date


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run of the checks found.

    `findings` count; `waived` are excused. `known`: how many were left out because they stood there before, where the
    run was asked for news only (None where it was not). `ran`: the codes of all that was looked for. `adopted`: how
    many are not listed because they stood when the project was adopted and their record was not touched since.
    """

    findings: tuple[Finding, ...]
    waived: tuple[Waived, ...] = ()
    known: int | None = None
    ran: tuple[str, ...] = ()
    adopted: int = 0

    def of(self, severity: Severity) -> int:
        """How many findings of a severity count."""
        return sum(finding.severity == severity for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Rule:
    """What findings of one code have in common. `error`: certainly broken; `warning`: a judgement.

    `opinion`: a taste that not every project shares; silent until somebody selects it.
    """

    code: str
    name: str
    severity: Severity
    says: Text
    fix: Text
    opinion: bool = False

    def found(self, at: Spot | Place, record: str | None = None, /, **args: Any) -> Finding:
        """A finding of this rule: the message and the fix with `args` filled in."""
        plain = {k: v.en if isinstance(v, Text) else v for k, v in args.items()}
        return Finding(
            self.code, self.severity, at, self.says.format(**args), self.fix.format(**args).stripped(), record, plain
        )
