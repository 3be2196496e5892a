"""What was signed and left it, sign-offs that were rewritten, and their tags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from pmkit.checks.audit.base import Remembered, Suspicion, edited_field, found, is_adopted, new_in, without
from pmkit.checks.audit.rules import (
    FROZEN_EDITED,
    SIGNED_BY_NOBODY,
    SIGNOFF_REWRITTEN,
    TAG_LOST,
    TAG_MISSING,
    TAG_MOVED,
    TAG_PLAIN,
)
from pmkit.domain.changes import ChangeRequest
from pmkit.domain.people import Person, role_label
from pmkit.domain.signoffs import SignOff
from pmkit.kernel.place import Place
from pmkit.kernel.text import Text
from pmkit.workspace.history import Deed, Moment
from pmkit.workspace.signing import is_signable, prepared_records, signed_records, walk

TAG = "signoff/"


def frozen(moment: Moment, deed: Deed, remembered: Remembered) -> Iterator[Suspicion]:
    """Content that is signed, or out for signature, and left it by no applied change."""
    olds = [old for old in deed.before if old is not None]
    if not olds or not olds[0].kind.signable or not is_signable(olds[0]):
        return
    after = deed.after.digest if deed.after is not None else None
    if any(old.digest == after for old in olds):
        return
    signoffs = remembered.signoffs(moment)
    for signed in (prepared_records(signoffs), signed_records(signoffs)):
        if deed.record not in signed:
            continue
        signoff, start = signed[deed.record]
        changes = (c for c in moment.of(ChangeRequest) if any(r.record == deed.record for r in c.results))
        if after != walk(deed.record, signoff, start, changes)[0]:
            field = edited_field(olds[0], deed.after) if deed.after is not None else None
            what = Text("deleted", "删除") if after is None else Text("changed", "改动")
            yield found(
                moment, FROZEN_EDITED, deed.path, deed.record, field, id=deed.record, signoff=signoff.id, what=what
            )  # fmt: skip
            return


def signoff_rewritten(moment: Moment, deed: Deed, remembered: Remembered) -> Iterator[Suspicion]:
    """A sign-off that says something else than what was put before the signers, or than they signed."""
    olds = [old for old in deed.was(SignOff) if old is not None]
    after = deed.after if isinstance(deed.after, SignOff) else None
    if after is not None and not is_adopted(moment):
        yield from _signers(moment, deed, after, olds)
    if not olds or remembered.undoes(moment, deed):
        return
    what, field = None, None
    if after is None:
        what = Text("was deleted", "被删除")
    elif all(old.digest != after.digest for old in olds):
        what, field = Text("its content was changed", "内容被改动"), edited_field(olds[0], after)
    elif all(without(old.signed, after.signed) for old in olds):
        what, field = Text("a signature is another or gone", "签署记录被改动或删除"), "signed"
    elif all(_verdict(old) != _verdict(after) and old.signed == after.signed for old in olds) and not any(
        _noted_by_hand(old, after) for old in olds
    ):
        what, field = (
            Text("what was refused or tied to conditions is another", "不确认或有条件确认的范围被改动"),
            "refused",
        )
    if what is not None:
        yield found(moment, SIGNOFF_REWRITTEN, deed.path, deed.record, field, id=deed.record, what=what)


def _verdict(signoff: SignOff) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return signoff.refused, signoff.conditional


def _noted_by_hand(old: SignOff, after: SignOff) -> bool:
    """True where a paper came back with remarks, and all that followed is that more is tied to conditions."""
    events = after.paper.events if after.paper else ()
    fresh = new_in(events, [old.paper.events if old.paper else ()])
    return (
        any(event.remarks for event in fresh)
        and old.refused == after.refused
        and after.conditional[: len(old.conditional)] == old.conditional
    )


def _signers(moment: Moment, deed: Deed, signoff: SignOff, olds: list[SignOff]) -> Iterator[Suspicion]:
    """Signatures of people whom the project did not know then, or in a role that was not theirs."""
    for signature in new_in(signoff.signed, [old.signed for old in olds]):
        person = moment.records.get(signature.by)
        problem = None
        if not isinstance(person, Person):
            problem = Text("was not in people.yaml then", "其人当时不在 people.yaml 中")
        elif (stood := person.stood(signature.on)) and (stood.side, stood.role) != (signature.side, signature.role):
            problem = Text(en="was {role} then", zh="其角色当时为{role}").format(
                role=role_label(stood.side, stood.role)
            )
        elif signature.side != "supplier" and signature.evidence is None:
            problem = Text("is not shown to have done so by any evidence", "没有任何佐证材料")
        else:
            problem = person.beyond(signature.on)
        if problem is not None:
            who = person.name if isinstance(person, Person) else signature.by
            yield found(
                moment, SIGNED_BY_NOBODY, deed.path, deed.record, "signed", id=deed.record, who=who, problem=problem
            )


def tags_of_signoffs(remembered: Remembered, tags: Mapping[str, str], plain: AbstractSet[str]) -> Iterator[Suspicion]:
    """Sign-offs whose tag stands elsewhere than the signature, or outside history, or is bare; those without one."""
    for tag, at in tags.items():
        signoff = tag.removeprefix(TAG)
        signed = remembered.signed_in.get(signoff)
        path = f"refs/tags/{tag}"
        if at not in remembered.commits:
            yield Suspicion(TAG_LOST.found(Place(path), signoff, tag=tag, commit=at[:9]), signed, None)
        elif signed is not None and signed.hash != at:
            said = {"tag": tag, "commit": at[:9], "id": signoff, "signed": signed.hash[:9]}
            yield Suspicion(TAG_MOVED.found(Place(path), signoff, **said), signed, None)
        elif signed is not None and tag in plain:
            yield Suspicion(TAG_PLAIN.found(Place(path), signoff, tag=tag, commit=at[:9]), signed, None)
    for signoff, signed in remembered.signed_in.items():
        if TAG + signoff not in tags:
            said = {"id": signoff, "tag": TAG + signoff, "signed": signed.hash[:9]}
            yield Suspicion(TAG_MISSING.found(Place(f"refs/tags/{TAG}{signoff}"), signoff, **said), signed, None)
