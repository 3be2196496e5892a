"""What the portal is made of: the workspace as its readers may see it, and the views of the documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from pmkit.reports.views.blocks import Audience, Basis
from pmkit.reports.views.change import ChangeForm
from pmkit.reports.views.minutes import Minutes
from pmkit.reports.views.site import Download
from pmkit.workspace.model import Workspace

V = TypeVar("V")


@dataclass(frozen=True)
class Sources:
    """`views`: by the name of their report; a document that this project has nothing for is not among them.

    `forms`, `minutes`: of the changes and meetings that have a page, by id.
    """

    seen: Workspace
    audience: Audience
    basis: Basis
    views: Mapping[str, object]
    forms: Mapping[str, ChangeForm]
    minutes: Mapping[str, Minutes]
    downloads: tuple[Download, ...]

    def view(self, name: str, kind: type[V]) -> V | None:
        """The view of a report, where there is one."""
        found = self.views.get(name)
        return found if isinstance(found, kind) else None
