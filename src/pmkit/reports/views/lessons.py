"""经验教训, lessons learned (FORMS §1.26): internal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pmkit.kernel.text import Text
from pmkit.reports.views.blocks import Basis, Day, Head, Headed, Wording

KIND = Text("Lessons learned", "经验教训")


@dataclass(frozen=True, slots=True)
class Entry:
    """A lesson; `by`: who wrote it down, which this internal paper says and the lesson itself does not."""

    ref: str
    phase: Wording
    category: Wording
    context: Wording
    impact: Wording
    cause: Wording
    valence: Text
    title: str
    advice: Wording
    department: Wording
    scope: Wording
    origin: Wording
    status: Wording
    by: Wording
    on: Day


@dataclass(frozen=True, slots=True)
class LessonRegister(Headed):
    head: Head
    entries: tuple[Entry, ...]
    adopted: int
    basis: Basis | None

    document: ClassVar[Text] = KIND
