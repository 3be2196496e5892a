"""`pmkit person`."""

from __future__ import annotations

import inspect
import sys
from typing import Annotated, Any

import typer

from pmkit.cli.generic import NOT_GIVEN, ask_missing, options_of, set_command, show_command
from pmkit.cli.language import h, tell
from pmkit.cli.listing import Columns, Sort, Where, print_records, selected
from pmkit.cli.session import AT_REVISION, WRITING, Session, command, group, parse_date, print_json
from pmkit.domain.parties import Party
from pmkit.domain.people import PERSON, meant_role
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text, did_you_mean

app = group(tell(PERSON.plural))
_fields = options_of(PERSON)


# How far a person may bind their party; `--authority` says it in words, or as the amount alone.
_LETTER = typer.Option(metavar="FILE", help=h("the letter of authority", "授权委托书"))
_FROM = typer.Option("--from", metavar="DATE", help=h("valid from", "授权生效日期"))
_UNTIL = typer.Option(metavar="DATE", help=h("valid until", "授权截止日期"))


def _add(
    s: Session,
    handle: str,
    letter: str | None = None,
    from_: str | None = None,
    until: str | None = None,
    **values: Any,
) -> None:
    from pmkit.actions.parties import add_person
    from pmkit.cli.change_decide import received

    given = {_fields[name][0]: value for name, value in values.items() if value not in NOT_GIVEN}
    side, role = str(given.get("side", "")), str(given.get("role", ""))
    if (meant := meant_role(side, role)) is not None:
        raise UsageError(
            Text(en="`{role}` is no role of this side that signs", zh="`{role}` 不是该方有签署权限的角色").format(
                role=role
            ),
            did_you_mean(meant, [meant]),
        )
    given |= {"id": handle}
    if given.get("party"):
        given.setdefault("side", s.ws.get(given["party"], Party).side)
    limit = _amount(s, str(given.get("authority", "")))
    if limit is not None:
        del given["authority"]
    mandate = {"limit": limit, "from": from_, "until": until}
    s.write(
        add_person(
            s.ws, ask_missing(PERSON, given), {k: v for k, v in mandate.items() if v}, received(letter, None), s.acting
        )
    )


def _amount(s: Session, text: str) -> str | None:
    """The amount that a text says, in the project's currency where it names none; None for words."""
    from pmkit.kernel.money import Money

    try:
        return str(Money.parse(text, s.ws.project.currency))
    except ValueError:
        return None


_add.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
    [
        inspect.Parameter("s", inspect.Parameter.POSITIONAL_OR_KEYWORD),
        inspect.Parameter(
            "handle",
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            annotation=Annotated[str, typer.Argument(metavar="HANDLE", help=h("such as li.wei", "代号，如 li.wei"))],
        ),
        *(p for _, p in _fields.values()),
        *(
            inspect.Parameter(
                name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[str | None, option]
            )
            for name, option in (("letter", _LETTER), ("from_", _FROM), ("until", _UNTIL))
        ),
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


def _authorise(
    s: Session,
    handle: Annotated[str, typer.Argument(metavar="HANDLE", help=h("who", "人员代号"))],
    limit: Annotated[str | None, typer.Option(metavar="AMOUNT", help=h("up to this amount", "金额上限"))] = None,
    from_: Annotated[str | None, _FROM] = None,
    until: Annotated[str | None, _UNTIL] = None,
    letter: Annotated[str | None, _LETTER] = None,
) -> None:
    from pmkit.actions.costs import amount_of
    from pmkit.actions.parties import authorise
    from pmkit.cli.change_decide import received
    from pmkit.domain.people import Person

    given = {"limit": str(amount_of(s.ws, limit)) if limit else None, "from": from_, "until": until}
    s.write(authorise(s.ws.get(handle, Person), given, received(letter, None), s.acting))


def _move(
    s: Session,
    handle: Annotated[str, typer.Argument(metavar="HANDLE", help=h("who", "人员代号"))],
    party: Annotated[str, typer.Option(metavar="HANDLE", help=h("the party they speak for now", "新的参建单位"))],
    role: Annotated[
        str | None, typer.Option(metavar="ROLE", help=h("in which role (as before)", "角色（默认不变）"))
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help=h("from which day (today)", "开始日期（默认当日）"))
    ] = None,
) -> None:
    from pmkit.actions.parties import move_person
    from pmkit.domain.people import Person

    first = parse_date(from_) if from_ else s.acting.on
    s.write(move_person(s.ws, s.ws.get(handle, Person), s.ws.get(party, Party), role, first, s.acting))


command(app, "authorise", h("Record a letter of authority", "登记授权委托书"), WRITING)(_authorise)
command(app, "move", h("Speak for another party from a day on", "自某日起转至其他参建单位"), WRITING)(_move)


def _list(
    s: Session,
    matrix: Annotated[
        bool,
        typer.Option(
            "--matrix",
            help=h(
                "influence and interest, who was not spoken to, communication plan",
                "影响力/关注度矩阵、多日未沟通的人、沟通计划执行情况",
            ),
        ),
    ] = False,
    days: Annotated[
        str,
        typer.Option(metavar="N", help=h("with --matrix: not spoken to for so long", "配合 --matrix：多少天未沟通")),
    ] = "14",
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help=h("reporting date", "报告日期"))] = None,
    where: Where = None,
    sort: Sort = None,
    columns: Columns = None,
) -> None:
    if as_of:
        s.today = parse_date(as_of)
    if not matrix:
        print_records(s, PERSON, selected(s.whole if s.rev else s.ws, PERSON, where or [], s.today), sort, columns)
        return
    if not days.isdigit():
        raise UsageError(Text(en="`{n}` is no number of days", zh="`{n}` 不是天数").format(n=days))
    from pmkit.output.stakeholders import as_json, as_text
    from pmkit.output.tables import terminal_width

    if s.json:
        print_json(as_json(s.whole, s.today, int(days)))
    else:
        sys.stdout.write(as_text(s.whole, s.today, int(days), s.lang, terminal_width()))


def _plan(
    s: Session,
    handle: Annotated[str, typer.Argument(metavar="HANDLE", help=h("who is told", "沟通对象代号"))],
    what: Annotated[str, typer.Option(help=h("what about", "沟通内容"))],
    every: Annotated[
        str, typer.Option(metavar="week|2 weeks|month", help=h("how often", "周期：day、week、2 weeks、month"))
    ],
    channel: Annotated[
        str | None,
        typer.Option(
            help=h(
                "meeting, mail, phone, im, visit, video (any)",
                "方式：meeting、mail、phone、im、visit、video（默认不限）",
            )
        ),
    ] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="HANDLE", help=h("by whom", "我方责任人"))] = None,
    from_: Annotated[str | None, typer.Option("--from", metavar="DATE", help=h("from which day", "开始日期"))] = None,
) -> None:
    from pmkit.actions.people import plan_communication
    from pmkit.domain.people import Person

    given = {"what": what, "every": every, "channel": channel, "by": by, "from": from_}
    person = s.ws.get(handle, Person)
    s.write(plan_communication(s.ws, person, {k: v for k, v in given.items() if v}, s.acting))


command(app, "list", h("List people", "列出人员"), AT_REVISION)(_list)
command(app, "plan", h("Plan what somebody hears, how often, from whom", "制定沟通计划"), WRITING)(_plan)
show_command(app)
set_command(app)
