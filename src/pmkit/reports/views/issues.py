"""问题清单, the issue log (FORMS §1.11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from pmkit.kernel.text import Lang, Text
from pmkit.reports.views.blocks import Audience, Basis, Day, Head, Wording, document_title

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
class IssueLog:
    """The log; `counts`: how many there are in all, open, late, and open by severity, the gravest first."""

    head: Head
    audience: Audience
    entries: tuple[Entry, ...]
    total: int
    open: int
    late: int
    counts: tuple[tuple[Text, int], ...]
    basis: Basis | None

    @property
    def pictures(self) -> Mapping[str, NoReturn]:
        return {}

    def title(self, lang: Lang) -> str:
        return document_title(self.head.project, KIND, lang)

    def foot(self, lang: Lang) -> str:
        return self.title(lang)


def blank_issue_log(head: Head, *, rows: int = 12) -> IssueLog:
    """The log to fill in by hand."""
    empty = Entry("", "", "", "", "", "", "", "", "", "", "", "", "", 0, "", "", "", "", "")
    return IssueLog(head, "customer", (empty,) * rows, 0, 0, 0, (), None)
