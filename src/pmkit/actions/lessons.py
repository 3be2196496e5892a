"""Lessons: taken over from another project, without those who were in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pmkit.actions.records import NextId, add, new_record
from pmkit.domain.kind import content, file_data
from pmkit.domain.lessons import LESSON, Lesson
from pmkit.domain.people import Person
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import Text
from pmkit.workspace.edits import Acting, Create, Edits, headed
from pmkit.workspace.layout import new_path
from pmkit.workspace.lessons import named_in
from pmkit.workspace.model import Workspace


@dataclass(frozen=True, slots=True)
class Taken:
    """What came over: the edits, None where all was known already; how many were known; those that name somebody."""

    edits: Edits | None
    known: int
    personal: Sequence[str]


def add_lesson(ws: Workspace, values: Mapping[str, Any], next_id: NextId, acting: Acting) -> Edits:
    """A new lesson. Refused where it names a person of the project, or their telephone number or address."""
    named = named_in(ws.people, values.values())
    if named:
        raise Refused(
            Text(en="a lesson names nobody: {who}", zh="经验教训中不应出现个人信息：{who}").format(
                who=", ".join(named)
            ),
            Text(
                "say the role instead: the customer's project lead, the tester",
                "请改写为角色，如“客户项目负责人”“测试工程师”",
            ),
        )
    return add(ws, LESSON, values, next_id, acting)


def take_over(
    ws: Workspace,
    lessons: Sequence[Lesson],
    origin: str,
    strangers: Sequence[Person],
    next_id: NextId,
    acting: Acting,
) -> Taken:
    """The lessons of another project as new ones here, to be adopted or not; the same lesson is taken once.

    What links to the other project's records is left behind, and so are lessons that name one of its people.
    """
    have = {one.digest for one in ws.of(Lesson)}
    changes, ids, personal, known = [], [], [], 0
    for lesson in lessons:
        if lesson.digest in have:
            known += 1
            continue
        fields = content(lesson)
        if named_in([*strangers, *ws.people], fields.values()):
            personal.append(lesson.id)
            continue
        have.add(lesson.digest)
        record = new_record(ws, LESSON, {**fields, "origin": lesson.origin or origin}, next_id(LESSON.prefix), acting)
        changes.append(Create(new_path(LESSON, record.id), file_data(record), LESSON.name))
        ids.append(record.id)
    if not changes and not known and not personal:
        raise UsageError(
            Text("there is no lesson to take over", "没有可导入的经验教训"),
            Text("without `--all` only what was adopted there", "默认只导入对方已采纳的；`--all` 同时导入未采纳的"),
        )
    if not changes:
        return Taken(None, known, personal)
    n = len(changes)
    subject = headed(
        ids[0], Text("Take over {n} lesson{s} of {origin}", "从“{origin}”导入 {n} 条经验教训").format(
            n=n, s="" if n == 1 else "s", origin=origin
        )
    )  # fmt: skip
    return Taken(Edits(tuple(changes), "lesson.import", tuple(ids), subject, acting.by, acting.on), known, personal)
