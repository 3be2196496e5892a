"""Communication records: log what was said; what was promised becomes an action item, tracked to its end."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pmkit.actions.evidence import Received, kept
from pmkit.actions.interviews import handles_of
from pmkit.actions.notes import parse_clock
from pmkit.actions.records import NextId, add, new_record
from pmkit.domain.actions import ACTION
from pmkit.domain.communications import COMMUNICATION
from pmkit.domain.kind import LAST, file_data
from pmkit.domain.points import parse_point
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text, did_you_mean, shorten
from pmkit.workspace.edits import Acting, Create, Edits, headed
from pmkit.workspace.layout import new_path
from pmkit.workspace.model import Workspace

_PROMISED_BY = re.compile(r"\s*@(?P<who>[^\s@]+)(?:\s+(?P<due>[0-9]{4}-[0-9]{2}-[0-9]{2}))?\s*\Z")
_DUE_FIRST = re.compile(r"\s*(?P<due>[0-9]{4}-[0-9]{2}-[0-9]{2})\s+@(?P<who>[^\s@]+)\s*\Z")


def log(
    ws: Workspace,
    values: Mapping[str, Any],
    clock: str | None,
    promises: Sequence[str],
    attached: Sequence[Received],
    next_id: NextId,
    acting: Acting,
) -> Edits:
    """A new communication record, one action item for each promise, and the files that prove it, in one commit.

    `clock` is `09:30`; a title that is not given is the beginning of the summary.
    """
    handles = handles_of(ws)
    given = dict(values)
    for key in ("with", "by"):
        if key in given:
            given[key] = [handles.get(one, one) for one in given[key]]
    given.setdefault("title", shorten(" ".join(str(given.get("summary", "")).split()), 60))
    given.setdefault("time", acting.on.isoformat() + (f"T{parse_clock(clock)[0]}" if clock else ""))
    if acting.by in ws.records:
        given.setdefault("by", [acting.by])
        given.setdefault("recorded_by", acting.by)
    points = [parse_promise(text, handles, acting.on.year) for text in promises]
    given["promises"] = points
    record_id = next_id(COMMUNICATION.prefix)
    files = [kept(record_id, one) for one in attached]
    given["attachments"] = [data for data, _ in files]
    edits = add(ws, COMMUNICATION, {k: v for k, v in given.items() if v}, lambda _: record_id, acting)
    actions = [action_item(ws, point, record_id, given.get("visibility"), next_id, acting) for point in points]
    return replace(
        edits,
        changes=(*edits.changes, *actions, *(attach for _, attach in files)),
        action="communication.log",
        records=(record_id, *(a.path.rpartition("/")[2].removesuffix(".yaml") for a in actions)),
        subject=headed(record_id, Text("Log {title}", "记录沟通：{title}").format(title=given["title"])),
    )


def action_item(
    ws: Workspace, point: Mapping[str, str], source: str, visibility: str | None, next_id: NextId, acting: Acting
) -> Create:
    """The action item of a promise, no more public than the record, which is written in the same commit."""
    record_id = next_id(ACTION.prefix)
    values = {"title": point["text"], "owner": point.get("owner"), "due": point.get("due"), "visibility": visibility}
    made = new_record(ws, ACTION, {k: v for k, v in values.items() if v}, record_id, acting)
    return Create(new_path(ACTION, record_id), _with_source(file_data(made), source), ACTION.name)


def _with_source(data: Mapping[str, Any], source: str) -> dict[str, Any]:
    """The fields of a file with `from`, which stands before those that every record ends with."""
    last = next(key for key in data if key in LAST)
    return {k: v for key in data for k, v in (*((("from", source),) if key == last else ()), (key, data[key]))}


def parse_promise(text: str, handles: Mapping[str, str], year: int) -> dict[str, str]:
    """`周五前给出方案 @li.wei 2026-03-13` as text, owner and due; the form of open points, `……（李伟，3月13日）`, too.

    Raises UsageError for somebody unknown and a day that is none.
    """
    match = _PROMISED_BY.search(text) or _DUE_FIRST.search(text)
    if match is None:
        try:
            return parse_point(text, handles, year)
        except ValueError as error:
            raise _no_day(str(error)) from None
    if match["who"] not in handles:
        raise UsageError(
            Text(en="there is nobody called {who}", zh="没有代号或姓名为 {who} 的人员").format(who=match["who"]),
            did_you_mean(match["who"], handles),
        )
    found = {"text": text[: match.start()].strip(), "owner": handles[match["who"]]}
    if match["due"]:
        try:
            found["due"] = datetime.strptime(match["due"], "%Y-%m-%d").date().isoformat()
        except ValueError:
            raise _no_day(match["due"]) from None
    if not found["text"]:
        raise UsageError(
            Text("what was promised?", "请写明承诺事项"),
            Text("--promise 'TEXT @HANDLE 2026-03-13'", "--promise '事项 @代号 2026-03-13'"),
        )
    return found


def _no_day(text: str) -> UsageError:
    return UsageError(Text(en="`{text}` is not a date", zh="`{text}` 不是日期").format(text=text))
