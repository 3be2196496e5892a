"""需求满足方式对照表, the fit-gap table: how each requirement is met, for the customer to read and sign."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from pmkit.domain.requirements import FITS
from pmkit.kernel.text import Lang, Text
from pmkit.reports.views.blocks import (
    Basis,
    Choice,
    Head,
    Prepared,
    Signature,
    SignBox,
    Wording,
    document_title,
    sign_boxes,
)

KIND = Text("Fit-gap table", "需求满足方式对照表")


@dataclass(frozen=True, slots=True)
class Row:
    """A requirement and how it is met. `changed`: that it is not what was signed, where that is so."""

    ref: str
    title: Wording
    priority: Wording
    fit: Choice
    solution: Wording
    changed: Wording


@dataclass(frozen=True, slots=True)
class Total:
    """How many requirements are met in one way, of the musts and in all."""

    label: Text
    must: int
    all: int


@dataclass(frozen=True, slots=True)
class FitGapTable:
    head: Head
    ref: str
    version: str
    rows: tuple[Row, ...]
    totals: tuple[Total, ...]
    prepared: Prepared
    sign: tuple[SignBox, ...]
    fingerprint: str
    basis: Basis | None

    @property
    def pictures(self) -> Mapping[str, NoReturn]:
        return {}

    def title(self, lang: Lang) -> str:
        return document_title(self.head.project, KIND, lang)

    def foot(self, lang: Lang) -> str:
        """What stands in the margin of every printed page."""
        mark = Text(" · Fingerprint ", " · 文件校验码 ").to(lang) + self.fingerprint if self.fingerprint else ""
        return f"{self.ref} V{self.version}{mark}" if self.ref else mark


def blank_fit_gap(head: Head, *, rows: int = 10) -> FitGapTable:
    """The table to fill in by hand."""
    nobody = Signature("")
    return FitGapTable(
        head=head,
        ref="",
        version="",
        rows=(Row("", "", "", Choice.of(FITS), "", ""),) * rows,
        totals=(),
        prepared=Prepared(nobody, nobody, nobody),
        sign=sign_boxes(head),
        fingerprint="",
        basis=None,
    )
