"""`pmkit status`: the project on one screen."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from pmkit.cli.language import h, tell
from pmkit.cli.report import verdict
from pmkit.cli.session import AT_REVISION, Session, command, out, parse_date, print_json, single
from pmkit.domain.changes import STATES
from pmkit.domain.risks import BANDS
from pmkit.kernel.text import Text, pad
from pmkit.output.drift import sentence
from pmkit.output.tables import coloured
from pmkit.workspace.health import State, health, worst
from pmkit.workspace.planning import Planned, Verdict, plan_of, watched

app = single()
_LAMPS = {"green": Text("on track", "正常"), "amber": Text("at risk", "预警"), "red": Text("late", "滞后")}
_COLOURS = {"green": "\x1b[32m", "amber": "\x1b[33m", "red": "\x1b[31m"}
_ASPECTS = {
    "schedule": Text("Schedule", "进度"),
    "scope": Text("Scope", "范围"),
    "quality": Text("Quality", "质量"),
    "risk": Text("Risk", "风险"),
}


def _status(
    s: Session,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help=h("reporting date", "报告日期"))] = None,
) -> None:
    if as_of:
        s.today = parse_date(as_of)
    ws = s.whole
    planned = plan_of(ws, s.today)[0]
    judged = verdict(s, planned) if planned else None
    states = health(ws, planned, judged, s.today)
    overdue = [a for a in ws.actions if a.is_overdue(s.today)]
    changes = [c for c in ws.changes if not c.is_closed and c.status != "applied"]
    risks = sorted((r for r in ws.risks if not r.is_closed), key=lambda r: (-(r.score or 0), r.id))
    if s.json:
        print_json(
            {
                "project": ws.project.code,
                "name": ws.project.name,
                "as_of": s.today.isoformat(),
                "health": {state.aspect: state.lamp for state in states} | {"overall": worst(states).lamp},
                "milestones": _milestones_json(planned, judged),
                "open_changes": [{"id": c.id, "title": c.title, "status": c.status} for c in changes],
                "overdue_actions": [
                    {"id": a.id, "title": a.title, "due": str(a.due), "owner": a.owner} for a in overdue
                ],
                "top_risks": [{"id": r.id, "title": r.title, "score": r.score} for r in risks[:5]],
            }
        )
        return
    out(f"{ws.project.name}  {ws.project.code}  {s.today}  {_lamp(worst(states))}")
    for state in states:
        out(_state_line(state))
    _section(h("Milestones", "里程碑"), _milestone_lines(planned, judged))
    _section(
        h("Open changes", "未结变更"),
        [f"{c.id}  {c.title}  {tell(STATES.names.get(c.status, Text.same(c.status)))}" for c in changes],
    )
    _section(h("Overdue", "逾期事项"), [f"{a.id}  {a.title}  {ws.person_name(a.owner)}  {a.due}" for a in overdue])
    _section(
        h("Top risks", "主要风险"),
        [f"{r.id}  {r.title}  {tell(BANDS[r.band]) if r.band else '?'} {r.score or ''}".rstrip() for r in risks[:5]],
    )


def _lamp(state: State, width: int = 0) -> str:
    """The word for a lamp; on a terminal also in its colour."""
    word = pad(tell(_LAMPS[state.lamp]), width)
    return f"{_COLOURS[state.lamp]}{word}\x1b[0m" if coloured() else word


def _state_line(state: State) -> str:
    return f"  {pad(tell(_ASPECTS[state.aspect]), 8)}  {_lamp(state, 8)}  {tell(state.because)}"


def _section(title: str, lines: list[str]) -> None:
    out(f"\n{title}")
    for line in lines or [h("none", "无")]:
        out(f"  {line}")


def _milestone_lines(planned: Planned | None, judged: Verdict | None) -> list[str]:
    if planned is None:
        return [h("the plan cannot be scheduled: pmkit check", "计划无法排程，请执行 pmkit check")]
    lines = []
    for task in watched(planned, judged):
        item = judged.drift.of(task.id) if judged else None
        if judged is not None and item is not None:
            lines.append(tell(sentence(judged, item)))
        else:
            finish = planned.item(task.id).finish.date()
            lines.append(f"{task.id} {task.name}  {h('forecast', '预测')} {finish}")
    return lines


def _milestones_json(planned: Planned | None, judged: Verdict | None) -> list[dict[str, Any]]:
    rows = []
    for task in planned.ws.tasks if planned else ():
        if planned and task.is_milestone:
            item = judged.drift.of(task.id) if judged else None
            rows.append(
                {
                    "id": task.id,
                    "name": task.name,
                    "baseline": item.baseline_finish.isoformat() if item else None,
                    "forecast": planned.item(task.id).finish.date().isoformat(),
                    "drift_days": float(item.finish) if item else None,
                    "unexplained_days": float(item.unexplained) if item else None,
                }
            )
    return rows


command(app, "status", h("The project on one screen", "一屏看清项目状态"), AT_REVISION)(_status)
