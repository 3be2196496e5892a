"""Change control: request, assess, approve, confirm, apply. States and shapes: FORMAT §2."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pmkit.actions.records import NextId, assigned, new_record, split_assignment, step_to
from pmkit.domain.approval import EVIDENCE, Level, evidence_kind
from pmkit.domain.changes import CHANGE, STATES, Approval, ChangeRequest, ProposedEdit
from pmkit.domain.kind import WORKFLOW_FIELDS, Record, Tracked, attribute_names, file_data, file_value, value_of
from pmkit.domain.people import Person, role_label
from pmkit.domain.problems import validated
from pmkit.domain.registry import kind_named
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import Text, did_you_mean
from pmkit.workspace.approvals import level_of, missing_approvals, required, what_is_wanted
from pmkit.workspace.edits import Acting, Append, Attach, Change, Create, Edits, Set
from pmkit.workspace.layout import evidence_path, new_path
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import Planned


@dataclass(frozen=True, slots=True)
class Received:
    """A file that came back from the customer: its name, its bytes, and what it is where a person said so."""

    name: str
    content: bytes
    kind: str | None = None


def request(
    ws: Workspace,
    values: Mapping[str, Any],
    proposals: Sequence[str | Mapping[str, Any]],
    next_id: NextId,
    acting: Acting,
) -> Edits:
    """A new change request. A proposal is `ID.field=value` (or `+=`, `-=`), or a mapping `record, field, to`."""
    edits = proposed_edits(ws, proposals)
    affects = dict.fromkeys([*values.get("affects", ()), *(e["record"] for e in edits)])
    raw = {**values, "affects": list(affects), "edits": edits}
    if "requested_by" not in raw:
        if ws.find(acting.by, Person) is None:
            raise UsageError(
                Text(en="who asked for the change?", zh="请指明变更由谁提出"),
                Text(
                    en="--requested-by HANDLE; `pmkit list person` shows who there is",
                    zh="--requested-by 人员代号；`pmkit list person` 可列出全部人员",
                ),
            )
        raw["requested_by"] = acting.by
    record = new_record(ws, CHANGE, raw, next_id(CHANGE.prefix), acting)
    return Edits(
        (Create(new_path(CHANGE, record.id), file_data(record), CHANGE.name),),
        "change.request",
        (record.id,),
        f"{record.id}: Request {record.name_to_show}",
        acting.by,
        acting.on,
    )


def proposed_edits(ws: Workspace, proposals: Sequence[str | Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The proposals as edits with what stands there now. Raises UsageError for what could not be applied."""
    found: list[dict[str, Any]] = []
    for proposal in proposals:
        text = _as_assignment(proposal)
        key, operator, value = split_assignment(text)
        record_id, dot, field = key.partition(".")
        if not dot:
            raise UsageError(
                Text(en="`{text}` does not say which record", zh="`{text}` 没有指明要修改的记录").format(text=text),
                Text(en="write ID.field=value", zh="请写成 编号.字段=值"),
            )
        record: Record = ws.get(record_id)
        if field in WORKFLOW_FIELDS:
            raise Refused(Text(en="a change cannot propose `{field}`", zh="变更不能修改 `{field}`").format(field=field))
        earlier = [e for e in found if e["record"] == record.id and e["field"] == field]
        base = record
        if earlier:
            found.remove(earlier[0])
            base = _with_value(record, field, earlier[0]["to"])
        revised = assigned(ws, base, f"{field}{operator}{value}")
        before, after = file_value(value_of(record, field)), file_value(value_of(revised, field))
        if before == after:
            raise UsageError(
                Text(en="{id}.{field} says that already", zh="{id}.{field} 已是该内容").format(
                    id=record.id, field=field
                )
            )
        edit = {"record": record.id, "field": field, "from": before, "to": after}
        found.append({k: v for k, v in edit.items() if v is not None})
    return found


def _as_assignment(proposal: str | Mapping[str, Any]) -> str:
    if isinstance(proposal, str):
        return proposal
    missing = [key for key in ("record", "field", "to") if key not in proposal]
    if missing:
        raise UsageError(
            Text(en="a proposed edit lacks {keys}", zh="变更内容缺少 {keys}").format(keys=", ".join(missing)),
            Text(en="each one needs record, field and to", zh="每条都要有 record、field、to"),
        )
    return f"{proposal['record']}.{proposal['field']}={proposal['to']}"


