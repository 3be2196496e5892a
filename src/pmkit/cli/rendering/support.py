"""Service requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmkit.cli.rendering.base import Asked, basis
from pmkit.cli.session import Session

if TYPE_CHECKING:
    from pmkit.reports.document import View
    from pmkit.workspace.model import Workspace


def support(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.support import support_register

    return support_register(seen, s.today, asked.audience, basis(s, None))
