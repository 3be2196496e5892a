"""Change requests: what would change, why, what it costs, who agreed to exactly that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from pmkit.domain.kind import About, Evidence, Kind, Move, Part, Record, SignedPaper, States, Step, file_value, value_of
from pmkit.domain.papers import OnPaper
from pmkit.domain.values import Amount, Day, Flag, Handle, Line, Prose, Ref, Span, Work
from pmkit.kernel.text import Text

TYPES = {
    "requirement": Text("Requirement", "需求"),
    "design": Text("Design", "设计"),
    "schedule": Text("Schedule", "进度"),
    "price": Text("Price", "价款"),
    "equipment": Text("Equipment", "设备材料"),
    "staff": Text("Staff", "人员"),
    "contract": Text("Contract", "合同"),
}
URGENCIES = {"normal": Text("Normal", "一般"), "urgent": Text("Urgent", "紧急"), "emergency": Text("Emergency", "特急")}
SIDES_OF_COST = {
    "customer": Text("Owner", "建设单位"),
    "supplier": Text("Contractor", "承建单位"),
    "shared": Text("Shared", "双方分担"),
}


class ProposedEdit(Part):
    """One field of one record, from what to what; the values as they stand in the file."""

    record: Annotated[Ref, About("Record", "对象", links=("*",))]
    field: Annotated[Line, About("Field", "字段")]
    from_: Annotated[Any, Field(alias="from"), About("From", "变更前")] = None
    to: Annotated[Any, About("To", "变更后")] = None

    def starts_from(self, record: Record) -> bool:
        """True where the record's field still says what the edit was proposed against."""
        return same(file_value(value_of(record, self.field)), self.from_)


def same(one: Any, other: Any) -> bool:
    """True for file values that say the same: empty is empty, numbers are their text."""
    return bool(_comparable(one) == _comparable(other))


def _comparable(value: Any) -> Any:
    if value in (None, "", [], {}):
        return None
    if isinstance(value, (list, tuple)):
        return [_comparable(item) for item in value]
    if isinstance(value, Mapping):
        return {k: _comparable(v) for k, v in value.items()}
    return str(value).rstrip("\n")


class ProposedRecord(Part):
    """A whole record that the change adds: its kind, and its fields as in a file. It gets its id when applied."""

    kind: Annotated[Line, About("Kind", "类别")]
    fields: Annotated[Mapping[str, Any], About("Fields", "内容")]


class Impact(Part):
    """What the change would do, as assessed. `price` is the customer's, `cost` ours and internal."""

    scope: Annotated[Prose | None, About("Scope", "范围")] = None
    schedule_allowance: Annotated[
        Mapping[str, Span], About("Schedule allowance", "进度影响（工作日）", links=("task",))
    ] = {}
    price: Annotated[Amount | None, About("Contract price", "合同价款增减")] = None
    cost: Annotated[Amount | None, About("Own cost", "内部成本", internal=True)] = None
    borne_by: Annotated[
        Literal["customer", "supplier", "shared"] | None, About("Borne by", "费用承担方", words=SIDES_OF_COST)
    ] = None
    effort: Annotated[Span | None, About("Effort", "工作量")] = None
    extension: Annotated[Work | None, About("Extension of time", "合同工期顺延（日历天）")] = None
    dependencies: Annotated[Prose | None, About("Dependencies", "依赖关系")] = None
    quality: Annotated[Prose | None, About("Quality", "质量影响")] = None
    risk: Annotated[Prose | None, About("Risk", "风险")] = None
    documents: Annotated[Prose | None, About("Documents and systems affected", "受影响文档、交付物、系统")] = None
    supplementary_agreement: Annotated[Flag, About("Supplementary agreement needed", "需补充协议")] = False
    contract_scope_removed: Annotated[Flag, About("Takes scope out of the contract", "删减合同范围")] = False
    party_change: Annotated[Flag, About("Changes a party of the contract", "变更合同主体")] = False


class Approval(Part):
    """Somebody's agreement to the content with just this digest."""

    by: Annotated[Handle, About("By", "审批人", links=("person",))]
    side: Annotated[Line, About("Side", "所属方")]
    role: Annotated[Line, About("Role", "角色")]
    on: Annotated[Day, About("On", "日期")]
    for_: Annotated[Handle | None, Field(alias="for"), About("On behalf of", "代签对象", links=("person",))] = None
    recorded_by: Annotated[Line | None, About("Recorded by", "记录人")] = None
    digest: Annotated[Line, About("Digest", "摘要值")]
    level: Annotated[Line | None, About("Level", "级别")] = None
    meeting: Annotated[Ref | None, About("Meeting", "会议", links=("meeting",))] = None
    comment: Annotated[Prose | None, About("Comment", "意见")] = None
    evidence: Annotated[Evidence | None, About("Evidence", "佐证材料")] = None


class AppliedEdit(Part):
    """A record's digest before and after the change was applied; None before a record was added."""

    record: Annotated[Ref, About("Record", "对象")]
    before: Annotated[Line | None, About("Before", "变更前摘要值")] = None
    after: Annotated[Line | None, About("After", "变更后摘要值")] = None


