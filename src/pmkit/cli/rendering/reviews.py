"""Reviews: record and register."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmkit.cli.rendering.base import Asked, basis
from pmkit.cli.session import Session
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from pmkit.reports.document import View
    from pmkit.workspace.model import Workspace


def review(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.domain.reviews import Review
    from pmkit.reports.review import review_head, review_record
    from pmkit.reports.views.review import blank_review

    if asked.blank:
        return blank_review(review_head(seen))
    if asked.record_id is None:
        raise UsageError(Text("which review?", "请指明评审编号"), Text.same("pmkit report review REV-001 | --blank"))
    return review_record(seen, seen.get(asked.record_id, Review), basis(s, None))


def reviews(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.reviews import review_register

    return review_register(seen, asked.audience, basis(s, None))
