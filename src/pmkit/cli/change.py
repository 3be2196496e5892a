"""`pmkit change`: request, assess, approve, confirm, apply, and the plain transitions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pmkit.cli.generic import as_json, list_command, set_command, show, transitions
from pmkit.cli.language import h, tell
from pmkit.cli.session import AT_REVISION, WRITING, Session, command, group, out, print_json, read_file
from pmkit.domain.changes import CHANGE, ChangeRequest
from pmkit.domain.kind import Record, file_value
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text, display_width, pad

if TYPE_CHECKING:
    from pmkit.workspace.edits import Edits
    from pmkit.workspace.impact import Computed

app = group(tell(CHANGE.plural))
_Id = Annotated[str, typer.Argument(metavar="CR-ID")]
_Propose = Annotated[
    list[str] | None,
    typer.Option(
        metavar="ID.FIELD=VALUE|@FILE",
        help=h("an edit (also += and -=); may be repeated", "拟修改内容（也可用 += 和 -=）；可重复"),
    ),
]
_Add = Annotated[
    list[str] | None,
    typer.Option(
        "--add-requirement",
        metavar="FILE.yaml",
        help=h("a requirement to add; may be repeated", "拟新增的需求；可重复"),
    ),
]
_Withdraw = Annotated[
    list[str] | None,
    typer.Option(metavar="ID", help=h("a requirement to withdraw; may be repeated", "拟撤销的需求；可重复")),
]
_Implementation = Annotated[str | None, typer.Option(help=h("how it would be done", "实施方案"))]
_Implementer = Annotated[str | None, typer.Option(metavar="HANDLE", help=h("who would do it", "实施人"))]
_PlannedFinish = Annotated[str | None, typer.Option(metavar="DATE", help=h("done by", "计划完成日期"))]


def _request(
    s: Session,
    title: Annotated[str, typer.Option(help=h("what is to change, in a few words", "变更名称"))],
    reason: Annotated[str | None, typer.Option(help=h("why", "变更原因"))] = None,
    affects: Annotated[
        list[str] | None, typer.Option(metavar="ID", help=h("what it touches; may be repeated", "影响对象；可重复"))
    ] = None,
    requested_by: Annotated[str | None, typer.Option(metavar="HANDLE", help=h("who asked", "提出人"))] = None,
    propose: _Propose = None,
    type_: Annotated[
        str | None,
        typer.Option(
            "--type",
            help=h(
                "requirement, design, schedule, price, equipment, staff, contract",
                "变更类别：requirement、design、schedule、price、equipment、staff、contract",
            ),
        ),
    ] = None,
    urgency: Annotated[
        str | None, typer.Option(help=h("normal, urgent, emergency", "紧急程度：normal、urgent、emergency"))
    ] = None,
    decision_by: Annotated[
        str | None, typer.Option(metavar="DATE", help=h("decision needed by", "要求答复日期"))
    ] = None,
    alternatives: Annotated[
        str | None, typer.Option(help=h("alternatives, effect of not changing", "备选方案及不变更的后果"))
    ] = None,
    add_requirement: _Add = None,
    withdraw: _Withdraw = None,
    implementation: _Implementation = None,
    implementer: _Implementer = None,
    planned_finish: _PlannedFinish = None,
) -> None:
    from pmkit.actions.changes import request
    from pmkit.workspace.model import normal_id

    given = {
        "title": title, "reason": reason, "requested_by": requested_by, "type": type_, "urgency": urgency,
        "decision_by": decision_by, "alternatives": alternatives, "implementation": implementation,
        "implementer": implementer, "planned_finish": planned_finish,
        "affects": [normal_id(one) for text in affects or [] for one in text.split(",")],
    }  # fmt: skip
    values = {key: value for key, value in given.items() if value}
    edits = request(s.ws, values, _proposal(propose, add_requirement, withdraw), s.next_id, s.acting)
    made = _as_written(edits)
    s.write(edits, *_clash_notes(s, made), then=_next(s, made))


def _propose(
    s: Session,
    change_id: _Id,
    propose: _Propose = None,
    add_requirement: _Add = None,
    withdraw: _Withdraw = None,
    drop: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID.FIELD|ID|TITLE",
            help=h("take an edit, a withdrawal or an added record out again", "删去一项修改、撤销或新增"),
        ),
    ] = None,
) -> None:
    from pmkit.actions.changes import propose as change_proposal

    change = s.ws.get(change_id, ChangeRequest)
    edits = change_proposal(s.ws, change, _proposal(propose, add_requirement, withdraw), drop or [], s.acting)
    s.write(edits, then=_next(s, change))


def _proposal(propose: list[str] | None, add: list[str] | None, withdraw: list[str] | None) -> Any:
    from pmkit.actions.changes import Proposal
    from pmkit.workspace.model import normal_id

    added = [("requirement", fields) for path in add or [] for fields in _records_in(path)]
    gone = [normal_id(one) for text in withdraw or [] for one in text.split(",")]
    return Proposal(_proposals(propose or []), added, gone)


def _records_in(path: str) -> list[Any]:
    """The records that a YAML file holds: one mapping, or a list of them."""
    value = _yaml(path)
    found = value if isinstance(value, list) else [value]
    if not found or not all(isinstance(item, dict) for item in found):
        raise UsageError(
            Text(en="{path} holds no record", zh="{path} 中没有记录").format(path=path),
            Text("write its fields: `title: ...`, `statement: ...`", "请写出字段：`title: ……`、`statement: ……`"),
        )
    return found


def _yaml(path: str) -> Any:
    """What a YAML file says. Raises UsageError, BadWorkspace."""
    from pmkit.kernel.errors import BadWorkspace
    from pmkit.store.yaml_text import decode, parse

    content, findings = decode(read_file(path), path)
    value, more = parse(content, path) if content is not None else (None, [])
    if findings or more:
        raise BadWorkspace(
            Text(en="{path} cannot be used", zh="{path} 无法使用").format(path=path), None, [*findings, *more]
        )
    return value


def _as_written(edits: Edits) -> ChangeRequest:
    """The request as it will stand once the edits are made."""
    from pmkit.domain.problems import validated
    from pmkit.workspace.edits import Create

    data = next(c.data for c in edits.changes if isinstance(c, Create))
    return validated(ChangeRequest, {"id": edits.records[0], **data})


def _next(s: Session, change: ChangeRequest, status: str | None = None) -> Text:
    from pmkit.workspace.approvals import next_step

    reached = change.model_copy(update={"status": status}) if status else change
    return next_step(s.ws, reached, s.planned if reached.status in {"assessed", "approved"} else None, s.on or s.today)


def _clash_notes(s: Session, change: ChangeRequest) -> list[Text]:
    """One line for each other request on its way that touches the same."""
    from pmkit.workspace.proposals import clashes

    says = Text(
        en="note: {id} ({state}) touches {what} too; whichever is applied second has to be assessed again",
        zh="注意：{id}（{state}）也涉及 {what}；后实施的一项须重新评估",
    )
    names = CHANGE.states.names if CHANGE.states else {}
    return [says.format(id=c.change.id, state=names[c.change.status], what=c.what) for c in clashes(s.ws, change)]


def _proposals(given: list[str]) -> list[Any]:
    """What `--propose` says: assignments, and the edits listed in the files that `@` names."""
    found: list[Any] = []
    for text in given:
        if not text.startswith("@"):
            found.append(text)
            continue
        path = text[1:]
        value = _yaml(path)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise UsageError(
                Text(en="{path} is not a list of edits", zh="{path} 不是变更内容列表").format(path=path),
                Text.same("- {record: REQ-001, field: statement, to: ...}"),
            )
        found += value
    return found


def _assess(
    s: Session,
    change_id: _Id,
    schedule: Annotated[
        str | None,
        typer.Option(
            metavar="DURATION", help=h("days allowed, with --milestone", "进度影响（如 3d），与 --milestone 合用")
        ),
    ] = None,
    milestone: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help=h("the milestones or tasks it allows to slip", "允许顺延的里程碑或任务")),
    ] = None,
    price: Annotated[
        str | None, typer.Option(metavar="AMOUNT", help=h("contract price, plus or minus", "合同价款增减"))
    ] = None,
    cost: Annotated[
        str | None, typer.Option(metavar="AMOUNT", help=h("our own cost (internal)", "内部成本（不对客户显示）"))
    ] = None,
    borne_by: Annotated[
        str | None, typer.Option(help=h("customer, supplier, shared", "费用承担方：customer、supplier、shared"))
    ] = None,
    scope: Annotated[str | None, typer.Option(help=h("effect on scope", "范围影响"))] = None,
    quality: Annotated[str | None, typer.Option(help=h("effect on quality", "质量影响"))] = None,
    risk: Annotated[str | None, typer.Option(help=h("risks", "风险"))] = None,
    effort: Annotated[str | None, typer.Option(metavar="DURATION", help=h("effort", "工作量"))] = None,
    dependencies: Annotated[str | None, typer.Option(help=h("dependencies", "依赖关系"))] = None,
    documents: Annotated[
        str | None, typer.Option(help=h("documents, deliverables, systems affected", "受影响文档、交付物、系统"))
    ] = None,
    supplementary_agreement: Annotated[
        bool, typer.Option("--supplementary-agreement", help=h("the contract needs a supplement", "需补充协议"))
    ] = False,
    extension: Annotated[
        str | None,
        typer.Option(metavar="DURATION", help=h("extension of the contract period: 10ed", "合同工期顺延，如 10ed")),
    ] = None,
    removes_scope: Annotated[
        bool, typer.Option("--removes-contract-scope", help=h("takes scope out of the contract", "删减合同范围"))
    ] = False,
    changes_party: Annotated[
        bool, typer.Option("--changes-party", help=h("changes a party of the contract", "变更合同主体"))
    ] = False,
    implementation: _Implementation = None,
    implementer: _Implementer = None,
    planned_finish: _PlannedFinish = None,
) -> None:
    from pmkit.actions.changes import assess
    from pmkit.workspace.model import normal_id

    if bool(schedule) != bool(milestone):
        raise UsageError(
            Text("--schedule and --milestone go together", "--schedule 与 --milestone 须同时给出"),
            Text("which milestone may slip by how many days", "说明哪个里程碑可以顺延几天"),
        )
    texts = {"price": price, "cost": cost}
    impact: dict[str, Any] = {k: _with_currency(v, s) for k, v in texts.items() if v}
    plain = {"borne_by": borne_by, "scope": scope, "quality": quality, "risk": risk, "effort": effort,
             "dependencies": dependencies, "documents": documents, "extension": extension,
             "contract_scope_removed": removes_scope, "party_change": changes_party,
             "supplementary_agreement": supplementary_agreement}  # fmt: skip
    impact |= {k: v for k, v in plain.items() if v}
    change = s.ws.get(change_id, ChangeRequest)
    if milestone:
        allowed = file_value(change.impact.schedule_allowance) or {}
        impact["schedule_allowance"] = allowed | {normal_id(m): schedule for m in milestone}
    plan = {"implementation": implementation, "implementer": implementer, "planned_finish": planned_finish}
    edits, moved = assess(s.ws, change, impact, s.acting, {k: v for k, v in plan.items() if v})
    says = Text(en="{what} changed meanwhile; the edit is set against it now", zh="{what} 已有变化，变更前内容已更新")
    notes = [says.format(what=what) for what in moved]
    made = _revised(change, edits, "assessed")
    notes += [Text(en=f"{c.label.en}: {c.says.en}", zh=f"{c.label.zh}：{c.says.zh}") for c in _computed(s, made)]
    s.write(edits, *notes, *_price_note(s, made), *_clash_notes(s, made), then=_next(s, made))


def _revised(change: ChangeRequest, edits: Edits, status: str) -> ChangeRequest:
    """The request as it stands once the edits of its own fields are made."""
    from pmkit.domain.kind import file_data
    from pmkit.domain.problems import validated
    from pmkit.workspace.edits import Remove, Set

    data = file_data(change)
    for one in edits.changes:
        if isinstance(one, (Set, Remove)) and one.path == change.spot.path and len(one.keys) == 1:
            data.pop(str(one.keys[0]), None)
            if isinstance(one, Set):
                data[str(one.keys[0])] = one.value
    return validated(ChangeRequest, {"id": change.id, **data, "status": status}).placed(change.spot)


def _computed(s: Session, change: ChangeRequest) -> list[Computed]:
    """What the change would touch: the plan with and without, the records. None where a file is broken."""
    from pmkit.workspace.impact import computed
    from pmkit.workspace.links import Trace
    from pmkit.workspace.planning import plan_of
    from pmkit.workspace.proposals import with_outcome

    ws = with_outcome(s.loaded.workspace, {change.id: change})
    return computed(Trace(ws), change, plan_of(ws, None)[0])


def _price_note(s: Session, change: ChangeRequest) -> list[Text]:
    from pmkit.workspace.approvals import cumulative_price

    total = cumulative_price(s.ws, change)
    if total.state == "fine" or total.percent is None:
        return []
    limits = s.ws.project.approval.cumulative_price
    says = Text(
        en="note: the changes now come to {percent}% of the contract price (warning from {warn}, no more than {stop})",
        zh="注意：变更累计金额已达合同价款的 {percent}%（预警线 {warn}，上限 {stop}）",
    )
    return [says.format(percent=f"{total.percent:.1f}", warn=limits.warn, stop=limits.stop)]


def _with_currency(text: str, s: Session) -> str:
    return text if text[-3:].isalpha() else f"{text} {s.ws.project.currency}"


_Evidence = Annotated[
    str | None,
    typer.Option(
        "--evidence", metavar="FILE", help=h("what the customer sent back", "客户回复的佐证材料（邮件、扫描件）")
    ),
]
_EvidenceKind = Annotated[
    str | None,
    typer.Option(
        "--evidence-kind",
        help=h(
            "message, mail, scan, sealed_scan, supplementary_agreement",
            "材料类型：message、mail、scan、sealed_scan、supplementary_agreement",
        ),
    ),
]


def _approve(
    s: Session,
    change_id: _Id,
    comment: Annotated[str | None, typer.Option(help=h("the approver's words", "审批意见"))] = None,
    evidence: _Evidence = None,
    evidence_kind: _EvidenceKind = None,
    for_: Annotated[
        str | None,
        typer.Option("--for", metavar="HANDLE", help=h("on behalf of somebody who is away", "代何人审批（其已授权）")),
    ] = None,
) -> None:
    from pmkit.actions.changes import approve
    from pmkit.workspace.approvals import what_is_wanted
    from pmkit.workspace.edits import Set

    change = s.ws.get(change_id, ChangeRequest)
    edits, still = approve(
        s.ws, change, s.acting.by, s.planned, s.acting,
        on_behalf_of=for_, evidence=_received(evidence, evidence_kind), comment=comment,
    )  # fmt: skip
    reached = next((c.value for c in edits.changes if isinstance(c, Set)), None)
    day = s.on or s.today
    note = (
        Text("still missing: {who}", "尚缺审批：{who}").format(who=what_is_wanted(s.ws, still, day))
        if still
        else Text("approved", "审批完成")
    )
    then = [_next(s, change, reached)] if reached else []
    s.write(edits, note, *_price_note(s, change), *_clash_notes(s, change), *then)


def _confirm(s: Session, change_id: _Id, evidence: _Evidence = None, evidence_kind: _EvidenceKind = None) -> None:
    from pmkit.actions.changes import confirm

    change = s.ws.get(change_id, ChangeRequest)
    edits = confirm(s.ws, change, s.acting.by, s.planned, s.acting, _received(evidence, evidence_kind))
    s.write(edits, then=_next(s, change, "confirmed"))


def _received(path: str | None, kind: str | None) -> Any:
    from pmkit.actions.changes import Received

    return Received(Path(path).name, read_file(path), kind) if path else None


def _apply(s: Session, change_id: _Id) -> None:
    from pmkit.actions.changes import apply

    change = s.ws.get(change_id, ChangeRequest)
    edits = apply(s.ws, change, s.planned, s.next_id, s.acting)
    says = Text(en="changed: {ids}", zh="已修改：{ids}").format(ids=", ".join(edits.records[1:]))
    s.write(edits, *([says] if edits.records[1:] else []), then=_next(s, change, "applied"))


def _show(s: Session, change_id: _Id) -> None:
    """The request as its file says it, then what is computed: level, who is missing, what it would touch."""
    from pmkit.workspace.approvals import level_in_force, missing_approvals

    if s.json:
        change = (s.whole if s.rev else s.ws).get(change_id, ChangeRequest)
        level = level_in_force(s.ws, change, s.planned)
        lacking = missing_approvals(s.ws, level, change.valid_approvals, settled=change.applied_on is not None)
        found = [{"label": {"en": c.label.en, "zh": c.label.zh}, "says": {"en": c.says.en, "zh": c.says.zh}}
                 for c in _computed(s, change)]  # fmt: skip
        data = as_json(change) | {"digest": change.digest, "level": level.id, "missing": lacking, "computed": found}
        print_json(data)
        return
    show(s, change_id)
    change = (s.whole if s.rev else s.ws).get(change_id, ChangeRequest)
    lines = _computed(s, change)
    if lines:
        out(h("\ncomputed today", "\n系统测算（按当前数据）"))
        width = max(display_width(tell(line.label)) for line in lines)
        for line in lines:
            out(f"  {pad(tell(line.label), width)}  {tell(line.says)}")
    for note in (*_price_note(s, change), *_clash_notes(s, change)):
        out(f"  {tell(note)}")
    if change.status not in {"closed", "rejected", "withdrawn"}:
        out("\n" + tell(_next(s, change)))


def _moved(s: Session, record: Record, status: str) -> Text:
    """What comes after a plain step of the workflow."""
    return _next(s, s.ws.get(record.id, ChangeRequest), status)


command(app, "request", h("Request a change", "提出变更申请"), WRITING, aliases={"as_": "--by"})(_request)
command(app, "assess", h("Record the impact assessment", "记录变更影响分析"), WRITING, aliases={"as_": "--by"})(_assess)
command(app, "approve", h("Record an approval", "记录审批意见"), WRITING, aliases={"as_": "--by"})(_approve)
command(app, "confirm", h("Record the customer's confirmation", "记录客户确认"), WRITING, aliases={"as_": "--by"})(
    _confirm
)
command(app, "apply", h("Make exactly the approved edits", "按批准内容实施变更"), WRITING, aliases={"as_": "--by"})(
    _apply
)
command(app, "propose", h("Change what a draft proposes", "修改草稿的变更内容"), WRITING, aliases={"as_": "--by"})(
    _propose
)
command(app, "show", h("Show a request and its computed impact", "查看变更申请及系统测算的影响"), AT_REVISION)(_show)
transitions(app, CHANGE, _moved)
list_command(app, CHANGE)
set_command(app)
