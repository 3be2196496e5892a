"""Every meeting has its minutes, and the customer confirmed them."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.domain.meetings import MEETING, Meeting
from pmkit.kernel.text import Text
from pmkit.workspace.readiness.base import Group, Missing
from pmkit.workspace.todo.base import Situation, day_of

GROUP = Group("minutes", Text("Minutes", "会议纪要"), 60)
_MEND = {
    "planned": "pmkit meeting record {id}",
    "held": "pmkit send {id}",
    "sent": "pmkit confirm {id} --by HANDLE --evidence FILE",
}


def missing(at: Situation) -> Iterator[Missing]:
    """A meeting of the past that is not recorded, not sent or not confirmed."""
    for meeting in at.ws.of(Meeting):
        day = day_of(meeting.time)
        ahead = meeting.status == "planned" and day is not None and day >= at.as_of
        if meeting.status in _MEND and not ahead and MEETING.states is not None:
            says = Text(en="{title}: {state}", zh="{title}：{state}").format(
                title=meeting.title, state=MEETING.states.names[meeting.status]
            )
            yield Missing(meeting.id, says, _MEND[meeting.status].format(id=meeting.id))
