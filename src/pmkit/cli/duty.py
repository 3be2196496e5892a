"""`pmkit duty`: what the customer's side owes, reminders, and what delays have cost."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from pmkit.cli.duty_remind import remind
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
from pmkit.cli.language import h, language, tell
from pmkit.cli.scheduled import scheduled
from pmkit.cli.session import AT_REVISION, WRITING, Session, command, group, parse_date, print_json
from pmkit.domain.duties import DUTY

app = group(tell(DUTY.plural))
_FIELDS = options_of(DUTY)


def _add(s: Session, **values: Any) -> None:
    from pmkit.actions.duties import ask

    given = {_FIELDS[name][0]: value for name, value in values.items() if value not in NOT_GIVEN}
    s.write(ask(s.ws, ask_missing(DUTY, given), s.next_id, s.acting))


def _effect(
    s: Session,
    as_of: Annotated[
        str | None, typer.Option(metavar="DATE", help=h("progress up to this day", "只计入该日及以前的进度"))
    ] = None,
) -> None:
    from pmkit.output.duties import effects_json, effects_text
    from pmkit.output.tables import terminal_width
    from pmkit.workspace.duties import costs

    planned = scheduled(s, as_of)
    found = costs(planned)
    day = parse_date(as_of) if as_of else s.today
    if s.json:
        print_json(effects_json(planned, found, day))
    else:
        sys.stdout.write(effects_text(planned, found, day, language(), terminal_width()))


command(app, "add", h("Ask something of the customer", "新增需建设单位配合事项"), WRITING)(with_options(_add, _FIELDS))
list_command(app, DUTY)
show_command(app)
set_command(app)
transitions(app, DUTY)
command(app, "remind", h("Remind them politely of what is due", "提醒对方办理到期的配合事项"), WRITING)(remind)
command(
    app,
    "effect",
    h("What late duties have cost: the plan with and without", "迟到配合事项对进度的影响：有无对比"),
    AT_REVISION,
)(_effect)
