"""`pmkit send ID|REPORT`: a document goes to the customer by mail, or a digest of it to a group."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from pmkit.cli.dispatch import Target, target_of
from pmkit.cli.language import h, tell
from pmkit.cli.session import WRITING, Session, command, one_of, out, parse_date, print_json, single
from pmkit.domain.dispatches import ROBOTS, Dispatch
from pmkit.domain.people import Person
from pmkit.kernel.errors import OutsideError, Refused, UsageError
from pmkit.kernel.text import Lang, Text

if TYPE_CHECKING:
    from pmkit.actions.dispatches import Going
    from pmkit.connectors.mail import Address, Letter
    from pmkit.domain.kind import Record
    from pmkit.reports.document import View

app = single()
_ATTACHED = ("html", "md")


@dataclass(frozen=True)
class Asked:
    """What was asked of a sending, beside the document."""

    to: tuple[str, ...]
    cc: tuple[str, ...]
    lang: Lang
    formats: tuple[str, ...]
    reply_by: date | None
    words: str
    smtp: bool
    again: bool
    remind: bool
    out: str | None


def _send(
    s: Session,
    what: Annotated[
        str,
        typer.Argument(
            metavar="ID|REPORT",
            help=h("a record, a report by name, or `reminders`", "记录编号、报告名称或 reminders（到期提醒）"),
        ),
    ],
    smtp: Annotated[bool, typer.Option("--smtp", help=h("send it by the mail server", "通过邮件服务器发出"))] = False,
    channel: Annotated[
        str | None,
        typer.Option(help=h("wecom, dingtalk, feishu: a digest to the group", "发摘要到群：wecom、dingtalk、feishu")),
    ] = None,
    to: Annotated[
        list[str] | None, typer.Option(metavar="HANDLE", help=h("reader; may be repeated", "主送；可重复"))
    ] = None,
    cc: Annotated[
        list[str] | None, typer.Option(metavar="HANDLE", help=h("copy; may be repeated", "抄送；可重复"))
    ] = None,
    reply_by: Annotated[
        str | None, typer.Option(metavar="DATE", help=h("ask for a reply by that day", "请求回复的期限"))
    ] = None,
    message: Annotated[str | None, typer.Option(help=h("your own words above the rest", "附言"))] = None,
    lang: Annotated[
        str | None, typer.Option(help=h("zh or en (default: the project's)", "zh 或 en（默认为项目语言）"))
    ] = None,
    format_: Annotated[
        list[str] | None, typer.Option("--format", help=h("what to attach; may be repeated", "附件格式；可重复"))
    ] = None,
    document: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help=h("another document of the record: agenda", "记录的其他文件：agenda（议程）")
        ),
    ] = None,
    remind: Annotated[bool, typer.Option("--remind", help=h("ask for the reply again", "催复"))] = False,
    again: Annotated[bool, typer.Option("--again", help=h("send what went out already", "再次发送"))] = False,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help=h("reporting date", "报告日期"))] = None,
    out_: Annotated[
        str | None, typer.Option("--out", metavar="PATH", help=h("where the mail is written", "邮件文件的位置"))
    ] = None,
) -> None:
    from pmkit.reports.document import FORMATS

    formats = tuple(dict.fromkeys(format_ or _ATTACHED))
    for one in formats:
        one_of(one, FORMATS)
    if lang is not None:
        one_of(lang, ("zh", "en"))
    if as_of:
        s.today = parse_date(as_of)
    chosen: Lang = "en" if (lang or s.whole.project.language) == "en" else "zh"
    asked = Asked(
        _handles(to), _handles(cc), chosen, formats, parse_date(reply_by) if reply_by else None, message or "",
        smtp, again, remind, out_,
    )  # fmt: skip
    if channel is not None:
        one_of(channel, ROBOTS)
    if what == "reminders":
        from pmkit.cli.send_robot import remind_group

        if channel is None:
            raise UsageError(
                Text("reminders go to a group", "到期提醒只发到群"),
                Text("`--channel wecom|dingtalk|feishu`; one document: `pmkit send ID --remind`",
                     "请加 `--channel wecom|dingtalk|feishu`；单个文件催复：`pmkit send 编号 --remind`"),
            )  # fmt: skip
        remind_group(s, channel, asked)
        return
    target = target_of(s, what, document=document)
    if channel is not None:
        from pmkit.cli.send_robot import to_group

        to_group(s, target, channel, asked)
        return
    _by_mail(s, target, asked)


def _handles(given: list[str] | None) -> tuple[str, ...]:
    return tuple(o.strip() for text in given or [] for o in text.replace("，", ",").split(",") if o.strip())


# --- by mail ---------------------------------------------------------------------------------------------------------


def _by_mail(s: Session, target: Target, asked: Asked) -> None:
    from pmkit.actions.dispatches import begin, last_dispatch, refuse_twice, refuse_untimely

    if target.record is not None and not target.report.beside:
        refuse_untimely(target.record)
    before = last_dispatch(s.ws, target.report.name, target.about)
    if asked.remind:
        _remind(s, target, before, asked)
        return
    going, letter = prepared(s, target, asked)
    if not asked.again:
        refuse_twice(s.ws, going)
    if s.dry_run:
        _tell_plan(s, going, letter)
        return
    if asked.smtp:
        server = server_of(s)
        edits = begin(s.ws, going, s.next_id, s.acting, sent=False)
        s.write(edits, silent=True)
        _deliver(s, server, edits.records[0], target, letter)
        return
    edits = begin(s.ws, going, s.next_id, s.acting, sent=True)
    path = written_mail(s, letter, asked.out or target.tag)
    s.write(
        edits, *_plan(s, going),
        then=Text("open {path} in your mail program and send it", "请用邮件程序打开 {path} 并发送").format(path=path),
        more={"eml": str(path), "message_id": letter.message_id, "reply_by": going.reply_by},
    )  # fmt: skip


def prepared(s: Session, target: Target, asked: Asked, reminds: Dispatch | None = None) -> tuple[Going, Letter]:
    """The dispatch and the mail, with nothing written yet. The document is the customer's, whoever gets it."""
    from pmkit.actions.dispatches import Going, earlier, readers
    from pmkit.connectors.mail import Letter
    from pmkit.reports.covering_letter import covering_letter
    from pmkit.reports.document import compose, write
    from pmkit.reports.formats.plain import write as write_plain
    from pmkit.workspace.calendars import project_calendar
    from pmkit.workspace.dispatches import days_later, reply_day

    project = s.whole.project
    to = reminds.to if reminds and not asked.to else readers(s.ws, target.record, asked.to)
    cc = tuple(h for h in dict.fromkeys([*asked.cc, *project.mail.cc]) if h not in to)
    day = s.acting.on
    calendar = project_calendar(project)
    agreed = None if target.report.beside else _agreed(target.record)
    due = asked.reply_by or agreed or reply_day(project.confirm, target.report.name, calendar, day)
    due = reminds.reply_by if reminds and asked.reply_by is None else due
    clause = project.confirm.deemed.get(target.report.name)
    deemed_on = days_later(calendar, day, clause.after) if clause and due else None
    if reminds:
        deemed_on = reminds.deemed_on
    documents = files_to_send(s, target, asked, due, deemed_on, clause.clause if clause else None)
    title = target.record.name_to_show if target.record else target.period or ""
    name = target.title
    digest = target.record.digest if target.record else None
    templates = s.root / "templates"
    letter_view = covering_letter(
        s.whole, name, title, f"[{project.code} {target.tag}]", to, s.acting.by, tuple(n for n, _ in documents),
        words=asked.words, reply_by=due, deemed_on=deemed_on, deemed_under=clause.clause if clause else None,
        reminds_of=(reminds.sent_on if reminds else None), digest=digest,
    )  # fmt: skip
    body = compose("covering-letter", letter_view, asked.lang, templates if templates.is_dir() else None)
    going = Going(
        title=" ".join(filter(None, (name.to(asked.lang), target.tag if target.record else "", title))),
        document=target.report.name,
        record=target.record, period=target.period, beside=target.report.beside, channel="mail", to=to, cc=cc,
        files=documents, reply_by=due,
        deemed_on=deemed_on, deemed_under=clause.clause if clause and deemed_on else None,
    )  # fmt: skip
    before = earlier(s.ws, going)
    sender = sender_of(s)
    message_id = _message_id(project.code, target, going, before, sender.mail, reminder=reminds is not None)
    letter = Letter(
        sender=sender, to=_addresses(s, to), cc=_addresses(s, cc), subject=letter_view.title(asked.lang),
        message_id=message_id, date=moment_of(s), text=write_plain(body).decode(), html=write(body, "html").decode(),
        files=documents, reply_to=address_of(project.mail.reply_to),
        answers=tuple(d.message_id for d in before if d.message_id and d.message_id != message_id)[-5:],
    )  # fmt: skip
    return _with_id(going, message_id), letter


