"""Meetings: plan a series or a single one, record what was said, decided and taken on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pmkit.actions.interviews import handles_of
from pmkit.actions.minutes_notes import parse_minutes
from pmkit.actions.notes import Notes
from pmkit.actions.records import NextId, add, changes_between, check_links, new_record, started, step, step_to
from pmkit.domain.actions import ACTION, ActionItem
from pmkit.domain.kind import file_data, normal
from pmkit.domain.meeting_series import CUSTOM, SERIES, MeetingSeries
from pmkit.domain.meetings import HELD, KINDS, MEETING, Meeting
from pmkit.domain.points import parse_point
from pmkit.domain.problems import validated
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.recurrence import checked_rule, parse_on
from pmkit.kernel.text import Text, did_you_mean
from pmkit.workspace.edits import Acting, Change, Create, Edits, headed
from pmkit.workspace.layout import new_path
from pmkit.workspace.meetings import Occurrence, actions_of, next_number, next_of, occurrences
from pmkit.workspace.model import Workspace, normal_id

# Who takes part by custom: roles that the profile's people fill.
_INVITED = {
    "weekly": ("customer.pm", "supplier.pm", "supervisor."),
    "monthly": ("customer.sponsor", "customer.pm", "supplier.director", "supplier.pm", "supervisor."),
}


# --- planning ---------------------------------------------------------------------------------------------------------


def series_called(ws: Workspace, name: str) -> MeetingSeries | None:
    """The series with this id or title. Raises UsageError for an id that nothing has."""
    if normal_id(name).startswith("MSR-"):
        return ws.get(name, MeetingSeries)
    return next((series for series in ws.of(MeetingSeries) if series.title == name), None)


def type_called(title: str) -> str | None:
    """The type of meeting that a title names: `周例会` is weekly."""
    words = title.casefold()
    return next((key for key, text in KINDS.items() if text.zh in title or text.en.casefold() in words), None)


def plan_series(ws: Workspace, name: str, values: Mapping[str, Any], next_id: NextId, acting: Acting) -> Edits:
    """A new series, or new rules for the one that has the name; what is not given is as the type's custom has it.

    `values`: fields of the series; `on` may have the time of day beside it, `rule` an UNTIL. Raises UsageError.
    """
    known = series_called(ws, name)
    given = _recurrence(values)
    given |= {key: _handles(ws, given[key]) for key in ("with", "chair", "minutes_by") if key in given}
    if known is not None:
        return _revised_series(ws, known, given, acting)
    given.setdefault("title", name)
    given.setdefault("type", type_called(name) or "")
    custom = CUSTOM.get(given["type"])
    if custom is not None and not given.keys() & {"every", "rule"}:
        given |= {k: v for k, v in zip(("every", "on", "at"), custom, strict=True) if v and k not in given}
    if given["type"] == "site":
        given.setdefault("minutes", False)
        given.setdefault("on_holiday", "skip")
    given.setdefault("from", acting.on.isoformat())
    if "with" not in given:
        given["with"] = _by_custom(ws, given["type"])
    if not given.keys() & {"every", "rule"}:
        raise UsageError(
            Text(en="how often does “{name}” meet?", zh="请说明“{name}”多久召开一次").format(name=name),
            Text("--every week --on fri --at 15:00", "--every week --on fri --at 15:00"),
        )
    edits = add(ws, SERIES, {k: v for k, v in given.items() if v not in ("", [])}, next_id, acting)
    _refuse_misfit(validated(MeetingSeries, {"id": "MSR-000", "status": "running", **given_values(edits)}))
    return replace(edits, action="meeting.plan", subject=headed(edits.records[0], _planned(name)))


def given_values(edits: Edits) -> Mapping[str, Any]:
    """The data of the one record that edits create."""
    return next(change.data for change in edits.changes if isinstance(change, Create))


def _planned(name: str) -> Text:
    return Text("Plan the meetings “{name}”", "安排系列会议“{name}”").format(name=name)


def _revised_series(ws: Workspace, series: MeetingSeries, given: dict[str, Any], acting: Acting) -> Edits:
    raw = {"id": series.id, **file_data(series)}
    if "rule" in given:
        raw = {k: v for k, v in raw.items() if k not in {"every", "on"}}
    elif "every" in given:
        raw = {k: v for k, v in raw.items() if k not in {"rule", "on"}}
    if "at" not in given and given.get("on") is None and series.clock:
        raw["at"] = f"{series.clock:%H:%M}"
    revised = validated(MeetingSeries, {**raw, **given}).placed(series.spot)
    check_links(ws, revised)
    _refuse_misfit(revised)
    keys = [*dict.fromkeys([*given, "rule", "every", "on", "at"])]
    changes = changes_between(ws, series, revised, keys)
    if not changes:
        raise Refused(
            Text(en="{id} says that already; nothing to write", zh="{id} 已是该内容，无需修改").format(id=series.id)
        )
    subject = headed(series.id, Text("Plan “{name}” anew", "调整系列会议“{name}”").format(name=series.title))
    return Edits(tuple(changes), "meeting.plan", (series.id,), subject, acting.by, acting.on)


def _recurrence(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields, with the time beside the day and the end beside the rule where they belong."""
    given = dict(values)
    if "on" in given:
        try:
            day, clock = parse_on(given["on"])
        except ValueError:
            raise UsageError(
                Text("`{on}` is no day on which something comes again", "`{on}` 不是有效的召开日").format(
                    on=given["on"]
                ),
                Text("write fri, mon,thu, last thu or 15", "请写 fri、mon,thu、last thu 或 15"),
            ) from None
        given["on"] = day
        if clock:
            given.setdefault("at", clock)
    if "rule" in given:
        try:
            given["rule"], until = checked_rule(given["rule"])
        except ValueError:
            raise UsageError(
                Text("`{rule}` is no rule of RFC 5545", "`{rule}` 不是 RFC 5545 重复规则").format(rule=given["rule"]),
                Text.same("--rule 'FREQ=MONTHLY;BYDAY=-1TH'"),
            ) from None
        if until:
            given.setdefault("until", until.isoformat())
    return given


