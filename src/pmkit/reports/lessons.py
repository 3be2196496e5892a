"""经验教训, filled from the lessons of a workspace."""

from __future__ import annotations

from dataclasses import replace

from pmkit.domain.lessons import CATEGORIES, LESSON, VALENCES, Lesson
from pmkit.kernel.text import Text
from pmkit.reports.change import form_head
from pmkit.reports.views.blocks import Basis
from pmkit.reports.views.lessons import Entry, LessonRegister
from pmkit.workspace.model import Workspace

_ORDER = {"adopted": 0, "proposed": 1, "rejected": 2}


def lesson_register(ws: Workspace, basis: Basis) -> LessonRegister:
    """The lessons, adopted ones first."""
    lessons = sorted(ws.of(Lesson), key=lambda one: _ORDER.get(one.status, 9))
    return LessonRegister(
        head=replace(form_head(ws), date=basis.as_of),
        entries=tuple(_entry(ws, one) for one in lessons),
        adopted=sum(one.status == "adopted" for one in lessons),
        basis=basis,
    )


def _entry(ws: Workspace, lesson: Lesson) -> Entry:
    states = LESSON.states
    first = lesson.steps[0] if lesson.steps else None
    return Entry(
        ref=lesson.id,
        phase=lesson.phase,
        category=CATEGORIES.get(lesson.category or ""),
        context=lesson.context,
        impact=lesson.impact,
        cause=lesson.cause,
        valence=VALENCES[lesson.valence],
        title=lesson.title,
        advice=lesson.advice,
        department=lesson.department,
        scope=lesson.scope,
        origin=lesson.origin,
        status=states.names.get(lesson.status, Text.same(lesson.status)) if states else lesson.status,
        by=ws.person_name(first.by) if first else None,
        on=first.on if first else None,
    )
