"""会议议程, the agenda of a meeting with what it needs on the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from pmkit.kernel.text import Lang, Text
from pmkit.reports.views.blocks import Basis, Wording, document_title
from pmkit.reports.views.minutes import Followed

KIND = Text("Agenda", "会议议程")


@dataclass(frozen=True, slots=True)
class Material:
    """A table that the meeting looks at; `figures` are columns of numbers."""

    title: Text
    heads: tuple[Text, ...]
    rows: tuple[tuple[Wording, ...], ...]
    figures: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Agenda:
    """What goes out before a meeting. `followed`: what earlier meetings left open; `material` goes by its type."""

    project: str
    ref: str
    subject: str
    number: int | None
    time: Wording
    place: Wording
    chair: Wording
    minutes_by: Wording
    invited: Wording
    topics: tuple[Wording, ...]
    followed: tuple[Followed, ...]
    material: tuple[Material, ...]
    basis: Basis

    @property
    def pictures(self) -> Mapping[str, NoReturn]:
        return {}

    def title(self, lang: Lang) -> str:
        counted = f"第{self.number}次" if self.number and not self.subject.startswith("第") else ""
        if lang == "zh":
            return f"{self.project}{counted}{self.subject}{'议程' if self.subject.endswith('会') else KIND.zh}"
        return f"{document_title(self.project, KIND, lang)} of “{self.subject}”"

    def foot(self, lang: Lang) -> str:
        """What stands in the margin of every printed page."""
        return f"{self.title(lang)} {self.ref}"
