"""The document register."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmkit.cli.rendering.base import Asked, basis
from pmkit.cli.session import Session

if TYPE_CHECKING:
    from pmkit.reports.document import View
    from pmkit.workspace.model import Workspace


def documents(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.documents import document_register

    return document_register(s.whole, seen, asked.audience, basis(s, None))
