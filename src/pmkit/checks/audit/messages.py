"""Files that records name with their hash, and what commits say of themselves."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.audit.base import Suspicion, found
from pmkit.checks.audit.rules import EVIDENCE_REPLACED, TRAILERS_DIFFER
from pmkit.domain.changes import ChangeRequest
from pmkit.domain.plan import Phase, Progress
from pmkit.domain.project import Project
from pmkit.domain.signoffs import SignOff
from pmkit.kernel.text import Text
from pmkit.workspace.history import Deed, Moment


def evidence(moment: Moment) -> Iterator[Suspicion]:
    """Files that a record names with their hash, and that a commit replaced."""
    if not moment.replaced:
        return
    for record_id, path in _named_files(moment):
        if path in moment.replaced:
            yield found(
                moment, EVIDENCE_REPLACED, path, record_id, "evidence",
                id=record_id, file=path, commit=moment.commit.hash[:9],
            )  # fmt: skip


def _named_files(moment: Moment) -> Iterator[tuple[str, str]]:
    """The files that records name with their hash, each with the record."""
    for change in moment.of(ChangeRequest):
        yield from ((change.id, evidence.file) for _, evidence in change.filed)
    for signoff in moment.of(SignOff):
        yield from ((signoff.id, evidence.file) for _, evidence in signoff.filed)
        yield from ((signoff.id, document.file) for document in signoff.documents)


def _is_container(deed: Deed) -> bool:
    """A file that holds other records' lines, of which a commit names the tasks; and the profile, which has no id."""
    return isinstance(deed.after or deed.before[0], Phase | Progress | Project)


def message(moment: Moment) -> Iterator[Suspicion]:
    """A message that names records which the commit did not touch, or leaves out some that it did."""
    commit = moment.commit
    actions = commit.trailers.get("Pmkit-Action", ())
    if len(actions) != 1 or len(commit.parents) > 1 or not moment.deeds:
        return
    named = set(commit.trailers.get("Pmkit-Record", ()))
    touched = {deed.record for deed in moment.deeds if not _is_container(deed)}
    unnamed = sorted(touched - named)
    if unnamed:
        what = Text(en="changes {ids} too", zh="还修改了 {ids}").format(ids=", ".join(unnamed))
        yield found(
            moment, TRAILERS_DIFFER, next(d.path for d in moment.deeds if d.record == unnamed[0]), unnamed[0], None,
            action=actions[0], named=", ".join(sorted(named)) or "-", what=what,
        )  # fmt: skip
