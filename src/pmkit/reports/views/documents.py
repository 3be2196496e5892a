"""文档清单, the document register (FORMS §1.17): every document, its version, where it is, how it is signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from pmkit.kernel.text import Text
from pmkit.reports.views.blocks import Audience, Basis, Choice, Head, Headed, Wording

KIND = Text("Document register", "文档清单")
SIGNED = {
    "signed": Text("Signed", "签字"),
    "sealed": Text("Sealed", "盖章"),
    "original": Text("Original back", "原件已回"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A document. `released`: the day of its release; `medium`: what it is kept on, with the number of copies."""

    ref: str
    number: Wording
    title: str
    version: str
    classification: Text
    phase: Wording
    prepared_by: Wording
    approved_by: Wording
    released: date | None
    status: Text
    medium: Wording
    signed: Choice
    location: Wording
    archive_no: Wording
    remarks: Wording


@dataclass(frozen=True, slots=True)
class Totals:
    """How many documents there are, are released, are signed by the customer."""

    documents: int
    released: int
    signed: int


@dataclass(frozen=True, slots=True)
class Missing:
    """A document that a phase asks for and does not have."""

    phase: Text
    type: Text
    degree: Text
    lacks: Text
    mend: Text


@dataclass(frozen=True, slots=True)
class DocumentRegister(Headed):
    """The register; `missing` is for our own eyes, and `required` how many documents the phases ask for."""

    head: Head
    audience: Audience
    entries: tuple[Entry, ...]
    totals: Totals
    missing: tuple[Missing, ...]
    required: int
    basis: Basis

    document: ClassVar[Text] = KIND
