"""培训签到表 and 培训记录, filled from a training session. Signed papers: they name those who came."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from pmkit.domain.kind import normal
from pmkit.domain.training import MODES, Training
from pmkit.kernel.digest import short
from pmkit.kernel.text import Text
from pmkit.reports.change import form_head
from pmkit.reports.views.attendance import TRAINER, TRAINING, AttendanceSheet, Attendee
from pmkit.reports.views.blocks import Basis, Choice, Head, Wording
from pmkit.reports.views.training import Person, TrainingRecord
from pmkit.workspace.model import Workspace

_SPARE = 5  # lines for those who come unannounced


def training_attendance(ws: Workspace, training: Training, basis: Basis) -> AttendanceSheet:
    """The sheet of a session: those expected, with lines to spare."""
    people = (
        Attendee(one.name, one.organisation or "", one.position or "", one.phone or "") for one in training.attendees
    )
    return AttendanceSheet(
        project=ws.project.name,
        kind=TRAINING,
        ref=training.id,
        subject=training.title,
        time=str(normal(training.time)).replace("T", " "),
        place=training.place,
        lead_label=TRAINER,
        lead=ws.person_name(training.trainer) or None,
        lines=(*people, *(Attendee("", "", "", ""),) * _SPARE),
        basis=basis,
    )


def training_record(ws: Workspace, training: Training, basis: Basis) -> TrainingRecord:
    """The record that the customer signs."""
    was_held = training.number_present is not None
    materials = Text.join((Text.same(one) for one in training.material), en="; ", zh="；")
    return TrainingRecord(
        head=training_head(ws, training),
        ref=training.id,
        course=training.title,
        time=str(normal(training.time)).replace("T", " "),
        hours=_hours(training.hours),
        place=training.place,
        mode=Choice.of(MODES, training.mode),
        trainer=ws.person_name(training.trainer) or None,
        material=materials if training.material else None,
        outline=training.outline,
        expected=_number(training.expected_number),
        came=_number(training.number_present),
        people=tuple(
            Person(one.name, one.organisation, one.present if was_held else None, one.score, one.feedback)
            for one in training.attendees
        ),
        result=_result(training),
        feedback=None if training.feedback is None else Text("{n} of 5", "{n}（满分5）").format(n=training.feedback),
        improve=training.improve,
        signed_on=training.reached("confirmed") or "",
        fingerprint=short(training.digest),
        basis=basis,
    )


def training_head(ws: Workspace, training: Training | None = None) -> Head:
    """HEAD of the record."""
    head = form_head(ws)
    if training is None:
        return head
    return replace(head, form_no=f"{ws.project.code}-PXJL-{training.id.rpartition('-')[2]}", date=training.day)


def _hours(hours: Decimal | None) -> Wording:
    return None if hours is None else Text("{n} h", "{n} 小时").format(n=f"{hours.normalize():f}")


def _number(count: int | None) -> Wording:
    return None if count is None else Text("{n}", "{n} 人").format(n=count)


def _result(training: Training) -> Wording:
    """What was said of the assessment, and how many passed."""
    said = [Text.same(training.result)] if training.result else []
    if training.passed is not None:
        passed, taken = training.passed
        said.append(Text("{n} of {all} passed", "{all} 人参加考核，{n} 人合格").format(n=passed, all=taken))
    return Text.join(said, en="; ", zh="；") if said else None
