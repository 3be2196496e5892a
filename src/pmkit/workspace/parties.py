"""The parties as documents name them, and who manages the project for each side.

Where no parties are declared the profile's three names stand for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pmkit.domain.changes import ChangeRequest
from pmkit.domain.parties import SIGNING, Party
from pmkit.domain.people import Person, Side
from pmkit.domain.plan import Baseline
from pmkit.domain.signoffs import SignOff
from pmkit.workspace.model import Workspace

MANAGER = "pm"
MANAGED: tuple[Side, ...] = ("supplier", "customer")  # the sides whose manager is replaced by a change only
_ROLE_OF: dict[Side, str] = {"supplier": "contractor", "customer": "owner", "supervisor": "supervisor"}


def active(ws: Workspace, role: str | None = None) -> list[Party]:
    """The parties that take part, of one role or of all in the order in which they sign."""
    order = list(SIGNING)
    found = [p for p in ws.parties if p.status != "left" and role in {None, p.role}]
    return sorted(found, key=lambda p: order.index(p.role) if p.role in order else len(order))


def legal_name(ws: Workspace, side: Side) -> str | None:
    """The legal name of the contractor, the owner or the supervisor, letter for letter as on the seal."""
    declared = [party.name for party in active(ws, _ROLE_OF.get(side, ""))]
    if declared:
        return "、".join(declared)
    project = ws.project
    return {"customer": project.customer, "supplier": project.supplier, "supervisor": project.supervisor}.get(side)


def party_of(ws: Workspace, person: Person, on: date | None = None) -> Party | None:
    """The party for which a person speaks, on a day or now."""
    handle = person.stood(on).party if on is not None else person.party
    return ws.find(handle, Party) if handle else None


def organisation_of(ws: Workspace, person: Person, on: date | None = None) -> str | None:
    """The organisation that a person stands for: their party's legal name, the one that is named, their side's."""
    party = party_of(ws, person, on)
    side = person.stood(on).side if on is not None else person.side
    return party.name if party is not None else person.organisation or legal_name(ws, side)


def is_bound(ws: Workspace) -> bool:
    """True once something was agreed upon with the people that there were: a baseline, or a signature."""
    return bool(ws.of(Baseline)) or any(s.status == "signed" for s in ws.of(SignOff))


def managers(ws: Workspace) -> tuple[str, ...]:
    """Who manages the project for the supplier and the customer."""
    return tuple(p.id for p in ws.people if is_manager(p))


def is_manager(person: Person) -> bool:
    """True for the project manager of the supplier or the customer who is there."""
    return person.role == MANAGER and person.side in MANAGED and not person.left


def replaced_by_change(ws: Workspace, handle: str) -> ChangeRequest | None:
    """The applied change by which a person became manager or ceased to be: of class 人员, or an edit of their role."""
    for change in ws.changes:
        if change.applied_on is None:
            continue
        edited = {edit.record for edit in change.edits if change.type == "staff" or edit.field == "role"}
        if handle in edited or (change.type == "staff" and handle in change.affects):
            return change
    return None


def unapproved_managers(ws: Workspace) -> Iterator[tuple[Person, bool]]:
    """People whose management no change explains: those who came (True), those who ceased to be it (False).

    Against whom baselines and sign-offs remember to have managed each side.
    """
    known = {handle for baseline in ws.of(Baseline) for handle in baseline.managers}
    known |= {handle for signoff in ws.of(SignOff) for handle in signoff.managers}
    if not known:
        return
    remembered = [person for handle in sorted(known) if (person := ws.find(handle, Person)) is not None]
    sides = {person.stood(date.min).side for person in remembered}
    for person in ws.people:
        came = is_manager(person) and person.id not in known and person.side in sides
        ceased = person.id in known and not is_manager(person) and not person.left
        if (came or ceased) and replaced_by_change(ws, person.id) is None:
            yield person, came


def differing_names(ws: Workspace) -> Iterator[tuple[str, str, Party]]:
    """The names in the profile that are neither part of the declared party's legal name nor its short one."""
    profile = {"customer": ws.project.customer, "supplier": ws.project.supplier, "supervisor": ws.project.supervisor}
    for field, name in profile.items():
        declared = active(ws, _ROLE_OF[field])  # type: ignore[index]
        if name and declared and not any(name in party.name or name == party.short for party in declared):
            yield field, name, declared[0]
