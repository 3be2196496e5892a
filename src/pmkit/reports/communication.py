"""沟通记录, filled from a communication record, its action items and the dispatch that confirmed it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from pmkit.domain.actions import ACTION, ActionItem
from pmkit.domain.communications import CHANNELS, Communication
from pmkit.domain.dispatches import CHANNELS as WAYS
from pmkit.domain.dispatches import Dispatch
from pmkit.domain.kind import normal
from pmkit.domain.people import Person
from pmkit.kernel.digest import short
from pmkit.kernel.text import Text
from pmkit.reports.change import form_head
from pmkit.reports.views.blocks import Basis, Choice, Head, Wording
from pmkit.reports.views.communication import CommunicationRecord, Promise
from pmkit.workspace.dispatches import silence, standing_of
from pmkit.workspace.model import Workspace


def communication_record(ws: Workspace, record: Communication, basis: Basis) -> CommunicationRecord:
    """The form as the record stands."""
    came = {a.title: a for a in ws.of(ActionItem) if a.from_ == record.id}
    deemed_on, deemed = silence(record, ws.of(Dispatch))
    return CommunicationRecord(
        head=communication_head(ws, record),
        ref=record.id,
        subject=record.title,
        time=str(normal(record.time)).replace("T", " "),
        channel=Choice.of(CHANNELS, record.channel),
        ours=_people(ws, record.by, with_organisation=False),
        theirs=_people(ws, record.with_, with_organisation=True),
        summary=record.summary,
        position=record.position,
        promises=tuple(
            Promise(p.text, ws.person_name(p.owner) or None, p.due, _state(came.get(p.text))) for p in record.promises
        ),
        follow_up=record.follow_up,
        attachments=tuple(a.file.rpartition("/")[2] for a in record.attachments),
        recorded_by=ws.person_name(record.recorded_by) or None,
        confirmed=_confirmed(ws, record),
        reply_by=record.reply_by if record.status == "sent" else None,
        fingerprint=short(record.digest),
        basis=basis,
        deemed_on=deemed_on,
        deemed=deemed,
    )


def communication_head(ws: Workspace, record: Communication | None = None) -> Head:
    """HEAD of the form."""
    head = form_head(ws)
    if record is None:
        return head
    day = record.time.date() if isinstance(record.time, datetime) else record.time
    number = f"{ws.project.code}-GTJL-{record.id.rpartition('-')[2]}"
    return replace(head, form_no=number, date=day)


def _people(ws: Workspace, handles: tuple[str, ...], *, with_organisation: bool) -> Text | None:
    """Names, of the other side with organisation and position."""
    found = []
    for handle in handles:
        person = ws.find(handle, Person)
        more = [p for p in (person.organisation, person.position) if p] if person and with_organisation else []
        name = ws.person_name(handle)
        found.append(Text(f"{name} ({', '.join(more)})", f"{name}（{'，'.join(more)}）") if more else Text.same(name))
    return Text.join(found) if found else None


def _state(action: ActionItem | None) -> Wording:
    if action is None or ACTION.states is None:
        return None
    return ACTION.states.names.get(action.status, Text.same(action.status))


def _confirmed(ws: Workspace, record: Communication) -> Wording:
    """How, by whom and when; nothing yet leaves the cell to write into."""
    standing = standing_of(record, ws.of(Dispatch))
    reply = standing.dispatch.confirmation if standing else None
    if standing is None or reply is None or standing.state != "confirmed":
        return ""
    says = Text("{how}: {who}, {on}", "{how}：{who}，{on}")
    return says.format(how=WAYS[standing.dispatch.channel], who=ws.person_name(reply.by), on=reply.on)
