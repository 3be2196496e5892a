"""REF2xx: links between records."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.kind import Tracked
from pmkit.kernel.text import Text, did_you_mean
from pmkit.workspace.coverage import alive, linked
from pmkit.workspace.links import unfit_link
from pmkit.workspace.model import Workspace


@check(
    "REF202",
    "link-to-nothing",
    severity="error",
    says=Text("{id}: `{field}` names {target}, which does not exist", "{id} 的 `{field}` 引用了不存在的 {target}"),
    fix=Text("correct the id or remove it; {hint}", "请更正或删除该编号。{hint}"),
)
def link_to_nothing(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """A link that leads nowhere hides what a requirement, change or action is about."""
    for link in ws.links:
        if ws.knows(link.target) or link.target in ctx.unread:
            continue
        holder = ws.records[link.holder]
        if holder.kind.name != "signoff":  # SGN202 and SGN206 tell of those
            hint = did_you_mean(link.target, ws.records)
            yield hit(holder.at(*link.keys), holder.id, id=holder.id, field=link.field, target=link.target, hint=hint)


@check(
    "REF203",
    "link-to-another-kind",
    severity="error",
    says=Text("{id}: {problem}", "{id}：{problem}"),
    fix=Text("name a record of the right kind", "请改填正确类型的记录编号"),
)
def link_to_another_kind(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A link to a record of another kind traces nowhere: a matrix leaves it out."""
    for link in ws.links:
        if not link.fits(ws) and ws.knows(link.target):
            at = ws.records[link.holder].at(*link.keys)
            yield hit(at, link.holder, id=link.holder, problem=unfit_link(ws, link))


@check(
    "REF204",
    "suspect-link",
    severity="warning",
    says=Text(
        "{id} was linked to {target} ({title}) when that said something else",
        "{id} 链接的 {target}（{title}）在上次复核之后内容有变更",
    ),
    fix=Text(
        "see `pmkit log {target}`; if {id} still fits: `pmkit link review {id}`",
        "请查看 `pmkit log {target}`；确认 {id} 仍然适用后执行 `pmkit link review {id}`",
    ),
)
def suspect_link(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A test of last month's requirement proves nothing about this month's."""
    for suspect in ws.trace.suspects:
        link = suspect.link
        record = ws.records[link.holder]
        title = ws.records[link.target].name_to_show
        yield hit(record.at(*link.keys), record.id, id=record.id, target=link.target, title=title)


@check(
    "REF205",
    "link-never-reviewed",
    severity="warning",
    says=Text("{id}: nobody said what {target} was when it was linked", "{id} 与 {target} 的链接未曾复核"),
    fix=Text("look at both and run `pmkit link review {id}`", "请核对双方内容后执行 `pmkit link review {id}`"),
    opinion=True,
)
def link_never_reviewed(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A link written by hand has no digest to compare with, so a change of its far end goes unseen."""
    for link in ws.trace.unreviewed:
        record = ws.records[link.holder]
        yield hit(record.at(*link.keys), record.id, id=record.id, target=link.target)


def _musts_without(ws: Workspace, kind: str) -> Iterator[Hit]:
    trace = ws.trace
    for requirement in alive(ws):
        if requirement.priority == "must" and not linked(trace, requirement.id, kind):
            yield hit(requirement.at("title"), requirement.id, id=requirement.id, title=requirement.title)


@check(
    "REF206",
    "must-without-task",
    severity="warning",
    says=Text("{id} ({title}) is a must, and no task works on it", "{id}（{title}）为“必须”，但没有任务与之对应"),
    fix=Text("`pmkit set T-... requirements+={id}`", "`pmkit set T-... requirements+={id}`"),
    opinion=True,
)
def must_without_task(ws: Workspace, _: Context) -> Iterator[Hit]:
    """What nobody plans to do will not be there at acceptance."""
    yield from _musts_without(ws, "task")


@check(
    "REF207",
    "must-without-deliverable",
    severity="warning",
    says=Text("{id} ({title}) is a must, and no deliverable holds it", "{id}（{title}）为“必须”，但没有对应的交付物"),
    fix=Text(
        "`pmkit set DLV-... requirements+={id}`, or `pmkit deliverable add --requirement {id} ...`",
        "`pmkit set DLV-... requirements+={id}`，或 `pmkit deliverable add --requirement {id} ...`",
    ),
    opinion=True,
)
def must_without_deliverable(ws: Workspace, _: Context) -> Iterator[Hit]:
    """The customer takes over deliverables, not requirements."""
    yield from _musts_without(ws, "deliverable")


@check(
    "REF208",
    "must-without-case",
    severity="warning",
    says=Text(
        "{id} ({title}) is a must, and no acceptance case shows it", "{id}（{title}）为“必须”，但没有对应的验收用例"
    ),
    fix=Text(
        "`pmkit acceptance case add --requirement {id} --title ...`",
        "`pmkit acceptance case add --requirement {id} --title ……`",
    ),
    opinion=True,
)
def must_without_case(ws: Workspace, _: Context) -> Iterator[Hit]:
    """What cannot be shown at the acceptance meeting was, for the customer, not delivered."""
    yield from _musts_without(ws, "case")


@check(
    "REF209",
    "step-by-nobody",
    severity="warning",
    says=Text("{id}: a step is by {who}, who is not in people.yaml", "{id}：办理过程中的 {who} 不在 people.yaml 中"),
    fix=Text("correct the handle; {hint}", "请更正人员代号。{hint}"),
)
def step_by_nobody(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """The step says who answers for it; a handle that is nobody's answers for nothing."""
    known = {person.id for person in ws.people} | ctx.unread
    for record in ws.records.values():
        if isinstance(record, Tracked):
            for position, step in enumerate(record.steps):
                if step.by not in known and "<" not in step.by:  # git's `Name <mail>` stands for who is not in the list
                    at = record.at("steps", position, "by")
                    yield hit(at, record.id, id=record.id, who=step.by, hint=did_you_mean(step.by, known))
