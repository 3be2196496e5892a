"""CHG: change requests, their approvals and their evidence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.kind import about
from pmkit.domain.signoffs import SignOff
from pmkit.kernel.text import Text
from pmkit.workspace import contracts
from pmkit.workspace.approvals import (
    AGREED,
    answer_due,
    cumulative_price,
    is_customers,
    level_in_force,
    meeting_of,
    missing_approvals,
    owed_on_paper,
    required,
    what_is_wanted,
)
from pmkit.workspace.layout import stays_below
from pmkit.workspace.model import Workspace
from pmkit.workspace.proposals import outcome
from pmkit.workspace.signing import agreed_additions

_UNDER_WAY = frozenset({"submitted", "assessed", "approved", "confirmed"})
PATIENCE = timedelta(days=14)  # that an agreed change may wait to be carried out


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
        if change.status in AGREED:
            level = level_in_force(ws, change, ctx.planned)
            settled = change.applied_on is not None
            lacking = missing_approvals(ws, level, change.valid_approvals, settled=settled)
            if change.status == "approved":
                lacking = [who for who in lacking if not is_customers(who)]
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
        for keys, evidence in change.filed:
            if not stays_below(evidence.file):
                continue
            found = ctx.sha256(evidence.file)
            if found == evidence.sha256:
                continue
            problem = (
                Text("is not there", "不存在")
                if found is None
                else Text("is not the file that was recorded (SHA-256 differs)", "与记录时的文件不一致（SHA-256 不同）")
            )
            yield hit(change.at(*keys, "file"), change.id, id=change.id, file=evidence.file, problem=problem)


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


@check(
    "CHG101",
    "change-without-reason",
    severity="warning",
    says=Text("{id} does not say why", "{id} 没有写明变更原因"),
    fix=Text("`pmkit set {id} reason='...'`", "`pmkit set {id} reason='……'`"),
)
def change_without_reason(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Who decides about a change asks first what it is for."""
    for change in ws.changes:
        if change.status in _UNDER_WAY and not (change.reason or "").strip():
            yield hit(change.at("reason"), change.id, id=change.id)


@check(
    "CHG102",
    "change-proposes-nothing",
    severity="warning",
    says=Text(
        "{id} is submitted and proposes no edit, no record, no allowance, no price",
        "{id} 已提交，但没有变更内容、新增或撤销的记录、进度影响或价款增减",
    ),
    fix=Text(
        "`pmkit change revise {id}`, then request it again with `--propose ID.field=value`",
        "请执行 `pmkit change revise {id}`，并用 `--propose 编号.字段=值` 重新提出",
    ),
)
def change_proposes_nothing(ws: Workspace, _: Context) -> Iterator[Hit]:
    """An approval of nothing approves whatever anybody remembers."""
    for change in ws.changes:
        proposes = change.edits or change.add or change.withdraw or change.impact.schedule_allowance
        if change.status in _UNDER_WAY and not proposes and change.impact.price is None:
            yield hit(change.at("edits"), change.id, id=change.id)


