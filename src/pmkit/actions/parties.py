"""Parties: who comes, who leaves, and for whom a person speaks from which day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from pmkit.actions.evidence import Received, kept
from pmkit.actions.records import add, changes_between, check_links, step_to
from pmkit.actions.staffing import refuse_replacement
from pmkit.domain.kind import file_data
from pmkit.domain.parties import PARTY, PARTY_STATES, Party
from pmkit.domain.people import PERSON, Person
from pmkit.domain.problems import validated
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import Text
from pmkit.workspace.edits import Acting, Append, Attach, Change, Edits, headed
from pmkit.workspace.model import Workspace


def add_person(
    ws: Workspace, values: Mapping[str, Any], mandate: Mapping[str, Any], letter: Received | None, acting: Acting
) -> Edits:
    """A person, with their letter of authority where there is one. The side follows from the party."""
    given = dict(values)
    if given.get("party"):
        given.setdefault("side", ws.get(str(given["party"]), Party).side)
    attach: tuple[Attach, ...] = ()
    if mandate or letter:
        entry, attach = _mandate(str(given["id"]), mandate, letter)
        given["mandates"] = [entry]
    edits = add(ws, PERSON, given, lambda _: str(given["id"]), acting)
    written = next(change.value for change in edits.changes if isinstance(change, Append))
    person = validated(Person, written)
    _refuse_backwards(person)
    refuse_replacement(ws, None, person)
    return replace(edits, changes=(*attach, *edits.changes))


def authorise(person: Person, values: Mapping[str, Any], letter: Received | None, acting: Acting) -> Edits:
    """One letter of authority more; the earlier ones stay, for what was signed under them."""
    entry, attach = _mandate(person.id, values, letter)
    raw = {"id": person.id, **file_data(person)}
    revised = validated(Person, raw | {"mandates": [*raw.get("mandates", ()), entry]})
    _refuse_backwards(revised)
    at = person.at("mandates")
    what = Text(en="Record the authority: {what}", zh="登记授权：{what}").format(what=revised.mandates[-1].label)
    return Edits(
        (*attach, Append(at.path, at.keys, entry)), "person.authorise", (person.id,), headed(person.id, what),
        acting.by, acting.on,
    )  # fmt: skip


def _mandate(
    handle: str, values: Mapping[str, Any], letter: Received | None
) -> tuple[dict[str, Any], tuple[Attach, ...]]:
    entry: dict[str, Any] = {key: value for key, value in values.items() if value}
    if not entry and letter is None:
        raise UsageError(
            Text("say how far the authority reaches", "请说明授权范围"),
            Text.same("--limit, --from, --until, --letter"),
        )
    if letter is None:
        return entry, ()
    entry["letter"], attach = kept(handle, letter)
    return entry, (attach,)


def _refuse_backwards(person: Person) -> None:
    for one in person.mandates:
        if one.from_ and one.until and one.until < one.from_:
            raise UsageError(
                Text(en="{last} is before {first}", zh="截止日期 {last} 早于开始日期 {first}").format(
                    last=one.until, first=one.from_
                )
            )


def move_person(ws: Workspace, person: Person, party: Party, role: str | None, first: date, acting: Acting) -> Edits:
    """A person speaks for another party from a day on; what they signed before stays with the old one."""
    if party.status == "left":
        raise Refused(Text(en="{party} has left the project", zh="{party}已退出项目").format(party=party.name))
    if first > acting.on:
        raise UsageError(
            Text(en="{day} has not come yet", zh="{day} 尚未到来").format(day=first),
            Text("record it on the day", "请在当日登记"),
        )
    if any(first <= one.until for one in person.before):
        raise Refused(
            Text(en="{who} stood elsewhere until {day}", zh="{who}此前任职至 {day}").format(
                who=person.name, day=max(one.until for one in person.before)
            )
        )
    if person.party == party.id and (role or person.role) == person.role:
        raise Refused(
            Text(en="{who} is with {party} already", zh="{who}已属于{party}").format(who=person.name, party=party.name)
        )
    stood = {"party": person.party, "side": person.side, "role": person.role}
    stood["until"] = (first - timedelta(days=1)).isoformat()
    entry = {key: value for key, value in stood.items() if value}
    given = {"party": party.id, "side": party.side, "role": role or person.role, "organisation": None}
    raw = {"id": person.id, **file_data(person), **given}
    revised = validated(Person, {key: value for key, value in raw.items() if value is not None}).placed(person.spot)
    check_links(ws, revised)
    refuse_replacement(ws, person, revised)
    at = person.at("before")
    changes: list[Change] = [*changes_between(ws, person, revised, list(given)), Append(at.path, at.keys, entry)]
    what = Text(en="Move to {party} from {day}", zh="自 {day} 起转至{party}").format(party=party.name, day=first)
    return Edits(tuple(changes), "person.move", (person.id,), headed(person.id, what), acting.by, acting.on)


def leave(ws: Workspace, party: Party, note: str | None, acting: Acting) -> Edits:
    """A party leaves; its people stay in the file, for what they signed. Refused while people of it are there."""
    PARTY_STATES.move(PARTY, party.id, party.status, "leave")
    there = [p for p in ws.people if p.party == party.id and not p.left]
    if there:
        raise Refused(
            Text(en="{people} still stand for {party}", zh="{people}仍属于{party}").format(
                people=Text.join(Text.same(p.name) for p in there), party=party.name
            ),
            Text(
                "`pmkit person move` or `pmkit team leave` each first",
                "请先逐一执行 `pmkit person move` 或 `pmkit team leave`",
            ),
        )
    subject = headed(party.id, Text("Leave the project", "退出项目"))
    return Edits(step_to(party, "left", acting, note), "party.leave", (party.id,), subject, acting.by, acting.on)
