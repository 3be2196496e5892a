"""变更登记表, filled from the change requests of a workspace."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from pmkit.domain.changes import TYPES, ChangeRequest
from pmkit.domain.people import Person
from pmkit.domain.signoffs import SignOff
from pmkit.kernel.money import Money
from pmkit.kernel.text import Text
from pmkit.reports.change import form_head
from pmkit.reports.views.blocks import Audience, Basis
from pmkit.reports.views.change_register import ChangeRegister, Entry, Totals
from pmkit.workspace import contracts
from pmkit.workspace.approvals import AGREED, cumulative_price, level_in_force
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import Planned
from pmkit.workspace.signing import signed_records


def change_register(
    whole: Workspace, seen: Workspace, planned: Planned | None, audience: Audience, basis: Basis
) -> ChangeRegister:
    """The register. `seen`: what its audience may see of `whole`; drafts are our own business."""
    shown = [c for c in seen.changes if audience == "internal" or c.status != "draft"]
    agreed = [c for c in shown if c.status in AGREED]
    total = cumulative_price(seen)
    price = contracts.signed_price(whole)
    currency = price.currency if price else whole.project.currency
    cost = sum((c.impact.cost.amount for c in agreed if c.impact.cost), Decimal(0))
    return ChangeRegister(
        head=replace(form_head(seen), date=basis.as_of),
        audience=audience,
        entries=tuple(_entry(whole, seen, change, planned) for change in shown),
        totals=Totals(
            agreed=len(agreed),
            days=_plain(sum((_days(c, planned) for c in agreed), Decimal(0))),
            price=Money(total.amount, currency).printed(),
            own_cost=Money(cost, currency).printed(),
            percent=f"{total.percent:.2f}" if total.percent is not None else None,
        ),
        basis=basis,
    )


def _entry(whole: Workspace, seen: Workspace, change: ChangeRequest, planned: Planned | None) -> Entry:
    person = seen.find(change.requested_by, Person)
    name = seen.person_name(change.requested_by)
    states = change.kind.states
    verified = next((s for s in reversed(change.steps) if s.to == "verified"), None)
    decided = change.reached("confirmed") or change.reached("approved")
    turned_down = change.status in {"rejected", "deferred"}
    last = next((s for s in reversed(change.steps) if s.note), None)
    level = level_in_force(whole, whole.get(change.id, ChangeRequest), planned)
    return Entry(
        ref=change.id,
        title=change.title,
        description=change.reason or "",
        type=TYPES.get(change.type or ""),
        requested_by=f"{person.organisation} {name}" if person and person.organisation else name,
        requested_on=change.steps[0].on if change.steps else None,
        level=level.label if change.status not in {"draft", "submitted"} else None,
        days=_plain(_days(change, planned)) if change.impact.schedule_allowance else "",
        price=change.impact.price.printed() if change.impact.price else "",
        own_cost=change.impact.cost.printed() if change.impact.cost else "",
        decision=_decision(change),
        decided_on=change.reached(change.status) if turned_down else decided if change.status in AGREED else None,
        status=states.names[change.status] if states else Text.same(change.status),
        verified_by=seen.person_name(verified.by) if verified else "",
        verified_on=verified.on if verified else None,
        closed_on=change.reached("closed"),
        signed_again=_signed_again(seen, change),
        remarks=last.note if last and last.note else "",
    )


def _decision(change: ChangeRequest) -> Text:
    if change.status == "rejected":
        return Text("Rejected", "不批准")
    if change.status == "deferred":
        return Text("Deferred", "暂缓")
    if change.status == "withdrawn":
        return Text("Withdrawn", "已撤回")
    return Text("Approved", "同意") if change.status in AGREED else Text("Pending", "待审批")


def _days(change: ChangeRequest, planned: Planned | None) -> Decimal:
    """The longest allowance in working days of the project's calendar."""
    day, week = (planned.calendar.day_minutes, planned.calendar.week_minutes) if planned else (480, 2400)
    minutes = [span.minutes(day=day, week=week) for span in change.impact.schedule_allowance.values()]
    return Decimal(max(minutes, default=0)) / day


def _plain(days: Decimal) -> str:
    return f"{days.normalize():f}"


def _signed_again(ws: Workspace, change: ChangeRequest) -> Text | None:
    """Whether what an applied change left is signed; None where it touched nothing that is signed."""
    after = {r.record: r.after for r in change.results if r.after is not None}
    signed = signed_records(ws.of(SignOff))
    touched = [i for i in after if i in signed]
    if change.applied_on is None or not touched:
        return None
    holds = all(signed[i][1] == ws.records[i].digest or signed[i][1] == after[i] for i in touched)
    return Text("Yes", "是") if holds else Text("No", "否")
