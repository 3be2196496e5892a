"""The letter that brings a document: what is enclosed, what is asked, until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from pmkit.kernel.text import Lang, Text


@dataclass(frozen=True, slots=True)
class CoveringLetter:
    """`asks`: a reply is wanted. `reminds_of`: the day on which the document went out first, in a reminder.

    `words`: what a person wants to say beside it.
    """

    project: str
    tag: str
    document: Text
    subject: str
    to: tuple[str, ...]
    sender: str
    organisation: str | None
    phone: str | None
    files: tuple[str, ...]
    words: str
    asks: bool
    reply_by: date | None
    deemed_on: date | None
    deemed_under: str | None
    reminds_of: date | None
    fingerprint: str

    @property
    def pictures(self) -> Mapping[str, NoReturn]:
        return {}

    @property
    def basis(self) -> None:
        """A letter says what is enclosed; the document says what it was made from."""
        return

    def title(self, lang: Lang) -> str:
        """The subject of the mail, with the tag by which replies are known."""
        return f"{self.tag} {self.heading(lang)}"

    def heading(self, lang: Lang) -> str:
        """What the mail brings: kind of document and what it is about."""
        about = (
            f"{self.document.to(lang)}{Text(': ', '：').to(lang)}{self.subject}"
            if self.subject
            else self.document.to(lang)
        )
        what = about[:1].upper() + about[1:] if lang == "en" else about
        return Text("Reminder: {what}", "【催复】{what}").format(what=what).to(lang) if self.reminds_of else what

    def foot(self, lang: Lang) -> str:
        return self.title(lang)
