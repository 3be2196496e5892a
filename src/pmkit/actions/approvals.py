"""Deciding on a change: who may approve it, with what evidence, and what it takes to be agreed (FORMAT §2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pmkit.actions.evidence import Received, kept, kept_if_any
from pmkit.actions.mandates import refuse_beyond
from pmkit.actions.records import step_to
from pmkit.domain.approval import EVIDENCE, Level
from pmkit.domain.changes import CHANGE, STATES, Approval, ChangeRequest
from pmkit.domain.meetings import MEETING, Meeting
from pmkit.domain.people import Person, role_label
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import Text, did_you_mean
from pmkit.kernel.usage import usage
from pmkit.workspace.approvals import (
    amount_of,
    cumulative_price,
    is_customers,
    is_urgent,
    level_of,
    meeting_of,
    missing_approvals,
    owed_on_paper,
    required,
    signs_for,
    was_held,
    what_is_wanted,
)
from pmkit.workspace.edits import Acting, Append, Attach, Change, Edits, headed
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import Planned


def approve(
    ws: Workspace,
    change: ChangeRequest,
    approver_id: str,
    planned: Planned | None,
    acting: Acting,
    *,
    on_behalf_of: str | None = None,
    evidence: Received | None = None,
    comment: str | None = None,
    meeting_id: str | None = None,
) -> tuple[Edits, list[str]]:
    """Record one approval of just what the request says today; also whose approval is still missing afterwards.

    `on_behalf_of`: somebody who is away and named the approver; found where only one such right fits. `meeting_id`: the
    meeting that decided, which some levels ask for; the approvals that follow are of the same one.
    """
    STATES.move(CHANGE, change.id, change.status, "approve")
    level = level_of(ws, change, planned)
    refuse_beyond_the_contract(ws, change)
    approver = _approver(ws, approver_id)
    principal = _principal(ws, change, approver, level, on_behalf_of, acting)
    _refuse_own_request(ws, change, approver, principal, acting)
    given = [*change.valid_approvals]
    if any((a.for_ or a.by) == principal.id for a in given):
        raise Refused(
            Text(en="{who} approved {id} already", zh="{who}已审批过 {id}").format(who=principal.name, id=change.id)
        )
    urgent = is_urgent(ws, change)
    approval, attach = _approval(change, approver, principal, level, acting, evidence, comment, urgent=urgent)
    approval |= _meeting(ws, change, level, meeting_id, acting)
    still = missing_approvals(ws, level, [*given, Approval.model_validate(approval)])
    steps: tuple[Change, ...] = ()
    if not still:
        by_customer = any(is_customers(wanted) for wanted in required(ws, level))
        steps = step_to(change, "confirmed" if by_customer else "approved", acting)
    at = change.at("approvals")
    edits = Edits(
        (*attach, Append(at.path, at.keys, approval), *steps),
        "change.approve",
        (change.id,),
        headed(
            change.id,
            Text("Approve as {side} {role}", "批准（{label}）").format(
                side=principal.side, role=principal.role, label=role_label(principal.side, principal.role)
            ),
        ),
        acting.by,
        acting.on,
    )
    return edits, still


def _meeting(ws: Workspace, change: ChangeRequest, level: Level, named: str | None, acting: Acting) -> dict[str, str]:
    """The meeting that decided, as an approval names it. Refused where the level asks for one and none was held."""
    if named is None:
        before = meeting_of(ws, change)
        if before is None and level.meeting:
            raise Refused(
                Text(
                    en="level {level} is decided in a meeting ({meeting}): which one?",
                    zh="级别 {level} 须经会议（{meeting}）审议，请指明是哪次会议",
                ).format(level=level.label, meeting=level.meeting),
                Text(
                    en="add `--meeting MTG-...`, a meeting that was held; `pmkit meeting list` shows them",
                    zh="请加 `--meeting MTG-……`（已召开的会议）；`pmkit meeting list` 可列出会议",
                ),
            )
        return {"meeting": before.id} if before is not None else {}
    meeting: Meeting = ws.get(named, Meeting)
    if not was_held(meeting):
        raise Refused(
            Text(en="{id} is {state}; it decided nothing", zh="{id} {state}，不能作为审议会议").format(
                id=meeting.id, state=MEETING.states.names[meeting.status] if MEETING.states else meeting.status
            ),
            Text.same(f"`pmkit meeting hold {meeting.id}`") if meeting.status == "planned" else None,
        )
    day = meeting.time.date() if isinstance(meeting.time, datetime) else meeting.time
    if day > acting.on:
        raise Refused(
            Text(en="{id} was held on {day}, after this approval", zh="{id} 于 {day} 召开，晚于本次审批日期").format(
                id=meeting.id, day=day
            ),
            Text("say when it was approved with `--date`", "请用 `--date` 写明审批日期"),
        )
    return {"meeting": meeting.id}


def file_paper(
    ws: Workspace, change: ChangeRequest, approver_id: str, planned: Planned | None, acting: Acting, evidence: Received
) -> Edits:
    """The paper that follows an approval which was given in an emergency by any word. Refused where none is owed."""
    approver = _approver(ws, approver_id)
    owed = {a.for_ or a.by: a for a, _ in owed_on_paper(ws, change, planned)}
    if approver.id not in owed:
        names = [Text.same(f"{ws.person_name(who)} ({who})") for who in owed]
        raise Refused(
            Text(en="{who} owes no paper for {id}", zh="{id} 无需{who}补交书面确认").format(
                who=approver.name, id=change.id
            ),
            Text(en="owed by: {who}", zh="尚待补交：{who}").format(who=Text.join(names)) if names else None,
        )
    given = owed[approver.id]
    level = ws.project.approval.find(given.level) or level_of(ws, change, planned)
    approval, attach = _approval(change, approver, approver, level, acting, evidence, None)
    if given.meeting:
        approval["meeting"] = given.meeting
    at = change.at("approvals")
    return Edits(
        (*attach, Append(at.path, at.keys, approval)),
        "change.paper", (change.id,),
        headed(change.id, Text("File the approval on paper", "补交书面审批")), acting.by, acting.on,
    )  # fmt: skip


def decline(
    ws: Workspace, change: ChangeRequest, verb: str, reason: str, evidence: Received | None, acting: Acting
) -> Edits:
    """`reject` or `defer`, with the reason. Refused without evidence where it was not our side that decided."""
    move = STATES.move(CHANGE, change.id, change.status, verb)
    if not reason.strip():
        raise UsageError(Text("say why", "请说明原因"), Text.same("--reason"))
    who = ws.find(acting.by, Person)
    if who is not None and who.side != "supplier" and evidence is None:
        raise Refused(
            Text(en="what {who} decided needs evidence", zh="记录{who}的决定需要佐证材料").format(who=who.name),
            Text(
                en="add `--evidence FILE`; without `--by` it is recorded as your own decision",
                zh="请加 `--evidence 文件`；不写 `--by` 则记为本人的决定",
            ),
        )
    filed, attach = kept_if_any(change.id, evidence)
    return Edits(
        (*attach, *step_to(change, move.to, acting, reason, filed)),
        f"change.{verb}", (change.id,), headed(change.id, move.label), acting.by, acting.on,
    )  # fmt: skip


def refuse_beyond_the_contract(ws: Workspace, change: ChangeRequest) -> None:
    """Refuse where all changes together would pass the limit beyond which it is a new contract."""
    total = cumulative_price(ws, change)
    limits = ws.project.approval.cumulative_price
    if total.state != "stop" or not change.impact.price or change.impact.price.amount <= 0:
        return
    raise Refused(
        Text(
            en="with {id} the changes come to {percent}% of the contract price; the limit is {limit}",
            zh="计入 {id} 后，变更累计金额达合同价款的 {percent}%，超过上限 {limit}",
        ).format(id=change.id, percent=f"{total.percent:.1f}", limit=limits.stop),
        Text.same(limits.basis)
        if limits.basis
        else Text(
            en="a supplement beyond it usually needs a new procurement: see your contract; the limit is "
            "approval.cumulative_price.stop",
            zh="超出部分通常须另行采购，请核对合同；上限见 pmkit.yaml 的 approval.cumulative_price.stop",
        ),
    )


def confirm(
    ws: Workspace,
    change: ChangeRequest,
    customer_id: str,
    planned: Planned | None,
    acting: Acting,
    evidence: Received | None,
) -> Edits:
    """Record the customer's confirmation of a change that was approved without them."""
    STATES.move(CHANGE, change.id, change.status, "confirm")
    customer = _approver(ws, customer_id)
    if customer.side != "customer":
        raise Refused(
            Text(en="{who} does not speak for the customer", zh="{who}不代表建设单位").format(who=customer.name),
            Text(en="name somebody of the customer's side with `--by`", zh="请用 `--by` 指明建设单位的人员"),
        )
    refuse_beyond(customer, change.id, amount_of(change, customer.side), acting.on)
    approval, attach = _approval(change, customer, customer, level_of(ws, change, planned), acting, evidence, None)
    at = change.at("approvals")
    return Edits(
        (*attach, Append(at.path, at.keys, approval), *step_to(change, "confirmed", acting)),
        "change.confirm",
        (change.id,),
        headed(change.id, Text("Confirm by the customer", "客户确认")),
        acting.by,
        acting.on,
    )