def _with_value(record: Record, field: str, value: Any) -> Record:
    raw = {"id": record.id, **file_data(record), field: value}
    return validated(record.kind.model, {k: v for k, v in raw.items() if v is not None}).placed(record.spot)


def assess(ws: Workspace, change: ChangeRequest, impact: Mapping[str, Any], acting: Acting) -> Edits:
    """Record the impact assessment. Assessing again changes the content and so voids the approvals given."""
    STATES.move(CHANGE, change.id, change.status, "assess")
    raw = {**file_value(change.impact), **impact}
    revised = validated(ChangeRequest, {"id": change.id, **file_data(change), "impact": raw})
    for target in revised.impact.schedule_allowance:
        ws.get(target)
    if revised.impact == change.impact and change.status == "assessed":
        raise Refused(
            Text(en="{id} is assessed just like that already", zh="{id} 的影响分析没有变化").format(id=change.id)
        )
    at = change.at("impact")
    written = file_value(revised.impact)
    first: tuple[Change, ...] = (Set(at.path, at.keys, written),) if written else ()
    return Edits(
        (*first, *step_to(change, "assessed", acting)),
        "change.assess", (change.id,), f"{change.id}: Assess the impact", acting.by, acting.on,
    )  # fmt: skip


def approve(
    ws: Workspace,
    change: ChangeRequest,
    approver_id: str,
    planned: Planned | None,
    acting: Acting,
    *,
    evidence: Received | None = None,
    comment: str | None = None,
) -> tuple[Edits, list[str]]:
    """Record one approval of just what the request says today; also whose approval is still missing afterwards."""
    STATES.move(CHANGE, change.id, change.status, "approve")
    approver = _approver(ws, approver_id)
    level = level_of(ws, change, planned)
    _refuse_wrong_approver(ws, change, approver, level)
    _refuse_own_request(ws, change, approver, acting)
    if any(a.by == approver.id for a in change.valid_approvals):
        raise Refused(
            Text(en="{who} approved {id} already", zh="{who}已审批过 {id}").format(who=approver.name, id=change.id)
        )
    approval, attach = _approval(change, approver, level, acting, evidence, comment)
    still = missing_approvals(ws, level, [*change.valid_approvals, Approval.model_validate(approval)])
    steps: tuple[Change, ...] = ()
    if not still:
        by_customer = any(wanted.startswith("customer.") for wanted in required(ws, level))
        steps = step_to(change, "confirmed" if by_customer else "approved", acting)
    at = change.at("approvals")
    edits = Edits(
        (*attach, Append(at.path, at.keys, approval), *steps),
        "change.approve", (change.id,), f"{change.id}: Approve as {approver.side} {approver.role}",
        acting.by, acting.on,
    )  # fmt: skip
    return edits, still


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
    approval, attach = _approval(change, customer, level_of(ws, change, planned), acting, evidence, None)
    at = change.at("approvals")
    return Edits(
        (*attach, Append(at.path, at.keys, approval), *step_to(change, "confirmed", acting)),
        "change.confirm", (change.id,), f"{change.id}: Confirm by the customer", acting.by, acting.on,
    )  # fmt: skip


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


def _refuse_wrong_approver(ws: Workspace, change: ChangeRequest, approver: Person, level: Level) -> None:
    wanted = required(ws, level)
    if any(approver.can_sign_as(w) for w in wanted):
        return
    raise Refused(
        Text(
            en="{who} ({role}) cannot approve {id}: level {level}", zh="{who}（{role}）无权审批 {id}：级别 {level}"
        ).format(who=approver.name, role=role_label(approver.side, approver.role), id=change.id, level=level.label),
        Text(en="needed: {who}", zh="需要：{who}").format(who=what_is_wanted(ws, wanted)),
    )


