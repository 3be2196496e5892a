"""责任分配矩阵, the responsibility matrix (FORMS §1.16): work and deliverables against people, party by party."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from pmkit.kernel.text import Lang, Text
from pmkit.reports.views.blocks import Audience, Basis, Head, Prepared, Signature, SignBox, document_title, sign_boxes

KIND = Text("Responsibility matrix (RACI)", "责任分配矩阵（RACI）")


@dataclass(frozen=True, slots=True)
class Column:
    """A person; columns stand party by party."""

    party: Text
    name: str
    role: Text


@dataclass(frozen=True, slots=True)
class Row:
    """Work or a deliverable, with the letters of each column."""

    ref: str
    name: str
    letters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResponsibilityMatrix:
    """`legend`: a letter and what it means; `widths` of the columns in percent."""

    head: Head
    version: str
    audience: Audience
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    legend: tuple[tuple[str, Text], ...]
    widths: str
    prepared: Prepared
    sign: tuple[SignBox, ...]
    basis: Basis | None

    @property
    def pictures(self) -> Mapping[str, NoReturn]:
        return {}

    def title(self, lang: Lang) -> str:
        return document_title(self.head.project, KIND, lang)

    def foot(self, lang: Lang) -> str:
        """What stands in the margin of every printed page."""
        return self.title(lang) + (f" V{self.version}" if self.version else "")


def blank_matrix(head: Head, legend: tuple[tuple[str, Text], ...], *, rows: int = 12) -> ResponsibilityMatrix:
    """The matrix to fill in by hand."""
    nobody = Signature("")
    return ResponsibilityMatrix(
        head=head,
        version="",
        audience="customer",
        columns=(Column(Text.same(""), "", Text.same("")),) * 8,
        rows=(Row("", "", ("",) * 8),) * rows,
        legend=legend,
        widths=widths(8),
        prepared=Prepared(nobody, nobody, nobody),
        sign=sign_boxes(head),
        basis=None,
    )


def widths(people: int) -> str:
    """Column widths in percent: number, id and name, then as much for each person."""
    each = max(3, 64 // max(1, people))
    return " ".join(["5", "9", str(max(16, 86 - each * people)), *[str(each)] * people])