def _with_id(going: Going, message_id: str) -> Going:
    from dataclasses import replace

    return replace(going, message_id=message_id)


def _agreed(record: Record | None) -> date | None:
    """The day that the record itself names."""
    found: date | None = getattr(record, "reply_by", None) or getattr(record, "decision_by", None)
    return found


def view_to_send(
    s: Session, target: Target, due: date | None, deemed_on: date | None = None, deemed_under: str | None = None
) -> View:
    """The view for the customer; a form prints until when a reply is asked for, and what silence means."""
    from pmkit.cli.rendering.base import Asked as AskedReport
    from pmkit.cli.rendering.base import view_of
    from pmkit.domain.kind import attribute_names
    from pmkit.workspace.model import Records, Workspace

    whole = s.whole
    record = target.record
    if record is not None and due:
        going = Dispatch(
            id=f"{Dispatch.kind.prefix}-999999999", title=record.id, document=target.report.name, about=record.id,
            channel="mail", reply_by=due, deemed_on=deemed_on, deemed_under=deemed_under,
            digest_sent=record.digest, status="sent",
        )  # fmt: skip
        records = {**whole.records, going.id: going}
        if "reply_by" in attribute_names(type(record)):
            records[record.id] = record.model_copy(update={"reply_by": due}).placed(record.spot)
        whole = Workspace(whole.project, Records(records))
    asked = AskedReport(record.id if record else None, "customer")
    return view_of(s, target.report, asked, whole)


