"""Confirmations: the customer's reply is filed with its hash, and what it answers moves on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pmkit.actions.evidence import Received, customer, kept
from pmkit.actions.records import NextId, ids_in_short, step, step_to
from pmkit.domain.dispatches import ANSWERS, DISPATCH, Dispatch
from pmkit.domain.kind import Record, Tracked, file_data
from pmkit.domain.people import Person
from pmkit.domain.problems import validated
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import Text
from pmkit.workspace.dispatches import Standing
from pmkit.workspace.edits import Acting, Append, Attach, Change, Create, Edits, headed
from pmkit.workspace.layout import new_path
from pmkit.workspace.model import Workspace


@dataclass(frozen=True, slots=True)
class Document:
    """What is answered: the report's name and title, the record that it is the form of, and the newest dispatch."""

    name: str
    title: str
    record: Record | None
    dispatch: Dispatch | None

    @property
    def id(self) -> str:
        """What people call it."""
        return self.record.id if self.record else self.dispatch.id if self.dispatch else self.name


@dataclass(frozen=True, slots=True)
class Answered:
    """A reply: who, with what (`received`), what it says; `text`: the words of a message."""

    by: str
    answer: str
    received: Received | None
    text: str | None = None
    message_id: str | None = None


def confirm(ws: Workspace, documents: Sequence[Document], answered: Answered, next_id: NextId, acting: Acting) -> Edits:
    """The customer's confirmation of just what went out, of each document that one reply answers.

    Refused where that is not what stands here any more. What never went out through pmkit was handed over: the
    dispatch is written with the confirmation.
    """
    person = _speaks(ws, documents[0].id, answered)
    changes: list[Change] = []
    ids: list[str] = []
    for document in documents:
        made, about = _confirmed(ws, document, person, answered, next_id, acting)
        changes += made
        ids += [one for one in about if one not in ids]
    subject = headed(
        ids_in_short([document.id for document in documents]),
        Text("Record the confirmation by {who}", "记录{who}的确认").format(who=person.name),
    )
    return Edits(tuple(changes), "dispatch.confirm", tuple(ids), subject, acting.by, acting.on)


def agreed(ws: Workspace, records: Sequence[Record], verb: str, answered: Answered, acting: Acting) -> Edits:
    """The customer's word on records that have no document of their own: a step of each, with what came back."""
    person = _speaks(ws, records[0].id, answered)
    changes: list[Change] = []
    label = Text.same(verb)
    for record in records:
        states = record.kind.states
        if not isinstance(record, Tracked) or states is None:
            raise UsageError(Text(en="{id} has no workflow", zh="{id} 没有流程状态").format(id=record.id))
        move = states.move(record.kind, record.id, record.status, verb)
        reply, attach = _reply(record.id, person, answered, acting)
        changes += [*attach, *step_to(record, move.to, acting, answered.text, reply["evidence"])]
        label = move.label
    ids = tuple(record.id for record in records)
    subject = headed(ids_in_short(ids), label)
    return Edits(tuple(changes), f"{records[0].kind.name}.{verb}", ids, subject, acting.by, acting.on)


_BY_REPLY = Text(
    en="`pmkit confirm {id} --by HANDLE --evidence FILE`, or `--text` with their words",
    zh="请执行 `pmkit confirm {id} --by 代号 --evidence 文件`，或用 `--text` 写明客户原话",
)


def _speaks(ws: Workspace, about: str, answered: Answered) -> Person:
    """Who of the customer's side spoke. Refused where nobody of theirs did, or nothing of theirs is there to show."""
    person = customer(ws, answered.by, _BY_REPLY.format(id=about))
    if answered.received is None and not answered.text:
        raise Refused(
            Text(en="a confirmation needs what the customer sent back", zh="记录客户确认需要佐证材料"),
            Text("add `--evidence FILE` or `--text '...'`", "请加 `--evidence 文件` 或 `--text '……'`"),
        )
    return person


