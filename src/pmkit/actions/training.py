"""Training: record who came and how it went."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pmkit.actions.interviews import handles_of
from pmkit.actions.records import NextId, add, changes_between, filled, step_to
from pmkit.domain.kind import file_value
from pmkit.domain.people import Person
from pmkit.domain.training import TRAINING, Training
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import Text
from pmkit.workspace.edits import Acting, Append, Change, Edits, Set, headed
from pmkit.workspace.model import Workspace

_MARKS = re.compile(r"(?P<who>[^=]*[^=\s])\s*(?:=\s*(?P<score>[0-9]{1,3})?\s*(?:/\s*(?P<feedback>[1-5]))?)?\Z")


def plan(ws: Workspace, values: Mapping[str, Any], invited: Sequence[str], next_id: NextId, acting: Acting) -> Edits:
    """A session to come; `invited` are handles or names, and become the lines of the attendance sheet."""
    people = [_person(ws, who) for who in invited]
    listed = {"expected": len(people), "attendees": people} if people else {}
    return add(ws, TRAINING, listed | dict(values), next_id, acting)


def record(
    ws: Workspace, training: Training, values: Mapping[str, Any], present: Sequence[str], acting: Acting, *, dated: bool
) -> Edits:
    """That it was held. `present`: `王芳`, `wang.fang=85` with the assessment, `wang.fang=85/5` with feedback, too.

    `dated`: the day was typed, and is the one on which it was held; else it was held as planned. Refused for a session
    whose day has not come.
    """
    states = TRAINING.states
    assert states is not None  # noqa: S101 - declared with states
    states.move(TRAINING, training.id, training.status, "record")
    if dated and "time" not in values and acting.on != training.day:
        clock = f"T{training.time:%H:%M}" if isinstance(training.time, datetime) else ""
        values = {**values, "time": f"{acting.on}{clock}"}
    revised = filled(ws, training, values)
    if revised.day > acting.on:
        raise Refused(
            Text(en="{id} is planned for {day}, which has not come", zh="{id} 安排在 {day}，尚未到培训日期").format(
                id=training.id, day=revised.day
            ),
            Text(
                en="held on another day: `--date DATE`; moved: `pmkit set {id} time=...`",
                zh="若已在其他日期培训，请加 `--date 日期`；若改期，请执行 `pmkit set {id} time=……`",
            ).format(id=training.id),
        )
    if not dated:  # entered late, it counts for its own day, but not before what is on record
        acting = replace(acting, on=max(revised.day, training.steps[-1].on))
    changes: list[Change] = changes_between(ws, training, revised, list(values))
    known = [one.name for one in training.attendees]
    for text in present:
        match = _MARKS.match(text.strip())
        if match is None:
            raise UsageError(
                Text(en="`{text}` is no attendee", zh="`{text}` 不是有效的参训人员").format(text=text),
                Text("write NAME, NAME=85 or NAME=85/5", "请写成 姓名、姓名=85 或 姓名=85/5（考核得分/学员评分）"),
            )
        person = _person(ws, match["who"]) | {"present": True}
        person |= {key: int(match[key]) for key in ("score", "feedback") if match[key]}
        checked = filled(ws, training.model_copy(update={"attendees": ()}), {"attendees": [person]}).attendees[0]
        if checked.name in known:
            at = training.at("attendees", known.index(checked.name))
            for key, value in file_value(checked).items():
                if key in {"present", "score", "feedback"}:
                    changes.append(Set(at.path, (*at.keys, key), value))
        else:
            at = training.at("attendees")
            known.append(checked.name)
            changes.append(Append(at.path, at.keys, file_value(checked)))
    changes += step_to(training, "held", acting)
    says = headed(training.id, Text("Record the training", "记录培训情况"))
    return Edits(tuple(changes), "training.record", (training.id,), says, acting.by, acting.on)


def _person(ws: Workspace, who: str) -> dict[str, Any]:
    """A line of the attendance sheet: from people.yaml where the person is there, else the name alone."""
    handle = handles_of(ws).get(who.strip())
    person = ws.find(handle, Person) if handle else None
    if person is None:
        return {"name": who.strip()}
    unit = " ".join(part for part in (person.organisation, person.department) if part)
    found = {"name": person.name, "organisation": unit, "position": person.position, "phone": person.phone}
    return {key: value for key, value in found.items() if value}
