"""`pmkit action`."""

from __future__ import annotations

from typing import Annotated

import typer

from pmkit.cli.generic import add_command, set_command, show_command, transitions
from pmkit.cli.language import h, tell
from pmkit.cli.listing import Columns, Sort, Where, print_records, selected
from pmkit.cli.session import AT_REVISION, Session, command, group, parse_date
from pmkit.domain.actions import ACTION, ActionItem

app = group(tell(ACTION.plural))


def _list(
    s: Session,
    overdue: Annotated[bool, typer.Option("--overdue", help=h("only those past their day", "只看已逾期的"))] = False,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help=h("reporting date", "报告日期"))] = None,
    where: Where = None,
    sort: Sort = None,
    columns: Columns = None,
) -> None:
    if as_of:
        s.today = parse_date(as_of)
    found = selected(s.whole if s.rev else s.ws, ACTION, where or [], s.today)
    if overdue:
        found = [one for one in found if isinstance(one, ActionItem) and one.is_overdue(s.today)]
    print_records(s, ACTION, found, sort, columns)


add_command(app, ACTION)
command(app, "list", h("List action items", "列出待办事项"), AT_REVISION)(_list)
show_command(app)
set_command(app)
transitions(app, ACTION)
