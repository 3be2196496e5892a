"""Training was held and signed for."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.domain.training import TRAINING, Training
from pmkit.kernel.text import Text
from pmkit.workspace.readiness.base import Group, Missing
from pmkit.workspace.todo.base import Situation

GROUP = Group("training", Text("Training", "培训"), 70)
_MEND = {"planned": "pmkit training record {id}", "held": "pmkit training confirm {id} --by HANDLE --evidence FILE"}


def missing(at: Situation) -> Iterator[Missing]:
    """No training at all, one that was not held, one that nobody signed for."""
    sessions = [one for one in at.ws.of(Training) if one.status != "cancelled"]
    if not sessions:
        yield Missing("training", Text("no training is recorded", "没有培训记录"), "pmkit training plan --title TEXT")
    for one in sessions:
        if one.status in _MEND and TRAINING.states is not None:
            says = Text(en="{title}: {state}", zh="{title}：{state}").format(
                title=one.title, state=TRAINING.states.names[one.status]
            )
            yield Missing(one.id, says, _MEND[one.status].format(id=one.id))
