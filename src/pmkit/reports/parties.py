"""People by the organisation that they stand for, as attendance, countersignatures and contact lists show them."""

from __future__ import annotations

from collections.abc import Iterable

from pmkit.domain.people import Person, Side
from pmkit.kernel.text import Text
from pmkit.reports.views.blocks import CONTRACTOR, EMPLOYER, SUPERVISOR
from pmkit.workspace.model import Workspace

PARTNER = Text("Partner", "协作单位")
PARTIES: dict[Side, Text] = {
    "customer": EMPLOYER, "supervisor": SUPERVISOR, "supplier": CONTRACTOR, "partner": PARTNER,
}  # fmt: skip


def organisation_of(ws: Workspace, person: Person) -> str | None:
    """The organisation that a person stands for: the one that is named, else the party of their side."""
    project = ws.project
    parties = {"customer": project.customer, "supplier": project.supplier, "supervisor": project.supervisor}
    return person.organisation or parties.get(person.side)


def by_party(ws: Workspace, handles: Iterable[str]) -> list[tuple[Text, list[Person]]]:
    """People of the list, by the word and in the order of the parties; whom nobody knows is left out."""
    known = [person for handle in handles if (person := ws.find(handle, Person)) is not None]
    groups = ((word, [p for p in known if p.side == side]) for side, word in PARTIES.items())
    return [(word, people) for word, people in groups if people]


def owner_of(ws: Workspace, handle: str | None) -> tuple[Text | str | None, str | None]:
    """The responsible party and person of a handle."""
    person = ws.find(handle, Person) if handle else None
    if person is None:
        return None, ws.person_name(handle) or None
    return organisation_of(ws, person) or PARTIES[person.side], person.name
