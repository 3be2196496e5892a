"""干系人登记册, the stakeholder register, and 项目通讯录, the contact list of all parties (FORMS §1.15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from pmkit.kernel.text import Lang, Text
from pmkit.reports.views.blocks import Basis, Wording, document_title

REGISTER = Text("Stakeholder register", "干系人登记册")
CONTACTS = Text("Contact list", "项目通讯录")


@dataclass(frozen=True, slots=True)
class Stakeholder:
    """A line of the register. `communication`: what they hear, how often and how; `last`: when they were spoken to."""

    name: str
    organisation: Wording
    position: Wording
    role: Wording
    group: Wording
    contact: Wording
    expectations: Wording
    influence: Wording
    interest: Wording
    attitude: Wording
    strategy: Wording
    communication: Wording
    our_contact: Wording
    last: Wording


@dataclass(frozen=True, slots=True)
class StakeholderRegister:
    """Internal as a whole: it says what we think of people."""

    project: str
    lines: tuple[Stakeholder, ...]
    grid: tuple[tuple[Wording, ...], ...]
    basis: Basis

    @property
    def pictures(self) -> Mapping[str, NoReturn]:
        return {}

    def title(self, lang: Lang) -> str:
        return document_title(self.project, REGISTER, lang)

    def foot(self, lang: Lang) -> str:
        """What stands in the margin of every printed page."""
        return f"{self.title(lang)} · {Text('Internal', '内部').to(lang)}"


@dataclass(frozen=True, slots=True)
class ContactLine:
    organisation: Wording
    name: Wording
    position: Wording
    role: Wording
    phone: Wording
    email: Wording
    authority: Wording


@dataclass(frozen=True, slots=True)
class ContactList:
    """Everybody of every party who can be called."""

    project: str
    lines: tuple[ContactLine, ...]
    basis: Basis | None

    @property
    def pictures(self) -> Mapping[str, NoReturn]:
        return {}

    def title(self, lang: Lang) -> str:
        named = self.project.removesuffix("项目") if lang == "zh" else self.project
        return document_title(named, CONTACTS, lang)

    def foot(self, lang: Lang) -> str:
        """What stands in the margin of every printed page."""
        return self.title(lang)


def blank_contacts(project: str, *, rows: int = 12) -> ContactList:
    """The list to fill in by hand."""
    return ContactList(project, (ContactLine("", "", "", "", "", "", ""),) * rows, None)
