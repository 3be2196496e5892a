"""`pmkit diff A..B`: records and fields that differ, not lines."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from pmkit.cli.generic import file_words, reviewed, step_words
from pmkit.cli.language import h, tell
from pmkit.cli.session import READING, Session, command, out, print_json, single
from pmkit.domain.kind import Record, about
from pmkit.domain.plan import PHASE
from pmkit.domain.registry import kind_named
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text, display_width
from pmkit.workspace.difference import FieldDifference, RecordDifference, difference
from pmkit.workspace.model import Workspace

app = single()
_WHAT = {"added": Text("added", "新增"), "removed": Text("removed", "删除"), "changed": Text("changed", "修改")}
_COLOURS = {"added": "\x1b[32m", "removed": "\x1b[31m", "changed": "\x1b[33m"}
_UNTOLD = frozenset({"steps", "seen", "row_key"})  # what the status beside them says, or nobody asks


def _diff(
    s: Session,
    span: Annotated[
        str,
        typer.Argument(
            metavar="[A..B]",
            help=h(
                "two states (commits, tags, days); without B the files as they are, without both the uncommitted edits",
                "两个状态：提交、标签或日期；省略 B 为当前文件，都省略为未提交的修改",
            ),
        ),
    ] = "",
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="KIND", help=h("only this kind", "只看该类记录"))
    ] = None,
) -> None:
    first, last = ends(span)
    only = kind_named(kind) if kind else None
    before, after = _state(s, first), _state(s, last)
    found = [d for d in difference(before, after) if only is None or d.record.kind is only]
    if s.json:
        print_json([_json(d) for d in found])
        return
    if not found:
        out(h("no record differs", "记录没有差异"))
        return
    for item in found:
        for line in difference_lines(s, item):
            out(line)
    counts = (sum(d.what == what for d in found) for what in ("added", "changed", "removed"))
    out(h("{} added, {} changed, {} removed", "新增 {}，修改 {}，删除 {}").format(*counts))


def ends(span: str) -> tuple[str | None, str | None]:
    """The two ends of `A..B`; None for the files as they are. Raises UsageError."""
    first, dots, last = span.partition("..")
    if "..." in span or (dots and not first):
        raise UsageError(
            Text(en="`{span}` does not name two states", zh="`{span}` 没有指明两个状态").format(span=span),
            Text("write A..B, such as 2026-03-01..2026-03-31 or v1..HEAD", "请写成 A..B，如 2026-03-01..2026-03-31"),
        )
    return first or "HEAD", last or None


def _state(s: Session, rev: str | None) -> Workspace:
    """The workspace at a revision, or as its files are; BadWorkspace where they are broken."""
    if rev is None:
        return s.whole
    return Session(workspace=str(s.root), rev=rev).whole


def difference_lines(s: Session, item: RecordDifference) -> list[str]:
    """A record that differs, and below it the fields that do."""
    from pmkit.output.tables import coloured

    record = item.record
    name = record.name_to_show if record.name_to_show != record.id else tell(record.kind.label)
    line = f"{tell(_WHAT[item.what])}  {record.id}  {name}"
    lines = [f"{_COLOURS[item.what]}{line}\x1b[0m" if coloured() else line]
    for change in item.fields if item.what == "changed" else ():
        if change.field not in _UNTOLD or len(item.fields) == 1:
            lines += _field(s, record, change).splitlines()
    return lines


def _field(s: Session, record: Record, change: FieldDifference) -> str:
    """A field on one line where both values fit, else below each other."""
    from pmkit.output.tables import terminal_width

    what = about(type(record)).get(change.field)
    label = tell(what.label if what else PHASE.label)
    if change.field == "seen":
        return f"  {label}{h(': ', '：')}{reviewed(change.before, change.after)}\n"
    old, new = (_words(s, record, change.field, value) for value in (change.before, change.after))
    line = f"  {label}{h(': ', '：')}{old} -> {new}"
    if "\n" not in line and display_width(line) <= terminal_width():
        return line + "\n"
    both = [f"    - {row}" for row in old.splitlines()] + [f"    + {row}" for row in new.splitlines()]
    return "\n".join([f"  {label}{h(':', '：')}", *both]) + "\n"


def _words(s: Session, record: Record, key: str, value: Any) -> str:
    if key == "status" and record.kind.states and value is not None:
        return tell(record.kind.states.names.get(str(value), Text.same(str(value))))
    if key in {"steps", "approvals"} and isinstance(value, list):
        return "\n".join(step_words(s, record, item) for item in value)
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return "\n".join(file_words(s, type(record), key, item) for item in value)
    return file_words(s, type(record), key, value)


def _json(item: RecordDifference) -> dict[str, Any]:
    return {
        "id": item.record.id,
        "kind": item.record.kind.name,
        "title": item.record.name_to_show,
        "change": item.what,
        "fields": [{"field": f.field, "from": f.before, "to": f.after} for f in item.fields],
    }


command(app, "diff", h("Records and fields that differ between two states", "比较两个状态的记录与字段"), READING)(_diff)