def _approver(ws: Workspace, person_id: str) -> Person:
    person = ws.find(person_id, Person)
    if person is None:
        raise UsageError(
            Text(en="{who} is not in people.yaml", zh="people.yaml 中没有 {who}").format(who=person_id),
            did_you_mean(person_id, [p.id for p in ws.people])
            if did_you_mean(person_id, [p.id for p in ws.people]).en
            else Text(en="say who approves with `--as HANDLE`", zh="请用 `--as 代号` 指明审批人"),
        )
    return person


def _principal(
    ws: Workspace, change: ChangeRequest, approver: Person, level: Level, named: str | None, acting: Acting
) -> Person:
    """In whose right the approval is given. Refused where the approver has none."""
    wanted = required(ws, level)
    if named is not None:
        principal = _approver(ws, named)
        if not principal.delegates_to(approver.id, acting.on):
            raise Refused(
                Text(en="{name} did not name {who} to sign on {day}", zh="{name}未授权{who}在 {day} 代签").format(
                    name=principal.name, who=approver.name, day=acting.on
                ),
                usage(f"`pmkit person delegate {principal.id} --to {approver.id} --from DATE --until DATE`"),
            )
        found = principal if any(principal.can_sign_as(w, acting.on) for w in wanted) else None
    else:
        found = signs_for(ws, approver, wanted, acting.on)
    if found is not None:
        refuse_beyond(found, change.id, amount_of(change, found.side), acting.on)
        return found
    raise Refused(
        Text(
            en="{who} ({role}) cannot approve {id}: level {level}", zh="{who}（{role}）无权审批 {id}：级别 {level}"
        ).format(who=approver.name, role=role_label(approver.side, approver.role), id=change.id, level=level.label),
        Text(en="needed: {who}", zh="需要：{who}").format(who=what_is_wanted(ws, wanted, acting.on)),
    )


