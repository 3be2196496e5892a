"""服务请求登记表, the register of service requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pmkit.kernel.text import Text
from pmkit.reports.views.blocks import Audience, Basis, Head, Headed, Wording

KIND = Text("Register of service requests", "服务请求登记表")


@dataclass(frozen=True, slots=True)
class Entry:
    """A request; `in_time`: the answer came by `answer_by`, None while there is neither an answer nor a delay."""

    ref: str
    title: str
    severity: Wording
    channel: Wording
    reported_at: Wording
    reported_by: Wording
    answer_by: Wording
    responded_at: Wording
    in_time: bool | None
    resolved_at: Wording
    took: Wording
    owner: Wording
    cause: Wording
    solution: Wording
    in_warranty: bool
    status: Wording


@dataclass(frozen=True, slots=True)
class SupportRegister(Headed):
    """The register; `answered` of `total` requests were answered in time."""

    head: Head
    audience: Audience
    entries: tuple[Entry, ...]
    total: int
    answered: int
    late: int
    open: int
    basis: Basis

    document: ClassVar[Text] = KIND
