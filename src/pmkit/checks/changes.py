"""CHG: change requests, their approvals and their evidence."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.approval import Level
from pmkit.domain.changes import ChangeRequest
from pmkit.kernel.text import Text
from pmkit.workspace.approvals import answer_due, level_of, missing_approvals, what_is_wanted
from pmkit.workspace.model import Workspace

_AGREED = frozenset({"approved", "confirmed", "applied", "verified", "closed"})


def _level(ws: Workspace, ctx: Context, change: ChangeRequest) -> Level:
    return level_of(ws, change, ctx.planned)


@check(
    "CHG201",
    "agreed-without-approval",
    severity="error",
    says=Text(
        "{id} is {status}, but level {level} lacks: {who}", "{id} 为“{status}”，但按审批级别“{level}”尚缺：{who}"
    ),
    fix=Text(
        "take it back to `assessed` with `pmkit change assess {id} ...` and have it approved",
        "请用 `pmkit change assess {id} ...` 退回评估，并重新审批",
    ),
)
def agreed_without_approval(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """What is built on an approval that nobody gave, or gave to another text, will not be paid for."""
    for change in ws.changes:
        if change.status in _AGREED:
            level = _level(ws, ctx, change)
            lacking = missing_approvals(ws, level, change.valid_approvals)
            if change.status == "approved":
                lacking = [who for who in lacking if not who.startswith("customer.")]
            if lacking:
                status = change.kind.states.names[change.status] if change.kind.states else Text.same(change.status)
                yield hit(
                    change.at("approvals"), change.id,
                    id=change.id, status=status, level=level.label, who=what_is_wanted(ws, lacking),
                )  # fmt: skip


@check(
    "CHG202",
    "approval-void",
    severity="warning",
    says=Text(
        "{id}: the approval of {who} is of another text than today's",
        "{id}：{who}审批的内容与当前内容不一致，审批已失效",
    ),
    fix=Text("ask {who} to approve what it says now", "请{who}对当前内容重新审批"),
)
def approval_void(ws: Workspace, _: Context) -> Iterator[Hit]:
    """An approval holds for just the words that were approved."""
    for change in ws.changes:
        if change.is_closed:
            continue
        today = change.digest
        renewed = {a.by for a in change.approvals if a.digest == today}
        for position, approval in enumerate(change.approvals):
            if approval.digest != today and approval.by not in renewed:
                at = change.at("approvals", position, "digest")
                yield hit(at, change.id, id=change.id, who=ws.person_name(approval.by))


@check(
    "CHG203",
    "evidence-differs",
    severity="error",
    says=Text("{id}: {file} {problem}", "{id}：{file} {problem}"),
    fix=Text("put back the file that was recorded, or record the approval again", "请恢复原佐证材料，或重新记录审批"),
)
def evidence_differs(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """The evidence is what will be shown when somebody remembers it differently."""
    for change in ws.changes:
        for position, approval in enumerate(change.approvals):
            if approval.evidence is None:
                continue
            found = ctx.sha256(approval.evidence.file)
            if found == approval.evidence.sha256:
                continue
            problem = (
                Text("is not there", "不存在")
                if found is None
                else Text("is not the file that was recorded (SHA-256 differs)", "与记录时的文件不一致（SHA-256 不同）")
            )
            at = change.at("approvals", position, "evidence", "file")
            yield hit(at, change.id, id=change.id, file=approval.evidence.file, problem=problem)


@check(
    "CHG204",
    "customer-approval-without-evidence",
    severity="error",
    says=Text("{id}: the approval of {who} has no evidence", "{id}：{who}的审批没有佐证材料"),
    fix=Text(
        "record it with `pmkit change approve {id} --as {handle} --evidence FILE`",
        "请用 `pmkit change approve {id} --as {handle} --evidence 文件` 记录",
    ),
)
def customer_approval_without_evidence(ws: Workspace, _: Context) -> Iterator[Hit]:
    """The customer does not write in this repository; what they said has to be shown."""
    for change in ws.changes:
        for position, approval in enumerate(change.approvals):
            if approval.side != "supplier" and approval.evidence is None:
                at = change.at("approvals", position)
                yield hit(at, change.id, id=change.id, who=ws.person_name(approval.by), handle=approval.by)


@check(
    "CHG301",
    "change-undecided",
    severity="warning",
    says=Text("{id} waits for a decision since {since}; due {due}", "{id} 自 {since} 起待决定，应于 {due} 前答复"),
    fix=Text("ask for the decision, or `pmkit change defer {id}`", "请催办，或用 `pmkit change defer {id}` 暂缓"),
)
def change_undecided(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """While a change waits, work goes on in the wrong direction."""
    for change in ws.changes:
        due = answer_due(ws, change, ctx.planned)
        if due is not None and ctx.as_of > due:
            since = change.reached("submitted")
            yield hit(change.at("status"), change.id, id=change.id, since=since, due=due)
