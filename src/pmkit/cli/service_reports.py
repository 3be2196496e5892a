"""The documents of surveys, training, support and lessons, for `pmkit report`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from pmkit.cli.report import Asked
    from pmkit.cli.session import Session
    from pmkit.reports.document import View
    from pmkit.reports.views.blocks import Audience
    from pmkit.workspace.model import Workspace


def _survey_view(s: Session, seen: Workspace, record_id: str | None, audience: Audience, *, blank: bool) -> View:
    from pmkit.cli.report import basis
    from pmkit.domain.surveys import Survey
    from pmkit.reports.change import form_head
    from pmkit.reports.survey import survey_form
    from pmkit.reports.views.survey import blank_survey

    if blank and record_id is None:
        return blank_survey(form_head(seen))
    if record_id is None:
        raise UsageError(
            Text("which survey?", "请指明调查编号"),
            Text(
                "pmkit report survey SRV-001 | --blank; all of them: pmkit report surveys",
                "pmkit report survey SRV-001 | --blank；汇总：pmkit report surveys",
            ),
        )
    survey = seen.get(record_id, Survey)
    if blank:
        survey = survey.model_copy(update={"answers": ()})
    return survey_form(seen, survey, audience, basis(s, None))


def _surveys_view(s: Session, seen: Workspace, _: Asked) -> View:
    from pmkit.cli.report import basis
    from pmkit.reports.surveys import survey_summary

    return survey_summary(seen, basis(s, None))


def _training_view(s: Session, seen: Workspace, record_id: str | None, _: Audience, *, blank: bool) -> View:
    from pmkit.cli.report import basis
    from pmkit.domain.training import Training
    from pmkit.reports.training import training_head, training_record
    from pmkit.reports.views.training import blank_training

    if blank:
        return blank_training(training_head(seen))
    if record_id is None:
        raise UsageError(
            Text("which training?", "请指明培训编号"), Text.same("pmkit report training TRN-001 | --blank")
        )
    return training_record(seen, seen.get(record_id, Training), basis(s, None))


def _support_view(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.cli.report import basis
    from pmkit.reports.support import support_register

    return support_register(seen, s.today, asked.audience, basis(s, None))


def _lessons_view(s: Session, seen: Workspace, _: Asked) -> View:
    from pmkit.cli.report import basis
    from pmkit.reports.lessons import lesson_register

    return lesson_register(seen, basis(s, None))


FORMS: dict[str, Callable[..., Any]] = {
    "training": _training_view,
    "survey": _survey_view,
}
OF_PROJECT: dict[str, Callable[..., Any]] = {
    "support": _support_view,
    "lessons": _lessons_view,
    "surveys": _surveys_view,
}
