"""Chapters 5, 9, 12, 15 and 16, of our own house: cost, procurement, receipts, team, lessons."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pmkit.domain.costs import Budget, Commitment
from pmkit.domain.kind import target_of
from pmkit.domain.lessons import CATEGORIES, Lesson
from pmkit.domain.people import role_label
from pmkit.domain.team import Recognition
from pmkit.kernel.money import Money
from pmkit.reports.closure.sources import Sources, state_of
from pmkit.reports.views import closure as view
from pmkit.reports.views.closure import Ref, Refs
from pmkit.workspace.costs import actual_lines, booked_transfers, open_orders, paid_on_orders
from pmkit.workspace.team import members


def cost_refs(at: Sources) -> Refs:
    """The budgets, vouchers and transfers that the figures of cost are sums of."""
    entries = dict.fromkeys(entry.id for _, entry in actual_lines(at.whole, at.as_of))
    transfers = [one.id for one in booked_transfers(at.whole, at.as_of)]
    return tuple(map(Ref, [*(one.id for one in at.whole.of(Budget)), *entries, *transfers]))


def orders(at: Sources) -> Iterator[view.Order]:
    """Every order that was not cancelled, with what is still to be paid on it."""
    spent = paid_on_orders(at.whole, at.as_of)
    left = {order.id: rest for order, rest in open_orders(at.whole, at.as_of)}
    for order in at.whole.of(Commitment):
        if order.status == "cancelled" or order.on > at.as_of:
            continue
        paid = Money(spent.get((order.id, order.currency), Decimal(0)), order.currency)
        rest = left.get(order.id, Money(Decimal(0), order.currency))
        yield view.Order(
            Ref(order.id), order.title, order.vendor, order.amount.printed(), paid.printed(), rest.printed(),
            state_of(order),
        )  # fmt: skip


def team(at: Sources) -> Iterator[view.Member]:
    """Our people with the work they owned and what they were recognised for."""
    recognitions = [one for one in at.whole.of(Recognition) if not one.is_closed]
    for person in members(at.whole):
        own = [one for one in recognitions if person.id in one.people]
        tasks = sum(task.owner == person.id or person.id in map(target_of, task.resources) for task in at.whole.tasks)
        yield view.Member(
            Ref(person.id), person.name, role_label(person.side, person.role), tasks,
            tuple(Ref(one.id) for one in own), "；".join(one.reason for one in own),
        )  # fmt: skip


def lessons(at: Sources) -> Iterator[view.LessonLine]:
    """The lessons that were not turned down."""
    for one in at.whole.of(Lesson):
        if one.status != "rejected":
            yield view.LessonLine(Ref(one.id), one.title, CATEGORIES.get(one.category or ""), one.advice, state_of(one))
