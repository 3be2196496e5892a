"""A digest of a document goes to a group of WeCom, DingTalk or Feishu by its robot."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from pmkit.cli.language import tell
from pmkit.cli.session import Session, out, print_json
from pmkit.domain.dispatches import Dispatch
from pmkit.kernel.errors import OutsideError, Refused, UsageError
from pmkit.kernel.text import Lang, Text

if TYPE_CHECKING:
    from pmkit.cli.dispatch import Target
    from pmkit.cli.send import Asked
    from pmkit.connectors.robots.base import Hook, Note
    from pmkit.reports.digest import Sections

_AHEAD = timedelta(days=7)


def to_group(s: Session, target: Target, channel: str, asked: Asked) -> None:
    """Send it, with the same care against doubles as a mail: what is meant is written before it goes."""
    from pmkit.actions.dispatches import Going, begin, did_not, refuse_twice, refuse_untimely, went_out
    from pmkit.cli.send import forget, retry_advice
    from pmkit.connectors.robots.base import NotTaken, post

    if target.record is not None:
        refuse_untimely(target.record)
    note = note_of(s, channel, _heading(target, asked), _sections(s, target, asked), asked.lang, asked.words)
    title = f"{target.title.to(asked.lang)} {target.tag}"
    going = Going(title, target.report.name, target.record, target.period, channel, (), (), ())
    if not asked.again:
        refuse_twice(s.ws, going)
    if s.dry_run:
        _tell(s, note)
        return
    hook = hook_of(s, channel)
    edits = begin(s.ws, going, s.next_id, s.acting, sent=False)
    s.write(edits, silent=True)
    forget(s)
    dispatch = s.ws.get(edits.records[0], Dispatch)
    try:
        post(channel, hook, note)
    except (NotTaken, UsageError) as error:
        s.write(did_not(dispatch, tell(error.says), s.acting), silent=True)
        raise
    except OutsideError as error:
        raise OutsideError(error.says, retry_advice(dispatch)) from None
    s.write(went_out(s.ws, dispatch, None, s.acting), Text("sent to the group", "已发送到群"))


def remind_group(s: Session, channel: str, asked: Asked) -> None:
    """What is overdue and what is due within a week goes to the group; only what the customer may see."""
    from pmkit.connectors.robots.base import post
    from pmkit.reports.digest import reminder_digest
    from pmkit.workspace.audience import for_customer
    from pmkit.workspace.planning import plan_of
    from pmkit.workspace.todo.base import Situation, due_items

    seen = for_customer(s.whole)
    items = due_items(Situation(seen, plan_of(seen, None)[0], s.today))
    sections = reminder_digest(seen, items, s.today, s.today + _AHEAD, asked.lang)
    if not sections:
        raise Refused(Text("nothing is due within a week", "一周内没有到期事项"))
    heading = Text("Due, as of {day}", "到期提醒（{day}）").format(day=s.today).to(asked.lang)
    note = note_of(s, channel, heading, sections, asked.lang, asked.words)
    if s.dry_run:
        _tell(s, note)
        return
    post(channel, hook_of(s, channel), note)
    out(tell(Text("sent to the group", "已发送到群")))


def _sections(s: Session, target: Target, asked: Asked) -> Sections:
    from pmkit.cli.send import view_to_send
    from pmkit.domain.issued_reports import IssuedReport
    from pmkit.reports.digest import document_digest, weekly_digest
    from pmkit.reports.views.weekly import WeeklyReport
    from pmkit.workspace.dispatches import standing_of

    if isinstance(target.record, IssuedReport):
        s.today = target.record.finish
        return _sections(s, replace(target, record=None, period=str(target.record.finish)), asked)
    if target.record is None:
        view = view_to_send(s, target, None)
        if isinstance(view, WeeklyReport):
            return weekly_digest(view, asked.lang)
        return document_digest(target.title, target.period or "", None, "", asked.lang)
    standing = standing_of(target.record, s.ws.of(Dispatch))
    sent = standing.dispatch if standing else None
    people = ", ".join(s.ws.person_name(handle) for handle in sent.to) if sent else ""
    return document_digest(
        target.title, target.record.name_to_show, sent.reply_by if sent else None, people, asked.lang
    )


def _heading(target: Target, asked: Asked) -> str:
    return f"{target.title.to(asked.lang)} {target.record.id if target.record else target.period}"


def note_of(s: Session, channel: str, heading: str, sections: Sections, lang: Lang, words: str = "") -> Note:
    """The message: the project, the keyword that the robot wants to see, a person's own words first."""
    from pmkit.connectors.robots.base import Note

    project = s.whole.project
    settings = project.robots.get(channel)  # type: ignore[call-overload]
    keyword = settings.keyword if settings else None
    title = f"{project.name} {heading}"
    if keyword and keyword not in title:
        title = f"{keyword} {title}"
    own = [(words, ())] if words else []
    return Note(title, [*own, *sections], lang)


def _tell(s: Session, note: Note) -> None:
    if s.json:
        print_json({"dry_run": True, "title": note.title, "sections": [[h, list(lines)] for h, lines in note.sections]})
        return
    out(note.title)
    for heading, lines in note.sections:
        out(f"  {heading}")
        for line in lines:
            out(f"    {line}")
    out(f"  {tell(Text('nothing sent (dry run)', '未发送（试运行）'))}")


def hook_of(s: Session, channel: str) -> Hook:
    """Where the robot is called, from the environment or the keyring. Raises UsageError where nobody said it."""
    from pmkit.connectors.robots.base import Hook, robot
    from pmkit.connectors.secrets import find_secret, variable

    code = s.whole.project.code
    address = find_secret(f"{channel}.webhook", code)
    if address is None:
        raise UsageError(
            Text(en="the address of the {robot} robot is not known", zh="尚未配置{robot}机器人的地址").format(
                robot=robot(channel).NAME
            ),
            Text(
                "put it into {variable}, or the keyring: `keyring set pmkit {channel}.webhook`",
                "请写入环境变量 {variable}，或钥匙串：`keyring set pmkit {channel}.webhook`",
            ).format(variable=variable(f"{channel}.webhook"), channel=channel),
        )
    return Hook(address, find_secret(f"{channel}.secret", code))
