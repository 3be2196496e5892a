"""`pmkit interview`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pmkit.cli.generic import list_command, set_command, show_command, transitions
from pmkit.cli.language import h, tell
from pmkit.cli.session import WRITING, Session, command, group, read_file
from pmkit.domain.interviews import INTERVIEW
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from pmkit.actions.notes import Notes

app = group(tell(INTERVIEW.plural))


def _record(
    s: Session,
    title: Annotated[str | None, typer.Option(help=h("the subject", "访谈主题"))] = None,
    with_: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="HANDLE", help=h("interviewee; may be repeated", "访谈对象；可重复")),
    ] = None,
    by: Annotated[
        list[str] | None,
        typer.Option("--by", metavar="HANDLE", help=h("interviewer; may be repeated", "访谈人；可重复")),
    ] = None,
    clock: Annotated[
        str | None, typer.Option("--time", metavar="09:00-11:30", help=h("from and to", "起止时间"))
    ] = None,
    place: Annotated[str | None, typer.Option(help=h("where", "地点"))] = None,
    mode: Annotated[
        str | None,
        typer.Option(help=h("onsite, meeting, video, phone, written", "方式：onsite、meeting、video、phone、written")),
    ] = None,
    minutes_by: Annotated[str | None, typer.Option(metavar="HANDLE", help=h("who wrote it down", "记录人"))] = None,
    purpose: Annotated[str | None, typer.Option(help=h("what for", "访谈目的"))] = None,
    notes: Annotated[
        str | None, typer.Option(metavar="FILE", help=h("notes in Markdown: docs/interviews.md", "Markdown 访谈记录"))
    ] = None,
) -> None:
    from pmkit.actions.interviews import record

    given = {
        "title": title, "with": people_of(with_), "by": people_of(by), "place": place, "mode": mode,
        "minutes_by": minutes_by, "purpose": purpose,
    }  # fmt: skip
    read = read_notes(notes) if notes else None
    edits = record(s.ws, {k: v for k, v in given.items() if v}, clock, read, s.next_id, s.acting)
    s.write(
        edits,
        then=Text("next: pmkit report interview {id}", "下一步：pmkit report interview {id}").format(
            id=edits.records[0]
        ),
    )


def people_of(given: list[str] | None) -> list[str]:
    """Handles, or names, of an option that may be repeated and may hold commas."""
    return [one.strip() for text in given or [] for one in text.replace("，", ",").split(",") if one.strip()]


def read_notes(path: str) -> Notes:
    """A file of notes, in UTF-8 or GB18030. Raises UsageError."""
    from pmkit.actions.notes import Notes

    data = read_file(path)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return Notes(Path(path).name, data.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise UsageError(Text(en="{path} is not text", zh="{path} 不是文本文件").format(path=path))


command(app, "record", h("Record an interview", "记录一次需求访谈"), WRITING)(_record)
list_command(app, INTERVIEW)
show_command(app)
set_command(app)
transitions(app, INTERVIEW)
