"""QUA: quality that is planned and not measured, measured and not followed up."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.deliverables import Deliverable
from pmkit.domain.measures import parse_target
from pmkit.domain.quality import Nonconformity, QualityActivity, QualityCheck, QualityObjective, contradiction
from pmkit.kernel.text import Text
from pmkit.workspace.model import Workspace
from pmkit.workspace.quality import standings


@check(
    "QUA101",
    "result-contradicts-measurement",
    severity="error",
    says=Text("{id}, {item}: {problem}", "{id} 的“{item}”：{problem}"),
    fix=Text("correct the measurement or the result in {path}", "更正 {path} 中的实测值或结果"),
)
def result_contradicts_measurement(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A result that its own figures contradict makes every figure on the sheet doubtful."""
    for one in ws.of(QualityCheck):
        for number, result in enumerate(one.results):
            if (problem := contradiction(result)) is not None:
                at = one.at("results", number)
                yield hit(at, one.id, id=one.id, item=result.item, problem=problem, path=at.path)


@check(
    "QUA102",
    "target-cannot-be-measured",
    severity="warning",
    says=Text("the target of {id} cannot be measured: `{target}`", "{id} 的目标值无法测量：`{target}`"),
    fix=Text("`pmkit set {id} target='>= 95 %'`", "`pmkit set {id} target='>= 95 %'`"),
)
def target_cannot_be_measured(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Of an objective without a number nobody can say whether it was met."""
    for one in ws.of(QualityObjective):
        if not one.is_closed and parse_target(one.target) is None:
            yield hit(one.at("target"), one.id, id=one.id, target=one.target)


@check(
    "QUA103",
    "concession-without-agreement",
    severity="error",
    says=Text("{id} is accepted as it is, and nobody agreed to that", "{id} 处置为让步接收，但没有人同意"),
    fix=Text(
        "`pmkit set {id} agreed_by=HANDLE`, by the customer's side", "`pmkit set {id} agreed_by=代号`（建设单位人员）"
    ),
)
def concession_without_agreement(ws: Workspace, _: Context) -> Iterator[Hit]:
    """What is not as promised may stay so only where whoever it was promised to says yes."""
    for one in ws.of(Nonconformity):
        if not one.is_agreed and one.status in {"fixed", "verified", "closed"}:
            yield hit(one.at("disposition"), one.id, id=one.id)


@check(
    "QUA104",
    "nonconformity-without-owner",
    severity="warning",
    says=Text("{id} is open and has no {what}", "{id} 尚未关闭，但没有{what}"),
    fix=Text("`pmkit set {id} owner=HANDLE due=DATE`", "`pmkit set {id} owner=代号 due=日期`"),
)
def nonconformity_without_owner(ws: Workspace, _: Context) -> Iterator[Hit]:
    """What nobody has to put right by a day is found again at the acceptance."""
    for one in ws.of(Nonconformity):
        if one.status in {"open", "fixing"}:
            for key, what in (
                ("owner", Text("owner", "责任人")),
                ("due", Text("day by which it is right", "完成时限")),
            ):
                if not getattr(one, key):
                    yield hit(one.at(key), one.id, id=one.id, what=what)


@check(
    "QUA201",
    "failed-item-without-nonconformity",
    severity="warning",
    says=Text(
        "{id}: items that do not conform: {n}; no nonconformity names the check",
        "{id} 有 {n} 项不符合，但没有对应的不符合项",
    ),
    fix=Text(
        "`pmkit quality nonconformity --check {id} --title ...`",
        "`pmkit quality nonconformity --check {id} --title 名称`",
    ),
)
def failed_item_without_nonconformity(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A failed check that nobody follows up was carried out for the file alone."""
    named = {one.check for one in ws.of(Nonconformity)}
    for one in ws.of(QualityCheck):
        if one.is_done and one.failed and one.id not in named:
            yield hit(one.at("results"), one.id, id=one.id, n=one.failed)


@check(
    "QUA202",
    "deliverable-without-control",
    severity="warning",
    opinion=True,
    says=Text("no control activity looks at {id}", "{id} 没有对应的质量控制活动"),
    fix=Text(
        "`pmkit quality activity --title ... --deliverable {id}`",
        "`pmkit quality activity --title 名称 --deliverable {id}`",
    ),
)
def deliverable_without_control(ws: Workspace, _: Context) -> Iterator[Hit]:
    """The quality plan says for each deliverable how it is checked before the customer does."""
    covered = {link for one in ws.of(QualityActivity) if not one.is_closed for link in one.deliverables}
    for one in ws.of(Deliverable):
        if one.id not in covered and one.status != "cancelled":
            yield hit(one.at("title"), one.id, id=one.id)


@check(
    "QUA301",
    "check-overdue",
    severity="warning",
    says=Text("{id} was to be carried out on {on}", "{id} 应于 {on} 实施，尚未完成"),
    fix=Text("`pmkit quality check {id} --measured 1=...`", "`pmkit quality check {id} --measured 1=实测值`"),
)
def check_overdue(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """A check after the deliverable went out checks nothing."""
    for one in ws.of(QualityCheck):
        if one.status == "planned" and one.on is not None and one.on < ctx.as_of:
            yield hit(one.at("on"), one.id, id=one.id, on=one.on)


@check(
    "QUA302",
    "nonconformity-overdue",
    severity="warning",
    says=Text("{id} was to be put right by {due}", "{id} 应于 {due} 前整改完成，已逾期"),
    fix=Text(
        "`pmkit quality fix {id} --correction ...`, or agree a new day: `pmkit set {id} due=DATE`",
        "`pmkit quality fix {id} --correction 处置结果`，或商定新的日期：`pmkit set {id} due=日期`",
    ),
)
def nonconformity_overdue(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """More than ten days late it makes quality red."""
    for one in ws.of(Nonconformity):
        if one.is_overdue(ctx.as_of):
            yield hit(one.at("due"), one.id, id=one.id, due=one.due)


@check(
    "QUA303",
    "objective-missed",
    severity="warning",
    says=Text(
        "{id}: {measured} in {check}, the target is {target}", "{id}：{check} 实测 {measured}，目标值为 {target}"
    ),
    fix=Text(
        "`pmkit quality improve {id} --action 'TEXT; HANDLE; DATE'`",
        "`pmkit quality improve {id} --action '事项；责任人；日期'`",
    ),
)
def objective_missed(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """An objective that the latest measurement misses asks for an improvement, or for another objective."""
    answered = {action.from_ for action in ws.actions if not action.is_closed}
    for one in standings(ws, ctx.as_of):
        if one.is_met is False and one.check is not None and one.result is not None:
            if answered & {one.objective.id, one.check.id}:
                continue
            at = one.objective.at("target")
            measured = one.result.measured or "/"
            yield hit(
                at,
                one.objective.id,
                id=one.objective.id,
                check=one.check.id,
                measured=measured,
                target=one.objective.target,
            )
