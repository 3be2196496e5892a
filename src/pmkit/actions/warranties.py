"""The warranty: it starts with the final acceptance, is inspected, and ends with the release of the retention."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pmkit.actions.acceptance_rounds import parse_defect
from pmkit.actions.evidence import Received, customer, demanded, kept_if_any
from pmkit.actions.interviews import handles_of
from pmkit.actions.records import NextId, new_record, step_to
from pmkit.domain.issues import ISSUE, Issue
from pmkit.domain.kind import file_data
from pmkit.domain.payments import Payment
from pmkit.domain.support import SupportRequest
from pmkit.domain.warranties import WARRANTY, Warranty
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import Text
from pmkit.kernel.usage import usage
from pmkit.workspace.acceptance import latest_stage, waived
from pmkit.workspace.edits import Acting, Append, Change, Create, Edits, headed
from pmkit.workspace.layout import new_path
from pmkit.workspace.model import Workspace

RETENTION = "warranty_completion"


def start(ws: Workspace, values: Mapping[str, Any], next_id: NextId, acting: Acting) -> Edits:
    """The warranty begins: with the final acceptance, for the months of the project's rule, where nothing else is said.

    Refused before the final acceptance, and while another one runs. The payment node that waits for its end is named.
    """
    running = next((one for one in ws.of(Warranty) if not one.is_closed), None)
    if running is not None:
        raise Refused(Text(en="{id} is running", zh="{id} 正在质保期内").format(id=running.id))
    final = latest_stage(ws, "final")
    if final is None or final.status not in {"accepted", "remedying"}:
        raise Refused(
            Text("the final acceptance has not passed", "终验尚未通过"),
            usage("pmkit acceptance conclude --stage final --result pass --by HANDLE --evidence FILE"),
        )
    rules = ws.project.acceptance.warranty
    begins = final.warranty_from or final.reached("accepted") or final.reached("remedying") or acting.on
    retention = [p for p in ws.of(Payment) if RETENTION in p.needs and p.status != "cancelled"]
    title = Text(en="Warranty of {name}", zh="{name}质保").format(name=ws.project.name)
    given: dict[str, Any] = {
        "title": title.to(ws.project.language),
        "start": begins.isoformat(),
        "months": rules.months,
        "inspect_every": rules.inspect_every,
        "acceptance": final.id,
        "payment": retention[0].id if len(retention) == 1 else None,
        **values,
    }
    made = new_record(ws, WARRANTY, {k: v for k, v in given.items() if v}, next_id(WARRANTY.prefix), acting)
    assert isinstance(made, Warranty)  # noqa: S101 - what the kind makes
    data = file_data(made)
    says = Text("In warranty from {start} to {end}", "质保期 {start} 至 {end}").format(start=made.start, end=made.end)
    change = Create(new_path(WARRANTY, made.id), data, WARRANTY.name)
    return Edits((change,), "warranty.start", (made.id,), headed(made.id, says), acting.by, acting.on)


def inspect(
    ws: Workspace,
    warranty: Warranty,
    values: Mapping[str, Any],
    defects: list[str],
    evidence: Received | None,
    next_id: NextId,
    acting: Acting,
) -> Edits:
    """A visit; what is wrong becomes issues."""
    _refuse_over(warranty)
    changes: list[Change] = []
    ids = [warranty.id]
    issues = []
    for text in defects:
        found = {"category": "quality", "from": [warranty.id], **parse_defect(text, handles_of(ws))}
        if warranty.owner:
            found.setdefault("owner", warranty.owner)
        issue = new_record(ws, ISSUE, found, next_id(ISSUE.prefix), acting)
        changes.append(Create(new_path(ISSUE, issue.id), file_data(issue), ISSUE.name))
        issues.append(issue.id)
    filed, attached = kept_if_any(warranty.id, evidence)
    said: dict[str, Any] = {"on": acting.on.isoformat(), "by": acting.by, **values}
    if issues:
        said |= {"result": "findings", "issues": issues}
    if filed:
        said["evidence"] = filed
    from pmkit.actions.records import filled

    checked = {key: value for key, value in said.items() if key != "issues"}
    filled(ws, warranty.model_copy(update={"inspections": ()}), {"inspections": [checked]})  # says what is wrong
    at = warranty.at("inspections")
    changes = [*attached, *changes, Append(at.path, at.keys, said)]
    says = headed(warranty.id, Text("Inspect", "巡检"))
    return Edits(tuple(changes), "warranty.inspect", (*ids, *issues), says, acting.by, acting.on)


def _refuse_over(warranty: Warranty) -> None:
    if warranty.is_closed:
        raise Refused(Text(en="{id} is over", zh="{id} 已期满").format(id=warranty.id))


def lacks(ws: Workspace, warranty: Warranty, as_of: date) -> list[tuple[Text, Text]]:
    """What stands in the way of its end, each with what mends it."""
    found: list[tuple[Text, Text]] = []
    excused = waived(ws)
    if as_of <= warranty.end:
        says = Text(en="it lasts until {end}", zh="质保期至 {end}").format(end=warranty.end)
        found.append((says, usage(f"pmkit warranty end {warranty.id} --by HANDLE --evidence FILE")))
    due = warranty.next_inspection
    if due is not None and due < as_of and warranty.id not in excused:
        says = Text(en="the inspection of {due} was not held", zh="{due} 应做的巡检未做").format(due=due)
        found.append((says, usage(f"pmkit warranty inspect {warranty.id} TEXT")))
    for request in ws.of(SupportRequest):
        if not request.is_closed and request.id not in excused:
            says = Text(en="{id} is open: {title}", zh="{id} 尚未关闭：{title}")
            found.append((says.format(id=request.id, title=request.title), Text.same(f"pmkit show {request.id}")))
    for issue in ws.of(Issue):
        if not issue.is_closed and issue.id not in excused:
            says = Text(en="{id} is open: {title}", zh="{id} 尚未关闭：{title}")
            found.append((says.format(id=issue.id, title=issue.title), Text.same(f"pmkit show {issue.id}")))
    return found


def end(ws: Workspace, warranty: Warranty, evidence: Received | None, acting: Acting, note: str | None) -> Edits:
    """The period is over, under the customer's name; the payment node that waited for it has its paper.

    Refused before its last day is past, and while a request or an issue is open.
    """
    states = WARRANTY.states
    assert states is not None  # noqa: S101 - declared with states
    states.move(WARRANTY, warranty.id, warranty.status, "end")
    person = customer(ws, acting.by)
    if wrong := lacks(ws, warranty, acting.on):
        raise Refused(
            Text.join([Text("it cannot end yet:", "尚不能办理期满："), *(s for s, _ in wrong)], en="\n  ", zh="\n  "),
            Text.join(dict.fromkeys(mend for _, mend in wrong), en="\n  ", zh="\n  "),
        )
    filed, attached = demanded(warranty.id, evidence, Text("the end of the warranty", "质保期满"))
    changes: list[Change] = [*attached, *step_to(warranty, "completed", acting, note, filed)]
    ids = [warranty.id]
    payment = ws.find(warranty.payment, Payment) if warranty.payment else None
    if payment is not None and not any(paper.record == warranty.id for paper in payment.papers):
        at = payment.at("papers")
        paper = {"need": RETENTION, "record": warranty.id, "on": acting.on.isoformat()}
        changes.append(Append(at.path, at.keys, paper))
        ids.append(payment.id)
    says = headed(warranty.id, Text("The warranty has ended, {who}", "质保期满，{who}").format(who=person.name))
    return Edits(tuple(changes), "warranty.end", tuple(ids), says, acting.by, acting.on)


def only(ws: Workspace) -> Warranty:
    """The warranty that is running. UsageError where there is none, or several."""
    running = [one for one in ws.of(Warranty) if not one.is_closed]
    if len(running) != 1:
        raise UsageError(
            Text("no warranty is running", "没有进行中的质保")
            if not running
            else Text("which warranty?", "请指明质保编号"),
            usage("pmkit warranty start") if not running else Text.join(Text.same(one.id) for one in running),
        )
    return running[0]
