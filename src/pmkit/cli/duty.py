"""`pmkit duty`: what the customer's side owes, reminders, and what delays have cost."""

from __future__ import annotations

import sys
from datetime import timedelta
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
from pmkit.cli.language import h, language, tell
from pmkit.cli.scheduled import scheduled
from pmkit.cli.session import AT_REVISION, WRITING, Session, command, group, out, parse_date, print_json
from pmkit.domain.duties import DUTY, Duty
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

app = group(tell(DUTY.plural))
_FIELDS = options_of(DUTY)


def _add(s: Session, **values: Any) -> None:
    from pmkit.actions.duties import ask

    given = {_FIELDS[name][0]: value for name, value in values.items() if value not in NOT_GIVEN}
    s.write(ask(s.ws, ask_missing(DUTY, given), s.next_id, s.acting))


def _remind(
    s: Session,
    duty_ids: Annotated[list[str] | None, typer.Argument(metavar="[DUT-ID]...")] = None,
    days: Annotated[
        str, typer.Option(metavar="N", help=h("also what is due within this many days", "含今后 N 天内到期的事项"))
    ] = "7",
    record: Annotated[
        bool, typer.Option("--record", help=h("keep in the records that they were reminded", "在记录中登记已提醒"))
    ] = False,
    channel: Annotated[
        str | None, typer.Option(help=h("how they were reminded (with --record)", "提醒方式（与 --record 合用）"))
    ] = None,
) -> None:
    from pmkit.actions.duties import reminded
    from pmkit.workspace.reminders import letters

    if not days.isdigit():
        raise UsageError(Text(en="`{n}` is no number of days", zh="`{n}` 不是天数").format(n=days))
    day = s.on or s.today
    until = day + timedelta(days=min(int(days), 36_500))
    if duty_ids:
        chosen = [s.whole.get(one, Duty) for one in duty_ids]
    else:
        chosen = [duty for duty in s.whole.of(Duty) if not duty.is_closed and duty.due <= until]
    found = letters(s.whole, [d for d in chosen if not d.is_closed], day)
    shown = [letter for letter in found if letter.duties]
    if record and shown:
        owed = [duty for letter in shown for duty in letter.duties]
        s.write(reminded(owed, channel, s.acting), more={"letters": [_letter_json(s, one) for one in shown]})
        return
    if s.json:
        print_json([_letter_json(s, letter) for letter in shown])
    elif not shown:
        out(h("nobody has to be reminded of anything", "没有需要提醒的配合事项"))
    else:
        out("\n\n".join(_letter_text(s, letter) for letter in shown))


def _letter_json(s: Session, letter: Any) -> dict[str, Any]:
    lang = s.whole.project.language
    return {
        "to": letter.to,
        "mail": letter.mail,
        "duties": [duty.id for duty in letter.duties],
        "subject": letter.subject.to(lang),
        "body": letter.body.to(lang),
    }


def _letter_text(s: Session, letter: Any) -> str:
    lang = s.whole.project.language
    to = f"{letter.name} <{letter.mail}>" if letter.mail else letter.name
    heads = h("To: ", "收件人："), h("Subject: ", "主题：")
    return f"{heads[0]}{to}\n{heads[1]}{letter.subject.to(lang)}\n\n{letter.body.to(lang)}"


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
command(app, "remind", h("Polite reminders of what is due", "生成配合事项提醒"), WRITING)(_remind)
command(
    app,
    "effect",
    h("What late duties have cost: the plan with and without", "迟到配合事项对进度的影响：有无对比"),
    AT_REVISION,
)(_effect)
