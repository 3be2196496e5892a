"""客户满意度调查表, the satisfaction survey (FORMS §1.23)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from pmkit.domain.surveys import ITEMS, MODES, STAGES
from pmkit.kernel.text import Lang, Text
from pmkit.reports.views.blocks import Audience, Basis, Choice, Day, Head, Wording, document_title

KIND = Text("Customer satisfaction survey", "客户满意度调查表")


@dataclass(frozen=True, slots=True)
class Line:
    """An item with its score, None where nobody scored it, and what was said about it."""

    item: Text
    score: int | None
    remark: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The questionnaire of one respondent; blank where nobody has filled it in."""

    respondent: Wording
    department: Wording
    position: Wording
    date: Day
    lines: tuple[Line, ...]
    best: Wording
    improve: Wording
    suggestions: Wording
    recommend: int | None


@dataclass(frozen=True, slots=True)
class SurveyForm:
    """The questionnaire, blank or one sheet a respondent. `score`, `follow_ups`: internal, None and () otherwise."""

    head: Head
    audience: Audience
    ref: str
    stage: Choice
    mode: Choice
    reply_by: Day
    sheets: tuple[Sheet, ...]
    score: Wording
    follow_ups: tuple[tuple[str, Wording, Day], ...]
    basis: Basis | None

    @property
    def pictures(self) -> Mapping[str, NoReturn]:
        return {}

    def title(self, lang: Lang) -> str:
        return document_title(self.head.project, KIND, lang)

    def foot(self, lang: Lang) -> str:
        """What stands in the margin of every printed page."""
        return " ".join(part for part in (self.title(lang), self.ref) if part)


def blank_sheet(items: Mapping[str, Text]) -> Sheet:
    """A questionnaire to fill in by hand."""
    lines = tuple(Line(text, None, "") for text in items.values())
    return Sheet("", "", "", "", lines, "", "", "", None)


def blank_survey(head: Head) -> SurveyForm:
    """The form of no survey in particular."""
    return SurveyForm(
        head, "customer", "", Choice.of(STAGES), Choice.of(MODES), "", (blank_sheet(ITEMS),), None, (), None
    )