def _refuse_own_request(
    ws: Workspace, change: ChangeRequest, approver: Person, principal: Person, acting: Acting
) -> None:
    """Refuse the requester and, where the profile says so, the assessor, also through somebody else."""
    policy = ws.project.approval
    own = change.requested_by in {approver.id, principal.id}
    allowed = {"supplier": policy.requester.supplier, "customer": policy.requester.customer}.get(approver.side, "")
    if own and allowed == "may_not_approve":
        raise Refused(
            Text(
                en="{who} requested {id} and may not approve it", zh="{who}是 {id} 的提出人，不能审批本人的申请"
            ).format(who=approver.name, id=change.id),
            Text(en="ask somebody else of the same side", zh="请由同一方的其他有权人员审批"),
        )
    supplier = [p for p in ws.people if p.side == "supplier" and not p.left]
    strict = policy.assessor_may_not_approve if policy.assessor_may_not_approve is not None else len(supplier) >= 6
    assessor = next((s.by for s in reversed(change.steps) if s.to == "assessed"), None)
    if strict and approver.side == "supplier" and assessor in {approver.id, principal.id}:
        raise Refused(
            Text(en="{who} assessed {id} and may not approve it", zh="{who}是 {id} 的评估人，不能同时审批").format(
                who=approver.name, id=change.id
            ),
            Text(
                en="ask somebody else, or set approval.assessor_may_not_approve: false",
                zh="请由他人审批，或在 pmkit.yaml 中设 approval.assessor_may_not_approve: false",
            ),
        )
    if approver.side == "supplier" and policy.own_identity and acting.recorded_by:
        raise Refused(
            Text(en="{who} has to approve under their own git identity", zh="{who}须以本人的 git 身份审批").format(
                who=approver.name
            ),
            Text(en="the profile says approval.own_identity", zh="pmkit.yaml 已规定 approval.own_identity"),
        )


