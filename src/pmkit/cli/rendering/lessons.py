"""Lessons learned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmkit.cli.rendering.base import Asked, basis
from pmkit.cli.session import Session

if TYPE_CHECKING:
    from pmkit.reports.document import View
    from pmkit.workspace.model import Workspace


def lessons(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.lessons import lesson_register

    return lesson_register(seen, basis(s, None))
