"""No issue is open; the gravest are named first."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.domain.issues import ISSUE, SEVERITIES, Issue
from pmkit.kernel.text import Text
from pmkit.workspace.readiness.base import Group, Missing
from pmkit.workspace.todo.base import Situation

GROUP = Group("defects", Text("Open defects and issues", "未关闭的缺陷与问题"), 40)
_MEND = {
    "open": "pmkit issue analyse {id} --cause TEXT",
    "analysing": "pmkit issue analyse {id} --cause TEXT",
    "solving": "pmkit issue resolve {id} --action TEXT",
    "on_hold": "pmkit issue resume {id}",
}


def missing(at: Situation) -> Iterator[Missing]:
    """An issue that is not closed, with its severity."""
    for issue in sorted(at.ws.of(Issue), key=lambda one: list(SEVERITIES).index(one.severity)):
        if issue.is_closed or ISSUE.states is None:
            continue
        says = Text(en="{severity}: {title} ({state})", zh="{severity}：{title}（{state}）").format(
            severity=SEVERITIES[issue.severity], title=issue.title, state=ISSUE.states.names[issue.status]
        )
        verb = "close {id}" if issue.verification else "verify {id} --by HANDLE"
        yield Missing(issue.id, says, _MEND.get(issue.status, f"pmkit issue {verb}").format(id=issue.id))
