"""How the paper of a record stands: derived from what happened to it, party by party."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pmkit.domain.papers import PAPER_STATES, PARTY_OF_SIDE, SIGNING_PARTIES, OnPaper, Paper, PaperEvent
from pmkit.domain.parties import SIGNING
from pmkit.domain.people import Person, Side
from pmkit.domain.registry import kinds
from pmkit.kernel.text import Text
from pmkit.workspace.calendars import project_calendar
from pmkit.workspace.dispatches import days_later
from pmkit.workspace.model import Workspace
from pmkit.workspace.parties import active
from pmkit.workspace.parties import legal_name as name_of_side
from pmkit.workspace.parties import party_of as own_party

OURS = "contractor"


@dataclass(frozen=True, slots=True)
class PartyState:
    """What a party did with the paper: None where it has not yet."""

    party: str
    signed: date | None = None
    signer: str | None = None
    sealed: date | None = None
    seal: str | None = None
    back: int | None = None

    @property
    def name(self) -> Text:
        return party_word(self.party)


@dataclass(frozen=True, slots=True)
class PaperStanding:
    """The paper of a record as it stands. `asked`: somebody has begun to handle it as paper, so that it is followed up.

    `at`: the party at which it lies; `since` and `due`: since when, until when it should be back.
    """

    record: OnPaper
    document: Text
    state: str
    parties: tuple[PartyState, ...]
    wants_seals: bool
    asked: bool
    copies: int
    pages: int | None
    perforation: bool
    at: str | None
    since: date | None
    due: date | None
    kept_at: str | None
    filed: int | None
    last: PaperEvent | None

    @property
    def is_open(self) -> bool:
        """Something is still to be done with it."""
        return self.state != "filed"

    @property
    def says(self) -> Text:
        return PAPER_STATES[self.state]

    @property
    def back(self) -> int:
        """Originals that are back with us: filed ones, else those that every other party gave back."""
        if self.filed is not None:
            return self.filed
        others = [one.back for one in self.parties if one.party != OURS]
        if self.state in {"signed", "sealed"} and self.at is None and all(back is None for back in others):
            return self.copies
        return min((back or 0 for back in others), default=0)

    def days_out(self, as_of: date) -> int | None:
        """Calendar days since it went to the party at which it lies; None where it lies nowhere else."""
        return (as_of - self.since).days if self.at is not None and self.since is not None else None

    def is_late(self, as_of: date) -> bool:
        """It should have been back, or filed, by now."""
        return self.is_open and self.asked and self.due is not None and self.due < as_of

    @property
    def lacks_others(self) -> bool:
        """A signature or seal of some party is missing."""
        return self.state != "filed" and any(self._lacks(one) is not None for one in self.parties)

    @property
    def missing(self) -> Text:
        """What is still missing, in words; empty for a paper that is filed."""
        if self.state == "filed":
            return Text.same("")
        if self.state == "returned":
            return Text("to be corrected and sent again", "修改后重新送签")
        lacking = [says.format(party=one.name) for one in self.parties if (says := self._lacks(one)) is not None]
        return Text.join(lacking, en="; ") if lacking else Text("file the original", "原件待归档")

    def _lacks(self, one: PartyState) -> Text | None:
        """What a party still owes; None where it has done all."""
        unsealed = self.wants_seals and one.sealed is None
        if one.signed is None:
            return _BOTH if unsealed else Text("signature: {party}", "{party}签字")
        return Text("seal: {party}", "{party}盖章") if unsealed else None


_BOTH = Text("signature and seal: {party}", "{party}签字盖章")


def party_word(party: str | None) -> Text:
    """A party as people say it; the word itself where we do not know it."""
    return SIGNING_PARTIES.get(party or "", Text.same(party or ""))


def legal_name(ws: Workspace, party: str) -> str | None:
    """The name of a party, letter for letter as on its seal; None where nobody said."""
    declared = [one.name for one in active(ws, party)]
    sides: dict[str, Side] = {"contractor": "supplier", "owner": "customer", "supervisor": "supervisor"}
    side = sides.get(party)
    return "、".join(declared) or (name_of_side(ws, side) if side else None)


def signing_parties(ws: Workspace) -> tuple[str, ...]:
    """Who signs the project's documents, in the order in which they do."""
    return tuple(role for role in SIGNING if role in {OURS, "owner"} or legal_name(ws, role) is not None)


def party_of(ws: Workspace, handle: str) -> str | None:
    """The party that a person signs for: the role of the one that they belong to, else that of their side."""
    person = ws.find(handle, Person)
    if person is None:
        return None
    own = own_party(ws, person)
    return own.role if own is not None else PARTY_OF_SIDE.get(person.side)


