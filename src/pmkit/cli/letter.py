"""`pmkit letter`: what the parties write to each other, and what has to be answered by when."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pmkit.cli.generic import NOT_GIVEN, ask_missing, options_of, set_command, show_command, with_options
from pmkit.cli.language import h, tell
from pmkit.cli.listing import Columns, Sort, Where, print_records, selected
from pmkit.cli.session import AT_REVISION, WRITING, Session, command, group, out, parse_date, print_json, read_file
from pmkit.domain.letters import DECISIONS, LETTER, Letter
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from pmkit.actions.evidence import Received

app = group(tell(LETTER.plural))
_LATER = frozenset({"answer", "decision", "received_by", "external_no"})  # what others say of it afterwards
_FIELDS = {name: found for name, found in options_of(LETTER).items() if found[0] not in _LATER}
_INCOMING = {
    name: found for name, found in options_of(LETTER).items() if found[0] not in {"answer", "decision", "received_by"}
}
Ids = Annotated[list[str], typer.Argument(metavar="LTR-ID...")]
Scans = Annotated[
    list[str] | None,
    typer.Option(
        "--scan",
        metavar="FILE",
        help=h("the scan, kept with its hash; may be repeated", "扫描件，随校验码保存；可重复"),
    ),
]
Note = Annotated[str | None, typer.Option("--note", metavar="TEXT", help=h("a remark", "说明"))]
Body = Annotated[
    str | None, typer.Option(metavar="TEXT", help=h("what it says; @FILE reads a file", "内容；@文件 表示从文件读取"))
]


def _given(fields: dict[str, tuple[str, inspect.Parameter]], values: dict[str, Any]) -> dict[str, Any]:
    given = {fields[name][0]: value for name, value in values.items() if value not in NOT_GIVEN}
    for key in ("to", "cc"):
        if key in given:
            given[key] = [one for text in given[key] for one in text.replace("，", ",").replace("、", ",").split(",")]
            given[key] = [_party(one.strip()) for one in given[key] if one.strip()]
    if "from" in given:
        given["from"] = _party(given["from"])
    return _with_text(given)


def _with_text(given: dict[str, Any]) -> dict[str, Any]:
    body = str(given.get("body") or "")
    return given | {"body": read_file(body[1:]).decode("utf-8-sig")} if body.startswith("@") else given


def _party(said: str) -> str:
    from pmkit.actions.papers import party_called

    return party_called(said)


def _received(paths: list[str] | None) -> list[Received]:
    from pmkit.actions.evidence import Received

    return [Received(Path(path).name, read_file(path)) for path in paths or []]


def _write(s: Session, **values: Any) -> None:
    from pmkit.actions.letters import write

    edits = write(s.ws, ask_missing(LETTER, _given(_FIELDS, values)), s.next_id, s.acting)
    then = Text(
        "print it: `pmkit report letter {id}`; when it went out: `pmkit letter send {id}`",
        "打印：`pmkit report letter {id}`；发出后：`pmkit letter send {id}`",
    )
    s.write(edits, then=then.format(id=edits.records[0]))


def _receive(
    s: Session,
    letter_id: Annotated[
        str | None, typer.Argument(metavar="[LTR-ID]", help=h("one of ours that was signed for", "已被签收的我方函件"))
    ] = None,
    scan: Scans = None,
    received_by: Annotated[
        str | None, typer.Option(metavar="NAME", help=h("who signed for ours", "我方函件的签收人"))
    ] = None,
    **values: Any,
) -> None:
    from pmkit.actions.letters import receive, received

    scans = _received(scan)
    if letter_id is not None:
        who = s.ws.person_name(received_by) if received_by else None
        s.write(received(s.ws.get(letter_id, Letter), who, scans, s.acting))
        return
    edits = receive(s.ws, ask_missing(LETTER, _given(_INCOMING, values)), scans, s.next_id, s.acting)
    s.write(edits)


def _send(s: Session, letter_ids: Ids, note: Note = None) -> None:
    from pmkit.actions.letters import send

    s.write(send(s.ws, [s.ws.get(one, Letter) for one in dict.fromkeys(letter_ids)], note, s.acting))


def _reply(
    s: Session,
    letter_id: Annotated[str, typer.Argument(metavar="LTR-ID")],
    body: Body = None,
    decision: Annotated[
        str | None,
        typer.Option(metavar="WORD", help=h(", ".join(DECISIONS), "审批结论：同意、修改后同意、不同意、已阅知")),
    ] = None,
    number: Annotated[
        str | None, typer.Option("--no", metavar="NUMBER", help=h("the other party's number", "对方文件编号"))
    ] = None,
    scan: Scans = None,
    title: Annotated[
        str | None, typer.Option(metavar="TEXT", help=h("the subject of our reply", "我方回复的事由"))
    ] = None,
    reply_by: Annotated[
        str | None, typer.Option(metavar="DATE", help=h("we ask for a reply by that day", "我方要求对方回复的日期"))
    ] = None,
) -> None:
    from pmkit.actions.letters import reply

    given = _with_text(
        {"body": body, "decision": decision, "external_no": number, "title": title, "reply_by": reply_by}
    )
    letter = s.ws.get(letter_id, Letter)
    edits = reply(s.ws, letter, given, _received(scan), s.next_id, s.acting)
    then = None
    if not letter.is_ours:
        then = Text("when it went out: `pmkit letter send {id}`", "发出后：`pmkit letter send {id}`").format(
            id=edits.records[0]
        )
    s.write(edits, then=then)


def _close(s: Session, letter_ids: Ids, note: Note = None) -> None:
    from pmkit.actions.records import move

    s.write(move(s.ws, [s.ws.get(one, Letter) for one in dict.fromkeys(letter_ids)], "close", s.acting, note))


def _list(
    s: Session,
    due: Annotated[bool, typer.Option("--due", help=h("only those that wait for a reply", "只列待回复的"))] = False,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help=h("reporting date", "报告日期"))] = None,
    where: Where = None,
    sort: Sort = None,
    columns: Columns = None,
) -> None:
    from pmkit.output.letters import due_json, due_text
    from pmkit.output.tables import terminal_width

    if as_of:
        s.today = parse_date(as_of)
    ws = s.whole if s.rev else s.ws
    found = [one for one in selected(ws, LETTER, where or [], s.today) if isinstance(one, Letter)]
    if not due:
        print_records(s, LETTER, list(found), sort, columns)
        return
    waiting = sorted((x for x in found if x.awaits_reply), key=lambda x: (x.reply_by or s.today, x.id))
    if s.json:
        print_json(due_json(waiting, s.today))
    elif not waiting:
        out(h("no letter waits for a reply", "没有待回复的函件"))
    else:
        out(due_text(waiting, s.today, s.lang, terminal_width()).rstrip("\n"))


command(app, "write", h("Write a letter of ours", "拟写我方函件"), WRITING)(with_options(_write, _FIELDS))
command(app, "send", h("Record that it went out", "记录发出"), WRITING)(_send)
command(
    app,
    "receive",
    h("Record a letter that came in, or that ours was received", "登记来文，或记录我方函件被签收"),
    WRITING,
)(with_options(_receive, _INCOMING))
command(app, "reply", h("Reply to a letter, or record the reply to ours", "回复来文，或记录对方的回复"), WRITING)(
    _reply
)
command(app, "close", h("Close it", "关闭"), WRITING)(_close)
command(app, "list", h("List letters", "列出函件"), AT_REVISION)(_list)
show_command(app)
set_command(app)
