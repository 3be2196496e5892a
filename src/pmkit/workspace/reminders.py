"""Reminders of customer duties: one polite letter to each person who owes something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pmkit.domain.duties import Duty
from pmkit.domain.people import Person
from pmkit.domain.plan import Task
from pmkit.kernel.text import Text
from pmkit.workspace.model import Workspace
from pmkit.workspace.parties import legal_name


@dataclass(frozen=True, slots=True)
class Letter:
    """A reminder. `to`: the handle, empty where nobody is named; `mail`: the address, where one is known.

    `lines`: what is asked for, a line a matter, as it stands in the body.
    """

    to: str
    name: str
    mail: str | None
    duties: tuple[Duty, ...]
    subject: Text
    body: Text
    lines: tuple[Text, ...] = ()


def letters(ws: Workspace, duties: Sequence[Duty], day: date) -> list[Letter]:
    """A letter to each owner, what is due first on top; only what the customer may see is asked for."""
    owed: dict[str, list[Duty]] = {}
    for duty in sorted(duties, key=lambda d: d.due):
        if duty.seen_by_customer:
            owed.setdefault(duty.owner or "", []).append(duty)
    return [_letter(ws, owner, tuple(found), day) for owner, found in owed.items()]


def _letter(ws: Workspace, owner: str, duties: tuple[Duty, ...], day: date) -> Letter:
    person = ws.find(owner, Person)
    name = person.name if person else legal_name(ws, "customer") or ""
    n = len(duties)
    subject = Text(
        en="[{code}] Reminder: {n} {matters} that we need from you",
        zh="【{code}】项目配合事项提醒（{n} 项）",
    ).format(code=ws.project.code, n=n, matters="matter" if n == 1 else "matters")
    position = person.position if person and person.position else ""
    lines = tuple(_line(ws, duty, number, day) for number, duty in enumerate(duties, start=1))
    supplier = legal_name(ws, "supplier")
    sender = next((p for p in ws.people if p.can_sign_as("supplier.pm")), None)
    body = Text(
        en=(
            "Dear {name},\n\n"
            "to keep {project} on its planned course we would be grateful for your help with the following:\n\n"
            "{lines}\n\n"
            "If something is done already, a short word is enough and we update our list. If a date does not suit you, "
            "please tell us which one does, so that we can arrange the work that follows.\n\n"
            "With kind regards\n{sender}\n{day}\n"
        ),
        zh=(
            "{name}{position}，您好：\n\n"
            "为保证{project}按计划推进，以下事项需贵方协助，烦请安排：\n\n"
            "{lines}\n\n"
            "如已办理，请告知我方，以便及时更新；如时间需要调整，请回复预计完成日期，我方将据此安排后续工作。感谢您的支持！\n\n"
            "{sender}\n{day}\n"
        ),
    ).format(
        name=name,
        position=position,
        project=ws.project.name,
        lines=Text.join(lines, en="\n", zh="\n"),
        sender=f"{sender.name}\n{supplier}" if sender and supplier else sender.name if sender else "",
        day=Text(en=day.isoformat(), zh=f"{day.year}年{day.month}月{day.day}日"),
    )
    return Letter(person.id if person else "", name, person.email if person else None, duties, subject, body, lines)


def _line(ws: Workspace, duty: Duty, number: int, day: date) -> Text:
    late = duty.days_late(day)
    left = (duty.due - day).days
    if late:
        when = Text(
            en="agreed for {due}; please let us know when we may expect it",
            zh="原定 {due} 完成，烦请尽快安排并告知预计完成日期",
        )
    elif left == 0:
        when = Text(en="needed today, {due}", zh="请于今日（{due}）完成")
    else:
        when = Text(
            en=f"needed by {{due}}, {left} day{'s' * (left != 1)} from now", zh=f"请于 {{due}} 前完成（还有 {left} 天）"
        )
    line = Text(en="{n}. {title} ({id}): {when}{work}", zh="{n}. {title}（{id}）：{when}{work}")
    return line.format(n=number, title=duty.title, id=duty.id, when=when.format(due=duty.due), work=_work(ws, duty))


def _work(ws: Workspace, duty: Duty) -> Text:
    """The work that waits for it, in a clause."""
    tasks = [task for task in (ws.find(one, Task) for one in duty.blocks) if task is not None]
    if not tasks:
        return Text("", "")
    names = Text.join(Text.same(task.name) for task in tasks)
    return Text(en="; {names} can start once it is there", zh="；完成后方可开展：{names}").format(names=names)