def paper_standings(ws: Workspace, *, only_open: bool = False) -> list[PaperStanding]:
    """Every paper, by kind and number. `only_open`: those that somebody follows up, or should begin to."""
    records = (record for kind in kinds() if kind.paper is not None for record in ws.of_kind(kind))
    found = (paper_standing(ws, record) for record in records if isinstance(record, OnPaper))
    return [one for one in found if one is not None and (not only_open or (one.is_open and is_followed(one)))]


def is_followed(standing: PaperStanding) -> bool:
    """True where it is handled as paper, or a signature on paper is what the record waits for."""
    return standing.asked or standing.state == "to_send"


def paper_standing(ws: Workspace, record: OnPaper) -> PaperStanding | None:
    """How the paper of a record stands; None for one that neither has a paper nor waits for one."""
    rule = record.kind.paper
    paper = record.paper or Paper()
    own = list(record.own_signatures)
    if rule is None or not (paper.events or own or record.status in rule.waits):
        return None
    after = _after_return(paper.events)
    parties = tuple(_party(one, [*own, *after]) for one in paper.parties or signing_parties(ws))
    wants_seals = rule.sealed if paper.sealed is None else paper.sealed
    last = paper.events[-1] if paper.events else None
    state = _state(last, parties, bool(after), wants_seals=wants_seals)
    out = next((e for e in reversed(after) if e.what == "sent"), None)
    lies = out.party if out is not None and not _came_back(after, out, wants_seals=wants_seals) else None
    since = out.on if out is not None and lies else last.on if last else record.steps[-1].on if record.steps else None
    copies = paper.copies or ws.project.paper.copies
    filed = last if last is not None and last.what == "filed" else None
    return PaperStanding(
        record=record,
        document=rule.title,
        state=state,
        parties=parties,
        wants_seals=wants_seals,
        asked=bool(paper.events),
        copies=copies,
        pages=paper.pages,
        perforation=wants_seals and (paper.pages or 0) >= ws.project.paper.perforation_from_pages,
        at=lies,
        since=since,
        due=_due(ws, record, state, out if lies else None, since),
        kept_at=next((e.kept_at for e in reversed(paper.events) if e.kept_at), None),
        filed=(filed.copies if filed.copies is not None else copies) if filed else None,
        last=last,
    )


def _after_return(events: Sequence[PaperEvent]) -> list[PaperEvent]:
    """What counts: a paper that came back for correction is signed anew."""
    returned = max((n for n, event in enumerate(events) if event.what == "returned"), default=-1)
    return list(events[returned + 1 :])


def _party(party: str, events: Sequence[PaperEvent]) -> PartyState:
    own = [event for event in events if event.party == party]
    signed = next((e for e in reversed(own) if e.what == "signed"), None)
    sealed = next((e for e in reversed(own) if e.what == "sealed"), None)
    first = signed or sealed  # what is sealed is signed, though nobody wrote down the day
    back = next((e.copies for e in reversed(own) if e.what in {"signed", "sealed"} and e.copies is not None), None)
    return PartyState(
        party, first.on if first else None, first.signer if first else None,
        sealed.on if sealed else None, sealed.seal if sealed else None, back,
    )  # fmt: skip


def _state(last: PaperEvent | None, parties: Sequence[PartyState], begun: bool, *, wants_seals: bool) -> str:
    if last is not None and last.what in {"returned", "filed"}:
        return last.what
    signed = [one for one in parties if one.signed is not None]
    if len(signed) < len(parties):
        return "part" if signed else "out" if begun else "to_send"
    return "sealed" if wants_seals and all(one.sealed for one in parties) else "signed"


def _came_back(events: Sequence[PaperEvent], out: PaperEvent, *, wants_seals: bool) -> bool:
    """True where the party to which it went last has signed since, or sealed it where it wants seals."""
    since = events[events.index(out) + 1 :]
    done = {event.what for event in since if event.party == out.party}
    ended = any(event.what in {"filed", "returned"} for event in since)
    return ended or "sealed" in done or ("signed" in done and not wants_seals)


def _due(ws: Workspace, record: OnPaper, state: str, out: PaperEvent | None, since: date | None) -> date | None:
    """The day by which it should be back, or filed once all have signed: named at sending, else by the record or
    the profile.
    """
    if since is None or state == "filed":
        return None
    if out is not None:
        asked: date | None = out.due or getattr(record, "reply_by", None)
        if asked is not None and asked >= out.on:
            return asked
    rules = ws.project.paper
    done = state in {"signed", "sealed"} and out is None
    return days_later(project_calendar(ws.project), since, rules.file_within if done else rules.back_within)


def open_papers(ws: Workspace) -> Iterator[PaperStanding]:
    """The papers of `pmkit paper list --open`, the longest overdue first."""
    found = paper_standings(ws, only_open=True)
    yield from sorted(found, key=lambda one: (one.due is None, one.due or date.max, one.record.id))
