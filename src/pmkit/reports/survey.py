"""客户满意度调查表, from a survey: to be filled in, or as it was answered."""

from __future__ import annotations

from pmkit.domain.surveys import MODES, STAGES, Survey
from pmkit.kernel.text import Text
from pmkit.reports.change import form_head
from pmkit.reports.views.blocks import Audience, Basis, Choice
from pmkit.reports.views.survey import Line, Sheet, SurveyForm, blank_sheet
from pmkit.workspace.model import Workspace
from pmkit.workspace.surveys import follow_ups


def survey_form(ws: Workspace, survey: Survey, audience: Audience, basis: Basis) -> SurveyForm:
    """The questionnaire; for our own side a sheet for each answer, where there are any."""
    inside = audience == "internal"
    items = survey.items
    sheets = tuple(
        Sheet(
            respondent=answer.respondent,
            department=answer.department,
            position=answer.position,
            date=answer.on,
            lines=tuple(Line(text, answer.scores.get(key), answer.remarks.get(key, "")) for key, text in items.items()),
            best=answer.best,
            improve=answer.improve,
            suggestions=answer.suggestions,
            recommend=answer.recommend,
        )
        for answer in (survey.answers if inside else ())
    )
    said = Text("{score} ({n} answers)", "{score}（{n} 份）").format(score=survey.score, n=len(survey.answers))
    return SurveyForm(
        head=form_head(ws),
        audience=audience,
        ref=survey.id,
        stage=Choice.of(STAGES, survey.stage),
        mode=Choice.of(MODES, survey.mode),
        reply_by=survey.reply_by or "",
        sheets=sheets or (blank_sheet(items),),
        score=said if inside and survey.score is not None else None,
        follow_ups=tuple((a.title, ws.person_name(a.owner) or None, a.due) for a in follow_ups(ws, survey))
        if inside
        else (),
        basis=basis,
    )