def files_to_send(
    s: Session, target: Target, asked: Asked, due: date | None, deemed_on: date | None, deemed_under: str | None
) -> tuple[tuple[str, bytes], ...]:
    """The files that go out: of an issued report the frozen ones, else what the records say now."""
    from pmkit.domain.issued_reports import IssuedReport

    if isinstance(target.record, IssuedReport):
        from pmkit.cli.report_issue import frozen_content

        contents = ((form, frozen_content(s, target.record, form, None)) for form in asked.formats)
        return tuple((_name_of(s, target, asked, form), content) for form, content in contents)
    return rendered_files(s, target, view_to_send(s, target, due, deemed_on, deemed_under), asked)


def _name_of(s: Session, target: Target, asked: Asked, form: str) -> str:
    """A telling name for a file that goes out."""
    name = f"{s.whole.project.code}-{target.tag.replace(' ', '-')}_{target.title.to(asked.lang)}"
    return f"{name}.{form}".replace(" ", "-" if asked.lang == "en" else "")


def rendered_files(s: Session, target: Target, view: View, asked: Asked) -> tuple[tuple[str, bytes], ...]:
    """The document in each format that is asked for, by a telling name."""
    from pmkit.cli.rendering.base import rendered

    return tuple(
        (_name_of(s, target, asked, form), rendered(s, target.report.name, view, asked.lang, form))
        for form in asked.formats
    )


def sender_of(s: Session) -> Address:
    from pmkit.connectors.mail import Address

    project = s.whole.project
    if project.mail.from_:
        return Address.parse(project.mail.from_)
    person = s.ws.find(s.acting.by, Person)
    if person is not None and person.email:
        return Address.parse(person.email, person.name)
    if "@" in s.acting.by:
        return Address.parse(s.acting.by)
    raise UsageError(
        Text(en="from which address?", zh="请指明发件地址"),
        Text(
            "`pmkit set {who} email=...`, or `mail: {{from: ...}}` in pmkit.yaml",
            "请执行 `pmkit set {who} email=……`，或在 pmkit.yaml 中写 `mail: {{from: ……}}`",
        ).format(who=s.acting.by),
    )


def _addresses(s: Session, handles: tuple[str, ...]) -> list[Address]:
    """The addresses of people; everybody without one is named at once."""
    from pmkit.connectors.mail import Address

    people = [s.ws.get(handle, Person) for handle in handles]
    if lacking := [p for p in people if not p.email]:
        raise UsageError(
            Text(en="no e-mail address is known of {who}", zh="缺少{who}的邮箱").format(
                who=Text.join(Text.same(p.name) for p in lacking)
            ),
            Text.join([Text.same(f"pmkit set {p.id} email=...") for p in lacking], en="\n", zh="\n"),
        )
    return [Address.parse(p.email or "", p.name) for p in people]


