"""`pmkit party`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from pmkit.cli.generic import (
    NOT_GIVEN,
    ask_missing,
    list_command,
    options_of,
    set_command,
    show_command,
    transitions,
    with_options,
)
from pmkit.cli.language import h, tell
from pmkit.cli.session import WRITING, Session, command, group
from pmkit.domain.parties import PARTY, Party

app = group(tell(PARTY.plural))
_fields = options_of(PARTY)
_Handle = Annotated[str, typer.Argument(metavar="HANDLE", help=h("such as buyer", "代号，如 buyer"))]


def _add(s: Session, handle: _Handle, **values: Any) -> None:
    from pmkit.actions.records import add

    given = {_fields[name][0]: value for name, value in values.items() if value not in NOT_GIVEN}
    s.write(add(s.ws, PARTY, ask_missing(PARTY, given | {"id": handle}), s.next_id, s.acting))


def _leave(
    s: Session,
    handle: _Handle,
    note: Annotated[
        str | None, typer.Option("--note", help=h("a remark to keep with the step", "随步骤保存的说明"))
    ] = None,
) -> None:
    from pmkit.actions.parties import leave

    s.write(leave(s.ws, s.ws.get(handle, Party), note, s.acting))


command(app, "add", h("Declare a party", "登记参建单位"), WRITING)(with_options(_add, _fields))
list_command(app, PARTY)
show_command(app)
set_command(app)
command(app, "leave", h("A party leaves the project", "参建单位退出项目"), WRITING)(_leave)
transitions(app, PARTY)