def _refuse_own_request(ws: Workspace, change: ChangeRequest, approver: Person, acting: Acting) -> None:
    policy = ws.project.approval
    own = approver.id == change.requested_by
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
    if strict and approver.side == "supplier" and assessor == approver.id:
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
    level: Level,
    acting: Acting,
    evidence: Received | None,
    comment: str | None,
) -> tuple[dict[str, Any], tuple[Attach, ...]]:
    """The approval as it is written, and the evidence to be kept. Refused where evidence is due and not given."""
    data: dict[str, Any] = {"by": person.id, "side": person.side, "role": person.role, "on": acting.on.isoformat()}
    if acting.recorded_by:
        data["recorded_by"] = acting.recorded_by
    data["digest"] = change.digest
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
    if not evidence.content:
        raise UsageError(Text(en="{name} is empty", zh="{name} 是空文件").format(name=evidence.name))
    kind = evidence.kind or evidence_kind(evidence.name)
    if kind not in EVIDENCE:
        raise UsageError(
            Text(en="no such kind of evidence: {kind}", zh="没有这种佐证材料：{kind}").format(kind=kind),
            Text.join(Text.same(k) for k in EVIDENCE),
        )
    if person.side != "supplier" and not level.accepts(kind):
        raise Refused(
            Text(en="level {level} does not accept a {kind}", zh="级别 {level} 不接受{kind}").format(
                level=level.label, kind=EVIDENCE[kind]
            ),
            Text(
                en="accepted: {kinds}; say what the file is with `--evidence-kind`",
                zh="可接受：{kinds}；用 `--evidence-kind` 说明材料类型",
            ).format(kinds=Text.join(EVIDENCE.get(k, Text.same(k)) for k in level.evidence)),
        )
    path = evidence_path(change.id, evidence.name)
    data["evidence"] = {"file": path, "sha256": hashlib.sha256(evidence.content).hexdigest()}
    if evidence.kind:
        data["evidence"]["kind"] = evidence.kind
    return data, (Attach(path, evidence.content),)


def apply(ws: Workspace, change: ChangeRequest, planned: Planned | None, next_id: NextId, acting: Acting) -> Edits:
    """Make exactly the approved edits. Refused where approvals are void or a record is no longer what was approved."""
    STATES.move(CHANGE, change.id, change.status, "apply")
    level = level_of(ws, change, planned)
    _refuse_unapproved(ws, change, level)
    revised: dict[str, Record] = {}
    changes: list[Change] = []
    for edit in change.edits:
        record = revised.get(edit.record) or ws.get(edit.record)
        _refuse_conflict(change, record, edit)
        revised[edit.record] = _with_value(record, edit.field, edit.to)
        at = record.at(edit.field)
        changes.append(Set(at.path, at.keys, edit.to))
    results = [
        {"record": record_id, "before": ws.get(record_id).digest, "after": record.digest}
        for record_id, record in revised.items()
    ]
    for record_id in change.withdraw:
        target = ws.get(record_id, Tracked)
        changes += step_to(target, "withdrawn", acting, f"{change.id}")
        results.append({"record": target.id, "before": target.digest, "after": target.digest})
    for proposed in change.add:
        kind = kind_named(proposed.kind)
        added = new_record(ws, kind, proposed.fields, next_id(kind.prefix), acting)
        changes.append(Create(new_path(kind, added.id), file_data(added), kind.name))
        results.append({"record": added.id, "after": added.digest})
    at = change.at("results")
    written: tuple[Change, ...] = (Set(at.path, at.keys, results),) if results else ()
    return Edits(
        (*changes, *step_to(change, "applied", acting), *written),
        "change.apply",
        (change.id, *(r["record"] for r in results)),
        f"{change.id}: Apply {change.title}",
        acting.by,
        acting.on,
    )


def _refuse_unapproved(ws: Workspace, change: ChangeRequest, level: Level) -> None:
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
    if change.status == "approved" and any(w.startswith("customer.") for w in required(ws, level)):
        raise Refused(
            Text(en="{id} waits for the customer", zh="{id} 尚待客户确认").format(id=change.id),
            Text.same(f"pmkit change confirm {change.id} --by HANDLE --evidence FILE"),
        )


def _refuse_conflict(change: ChangeRequest, record: Record, edit: ProposedEdit) -> None:
    if edit.field not in attribute_names(record.kind.model) or edit.field in WORKFLOW_FIELDS:
        raise Refused(
            Text(en="{id}: `{field}` of {record} cannot be changed", zh="{id}：不能修改 {record} 的 `{field}`").format(
                id=change.id, field=edit.field, record=record.id
            )
        )
    if not edit.starts_from(record):
        raise Refused(
            Text(
                en="{record}.{field} is not what {id} was approved against",
                zh="{record}.{field} 已不是 {id} 审批时的内容",
            ).format(record=record.id, field=edit.field, id=change.id),
            Text(
                en="`pmkit change assess {id} ...` and approve again, or raise a new request",
                zh="请用 `pmkit change assess {id} ...` 重新评估并审批，或另提变更",
            ).format(id=change.id),
        )
