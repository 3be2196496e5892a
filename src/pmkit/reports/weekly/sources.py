"""What every section is made of: the reporting week, and the workspace as a whole and as its audience sees it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta

from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import Planned, Verdict


@dataclass(frozen=True)
class Week:
    """The reporting week: Monday to the day of the report; its number counts from the project's first week."""

    start: date
    finish: date
    number: int

    @staticmethod
    def of(as_of: date, project_start: date) -> Week:
        monday = as_of - timedelta(days=as_of.weekday())
        first = project_start - timedelta(days=project_start.weekday())
        return Week(monday, as_of, max(1, (monday - first).days // 7 + 1))

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day <= self.finish

    @property
    def next_end(self) -> date:
        """The Sunday after the next Monday."""
        return self.finish + timedelta(days=13 - self.finish.weekday())


@dataclass(frozen=True)
class Sources:
    """What the report is made of. `seen` is what its audience may see of `whole`; the plan is always the whole one's.

    `touched`: ids of records that the week's commits changed.
    """

    whole: Workspace
    seen: Workspace
    planned: Planned
    verdict: Verdict | None
    touched: AbstractSet[str]
