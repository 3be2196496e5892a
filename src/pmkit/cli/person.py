"""`pmkit person`."""

from __future__ import annotations

import inspect
from typing import Annotated, Any

import typer

from pmkit.cli.generic import NOT_GIVEN, ask_missing, list_command, options_of, set_command, show_command
from pmkit.cli.language import h, tell
from pmkit.cli.session import WRITING, Session, command, group, parse_date
from pmkit.domain.people import PERSON

app = group(tell(PERSON.plural))
_fields = options_of(PERSON)


def _add(s: Session, handle: str, **values: Any) -> None:
    from pmkit.actions.records import add

    given = {_fields[name][0]: value for name, value in values.items() if value not in NOT_GIVEN}
    s.write(add(s.ws, PERSON, ask_missing(PERSON, given | {"id": handle}), s.next_id, s.acting))


_add.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
    [
        inspect.Parameter("s", inspect.Parameter.POSITIONAL_OR_KEYWORD),
        inspect.Parameter(
            "handle",
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            annotation=Annotated[str, typer.Argument(metavar="HANDLE", help=h("such as li.wei", "代号，如 li.wei"))],
        ),
        *(p for _, p in _fields.values()),
    ]
)
command(app, "add", h("Add a person", "添加人员"), WRITING)(_add)


def _delegate(
    s: Session,
    handle: Annotated[str, typer.Argument(metavar="HANDLE", help=h("who is away", "外出人员代号"))],
    to: Annotated[str, typer.Option(metavar="HANDLE", help=h("who signs meanwhile", "受托人代号"))],
    from_: Annotated[str, typer.Option("--from", metavar="DATE", help=h("first day", "开始日期"))],
    until: Annotated[str, typer.Option(metavar="DATE", help=h("last day", "截止日期"))],
    reason: Annotated[str | None, typer.Option(help=h("why", "事由"))] = None,
) -> None:
    from pmkit.actions.people import delegate
    from pmkit.domain.people import Person

    person, substitute = s.ws.get(handle, Person), s.ws.get(to, Person)
    s.write(delegate(person, substitute, parse_date(from_), parse_date(until), reason, s.acting))


command(app, "delegate", h("Let somebody sign for a person who is away", "授权他人在本人外出期间代签"), WRITING)(
    _delegate
)
list_command(app, PERSON)
show_command(app)
set_command(app)
