"""Values that several documents print: form head, choices, signature boxes, prepared-by lines, photos, data basis.

In every view a `str` is the text of a record, a `Text` are the program's own words, `None` prints `/` (nothing is
known) and `""` prints nothing (a cell to write into by hand).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal, NoReturn

from pmkit.kernel.text import Lang, Text

Wording = str | Text | None
Day = date | Literal[""] | None
Audience = Literal["customer", "internal"]


@dataclass(frozen=True, slots=True)
class Head:
    """HEAD 表头: legal party names letter for letter as in the contract; no supervisor, no row for one.

    `signing`: who signs, in order, by the word for what they are; None for the three of the head.
    """

    project: str
    contract_no: str | None
    form_no: str | None
    employer: str | None
    contractor: str | None
    supervisor: str | None
    date: Day
    signing: tuple[tuple[Text, str], ...] | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """All options of a field; those chosen print ☑, the others □."""

    options: tuple[Text, ...]
    chosen: tuple[Text, ...] = ()

    @staticmethod
    def of(words: Mapping[str, Text], *chosen: str | None) -> Choice:
        """The choice among a field's words by their keys; None ticks nothing."""
        return Choice(tuple(words.values()), tuple(words[key] for key in chosen if key is not None))


@dataclass(frozen=True, slots=True)
class Signature:
    """Who prepared, reviewed or approved inside the contractor's house."""

    name: str | None
    date: Day = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """PRA 编审批."""

    prepared: Signature
    reviewed: Signature
    approved: Signature


Opinion = Literal["agree", "agree_as_noted", "disagree"]


@dataclass(frozen=True, slots=True)
class SignBox:
    """SIGN 签署栏 of one party; what is recorded is printed, hand and seal always have their room."""

    party: Text
    organisation: str | None
    opinion: Opinion | None = None
    comment: str = ""
    signed_by: str = ""
    date: Day = ""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo: `path` in the workspace; `load` gives the bytes to show (JPEG, PNG, GIF or WebP) once a format asks."""

    path: str
    caption: str
    load: Callable[[], bytes]

    @property
    def content(self) -> bytes:
        return self.load()


@dataclass(frozen=True, slots=True)
class Basis:
    """What the document was made from: no clock, so the same basis gives the same bytes.

    `commit` is shortened, `status_date` the plan's, None without progress; `version` is pmkit's.
    """

    commit: str
    as_of: date
    status_date: date | None
    version: str


CONTRACTOR = Text("Contractor", "承建单位")
SUPERVISOR = Text("Supervisor", "监理单位")
EMPLOYER = Text("Owner", "建设单位")


class Headed:
    """What views with a form head share: the title of project and document, which stands in the margin too."""

    document: ClassVar[Text]
    head: Head

    @property
    def pictures(self) -> Mapping[str, NoReturn]:
        return {}

    def title(self, lang: Lang) -> str:
        return document_title(self.head.project, self.document, lang)

    def foot(self, lang: Lang) -> str:
        """What stands in the margin of every printed page."""
        return self.title(lang)


class Form(Headed):
    """What the views of forms share: in the margin stand the form's number and fingerprint."""

    ref: str
    fingerprint: str

    def foot(self, lang: Lang) -> str:
        """What stands in the margin of every printed page."""
        number = " ".join(part for part in (self.head.form_no, self.ref) if part)
        mark = Text(" · Fingerprint ", " · 文件校验码 ").to(lang) + self.fingerprint if self.fingerprint else ""
        return number + mark


def sign_boxes(head: Head) -> tuple[SignBox, ...]:
    """Unsigned boxes for the parties of a form head, in signing order."""
    if head.signing is not None:
        return tuple(SignBox(word, name) for word, name in head.signing)
    return (
        SignBox(CONTRACTOR, head.contractor),
        *((SignBox(SUPERVISOR, head.supervisor),) if head.supervisor else ()),
        SignBox(EMPLOYER, head.employer),
    )


def document_title(project: str, kind: Text, lang: Lang) -> str:
    """项目名称 + 文种: `智慧园区一期项目周报`, `Smart Campus, Phase 1: Weekly report`."""
    return f"{project}{kind.zh}" if lang == "zh" else f"{project}: {kind.en}"
