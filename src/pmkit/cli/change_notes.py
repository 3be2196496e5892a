"""What is said about a change beside what was written: the next step, other requests, money, the computed impact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmkit.domain.changes import CHANGE, ChangeRequest
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from pmkit.cli.session import Session
    from pmkit.workspace.edits import Edits
    from pmkit.workspace.impact import Computed


def next_step_of(s: Session, change: ChangeRequest, status: str | None = None) -> Text:
    from pmkit.workspace.approvals import next_step

    reached = change.model_copy(update={"status": status}) if status else change
    return next_step(s.ws, reached, s.planned if reached.status in {"assessed", "approved"} else None, s.on or s.today)


def clash_notes(s: Session, change: ChangeRequest) -> list[Text]:
    """One line for each other request on its way that touches the same."""
    from pmkit.workspace.proposals import clashes

    says = Text(
        en="note: {id} ({state}) touches {what} too; whichever is applied second has to be assessed again",
        zh="注意：{id}（{state}）也涉及 {what}；后实施的一项须重新评估",
    )
    names = CHANGE.states.names if CHANGE.states else {}
    return [says.format(id=c.change.id, state=names[c.change.status], what=c.what) for c in clashes(s.ws, change)]


def revised(change: ChangeRequest, edits: Edits, status: str) -> ChangeRequest:
    """The request as it stands once the edits of its own fields are made."""
    from pmkit.domain.kind import file_data
    from pmkit.domain.problems import validated
    from pmkit.workspace.edits import Remove, Set

    data = file_data(change)
    for one in edits.changes:
        if isinstance(one, (Set, Remove)) and one.path == change.spot.path and len(one.keys) == 1:
            data.pop(str(one.keys[0]), None)
            if isinstance(one, Set):
                data[str(one.keys[0])] = one.value
    return validated(ChangeRequest, {"id": change.id, **data, "status": status}).placed(change.spot)


def computed_impact(s: Session, change: ChangeRequest) -> list[Computed]:
    """What the change would touch: the plan with and without, the records. None where a file is broken."""
    from pmkit.workspace.impact import computed
    from pmkit.workspace.links import Trace
    from pmkit.workspace.planning import plan_of
    from pmkit.workspace.proposals import with_outcome

    ws = with_outcome(s.loaded.workspace, {change.id: change})
    return computed(Trace(ws), change, plan_of(ws, None)[0])


def price_notes(s: Session, change: ChangeRequest) -> list[Text]:
    from pmkit.workspace.approvals import cumulative_price

    total = cumulative_price(s.ws, change)
    if total.state == "fine" or total.percent is None:
        return []
    limits = s.ws.project.approval.cumulative_price
    says = Text(
        en="note: the changes now come to {percent}% of the contract price (warning from {warn}, no more than {stop})",
        zh="注意：变更累计金额已达合同价款的 {percent}%（预警线 {warn}，上限 {stop}）",
    )
    return [says.format(percent=f"{total.percent:.1f}", warn=limits.warn, stop=limits.stop)]
