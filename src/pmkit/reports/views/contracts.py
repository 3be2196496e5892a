"""合同响应对照表, the contract compliance matrix: clause by clause what was asked for, answered, and shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pmkit.kernel.text import Text
from pmkit.reports.views.blocks import Basis, Head, Headed, SignBox, Wording, sign_boxes


@dataclass(frozen=True, slots=True)
class ClauseLine:
    """A clause. `source`: the supplementary agreement that says it; empty for the contract itself."""

    no: Wording
    star: str
    text: Wording
    response: Wording
    deviation: Wording
    requirements: Wording
    deliverables: Wording
    cases: Wording
    result: Wording
    source: Wording = ""


@dataclass(frozen=True, slots=True)
class AmendedLine:
    """What a supplementary agreement made otherwise; `signed_on` None while it is not signed."""

    agreement: str
    signed_on: Wording
    changes: Wording
    what: Wording
    before: Wording
    after: Wording


@dataclass(frozen=True)
class ComplianceMatrix(Headed):
    """The contract's figures, its clauses, what was amended."""

    document: ClassVar[Text] = Text("Contract compliance matrix", "合同响应对照表")

    head: Head
    title_of_contract: Wording
    signed_on: Wording
    price: Wording
    in_words: Wording
    tax_rate: Wording
    period: Wording
    finish: Wording
    clauses: tuple[ClauseLine, ...]
    amended: tuple[AmendedLine, ...]
    totals: Wording
    sign: tuple[SignBox, ...]
    basis: Basis | None


def blank_matrix(head: Head, *, rows: int = 12) -> ComplianceMatrix:
    """The table to fill in by hand."""
    return ComplianceMatrix(
        head, "", "", "", "", "", "", "", (ClauseLine("", "", "", "", "", "", "", "", ""),) * rows, (), "",
        sign_boxes(head), None,
    )  # fmt: skip
