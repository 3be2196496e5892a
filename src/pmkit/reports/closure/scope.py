"""Chapters 1 to 4: project data, goals against results, scope with its changes, schedule against both baselines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from pmkit.domain.objectives import Objective
from pmkit.domain.requirements import Requirement
from pmkit.domain.signoffs import SignOff
from pmkit.kernel.duration import plain
from pmkit.kernel.text import Text
from pmkit.reports.closure.sources import Sources, by_state, refs, state_of
from pmkit.reports.views import closure as view
from pmkit.reports.views.blocks import Wording
from pmkit.reports.views.closure import Fact, Ref
from pmkit.schedule.drift import ItemDrift
from pmkit.workspace.planning import applied_changes, frozen_items, judged, watched
from pmkit.workspace.signing import signed_records

_DROPPED = frozenset({"rejected", "withdrawn"})


def facts(at: Sources, closed_on: date | None) -> Iterator[Fact]:
    """What the project was."""
    project = at.seen.project
    own = (Ref(project.kind.name),)
    yield Fact(Text("Project", "项目名称"), f"{project.name}（{project.code}）" if project.code else project.name, own)
    yield Fact(Text("Owner", "建设单位"), project.customer, own)
    yield Fact(Text("Contractor", "承建单位"), project.supplier, own)
    if project.supervisor:
        yield Fact(Text("Supervisor", "监理单位"), project.supervisor, own)
    yield Fact(Text("Contract no.", "合同编号"), project.contract_no, own)
    price = project.contract_price
    yield Fact(Text("Contract price", "合同金额"), price.printed() if price else None, own)
    yield Fact(Text("Begun on", "开始日期"), project.first_day.isoformat(), own)
    yield Fact(Text("Closed on", "结项日期"), closed_on.isoformat() if closed_on else None)
    for side, role, label in (
        ("supplier", "pm", Text("Contractor's project manager", "承建单位项目经理")),
        ("customer", "pm", Text("Owner's project lead", "建设单位项目负责人")),
    ):
        named = [p.name for p in at.seen.people if (p.side, p.role) == (side, role) and not p.left]
        if named:
            yield Fact(label, Text.join(map(Text.same, named)))
    if project.scope:
        yield Fact(Text("Scope of the contract", "项目范围"), project.scope, own)


def goals(at: Sources) -> Iterator[view.Goal]:
    """The objectives that were agreed, against what came of them."""
    for one in at.seen.of(Objective):
        if one.status != "withdrawn":
            yield view.Goal(Ref(one.id), one.title, one.measure, one.target, one.result, state_of(one))


def goals_met(at: Sources) -> Wording:
    """How many of the objectives were met; None where there are none."""
    alive = [one for one in at.seen.of(Objective) if one.status != "withdrawn"]
    met = sum(one.status == "achieved" for one in alive)
    open_ = sum(one.status not in {"achieved", "missed"} for one in alive)
    if not alive:
        return None
    says = Text("{met} of {all} objectives met", "共 {all} 项目标，达成 {met} 项").format(met=met, all=len(alive))
    if open_:
        says = Text("{says}, {open} not judged yet", "{says}，尚未评定 {open} 项").format(says=says, open=open_)
    return says


# --- scope -----------------------------------------------------------------------------------------------------------


def scope(at: Sources) -> Iterator[Fact]:
    """What was signed, what changes added and withdrew, what stands today."""
    requirements = at.seen.of(Requirement)
    known = {r.id for r in requirements}
    signed = [s for s in at.seen.of(SignOff) if s.status == "signed" and any(r.id in known for r in s.agreed)]
    first = min(signed, key=lambda s: (s.signed_on or date.max, s.id), default=None)
    if first is not None:
        count = sum(r.id in known for r in first.agreed)
        says = Text("{n} requirements on {on}", "{n} 项需求，{on}").format(n=count, on=first.signed_on)
        yield Fact(Text("Signed first", "首次签认"), says, (Ref(first.id),))
    for later in (s for s in signed if s is not first):
        count = sum(r.id in known for r in later.agreed)
        says = Text("{n} requirements on {on}", "{n} 项需求，{on}").format(n=count, on=later.signed_on)
        yield Fact(Text("Signed again", "后续签认"), says, (Ref(later.id),))
    steps = list(scope_steps(at))
    for what in (ADDED, CHANGED, WITHDRAWN):
        own = [step for step in steps if step.what is what]
        changes = dict.fromkeys(step.change for step in own)
        yield Fact(_COUNTED[what], str(len({step.ref for step in own})), tuple(changes))
    alive = [r for r in requirements if r.status not in _DROPPED]
    unsigned = [r for r in alive if r.id not in signed_records(at.seen.of(SignOff))]
    yield Fact(Text("In force today", "现行需求"), str(len(alive)))
    if unsigned:
        yield Fact(Text("of them not signed", "其中未签认"), str(len(unsigned)), refs(unsigned))
    yield from by_state(requirements)


ADDED, CHANGED = Text("added", "新增"), Text("changed", "修改")
WITHDRAWN = Text("withdrawn", "撤销")
_COUNTED = {
    ADDED: Text("Added by changes", "变更新增"),
    CHANGED: Text("Changed by changes", "变更修改"),
    WITHDRAWN: Text("Withdrawn by changes", "变更撤销"),
}


def scope_steps(at: Sources) -> Iterator[view.ScopeStep]:
    """Each requirement that an applied change added, changed or withdrew, in the order of the changes."""
    signed = signed_records(at.seen.of(SignOff))
    for change in sorted(applied_changes(at.seen), key=lambda c: (c.applied_on or date.max, c.id)):
        for result in change.results:
            record = at.seen.find(result.record, Requirement)
            if record is None:
                continue
            what = ADDED if result.before is None else WITHDRAWN if record.id in change.withdraw else CHANGED
            again = signed.get(record.id)
            holds = again is not None and change.id in again[0].includes
            yield view.ScopeStep(
                Ref(record.id), record.title, what, Ref(change.id), change.applied_on,
                Ref(again[0].id) if again is not None and holds else None,
            )  # fmt: skip


# --- schedule --------------------------------------------------------------------------------------------------------


def baselines(at: Sources) -> Iterator[Fact]:
    """The first and the last baseline that were taken."""
    known = at.seen.baselines
    ends = [(Text("First baseline", "首版基准"), known[0])] if known else []
    if len(known) > 1:
        ends.append((Text("Last baseline", "最终基准"), known[-1]))
    for label, one in ends:
        yield Fact(label, Text("{name}, {on}", "{name}，{on}").format(name=one.name, on=one.on), (Ref(one.id),))


def milestones(at: Sources) -> Iterator[view.Milestone]:
    """Each milestone against both baselines; what changes granted is kept apart from what nobody approved."""
    planned = at.planned
    if planned is None:
        return
    known = at.seen.baselines
    verdicts = [judged(planned, b.id, frozen_items(b), b.includes, None) for b in (known[:1] + known[-1:])]
    for task in watched(planned, verdicts[-1] if verdicts else None):
        first, last = (v.drift.of(task.id) for v in verdicts) if verdicts else (None, None)
        granted = verdicts[0].excuses.get(task.id, ()) if verdicts else ()
        yield view.Milestone(
            ref=Ref(task.id),
            name=task.name,
            contractual=task.is_contractual,
            first=first.baseline_finish if first else None,
            last=last.baseline_finish if last else None,
            finish=planned.item(task.id).finish.date(),
            reached=planned.percent(task.id) >= _WHOLE,
            against_first=_days(first),
            against_last=_days(last),
            approved=_plain(first.approved) if first else None,
            unexplained=_plain(first.unexplained) if first else None,
            changes=tuple(Ref(one) for one in granted if one in at.seen.records),
        )


_WHOLE = Decimal(100)


def _days(item: ItemDrift | None) -> str | None:
    return None if item is None else _plain(item.finish)


def _plain(days: Decimal) -> str:
    return "0" if not days else f"{'+' if days > 0 else ''}{plain(days)}"
