"""The letter that brings a document, from what is sent."""

from __future__ import annotations

from datetime import date

from pmkit.domain.people import Person
from pmkit.kernel.digest import short
from pmkit.kernel.text import Text
from pmkit.reports.views.covering_letter import CoveringLetter
from pmkit.workspace.model import Workspace
from pmkit.workspace.parties import legal_name


def covering_letter(
    ws: Workspace,
    document: Text,
    subject: str,
    tag: str,
    to: tuple[str, ...],
    sender: str,
    files: tuple[str, ...],
    *,
    words: str = "",
    reply_by: date | None = None,
    deemed_on: date | None = None,
    deemed_under: str | None = None,
    reminds_of: date | None = None,
    digest: str | None = None,
) -> CoveringLetter:
    """The letter to those people; `sender` is a handle, or git's `Name <mail>`; `document` says what is enclosed."""
    person = ws.find(sender, Person)
    return CoveringLetter(
        project=ws.project.name,
        tag=tag,
        document=document,
        subject=subject,
        to=tuple(ws.person_name(handle) for handle in to),
        sender=ws.person_name(sender),
        organisation=legal_name(ws, "supplier"),
        phone=(person.phone if person else None),
        files=files,
        words=words,
        asks=reply_by is not None,
        reply_by=reply_by,
        deemed_on=deemed_on if reply_by else None,
        deemed_under=deemed_under,
        reminds_of=reminds_of,
        fingerprint=short(digest) if digest else "",
    )
