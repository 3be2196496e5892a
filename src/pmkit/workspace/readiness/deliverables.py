"""Every deliverable was handed over and taken."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.domain.deliverables import DELIVERABLE, Deliverable
from pmkit.kernel.text import Text
from pmkit.workspace.readiness.base import Group, Missing
from pmkit.workspace.todo.base import Situation

GROUP = Group("deliverables", Text("Deliverables", "交付物"), 20)
_MEND = {
    "planned": "pmkit deliverable submit {id}",
    "rejected": "pmkit deliverable submit {id}",
    "submitted": "pmkit deliverable accept {id} --by HANDLE --evidence FILE",
}


def missing(at: Situation) -> Iterator[Missing]:
    """A deliverable that is not submitted, went back, or waits for the customer."""
    for one in at.ws.of(Deliverable):
        if one.status in _MEND and DELIVERABLE.states is not None:
            says = Text(en="{title}: {state}", zh="{title}：{state}")
            state = DELIVERABLE.states.names[one.status]
            yield Missing(one.id, says.format(title=one.title, state=state), _MEND[one.status].format(id=one.id))
