"""WVR: which findings are excused, and waivers that excuse what they should not, or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pmkit.checks.base import Context, Hit, check, hit, opinions
from pmkit.checks.explain import check_codes
from pmkit.checks.selection import Selection, nearest_check
from pmkit.kernel.finding import BROKEN, Finding, Rule, Waived
from pmkit.kernel.text import Text, did_you_mean
from pmkit.workspace.model import Workspace

NEVER = (*BROKEN, "WVR")  # what cannot be read is not excused, and no waiver excuses a waiver

EXCUSES_NOTHING = Rule(
    "WVR201", "waiver-excuses-nothing", "warning",
    Text(
        "{id} excuses {check} of {record}, which is not found any more",
        "{id} 豁免 {record} 的 {check}，但该问题已不存在",
    ),
    Text("`pmkit waiver withdraw {id}`", "`pmkit waiver withdraw {id}`"),
)  # fmt: skip


@check(
    "WVR101",
    "waiver-of-no-check",
    severity="error",
    says=Text("{id}: {code} is no check that can be waived", "{id}：{code} 不是可以豁免的检查项"),
    fix=Text("write a code that `pmkit explain` lists; {hint}", "请写 `pmkit explain` 列出的编号。{hint}"),
)
def waiver_of_no_check(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A mistyped code excuses nothing, and the finding stays."""
    for waiver in ws.waivers:
        if not waiver.is_closed and (waiver.check not in check_codes() or waiver.check.startswith(NEVER)):
            near = nearest_check(waiver.check, [code for code in check_codes() if not code.startswith(NEVER)])
            hint = did_you_mean(waiver.check, [near] if near else [])
            yield hit(waiver.at("check"), waiver.id, id=waiver.id, code=waiver.check, hint=hint)


@check(
    "WVR301",
    "waiver-expired",
    severity="warning",
    says=Text(
        "{id} excused {code} of {record} until {until}; it counts again",
        "{id} 对 {record} 的 {code} 豁免已于 {until} 到期，该问题重新计入",
    ),
    fix=Text(
        "mend the finding and `pmkit waiver withdraw {id}`, or agree a new day: `pmkit set {id} until=DATE`",
        "请解决问题后执行 `pmkit waiver withdraw {id}`，或商定新的日期：`pmkit set {id} until=日期`",
    ),
)
def waiver_expired(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """What was tolerated for a while stays for ever, unless somebody looks at it again."""
    for waiver in ws.waivers:
        if not waiver.is_closed and not waiver.is_in_force(ctx.as_of):
            at = waiver.at("until")
            yield hit(at, waiver.id, id=waiver.id, code=waiver.check, record=waiver.record, until=waiver.until)


def excused(
    ws: Workspace, ctx: Context, findings: Sequence[Finding], selection: Selection
) -> tuple[list[Finding], list[Waived]]:
    """The findings that count, and those that a waiver in force excuses.

    A waiver that excuses none is a finding itself, where its check has run on everything: in a workspace whose files
    and plan could be read.
    """
    in_force = {
        (w.check, w.record): w for w in ws.waivers if w.is_in_force(ctx.as_of) and not w.check.startswith(NEVER)
    }
    counting: list[Finding] = []
    waived: list[Waived] = []
    for finding in findings:
        waiver = in_force.get((finding.code, finding.record or ""))
        if waiver is None:
            counting.append(finding)
        else:
            waived.append(Waived(finding, waiver.id, waiver.reason, waiver.until))
    if ctx.planned is None or any(finding.is_broken for finding in findings):
        return counting, waived
    used = {entry.waiver for entry in waived}
    if selection.wants(EXCUSES_NOTHING.code):
        counting += [
            EXCUSES_NOTHING.found(w.at("check"), w.id, id=w.id, check=w.check, record=w.record)
            for w in in_force.values()
            if w.id not in used and w.check in check_codes() and selection.wants(w.check, opinion=w.check in opinions())
        ]
    return counting, waived
