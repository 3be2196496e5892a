"""The risk register."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmkit.cli.rendering.base import Asked, basis
from pmkit.cli.session import Session

if TYPE_CHECKING:
    from pmkit.reports.document import View
    from pmkit.workspace.model import Workspace
    from pmkit.workspace.risks import Rated


def risks(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.change import form_head
    from pmkit.reports.risks import risk_register
    from pmkit.reports.views.risks import blank_register

    if asked.blank:
        return blank_register(form_head(seen))
    history = rating_history(s) if asked.audience == "internal" else {}
    return risk_register(seen, s.today, asked.audience, basis(s, None), history)


def rating_history(s: Session) -> dict[str, list[Rated]]:
    """How each risk was rated over time, out of git; nothing outside a repository."""
    from pmkit.domain.risks import RISK
    from pmkit.store.history import versions_of
    from pmkit.workspace.risks import ratings

    if s.git is None:
        return {}
    return {name.removesuffix(".yaml"): ratings(found) for name, found in versions_of(s.git, RISK.folder).items()}
