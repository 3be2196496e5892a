"""客户配合事项清单, filled from the duties and the plan that waits for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from pmkit.domain.duties import DUTY, TYPES, Duty
from pmkit.domain.plan import Task
from pmkit.kernel.text import Text
from pmkit.reports.change import form_head, named_with_party
from pmkit.reports.views.blocks import Audience, Basis
from pmkit.reports.views.duties import DutyRegister, Entry
from pmkit.workspace.duties import Costs
from pmkit.workspace.model import Workspace
from pmkit.workspace.parties import legal_name
from pmkit.workspace.planning import Planned, watched


def duty_register(
    ws: Workspace, planned: Planned | None, costs: Costs, as_of: date, audience: Audience, basis: Basis
) -> DutyRegister:
    """The register of what its audience may see in `ws`: what is not there yet first, by the day it is needed."""
    duties = sorted(ws.of(Duty), key=lambda duty: (duty.is_closed, duty.due, duty.id))
    still_open = [duty for duty in duties if not duty.is_closed]
    return DutyRegister(
        head=replace(form_head(ws), date=as_of),
        audience=audience,
        entries=tuple(_entry(ws, duty, planned, costs, as_of) for duty in duties),
        total=len(duties),
        open=len(still_open),
        late=sum(duty.days_late(as_of) > 0 for duty in still_open),
        basis=basis,
    )


def _entry(ws: Workspace, duty: Duty, planned: Planned | None, costs: Costs, as_of: date) -> Entry:
    states = DUTY.states
    last = duty.steps[-1] if duty.steps else None
    return Entry(
        ref=duty.id,
        title=duty.title,
        description=duty.description or "",
        type=TYPES.get(duty.type or ""),
        owner=named_with_party(ws, duty.owner) if duty.owner else legal_name(ws, "customer"),
        asked_on=duty.steps[0].on if duty.steps else None,
        due=duty.due,
        expected=duty.expected if not duty.is_closed else None,
        done_on=duty.done_on,
        overdue=duty.days_late(as_of),
        status=states.names[duty.status] if states and duty.status in states.names else Text.same(duty.status),
        work=work_behind(ws, duty),
        effect=effect_of(duty, planned, costs),
        basis=duty.basis,
        remarks=last.note if last and last.note else "",
    )


def work_behind(ws: Workspace, duty: Duty) -> Text | None:
    """The tasks that wait for it, by id and name."""
    tasks = [task for task in (ws.find(one, Task) for one in duty.blocks) if task is not None]
    return Text.join(Text.same(f"{task.id} {task.name}") for task in tasks) if tasks else None


def effect_of(duty: Duty, planned: Planned | None, costs: Costs) -> Text | None:
    """What its delay costs the milestones, in working days; None where it costs none of them anything."""
    found = next((effect for effect in costs.effects if effect.duty.id == duty.id), None)
    if found is None or planned is None:
        return None
    moved = [(task, found.days[task.id]) for task in watched(planned, None) if found.days.get(task.id)]
    if not moved:
        return None
    return Text.join(
        (
            Text(en="{name}: {days} working day{s}", zh="{name} {days} 个工作日").format(
                name=task.name, days=_plain(days), s="" if days == 1 else "s"
            )
            for task, days in moved
        ),
        en="; ",
        zh="；",
    )


def _plain(days: Decimal) -> str:
    text = f"{days:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
