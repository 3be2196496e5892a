"""需求确认单, the sign-off sheet (FORMS §1.3), of requirements and of whatever else is signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from pmkit.domain.signoffs import SCOPES
from pmkit.kernel.text import Lang, Text
from pmkit.reports.views.blocks import (
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

KINDS = {
    "requirements": Text("Requirements sign-off sheet", "需求确认单"),
    "fit-gap": Text("Sign-off sheet of requirements and their solutions", "需求满足方式确认单"),
    "objectives": Text("Objectives sign-off sheet", "项目目标确认单"),
    "milestone": Text("Milestone sign-off sheet", "里程碑确认单"),
    "interview": Text("Interview confirmation sheet", "需求访谈确认单"),
    "records": Text("Sign-off sheet", "确认单"),
}
VERDICTS = {
    "confirmed": Text("Confirmed", "确认"),
    "conditional": Text("With conditions", "有条件"),
    "refused": Text("Not confirmed", "不确认"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A record that is signed: what it is, its fingerprint, and the verdict on it."""

    ref: str
    name: Wording
    priority: Wording
    fingerprint: str
    verdict: Choice
    remarks: Wording


@dataclass(frozen=True, slots=True)
class Condition:
    text: Wording
    party: Wording
    due: Day


@dataclass(frozen=True, slots=True)
class Annex:
    """A document that belongs to the sheet, with the beginning of its SHA-256."""

    title: Wording
    fingerprint: str


@dataclass(frozen=True, slots=True)
class SignOffSheet:
    """The sheet, filled from a sign-off or blank. `copies` and `copies_each`: originals in all and for each party."""

    head: Head
    ref: str
    kind: Text
    basis_document: Wording
    scope: Choice
    fingerprint: str
    rows: tuple[Row, ...]
    with_priority: bool
    conditions: tuple[Condition, ...]
    sign: tuple[SignBox, ...]
    prepared: Prepared
    annexes: tuple[Annex, ...]
    reply_by: Day
    copies: int | None
    copies_each: int | None
    basis: Basis | None

    @property
    def pictures(self) -> Mapping[str, NoReturn]:
        return {}

    def title(self, lang: Lang) -> str:
        return document_title(self.head.project, self.kind, lang)

    def foot(self, lang: Lang) -> str:
        """What stands in the margin of every printed page: number and fingerprint, to match paper and record."""
        number = " ".join(part for part in (self.head.form_no, self.ref) if part)
        mark = Text(" · Fingerprint ", " · 文件校验码 ").to(lang) + self.fingerprint if self.fingerprint else ""
        return number + mark


def blank_sheet(head: Head, *, rows: int = 8) -> SignOffSheet:
    """The sheet to fill in by hand."""
    nobody = Signature("")
    return SignOffSheet(
        head=head,
        ref="",
        kind=KINDS["requirements"],
        basis_document="",
        scope=Choice.of(SCOPES),
        fingerprint="",
        rows=(Row("", "", "", "", Choice.of(VERDICTS), ""),) * rows,
        with_priority=True,
        conditions=(Condition("", "", ""),) * 2,
        sign=sign_boxes(head),
        prepared=Prepared(nobody, nobody, nobody),
        annexes=(),
        reply_by="",
        copies=None,
        copies_each=None,
        basis=None,
    )