def address_of(text: str | None) -> Address | None:
    from pmkit.connectors.mail import Address

    return Address.parse(text) if text else None


def _message_id(code: str, target: Target, going: Going, before: list[Dispatch], sender: str, *, reminder: bool) -> str:
    """The mail's identity: the same as long as it is the same mail, so that a doubtful one sent again shows once.

    It names the document, so that a reply finds it. What certainly arrived and is sent once more gets a new one, or
    mail systems would drop it as a double.
    """
    last = before[-1] if before else None
    digest = going.digest
    if (
        last
        and not reminder
        and last.status in {"sending", "written", "failed"}
        and last.message_id
        and last.digest_sent == digest
    ):
        return last.message_id
    count = sum(len(d.reminders) + 1 for d in before)
    marks = [
        digest or "",
        going.document,
        going.period or "",
        *sorted(going.to),
        str(count),
        "reminder" if reminder else "",
    ]
    short = hashlib.sha256("\n".join(marks).encode()).hexdigest()[:12]
    name = re.sub(r"[^A-Za-z0-9_-]", ".", target.tag)
    return f"<pmkit.{code}.{name}.{short}@{sender.rpartition('@')[2]}>"


def moment_of(s: Session) -> datetime:
    """The time of the mail: now; on a day that somebody named, its morning."""
    zone = ZoneInfo(s.whole.project.timezone)
    now = datetime.now(zone)
    return now if s.acting.on == now.date() else datetime.combine(s.acting.on, time(9), zone)


def written_mail(s: Session, letter: Letter, name: str) -> Path:
    from pmkit.connectors.mail import write_mail
    from pmkit.workspace.layout import REPORTS

    path = Path(name) if name.endswith(".eml") else s.root / REPORTS / f"{name.replace(' ', '-')}.eml"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(write_mail(letter, as_draft=True))
    except OSError as error:
        raise OutsideError(
            Text(en="cannot write {path}: {why}", zh="无法写入 {path}：{why}").format(path=path, why=error.strerror)
        ) from None
    return path


def _plan(s: Session, going: Going) -> list[Text]:
    """To whom, with what, until when."""
    people = Text.join(Text.same(s.ws.person_name(handle)) for handle in going.to)
    notes = [Text("to: {who}", "主送：{who}").format(who=people)]
    if going.cc:
        copies = Text.join(Text.same(s.ws.person_name(handle)) for handle in going.cc)
        notes.append(Text("cc: {who}", "抄送：{who}").format(who=copies))
    if going.reply_by:
        notes.append(Text("reply by {day}", "回复期限 {day}").format(day=going.reply_by))
    if going.deemed_on:
        says = Text("deemed accepted after {day} under {clause}", "依据{clause}，{day} 后视为确认")
        notes.append(says.format(day=going.deemed_on, clause=going.deemed_under))
    return notes


def _tell_plan(s: Session, going: Going, letter: Letter) -> None:
    if s.json:
        print_json(
            {
                "id": None, "dry_run": True, "subject": letter.subject, "to": [a.mail for a in letter.to],
                "cc": [a.mail for a in letter.cc], "message_id": letter.message_id, "reply_by": going.reply_by,
                "deemed_on": going.deemed_on, "files": [name for name, _ in letter.files],
            }
        )  # fmt: skip
        return
    out(letter.subject)
    notes = [*_plan(s, going), *(Text("attached: {name}", "附件：{name}").format(name=n) for n, _ in letter.files)]
    for note in [*notes, Text("nothing sent (dry run)", "未发送（试运行）")]:
        out(f"  {tell(note)}")


# --- through the server ----------------------------------------------------------------------------------------------


