"""`pmkit person`."""

from __future__ import annotations

import inspect
from typing import Annotated, Any

import typer

from pmkit.cli.generic import NOT_GIVEN, ask_missing, list_command, options_of, set_command, show_command
from pmkit.cli.language import h, tell
from pmkit.cli.session import WRITING, Session, command, group
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
list_command(app, PERSON)
show_command(app)
set_command(app)