class ChangeRequest(OnPaper):
    """A change request; its content is all that the approvers saw."""

    title: Annotated[Line, About("Title", "变更名称", content=True)]
    reason: Annotated[Prose | None, About("Reason", "变更原因", content=True)] = None
    type: Annotated[
        Literal["requirement", "design", "schedule", "price", "equipment", "staff", "contract"] | None,
        About("Type", "变更类别", content=True, words=TYPES),
    ] = None
    urgency: Annotated[
        Literal["normal", "urgent", "emergency"], About("Urgency", "紧急程度", content=True, words=URGENCIES)
    ] = "normal"
    requested_by: Annotated[Handle, About("Requested by", "提出人", content=True, links=("person",))]
    decision_by: Annotated[Day | None, About("Decision needed by", "要求答复日期", content=True)] = None
    affects: Annotated[tuple[Ref, ...], About("Affects", "影响对象", content=True, unordered=True, links=("*",))] = ()
    edits: Annotated[tuple[ProposedEdit, ...], About("Edits", "变更内容", content=True)] = ()
    add: Annotated[tuple[ProposedRecord, ...], About("Adds", "新增记录", content=True)] = ()
    withdraw: Annotated[
        tuple[Ref, ...], About("Withdraws", "撤销记录", content=True, unordered=True, links=("requirement",))
    ] = ()
    alternatives: Annotated[Prose | None, About("Alternatives", "备选方案及不变更的后果", content=True)] = None
    impact: Annotated[Impact, About("Impact", "影响分析", content=True)] = Impact()
    implementation: Annotated[Prose | None, About("Implementation", "实施方案", content=True)] = None
    implementer: Annotated[Handle | None, About("Carried out by", "实施人", content=True, links=("person",))] = None
    planned_finish: Annotated[Day | None, About("Planned finish", "计划完成", content=True)] = None
    approvals: Annotated[tuple[Approval, ...], About("Approvals", "审批意见")] = ()
    results: Annotated[tuple[AppliedEdit, ...], About("Results", "实施结果")] = ()

    @property
    def valid_approvals(self) -> tuple[Approval, ...]:
        """The approvals of what the request says today; editing it afterwards voids them."""
        today = self.digest
        return tuple(a for a in self.approvals if a.digest == today)

    @property
    def applied_on(self) -> Day | None:
        """The business date on which the change was applied."""
        return next((step.on for step in self.steps if step.to == "applied"), None)

    @property
    def failed(self) -> tuple[Step, ...]:
        """The verifications that were not passed: each sends an applied change back to where it was."""
        return tuple(step for step in self.steps if step.to == "applied")[1:]

    @property
    def filed(self) -> Iterator[tuple[tuple[str | int, ...], Evidence]]:
        yield from super().filed
        for number, approval in enumerate(self.approvals):
            if approval.evidence is not None:
                yield ("approvals", number, "evidence"), approval.evidence


_OPEN = ("draft", "submitted", "assessed", "approved", "confirmed", "deferred")
STATES = States(
    names={
        "draft": Text("draft", "草稿"),
        "submitted": Text("submitted", "已提交"),
        "assessed": Text("assessed", "已评估"),
        "approved": Text("approved", "已批准"),
        "confirmed": Text("confirmed by the customer", "客户已确认"),
        "applied": Text("applied", "已实施"),
        "verified": Text("verified", "已验证"),
        "closed": Text("closed", "已关闭"),
        "rejected": Text("rejected", "不批准"),
        "deferred": Text("deferred", "暂缓"),
        "withdrawn": Text("withdrawn", "已撤回"),
    },
    moves=(
        Move("submit", ("draft", "deferred"), "submitted", Text("Submit for assessment", "提交评估")),
        Move(
            "assess", ("submitted", "assessed", "approved", "confirmed"), "assessed",
            Text("Record the impact assessment", "记录变更影响分析"), own_command="pmkit change assess",
        ),
        Move(
            "approve", ("assessed",), "approved",
            Text("Record an approval", "记录审批意见"), own_command="pmkit change approve",
        ),
        Move(  # a row of the matrix that is fulfilled with a customer's approval
            "approve", ("assessed",), "confirmed",
            Text("Record an approval", "记录审批意见"), own_command="pmkit change approve",
        ),
        Move(
            "confirm", ("approved",), "confirmed",
            Text("Record the customer's confirmation", "记录客户确认"), own_command="pmkit change confirm",
        ),
        Move(
            "apply", ("confirmed", "approved"), "applied",
            Text("Make exactly the approved edits", "按批准内容实施变更"), own_command="pmkit change apply",
        ),
        Move(
            "verify", ("applied",), "verified",
            Text("Record that the result was verified", "记录实施结果已验证"), own_command="pmkit change verify",
        ),
        Move(  # what is not right is put right, and verified again
            "verify", ("applied",), "applied",
            Text("Record that the result was not right", "记录验证不通过，退回整改"), own_command="pmkit change verify",
        ),
        Move("close", ("verified",), "closed", Text("Close", "关闭")),
        Move("revise", ("submitted", "assessed", "deferred"), "draft", Text("Take back to draft", "退回草稿修改")),
        Move(
            "reject", ("submitted", "assessed", "approved"), "rejected",
            Text("Record the rejection", "记录不批准"), own_command="pmkit change reject",
        ),
        Move(
            "defer", ("submitted", "assessed", "approved"), "deferred",
            Text("Put off", "暂缓处理"), own_command="pmkit change defer",
        ),
        Move("withdraw", _OPEN, "withdrawn", Text("Withdraw the request", "撤回申请")),
    ),
    closed=frozenset({"verified", "closed", "rejected", "withdrawn"}),
    open_in=frozenset({"draft", "submitted", "deferred"}),
)  # fmt: skip

CHANGE = Kind(
    name="change",
    prefix="CR",
    folder="changes",
    model=ChangeRequest,
    label=Text("change request", "变更申请"),
    plural=Text("change requests", "变更申请"),
    states=STATES,
    paper=SignedPaper(Text("Change request form", "变更申请单"), ("assessed", "approved")),
    columns=("title", "requested_by", "status"),
    added_by="pmkit change request",
)
