"""What the customer's side provides was provided."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.domain.duties import Duty
from pmkit.kernel.text import Text
from pmkit.workspace.readiness.base import Group, Missing
from pmkit.workspace.todo.base import Situation

GROUP = Group("duties", Text("Matters needed from the owner", "需建设单位配合事项"), 80)


def missing(at: Situation) -> Iterator[Missing]:
    """A duty that is open."""
    for duty in at.ws.of(Duty):
        if not duty.is_closed:
            says = Text(en="{title}, needed by {due}", zh="{title}，需要日期 {due}").format(
                title=duty.title, due=duty.due
            )
            yield Missing(duty.id, says, f"pmkit duty done {duty.id}")
