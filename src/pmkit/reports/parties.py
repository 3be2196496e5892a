"""People by the organisation that they stand for, as attendance, countersignatures and contact lists show them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import cast

from pmkit.domain.parties import ROLES, SIGNING, Role
from pmkit.domain.people import Person, Side
from pmkit.kernel.text import Text
from pmkit.reports.views.blocks import CONTRACTOR, EMPLOYER, SUPERVISOR, SignBox
from pmkit.workspace.model import Workspace
from pmkit.workspace.parties import active, legal_name, organisation_of, party_of

PARTNER = Text("Partner", "协作单位")
PARTIES: dict[Side, Text] = {
    "customer": EMPLOYER, "supervisor": SUPERVISOR, "supplier": CONTRACTOR, "partner": PARTNER,
}  # fmt: skip


def signing(ws: Workspace) -> tuple[tuple[Text, str], ...] | None:
    """Who signs a form, in order: a box a party. None where no parties are declared."""
    if not ws.parties:
        return None
    boxes: list[tuple[Text, str]] = []
    for role, side in (("contractor", "supplier"), ("supervisor", "supervisor"), ("owner", "customer"), ("user", None)):
        declared = [party.name for party in active(ws, role)]
        profile = legal_name(ws, cast("Side", side)) if side and not declared else None
        boxes += [(ROLES[cast("Role", role)], name) for name in (*declared, *([profile] if profile else []))]
    return tuple(boxes)


def stands_in(ws: Workspace, box: SignBox, handle: str, side: str, on: date) -> bool:
    """True where what somebody signed on a day stands in a party's box: their party's then, else that of their side."""
    person = ws.find(handle, Person)
    party = party_of(ws, person, on) if person is not None else None
    if party is not None and party.role in SIGNING:
        return party.name == box.organisation
    return box.party != ROLES["user"] and PARTIES.get(cast("Side", side)) == box.party


def by_party(ws: Workspace, handles: Iterable[str]) -> list[tuple[Text, list[Person]]]:
    """People of the list, by the word and in the order of the parties; whom nobody knows is left out."""
    known = [person for handle in handles if (person := ws.find(handle, Person)) is not None]
    groups = ((word, [p for p in known if p.side == side]) for side, word in PARTIES.items())
    return [(word, people) for word, people in groups if people]


def short_name(ws: Workspace, person: Person) -> str | None:
    """The organisation of a person in a table, where room is short: by its short name, where it has one."""
    party = party_of(ws, person)
    return party.short if party is not None and party.short else organisation_of(ws, person)


def owner_of(ws: Workspace, handle: str | None) -> tuple[Text | str | None, str | None]:
    """The responsible party and person of a handle."""
    person = ws.find(handle, Person) if handle else None
    if person is None:
        return None, ws.person_name(handle) or None
    return short_name(ws, person) or PARTIES[person.side], person.name
