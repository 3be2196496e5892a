"""The scheduled plan of a session, or the error that names what makes it impossible."""

from __future__ import annotations

from pmkit.cli.session import Session, parse_date
from pmkit.kernel.errors import BadWorkspace
from pmkit.kernel.text import Text
from pmkit.workspace.planning import Planned


def scheduled(s: Session, as_of: str | None = None, *, levelled: bool = True) -> Planned:
    """The scheduled plan. Raises BadWorkspace with what makes it impossible."""
    from pmkit.workspace.planning import plan_of

    planned, findings = plan_of(s.whole, parse_date(as_of) if as_of else None, levelled=levelled)
    if planned is None:
        raise BadWorkspace(
            Text("the plan cannot be scheduled", "计划无法排程"),
            Text("mend what is listed above", "请先改正上面列出的问题"),
            s.placed([f for f in findings if f.severity == "error"]),
        )
    return planned