@check(
    "CHG205",
    "nobody-may-approve",
    severity="warning",
    says=Text("{id} is of level {level}, which needs: {who}", "{id} 的审批级别为“{level}”，须由以下角色审批：{who}"),
    fix=Text(
        "`pmkit person add HANDLE --name ... --side ... --role ...`, or change `approval.levels` in pmkit.yaml",
        "请执行 `pmkit person add 代号 --name 姓名 --side 所属方 --role 角色`，或修改 pmkit.yaml 的 `approval.levels`",
    ),
)
def nobody_may_approve(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """A change that nobody may approve waits for ever."""
    for change in ws.changes:
        if change.status == "assessed":
            level = level_in_force(ws, change, ctx.planned)
            vacant = [slot for slot in required(ws, level) if not any(person.can_sign_as(slot) for person in ws.people)]
            if vacant:
                who = what_is_wanted(ws, vacant)
                yield hit(change.at("status"), change.id, id=change.id, level=level.label, who=who)


@check(
    "CHG206",
    "changes-collide",
    severity="warning",
    says=Text("{id} proposes {record}.{field}, and so does {other}", "{id} 与 {other} 都要修改 {record} 的 `{field}`"),
    fix=Text(
        "decide one first; the other has then to be assessed again: `pmkit change assess`",
        "请先决定其中一个；另一个随后须用 `pmkit change assess` 重新评估",
    ),
)
def changes_collide(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Whichever is applied first makes the other one out of date."""
    first: dict[tuple[str, str], str] = {}
    for change in ws.changes:
        if change.status in _UNDER_WAY:
            for position, edit in enumerate(change.edits):
                other = first.setdefault((edit.record, edit.field), change.id)
                if other != change.id:
                    at = change.at("edits", position)
                    yield hit(at, change.id, id=change.id, record=edit.record, field=edit.field, other=other)


@check(
    "CHG207",
    "change-outdated",
    severity="warning",
    says=Text(
        "{id} was requested when {record}.{field} said something else",
        "{id} 提出之后，{record} 的 `{field}` 已有变化",
    ),
    fix=Text(
        "`pmkit change assess {id} ...` sets it against today's text; `apply` would refuse",
        "请用 `pmkit change assess {id} ...` 对照当前内容重新评估；否则实施时会被拒绝",
    ),
)
def change_outdated(ws: Workspace, _: Context) -> Iterator[Hit]:
    """What was approved would be written over what somebody else has changed since."""
    for change in ws.changes:
        if change.status in _UNDER_WAY:
            for position, edit in enumerate(change.edits):
                record = ws.records.get(edit.record)
                if record is not None and edit.field in about(type(record)) and not edit.starts_from(record):
                    at = change.at("edits", position)
                    yield hit(at, change.id, id=change.id, record=edit.record, field=edit.field)


@check(
    "CHG302",
    "agreed-not-applied",
    severity="warning",
    says=Text("{id} is agreed since {since} and not applied", "{id} 自 {since} 起已获批准，尚未实施"),
    fix=Text("`pmkit change apply {id}`", "`pmkit change apply {id}`"),
)
def agreed_not_applied(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """The customer thinks it is done; the records still say the old thing."""
    for change in ws.changes:
        since = change.reached(change.status)
        wanted = required(ws, level_in_force(ws, change, ctx.planned))
        ready = change.status == "confirmed" or (
            change.status == "approved" and not any(is_customers(w) for w in wanted)
        )
        if ready and since is not None and ctx.as_of > since + PATIENCE:
            yield hit(change.at("status"), change.id, id=change.id, since=since)


@check(
    "CHG208",
    "cannot-be-applied",
    severity="warning",
    says=Text("{id} cannot be applied: {problem}", "{id} 无法实施：{problem}"),
    fix=Text(
        "`pmkit change revise {id}`, then `pmkit change propose {id}`",
        "请执行 `pmkit change revise {id}`，再用 `pmkit change propose {id}` 修改变更内容",
    ),
)
def cannot_be_applied(ws: Workspace, _: Context) -> Iterator[Hit]:
    """What was agreed and cannot be done is found when somebody wants it, unless it is found now."""
    for change in ws.changes:
        if change.status == "draft" or change.status in _UNDER_WAY:
            for obstacle in outcome(ws, change).obstacles:
                if obstacle.why == "wrong":
                    yield hit(change.at(*obstacle.keys), change.id, id=change.id, problem=obstacle.says)


@check(
    "CHG303",
    "changes-add-up",
    severity="warning",
    says=Text(
        "the agreed changes come to {amount}, {percent}% of the contract price (warning from {warn}, limit {stop})",
        "已批准变更累计 {amount}，占合同价款的 {percent}%（预警线 {warn}，上限 {stop}）",
    ),
    fix=Text(
        "look at what your contract and procurement rules allow; the limits are approval.cumulative_price",
        "请核对合同与采购规定；限额见 pmkit.yaml 的 approval.cumulative_price",
    ),
)
def changes_add_up(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Many small changes make a new contract that nobody tendered."""
    total = cumulative_price(ws)
    price = contracts.signed_price(ws)
    if total.state != "fine" and total.percent is not None and price is not None:
        limits = ws.project.approval.cumulative_price
        last = [c for c in ws.changes if c.status in AGREED][-1]
        yield hit(
            last.at("impact", "price"), last.id,
            amount=f"{total.amount:.2f} {price.currency}",
            percent=f"{total.percent:.1f}", warn=limits.warn, stop=limits.stop,
        )  # fmt: skip


@check(
    "CHG209",
    "withdrawn-without-change",
    severity="error",
    says=Text(
        "{id} was confirmed by the customer and is withdrawn, but no applied change withdraws it",
        "{id} 曾经客户确认，现已撤销，但没有已实施的变更与之对应",
    ),
    fix=Text(
        "put the status back, then `pmkit change request --title ... --withdraw {id}`",
        "请恢复原状态，再用 `pmkit change request --title …… --withdraw {id}` 提出变更",
    ),
)
def withdrawn_without_change(ws: Workspace, _: Context) -> Iterator[Hit]:
    """What was signed does not go because somebody took it out; the customer agrees to that too."""
    gone = {i for change in ws.changes if change.applied_on is not None for i in change.withdraw}
    for requirement in ws.requirements:
        confirmed = any(step.to == "confirmed" for step in requirement.steps)
        if requirement.status == "withdrawn" and confirmed and requirement.id not in gone:
            yield hit(requirement.at("status"), requirement.id, id=requirement.id)


@check(
    "CHG210",
    "agreed-without-meeting",
    severity="error",
    says=Text(
        "{id} is {status}; level {level} is decided in a meeting ({meeting}), and no approval names one that was held",
        "{id} 为“{status}”；级别“{level}”须经会议（{meeting}）审议，但审批中没有指明已召开的会议",
    ),
    fix=Text(
        "`pmkit change assess {id} ...` and have it approved again with `--meeting MTG-...`",
        "请用 `pmkit change assess {id} ...` 退回评估，再以 `--meeting MTG-……` 重新审批",
    ),
)
def agreed_without_meeting(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """What a board has to weigh is not decided by collecting signatures."""
    for change in ws.changes:
        if change.status in AGREED:
            level = level_in_force(ws, change, ctx.planned)
            if level.meeting and meeting_of(ws, change) is None:
                status = change.kind.states.names[change.status] if change.kind.states else Text.same(change.status)
                yield hit(
                    change.at("approvals"), change.id,
                    id=change.id, status=status, level=level.label, meeting=level.meeting,
                )  # fmt: skip


@check(
    "CHG211",
    "added-content-differs",
    severity="error",
    says=Text(
        "{id} was added by {change}, which was agreed; {problem}",
        "{id} 由已批准的 {change} 新增，{problem}",
    ),
    fix=Text(
        "put back what {change} added, then `pmkit change request --title ... --propose '{id}.FIELD=...'`",
        "请恢复 {change} 新增时的内容，再用 `pmkit change request --title …… --propose '{id}.字段=……'` 提出变更",
    ),
)
def added_content_differs(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Who approved a new requirement approved its words, and has not signed any others."""
    for change, position, record_id, expected in agreed_additions(ws.of(SignOff), ws.changes):
        record = ws.records.get(record_id)
        if record is None:
            problem = Text("it is gone", "现已不存在")
            yield hit(
                change.at("results", position, "record"), change.id, id=record_id, change=change.id, problem=problem
            )
        elif record.digest != expected:
            problem = Text("it says something else now", "现内容与批准的不一致")
            yield hit(record.spot, record_id, id=record_id, change=change.id, problem=problem)


@check(
    "CHG304",
    "emergency-not-on-paper",
    severity="warning",
    says=Text(
        "{id}: {who} agreed in an emergency on {on}; the paper was due {due}",
        "{id}：{who}于 {on} 按特急流程同意，书面审批应于 {due} 前补交",
    ),
    fix=Text(
        "`pmkit change paper {id} --by {handle} --evidence FILE`",
        "请执行 `pmkit change paper {id} --by {handle} --evidence 文件`",
    ),
)
def emergency_not_on_paper(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """A word on the phone saves the day and proves nothing a year later."""
    for change in ws.changes:
        for approval, due in owed_on_paper(ws, change, ctx.planned):
            if ctx.as_of > due:
                at = change.at("approvals", change.approvals.index(approval))
                who = ws.person_name(approval.by)
                yield hit(at, change.id, id=change.id, who=who, handle=approval.by, on=approval.on, due=due)


@check(
    "CHG305",
    "verification-failed",
    severity="warning",
    says=Text("{id} was not right when looked at on {on}: {what}", "{id} 于 {on} 验证不通过：{what}"),
    fix=Text("put it right, then `pmkit change verify {id}`", "请整改后执行 `pmkit change verify {id}`"),
)
def verification_failed(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A change that was carried out wrongly is neither the old agreement nor the new one."""
    for change in ws.changes:
        if change.status == "applied" and change.failed:
            last = change.failed[-1]
            at = change.at("steps", change.steps.index(last))
            yield hit(at, change.id, id=change.id, on=last.on, what=last.note or "")
