"""Interviews: record one from what was typed and from the notes that were taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pmkit.actions.interview_notes import parse_notes
from pmkit.actions.notes import Notes, parse_clock
from pmkit.actions.records import NextId, add
from pmkit.domain.interviews import INTERVIEW
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text
from pmkit.workspace.edits import Acting, Edits, headed
from pmkit.workspace.model import Workspace


def record(
    ws: Workspace, values: Mapping[str, Any], clock: str | None, notes: Notes | None, next_id: NextId, acting: Acting
) -> Edits:
    """A new interview. What was typed wins over what the notes say. Raises UsageError with all that is wrong in them.

    Its day is the notes' where they name one, else `acting.on`; `clock` is `09:00` or `09:00-11:30`.
    """
    handles = handles_of(ws)
    said = parse_notes(notes, handles, acting.on.year) if notes else {}
    given = {**said, **values}
    for key in ("with", "by"):
        if key in values:
            given[key] = [handles.get(one, one) for one in values[key]]
    if "minutes_by" in values:
        given["minutes_by"] = handles.get(values["minutes_by"], values["minutes_by"])
    given.setdefault("time", acting.on.isoformat())
    if clock:
        start, end = parse_clock(clock)
        given["time"] = f"{str(given['time'])[:10]}T{start}"
        if end:
            given["until"] = end
    if "by" not in given and acting.by in ws.records:
        given["by"] = [acting.by]
    if "title" not in given:
        raise UsageError(
            Text("what was the interview about?", "请说明访谈主题"),
            Text(
                "`--title TEXT`, or a first line `# TITLE` in the notes", "用 `--title 主题`，或在记录首行写 `# 主题`"
            ),
        )
    edits = add(ws, INTERVIEW, given, next_id, acting)
    what = Text("Record the interview {title}", "记录访谈“{title}”").format(title=given["title"])
    subject = headed(edits.records[0], what)
    return replace(edits, action="interview.record", subject=subject)


def handles_of(ws: Workspace) -> dict[str, str]:
    """People's handles by handle and by name; a name that two people have is none."""
    names = [p.name for p in ws.people]
    by_name = {p.name: p.id for p in ws.people if names.count(p.name) == 1}
    return by_name | {p.id: p.id for p in ws.people}