def _refuse_misfit(series: MeetingSeries) -> None:
    if series.rrule is None:
        raise UsageError(
            Text(
                "`every: {every}` and `on: {on}` do not fit each other", "`every: {every}` 与 `on: {on}` 不相配"
            ).format(every=series.every, on=series.on),
            Text("every week on fri, every month on `last thu` or 15", "每周用 fri，每月用 `last thu` 或 15"),
        )
    if series.until is not None and series.until < series.from_:
        raise UsageError(
            Text("it ends ({until}) before it begins ({start})", "截止日期 {until} 早于开始日期 {start}").format(
                until=series.until, start=series.from_
            )
        )


def _by_custom(ws: Workspace, kind: str) -> list[str]:
    """Who takes part in meetings of a type by custom, as far as the project has them."""
    wanted = _INVITED.get(kind, ())
    return (
        [p.id for p in ws.people if not p.left and f"{p.side}.{p.role}".startswith(wanted) and p.resource == "work"]
        if wanted
        else []
    )


def _handles(ws: Workspace, value: Any) -> Any:
    """Handles for names."""
    known = handles_of(ws)
    return [known.get(one, one) for one in value] if isinstance(value, list) else known.get(value, value)


def plan_meeting(ws: Workspace, values: Mapping[str, Any], next_id: NextId, acting: Acting) -> Edits:
    """A single meeting. Raises UsageError."""
    given = dict(values)
    given |= {key: _handles(ws, given[key]) for key in ("with", "chair", "minutes_by") if key in given}
    if "title" in given and "type" not in given and (kind := type_called(given["title"])):
        given["type"] = kind
    if given.get("type") == "kickoff" and "chair" not in given:
        lead = next((p for p in ws.people if p.can_sign_as("customer.pm")), None)
        given |= {"chair": lead.id} if lead else {}
    edits = add(ws, MEETING, given, next_id, acting)
    return replace(edits, action="meeting.plan")


def plan_occurrence(
    ws: Workspace, series: MeetingSeries, day: date | None, values: Mapping[str, Any], next_id: NextId, acting: Acting
) -> Edits:
    """The record of one meeting of a series, the next without a record unless `day` (of the rule) is given.

    Refused where the series does not meet that day, or the meeting has a record already.
    """
    given = _of_occurrence(series, _occurrence(ws, series, day, acting.on))
    given |= {
        key: _handles(ws, value) if key in {"with", "chair", "minutes_by"} else value for key, value in values.items()
    }
    edits = add(ws, MEETING, given, next_id, acting)
    return replace(edits, action="meeting.plan")


