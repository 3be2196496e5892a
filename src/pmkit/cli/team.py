"""`pmkit team`: who is in it, what they know, who answers for what, how much each has to do."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pmkit.cli.generic import NOT_GIVEN, ask_missing, options_of, set_command, show_command, with_options
from pmkit.cli.language import h, tell
from pmkit.cli.session import AT_REVISION, WRITING, Session, command, group, out, parse_date, print_json
from pmkit.domain.people import PERSON, Person, role_label
from pmkit.domain.team import RECOGNITION
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from pmkit.workspace.model import Workspace

app = group(h("The team: members, skills, responsibilities, load", "团队：人员、技能、责任与负荷"))
_fields = {name: found for name, found in options_of(PERSON).items() if found[0] not in {"left", "left_on"}}
_reward = {name: found for name, found in options_of(RECOGNITION).items() if found[0] not in {"people", "tags"}}
_Handle = Annotated[str, typer.Argument(metavar="HANDLE", help=h("such as li.wei", "代号，如 li.wei"))]
_People = Annotated[list[str] | None, typer.Option(metavar="HANDLE", help=h("may be repeated", "可重复"))]


def _add(s: Session, handle: _Handle, **values: Any) -> None:
    from pmkit.actions.team import join

    given = {_fields[name][0]: value for name, value in values.items() if value not in NOT_GIVEN}
    if s.ws.find(handle, Person) is None:
        given = ask_missing(PERSON, {"side": "supplier", "id": handle, **given})
    s.write(
        join(s.ws, handle, given, s.acting),
        then=Text("next: pmkit team onboard {who}", "下一步：pmkit team onboard {who}").format(who=handle),
    )


def _leave(s: Session, handle: _Handle) -> None:
    from pmkit.actions.team import leave

    s.write(leave(s.ws, s.ws.get(handle, Person), s.acting))


def _list(s: Session) -> None:
    from pmkit.output.tables import table, terminal_width
    from pmkit.workspace.team import members

    ws = s.whole
    shown = members(ws)
    if s.json:
        print_json([_member_json(one) for one in shown])
        return
    heads = [
        h("Handle", "代号"), h("Name", "姓名"), h("Role", "项目角色"), h("Joined", "入场日期"),
        h("Onboarding", "入场事项"), h("Training", "培训"), h("Skills", "技能"),
    ]  # fmt: skip
    rows = [
        [
            one.id, one.name, tell(role_label(one.side, one.role)), str(one.joined or "-"),
            _ticked(one.onboarding), _ticked(one.training), h(", ", "、").join(map(str, one.skills)) or "-",
        ]
        for one in shown
    ]  # fmt: skip
    sys.stdout.write(table(heads, rows, terminal_width()) if rows else h("nobody is in the team\n", "团队中没有人员\n"))


def _ticked(items: Any) -> str:
    return f"{sum(1 for one in items if one.done is not None)}/{len(items)}" if items else "-"


def _member_json(one: Person) -> dict[str, Any]:
    return {
        "id": one.id, "name": one.name, "side": one.side, "role": one.role, "joined": one.joined,
        "skills": {skill.name: skill.level for skill in one.skills},
        "onboarding": [{"item": i.item, "due": i.due, "done": i.done} for i in one.onboarding],
        "training": [{"topic": t.topic, "due": t.due, "done": t.done} for t in one.training],
    }  # fmt: skip


# --- skills ----------------------------------------------------------------------------------------------------------


def _skill(
    s: Session,
    name: Annotated[str | None, typer.Argument(metavar="[SKILL]", help=h("the skill", "技能名称"))] = None,
    level: Annotated[
        int,
        typer.Option(help=h("1 knows of it ... 4 guides others; 0 takes it away", "1 了解 … 4 能指导他人；0 取消")),
    ] = 3,
    member: _People = None,
    role: Annotated[str | None, typer.Option(help=h("the role that needs it", "需要该技能的角色"))] = None,
    task: Annotated[
        list[str] | None,
        typer.Option(metavar="T-ID", help=h("a task that needs it; may be repeated", "需要该技能的任务；可重复")),
    ] = None,
    people: Annotated[int, typer.Option(help=h("how many people with it are needed", "需要的人数"))] = 1,
) -> None:
    from pmkit.actions.team import hold, need

    if name is None:
        _say_skills(s)
        return
    if member:
        if role or task:
            raise UsageError(
                Text(
                    "either who has it (--member) or what needs it (--role, --task)",
                    "--member 与 --role、--task 不能同时使用",
                )
            )
        s.write(hold(s.ws, [s.ws.get(one, Person) for one in member], name, level, s.acting))
        return
    given: dict[str, Any] = {"skill": name, "level": level, "people": people}
    given |= {"role": role} if role else {}
    given |= {"tasks": task} if task else {}
    s.write(need(s.ws, given, s.next_id, s.acting))


def _say_skills(s: Session) -> None:
    from pmkit.output.tables import table, terminal_width
    from pmkit.workspace.team import gap_words, gaps, level_of, members, skill_names

    ws = s.whole
    short = list(gaps(ws))
    team = [one for one in members(ws) if one.skills]
    if s.json:
        print_json(
            {
                "skills": {name: {one.id: n for one in team if (n := level_of(one, name))} for name in skill_names(ws)},
                "gaps": [
                    {
                        "need": gap.need.id, "skill": gap.need.skill, "level": gap.need.level,
                        "where": {"en": gap.where.en, "zh": gap.where.zh}, "wanted": gap.need.people, "have": gap.have,
                    }
                    for gap in short
                ],
            }
        )  # fmt: skip
        return
    names = skill_names(ws)
    if not names:
        out(
            h(
                "no skills are known; `pmkit team skill NAME --member HANDLE --level 3`",
                "尚无技能信息；`pmkit team skill 名称 --member 代号 --level 3`",
            )
        )
        return
    heads = [h("Skill", "技能"), *(one.name for one in team)]
    rows = [[name, *(str(level_of(one, name) or "-") for one in team)] for name in names]
    sys.stdout.write(table(heads, rows, terminal_width(), right=range(1, len(heads))))
    out()
    for gap in short:
        out(tell(gap_words(gap)))
    if not short:
        out(h("no needed skill is short", "没有技能缺口"))


# --- responsibilities ------------------------------------------------------------------------------------------------


def _raci(
    s: Session,
    about: Annotated[
        str | None, typer.Argument(metavar="[ID|WORK]", help=h("a record, or work in words", "记录编号，或工作名称"))
    ] = None,
    accountable: Annotated[
        list[str] | None,
        typer.Option("--accountable", metavar="HANDLE", help=h("who answers for it: one", "负责人（A），仅一名")),
    ] = None,
    responsible: Annotated[
        list[str] | None,
        typer.Option("--responsible", metavar="HANDLE", help=h("who does it; may be repeated", "执行（R）；可重复")),
    ] = None,
    consulted: Annotated[
        list[str] | None,
        typer.Option("--consulted", metavar="HANDLE", help=h("who is asked; may be repeated", "咨询（C）；可重复")),
    ] = None,
    informed: Annotated[
        list[str] | None,
        typer.Option("--informed", metavar="HANDLE", help=h("who is told; may be repeated", "知会（I）；可重复")),
    ] = None,
    visibility: Annotated[str | None, typer.Option(help="internal, customer")] = None,
) -> None:
    from pmkit.actions.team import answer_for

    if about is None:
        _say_raci(s)
        return
    given = {
        "accountable": accountable, "responsible": responsible, "consulted": consulted, "informed": informed,
        "visibility": visibility,
    }  # fmt: skip
    s.write(answer_for(s.ws, about, {k: v for k, v in given.items() if v}, s.next_id, s.acting))


def _say_raci(s: Session) -> None:
    from pmkit.output.tables import table, terminal_width
    from pmkit.workspace.team import raci_rows

    ws = s.whole
    rows = raci_rows(ws)
    if s.json:
        print_json(
            [
                {
                    "id": row.record.id if row.record else None, "about": row.ref or None, "name": row.name,
                    "letters": dict(row.letters),
                }
                for row in rows
            ]
        )  # fmt: skip
        return
    if not rows:
        out(
            h(
                "nobody answers for anything yet; `pmkit team raci DLV-001 --accountable HANDLE`",
                "尚未分配责任；`pmkit team raci DLV-001 --accountable 代号`",
            )
        )
        return
    people = columns(ws, rows)
    heads = [h("Row", "编号"), h("Work or deliverable", "工作或交付物"), *(ws.person_name(one) for one in people)]
    body = [
        [
            row.record.id if row.record else row.ref, " ".join(filter(None, (row.ref, row.name))),
            *(row.letters.get(one, "") for one in people),
        ]
        for row in rows
    ]  # fmt: skip
    sys.stdout.write(table(heads, body, terminal_width()))


def columns(ws: Workspace, rows: Any) -> list[str]:
    """Everybody who has a letter, party by party."""
    from pmkit.workspace.team import PARTIES

    named = {handle for row in rows for handle in row.letters}
    known = [p for p in ws.people if p.id in named]
    return [p.id for side in PARTIES for p in known if p.side == side]


# --- onboarding, thanks ----------------------------------------------------------------------------------------------


def _onboard(
    s: Session,
    handle: _Handle,
    done: Annotated[
        str | None, typer.Option(metavar="1,2", help=h("items that are done, by number", "已完成的事项序号"))
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help=h("all of them are done", "全部完成"))] = False,
    item: Annotated[
        list[str] | None, typer.Option(metavar="TEXT", help=h("one more item; may be repeated", "增加事项；可重复"))
    ] = None,
    training: Annotated[
        list[str] | None,
        typer.Option(metavar="TOPIC", help=h("something to learn; may be repeated", "需参加的培训；可重复")),
    ] = None,
    due: Annotated[str | None, typer.Option(metavar="DATE", help=h("by when", "完成时限"))] = None,
) -> None:
    from pmkit.actions.team import onboard

    person = s.ws.get(handle, Person)
    numbers = [_number(one) for one in (done or "").replace("，", ",").split(",") if one.strip()]
    if person.onboarding and not (numbers or everything or item or training):
        _say_onboarding(s, person)
        return
    s.write(
        onboard(
            s.ws, person, s.acting,
            done=numbers, everything=everything, items=item or [], training=training or [],
            due=parse_date(due) if due else None,
        )
    )  # fmt: skip


def _number(text: str) -> int:
    if not text.strip().isdigit():
        raise UsageError(Text(en="`{text}` is not a number", zh="`{text}` 不是序号").format(text=text))
    return int(text)


def _say_onboarding(s: Session, person: Person) -> None:
    if s.json:
        print_json(_member_json(person))
        return
    rows = [(one.item, one.due, one.done) for one in person.onboarding]
    rows += [(one.topic, one.due, one.done) for one in person.training]
    for number, (text, due, done) in enumerate(rows, 1):
        state = h("done {d}", "{d} 完成").format(d=done) if done else h("due {d}", "应于 {d} 完成").format(d=due or "-")
        out(f"{number:>3} {'☑' if done else '□'} {text}  {state}")


def _recognise(
    s: Session,
    handles: Annotated[list[str], typer.Argument(metavar="HANDLE...")],
    **values: Any,
) -> None:
    from pmkit.actions.team import recognise

    given = {_reward[name][0]: value for name, value in values.items() if value not in NOT_GIVEN}
    s.write(recognise(s.ws, ask_missing(RECOGNITION, {"people": handles, **given}), s.next_id, s.acting))


def _log(
    s: Session,
    text: Annotated[
        str | None,
        typer.Argument(metavar="[TEXT]", help=h("what was said", "沟通要点；不写则列出记录")),
    ] = None,
    with_: Annotated[
        list[str] | None, typer.Option("--with", metavar="HANDLE", help=h("may be repeated", "可重复"))
    ] = None,
    channel: Annotated[str, typer.Option(help="phone, im, mail, visit, video")] = "visit",
    promise: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help=h("'TEXT @HANDLE DATE': an action item", "“事项 @代号 日期”：同时建立待办")),
    ] = None,
) -> None:
    from pmkit.actions.communications import log

    if text is None:
        _say_log(s)
        return
    given = {"summary": text, "with": with_ or [], "channel": channel, "visibility": "internal"}
    s.write(log(s.ws, given, None, promise or [], [], s.next_id, s.acting))


def _say_log(s: Session) -> None:
    from pmkit.workspace.team import log

    ws = s.whole
    found = log(ws)
    if s.json:
        print_json([{"id": x.record.id, "on": x.on, "people": list(x.people), "text": x.what} for x in found])
        return
    if not found:
        out(h("nothing is logged; `pmkit team log TEXT --with HANDLE`", "尚无记录；`pmkit team log 要点 --with 代号`"))
    for said in found:
        people = h(", ", "、").join(ws.person_name(one) for one in said.people)
        out(f"{said.on}  {said.record.id}  {people}")
        for line in (said.what or said.record.name_to_show).splitlines():
            out(f"  {line}")


def _withdraw(
    s: Session,
    record_ids: Annotated[list[str], typer.Argument(metavar="ID...")],
    note: Annotated[str | None, typer.Option(help=h("why", "原因"))] = None,
) -> None:
    from pmkit.actions.team import withdraw
    from pmkit.domain.kind import Tracked
    from pmkit.domain.team import Recognition, Responsibility, SkillNeed

    records = [s.ws.get(one, Tracked) for one in record_ids]
    for record in records:
        if not isinstance(record, Recognition | Responsibility | SkillNeed):
            raise UsageError(Text(en="{id} is none of the team's", zh="{id} 不是团队记录").format(id=record.id))
    s.write(withdraw(records, note, s.acting))


def _load_command() -> None:
    from pmkit.cli.plan_ahead import load

    command(app, "load", h("Each person's load, who is overloaded with what", "人员负荷：谁在何时超负荷"), AT_REVISION)(
        load
    )


command(app, "add", h("Somebody joins", "人员入场"), WRITING)(with_options(_add, _fields))
command(app, "leave", h("Somebody leaves", "人员离场"), WRITING)(_leave)
command(app, "list", h("List the members", "列出团队成员"), AT_REVISION)(_list)
command(
    app,
    "skill",
    h("Skills held and needed; without one all of them, and the gaps", "技能：具备与需要；不写名称则列出全部及缺口"),
    WRITING,
)(_skill)
command(
    app, "raci", h("Who answers for what; without a row the whole matrix", "责任分配；不写对象则列出整个矩阵"), WRITING
)(_raci)
_load_command()
command(app, "onboard", h("Onboarding and training of a member", "办理入场与培训事项"), WRITING)(_onboard)
command(app, "recognise", h("Thank or reward people", "表彰与奖励"), WRITING)(with_options(_recognise, _reward))
command(app, "log", h("What the team said among itself", "团队内部沟通记录"), WRITING)(_log)
command(app, "withdraw", h("Take back a row, a need or a recognition", "撤销责任分配、技能需求或表彰"), WRITING)(
    _withdraw
)
show_command(app)
set_command(app)
