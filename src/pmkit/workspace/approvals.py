"""Whose agreement a change needs, who gave it, and by when it is due (the matrix of the profile, FORMAT §2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from pmkit.domain.approval import Level, Size
from pmkit.domain.changes import Approval, ChangeRequest
from pmkit.domain.people import SIDES, Person, role_label
from pmkit.domain.plan import Task
from pmkit.kernel.text import Text
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import Planned, workdays_after


def size_of(ws: Workspace, change: ChangeRequest, planned: Planned | None) -> Size:
    """How big a change is, as assessed. Own cost stands in for a missing price; days are the longest allowance.

    Without a computed plan a touched contract milestone counts as moved.
    """
    impact = change.impact
    money = impact.price or impact.cost
    day, week = (planned.calendar.day_minutes, planned.calendar.week_minutes) if planned else (480, 2400)
    minutes = {target: span.minutes(day=day, week=week) for target, span in impact.schedule_allowance.items()}
    moved = "none"
    final = False
    for target, amount in minutes.items():
        task = ws.find(target, Task)
        if task is None or not task.is_contractual or amount <= 0:
            continue
        final = final or task.stage == "final_acceptance"
        within = planned is not None and planned.float_minutes(target) >= amount
        moved = "moved" if moved == "moved" or not within else "within float"
    return Size.model_validate(
        {
            "price": money.amount if money else Decimal(0),
            "days": Decimal(max(minutes.values(), default=0)) / day,
            "contract_milestone": moved,
            "contract_price": ws.project.contract_price.amount if ws.project.contract_price else None,
            "contract_change": final or impact.supplementary_agreement,
        }
    )


def level_of(ws: Workspace, change: ChangeRequest, planned: Planned | None) -> Level:
    """The row of the approval matrix that a change belongs to."""
    return ws.project.approval.level(size_of(ws, change, planned))


def required(ws: Workspace, level: Level) -> list[str]:
    """The `side.role` whose agreement the row needs, in its order; `if_any` where somebody is there to give it."""
    return [*level.all, *(wanted for wanted in level.if_any if any(p.can_sign_as(wanted) for p in ws.people))]


def missing_approvals(ws: Workspace, level: Level, approvals: Sequence[Approval]) -> list[str]:
    """The `side.role` that nobody among the approvals stands for."""
    signers = [ws.find(a.by, Person) for a in approvals]
    return [w for w in required(ws, level) if not any(p is not None and p.can_sign_as(w) for p in signers)]


def what_is_wanted(ws: Workspace, wanted: Sequence[str]) -> Text:
    """The roles in words, each with the people who could sign for it."""
    parts = []
    for slot in wanted:
        side, _, role = slot.partition(".")
        people = [p for p in ws.people if p.can_sign_as(slot)]
        names = Text.join([Text(f"{p.name} ({p.id})", f"{p.name}（{p.id}）") for p in people], en=" / ")
        label = Text(en="{side} {role}", zh="{side}{role}").format(
            side=SIDES.get(side, Text.same(side)), role=role_label(side, role)
        )
        nobody = Text(en=": nobody yet", zh="：暂无人员")
        who = Text(en=f": {names.en}", zh=f"：{names.zh}") if people else nobody
        parts.append(Text(en=label.en + who.en, zh=label.zh + who.zh))
    return Text.join(parts, en="; ", zh="；")


def answer_due(ws: Workspace, change: ChangeRequest, planned: Planned | None) -> date | None:
    """The day by which a submitted change is to be decided: the asker's, else by the matrix; None for any other."""
    if change.status not in {"submitted", "assessed"} or planned is None:
        return None
    if change.decision_by is not None:
        return change.decision_by
    submitted = change.reached("submitted")
    span = ws.project.approval.answer_within.get(level_of(ws, change, planned).id)
    if submitted is None or span is None:
        return None
    return workdays_after(planned, submitted, span.minutes(day=1, week=5))
