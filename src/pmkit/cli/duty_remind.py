"""`pmkit duty remind`: polite letters on what the customer owes, one mail a person, or a line to the group."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from html import escape
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pmkit.cli.language import h, tell
from pmkit.cli.session import Session, out, print_json
from pmkit.domain.dispatches import ROBOTS, Dispatch
from pmkit.domain.duties import Duty
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Lang, Text

if TYPE_CHECKING:
    from pmkit.actions.dispatches import Going
    from pmkit.connectors.mail import Letter as Mail
    from pmkit.reports.digest import Sections
    from pmkit.workspace.reminders import Letter

_DOCUMENT = "duties"  # what the mail is a part of: the register of what is needed of them


def remind(
    s: Session,
    duty_ids: Annotated[list[str] | None, typer.Argument(metavar="[DUT-ID]...")] = None,
    days: Annotated[
        str, typer.Option(metavar="N", help=h("also what is due within this many days", "含今后 N 天内到期的事项"))
    ] = "7",
    smtp: Annotated[bool, typer.Option("--smtp", help=h("send it by the mail server", "通过邮件服务器发出"))] = False,
    channel: Annotated[
        str | None,
        typer.Option(
            help=h(
                "wecom, dingtalk, feishu: tell the group; with --record any way: phone",
                "发到群：wecom、dingtalk、feishu；与 --record 合用时为提醒方式，如 电话",
            )
        ),
    ] = None,
    record: Annotated[
        bool,
        typer.Option(
            "--record", help=h("they were reminded already: only keep that", "已用其他方式提醒，只在记录中登记")
        ),
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help=h("also what was reminded of today", "今日已提醒的也再次提醒"))
    ] = False,
) -> None:
    """Remind of what is late or soon due. Nobody is reminded twice of the same matter on one day unless asked."""
    from pmkit.actions.duties import reminded
    from pmkit.workspace.reminders import letters

    if channel is not None and channel not in ROBOTS and not record:
        raise UsageError(
            Text(en="`{channel}` is none of {known}", zh="`{channel}` 不在可选值之内：{known}").format(
                channel=channel, known=Text.join(map(Text.same, ROBOTS))
            ),
            Text("another way, already done: add `--record`", "若已用其他方式提醒，请加 `--record` 登记"),
        )
    day = s.on or s.today
    chosen = [duty for duty in _chosen(s, duty_ids or [], days) if not duty.is_closed]
    told = [duty for duty in chosen if not again and not record and any(r.on == day for r in duty.reminders)]
    found = letters(s.whole, [duty for duty in chosen if duty not in told], day)
    if s.dry_run or not found:
        _show(s, found, told)
        return
    owed = [duty for letter in found for duty in letter.duties]
    if record:
        s.write(reminded(owed, channel, s.acting), more={"letters": [_as_json(s, one) for one in found]})
    elif channel is not None:
        _to_group(s, found, channel)
    else:
        _by_mail(s, found, smtp=smtp, again=again)


def _chosen(s: Session, ids: Sequence[str], days: str) -> list[Duty]:
    """The duties named, else those that are late or due within so many days."""
    if not days.isdigit():
        raise UsageError(Text(en="`{n}` is no number of days", zh="`{n}` 不是天数").format(n=days))
    if ids:
        return [s.whole.get(one, Duty) for one in ids]
    until = (s.on or s.today) + timedelta(days=min(int(days), 36_500))
    return [duty for duty in s.whole.of(Duty) if duty.due <= until]


def _show(s: Session, found: Sequence[Letter], told: Sequence[Duty]) -> None:
    """The letters as they would go out."""
    if s.json:
        print_json([_as_json(s, letter) for letter in found])
        return
    if found:
        out("\n\n".join(_as_text(s, letter) for letter in found))
        return
    if told:
        ids = Text.join(Text.same(duty.id) for duty in told)
        says = Text(
            "reminded of today already: {ids}; `--again` does it once more", "今日已提醒：{ids}；`--again` 可再次提醒"
        )
        out(tell(says.format(ids=ids)))
        return
    out(h("nobody has to be reminded of anything", "没有需要提醒的配合事项"))


def _as_json(s: Session, letter: Letter) -> dict[str, Any]:
    lang = s.whole.project.language
    return {
        "to": letter.to,
        "mail": letter.mail,
        "duties": [duty.id for duty in letter.duties],
        "subject": letter.subject.to(lang),
        "body": letter.body.to(lang),
    }


def _as_text(s: Session, letter: Letter) -> str:
    lang = s.whole.project.language
    to = f"{letter.name} <{letter.mail}>" if letter.mail else letter.name
    heads = h("To: ", "收件人："), h("Subject: ", "主题：")
    return f"{heads[0]}{to}\n{heads[1]}{letter.subject.to(lang)}\n\n{letter.body.to(lang)}"


# --- by mail ---------------------------------------------------------------------------------------------------------


def _by_mail(s: Session, found: Sequence[Letter], *, smtp: bool, again: bool) -> None:
    """One mail a person: a file for the mail program, or through the server; what went out is recorded each time."""
    from pmkit.actions.dispatches import refuse_twice
    from pmkit.cli.send import server_of

    _refuse_nobody(found)
    mails = [(letter, *_prepared(s, letter)) for letter in found]
    if not again:
        for _, going, _ in mails:
            refuse_twice(s.ws, going)
    server = server_of(s) if smtp else None
    done = [
        _as_file(s, letter, going, mail) if server is None else _through(s, server, letter, going, mail)
        for letter, going, mail in mails
    ]
    if s.json:
        print_json(done)


def _refuse_nobody(found: Sequence[Letter]) -> None:
    """Raises UsageError for duties of nobody, and for people without an address, all of them at once."""
    wrong = []
    for letter in found:
        ids = ", ".join(duty.id for duty in letter.duties)
        if not letter.to:
            wrong.append(Text("{ids}: who of them owes it? `pmkit set {first} owner=HANDLE`",
                              "{ids}：请指明责任人：`pmkit set {first} owner=代号`"
                              ).format(ids=ids, first=letter.duties[0].id))  # fmt: skip
        elif not letter.mail:
            wrong.append(Text("{who}: `pmkit set {handle} email=...`", "{who}：`pmkit set {handle} email=……`"
                              ).format(who=letter.name, handle=letter.to))  # fmt: skip
    if wrong:
        raise UsageError(
            Text("to whom? nothing was sent", "缺少收件人或邮箱，未发送"), Text.join(wrong, en="\n", zh="\n")
        )


def _prepared(s: Session, letter: Letter) -> tuple[Going, Mail]:
    """The dispatch and the mail of a letter, with nothing written yet."""
    from pmkit.actions.dispatches import Going, earlier
    from pmkit.cli.send import address_of, moment_of, sender_of
    from pmkit.connectors.mail import Address
    from pmkit.connectors.mail import Letter as Mail

    project = s.whole.project
    lang = project.language
    day = s.acting.on.isoformat()
    matters = " ".join(duty.id for duty in letter.duties)
    going = Going(
        letter.subject.to(lang), _DOCUMENT, None, f"{day} {letter.to} {matters}", "mail", (letter.to,), (), ()
    )
    sender = sender_of(s)
    before = earlier(s.ws, going)
    doubtful = bool(before) and before[-1].status in {"written", "sending", "failed"}
    marks = f"{project.code} {going.period} {len(before) - doubtful}"  # a doubtful mail sent again is the same mail
    short = hashlib.sha256(marks.encode()).hexdigest()[:12]
    name = letter.duties[0].id
    going = replace(going, message_id=f"<pmkit.{project.code}.{name}.{short}@{sender.mail.rpartition('@')[2]}>")
    body = letter.body.to(lang)
    paragraphs = "".join(f"<p>{escape(one)}</p>".replace("\n", "<br>") for one in body.strip().split("\n\n"))
    mail = Mail(
        sender=sender, to=(Address.parse(letter.mail or "", letter.name),), cc=(), subject=letter.subject.to(lang),
        message_id=going.message_id or "", date=moment_of(s), text=body,
        html=f'<!DOCTYPE html>\n<html lang="{lang}"><body>{paragraphs}</body></html>\n',
        reply_to=address_of(project.mail.reply_to),
    )  # fmt: skip
    return going, mail


def _as_file(s: Session, letter: Letter, going: Going, mail: Mail) -> dict[str, Any]:
    """A file for the mail program, and the record that it went out."""
    from pmkit.actions.dispatches import begin
    from pmkit.actions.duties import with_reminder
    from pmkit.cli.send import forget, written_mail

    edits = with_reminder(begin(s.ws, going, s.next_id, s.acting, sent=True), letter.duties, "mail", s.acting)
    path = written_mail(s, mail, f"duties-{s.acting.on}-{letter.to}")
    then = Text("open {path} in your mail program and send it", "请用邮件程序打开 {path} 并发送").format(path=path)
    written = s.write(edits, *_said(letter), then=then, silent=s.json)
    forget(s)
    more = {"id": edits.records[0], "eml": str(path), "message_id": mail.message_id, "commit": written.commit}
    return _as_json(s, letter) | more


def _through(s: Session, server: Any, letter: Letter, going: Going, mail: Mail) -> dict[str, Any]:
    """Written first, then handed over, then recorded: a crash between leaves a doubt, and never sends twice unasked."""
    from pmkit.actions.dispatches import begin, did_not, went_out
    from pmkit.actions.duties import with_reminder
    from pmkit.cli.send import forget, retry_advice
    from pmkit.connectors.mail import write_mail
    from pmkit.connectors.smtp import NotSent, Unclear, deliver

    edits = begin(s.ws, going, s.next_id, s.acting, sent=False)
    s.write(edits, silent=True)
    forget(s)
    dispatch = s.ws.get(edits.records[0], Dispatch)
    try:
        deliver(server, mail.sender.mail, [a.mail for a in mail.to], write_mail(mail))
    except NotSent as error:
        s.write(did_not(dispatch, tell(error.says), s.acting), silent=True)
        raise
    except Unclear as error:
        again = Text("`pmkit duty remind {ids} --smtp --again`", "`pmkit duty remind {ids} --smtp --again`")
        ids = " ".join(duty.id for duty in letter.duties)
        raise Unclear(error.says, retry_advice(dispatch, again.format(ids=ids))) from None
    ended = with_reminder(went_out(s.ws, dispatch, None, s.acting), letter.duties, "mail", s.acting)
    written = s.write(ended, *_said(letter), silent=s.json)
    forget(s)
    more = {"id": dispatch.id, "eml": None, "message_id": mail.message_id, "commit": written.commit}
    return _as_json(s, letter) | more


def _said(letter: Letter) -> list[Text]:
    """To whom, and of what."""
    ids = Text.join(Text.same(duty.id) for duty in letter.duties)
    return [
        Text("to: {who} <{mail}>", "主送：{who} <{mail}>").format(who=letter.name, mail=letter.mail),
        Text("matters: {ids}", "配合事项：{ids}").format(ids=ids),
    ]


# --- to the group ----------------------------------------------------------------------------------------------------


def _to_group(s: Session, found: Sequence[Letter], channel: str) -> None:
    """One message for all: a heading a person, a line a matter."""
    from pmkit.actions.duties import reminded
    from pmkit.cli.send_robot import hook_of, note_of
    from pmkit.connectors.robots.base import post

    lang: Lang = "en" if s.whole.project.language == "en" else "zh"
    sections: Sections = [(letter.name, [line.to(lang) for line in letter.lines]) for letter in found]
    heading = Text("What we kindly ask of you, as of {day}", "需贵方配合事项（{day}）").format(day=s.acting.on).to(lang)
    post(channel, hook_of(s, channel), note_of(s, channel, heading, sections, lang))
    owed = [duty for letter in found for duty in letter.duties]
    s.write(reminded(owed, channel, s.acting), Text("sent to the group", "已发送到群"))
