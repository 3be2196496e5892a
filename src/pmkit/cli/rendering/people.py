"""Stakeholders and contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmkit.cli.rendering.base import Asked, basis
from pmkit.cli.session import Session

if TYPE_CHECKING:
    from pmkit.reports.document import View
    from pmkit.workspace.model import Workspace


def stakeholders(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.stakeholders import stakeholder_register

    return stakeholder_register(seen, s.today, basis(s, None))


def contacts(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.stakeholders import contact_list
    from pmkit.reports.views.stakeholders import blank_contacts

    return blank_contacts(seen.project.name) if asked.blank else contact_list(seen, basis(s, None))
