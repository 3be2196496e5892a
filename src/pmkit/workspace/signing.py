"""What is signed, by which sign-off, and whether it still says that: signed digest → applied changes → today's digest.

Records trust digests, never commit hashes: history that was squashed or rebased changes nothing here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from pmkit.domain.changes import ChangeRequest
from pmkit.domain.kind import Record, Tracked, about
from pmkit.domain.objectives import Objective
from pmkit.domain.plan import Task
from pmkit.domain.registry import kind_of_id
from pmkit.domain.requirements import Requirement
from pmkit.domain.signoffs import SignOff, over_all
from pmkit.kernel.ids import natural_order
from pmkit.kernel.text import Text, shorten
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import Planned, workdays_after

_IN_FORCE = frozenset({"applied", "verified", "closed"})

RESIGN_WITHIN = 10  # working days (FORMS §3: health.scope)

State = Literal["holds", "changed", "differs", "gone"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a signed record stands today.

    `holds`: it says what was signed. `changed`: applied changes (`under`) lead from what was signed to what it says,
    and nobody signed that yet. `differs`: it says something else than signature and changes account for. `gone`: it is
    no more. `signed`: the digest that was signed; `expected`: the digest that it should have today.
    """

    record_id: str
    signoff: SignOff
    signed: str
    expected: str
    today: str | None
    under: tuple[str, ...]

    @property
    def state(self) -> State:
        if self.today is None:
            return "gone"
        if self.today != self.expected:
            return "differs"
        return "changed" if self.under else "holds"


@dataclass(frozen=True, slots=True)
class Departure:
    """A field that left what was signed, and the commit since which it did: its hash, who, when, what it was called.

    `commit` is None where history does not tell (it was squashed, or is not here).
    """

    field: str
    before: Any
    after: Any
    commit: str | None
    who: str
    on: date | None


Trace = Callable[[Sequence[Standing]], Mapping[str, Sequence[Departure]]]


def no_trace(standings: Sequence[Standing]) -> Mapping[str, Sequence[Departure]]:
    """What is known without history: that the records differ, not since when."""
    return {s.record_id: [Departure("", None, None, None, "", None)] for s in standings}


def signed_records(signoffs: Iterable[SignOff]) -> dict[str, tuple[SignOff, str]]:
    """For each signed record the newest sign-off in force that covers it, and the digest it had there."""
    found: dict[str, tuple[SignOff, str]] = {}
    in_force = [s for s in signoffs if s.status == "signed" and s.signed_on is not None]
    for signoff in sorted(in_force, key=lambda s: (s.signed_on, natural_order(s.id))):
        for record in signoff.agreed:
            found[record.id] = (signoff, record.digest)
    return found


def prepared_records(signoffs: Iterable[SignOff]) -> dict[str, tuple[SignOff, str]]:
    """For each record that is out for signature the sign-off and the digest it had when that was prepared."""
    return {r.id: (s, r.digest) for s in signoffs if s.status == "prepared" for r in s.records}


def agreed_additions(
    signoffs: Iterable[SignOff], changes: Iterable[ChangeRequest]
) -> Iterator[tuple[ChangeRequest, int, str, str]]:
    """What applied changes added and nobody signed yet: the change, the result's position, the record, its digest.

    Only what is agreed by its words: requirements and objectives, not milestones, which a plan moves.
    The digest is the one that the record should have today: as added, or as later changes left it.
    """
    signed, changes = signed_records(signoffs), list(changes)
    by_record: dict[str, list[ChangeRequest]] = {}
    for change in changes:
        for result in change.results:
            by_record.setdefault(result.record, []).append(change)
    for change in changes:
        for position, result in enumerate(change.results if change.status in _IN_FORCE else ()):
            by_words = kind_of_id(result.record) in {Requirement.kind, Objective.kind}
            if by_words and result.before is None and result.after and result.record not in signed:
                today, _ = walk(result.record, None, result.after, by_record[result.record])
                yield change, position, result.record, today


def walk(
    record_id: str, signoff: SignOff | None, start: str, changes: Iterable[ChangeRequest]
) -> tuple[str, tuple[str, ...]]:
    """Where the applied changes since a sign-off lead from `start`, and which of them do, in order.

    Each change is taken once, in the order in which they were applied; those that the sign-off includes are not.
    """
    included = signoff.includes if signoff else ()
    since = sorted(
        (c for c in changes if c.status in _IN_FORCE and c.id not in included),
        key=lambda c: (c.applied_on or date.min, natural_order(c.id)),
    )
    edges = [(c.id, r.before, r.after) for c in since for r in c.results if r.record == record_id and r.after]
    at, taken = start, []
    while edges:
        step = next((edge for edge in edges if edge[1] == at), None)
        if step is None:
            break
        edges.remove(step)
        taken.append(step[0])
        at = step[2] or at
    return at, tuple(taken)


def standings(ws: Workspace, only: SignOff | None = None) -> Iterator[Standing]:
    """How every signed record stands, by the newest sign-off of each; or all records of one sign-off."""
    signed = {r.id: (only, r.digest) for r in only.agreed} if only else signed_records(ws.of(SignOff))
    if not signed:
        return
    by_record: dict[str, list[ChangeRequest]] = {}
    for change in ws.changes:
        for record_id in {result.record for result in change.results}:
            by_record.setdefault(record_id, []).append(change)
    for record_id in sorted(signed, key=natural_order):
        signoff, start = signed[record_id]
        expected, under = walk(record_id, signoff, start, by_record.get(record_id, ()))
        record = ws.records.get(record_id)
        yield Standing(record_id, signoff, start, expected, record.digest if record else None, under)