def _occurrence(ws: Workspace, series: MeetingSeries, day: date | None, as_of: date) -> Occurrence:
    if day is None:
        found = next(
            (
                o
                for o in occurrences(ws, series, as_of, series.until or as_of.replace(year=as_of.year + 1))
                if o.meeting is None and o.at
            ),
            None,
        )
        if found is None:
            raise Refused(Text(en="{id} has no further meeting", zh="{id} 之后没有会议").format(id=series.id))
        return found
    near = [o for o in occurrences(ws, series, day, day) if o.day == day] or list(occurrences(ws, series, day, day))
    if not near:
        following = next_of(ws, series, day)
        raise Refused(
            Text(en="{id} does not meet on {day}", zh="{id} 在 {day} 不召开").format(id=series.id, day=day),
            Text(en="the next is on {next}", zh="下一次是 {next}").format(next=following.on) if following else None,
        )
    if near[0].meeting is not None:
        raise Refused(
            Text(en="that meeting is {id} already", zh="该次会议已有记录 {id}").format(id=near[0].meeting.id),
            Text(en="`pmkit set {id} time=...` moves it", zh="可用 `pmkit set {id} time=……` 改期").format(
                id=near[0].meeting.id
            ),
        )
    return near[0]


def _of_occurrence(series: MeetingSeries, found: Occurrence) -> dict[str, Any]:
    """The fields that a meeting takes over from its series."""
    given = {
        "title": series.title, "type": series.type, "time": normal(found.at or found.day), "place": series.place,
        "chair": series.chair, "minutes_by": series.minutes_by, "with": list(series.with_),
        "agenda": list(series.agenda), "series": series.id, "occurrence": found.day.isoformat(),
        "visibility": series.visibility,
    }  # fmt: skip
    return {key: value for key, value in given.items() if value}


# --- recording --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """What was typed to record a meeting: fields of it, decisions and actions, and the file of minutes."""

    values: Mapping[str, Any]
    decisions: Sequence[str] = ()
    actions: Sequence[str] = ()
    notes: Notes | None = None


def record(
    ws: Workspace, meeting: Meeting | None, series: MeetingSeries | None, said: Said, next_id: NextId, acting: Acting,
    *, dated: bool,
) -> Edits:  # fmt: skip
    """The minutes of a meeting: of the one that was planned, or of a new one, which `series` may be of.

    What was typed wins over what the minutes say; decisions are added to it. Each action becomes a record of its own;
    earlier actions that the minutes tick off are done. `dated`: the step's day was typed, else it is the meeting's.
    """
    if meeting is not None and meeting.status not in {"planned", "held", "sent"}:
        MEETING.states.move(MEETING, meeting.id, meeting.status, "record")  # type: ignore[union-attr]
    handles = handles_of(ws)
    read = parse_minutes(said.notes, handles, acting.on.year) if said.notes else {}
    typed = {k: _handles(ws, v) if k in _PEOPLE else v for k, v in said.values.items()}
    given = {k: v for k, v in read.items() if k not in {"actions", "followed"}} | typed
    if meeting is None and series is not None:
        day = date.fromisoformat(str(given.get("time", acting.on))[:10])
        meeting = _planned_by(ws, series, day)
        _refuse_recorded(ws, meeting, day, lambda one: one.series == series.id)
    elif meeting is None:
        when, title = str(given.get("time", acting.on)), given.get("title")
        _refuse_recorded(ws, None, date.fromisoformat(when[:10]), lambda one: one.title == title)
    record_id = meeting.id if meeting else next_id(MEETING.prefix)
    if said.decisions:
        before = meeting.decisions if meeting and "decisions" not in read else ()
        given["decisions"] = [*before, *given.get("decisions", ()), *said.decisions]
    whole = _whole(ws, meeting, series, given, record_id, acting)
    day = whole.day
    on = acting if dated else replace(acting, on=_day_of_step(meeting, day, acting.on))
    changes: list[Change] = _written(ws, meeting, whole, on)
    points = [*read.get("actions", ()), *(_typed_action(text, handles, day.year) for text in said.actions)]
    actions = [_action(ws, point, whole, next_id, on) for point in _new_points(ws, whole, points)]
    changes += [Create(new_path(ACTION, one.id), file_data(one), ACTION.name) for one in actions]
    followed = [normal_id(one["id"]) for one in read.get("followed", ())]
    changes += _all_followed(ws, read.get("followed", ()), said.notes.name if said.notes else "", on)
    subject = headed(
        record_id, Text("Record the minutes of {title}", "记录会议纪要：{title}").format(title=whole.title)
    )
    records = (record_id, *(one.id for one in actions), *dict.fromkeys(followed))
    return Edits(tuple(changes), "meeting.record", records, subject, on.by, on.on)


