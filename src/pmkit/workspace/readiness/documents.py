"""The documents that the phases have to leave behind are released, and signed where they have to be."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.kernel.text import Text
from pmkit.workspace.documents import needs, phases_of
from pmkit.workspace.readiness.base import Group, Missing
from pmkit.workspace.todo.base import Situation

GROUP = Group("documents", Text("Required documents", "应有文件"), 30)
_AFTER_ACCEPTANCE = frozenset({"WB"})  # what the warranty leaves behind comes later


def missing(at: Situation) -> Iterator[Missing]:
    """A required document that is not there, not released, or not signed."""
    phases = [phase for phase in phases_of(at.ws) if phase.code not in _AFTER_ACCEPTANCE]
    for need in needs(at.ws, phases):
        if need.is_missing and need.lacks is not None:
            says = Text(en="{phase}, {name}: {lacks}", zh="{phase}阶段《{name}》：{lacks}")
            about = need.has[0] if need.has else need.type.code
            yield Missing(about, says.format(phase=need.phase.name, name=need.type.name, lacks=need.lacks), need.mend)
