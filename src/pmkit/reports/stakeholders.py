"""干系人登记册 and 项目通讯录, filled from the people of the project and what was said to them."""

from __future__ import annotations

from datetime import date

from pmkit.domain.people import ATTITUDES, CHANNELS, LEVELS, Person, role_label
from pmkit.kernel.recurrence import rule_words
from pmkit.kernel.text import Text
from pmkit.reports.parties import PARTIES
from pmkit.reports.views.blocks import Basis, Wording
from pmkit.reports.views.stakeholders import ContactLine, ContactList, Stakeholder, StakeholderRegister
from pmkit.workspace.model import Workspace
from pmkit.workspace.parties import active, organisation_of
from pmkit.workspace.stakeholders import Spoken, class_of, spoken, stakeholders

_DOWN, _ACROSS = ("high", "medium", "low"), ("low", "medium", "high")


def stakeholder_register(ws: Workspace, as_of: date, basis: Basis) -> StakeholderRegister:
    """Everybody outside our own house: where they stand, what they want, how they are spoken to."""
    people = stakeholders(ws)
    told = spoken(ws, as_of)
    return StakeholderRegister(
        project=ws.project.name,
        lines=tuple(_line(ws, person, next(iter(told.get(person.id, ())), None)) for person in people),
        grid=tuple(
            (LEVELS[influence], *(_names(people, influence, interest) for interest in _ACROSS)) for influence in _DOWN
        ),
        basis=basis,
    )


def _names(people: list[Person], influence: str, interest: str) -> Text:
    return Text.join(Text.same(p.name) for p in people if (p.influence, p.interest) == (influence, interest))


def _line(ws: Workspace, person: Person, last: Spoken | None) -> Stakeholder:
    return Stakeholder(
        name=person.name,
        organisation=organisation_of(ws, person) or PARTIES[person.side],
        position=_position(person),
        role=role_label(person.side, person.role),
        group=class_of(person),
        contact=_joined(person.phone, person.email),
        expectations=person.expectations,
        influence=LEVELS[person.influence] if person.influence else None,
        interest=LEVELS[person.interest] if person.interest else None,
        attitude=ATTITUDES[person.attitude] if person.attitude else None,
        strategy=person.strategy,
        communication=_communication(person),
        our_contact=ws.person_name(person.our_contact) or None,
        last=f"{last.on} {last.record}" if last else None,
    )


def _communication(person: Person) -> Wording:
    """`周报：每周，邮件`; the preferred channel alone where nothing is planned."""
    lines = []
    for line in person.communication:
        every = rule_words(line.every, None)
        how = CHANNELS[line.channel] if line.channel else Text.same("")
        said = Text(f"{line.what}: {every.en}, {how.en}", f"{line.what}：{every.zh}，{how.zh}")
        lines.append(Text(said.en.rstrip(", "), said.zh.rstrip("，")))
    return Text.join(lines, en="; ", zh="；") if lines else person.channel


def _position(person: Person) -> str | None:
    return _joined(person.department, person.position)


def _joined(*parts: str | None) -> str | None:
    return " ".join(part for part in parts if part) or None


def contact_list(ws: Workspace, basis: Basis) -> ContactList:
    """The people of every party who are still there, party by party."""
    order = {party.id: n for n, party in enumerate(active(ws))}
    people = [p for side in PARTIES for p in ws.people if p.side == side and not p.left and p.resource == "work"]
    if order:  # contractor, supervisor, owner, user, the others
        people.sort(key=lambda p: order.get(p.party or "", len(order)))
    return ContactList(ws.project.name, tuple(_contact(ws, person, basis.as_of) for person in people), basis)


def _contact(ws: Workspace, person: Person, as_of: date) -> ContactLine:
    valid = [mandate.label for mandate in person.mandates if mandate.covers(as_of)]
    return ContactLine(
        organisation=organisation_of(ws, person) or PARTIES[person.side],
        name=person.name,
        position=_position(person),
        role=role_label(person.side, person.role),
        phone=person.phone,
        email=person.email,
        authority=person.authority or (Text.join(valid, en="; ", zh="；") if valid else None),
    )
