"""The documents of issues, duties and reviews, for `pmkit report`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pmkit.cli import service_reports
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from pmkit.cli.report import Asked
    from pmkit.cli.session import Session
    from pmkit.reports.document import View
    from pmkit.reports.views.blocks import Audience
    from pmkit.workspace.model import Workspace


def _issues_view(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.cli.report import basis
    from pmkit.reports.change import form_head
    from pmkit.reports.issues import issue_log
    from pmkit.reports.views.issues import blank_issue_log

    if asked.blank:
        return blank_issue_log(form_head(seen))
    return issue_log(seen, s.today, asked.audience, basis(s, None))


def _duties_view(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.cli.report import basis
    from pmkit.reports.change import form_head
    from pmkit.reports.duties import duty_register
    from pmkit.reports.views.duties import blank_duty_register
    from pmkit.workspace.duties import Costs, costs
    from pmkit.workspace.planning import plan_of

    if asked.blank:
        return blank_duty_register(form_head(seen))
    planned = plan_of(s.whole, s.today)[0]
    found = costs(planned) if planned else Costs()
    made_of = basis(s, planned.status_date if planned else None)
    return duty_register(seen, planned, found, s.today, asked.audience, made_of)


def _reviews_view(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.cli.report import basis
    from pmkit.reports.reviews import review_register

    return review_register(seen, asked.audience, basis(s, None))


def _review_view(s: Session, seen: Workspace, record_id: str | None, _: Audience, *, blank: bool) -> View:
    from pmkit.cli.report import basis
    from pmkit.domain.reviews import Review
    from pmkit.reports.review import review_head, review_record
    from pmkit.reports.views.review import blank_review

    if blank:
        return blank_review(review_head(seen))
    if record_id is None:
        raise UsageError(Text("which review?", "请指明评审编号"), Text.same("pmkit report review REV-001 | --blank"))
    return review_record(seen, seen.get(record_id, Review), basis(s, None))


FORMS: dict[str, Callable[..., Any]] = {"review": _review_view} | service_reports.FORMS
OF_PROJECT: dict[str, Callable[..., Any]] = {
    "issues": _issues_view,
    "duties": _duties_view,
    "reviews": _reviews_view,
} | service_reports.OF_PROJECT
