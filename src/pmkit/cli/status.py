"""`pmkit status`: the project on one screen."""

from __future__ import annotations

import sys
from typing import Annotated, Any, NamedTuple

import typer

from pmkit.cli.language import h, tell
from pmkit.cli.rendering.base import verdict
from pmkit.cli.session import AT_REVISION, Session, command, out, parse_date, print_json, single
from pmkit.domain.actions import ActionItem
from pmkit.domain.changes import STATES, ChangeRequest
from pmkit.domain.rating import BANDS
from pmkit.domain.risks import Risk
from pmkit.kernel.errors import PmkitError
from pmkit.kernel.text import Text, pad
from pmkit.output.drift import sentence
from pmkit.output.tables import coloured
from pmkit.workspace.contracts import deadline, figures
from pmkit.workspace.health import ASPECTS, State, health, lamp_word, worst
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import Planned, Verdict, plan_of, watched

app = single()
_COLOURS = {"green": "\x1b[32m", "amber": "\x1b[33m", "red": "\x1b[31m"}


def _status(
    s: Session,
    folders: Annotated[
        list[str] | None,
        typer.Argument(metavar="[DIR]...", help=h("several projects, one line each", "多个项目目录，每个一行")),
    ] = None,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help=h("reporting date", "报告日期"))] = None,
) -> None:
    if folders:
        _several(s, folders, as_of)
        return
    if as_of:
        s.today = parse_date(as_of)
    view = _view(s)
    if s.json:
        print_json(_view_json(s, view))
        return
    ws, planned, judged, states, overdue, changes, risks = view
    out(f"{ws.project.name}  {ws.project.code}  {s.today}  {_lamp(worst(states))}")
    for state in states:
        out(_state_line(state))
    _section(h("Milestones", "里程碑"), _milestone_lines(planned, judged))
    _section(
        h("Open changes", "未结变更"),
        [f"{c.id}  {c.title}  {tell(STATES.names.get(c.status, Text.same(c.status)))}" for c in changes],
    )
    _section(h("Overdue", "逾期事项"), [f"{a.id}  {a.title}  {ws.person_name(a.owner)}  {a.due_now}" for a in overdue])
    _section(
        h("Top risks", "主要风险"),
        [f"{r.id}  {r.title}  {_band(ws, r)} {r.score or ''}".rstrip() for r in risks[:5]],
    )


class _View(NamedTuple):
    """What the screen shows."""

    ws: Workspace
    planned: Planned | None
    judged: Verdict | None
    states: list[State]
    overdue: list[ActionItem]
    changes: list[ChangeRequest]
    risks: list[Risk]


def _band(ws: Workspace, risk: Risk) -> str:
    band = ws.project.risk.band(risk.score)
    return tell(BANDS[band]) if band else "?"


def _view(s: Session) -> _View:
    ws = s.whole
    planned = plan_of(ws, s.today)[0]
    judged = verdict(s, planned) if planned else None
    return _View(
        ws,
        planned,
        judged,
        health(ws, planned, judged, s.today),
        [a for a in ws.actions if a.is_overdue(s.today)],
        [c for c in ws.changes if not c.is_closed and c.status != "applied"],
        sorted((r for r in ws.risks if not r.is_closed), key=lambda r: (-(r.score or 0), r.id)),
    )


def _view_json(s: Session, view: _View) -> dict[str, Any]:
    ws = view.ws
    return {
        "project": ws.project.code,
        "name": ws.project.name,
        "as_of": s.today.isoformat(),
        **figures(deadline(ws, view.planned)),
        "health": {state.aspect: state.lamp for state in view.states} | {"overall": worst(view.states).lamp},
        "milestones": _milestones_json(view.planned, view.judged),
        "open_changes": [{"id": c.id, "title": c.title, "status": c.status} for c in view.changes],
        "overdue_actions": [
            {"id": a.id, "title": a.title, "due": str(a.due_now), "owner": a.owner} for a in view.overdue
        ],
        "top_risks": [{"id": r.id, "title": r.title, "score": r.score} for r in view.risks[:5]],
    }


# --- several projects ------------------------------------------------------------------------------------------------


def _several(s: Session, folders: list[str], as_of: str | None) -> None:
    """One line a project; a project that cannot be read has its reason there, and the command ends with 3."""
    from pmkit.output.tables import table, terminal_width

    rows, data = [], []
    for folder in folders:
        one = Session(workspace=folder, json=s.json, rev=s.rev)
        try:
            if as_of:
                one.today = parse_date(as_of)
            view = _view(one)
        except PmkitError as error:
            rows.append([folder, "", "", "", h("not readable: ", "无法读取：") + tell(error.says).splitlines()[0]])
            data.append({"path": folder, "error": {"en": error.says.en, "zh": error.says.zh}})
            continue
        rows.append(_one_line(one, view))
        data.append({"path": str(one.root)} | _view_json(one, view))
    if s.json:
        print_json(data)
    else:
        heads = [
            h("Project", "项目"),
            h("As of", "日期"),
            h("State", "状态"),
            h("Open", "未结"),
            h("Next milestone", "下一里程碑"),
        ]
        sys.stdout.write(table(heads, rows, terminal_width()))
    if any("error" in row for row in data):
        raise typer.Exit(3)


def _one_line(s: Session, view: _View) -> list[str]:
    """Code and name, date, the worst lamp, what is open, and the next milestone with its forecast and drift."""
    project = view.ws.project
    late, changes, risks = len(view.overdue), len(view.changes), len(view.risks)
    opened = h(f"{changes} changes, {late} overdue, {risks} risks", f"变更 {changes}，逾期 {late}，风险 {risks}")
    return [
        f"{project.code} {project.name}",
        str(s.today),
        tell(lamp_word(worst(view.states).lamp)),
        opened,
        _next_milestone(view),
    ]


def _next_milestone(view: _View) -> str:
    planned = view.planned
    if planned is None:
        return h("the plan cannot be scheduled", "计划无法排程")
    ahead = [t for t in planned.ws.tasks if t.is_milestone and planned.percent(t.id) < 100]
    if not ahead:
        return ""
    task = min(ahead, key=lambda t: (planned.item(t.id).finish, t.id))
    item = view.judged.drift.of(task.id) if view.judged else None
    text = f"{planned.item(task.id).finish.date()}  {task.id} {task.name}"
    return f"{text}  {h(f'{item.finish:+.4g} d', f'{item.finish:+.4g} 天')}" if item and item.finish else text


# --- the screen ------------------------------------------------------------------------------------------------------


def _lamp(state: State, width: int = 0) -> str:
    """The word for a lamp; on a terminal also in its colour."""
    word = pad(tell(state.word), width)
    return f"{_COLOURS[state.lamp]}{word}\x1b[0m" if coloured() else word


def _state_line(state: State) -> str:
    return f"  {pad(tell(ASPECTS[state.aspect]), 8)}  {_lamp(state, 8)}  {tell(state.because)}"


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
    if (contract := deadline(planned.ws, planned)) is not None:
        lines.append(tell(contract.says))
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
