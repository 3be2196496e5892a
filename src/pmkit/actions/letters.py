"""Letters: written, sent, received, replied to. A reply that goes out settles the letter that it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pmkit.actions.evidence import Received, kept
from pmkit.actions.records import NextId, add, changes_between, filled, move, new_record, step, step_to
from pmkit.domain.kind import Record, file_data
from pmkit.domain.letters import LETTER, OURS, STATES, Letter
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import Text
from pmkit.workspace.edits import Acting, Append, Change, Create, Edits, Set, headed
from pmkit.workspace.layout import new_path
from pmkit.workspace.model import Workspace


def write(ws: Workspace, values: Mapping[str, Any], next_id: NextId, acting: Acting) -> Edits:
    """A letter of ours, as a draft."""
    given = dict(values)
    if given.get("from", OURS) == OURS and not given.get("to"):
        given["to"] = ["supervisor" if ws.project.supervisor else "owner"]
    if acting.by in ws.records:
        given.setdefault("owner", acting.by)
    edits = add(ws, LETTER, given, next_id, acting)
    return replace(edits, action="letter.write")


def receive(
    ws: Workspace, values: Mapping[str, Any], scans: Sequence[Received], next_id: NextId, acting: Acting
) -> Edits:
    """A letter that came in, with its scans; where it replies to one of ours, that one is replied to."""
    given = {"to": [OURS], **values}
    if given.get("from", OURS) == OURS:
        raise UsageError(
            Text("from whom did it come?", "请指明来文单位"),
            Text("add `--from supervisor|owner|...`", "请加 `--from 监理单位|建设单位|……`"),
        )
    record_id = next_id(LETTER.prefix)
    made = new_record(ws, LETTER, given, record_id, acting)
    data = file_data(made)
    files = [kept(record_id, one) for one in scans]
    if files:
        last = next(key for key in data if key in {"visibility", "tags", "notes", "status"})
        data = {
            k: v
            for key in data
            for k, v in (*((("scans", [f for f, _ in files]),) if key == last else ()), (key, data[key]))
        }
    data |= {"status": "received", "steps": [step("draft", acting), step("received", acting)]}
    answered = ws.find(str(given.get("reply_to") or ""), Letter)
    changes: list[Change] = [Create(new_path(LETTER, record_id), data, LETTER.name)]
    changes += [attach for _, attach in files]
    ids = [record_id]
    if answered is not None and answered.is_ours and answered.status in {"sent", "received"}:
        changes += step_to(answered, "replied", acting, record_id)
        ids.append(answered.id)
    subject = headed(record_id, Text("Receive {title}", "收到“{title}”").format(title=made.name_to_show))
    return Edits(tuple(changes), "letter.receive", tuple(ids), subject, acting.by, acting.on)


def received(letter: Letter, by: str | None, scans: Sequence[Received], acting: Acting) -> Edits:
    """One of ours was signed for at the other side; of one that came in, a scan more. Refused where neither fits."""
    if not letter.is_ours:
        if not scans:
            raise Refused(
                Text(en="{id} came in already", zh="{id} 为来文，已登记").format(id=letter.id),
                Text("`--scan FILE` adds a scan", "`--scan 文件` 可补登扫描件"),
            )
        says = headed(letter.id, Text("Add a scan", "补登扫描件"))
        changes = tuple(_scanned(letter, scans))
        return Edits(changes, "letter.receive", (letter.id,), says, acting.by, acting.on)
    STATES.move(LETTER, letter.id, letter.status, "receive")
    moves = [*(step_to(letter, "sent", acting)[1:] if letter.status == "draft" else ())]
    moves += step_to(letter, "received", acting)
    at = letter.at("received_by")
    named = [Set(at.path, at.keys, by)] if by else []
    subject = headed(letter.id, Text("Record that it was received", "记录签收"))
    edits = (*moves, *named, *_scanned(letter, scans))
    return Edits(edits, "letter.receive", (letter.id,), subject, acting.by, acting.on)


def _scanned(letter: Letter, scans: Sequence[Received]) -> list[Change]:
    at = letter.at("scans")
    files = [kept(letter.id, one) for one in scans]
    return [*(Append(at.path, at.keys, data) for data, _ in files), *(attach for _, attach in files)]


def reply(
    ws: Workspace, letter: Letter, values: Mapping[str, Any], scans: Sequence[Received], next_id: NextId, acting: Acting
) -> Edits:
    """To one that came in: our reply as a draft. To one of ours: the reply that came back, written down in it."""
    if letter.is_ours:
        return _replied(ws, letter, values, scans, acting)
    if scans or values.get("decision"):
        raise UsageError(
            Text(
                "our reply is a letter of its own; its scan comes when it is signed",
                "我方回复为单独函件，扫描件请在签发后登记",
            ),
            Text.same("pmkit letter reply LTR-001 --body ..."),
        )
    type_ = letter.type if letter.type in {"memo", "notice", "claim"} else "memo"
    title = values.get("title") or (f"回复：{letter.title}" if ws.project.language == "zh" else f"Re: {letter.title}")
    given = {
        "title": title, "type": type_, "from": OURS, "to": [letter.from_], "reply_to": letter.id,
        "body": values.get("body"), "reply_by": values.get("reply_by"),
        "owner": letter.owner or (acting.by if acting.by in ws.records else None),
        "visibility": letter.visibility,
    }  # fmt: skip
    edits = add(ws, LETTER, {k: v for k, v in given.items() if v}, next_id, acting)
    return replace(edits, action="letter.reply")


def _replied(
    ws: Workspace, letter: Letter, values: Mapping[str, Any], scans: Sequence[Received], acting: Acting
) -> Edits:
    STATES.move(LETTER, letter.id, letter.status, "confirm")
    said = {"answer": values.get("body"), "decision": values.get("decision"), "external_no": values.get("external_no")}
    given = {key: value for key, value in said.items() if value}
    if not given and not scans:
        raise UsageError(
            Text("what was replied?", "请写明回复内容"),
            Text(
                "`--body TEXT`, `--decision WORD` or `--scan FILE`",
                "请加 `--body 文本`、`--decision 结论` 或 `--scan 文件`",
            ),
        )
    revised = filled(ws, letter, given)
    changes = [
        *changes_between(ws, letter, revised, list(given)),
        *_scanned(letter, scans),
        *step_to(letter, "replied", acting),
    ]
    subject = headed(letter.id, Text("Record the reply", "记录回复"))
    return Edits(tuple(changes), "letter.reply", (letter.id,), subject, acting.by, acting.on)


def send(ws: Workspace, letters: Sequence[Letter], note: str | None, acting: Acting) -> Edits:
    """They went out; what they reply to is replied to."""
    records: list[Record] = list(letters)
    edits = move(ws, records, "send", acting, note)
    settled = [change for letter in letters for change in settles(ws, letter, acting)]
    return replace(edits, changes=(*edits.changes, *settled), records=(*edits.records, *_answered(ws, letters)))


def settles(ws: Workspace, record: Record | None, acting: Acting) -> tuple[Change, ...]:
    """The step of the letter that a letter of ours answers, once that goes out."""
    answered = ws.find(record.reply_to or "", Letter) if isinstance(record, Letter) else None
    if answered is None or answered.status not in {"sent", "received"} or record is None:
        return ()
    return step_to(answered, "replied", acting, record.id)


def _answered(ws: Workspace, letters: Sequence[Letter]) -> tuple[str, ...]:
    found = (ws.find(letter.reply_to or "", Letter) for letter in letters)
    return tuple(one.id for one in found if one is not None and one.status in {"sent", "received"})
