"""The team as a whole: who is in it, who answers for what, which skills are short, who came and went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from pmkit.domain.communications import Communication
from pmkit.domain.deliverables import Deliverable
from pmkit.domain.meetings import Meeting
from pmkit.domain.people import Person, role_label
from pmkit.domain.plan import Task
from pmkit.domain.team import LETTERS, Responsibility, SkillNeed
from pmkit.kernel.text import Text
from pmkit.workspace.model import Workspace
from pmkit.workspace.resources import works_on

OURS = ("supplier", "partner")
# Columns of the responsibility matrix, as documents print the parties.
PARTIES = ("customer", "supervisor", "supplier", "partner")


def members(ws: Workspace) -> tuple[Person, ...]:
    """Our own people who are here: no machines, nobody who has left."""
    return tuple(p for p in ws.people if p.side in OURS and p.resource == "work" and not p.left)


# --- who answers for what --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the matrix: what it is about, and each person's letters. `record`: the responsibility, if any."""

    ref: str
    name: str
    letters: Mapping[str, str]
    record: Responsibility | None


def raci_rows(ws: Workspace) -> tuple[Row, ...]:
    """Work and deliverables with who answers for them. A row without `accountable` takes the owner of its record, and
    a deliverable that has no row stands there with its owner.
    """
    rows = [_row(ws, one) for one in in_force(ws)]
    covered = {one.about for one in in_force(ws)}
    rows += [
        Row(d.id, d.title, {d.owner: "A"}, None)
        for d in ws.of(Deliverable)
        if d.id not in covered and d.owner and d.status != "cancelled"
    ]
    return tuple(rows)


def in_force(ws: Workspace) -> tuple[Responsibility, ...]:
    """The rows that hold, and are about something that can be seen."""
    return tuple(r for r in ws.of(Responsibility) if not r.is_closed and (r.work or r.about))


def _row(ws: Workspace, one: Responsibility) -> Row:
    letters: dict[str, str] = {}
    given = {name: getattr(one, name) for name in LETTERS} | {"accountable": accountable(ws, one)}
    for name in ("accountable", "responsible", "consulted", "informed"):
        for handle in given[name]:
            letters[handle] = "/".join(filter(None, (letters.get(handle), LETTERS[name][0])))
    record = ws.records.get(one.about) if one.about else None
    name = one.work or (record.name_to_show if record else one.about or "")
    return Row(one.about or "", name, letters, one)


def accountable(ws: Workspace, one: Responsibility) -> tuple[str, ...]:
    """Who answers for a row: as it says, else the owner of the record that it is about."""
    owner = getattr(ws.records.get(one.about or ""), "owner", None)
    return one.accountable or ((owner,) if owner else ())


# --- skills ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gap:
    """A skill that is short: where, who is asked for it, how many have it."""

    need: SkillNeed
    where: Text
    asked: tuple[Person, ...]
    have: int


def level_of(person: Person, skill: str) -> int:
    """The level that somebody has of a skill; 0 for none."""
    return max((held.level for held in person.skills if held.name == skill), default=0)


def gaps(ws: Workspace) -> Iterator[Gap]:
    """Needs that the people do not fill: those on a task, those of a role, or everybody where a need names neither."""
    team = members(ws)
    for need in ws.of(SkillNeed):
        if need.is_closed:
            continue
        for task_id in need.tasks:
            task = ws.find(task_id, Task)
            if task is not None:
                on_it = {given.target for given in works_on(task)}
                yield from _gap(need, Text.same(f"{task.id} {task.name}"), [p for p in ws.people if p.id in on_it])
        if need.role:
            where = Text(en="role {role}", zh="角色“{role}”").format(role=role_label("supplier", need.role))
            yield from _gap(need, where, [p for p in team if p.role == need.role])
        elif not need.tasks:
            yield from _gap(need, Text("the team", "团队"), list(team))


def _gap(need: SkillNeed, where: Text, asked: list[Person]) -> Iterator[Gap]:
    have = sum(1 for person in asked if level_of(person, need.skill) >= need.level)
    if have < need.people:
        yield Gap(need, where, tuple(asked), have)


def gap_words(gap: Gap) -> Text:
    """A gap in a sentence."""
    return Text(
        en="{where} needs {n} with {skill} at {level}; {have} there",
        zh="{where} 需要 {n} 人具备“{skill}”{level} 级，现有 {have} 人",
    ).format(where=gap.where, n=gap.need.people, skill=gap.need.skill, level=gap.need.level, have=gap.have)


def skill_names(ws: Workspace) -> tuple[str, ...]:
    """Every skill that somebody has or needs."""
    held = [skill.name for person in members(ws) for skill in person.skills]
    return tuple(dict.fromkeys([*held, *(need.skill for need in ws.of(SkillNeed) if not need.is_closed)]))


# --- what was said among ourselves -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """A meeting or communication of our own people alone."""

    record: Meeting | Communication
    on: date
    people: tuple[str, ...]
    what: str


def log(ws: Workspace) -> list[Said]:
    """The team's own meetings and communications, in order: those at which nobody of another party was."""
    ours = {person.id for person in ws.people if person.side in OURS}
    held = [m for m in ws.of(Meeting) if m.status not in {"planned", "cancelled"} and m.present]
    found = [Said(m, _day(m.time), m.present, "\n".join(m.decisions)) for m in held if ours.issuperset(m.present)]
    for one in ws.of(Communication):
        people = tuple(dict.fromkeys((*one.by, *one.with_)))
        if one.status != "withdrawn" and people and ours.issuperset(people):
            found.append(Said(one, _day(one.time), people, one.summary))
    return sorted(found, key=lambda said: (said.on, said.record.id))


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


# --- coming and going ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody joined or left."""

    person: Person
    on: date
    joined: bool


def moves(ws: Workspace, first: date, last: date) -> list[Move]:
    """Who of our own people joined and left between two days, in order."""
    found = [
        Move(person, day, joined)
        for person in ws.people
        if person.side in OURS and person.resource == "work"
        for day, joined in ((person.joined, True), (person.left_on, False))
        if day is not None and first <= day <= last
    ]
    return sorted(found, key=lambda move: (move.on, not move.joined))
