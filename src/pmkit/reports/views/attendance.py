"""签到表, the attendance sheet of a meeting or a training session (FORMS §1.24)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from pmkit.kernel.text import Lang, Text
from pmkit.reports.views.blocks import Basis, Wording, document_title

CHAIR = Text("Chair", "主持人")
TRAINER = Text("Trainer", "讲师")
MEETING = Text("Attendance sheet of the meeting", "会议签到表")
TRAINING = Text("Attendance sheet of the training", "培训签到表")


@dataclass(frozen=True, slots=True)
class Attendee:
    name: Wording
    organisation: Wording
    position: Wording
    phone: Wording


@dataclass(frozen=True, slots=True)
class AttendanceSheet:
    """Those invited, each with a cell to sign, and empty lines for others. `lead`: who chairs or teaches."""

    project: str
    kind: Text
    ref: str
    subject: Wording
    time: Wording
    place: Wording
    lead_label: Text
    lead: Wording
    lines: tuple[Attendee, ...]
    basis: Basis | None = None

    @property
    def pictures(self) -> Mapping[str, NoReturn]:
        return {}

    def title(self, lang: Lang) -> str:
        return document_title(self.project, self.kind, lang)

    def foot(self, lang: Lang) -> str:
        """What stands in the margin of every printed page."""
        return f"{self.title(lang)} {self.ref}".strip()


def blank_attendance(
    project: str, kind: Text = MEETING, lead_label: Text = CHAIR, *, rows: int = 16
) -> AttendanceSheet:
    """The sheet to fill in by hand."""
    return AttendanceSheet(project, kind, "", "", "", "", lead_label, "", (Attendee("", "", "", ""),) * rows)
