"""Section 6: what is needed of others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pmkit.domain.changes import ChangeRequest
from pmkit.domain.duties import Duty
from pmkit.domain.people import Person
from pmkit.domain.reviews import Review
from pmkit.kernel.text import Text
from pmkit.reports.duties import effect_of, work_behind
from pmkit.reports.views import weekly as view
from pmkit.reports.weekly.sources import Sources
from pmkit.workspace.approvals import answer_due, level_of, missing_approvals
from pmkit.workspace.duties import costs
from pmkit.workspace.parties import legal_name


def needed(sources: Sources, as_of: date) -> Iterator[view.Needed]:
    """What was agreed that the customer provides, decisions on changes, and actions that somebody outside took on."""
    ws, planned = sources.seen, sources.planned
    yield from _duties(sources, as_of)
    for change in ws.changes:
        if change.status not in {"submitted", "assessed", "approved"}:
            continue
        whole = sources.whole.get(change.id, ChangeRequest)
        lacking = missing_approvals(sources.whole, level_of(sources.whole, whole, planned), change.valid_approvals)
        sides = {wanted.partition(".")[0] for wanted in lacking}
        if "customer" in sides:
            due = answer_due(sources.whole, whole, planned)
            yield view.Needed(
                ref=change.id,
                matter=Text("Decide on the change “{title}”", "对变更“{title}”作出决定").format(title=change.title),
                whom=legal_name(ws, "customer"),
                needed_on=due,
                overdue=max(0, (as_of - due).days) if due else 0,
                impact=change.impact.scope or "",
            )
    for review in ws.of(Review):
        for n in review.unmet:
            condition = review.conditions[n - 1]
            owner = ws.find(condition.owner, Person) if condition.owner else None
            if owner is not None and owner.side != "supplier":
                overdue = max(0, (as_of - condition.due).days) if condition.due else 0
                matter = Text("Condition of {title}: {text}", "{title}的条件：{text}").format(
                    title=review.title, text=condition.text
                )
                yield view.Needed(review.id, matter, owner.name, condition.due, overdue, "")
    for action in ws.actions:
        owner = ws.find(action.owner, Person) if action.owner else None
        if not action.is_closed and owner is not None and owner.side != "supplier":
            overdue = (as_of - action.due_now).days if action.due_now else 0
            yield view.Needed(action.id, action.title, owner.name, action.due_now, max(0, overdue), "")


def _duties(sources: Sources, as_of: date) -> Iterator[view.Needed]:
    """Open duties in the order in which they are needed, with the work that waits and what the delay costs."""
    ws, planned = sources.seen, sources.planned
    found = costs(planned)
    for duty in sorted(ws.of(Duty), key=lambda d: (d.due, d.id)):
        if duty.is_closed:
            continue
        said = []
        if (work := work_behind(ws, duty)) is not None:
            said.append(Text("needed for {work}", "涉及 {work}").format(work=work))
        if (effect := effect_of(duty, planned, found)) is not None:
            said.append(Text("effect so far on {effect}", "预计影响：{effect}").format(effect=effect))
        yield view.Needed(
            ref=duty.id,
            matter=duty.title,
            whom=ws.person_name(duty.owner) or legal_name(ws, "customer"),
            needed_on=duty.due,
            overdue=duty.days_late(as_of),
            impact=Text.join(said, en="; ", zh="；") if said else "",
        )