def server_of(s: Session) -> Any:
    """The mail server of the profile, with user and password from the environment or the keyring."""
    from pmkit.connectors.secrets import find_secret
    from pmkit.connectors.smtp import PORTS, Server

    project = s.whole.project
    host = os.environ.get("PMKIT_SMTP_HOST") or project.mail.host
    if not host:
        raise UsageError(
            Text("no mail server is known", "尚未配置邮件服务器"),
            Text(
                "`mail: {host: smtp.example.com}` in pmkit.yaml; without `--smtp` the mail is written as a file",
                "请在 pmkit.yaml 中写 `mail: {host: smtp.example.com}`；不加 `--smtp` 则生成邮件文件",
            ),
        )
    user, password = (find_secret(f"smtp.{name}", project.code) for name in ("user", "password"))
    if (user is None) != (password is None):
        raise UsageError(
            Text("user and password belong together", "用户名和密码须同时提供"),
            Text("PMKIT_SMTP_USER, PMKIT_SMTP_PASSWORD", "PMKIT_SMTP_USER、PMKIT_SMTP_PASSWORD"),
        )
    security = project.mail.security
    port = project.mail.port or PORTS[security]
    return Server(host, port, security, user.reveal() if user else None, password)


def _deliver(s: Session, server: Any, dispatch_id: str, target: Target, letter: Letter) -> None:
    """Hand the mail over, and record how that ended; a doubt leaves the dispatch as it was written."""
    from pmkit.actions.dispatches import did_not, went_out
    from pmkit.connectors.mail import write_mail
    from pmkit.connectors.smtp import NotSent, Unclear, deliver

    forget(s)
    dispatch = s.ws.get(dispatch_id, Dispatch)
    recipients = [a.mail for a in (*letter.to, *letter.cc)]
    try:
        deliver(server, letter.sender.mail, recipients, write_mail(letter))
    except NotSent as error:
        s.write(did_not(dispatch, tell(error.says), s.acting), silent=True)
        raise
    except Unclear as error:
        raise Unclear(error.says, retry_advice(dispatch)) from None
    record = s.ws.get(target.record.id) if target.record else None
    edits = went_out(s.ws, dispatch, record, s.acting)
    note = Text("sent to {who}", "已发送至 {who}").format(who=", ".join(recipients))
    due = [Text("reply by {day}", "回复期限 {day}").format(day=dispatch.reply_by)] if dispatch.reply_by else []
    s.write(edits, note, *due, more={"message_id": letter.message_id, "reply_by": dispatch.reply_by})


def retry_advice(dispatch: Dispatch, again: Text | None = None) -> Text:
    """What to do about one of which nobody knows whether it went out; `again`: the command that sends it once more."""
    again = again or Text.same(f"`pmkit send {dispatch.about or dispatch.document} --again`")
    return Text(
        "see whether it arrived; then `pmkit dispatch sent {id}`, or {again}",
        "请核对是否已送达；已送达执行 `pmkit dispatch sent {id}`，否则 {again}",
    ).format(id=dispatch.id, again=again)


def forget(s: Session) -> None:
    """Read again what was just written."""
    for name in ("ws", "loaded", "whole"):
        s.__dict__.pop(name, None)


# --- reminders -------------------------------------------------------------------------------------------------------


def _remind(s: Session, target: Target, before: Dispatch | None, asked: Asked) -> None:
    """Ask for the reply again, in the thread of the mail that went out."""
    from pmkit.actions.dispatches import reminded
    from pmkit.connectors.mail import write_mail
    from pmkit.connectors.smtp import deliver
    from pmkit.workspace.dispatches import Standing

    standing = Standing(before, target.record) if before else None
    if before is None or standing is None or standing.state != "waiting":
        raise Refused(
            Text(en="{id} waits for no reply", zh="{id} 目前没有待回复的发文").format(id=target.tag),
            standing.says(s.ws) if standing else Text.same(f"pmkit send {target.tag}"),
        )
    going, letter = prepared(s, target, asked, before)
    if s.dry_run:
        _tell_plan(s, going, letter)
        return
    edits = reminded(before, s.acting)
    if not asked.smtp:
        path = written_mail(s, letter, asked.out or f"{target.tag}-reminder")
        note = Text("open {path} in your mail program and send it", "请用邮件程序打开 {path} 并发送").format(path=path)
        s.write(edits, *_plan(s, going), then=note, more={"eml": str(path)})
        return
    deliver(server_of(s), letter.sender.mail, [a.mail for a in (*letter.to, *letter.cc)], write_mail(letter))
    s.write(edits, *_plan(s, going))


command(app, "send", h("Send a document to the customer", "将文件发送给客户"), WRITING)(_send)
