"""Sending: what is written before a document goes out, and what afterwards. Nothing here sends anything."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pmkit.actions.letters import settles
from pmkit.actions.records import NextId, step, step_to
from pmkit.domain.dispatches import DISPATCH, STATES, Dispatch
from pmkit.domain.kind import Record, Tracked, attribute_names, file_data
from pmkit.domain.people import Person
from pmkit.domain.problems import validated
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import Text, did_you_mean
from pmkit.workspace.dispatches import counts, document_key, newest, void_confirmation
from pmkit.workspace.edits import Acting, Append, Change, Create, Edits, Set, headed
from pmkit.workspace.layout import new_path
from pmkit.workspace.model import Workspace


@dataclass(frozen=True, slots=True)
class Going:
    """A document on its way out. `files`: name and bytes of each attachment; `message_id`: the mail's own identity."""

    title: str
    document: str
    record: Record | None
    period: str | None
    channel: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    files: tuple[tuple[str, bytes], ...]
    message_id: str | None = None
    reply_by: date | None = None
    deemed_on: date | None = None
    deemed_under: str | None = None
    beside: bool = False

    @property
    def digest(self) -> str | None:
        """What a confirmation of it holds for: the record's content; nothing for a document beside it."""
        return self.record.digest if self.record and not self.beside else None


def earlier(ws: Workspace, going: Going) -> list[Dispatch]:
    """Dispatches of the same document through the same channel, the newest last."""
    about = going.record.id if going.record else None
    key = (going.document, about or going.period or "")
    return [d for d in ws.of(Dispatch) if document_key(d) == key and d.channel == going.channel]


def refuse_twice(ws: Workspace, going: Going) -> None:
    """Refuse what went out already just so, or may have: it is sent again only where that is asked for."""
    before = [d for d in earlier(ws, going) if d.status not in {"failed", "superseded"}]
    if not before:
        return
    last = before[-1]
    if last.status in {"written", "sending"}:
        raise Refused(
            Text(
                en="{what} may have been sent on {on} already ({id}): it is not known how that ended",
                zh="{what} 可能已于 {on} 发出（{id}），但结果不明",
            ).format(what=_name(going), on=last.steps[-1].on, id=last.id),
            Text(
                en="look into your sent mail; then `pmkit dispatch sent {id}`, or `--again` to send it again",
                zh="请先核对已发送邮件；已发出则执行 `pmkit dispatch sent {id}`，否则用 `--again` 再次发送",
            ).format(id=last.id),
        )
    if last.digest_sent == going.digest and _same_readers(last, going):
        raise Refused(
            Text(
                en="{what} went out on {on} ({id}), as it stands", zh="{what} 已于 {on} 发出（{id}），内容未变"
            ).format(what=_name(going), on=last.sent_on or last.steps[-1].on, id=last.id),
            Text(
                en="`--again` sends it again, `--remind` asks for the reply",
                zh="`--again` 可再次发送，`--remind` 可催复",
            ),
        )


def _same_readers(last: Dispatch, going: Going) -> bool:
    return set(going.to) <= {*last.to, *last.cc}


def _name(going: Going) -> str:
    return going.record.id if going.record else f"{going.document} {going.period}"


def refuse_untimely(record: Record) -> None:
    """Refuse to send the document of a record that has not come so far: minutes of a meeting that was not held."""
    states = record.kind.states
    if not isinstance(record, Tracked) or states is None:
        return
    moves = [m for m in states.moves if m.verb == "send" and m.own_command is None]
    order = list(states.names)
    if moves and not any(record.status in m.sources for m in moves):
        if record.status in order and order.index(record.status) >= min(order.index(m.to) for m in moves):
            return
        states.move(record.kind, record.id, record.status, "send")


def begin(ws: Workspace, going: Going, next_id: NextId, acting: Acting, *, sent: bool) -> Edits:
    """The dispatch, before anything goes out: written first, so that a crash leaves a trace.

    `sent`: nothing more has to happen (a file for the mail program), so that the record moves on at once.
    """
    steps = [step("written", acting), step("sent" if sent else "sending", acting)]
    raw = {
        "id": next_id(DISPATCH.prefix),
        "title": going.title,
        "document": going.document,
        "about": going.record.id if going.record else None,
        "period": going.period,
        "channel": going.channel,
        "to": going.to,
        "cc": going.cc,
        "message_id": going.message_id,
        "reply_by": going.reply_by,
        "deemed_on": going.deemed_on,
        "deemed_under": going.deemed_under,
        "digest": going.digest,
        "files": [{"name": n, "sha256": hashlib.sha256(content).hexdigest()} for n, content in going.files],
        "status": steps[-1]["to"],
        "steps": tuple(steps),
    }
    record = validated(Dispatch, {k: v for k, v in raw.items() if v is not None})
    changes: list[Change] = [Create(new_path(DISPATCH, record.id), file_data(record), DISPATCH.name)]
    changes += _deadline(going)
    replaced = [d for d in earlier(ws, going) if counts(d) and not d.is_closed]
    changes += [change for d in replaced for change in step_to(d, "superseded", acting, record.id)]
    if sent and going.record is not None and not going.beside:
        changes += moved(ws, going.record, acting)
    ids = (record.id, *([going.record.id] if going.record else []), *(d.id for d in replaced))
    subject = headed(record.id, Text("Send {what}", "发出 {what}").format(what=going.title))
    return Edits(tuple(changes), "dispatch.send", ids, subject, acting.by, acting.on)


