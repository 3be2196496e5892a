"""ISS: issues that nobody works on, that are late, or that those who could help have not heard of."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.issues import SEVERITIES, Issue
from pmkit.kernel.text import Text
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import workdays_after

# Working days that a grave issue may be open before somebody higher up is told.
ESCALATE_WITHIN = {"fatal": 1, "serious": 3}
VERIFY_WITHIN = 5  # working days


@check(
    "ISS101",
    "issue-without-owner",
    severity="error",
    says=Text("{id} is open and has no owner", "{id} 尚未关闭，但没有责任人"),
    fix=Text("`pmkit set {id} owner=HANDLE`", "`pmkit set {id} owner=代号`"),
)
def issue_without_owner(ws: Workspace, _: Context) -> Iterator[Hit]:
    """An issue of everybody's is solved by nobody."""
    for issue in ws.of(Issue):
        if not issue.is_closed and not issue.owner:
            yield hit(issue.at("owner"), issue.id, id=issue.id)


@check(
    "ISS102",
    "issue-without-due-date",
    severity="warning",
    says=Text("{id} is being solved and nobody says until when", "{id} 正在处理，但没有计划解决日期"),
    fix=Text("`pmkit set {id} due=DATE`", "`pmkit set {id} due=日期`"),
)
def issue_without_due_date(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Without a date it is never late, and the customer asks in every meeting."""
    for issue in ws.of(Issue):
        if issue.status == "solving" and issue.due is None:
            yield hit(issue.at("due"), issue.id, id=issue.id)


@check(
    "ISS103",
    "issue-closed-unverified",
    severity="warning",
    says=Text(
        "{id} is closed; nobody verified it, and nothing says why", "{id} 已关闭，但未经验证，也没有说明关闭理由"
    ),
    fix=Text(
        "`pmkit issue reopen {id}`, then resolve and verify it; or close it with `--note`",
        "请执行 `pmkit issue reopen {id}` 后重新解决并验证；或关闭时用 `--note` 写明理由",
    ),
)
def issue_closed_unverified(ws: Workspace, _: Context) -> Iterator[Hit]:
    """What was closed without a look comes back at the acceptance."""
    for issue in ws.of(Issue):
        if issue.is_closed and issue.verification is None and not (issue.steps and issue.steps[-1].note):
            yield hit(issue.at("status"), issue.id, id=issue.id)


@check(
    "ISS301",
    "issue-overdue",
    severity="warning",
    says=Text("{id} ({who}) was to be solved by {due}", "{id}（{who}）应于 {due} 解决，已逾期"),
    fix=Text(
        "`pmkit issue resolve {id}`, or agree a new day: `pmkit set {id} due=DATE`",
        "`pmkit issue resolve {id}`，或商定新的日期：`pmkit set {id} due=日期`",
    ),
)
def issue_overdue(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """An issue that is late is asked about before it is told of."""
    for issue in ws.of(Issue):
        if issue.status != "on_hold" and issue.is_overdue(ctx.as_of):
            yield hit(issue.at("due"), issue.id, id=issue.id, who=ws.person_name(issue.owner) or "-", due=issue.due)


@check(
    "ISS302",
    "grave-issue-not-escalated",
    severity="warning",
    says=Text(
        "{id} is {severity}, open since {since}, and nobody higher up was told",
        "{id} 为{severity}问题，自 {since} 起未解决，尚未上报",
    ),
    fix=Text("`pmkit issue escalate {id} --to HANDLE`", "`pmkit issue escalate {id} --to 代号`"),
)
def grave_issue_not_escalated(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """Who could clear the way learns of it last: a fatal issue within a working day, a serious one within three."""
    for issue in ws.of(Issue):
        since = issue.raised_on
        if issue.status in {"resolved", "closed"} or not issue.is_grave or issue.escalations or since is None:
            continue
        if ctx.as_of > workdays_after(ctx.planned, since, ESCALATE_WITHIN[issue.severity]):
            word = SEVERITIES[issue.severity]
            severity = Text(en=word.en.lower(), zh=word.zh)
            yield hit(issue.at("severity"), issue.id, id=issue.id, severity=severity, since=since)


@check(
    "ISS303",
    "solution-not-verified",
    severity="warning",
    says=Text("{id} was solved on {on} and nobody has verified it", "{id} 已于 {on} 解决，尚未验证"),
    fix=Text(
        "`pmkit issue verify {id} --by HANDLE`, or `pmkit issue reopen {id}`",
        "`pmkit issue verify {id} --by 验证人代号`，或 `pmkit issue reopen {id}`",
    ),
)
def solution_not_verified(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """Solved is what the one who had the issue says, not the one who worked on it."""
    for issue in ws.of(Issue):
        solved = issue.resolution
        if issue.status != "resolved" or issue.verification is not None or solved is None:
            continue
        if ctx.as_of > workdays_after(ctx.planned, solved.on, VERIFY_WITHIN):
            yield hit(issue.at("status"), issue.id, id=issue.id, on=solved.on)
