"""Section 6: what is needed of others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pmkit.domain.changes import ChangeRequest
from pmkit.domain.people import Person
from pmkit.kernel.text import Text
from pmkit.reports.views import weekly as view
from pmkit.reports.weekly.sources import Sources
from pmkit.workspace.approvals import answer_due, level_of, missing_approvals


def needed(sources: Sources, as_of: date) -> Iterator[view.Needed]:
    """Decisions on changes, and actions that somebody outside took on."""
    ws, planned = sources.seen, sources.planned
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
                whom=ws.project.customer,
                needed_on=due,
                overdue=max(0, (as_of - due).days) if due else 0,
                impact=change.impact.scope or "",
            )
    for action in ws.actions:
        owner = ws.find(action.owner, Person) if action.owner else None
        if not action.is_closed and owner is not None and owner.side != "supplier":
            overdue = (as_of - action.due_now).days if action.due_now else 0
            yield view.Needed(action.id, action.title, owner.name, action.due_now, max(0, overdue), "")