def _deadline(going: Going) -> list[Change]:
    """The record's own field for it, where it has one and nothing stands there."""
    record = going.record
    if record is None or going.beside or going.reply_by is None or "reply_by" not in attribute_names(type(record)):
        return []
    if getattr(record, "reply_by") is not None:  # noqa: B009 - not every kind has the field
        return []
    at = record.at("reply_by")
    return [Set(at.path, at.keys, going.reply_by.isoformat())]


def moved(ws: Workspace, record: Record, acting: Acting) -> tuple[Change, ...]:
    """The step `send` of the record's own workflow, where it has one that starts here and leads on.

    A confirmed record waits again where what was confirmed is not what stands there now, and for no other reason. A
    letter that replies to another settles that one.
    """
    states = record.kind.states
    if not isinstance(record, Tracked) or states is None:
        return ()
    move = next(
        (m for m in states.moves if m.verb == "send" and record.status in m.sources and m.to != record.status), None
    )
    if move is None or move.own_command is not None:
        return ()
    if any(record.status == m.to for m in states.moves if m.theirs) and not void_confirmation(record, ws.of(Dispatch)):
        return ()
    return (*step_to(record, move.to, acting), *settles(ws, record, acting))


def went_out(ws: Workspace, dispatch: Dispatch, record: Record | None, acting: Acting) -> Edits:
    """The dispatch went out; the record moves on."""
    STATES.move(DISPATCH, dispatch.id, dispatch.status, "sent")
    is_its_own = record is not None and dispatch.digest_sent is not None
    changes = [*step_to(dispatch, "sent", acting), *(moved(ws, record, acting) if record and is_its_own else ())]
    return _ended(
        dispatch, record, tuple(changes), "dispatch.sent", Text("Record that it went out", "标记为已发出"), acting
    )


def did_not(dispatch: Dispatch, why: str, acting: Acting) -> Edits:
    """The dispatch did certainly not go out."""
    changes = step_to(dispatch, "failed", acting, why)
    return _ended(
        dispatch, None, changes, "dispatch.fail", Text("Record that it did not go out", "标记为未发出"), acting
    )


def _ended(
    dispatch: Dispatch, record: Record | None, changes: tuple[Change, ...], action: str, says: Text, acting: Acting
) -> Edits:
    ids = (dispatch.id, *([record.id] if record else []))
    return Edits(changes, action, ids, headed(dispatch.id, says), acting.by, acting.on)


def reminded(dispatch: Dispatch, acting: Acting) -> Edits:
    """A remark that the reply was asked for again."""
    at = dispatch.at("reminders")
    changes = (Append(at.path, at.keys, {"on": acting.on.isoformat(), "by": acting.by}),)
    return _ended(dispatch, None, changes, "dispatch.remind", Text("Ask for the reply", "催复"), acting)


# --- who gets it -----------------------------------------------------------------------------------------------------


def readers(ws: Workspace, record: Record | None, given: Sequence[str]) -> tuple[str, ...]:
    """To whom a document goes: those named, else those of the customer's side who took part, else who leads there.

    Raises UsageError for somebody who is not in people.yaml.
    """
    if given:
        return tuple(dict.fromkeys(_person(ws, one).id for one in given))
    customers = {p.id: p for p in ws.people if p.side == "customer" and not p.left and p.resource == "work"}
    took_part = [h for h in _participants(record) if h in customers] if record is not None else []
    if took_part:
        return tuple(dict.fromkeys(took_part))
    leads = [p.id for p in customers.values() if p.role == "pm"] or [
        p.id for p in customers.values() if p.role == "sponsor"
    ]
    found = leads or list(customers)[:1]
    if not found:
        raise UsageError(
            Text("nobody of the customer's side is in people.yaml", "people.yaml 中没有建设单位人员"),
            Text("name the readers with `--to HANDLE`", "请用 `--to 代号` 指明收件人"),
        )
    return tuple(found)


def _participants(record: Record) -> Iterable[str]:
    """Handles in the fields that say who was there."""
    for name in ("present", "with_", "requested_by", "customer_owner"):
        value = getattr(record, name, None)
        yield from ((value,) if isinstance(value, str) else value or ())


def _person(ws: Workspace, handle: str) -> Person:
    person = ws.find(handle, Person) or next((p for p in ws.people if p.name == handle), None)
    if person is None:
        raise UsageError(
            Text(en="{who} is not in people.yaml", zh="people.yaml 中没有 {who}").format(who=handle),
            did_you_mean(handle, [p.id for p in ws.people]),
        )
    return person


def last_dispatch(ws: Workspace, document: str, about: str) -> Dispatch | None:
    """The newest dispatch of a document that a reply can answer."""
    own = [d for d in ws.of(Dispatch) if counts(d) and document_key(d) == (document, about)]
    return newest(own) if own else None
