"""`pmkit change assess`, `approve`, `confirm`, `paper`, `reject`, `defer`: what a change means, and who agrees."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pmkit.cli.change_notes import clash_notes, computed_impact, next_step_of, price_notes, revised
from pmkit.cli.change_request import Implementation, Implementer, PlannedFinish
from pmkit.cli.language import h
from pmkit.cli.session import WRITING, Session, command, read_file
from pmkit.domain.changes import ChangeRequest
from pmkit.domain.kind import file_value
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text
from pmkit.kernel.usage import usage

_Id = Annotated[str, typer.Argument(metavar="CR-ID")]


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
    implementation: Implementation = None,
    implementer: Implementer = None,
    planned_finish: PlannedFinish = None,
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
    made = revised(change, edits, "assessed")
    notes += [Text(en=f"{c.label.en}: {c.says.en}", zh=f"{c.label.zh}：{c.says.zh}") for c in computed_impact(s, made)]
    s.write(edits, *notes, *price_notes(s, made), *clash_notes(s, made), then=next_step_of(s, made))


def _with_currency(text: str, s: Session) -> str:
    return text if text[-3:].isalpha() else f"{text} {s.ws.project.currency}"


Evidence = Annotated[
    str | None,
    typer.Option(
        "--evidence", metavar="FILE", help=h("what the customer sent back", "客户回复的佐证材料（邮件、扫描件）")
    ),
]
EvidenceKind = Annotated[
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
    evidence: Evidence = None,
    evidence_kind: EvidenceKind = None,
    for_: Annotated[
        str | None,
        typer.Option("--for", metavar="HANDLE", help=h("on behalf of somebody who is away", "代何人审批（其已授权）")),
    ] = None,
    meeting: Annotated[
        str | None, typer.Option(metavar="MTG-ID", help=h("the meeting that decided", "审议该变更的会议"))
    ] = None,
) -> None:
    from pmkit.actions.approvals import approve
    from pmkit.workspace.approvals import what_is_wanted
    from pmkit.workspace.edits import Set

    change = s.ws.get(change_id, ChangeRequest)
    edits, still = approve(
        s.ws, change, s.acting.by, s.planned, s.acting,
        on_behalf_of=for_, evidence=received(evidence, evidence_kind), comment=comment, meeting_id=meeting,
    )  # fmt: skip
    reached = next((c.value for c in edits.changes if isinstance(c, Set)), None)
    day = s.on or s.today
    note = (
        Text("still missing: {who}", "尚缺审批：{who}").format(who=what_is_wanted(s.ws, still, day))
        if still
        else Text("approved", "审批完成")
    )
    then = [next_step_of(s, change, reached)] if reached else []
    s.write(edits, note, *price_notes(s, change), *clash_notes(s, change), *then)


def _confirm(s: Session, change_id: _Id, evidence: Evidence = None, evidence_kind: EvidenceKind = None) -> None:
    from pmkit.actions.approvals import confirm

    change = s.ws.get(change_id, ChangeRequest)
    edits = confirm(s.ws, change, s.acting.by, s.planned, s.acting, received(evidence, evidence_kind))
    s.write(edits, then=next_step_of(s, change, "confirmed"))


def received(path: str | None, kind: str | None) -> Any:
    from pmkit.actions.evidence import Received

    return Received(Path(path).name, read_file(path), kind) if path else None


def _paper(s: Session, change_id: _Id, evidence: Evidence = None, evidence_kind: EvidenceKind = None) -> None:
    from pmkit.actions.approvals import file_paper

    file = received(evidence, evidence_kind)
    if file is None:
        raise UsageError(Text("which paper?", "请给出书面材料"), usage("`--evidence FILE`"))
    s.write(file_paper(s.ws, s.ws.get(change_id, ChangeRequest), s.acting.by, s.planned, s.acting, file))


_Reason = Annotated[str, typer.Option("--reason", "--note", metavar="TEXT", help=h("why", "原因"))]


def _decline(verb: str) -> Any:
    def run(
        s: Session, change_id: _Id, reason: _Reason, evidence: Evidence = None, evidence_kind: EvidenceKind = None
    ) -> None:
        from pmkit.actions.approvals import decline

        change = s.ws.get(change_id, ChangeRequest)
        edits = decline(s.ws, change, verb, reason, received(evidence, evidence_kind), s.acting)
        s.write(edits, then=next_step_of(s, change, "rejected" if verb == "reject" else "deferred"))

    return run


def register(app: typer.Typer) -> None:
    """The commands by which a change is weighed and decided on."""
    by = {"as_": "--by"}
    command(app, "assess", h("Record the impact assessment", "记录变更影响分析"), WRITING, aliases=by)(_assess)
    command(app, "approve", h("Record an approval", "记录审批意见"), WRITING, aliases=by)(_approve)
    command(app, "confirm", h("Record the customer's confirmation", "记录客户确认"), WRITING, aliases=by)(_confirm)
    command(
        app, "paper", h("File the paper that follows an approval in an emergency", "补交特急变更的书面审批"), WRITING,
        aliases=by,
    )(_paper)  # fmt: skip
    command(app, "reject", h("Record the rejection", "记录不批准"), WRITING, aliases=by)(_decline("reject"))
    command(app, "defer", h("Put off", "暂缓处理"), WRITING, aliases=by)(_decline("defer"))
