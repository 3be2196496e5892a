"""Satisfaction surveys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmkit.cli.rendering.base import Asked, basis
from pmkit.cli.session import Session
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from pmkit.reports.document import View
    from pmkit.workspace.model import Workspace


def survey(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.domain.surveys import Survey
    from pmkit.reports.change import form_head
    from pmkit.reports.survey import survey_form
    from pmkit.reports.views.survey import blank_survey

    if asked.blank and asked.record_id is None:
        return blank_survey(form_head(seen))
    if asked.record_id is None:
        raise UsageError(
            Text("which survey?", "请指明调查编号"),
            Text(
                "pmkit report survey SRV-001 | --blank; all of them: pmkit report surveys",
                "pmkit report survey SRV-001 | --blank；汇总：pmkit report surveys",
            ),
        )
    survey = seen.get(asked.record_id, Survey)
    if asked.blank:
        survey = survey.model_copy(update={"answers": ()})
    return survey_form(seen, survey, asked.audience, basis(s, None))


def surveys(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.surveys import survey_summary

    return survey_summary(seen, basis(s, None))
