"""`pmkit todo`: everything due, across kinds."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Annotated

import typer

from pmkit.cli.language import h, tell
from pmkit.cli.session import AS, AT_REVISION, Session, command, out, parse_date, print_json, single
from pmkit.domain.people import SIDES
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text
from pmkit.workspace.todo.base import Item, Situation, due_items

app = single()


def _todo(
    s: Session,
    mine: Annotated[bool, typer.Option("--mine", help=h("only what is yours", "只看本人的"))] = False,
    customer: Annotated[
        bool, typer.Option("--customer", help=h("only what the customer owes", "只看待客户办理的"))
    ] = False,
    who: Annotated[
        str | None, typer.Option("--who", metavar="HANDLE", help=h("only what is this person's", "只看某人的"))
    ] = None,
    days: Annotated[str, typer.Option(metavar="N", help=h("as far ahead as this", "提前天数"))] = "14",
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help=h("reporting date", "报告日期"))] = None,
) -> None:
    from pmkit.workspace.planning import plan_of

    if as_of:
        s.today = parse_date(as_of)
    if not days.isdigit():
        raise UsageError(Text(en="`{n}` is no number of days", zh="`{n}` 不是天数").format(n=days))
    until = s.today + timedelta(days=min(int(days), 36_500))
    person = s.acting.by if mine else s.ws.get(who).id if who else None
    found = [
        item
        for item in due_items(Situation(s.whole, plan_of(s.whole, s.today)[0], s.today))
        if (item.due is None or item.due <= until)
        and (person is None or person in item.who)
        and (not customer or item.side == "customer")
    ]
    if s.json:
        print_json([_json(s, item) for item in found])
        return
    if not found:
        out(h(f"nothing to do up to {until}", f"截至 {until} 没有待办"))
        return
    from pmkit.output.tables import coloured, table, terminal_width

    heads = [
        h("Due", "期限"),
        h("Late", "逾期"),
        h("ID", "编号"),
        h("To do", "办理内容"),
        h("Record", "对象"),
        h("Who", "责任人"),
    ]
    rows = [_row(s, item) for item in found]
    text = table(heads, rows, terminal_width())
    if coloured():
        late = {n for n, item in enumerate(found, start=1) if item.days_late(s.today)}
        lines = text.splitlines()
        text = "".join(f"\x1b[31m{line}\x1b[0m\n" if n in late else f"{line}\n" for n, line in enumerate(lines))
    sys.stdout.write(text)


def _row(s: Session, item: Item) -> list[str]:
    late = item.days_late(s.today)
    who = h(", ", "、").join(s.ws.person_name(handle) for handle in item.who) or tell(SIDES[item.side])
    return [
        str(item.due or "-"),
        h(f"{late} d", f"{late} 天") if late else "",
        item.record.id,
        tell(item.what),
        item.record.name_to_show,
        who,
    ]


def _json(s: Session, item: Item) -> dict[str, object]:
    return {
        "id": item.record.id,
        "kind": item.record.kind.name,
        "title": item.record.name_to_show,
        "what": {"en": item.what.en, "zh": item.what.zh},
        "due": item.due.isoformat() if item.due else None,
        "days_late": item.days_late(s.today),
        "who": list(item.who),
        "side": item.side,
    }


command(app, "todo", h("What is due, across all kinds", "各类到期与待办事项"), AT_REVISION | AS)(_todo)
