"""`pmkit meeting`: plan, record, and what comes next."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from pmkit.cli.generic import add_command, list_command, set_command, show_command, transitions
from pmkit.cli.interview import people_of, read_notes
from pmkit.cli.language import h, tell
from pmkit.cli.session import READING, WRITING, Session, command, group, out, parse_date, print_json
from pmkit.domain.meeting_series import SERIES, MeetingSeries
from pmkit.domain.meetings import KINDS, MEETING, Meeting
from pmkit.domain.registry import kind_of_id
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text
from pmkit.kernel.usage import usage
from pmkit.workspace.model import normal_id

if TYPE_CHECKING:
    from pmkit.workspace.edits import Edits

app = group(tell(MEETING.plural))
_KINDS = h(", ", "、").join(
    f"{key} {tell(text)}" if tell(text).casefold() != key else key for key, text in KINDS.items()
)
_TYPE = typer.Option("--type", help=h("kind of meeting: ", "会议类型：") + _KINDS)
_WITH = typer.Option(
    "--with", metavar="HANDLE,HANDLE", help=h("who takes part; names will do", "参加人员（代号或姓名），可用逗号分隔")
)
_PLACE = typer.Option("--place", help=h("where, or how to dial in", "地点，或线上会议号"))
_CHAIR = typer.Option("--chair", metavar="HANDLE", help=h("who chairs", "主持人"))
_MINUTES_BY = typer.Option("--minutes-by", metavar="HANDLE", help=h("who writes the minutes", "记录人"))
_AGENDA = typer.Option("--agenda", metavar="TEXT", help=h("a topic; may be repeated", "议题；可重复"))
_TITLE = typer.Option("--title", help=h("the subject", "会议主题"))
_TIME = typer.Option("--time", metavar="DATE[THH:MM]", help=h("when", "会议时间"))


def _plan(
    s: Session,
    series: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|MSR",
            help=h(
                "a series: a new one with --every, else one of its meetings",
                "系列会议：带 --every 为新建，否则安排其中一次",
            ),
        ),
    ] = None,
    title: Annotated[str | None, _TITLE] = None,
    type_: Annotated[str | None, _TYPE] = None,
    every: Annotated[
        str | None,
        typer.Option(
            metavar="day|week|2 weeks|month", help=h("how often", "周期：day、week、2 weeks、month，或 每周、每月")
        ),
    ] = None,
    on: Annotated[
        str | None,
        typer.Option(metavar="fri|last thu|15", help=h("on which day", "召开日：fri、mon,thu、last thu、15，或 周五")),
    ] = None,
    at: Annotated[str | None, typer.Option(metavar="HH:MM", help=h("at what time", "时间"))] = None,
    rule: Annotated[
        str | None, typer.Option(metavar="FREQ=...", help=h("a rule of RFC 5545 instead", "改用 RFC 5545 重复规则"))
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help=h("from which day on (today)", "开始日期（默认今天）"))
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help=h("the last day", "截止日期"))] = None,
    lasts: Annotated[str | None, typer.Option(metavar="DURATION", help=h("how long (1h)", "时长（默认 1h）"))] = None,
    on_holiday: Annotated[
        str | None,
        typer.Option(
            metavar="previous_workday|next|skip|keep",
            help=h(
                "what to do on a day off (previous_workday)",
                "遇休息日：previous_workday 提前（默认）、next 顺延、skip 不开、keep 照开",
            ),
        ),
    ] = None,
    timezone: Annotated[str | None, typer.Option(help=h("if not the project's", "时区（默认为项目时区）"))] = None,
    with_: Annotated[list[str] | None, _WITH] = None,
    place: Annotated[str | None, _PLACE] = None,
    chair: Annotated[str | None, _CHAIR] = None,
    minutes_by: Annotated[str | None, _MINUTES_BY] = None,
    agenda: Annotated[list[str] | None, _AGENDA] = None,
    no_minutes: Annotated[
        bool, typer.Option("--no-minutes", help=h("no minutes are kept", "不形成纪要（如现场碰头会）"))
    ] = False,
    time: Annotated[str | None, _TIME] = None,
    occurrence: Annotated[
        str | None,
        typer.Option(metavar="DATE", help=h("which meeting of the series (the next)", "系列中的哪一次（默认下一次）")),
    ] = None,
    about: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help=h("what it is about; may be repeated", "会议对象（记录编号）；可重复")),
    ] = None,
    visibility: Annotated[
        str | None, typer.Option(help=h("internal or customer", "internal 内部，或 customer"))
    ] = None,
) -> None:
    from pmkit.actions.meetings import plan_meeting, plan_occurrence, plan_series, series_called

    recurring = {"every": every, "on": on, "at": at, "rule": rule, "from": from_, "until": until, "lasts": lasts,
                 "on_holiday": on_holiday, "timezone": timezone}  # fmt: skip
    rules = {k: v for k, v in recurring.items() if v} | ({"minutes": False} if no_minutes else {})
    shared = {"type": type_, "with": people_of(with_), "place": place, "chair": chair, "minutes_by": minutes_by,
              "agenda": agenda, "visibility": visibility}  # fmt: skip
    given = {k: v for k, v in shared.items() if v}
    single = {k: v for k, v in {"title": title, "time": time, "about": about}.items() if v}
    if series is None:
        if rules or title is None or time is None:
            raise UsageError(
                Text(
                    "a series needs a name, a single meeting its title and time",
                    "系列会议需要名称，单次会议需要主题和时间",
                ),
                usage(
                    "`pmkit meeting plan --series NAME --every week --on fri --at 15:00`, "
                    "`pmkit meeting plan --title TEXT --time DATETHH:MM`"
                ),
            )
        s.write(plan_meeting(s.ws, given | single, s.next_id, s.acting))
        return
    known = series_called(s.ws, series)
    if known is not None and not rules:
        edits = plan_occurrence(
            s.ws, known, parse_date(occurrence) if occurrence else None, given | single, s.next_id, s.acting
        )
        s.write(edits)
        return
    if time or occurrence:
        raise UsageError(
            Text(
                "--time and --occurrence are of one meeting, not of a series",
                "--time、--occurrence 针对单次会议，不用于系列",
            ),
            Text("give the time of a series with --at", "系列会议的时间用 --at"),
        )
    edits = plan_series(s.ws, series, rules | given, s.next_id, s.acting)
    s.write(edits, *_dates(s, edits))


def _dates(s: Session, edits: Edits) -> list[Text]:
    """The first dates of a series that was just planned; they show at once whether it is what was meant."""
    from pmkit.actions.meetings import given_values
    from pmkit.domain.problems import validated
    from pmkit.workspace.edits import Create
    from pmkit.workspace.meetings import occurrences

    if not any(isinstance(change, Create) for change in edits.changes):
        return [Text.same("pmkit meeting next")]
    made = validated(MeetingSeries, {"id": edits.records[0], **given_values(edits)})
    first = max(made.from_, s.today)
    dates = [o.on for o in occurrences(s.ws, made, first, first + timedelta(days=200)) if o.at is not None][:4]
    shown = Text.join(Text.same(day.isoformat()) for day in dates)
    return [Text("{rule}: {dates} …", "{rule}：{dates} ……").format(rule=made.in_words, dates=shown)]


def _next(
    s: Session,
    days: Annotated[str, typer.Option(metavar="N", help=h("as far ahead as this", "提前天数"))] = "30",
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help=h("from which day on", "从哪一天起"))] = None,
    series: Annotated[str | None, typer.Option(metavar="MSR", help=h("only this series", "只看该系列"))] = None,
) -> None:
    from pmkit.workspace.meetings import coming

    if as_of:
        s.today = parse_date(as_of)
    if not days.isdigit():
        raise UsageError(Text(en="`{n}` is no number of days", zh="`{n}` 不是天数").format(n=days))
    only = s.whole.get(series, MeetingSeries) if series else None
    found = [
        c for c in coming(s.whole, s.today, s.today + timedelta(days=min(int(days), 3660)))
        if only is None or c.series is only
    ]  # fmt: skip
    if s.json:
        from pmkit.domain.kind import normal

        print_json(
            [
                {
                    "time": normal(c.at), "title": c.title, "id": c.meeting.id if c.meeting else None,
                    "series": c.series.id if c.series else None, "place": c.source.place, "with": list(c.source.with_),
                }
                for c in found
            ]
        )  # fmt: skip
        return
    if not found:
        out(h(f"no meeting within {days} days", f"{days} 天内没有会议"))
        return
    from pmkit.output.tables import table, terminal_width

    heads = [
        h("Time", "时间"),
        h("Meeting", "会议"),
        h("Place", "地点"),
        h("Participants", "参加人员"),
        h("ID", "编号"),
    ]
    rows = []
    for c in found:
        day = h(f"{c.on:%a}", "周" + "一二三四五六日"[c.on.weekday()])
        clock = f" {c.at:%H:%M}" if hasattr(c.at, "hour") else ""
        who = h(", ", "、").join(s.ws.person_name(handle) for handle in c.source.with_)
        rows.append([f"{c.on} {day}{clock}", c.title, c.source.place or "", who, c.source.id])
    sys.stdout.write(table(heads, rows, terminal_width()))


def _record(
    s: Session,
    meeting_id: Annotated[str | None, typer.Argument(metavar="[MTG|MSR]")] = None,
    series: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|MSR", help=h("the series, for a meeting without a record", "所属系列（尚无记录的会议）")
        ),
    ] = None,
    title: Annotated[str | None, _TITLE] = None,
    type_: Annotated[str | None, _TYPE] = None,
    time: Annotated[str | None, _TIME] = None,
    until: Annotated[str | None, typer.Option(metavar="HH:MM", help=h("the end", "结束时间"))] = None,
    place: Annotated[str | None, _PLACE] = None,
    chair: Annotated[str | None, _CHAIR] = None,
    minutes_by: Annotated[str | None, _MINUTES_BY] = None,
    present: Annotated[
        list[str] | None,
        typer.Option(metavar="HANDLE,HANDLE", help=h("who came (those invited)", "参会人员（默认为邀请人员）")),
    ] = None,
    absent: Annotated[
        list[str] | None, typer.Option(metavar="HANDLE,HANDLE", help=h("who did not", "请假/缺席"))
    ] = None,
    decision: Annotated[
        list[str] | None, typer.Option(metavar="TEXT", help=h("a decision; may be repeated", "议定事项；可重复"))
    ] = None,
    action: Annotated[
        list[str] | None,
        typer.Option(
            metavar="'TEXT @HANDLE DATE'",
            help=h(
                "who does what by when; may be repeated", "待办事项，如“提供接口文档 @wang.fang 2026-03-20”；可重复"
            ),
        ),
    ] = None,
    escalation: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help=h("a matter for escalation; may be repeated", "需协调事项；可重复")),
    ] = None,
    next_at: Annotated[str | None, typer.Option(metavar="DATE[THH:MM]", help=h("the next meeting", "下次会议"))] = None,
    notes: Annotated[
        str | None,
        typer.Option(
            metavar="FILE", help=h("minutes in Markdown: docs/minutes.md", "Markdown 会议纪要，写法见 docs/minutes.md")
        ),
    ] = None,
) -> None:
    from pmkit.actions.meetings import Said, record, series_called

    if meeting_id and kind_of_id(normal_id(meeting_id)) is SERIES:  # `meeting next` prints the id of the series
        series, meeting_id = normal_id(meeting_id), None
    of_series = series_called(s.ws, series) if series else None
    if series and of_series is None:
        known = [one.title for one in s.ws.of(MeetingSeries)]
        raise UsageError(
            Text(en="there is no series “{name}”", zh="没有名为“{name}”的系列会议").format(name=series),
            Text.join(map(Text.same, known)) if known else None,
        )
    given = {
        "title": title, "type": type_, "time": time, "until": until, "place": place, "chair": chair,
        "minutes_by": minutes_by, "present": people_of(present), "absent": people_of(absent),
        "escalations": escalation, "next_at": next_at,
    }  # fmt: skip
    said = Said(
        {k: v for k, v in given.items() if v}, decision or [], action or [], read_notes(notes) if notes else None
    )
    meeting = s.ws.get(meeting_id, Meeting) if meeting_id else None
    edits = record(s.ws, meeting, of_series, said, s.next_id, s.acting, dated=s.on is not None)
    made = [one for one in edits.records[1:] if one.startswith("ACT-")]
    told = [Text("actions: {ids}", "待办事项：{ids}").format(ids=Text.join(map(Text.same, made)))] if made else []
    s.write(
        edits, *told,
        then=Text("next: pmkit report minutes {id}", "下一步：pmkit report minutes {id}").format(id=edits.records[0]),
        more={"actions": made},
    )  # fmt: skip


command(app, "plan", h("Plan a meeting, or a series that comes again", "安排会议或系列会议"), WRITING)(_plan)
command(app, "next", h("The meetings to come", "近期会议"), READING)(_next)
command(
    app, "record", h("Record what was said, decided and taken on", "记录会议纪要：讨论、议定事项、待办事项"), WRITING
)(_record)
add_command(app, MEETING)
list_command(app, MEETING)
show_command(app)
set_command(app)
transitions(app, MEETING)

_series = group(tell(SERIES.plural))
list_command(_series, SERIES)
show_command(_series)
set_command(_series)
transitions(_series, SERIES)
app.add_typer(_series, name="series", help=tell(SERIES.plural))