def _approval(
    change: ChangeRequest,
    person: Person,
    principal: Person,
    level: Level,
    acting: Acting,
    evidence: Received | None,
    comment: str | None,
    *,
    urgent: bool = False,
) -> tuple[dict[str, Any], tuple[Attach, ...]]:
    """The approval as it is written, and the evidence to be kept. Refused where evidence is due and not given.

    `urgent`: any kind of evidence will do for now.
    """
    stood = principal.stood(acting.on)
    data: dict[str, Any] = {"by": person.id, "side": stood.side, "role": stood.role}
    data["on"] = acting.on.isoformat()
    if principal is not person:
        data["for"] = principal.id
    if acting.recorded_by:
        data["recorded_by"] = acting.recorded_by
    data |= {"digest": change.digest, "level": level.id}
    if comment:
        data["comment"] = comment
    if evidence is None:
        if person.side != "supplier":
            raise Refused(
                Text(en="the approval of {who} needs evidence", zh="记录{who}的审批需要佐证材料").format(
                    who=person.name
                ),
                Text(en="add `--evidence FILE` ({kinds})", zh="请加 `--evidence 文件`（{kinds}）").format(
                    kinds=Text.join(EVIDENCE.get(k, Text.same(k)) for k in level.evidence)
                ),
            )
        return data, ()
    filed, attach = kept(change.id, evidence)
    if person.side != "supplier" and not urgent and not level.accepts(kind := evidence.known_kind):
        raise Refused(
            Text(en="level {level} does not accept a {kind}", zh="级别 {level} 不接受{kind}").format(
                level=level.label, kind=EVIDENCE[kind]
            ),
            Text(
                en="accepted: {kinds}; say what the file is with `--evidence-kind`",
                zh="可接受：{kinds}；用 `--evidence-kind` 说明材料类型",
            ).format(kinds=Text.join(EVIDENCE.get(k, Text.same(k)) for k in level.evidence)),
        )
    return data | {"evidence": filed}, (attach,)


def refuse_unapproved(ws: Workspace, change: ChangeRequest, level: Level) -> None:
    """Refuse to carry out what is not agreed as it stands: voided approvals, no meeting, no customer."""
    if level.meeting and meeting_of(ws, change) is None:
        raise Refused(
            Text(
                en="{id} is of level {level}, and no meeting ({meeting}) decided on it",
                zh="{id} 的级别为 {level}，尚未经会议（{meeting}）审议",
            ).format(id=change.id, level=level.label, meeting=level.meeting),
            usage(f"`pmkit change assess {change.id} ...`"),
        )
    lacking = missing_approvals(ws, level, change.valid_approvals)
    if lacking:
        voided = len(change.approvals) - len(change.valid_approvals)
        raise Refused(
            Text(
                en="{id} does not say any more what was approved ({n} approvals are void)",
                zh="{id} 的内容与审批时不一致（{n} 项审批已失效）",
            ).format(id=change.id, n=voided)
            if voided
            else Text(en="{id} lacks approvals", zh="{id} 尚缺审批").format(id=change.id),
            Text(en="missing: {who}; assess and approve again", zh="尚缺：{who}；请重新评估并审批").format(
                who=what_is_wanted(ws, lacking)
            ),
        )
    if change.status == "approved" and any(is_customers(w) for w in required(ws, level)):
        raise Refused(
            Text(en="{id} waits for the customer", zh="{id} 尚待客户确认").format(id=change.id),
            usage(f"`pmkit change confirm {change.id} --by HANDLE --evidence FILE`"),
        )
