"""No change is under way, and what was agreed is carried out."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.domain.changes import CHANGE, ChangeRequest
from pmkit.domain.signoffs import SignOff
from pmkit.kernel.text import Text
from pmkit.workspace.readiness.base import Group, Missing
from pmkit.workspace.signing import prepared_records, unsigned_changes
from pmkit.workspace.todo.base import Situation

GROUP = Group("changes", Text("Changes", "变更"), 50)
_ENDED = frozenset({"verified", "closed", "rejected", "withdrawn"})


def missing(at: Situation) -> Iterator[Missing]:
    """A change that is undecided, not applied or not verified; what changed and is not signed again."""
    states = CHANGE.states
    for change in at.ws.of(ChangeRequest):
        if change.status not in _ENDED and states is not None:
            says = Text(en="{title}: {state}", zh="{title}：{state}").format(
                title=change.title, state=states.names[change.status]
            )
            yield Missing(change.id, says, f"pmkit change show {change.id}")
    out = prepared_records(at.ws.of(SignOff))
    for standing in unsigned_changes(at.ws):
        says = Text(en="changed under {ids}, not signed again", zh="已按 {ids} 变更，尚未重新签认").format(
            ids=Text.join(Text.same(one) for one in standing.under)
        )
        sheet = out.get(standing.record_id)
        mend = (
            f"pmkit signoff record {sheet[0].id} --by HANDLE --evidence FILE"
            if sheet
            else f"pmkit signoff prepare {standing.record_id}"
        )
        yield Missing(standing.record_id, says, mend)
