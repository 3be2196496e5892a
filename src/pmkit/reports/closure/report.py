"""The whole report: its chapters, and the list of the records that they name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from typing import Any

from pmkit.domain.closures import LeftOpen
from pmkit.domain.dispatches import DISPATCH
from pmkit.domain.people import Person
from pmkit.kernel.digest import short
from pmkit.kernel.ids import natural_order
from pmkit.kernel.text import Text
from pmkit.reports.change import form_head
from pmkit.reports.change_register import change_register
from pmkit.reports.closure import course, inside, scope
from pmkit.reports.closure.sources import Sources
from pmkit.reports.cost import cost_report, receipt_lines, receipt_totals
from pmkit.reports.views import closure as view
from pmkit.reports.views.blocks import Basis, Prepared, Signature
from pmkit.workspace.open_items import only, open_items, sort_of
from pmkit.workspace.todo.base import Situation


@dataclass(frozen=True, slots=True)
class Closing:
    """What the closing itself says; of a draft nothing."""

    closed_on: date | None = None
    conclusion: str = ""
    left_open: Sequence[LeftOpen] = ()
    fingerprint: str = ""
    approved_by: str | None = None


def closure_report(at: Sources, closing: Closing, basis: Basis) -> view.ClosureReport:
    """结项报告, or without anything internal 项目总结报告."""
    costs = cost_report(at.whole, at.planned, at.as_of, basis, final=True) if at.is_internal else None
    made = view.ClosureReport(
        audience=at.audience,
        head=replace(form_head(at.seen), date=closing.closed_on or at.as_of),
        as_of=at.as_of,
        closed_on=closing.closed_on,
        facts=tuple(scope.facts(at, closing.closed_on)),
        goals=tuple(scope.goals(at)),
        goals_met=scope.goals_met(at),
        scope=tuple(scope.scope(at)),
        scope_steps=tuple(scope.scope_steps(at)),
        baselines=tuple(scope.baselines(at)),
        milestones=tuple(scope.milestones(at)),
        cost=costs.forecast if costs else (),
        cost_tables=costs.tables if costs else (),
        cost_refs=inside.cost_refs(at) if at.is_internal else (),
        quality=tuple(course.quality(at)),
        quality_goals=tuple(course.quality_goals(at)),
        changes=change_register(at.whole, at.seen, at.planned, at.audience, basis),
        risks=tuple(course.risks(at)),
        risk_lines=tuple(course.risk_lines(at)),
        issues=tuple(course.issues(at)),
        issue_lines=tuple(course.issue_lines(at)),
        orders=tuple(inside.orders(at)) if at.is_internal else (),
        surveys=tuple(course.surveys(at)),
        deliverables=tuple(course.deliverables(at)),
        documents=tuple(course.documents(at)),
        training=tuple(course.training(at)),
        receipts=tuple(receipt_lines(at.whole, at.planned, at.as_of)) if at.is_internal else (),
        receipt_totals=tuple(receipt_totals(at.whole, at.as_of)) if at.is_internal else (),
        open_items=tuple(_open_items(at, closing)),
        warranty=tuple(course.warranty(at)),
        team=tuple(inside.team(at)) if at.is_internal else (),
        lessons=tuple(inside.lessons(at)) if at.is_internal else (),
        conclusion=closing.conclusion if at.is_internal else "",
        prepared=_prepared(at, closing),
        fingerprint=closing.fingerprint,
        sources=(),
        basis=basis,
    )
    return replace(made, sources=tuple(_sources(at, made)))


def _open_items(at: Sources, closing: Closing) -> Iterator[view.OpenItem]:
    """What is open and may stay so; in a draft all that is open today. The customer hears of what is theirs to see."""
    reasons = {one.item: one.reason for one in closing.left_open}
    found = open_items(Situation(at.seen, at.planned, at.as_of))
    if closing.closed_on is not None:
        found = only(found, reasons)
    listed = [(m.about, m.what, one.group.title) for one in found for m in one.missing]
    told = {about for about, _, _ in listed}
    if at.is_internal:
        listed += [(o.item, Text.same(o.what), sort_of(o.item)) for o in closing.left_open if o.item not in told]
    for about, what, sort in listed:
        if at.is_internal or _may_hear(at, about):
            yield view.OpenItem(view.Ref(about), what, sort, reasons.get(about, "") if at.is_internal else "")


def _may_hear(at: Sources, about: str) -> bool:
    """True for what the customer sees; our drafts, and whether our mails were answered, are our own business."""
    record = at.seen.records.get(about)
    return record is not None and record.kind is not DISPATCH and getattr(record, "status", "") != "draft"


def _prepared(at: Sources, closing: Closing) -> Prepared:
    """编审批: the project manager prepares; who approves for the company is named, and signs on the print."""

    def named(role: str) -> str:
        return next((p.name for p in at.whole.people if (p.side, p.role) == ("supplier", role) and not p.left), "")

    approver = at.whole.find(closing.approved_by or "", Person)
    return Prepared(
        Signature(named("pm"), closing.closed_on or ""), Signature(""), Signature(approver.name if approver else "")
    )


def _sources(at: Sources, made: view.ClosureReport) -> Iterator[view.Source]:
    """Every record that the report names, in the order of ids."""
    named = dict.fromkeys(ref.id for ref in _refs(made))
    named |= dict.fromkeys([*(e.ref for e in made.changes.entries), *(r.ref for r in made.receipts)])
    for record_id in sorted(named, key=natural_order):
        record = at.seen.project if record_id == at.seen.project.kind.name else at.seen.records.get(record_id)
        if record is not None:
            yield view.Source(record_id, record.kind.label, record.name_to_show, short(record.digest))


def _refs(value: Any) -> Iterator[view.Ref]:
    """Every `Ref` in a view, wherever it stands."""
    if isinstance(value, view.Ref):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _refs(one)
    elif is_dataclass(value) and not isinstance(value, Text):
        for field in fields(value):
            yield from _refs(getattr(value, field.name))