def standing_of(record: Record, signoffs: Sequence[SignOff], changes: Iterable[ChangeRequest]) -> Standing | None:
    """How one record stands; None where nobody signed it."""
    found = signed_records(signoffs).get(record.id)
    if found is None:
        return None
    signoff, start = found
    expected, under = walk(record.id, signoff, start, changes)
    return Standing(record.id, signoff, start, expected, record.digest, under)


def unsigned_changes(ws: Workspace) -> list[Standing]:
    """The records that changed under an approved change and wait for the next sign-off."""
    found = []
    for standing in standings(ws):
        record = ws.records.get(standing.record_id)
        if standing.state == "changed" and not (isinstance(record, Tracked) and record.status == "withdrawn"):
            found.append(standing)
    return found


def to_be_signed_again(ws: Workspace, planned: Planned | None, as_of: date) -> Iterator[tuple[Standing, date]]:
    """What changed longer ago than it may wait for a new signature, and the day of the last change to it."""
    out = prepared_records(ws.of(SignOff))
    applied = {change.id: change.applied_on for change in ws.changes}
    for standing in unsigned_changes(ws):
        on = applied.get(standing.under[-1])
        if on is not None and standing.record_id not in out and as_of > workdays_after(planned, on, RESIGN_WITHIN):
            yield standing, on


def not_signed_again(standing: Standing) -> Text | str:
    """What is said of a record that is not what was signed; nothing where it is."""
    match standing.state:
        case "changed":
            return Text("changed under {ids}, not yet signed again", "已按 {ids} 变更，尚未重新签认").format(
                ids=Text.join(Text.same(one) for one in standing.under)
            )
        case "differs":
            return Text("differs from what was signed", "与签认内容不一致")
        case _:
            return ""


def is_signable(record: Record) -> bool:
    """True for what a customer may sign: requirements, objectives, interviews, milestones."""
    return record.kind.signable and (not isinstance(record, Task) or record.is_milestone)


def waits_for_signature(record: Record) -> bool:
    """True where the record's workflow leads to a signature next."""
    states = record.kind.states
    if not isinstance(record, Tracked) or states is None:
        return False
    return any(move.to == "confirmed" for move in states.moves_from(record.status))


def may_be_signed(record: Record) -> bool:
    """True where a signature fits: it is next, or the record was confirmed before and is still alive."""
    if not isinstance(record, Tracked) or record.kind.states is None:
        return True
    alive = record.status not in {"rejected", "withdrawn"}
    if "confirmed" not in record.kind.states.names:  # its own workflow says when; the signature comes beside it
        return alive
    return waits_for_signature(record) or (alive and record.reached("confirmed") is not None)


def broken_parts(signoff: SignOff, sha256: Callable[[str], str | None]) -> list[tuple[str, str, Text]]:
    """What of a sign-off is not what it was: sign-off, file, what is wrong. Its seal, its documents, its evidence."""
    found = []
    if signoff.over_all != over_all(signoff.subject, signoff.version, {r.id: r.digest for r in signoff.records}):
        problem = Text("its list of records is not the one that was sealed", "签认清单与总摘要值不一致，被改动过")
        found.append((signoff.id, signoff.spot.path, problem))
    for file, wanted in (
        *((d.file, d.sha256) for d in signoff.documents),
        *((e.file, e.sha256) for _, e in signoff.filed),
    ):
        there = sha256(file)
        if there != wanted:
            missing = Text("is not there", "不存在")
            other = Text("is not the file that was recorded (SHA-256 differs)", "与记录时的文件不一致（SHA-256 不同）")
            found.append((signoff.id, file, missing if there is None else other))
    return found


def departure_words(ws: Workspace, standing: Standing, departure: Departure) -> tuple[Text, Text]:
    """What left the signed text, and since when by whom, in words."""
    record = ws.records.get(standing.record_id)
    values = {"id": standing.record_id, "signoff": standing.signoff.id}
    if standing.state == "gone":
        says = Text(en="{id}: signed in {signoff}, is gone", zh="{id}：{signoff} 已签认，现已不存在").format(**values)
    elif not departure.field or record is None:
        says = Text(en="{id} is not what was signed in {signoff}", zh="{id} 与 {signoff} 签认内容不一致").format(
            **values
        )
        return says, Text(
            "this history does not hold the signed text, so it cannot say what changed when",
            "历史中查不到签认时的内容，无法指明何时改了什么",
        )
    else:
        what = about(type(record)).get(departure.field)
        label = what.label if what else Text.same(departure.field)
        says = Text(
            en="{id}.{field} ({label}): not what was signed in {signoff}: {before} -> {after}",
            zh="{id}.{field}（{label}）：与 {signoff} 签认内容不一致：{before} -> {after}",
        ).format(
            **values, field=departure.field, label=label,
            before=_said(departure.before), after=_said(departure.after),
        )  # fmt: skip
    if departure.commit is None:
        return says, Text("since: not committed yet, or not in this history", "自何时起：尚未提交，或此历史中没有")
    since = Text(en="since {on}, commit {hash}, by {who}", zh="自 {on} 起，提交 {hash}，{who}").format(
        on=departure.on, hash=departure.commit[:9], who=ws.person_name(departure.who)
    )
    return says, since


def _said(value: Any) -> Text:
    if value in (None, "", [], {}):
        return Text("(nothing)", "（空）")
    items = [str(one) for one in value] if isinstance(value, list) else [str(value)]
    return Text.same(shorten("; ".join(items).replace("\n", " "), 200))
