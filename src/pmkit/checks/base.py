"""A check is a plain function of the workspace that tells where something is wrong. It only looks."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import import_module
from typing import Any

import pmkit.checks as here
from pmkit.checks.selection import Selection
from pmkit.kernel.finding import Finding, Rule, Severity
from pmkit.kernel.place import Place, Spot
from pmkit.kernel.text import Text
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import Planned
from pmkit.workspace.signing import Trace, no_trace


@dataclass(frozen=True)
class Context:
    """What checks may know beside the records.

    `as_of`: the reporting date. `planned`: the scheduled plan, None where it cannot be computed (which is a finding).
    `sha256`: the hash of a file below the workspace, None where it is not there; `stored`: likewise, of what a Git LFS
    pointer stands for. `trace`: since which commit signed
    records are not what was signed, by asking history. `unread`: records whose file could not be read, which is a
    finding of its own. `read`: the bytes of a file below the workspace, None where it is not there.
    """

    as_of: date
    planned: Planned | None
    sha256: Callable[[str], str | None]
    stored: Callable[[str], str | None]
    trace: Trace = no_trace
    unread: frozenset[str] = frozenset()
    read: Callable[[str], bytes | None] = lambda _path: None


@dataclass(frozen=True)
class Hit:
    """Where a check struck, of which record, and the values that its message names."""

    at: Spot | Place
    record: str | None = None
    args: Mapping[str, Any] = field(default_factory=dict)


Look = Callable[[Workspace, Context], Iterator[Hit]]


@dataclass(frozen=True)
class Check:
    """A rule and the function that looks for it. The function's docstring says why it matters."""

    rule: Rule
    look: Look

    def run(self, ws: Workspace, ctx: Context) -> Iterator[Finding]:
        for hit in self.look(ws, ctx):
            yield self.rule.found(hit.at, hit.record, **hit.args)


_found: list[Check] = []


def check(
    code: str, name: str, *, severity: Severity, says: Text, fix: Text, opinion: bool = False
) -> Callable[[Look], Look]:
    """Declare a check. `says` and `fix` may name the values of its hits as placeholders.

    `opinion`: a taste that not every project shares; the check runs only where it is selected.
    """

    def register(look: Look) -> Look:
        _found.append(Check(Rule(code, name, severity, says, fix, opinion), look))
        return look

    return register


def hit(at: Spot | Place, record: str | None = None, /, **args: Any) -> Hit:
    """A hit, with the values of its message as keywords."""
    return Hit(at, record, args)


@cache
def checks() -> tuple[Check, ...]:
    """Every check of the folder, by code. The folder is the registry."""
    for module in sorted(m.name for m in pkgutil.iter_modules(here.__path__)):
        import_module(f"pmkit.checks.{module}")
    return tuple(sorted(_found, key=lambda c: c.rule.code))


@cache
def opinions() -> frozenset[str]:
    """The codes that are silent until selected."""
    return frozenset(one.rule.code for one in checks() if one.rule.opinion)


def run_checks(ws: Workspace, ctx: Context, selection: Selection) -> list[Finding]:
    """All findings of the checks that are selected; the others do not run."""
    chosen = [one for one in checks() if selection.wants(one.rule.code, opinion=one.rule.opinion)]
    return [finding for one in chosen for finding in one.run(ws, ctx)]
