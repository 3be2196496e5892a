"""需求差异对照, from two workspaces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pmkit.domain.kind import about, file_value, value_of
from pmkit.domain.requirements import PRIORITIES, Requirement
from pmkit.kernel.text import Text
from pmkit.reports.views.blocks import Audience, Basis
from pmkit.reports.views.requirements_diff import Change, RequirementsDiff, Whole
from pmkit.reports.word_diff import Piece, word_diff
from pmkit.workspace.coverage import DROPPED
from pmkit.workspace.model import Workspace


def requirements_diff(
    old: Workspace, new: Workspace, before: str, after: Text, audience: Audience, basis: Basis
) -> RequirementsDiff:
    """What the requirements say otherwise; both workspaces as the audience may see them.

    Only what is signed is compared; a requirement that was withdrawn or turned down has gone.
    """
    was = {r.id: r for r in old.requirements if r.status not in DROPPED}
    now = {r.id: r for r in new.requirements if r.status not in DROPPED}
    both = [(was[i], r) for i, r in now.items() if i in was]
    return RequirementsDiff(
        project=new.project.name,
        audience=audience,
        before=before,
        after=after,
        changes=tuple(change for a, b in both for change in _changes(old, new, a, b)),
        added=tuple(_whole(new, old, r) for i, r in now.items() if i not in was),
        withdrawn=tuple(_whole(new, old, r) for i, r in was.items() if i not in now),
        unchanged=sum(a.digest == b.digest for a, b in both),
        basis=basis,
    )


def _changes(old: Workspace, new: Workspace, was: Requirement, now: Requirement) -> Iterator[Change]:
    if was.digest == now.digest:
        return
    for key, what in about(Requirement).items():
        if not what.content:
            continue
        a, b = (file_value(value_of(r, key)) for r in (was, now))
        if a == b:
            continue
        if what.words:
            before, after = _chosen("removed", what.words, a), _chosen("added", what.words, b)
        else:
            before, after = word_diff(_as_text(a), _as_text(b))
        yield Change(now.id, now.title, what.label, before, after, tuple(_by(old, new, now.id, key)))


def _chosen(how: Literal["removed", "added"], words: Mapping[str, Text], value: Any) -> tuple[Piece, ...]:
    return (Piece(how, words.get(value) or str(value)),) if value is not None else ()


def _as_text(value: Any) -> str:
    """A field's value as text, a list an item a line."""
    return "\n".join(str(item) for item in value) if isinstance(value, list) else str(value or "")


def _by(old: Workspace, new: Workspace, record_id: str, key: str | None) -> Iterator[str]:
    """The changes in force in the new state and not in the old one that touched the field, or the whole record."""
    for change in new.changes:
        earlier = next((c for c in old.changes if c.id == change.id), None)
        if change.applied_on is None or (earlier is not None and earlier.applied_on is not None):
            continue
        touched = any(e.record == record_id and e.field == key for e in change.edits)
        whole = record_id in change.withdraw or any(r.record == record_id and r.before is None for r in change.results)
        if touched or (key is None and whole):
            yield change.id


def _whole(new: Workspace, old: Workspace, requirement: Requirement) -> Whole:
    return Whole(
        requirement.id,
        requirement.title,
        PRIORITIES.get(requirement.priority or ""),
        requirement.statement or "",
        tuple(_by(old, new, requirement.id, None)),
    )
