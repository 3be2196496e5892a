"""沟通记录, the communication record (FORMS §1.7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pmkit.domain.communications import CHANNELS
from pmkit.kernel.text import Text
from pmkit.reports.views.blocks import Basis, Choice, Day, Form, Head, Wording

KIND = Text("Communication record", "沟通记录")


@dataclass(frozen=True, slots=True)
class Promise:
    """`state`: how far the action item is that follows it."""

    text: Wording
    owner: Wording
    due: Day
    state: Wording = ""


@dataclass(frozen=True, slots=True)
class CommunicationRecord(Form):
    """The form, filled or blank. `confirmed`: how, by whom and when the customer confirmed it."""

    head: Head
    ref: str
    subject: Wording
    time: Wording
    channel: Choice
    ours: Wording
    theirs: Wording
    summary: Wording
    position: Wording
    promises: tuple[Promise, ...]
    follow_up: Wording
    attachments: tuple[str, ...]
    recorded_by: Wording
    confirmed: Wording
    reply_by: Day
    fingerprint: str
    basis: Basis | None
    deemed_on: Day = None
    deemed: str | None = None

    document: ClassVar[Text] = KIND


def blank_communication(head: Head) -> CommunicationRecord:
    """The form to fill in by hand."""
    return CommunicationRecord(
        head=head, ref="", subject="", time="", channel=Choice.of(CHANNELS), ours="", theirs="", summary="",
        position="", promises=(Promise("", "", ""),) * 3, follow_up="", attachments=(), recorded_by="",
        confirmed="", reply_by="", fingerprint="", basis=None,
    )  # fmt: skip
