"""`pmkit support`: service requests of the customer."""

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
from pmkit.domain.support import SUPPORT
from pmkit.kernel.text import Text

app = group(tell(SUPPORT.plural))
_FIELDS = {
    name: found
    for name, found in options_of(SUPPORT).items()
    if found[0] not in {"reported_at", "responded_at", "resolved_at", "cause", "solution"}
}


def _log(
    s: Session,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="DATE[THH:MM]", help=h("when it was reported (today)", "报修时间（默认今天）")),
    ] = None,
    **values: Any,
) -> None:
    from pmkit.actions.support import log

    given = {_FIELDS[name][0]: value for name, value in values.items() if value not in NOT_GIVEN}
    given["reported_at"] = at or s.acting.on.isoformat()
    edits, until = log(s.ws, ask_missing(SUPPORT, given), s.next_id, s.acting)
    then = Text(
        "answer by {until}: pmkit support respond {id} --responded-at ...",
        "应于 {until} 前响应：pmkit support respond {id} --responded-at 时间",
    )
    s.write(edits, then=then.format(until=f"{until:%Y-%m-%d %H:%M}", id=edits.records[0]))


command(app, "log", h("Log a request", "登记服务请求"), WRITING)(with_options(_log, _FIELDS))
list_command(app, SUPPORT)
show_command(app)
set_command(app)
transitions(app, SUPPORT)
