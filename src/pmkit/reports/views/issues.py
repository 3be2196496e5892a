"""问题清单, the issue log (FORMS §1.11)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pmkit.kernel.text import Text
from pmkit.reports.views.blocks import Audience, Basis, Day, Head, Headed, Wording

KIND = Text("Issue log", "问题清单")


@dataclass(frozen=True, slots=True)
class Entry:
    """An issue. `overdue`: days past its due date, 0 while there is time; `links`: risks and changes."""

    ref: str
    title: str
    description: str
    category: Wording
    severity: Wording
    urgency: Wording
    raised_by: Wording
    raised_on: Day
    impact: Wording
    cause: Wording
    action: Wording
    owner: Wording
    due: Day
    overdue: int
    resolved_on: Day
    verified_by: Wording
    status: Wording
    links: Wording
    remarks: Wording


@dataclass(frozen=True, slots=True)
class IssueLog(Headed):
    """The log; `counts`: how many there are in all, open, late, and open by severity, the gravest first."""

    head: Head
    audience: Audience
    entries: tuple[Entry, ...]
    total: int
    open: int
    late: int
    counts: tuple[tuple[Text, int], ...]
    basis: Basis | None

    document: ClassVar[Text] = KIND


def blank_issue_log(head: Head, *, rows: int = 12) -> IssueLog:
    """The log to fill in by hand."""
    empty = Entry("", "", "", "", "", "", "", "", "", "", "", "", "", 0, "", "", "", "", "")
    return IssueLog(head, "customer", (empty,) * rows, 0, 0, 0, (), None)
