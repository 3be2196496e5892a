"""Which issue of a report comes next: its number, its first day, what it would leave out or say twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from pmkit.domain.issued_reports import IssuedReport
from pmkit.workspace.model import Workspace


@dataclass(frozen=True, slots=True)
class NextIssue:
    """The issue that would say what happened up to a day.

    `same`: the issue that covers that day already. `later`: one that begins after it. `gap`: the days that no issue
    covers, first and last, where whole periods would be left out.
    """

    start: date
    number: int
    same: IssuedReport | None
    later: IssuedReport | None
    gap: tuple[date, date] | None


def issues_of(ws: Workspace, report: str) -> list[IssuedReport]:
    """The issues of a report that hold, in the order of their periods."""
    found = [r for r in ws.of(IssuedReport) if r.report == report and r.status in {"issued", "confirmed"}]
    return sorted(found, key=lambda r: (r.finish, r.number))


def issue_at(ws: Workspace, report: str, day: date) -> IssuedReport | None:
    """The issue whose period a day lies in."""
    return next((r for r in issues_of(ws, report) if r.covers(day)), None)


def issue_numbered(ws: Workspace, report: str, number: int) -> IssuedReport | None:
    """The issue of a number: the corrected one where there is one."""
    return next((r for r in reversed(issues_of(ws, report)) if r.number == number), None)


def next_issue(ws: Workspace, report: str, as_of: date, usual_start: date, usual_number: int) -> NextIssue:
    """The issue up to `as_of`. It takes up where the last one ended, where that was in the usual period before.

    `usual_start` and `usual_number`: the first day of the week or month, and its number from the project's first one.
    """
    known = issues_of(ws, report)
    same = next((r for r in known if r.covers(as_of)), None)
    later = next((r for r in known if r.start > as_of), None)
    if same is not None:
        return NextIssue(same.start, same.number, same, later, None)
    before = [r for r in known if r.finish < as_of]
    if not before:
        return NextIssue(usual_start, usual_number, None, later, None)
    last = before[-1]
    following = last.finish + timedelta(days=1)
    period_before = usual_start - timedelta(days=1)
    whole_period = period_before.replace(day=1) if report == "monthly" else usual_start - timedelta(days=7)
    if following <= whole_period:
        return NextIssue(usual_start, last.number + 1, None, later, (following, period_before))
    return NextIssue(following, last.number + 1, None, later, None)