def _confirmed(
    ws: Workspace, document: Document, person: Person, answered: Answered, next_id: NextId, acting: Acting
) -> tuple[list[Change], tuple[str, ...]]:
    """What the confirmation of one document writes, and the ids that it is about."""
    record, dispatch = document.record, document.dispatch
    if dispatch is not None and dispatch.status in {"written", "sending", "failed"}:
        raise Refused(
            Text(en="{id} is {state}; nobody can have answered it", zh="{id} 当前为“{state}”，尚不能有回复").format(
                id=dispatch.id, state=dispatch.kind.states.names[dispatch.status] if dispatch.kind.states else ""
            ),
            Text.same(f"pmkit dispatch sent {dispatch.id}"),
        )
    if dispatch is not None and dispatch.status == "confirmed" and not Standing(dispatch, record).is_old:
        raise Refused(
            Text(en="{id} is confirmed already: {says}", zh="{id} 已确认：{says}").format(
                id=document.id, says=Standing(dispatch, record).says(ws)
            )
        )
    if dispatch is not None and record is not None and Standing(dispatch, record).is_old:
        raise Refused(
            Text(
                en="{id} says something else than what went out as {dispatch}: that reply is no confirmation of it",
                zh="{id} 的内容与已发出的 {dispatch} 不一致，该回复不构成对现内容的确认",
            ).format(id=record.id, dispatch=dispatch.id),
            Text(
                en="`pmkit send {id}` sends what stands here; `pmkit confirm {dispatch}` files a reply to what went",
                zh="`pmkit send {id}` 发出现版本；`pmkit confirm {dispatch}` 仅归档对已发版本的回复",
            ).format(id=record.id, dispatch=dispatch.id),
        )
    dispatch_id = dispatch.id if dispatch else next_id(DISPATCH.prefix)
    reply, attach = _reply(record.id if record else dispatch_id, person, answered, acting)
    changes: list[Change] = [*attach]
    if dispatch is None:
        changes.append(_handed_over(document, dispatch_id, person, reply, acting))
    else:
        at = dispatch.at("replies")
        changes += [Append(at.path, at.keys, reply), *step_to(dispatch, "confirmed", acting)]
    if record is not None:
        changes += _steps(record, acting)
    return changes, (*([record.id] if record else []), dispatch_id)


def file_reply(document: Document, answered: Answered, acting: Acting) -> Edits:
    """Any other reply, filed with the dispatch that it answers; one that declines moves the dispatch."""
    dispatch = document.dispatch
    if dispatch is None:
        raise Refused(
            Text(en="{id} did not go out; there is nothing to answer", zh="{id} 尚未发出，没有可归档的回复").format(
                id=document.id
            )
        )
    reply, attach = _reply(document.record.id if document.record else dispatch.id, None, answered, acting)
    at = dispatch.at("replies")
    changes: list[Change] = [*attach, Append(at.path, at.keys, reply)]
    if answered.answer == "declined" and dispatch.status == "sent":
        changes += step_to(dispatch, "declined", acting)
    says = Text("File a reply: {answer}", "归档回复：{answer}").format(answer=ANSWERS[answered.answer])
    ids = (*([document.record.id] if document.record else []), dispatch.id)
    return Edits(tuple(changes), "dispatch.reply", ids, headed(document.id, says), acting.by, acting.on)


def _reply(
    owner: str, person: Person | None, answered: Answered, acting: Acting
) -> tuple[dict[str, Any], tuple[Attach, ...]]:
    """The reply as it is written, and the file to be kept: `--text` becomes a file, too."""
    data: dict[str, Any] = {
        "on": acting.on.isoformat(), "by": person.id if person else answered.by, "answer": answered.answer,
    }  # fmt: skip
    received = answered.received
    if received is None and answered.text:
        digest = hashlib.sha256(answered.text.encode()).hexdigest()
        received = Received(f"message-{acting.on}-{digest[:8]}.txt", f"{answered.text}\n".encode())
    if received is None:
        raise UsageError(Text("what came back?", "请提供收到的回复"))
    data["evidence"], attach = kept(owner, received)
    if answered.message_id:
        data["message_id"] = answered.message_id
    if acting.recorded_by:
        data["recorded_by"] = acting.recorded_by
    if answered.text:
        data["text"] = answered.text
    return data, (attach,)


def _handed_over(document: Document, dispatch_id: str, person: Person, reply: dict[str, Any], acting: Acting) -> Create:
    """The dispatch of a paper that was shown or handed over, with what came back at once."""
    steps = tuple(step(to, acting) for to in ("written", "sent", "confirmed"))
    raw = {
        "id": dispatch_id,
        "title": document.title,
        "document": document.name,
        "about": document.record.id if document.record else None,
        "channel": "hand",
        "to": (person.id,),
        "digest": document.record.digest if document.record else None,
        "replies": (reply,),
        "status": "confirmed",
        "steps": steps,
    }
    made = validated(Dispatch, {k: v for k, v in raw.items() if v is not None})
    return Create(new_path(DISPATCH, dispatch_id), file_data(made), DISPATCH.name)


def _steps(record: Record, acting: Acting) -> list[Change]:
    """The steps of the record's own workflow that lead to its confirmation, `send` before it where needed.

    Refused for a record that has not come so far: nobody confirms the minutes of a meeting that was not held.
    """
    states = record.kind.states
    if not isinstance(record, Tracked) or states is None:
        return []
    own = [m for m in states.moves if m.theirs]
    starts = {s for m in own for s in m.sources} | {s for m in states.moves if m.verb == "send" for s in m.sources}
    if own and record.status not in {*starts, *(m.to for m in own)}:
        states.move(record.kind, record.id, record.status, own[0].verb)
    at, changes = record.status, list[Change]()
    for verb in ("send", "confirm"):
        move = next((m for m in states.moves if m.verb == verb and at in m.sources and m.to != at), None)
        confirm_now = any(m.verb == "confirm" and at in m.sources for m in states.moves)
        if move is None or (verb == "send" and confirm_now):
            continue
        changes += step_to(record, move.to, acting)
        at = move.to
    return changes