def _day_of_step(meeting: Meeting | None, day: date, today: date) -> date:
    """The day for which a meeting that is entered late counts: its own, but not before what is on record of it."""
    return max(min(day, today), meeting.steps[-1].on) if meeting and meeting.steps else min(day, today)


def _refuse_recorded(ws: Workspace, planned: Meeting | None, day: date, same: Callable[[Meeting], bool]) -> None:
    """Refuse to record a meeting a second time: its minutes and actions would stand there twice."""
    if planned is not None and planned.day == day:
        return
    earlier = next((m for m in ws.meetings if m.day == day and m.status in HELD and same(m)), None)
    if earlier is not None:
        raise Refused(
            Text(en="the meeting of {day} is recorded already as {id}", zh="{day} 的会议已记录为 {id}").format(
                day=day, id=earlier.id
            ),
            Text(
                en="`pmkit meeting record {id} ...` adds to its minutes; for another day give `--time` or `--date`",
                zh="补充纪要请执行 `pmkit meeting record {id} ……`；若为其他日期的会议，请加 `--time` 或 `--date`",
            ).format(id=earlier.id),
        )


def _new_points(ws: Workspace, meeting: Meeting, points: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """The actions that the meeting does not have yet: minutes may be read in again after they were improved."""
    known = {(action.title, action.owner) for action in actions_of(ws, meeting)}
    return [p for p in points if (" ".join(p["text"].split()), p.get("owner")) not in known]


def _planned_by(ws: Workspace, series: MeetingSeries, day: date) -> Meeting | None:
    """The last meeting of a series that was planned as a record for the day, or before it."""
    found = [m for m in ws.meetings if m.series == series.id and m.status == "planned" and m.day <= day]
    return max(found, key=lambda m: m.day, default=None)


_PEOPLE = frozenset({"present", "absent", "chair", "minutes_by", "reviewed_by"})


def _whole(
    ws: Workspace, meeting: Meeting | None, series: MeetingSeries | None, given: Mapping[str, Any], record_id: str,
    acting: Acting,
) -> Meeting:  # fmt: skip
    """The meeting as it is to be: what was planned, then what was said; unless said, those came who were invited."""
    if meeting is not None:
        raw: dict[str, Any] = {"id": meeting.id, **file_data(meeting), **given}
    else:
        base = _taken_over(ws, series, given, acting) if series else {}
        values = {**base, **given}
        values.setdefault("time", acting.on.isoformat())
        if "title" not in values:
            raise UsageError(
                Text("what was the meeting about?", "请说明会议主题"),
                Text(
                    "`--title TEXT`, or a first line `# TITLE` in the minutes",
                    "用 `--title 主题`，或在纪要首行写 `# 主题`",
                ),
            )
        if "type" not in values and (kind := type_called(values["title"])):
            values["type"] = kind
        raw = started(MEETING, record_id, values, acting)
    if "present" not in raw and raw.get("with"):
        raw["present"] = [who for who in raw["with"] if who not in raw.get("absent", ())]
    if raw.get("series") and not raw.get("number"):
        raw["number"] = _number(ws, raw["series"], str(raw.get("title", "")))
    if raw.get("series") and not raw.get("next_at"):
        raw |= _next_at(ws, raw)
    whole = validated(Meeting, raw)
    check_links(ws, whole)
    return whole.placed(meeting.spot) if meeting else whole


def _number(ws: Workspace, series: str, title: str) -> int:
    """The how-manyth of its series: as the title says (`第5次周例会`), else one more than the last."""
    said = re.match(r"第\s*([0-9]{1,4})\s*次", title)
    if said:
        return max(1, int(said[1]))
    return next_number(ws, series)


def _next_at(ws: Workspace, raw: Mapping[str, Any]) -> dict[str, str]:
    series = ws.find(raw["series"], MeetingSeries)
    day = date.fromisoformat(str(raw["time"])[:10])
    following = next_of(ws, series, day) if series and not series.is_closed else None
    return {"next_at": normal(following.at)} if following and following.at else {}


def _taken_over(ws: Workspace, series: MeetingSeries, given: Mapping[str, Any], acting: Acting) -> dict[str, Any]:
    """What a new record takes over from its series: from the last meeting up to its day that has no record."""
    day = date.fromisoformat(str(given.get("time", acting.on))[:10])
    found = [o for o in occurrences(ws, series, series.from_, day) if o.meeting is None and o.at is not None]
    if not found:
        base = _of_occurrence(series, Occurrence(series, day, day))
        return {k: v for k, v in base.items() if k not in {"occurrence", "time"}}
    base = _of_occurrence(series, found[-1])
    if "time" in given or found[-1].on != day:
        base.pop("time")
    return base


def _written(ws: Workspace, meeting: Meeting | None, whole: Meeting, on: Acting) -> list[Change]:
    if meeting is None:
        data = file_data(whole)
        data |= {"status": "held", "steps": [*data["steps"], step("held", on)]}
        data["steps"][0]["on"] = on.on.isoformat()
        return [Create(new_path(MEETING, whole.id), data, MEETING.name)]
    keys = [key for key in file_data(whole) if key not in {"status", "steps"}]
    changes = changes_between(ws, meeting, whole, keys)
    return [*changes, *(step_to(meeting, "held", on) if meeting.status != "held" else ())]


def _typed_action(text: str, handles: Mapping[str, str], year: int) -> dict[str, str]:
    try:
        point = parse_point(text, handles, year)
    except ValueError as error:
        raise UsageError(
            Text(en="`{day}` is not a date", zh="`{day}` 不是日期").format(day=error),
            Text.same("--action '提供接口文档 @wang.fang 2026-03-20'"),
        ) from None
    owner = point.get("owner")
    if owner and owner not in handles:
        raise UsageError(
            Text(en="nobody is called {name} in people.yaml; {hint}", zh="people.yaml 中没有{name}；{hint}")
            .format(name=owner, hint=did_you_mean(owner, handles))
            .stripped()
        )
    return point


def _action(ws: Workspace, point: Mapping[str, str], meeting: Meeting, next_id: NextId, on: Acting) -> ActionItem:
    values = {"title": " ".join(point["text"].split()), "owner": point.get("owner"), "due": point.get("due")}
    given = {k: v for k, v in values.items() if v} | ({"visibility": meeting.visibility} if meeting.visibility else {})
    record = new_record(ws, ACTION, given, next_id(ACTION.prefix), on)
    return record.model_copy(update={"from_": meeting.id})  # type: ignore[return-value]


def _all_followed(ws: Workspace, said: Sequence[Mapping[str, Any]], name: str, on: Acting) -> list[Change]:
    """What the minutes say of earlier actions. Raises UsageError with every line that names none."""
    changes: list[Change] = []
    wrong: list[UsageError] = []
    for one in said:
        try:
            changes += _followed(ws, one, name, on)
        except UsageError as error:
            wrong.append(error)
    if wrong:
        fix = next((error.fix for error in wrong if error.fix is not None), None)
        raise UsageError(Text.join((error.says for error in wrong), en="\n", zh="\n"), fix)
    return changes


def _followed(ws: Workspace, said: Mapping[str, Any], name: str, on: Acting) -> list[Change]:
    """What the minutes say of an earlier action: that it is done, how far it is, a new date."""
    try:
        action = ws.get(said["id"], ActionItem)
    except UsageError as error:
        says = Text("{name}:{line}: {says}", "{name}:{line}：{says}").format(
            name=name, line=said["line"], says=error.says
        )
        raise UsageError(says, error.fix) from None
    raw = {"id": action.id, **file_data(action)}
    raw |= {"result": said["note"]} if "note" in said else {}
    raw |= {"extended_to": said["due"]} if "due" in said else {}
    revised = validated(ActionItem, raw).placed(action.spot)
    changes = changes_between(ws, action, revised, ["result", "extended_to"])
    if said["done"] and action.status != "done":
        ACTION.states.move(ACTION, action.id, action.status, "done")  # type: ignore[union-attr]
        changes += step_to(action, "done", on)
    return changes
