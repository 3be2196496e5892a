"""LES: lessons that name people, or teach nothing."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.kind import about, value_of
from pmkit.domain.lessons import Lesson
from pmkit.kernel.text import Text
from pmkit.workspace.lessons import named_in
from pmkit.workspace.model import Workspace


@check(
    "LES101",
    "lesson-names-somebody",
    severity="error",
    says=Text("{id} names {who}", "{id} 中出现了个人信息：{who}"),
    fix=Text("say the role instead", "请改写为角色，如“客户项目负责人”"),
)
def lesson_names_somebody(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Lessons travel to other projects; a person's name in them is a verdict that nobody can answer."""
    for lesson in ws.of(Lesson):
        for key, what in about(Lesson).items():
            if what.content and (named := named_in(ws.people, [value_of(lesson, key)])):
                yield hit(lesson.at(key), lesson.id, id=lesson.id, who=Text.join(Text.same(name) for name in named))


@check(
    "LES102",
    "lesson-without-advice",
    severity="warning",
    says=Text("{id} is adopted and says nothing to do", "{id} 已采纳，但没有改进建议"),
    fix=Text("`pmkit set {id} advice='...'`", "`pmkit set {id} advice='……'`"),
)
def lesson_without_advice(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A story without advice is told again in the next project."""
    for lesson in ws.of(Lesson):
        if lesson.status == "adopted" and not lesson.advice:
            yield hit(lesson.at("advice"), lesson.id, id=lesson.id)
