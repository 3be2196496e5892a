"""The team: somebody joins, is made at home, learns, answers for something, is thanked, leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from pmkit.actions.parties import add_person
from pmkit.actions.records import NextId, add, changes_between, check_links, ids_in_short, step_to
from pmkit.actions.staffing import refuse_replacement
from pmkit.domain.kind import Tracked, file_data
from pmkit.domain.people import Person
from pmkit.domain.problems import validated
from pmkit.domain.skills import LEVELS, Skill
from pmkit.domain.team import RECOGNITION, RESPONSIBILITY, SKILL_NEED, Responsibility
from pmkit.domain.team_rules import ONBOARDING
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.ids import RecordId
from pmkit.kernel.text import Text
from pmkit.workspace.edits import Acting, Append, Change, Edits, Set, headed
from pmkit.workspace.model import Workspace, normal_id, unknown_id
from pmkit.workspace.team import in_force

ONBOARD_WITHIN = timedelta(days=5)  # calendar days after joining


def join(ws: Workspace, handle: str, values: Mapping[str, Any], acting: Acting) -> Edits:
    """Somebody joins: a new person, or one who stands in people.yaml already."""
    person = ws.find(handle, Person)
    if person is None:
        given = {"side": "supplier", **values, "id": handle, "joined": values.get("joined", acting.on.isoformat())}
        edits = add_person(ws, given, {}, None, acting)
        return replace(edits, action="team.add")
    if person.joined is not None and not person.left and not values:
        raise Refused(
            Text(en="{who} joined on {day}", zh="{who}已于 {day} 入场").format(who=person.name, day=person.joined)
        )
    again = person.joined is None or person.left
    given = {"joined": acting.on.isoformat(), **values} if again else dict(values)
    if person.left:
        given |= {"left": None, "left_on": None}
    what = Text("Join the team", "入场") if again else Text("Change what is known of them", "更新人员信息")
    return _revised(ws, person, given, "team.add", what, acting)


def _revised(ws: Workspace, person: Person, given: Mapping[str, Any], action: str, what: Text, acting: Acting) -> Edits:
    raw = {"id": person.id, **file_data(person), **given}
    revised = validated(Person, {key: value for key, value in raw.items() if value is not None}).placed(person.spot)
    check_links(ws, revised)
    refuse_replacement(ws, person, revised)
    changes = changes_between(ws, person, revised, list(given))
    if not changes:
        raise Refused(Text(en="{id} says that already", zh="{id} 已是该内容").format(id=person.id))
    return Edits(tuple(changes), action, (person.id,), headed(person.id, what), acting.by, acting.on)


def leave(ws: Workspace, person: Person, acting: Acting) -> Edits:
    """Somebody leaves; what they own is found by a check."""
    if person.left:
        raise Refused(Text(en="{who} has left already", zh="{who}已离场").format(who=person.name))
    given = {"left": True, "left_on": acting.on.isoformat()}
    return _revised(ws, person, given, "team.leave", Text("Leave the team", "离场"), acting)


def hold(ws: Workspace, people: Sequence[Person], skill: str, level: int, acting: Acting) -> Edits:
    """People have a skill at a level; 0 takes it away."""
    if not 0 <= level <= max(LEVELS):
        raise UsageError(
            Text("levels go from 1 to 4; 0 takes a skill away", "级别为 1-4；0 表示取消"),
            Text.join(Text(en=f"{n} {text.en}", zh=f"{n} {text.zh}") for n, text in LEVELS.items()),
        )
    changes: list[Change] = []
    for person in people:
        kept = [held for held in person.skills if held.name != skill]
        given = {"skills": [*kept, Skill(skill, level)] if level else kept}
        changes += _revised(ws, person, given, "", Text.same(""), acting).changes
    ids = tuple(person.id for person in people)
    what = Text(en="Hold {skill} at level {n}", zh="技能 {skill} 级别 {n}").format(skill=skill, n=level)
    return Edits(tuple(changes), "team.skill", ids, headed(ids_in_short(ids), what), acting.by, acting.on)


def need(ws: Workspace, values: Mapping[str, Any], next_id: NextId, acting: Acting) -> Edits:
    """A role or tasks need a skill."""
    return replace(add(ws, SKILL_NEED, values, next_id, acting), action="team.skill")


def answer_for(ws: Workspace, about: str, values: Mapping[str, Any], next_id: NextId, acting: Acting) -> Edits:
    """A row of the matrix: made, or given other letters where there is one. `about`: an id, or work in words."""
    record_id = normal_id(about)
    known = ws.knows(record_id)
    if not known and RecordId.find(record_id):
        raise unknown_id(record_id, ws.records)
    present = next((r for r in in_force(ws) if (r.about == record_id if known else r.work == about)), None)
    if len(values.get("accountable", ())) > 1:
        raise UsageError(
            Text("one person is accountable, and only one", "负责人（A）只能有一名"),
            Text("name the others with --responsible", "其他人员请用 --responsible"),
        )
    if present is None:
        given = {"about": record_id} if known else {"work": about}
        return replace(add(ws, RESPONSIBILITY, given | dict(values), next_id, acting), action="team.raci")
    raw = {"id": present.id, **file_data(present), **values}
    revised = validated(Responsibility, raw).placed(present.spot)
    check_links(ws, revised)
    changes = changes_between(ws, present, revised, list(values))
    if not changes:
        raise Refused(Text(en="{id} says that already", zh="{id} 已是该内容").format(id=present.id))
    subject = headed(present.id, Text("Assign responsibility", "调整责任分配"))
    return Edits(tuple(changes), "team.raci", (present.id,), subject, acting.by, acting.on)


def onboard(
    ws: Workspace,
    person: Person,
    acting: Acting,
    *,
    done: Sequence[int] = (),
    everything: bool = False,
    items: Sequence[str] = (),
    training: Sequence[str] = (),
    due: date | None = None,
) -> Edits:
    """Begin somebody's onboarding with the project's list, add to it, or tick items off: onboarding first, then
    training, counted from 1.
    """
    changes: list[Change] = []
    day = (due or acting.on + ONBOARD_WITHIN).isoformat()
    listed = ws.project.team.onboarding or tuple(text.to(ws.project.language) for text in ONBOARDING)
    wanted = [*([] if person.onboarding or done or everything else listed), *items]
    for key, name, texts in (("onboarding", "item", wanted), ("training", "topic", training)):
        at = person.at(key)
        changes += [Append(at.path, at.keys, {name: text, "due": day}) for text in texts]
    rows = [("onboarding", n, one.done) for n, one in enumerate(person.onboarding)]
    rows += [("training", n, one.done) for n, one in enumerate(person.training)]
    numbers = [n for n, (_, _, was) in enumerate(rows, 1) if was is None] if everything else list(dict.fromkeys(done))
    for number in numbers:
        if not 1 <= number <= len(rows):
            raise UsageError(Text(en="{who} has {n} items", zh="{who}共有 {n} 项").format(who=person.name, n=len(rows)))
        key, position, was = rows[number - 1]
        if was is not None:
            raise Refused(
                Text(en="item {n} was done on {day}", zh="第 {n} 项已于 {day} 完成").format(n=number, day=was)
            )
        at = person.at(key, position, "done")
        changes.append(Set(at.path, at.keys, acting.on.isoformat()))
    if not changes:
        raise Refused(
            Text(en="nothing is left to do for {who}", zh="{who}没有待办的入场事项").format(who=person.name)
            if everything
            else Text(en="the onboarding of {who} has begun", zh="{who}的入场事项已建立").format(who=person.name),
            Text("tick items off with `--done 1,2`", "请用 `--done 1,2` 勾选完成的事项"),
        )
    subject = headed(person.id, Text("Onboarding", "入场办理"))
    return Edits(tuple(changes), "team.onboard", (person.id,), subject, acting.by, acting.on)


def recognise(ws: Workspace, values: Mapping[str, Any], next_id: NextId, acting: Acting) -> Edits:
    """People are thanked or rewarded for something."""
    given = {"on": acting.on.isoformat(), **values}
    return replace(add(ws, RECOGNITION, given, next_id, acting), action="team.recognise")


def withdraw(records: Sequence[Tracked], note: str | None, acting: Acting) -> Edits:
    """Rows of the matrix, needs or recognitions that do not hold any more."""
    changes: list[Change] = []
    for record in records:
        if record.kind.states is None:
            continue
        record.kind.states.move(record.kind, record.id, record.status, "withdraw")
        changes += step_to(record, "withdrawn", acting, note)
    ids = tuple(record.id for record in records)
    subject = headed(ids_in_short(ids), Text("Withdraw", "撤销"))
    return Edits(tuple(changes), "team.withdraw", ids, subject, acting.by, acting.on)
