"""会议议程, filled from a meeting or the next one of a series, with the material that its type looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from pmkit.domain.acceptance import AcceptanceCase
from pmkit.domain.deliverables import Deliverable
from pmkit.domain.kind import Record, Tracked
from pmkit.domain.meeting_series import AGENDAS, MeetingSeries
from pmkit.domain.meetings import Meeting
from pmkit.domain.objectives import Objective
from pmkit.domain.people import role_label
from pmkit.kernel.text import Text
from pmkit.reports.minutes import followed, moment_words
from pmkit.reports.parties import PARTIES
from pmkit.reports.views.agenda import Agenda, Material
from pmkit.reports.views.blocks import Basis, Wording
from pmkit.reports.views.weekly import WeeklyReport
from pmkit.workspace.meetings import carried_over, next_number
from pmkit.workspace.model import Workspace
from pmkit.workspace.parties import organisation_of

_REF, _STATE = Text("Ref.", "编号"), Text("Status", "状态")
_TITLE, _DUE = Text("Title", "名称"), Text("Due", "完成时限")
_WORK, _OWNER, _PLANNED = Text("Work", "工作内容"), Text("Owner", "责任人"), Text("Planned finish", "计划完成")
_OVERDUE = Text("Days overdue", "逾期（天）")
Made = Callable[[], WeeklyReport]


def agenda(ws: Workspace, what: Meeting | MeetingSeries, at: date | datetime, week: Made, basis: Basis) -> Agenda:
    """The agenda of a meeting, or of the meeting of a series at `at`. `week` makes the figures of the week."""
    series_id = what.series if isinstance(what, Meeting) else what.id
    series = ws.find(series_id, MeetingSeries) if series_id else None
    number = (what.number if isinstance(what, Meeting) else None) or (next_number(ws, series_id) if series_id else None)
    topics: tuple[Wording, ...] = what.agenda or (series.agenda if series else ()) or AGENDAS.get(what.type or "", ())
    day = at.date() if isinstance(at, datetime) else at
    return Agenda(
        project=ws.project.name,
        ref=what.id,
        subject=what.title,
        number=number,
        time=moment_words(at, what.until if isinstance(what, Meeting) else None),
        place=what.place,
        chair=ws.person_name(what.chair) or None,
        minutes_by=ws.person_name(what.minutes_by) or None,
        invited=Text.join(Text.same(ws.person_name(h)) for h in what.with_) if what.with_ else None,
        topics=topics,
        followed=tuple(followed(ws, action, day) for action in carried_over(ws, series_id, at, what.id)),
        material=tuple(_material(ws, what, week)),
        basis=basis,
    )


def _material(ws: Workspace, what: Meeting | MeetingSeries, week: Made) -> Iterator[Material]:
    kind = what.type or ""
    if isinstance(what, Meeting) and what.about:
        yield _about(ws, what.about)
    if kind in {"weekly", "monthly", "supervision", "steering"}:
        yield from _progress(week(), with_work=kind in {"weekly", "supervision"})
    elif kind == "kickoff":
        yield _objectives(ws)
        yield _milestones(week())
        yield _people(ws)
    elif kind == "acceptance":
        yield _states(ws, Deliverable, Text("Deliverables", "交付物"))
        yield _states(ws, AcceptanceCase, Text("Acceptance cases", "验收用例"))
    elif kind == "quality":
        yield _states(ws, AcceptanceCase, Text("Acceptance cases", "验收用例"))
        yield _concerns(week())


def _about(ws: Workspace, ids: tuple[str, ...]) -> Material:
    """What is reviewed: each record with what it says, as far as the reader may see it."""
    rows = []
    for record_id in ids:
        record = ws.records.get(record_id)
        if record is not None:
            said = next(
                (v for key in ("statement", "description", "scope", "summary") if (v := getattr(record, key, None))), ""
            )
            rows.append((record.id, record.name_to_show, said, _state(record)))
    return Material(
        Text("What is looked at", "评审与讨论对象"), (_REF, _TITLE, Text("Content", "内容"), _STATE), tuple(rows)
    )


def _state(record: Record) -> Wording:
    states = record.kind.states
    status = getattr(record, "status", "")
    return states.names.get(status, Text.same(status)) if states and isinstance(record, Tracked) else ""


def _progress(week: WeeklyReport, *, with_work: bool) -> Iterator[Material]:
    planned = "/" if week.planned is None else f"{week.planned}%"
    actual = "/" if week.actual is None else f"{week.actual}%"
    yield Material(
        Text("Progress", "总体进度"), (Text("Planned", "计划完成"), Text("Actual", "实际完成")), ((planned, actual),)
    )
    yield _milestones(week)
    if with_work:
        yield Material(
            Text("Planned but not done", "未完成及原因"),
            (_WORK, _OWNER, _PLANNED, Text("Progress", "完成情况"), Text("Cause", "原因")),
            tuple((n.task, n.owner, _day(n.planned_finish), f"{n.percent}%", n.cause) for n in week.not_done), (3,),
        )  # fmt: skip
        yield Material(
            Text("Next week", "下周计划"),
            (_WORK, _OWNER, _PLANNED, Text("Needs cooperation of", "需配合方")),
            tuple((n.task, n.owner, _day(n.planned_finish), n.needs) for n in week.next_week),
        )  # fmt: skip
    yield Material(
        Text("Needed from others", "需协调、配合、决策事项"),
        (_REF, Text("Matter", "事项"), Text("From", "需要谁"), Text("Needed on", "需要日期"), _OVERDUE),
        tuple((n.ref, n.matter, n.whom, _day(n.needed_on), str(n.overdue)) for n in week.needed), (4,),
    )  # fmt: skip
    yield Material(
        Text("Changes", "变更"), (_REF, _TITLE, Text("Raised by", "提出人"), _STATE),
        tuple((c.ref, c.title, c.raised_by, c.status) for c in week.changes),
    )  # fmt: skip
    yield _concerns(week)


def _milestones(week: WeeklyReport) -> Material:
    return Material(
        Text("Milestones", "里程碑"),
        (Text("Milestone", "里程碑"), Text("Contract or baseline date", "合同或基准日期"), Text("Forecast", "预测日期"),
         Text("Drift (days)", "偏差（天）"), _STATE),
        tuple(
            (m.name, _day(m.baseline), _day(m.forecast), "/" if m.drift is None else str(m.drift), m.status)
            for m in week.milestones
        ),
        (3,),
    )  # fmt: skip


def _concerns(week: WeeklyReport) -> Material:
    return Material(
        Text("Issues and risks", "问题与风险"),
        (_REF, Text("Description", "描述"), Text("Action", "措施"), _OWNER, _DUE, _STATE),
        tuple((c.ref, c.description, c.action, c.owner, _day(c.due), c.status) for c in week.concerns),
    )


def _objectives(ws: Workspace) -> Material:
    rows: list[tuple[Wording, ...]] = [(text, "") for text in ws.project.objectives]
    rows += [(f"{o.id} {o.title}", _state(o)) for o in ws.of(Objective) if o.status != "withdrawn"]
    return Material(Text("Objectives", "项目目标"), (Text("Objective", "目标"), _STATE), tuple(rows))


def _people(ws: Workspace) -> Material:
    people = [p for side in PARTIES for p in ws.people if p.side == side and not p.left and p.resource == "work"]
    rows = tuple((organisation_of(ws, p) or PARTIES[p.side], p.name, role_label(p.side, p.role)) for p in people)
    return Material(
        Text("Who is who", "各方人员"),
        (Text("Organisation", "单位"), Text("Name", "姓名"), Text("Role", "项目角色")),
        rows,
    )


def _states(ws: Workspace, model: type[Any], title: Text) -> Material:
    rows = tuple((r.id, r.title, _state(r)) for r in ws.of(model) if r.status != "cancelled")
    return Material(title, (_REF, _TITLE, _STATE), rows)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
