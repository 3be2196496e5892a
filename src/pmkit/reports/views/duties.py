"""客户配合事项清单, the register of what is needed from the customer's side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pmkit.kernel.text import Text
from pmkit.reports.views.blocks import Audience, Basis, Day, Head, Headed, Wording

KIND = Text("Matters needed from the owner", "客户配合事项清单")


@dataclass(frozen=True, slots=True)
class Entry:
    """A duty. `overdue`: calendar days; `work`: what waits for it; `effect`: what its delay costs the milestones."""

    ref: str
    title: str
    description: str
    type: Wording
    owner: Wording
    asked_on: Day
    due: Day
    expected: Day
    done_on: Day
    overdue: int
    status: Wording
    work: Wording
    effect: Wording
    basis: Wording
    remarks: Wording


@dataclass(frozen=True, slots=True)
class DutyRegister(Headed):
    """The register; `open` and `late` count those not yet provided."""

    head: Head
    audience: Audience
    entries: tuple[Entry, ...]
    total: int
    open: int
    late: int
    basis: Basis | None

    document: ClassVar[Text] = KIND


def blank_duty_register(head: Head, *, rows: int = 12) -> DutyRegister:
    """The register to fill in by hand."""
    empty = Entry("", "", "", "", "", "", "", "", "", 0, "", "", "", "", "")
    return DutyRegister(head, "customer", (empty,) * rows, 0, 0, 0, None)
