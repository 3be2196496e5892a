"""The versions of the requirements specification: which number stands for which text (FORMS §3).

Drafts are V0.1; what is put out for signature has the sign-off's number, V1.0 the first, then V2.0; each applied change
after that counts one behind the point. A number means one text for ever.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pmkit.domain.changes import ChangeRequest
from pmkit.domain.requirements import Requirement
from pmkit.domain.signoffs import SignOff
from pmkit.kernel.ids import natural_order
from pmkit.workspace.coverage import alive
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import applied_changes
from pmkit.workspace.signing import standings

FIRST_DRAFT = "0.1"


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the specification: an issue that was put out for signature, or a change that was applied."""

    number: str
    issue: SignOff | None = None
    change: ChangeRequest | None = None


@dataclass(frozen=True, slots=True)
class Stand:
    """What the specification says today: the versions so far, its number, and whether it is a draft of that number.

    `settled`: the records that say what the newest version says; the others are not part of it.
    """

    versions: tuple[Version, ...]
    number: str
    is_draft: bool
    settled: frozenset[str] = frozenset()

    @property
    def newest(self) -> Version | None:
        return self.versions[-1] if self.versions else None

    def find(self, number: str) -> Version | None:
        """The version with this number."""
        return next((v for v in self.versions if v.number == number), None)


def issued(ws: Workspace) -> list[SignOff]:
    """The specifications that were put before the customer and not taken back, oldest first."""
    found = [s for s in ws.of(SignOff) if s.subject == "requirements" and s.status in {"prepared", "signed"}]
    return sorted(found, key=lambda s: (s.steps[0].on if s.steps else date.min, natural_order(s.id)))


def versions(ws: Workspace, more: Sequence[SignOff] = ()) -> list[Version]:
    """Every version in order; `more`: sign-offs that are being prepared."""
    waiting = sorted(
        (c for c in applied_changes(ws) if touches_requirements(ws, c)),
        key=lambda c: (c.applied_on or date.min, natural_order(c.id)),
    )
    found: list[Version] = []
    before = FIRST_DRAFT
    for issue in (*issued(ws), *more):
        inside = [c for c in waiting if c.id in issue.includes]
        found += _numbered(before, inside)
        waiting = [c for c in waiting if c not in inside]
        found.append(Version(issue.version, issue=issue))
        before = issue.version
    return [*found, *_numbered(before, waiting)]


def specification_stand(ws: Workspace) -> Stand:
    """What the specification says today. A draft: of V0.1, or of the next one to be signed where more was written."""
    known = versions(ws)
    if not known:
        return Stand((), FIRST_DRAFT, is_draft=True)
    settled = {s.record_id for s in standings(ws) if s.state in {"holds", "changed"}}
    newest = issued(ws)[-1:]
    settled |= {r.id for issue in newest for r in issue.records if _says(ws, r.id) == r.digest}
    settled |= {r.record for v in known if v.change for r in v.change.results if _says(ws, r.record) == r.after}
    is_draft = not all(r.id in settled for r in alive(ws))
    number = next_whole([v.number for v in known]) if is_draft else known[-1].number
    return Stand(tuple(known), number, is_draft, frozenset(settled))


def next_whole(numbers: Sequence[str]) -> str:
    """The next whole version: `1.0`, `2.0` after `1.3`."""
    whole = [int(m[1]) for one in numbers if (m := re.match(r"[Vv]?([0-9]+)", one))]
    return f"{max(whole, default=0) + 1}.0"


def _numbered(before: str, changes: Sequence[ChangeRequest]) -> list[Version]:
    match = re.fullmatch(r"([0-9]+)\.([0-9]+)", before)
    whole, small = (match[1], int(match[2])) if match else (before, 0)
    return [Version(f"{whole}.{small + n}", change=change) for n, change in enumerate(changes, 1)]


def _says(ws: Workspace, record_id: str) -> str | None:
    record = ws.records.get(record_id)
    return record.digest if record is not None else None


def touches_requirements(ws: Workspace, change: ChangeRequest) -> bool:
    touched = {*(r.record for r in change.results), *change.withdraw, *(e.record for e in change.edits)}
    return any(ws.find(one, Requirement) is not None or one.startswith("REQ-") for one in touched)
