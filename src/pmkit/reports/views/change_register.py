"""变更登记表, the change register (FORMS §1.5): every change request, how it was decided, what all come to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from pmkit.kernel.text import Text
from pmkit.reports.views.blocks import Audience, Basis, Head, Headed, Wording

KIND = Text("Change register", "变更登记表")


@dataclass(frozen=True, slots=True)
class Entry:
    """A change request. `days`: the longest allowance in working days; `price`, `own_cost`: as printed amounts."""

    ref: str
    title: str
    description: str
    type: Wording
    requested_by: str
    requested_on: date | None
    level: Text | None
    days: str
    price: str
    own_cost: str
    decision: Text
    decided_on: date | None
    status: Text
    verified_by: str
    verified_on: date | None
    closed_on: date | None
    signed_again: Text | None
    remarks: str


@dataclass(frozen=True, slots=True)
class Totals:
    """What the agreed changes come to; `percent` of the contract price, None without one."""

    agreed: int
    days: str
    price: str
    own_cost: str
    percent: str | None


@dataclass(frozen=True, slots=True)
class ChangeRegister(Headed):
    head: Head
    audience: Audience
    entries: tuple[Entry, ...]
    totals: Totals
    basis: Basis

    document: ClassVar[Text] = KIND
