"""`pmkit change`: request, assess, approve, confirm, apply, and the plain transitions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pmkit.cli.generic import list_command, set_command, show_command, transitions
from pmkit.cli.language import h, tell
from pmkit.cli.session import WRITING, Session, command, group, read_file
from pmkit.domain.changes import CHANGE, ChangeRequest
from pmkit.domain.kind import file_value
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

app = group(tell(CHANGE.plural))
_Id = Annotated[str, typer.Argument(metavar="CR-ID")]


def _request(
    s: Session,
    title: Annotated[str, typer.Option(help=h("what is to change, in a few words", "变更名称"))],
    reason: Annotated[str | None, typer.Option(help=h("why", "变更原因"))] = None,
    affects: Annotated[
        list[str] | None, typer.Option(metavar="ID", help=h("what it touches; may be repeated", "影响对象；可重复"))
    ] = None,
    requested_by: Annotated[str | None, typer.Option(metavar="HANDLE", help=h("who asked", "提出人"))] = None,
    propose: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID.FIELD=VALUE|@FILE",
            help=h("an edit (also += and -=); may be repeated", "拟修改内容（也可用 += 和 -=）；可重复"),
        ),
    ] = None,
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
) -> None:
    from pmkit.actions.changes import request
    from pmkit.workspace.model import normal_id

    given = {
        "title": title, "reason": reason, "requested_by": requested_by, "type": type_, "urgency": urgency,
        "decision_by": decision_by, "alternatives": alternatives,
        "affects": [normal_id(one) for text in affects or [] for one in text.split(",")],
    }  # fmt: skip
    values = {key: value for key, value in given.items() if value}
    edits = request(s.ws, values, _proposals(propose or []), s.next_id, s.acting)
    s.write(
        edits,
        then=Text(en="next: pmkit change submit {id}", zh="下一步：pmkit change submit {id}").format(
            id=edits.records[0]
        ),
    )


def _proposals(given: list[str]) -> list[Any]:
    """What `--propose` says: assignments, and the edits listed in the files that `@` names."""
    found: list[Any] = []
    for text in given:
        if not text.startswith("@"):
            found.append(text)
            continue
        from pmkit.kernel.errors import BadWorkspace
        from pmkit.store.yaml_text import decode, parse

        path = text[1:]
        content, findings = decode(read_file(path), path)
        value, more = parse(content, path) if content is not None else (None, [])
        if findings or more:
            raise BadWorkspace(
                Text(en="{path} cannot be used", zh="{path} 无法使用").format(path=path), None, [*findings, *more]
            )
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
             "dependencies": dependencies, "documents": documents}  # fmt: skip
    impact |= {k: v for k, v in plain.items() if v}
    change = s.ws.get(change_id, ChangeRequest)
    if milestone:
        allowed = file_value(change.impact.schedule_allowance) or {}
        impact["schedule_allowance"] = allowed | {normal_id(m): schedule for m in milestone}
    if supplementary_agreement:
        impact["supplementary_agreement"] = True
    s.write(assess(s.ws, change, impact, s.acting))


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
) -> None:
    from pmkit.actions.changes import approve
    from pmkit.workspace.approvals import what_is_wanted

    change = s.ws.get(change_id, ChangeRequest)
    edits, still = approve(
        s.ws, change, s.acting.by, s.planned, s.acting, evidence=_received(evidence, evidence_kind), comment=comment
    )
    note = (
        Text("still missing: {who}", "尚缺审批：{who}").format(who=what_is_wanted(s.ws, still))
        if still
        else Text("approved; next: pmkit change apply {id}", "审批完成，下一步：pmkit change apply {id}").format(
            id=change.id
        )
    )
    s.write(edits, note)


def _confirm(s: Session, change_id: _Id, evidence: _Evidence = None, evidence_kind: _EvidenceKind = None) -> None:
    from pmkit.actions.changes import confirm

    change = s.ws.get(change_id, ChangeRequest)
    s.write(confirm(s.ws, change, s.acting.by, s.planned, s.acting, _received(evidence, evidence_kind)))


def _received(path: str | None, kind: str | None) -> Any:
    from pmkit.actions.changes import Received

    return Received(Path(path).name, read_file(path), kind) if path else None


def _apply(s: Session, change_id: _Id) -> None:
    from pmkit.actions.changes import apply

    s.write(apply(s.ws, s.ws.get(change_id, ChangeRequest), s.planned, s.next_id, s.acting))


command(app, "request", h("Request a change", "提出变更申请"), WRITING, aliases={"as_": "--by"})(_request)
command(app, "assess", h("Record the impact assessment", "记录变更影响分析"), WRITING, aliases={"as_": "--by"})(_assess)
command(app, "approve", h("Record an approval", "记录审批意见"), WRITING, aliases={"as_": "--by"})(_approve)
command(app, "confirm", h("Record the customer's confirmation", "记录客户确认"), WRITING, aliases={"as_": "--by"})(
    _confirm
)
command(app, "apply", h("Make exactly the approved edits", "按批准内容实施变更"), WRITING, aliases={"as_": "--by"})(
    _apply
)
transitions(app, CHANGE)
list_command(app, CHANGE)
show_command(app)
set_command(app)
