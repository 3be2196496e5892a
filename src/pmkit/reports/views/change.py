"""变更申请单, the change request form (FORMS §1.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from pmkit.domain.changes import SIDES_OF_COST, TYPES, URGENCIES
from pmkit.kernel.text import Lang, Text
from pmkit.reports.views.blocks import (
    Audience,
    Basis,
    Choice,
    Day,
    Head,
    Prepared,
    Signature,
    SignBox,
    Wording,
    document_title,
    sign_boxes,
)

KIND = Text("Change request form", "变更申请单")
YES = (Text("Supplementary agreement needed", "需补充协议"),)
VERDICTS = {"passed": Text("Passed", "验证通过"), "failed": Text("Failed", "验证不通过")}


@dataclass(frozen=True, slots=True)
class Edit:
    """What would change: a field of a record, a whole record added or withdrawn."""

    item: Wording
    before: Wording
    after: Wording


@dataclass(frozen=True, slots=True)
class ImpactAssessment:
    """四 影响分析. `extension`: calendar days of the contract period; `price_in_words`: 人民币大写.

    `own_cost` is internal and printed for that audience only. `computed`: what the program makes of plan and links.
    """

    assessed_by: Wording
    assessed_on: Day
    scope: Wording
    schedule: Wording
    extension: Wording
    price: Wording
    price_in_words: Wording
    borne_by: Choice
    effort: Wording
    dependencies: Wording
    own_cost: Wording
    quality: Wording
    risk: Wording
    documents: Wording
    supplementary_agreement: Choice
    computed: tuple[tuple[Text, Text], ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeForm:
    """The form, filled from a change request or blank. `fingerprint` is of the content that approvers saw."""

    head: Head
    audience: Audience
    ref: str
    name: Wording
    type: Choice
    urgency: Choice
    requested_by: Wording
    requested_on: Day
    answer_by: Day
    reason: Wording
    edits: tuple[Edit, ...]
    alternatives: Wording
    impact: ImpactAssessment
    implementation: Wording
    implemented_by: Wording
    planned_finish: Day
    level: Wording
    ccb_opinion: Wording
    sign: tuple[SignBox, ...]
    verdict: Choice
    result: Wording
    verified_by: Wording
    verified_on: Day
    closed_on: Day
    prepared: Prepared
    fingerprint: str
    copies: int | None
    copies_each: int | None
    basis: Basis | None

    @property
    def pictures(self) -> Mapping[str, NoReturn]:
        return {}

    def title(self, lang: Lang) -> str:
        return document_title(self.head.project, KIND, lang)

    def foot(self, lang: Lang) -> str:
        """What stands in the margin of every printed page: number and fingerprint, to match paper and record."""
        number = " ".join(part for part in (self.head.form_no, self.ref) if part)
        mark = Text(" · Fingerprint ", " · 文件校验码 ").to(lang) + self.fingerprint if self.fingerprint else ""
        return number + mark


def blank_change(head: Head, *, audience: Audience = "customer", rows: int = 2) -> ChangeForm:
    """The form to fill in by hand: nothing ticked, every cell empty, `rows` lines of proposed changes."""
    nobody = Signature("")
    return ChangeForm(
        head=head,
        audience=audience,
        ref="",
        name="",
        type=Choice.of(TYPES),
        urgency=Choice.of(URGENCIES),
        requested_by="",
        requested_on="",
        answer_by="",
        reason="",
        edits=(Edit("", "", ""),) * rows,
        alternatives="",
        impact=ImpactAssessment(
            assessed_by="",
            assessed_on="",
            scope="",
            schedule="",
            extension="",
            price="",
            price_in_words="",
            borne_by=Choice.of(SIDES_OF_COST),
            effort="",
            dependencies="",
            own_cost="",
            quality="",
            risk="",
            documents="",
            supplementary_agreement=Choice(YES),
        ),
        implementation="",
        implemented_by="",
        planned_finish="",
        level="",
        ccb_opinion="",
        sign=sign_boxes(head),
        verdict=Choice.of(VERDICTS),
        result="",
        verified_by="",
        verified_on="",
        closed_on="",
        prepared=Prepared(nobody, nobody, nobody),
        fingerprint="",
        copies=None,
        copies_each=None,
        basis=None,
    )
