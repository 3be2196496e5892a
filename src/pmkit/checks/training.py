"""TRN: training that nobody recorded, or nobody came to."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.training import Training
from pmkit.kernel.text import Text
from pmkit.workspace.model import Workspace


@check(
    "TRN101",
    "training-without-attendance",
    severity="warning",
    says=Text("{id} was held, and nobody is recorded as present", "{id} 已培训，但没有记录到场人员"),
    fix=Text("`pmkit training record {id} --present NAME,NAME`", "`pmkit training record {id} --present 姓名,姓名`"),
)
def training_without_attendance(ws: Workspace, _: Context) -> Iterator[Hit]:
    """The acceptance asks who was trained, and the sheet is what proves it."""
    for training in ws.of(Training):
        if training.status in {"held", "confirmed"} and not training.number_present:
            yield hit(training.at("attendees"), training.id, id=training.id)


@check(
    "TRN301",
    "training-not-recorded",
    severity="warning",
    says=Text("{id} was planned for {day} and is not recorded", "{id} 原定于 {day} 培训，尚未记录"),
    fix=Text(
        "`pmkit training record {id} --present NAME`, or `pmkit training cancel {id}`",
        "`pmkit training record {id} --present 姓名`，或 `pmkit training cancel {id}`",
    ),
)
def training_not_recorded(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """Training without a record was, for the acceptance, not given."""
    for training in ws.of(Training):
        if training.status == "planned" and training.day < ctx.as_of:
            yield hit(training.at("time"), training.id, id=training.id, day=training.day)
