"""The register of signed papers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmkit.cli.rendering.base import Asked, basis
from pmkit.cli.session import Session

if TYPE_CHECKING:
    from pmkit.reports.document import View
    from pmkit.workspace.model import Workspace


def papers(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.change import form_head
    from pmkit.reports.papers import columns, paper_register
    from pmkit.reports.views.papers import blank_paper_register
    from pmkit.workspace.papers import party_word

    if asked.blank:
        return blank_paper_register(form_head(seen), tuple(party_word(one) for one in columns(seen)))
    return paper_register(seen, asked.audience, s.today, basis(s, None))
