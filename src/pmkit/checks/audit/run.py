"""AUD: workflow steps that history shows were taken around the workflow.

What a commit did to the records decides, not what its message says: squashing and rebasing destroy messages, and leave
honest steps honest. Messages count only where they claim something that the commit did not do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from pmkit.checks.audit.approvals import decisions, must_be_signed
from pmkit.checks.audit.base import Remembered, Suspicion, found
from pmkit.checks.audit.messages import evidence, message
from pmkit.checks.audit.people import managers
from pmkit.checks.audit.rules import NOT_SIGNED
from pmkit.checks.audit.signoffs import frozen, signoff_rewritten, tags_of_signoffs
from pmkit.checks.audit.steps import approved_budget, steps
from pmkit.domain.changes import ChangeRequest
from pmkit.workspace.history import Deed, Moment

WellSigned = Callable[[Sequence[str]], AbstractSet[str]]


def audit(
    moments: Iterable[Moment], well_signed: WellSigned, tags: Mapping[str, str], plain: AbstractSet[str]
) -> Iterator[Suspicion]:
    """What went around the workflow, in the order of history (parents first); signatures of commits and tags last.

    `well_signed` picks those of some commits that carry a valid signature; it is asked once, where the profile wants
    approvals signed. `tags`: those of sign-offs (`signoff/SGN-001`), each with its commit; `plain`: those of
    them that are not annotated.
    """
    remembered = Remembered()
    to_be_signed: list[tuple[Moment, Deed]] = []
    for moment in moments:
        for deed in moment.deeds:
            yield from steps(moment, deed, remembered)
            if isinstance(deed.after, ChangeRequest):
                yield from decisions(moment, deed, deed.after, remembered)
                if must_be_signed(moment, deed, deed.after):
                    to_be_signed.append((moment, deed))
            yield from approved_budget(moment, deed, remembered)
            yield from frozen(moment, deed, remembered)
            yield from managers(moment, deed, remembered)
            yield from signoff_rewritten(moment, deed, remembered)
        yield from evidence(moment)
        yield from message(moment)
        remembered.learn(moment)
    signed = well_signed([moment.commit.hash for moment, _ in to_be_signed]) if to_be_signed else frozenset()
    for moment, deed in to_be_signed:
        if moment.commit.hash not in signed:
            yield found(moment, NOT_SIGNED, deed.path, deed.record, "approvals", id=deed.record)
    yield from tags_of_signoffs(remembered, tags, plain)
