"""`pmkit trial`: the trial run, its log and its figures."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from pmkit.cli.acceptance_stage import situation
from pmkit.cli.deliverable import EVIDENCE, NOTE, received
from pmkit.cli.generic import (
    NOT_GIVEN,
    list_command,
    options_of,
    set_command,
    show_command,
    transitions,
    with_options,
)
from pmkit.cli.language import h, tell
from pmkit.cli.session import AT_REVISION, WRITING, Session, command, group, one_of, out, parse_date, print_json
from pmkit.domain.issues import SEVERITIES, Issue
from pmkit.domain.trials import TRIAL, Trial
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text
from pmkit.kernel.usage import usage

app = group(tell(TRIAL.plural))
_Which = Annotated[str | None, typer.Argument(metavar="[TRL-ID]")]
_AFTER = {"users", "result"}
_OF_START = {k: v for k, v in options_of(TRIAL).items() if v[0] not in _AFTER}
_OF_FINISH = {k: v for k, v in options_of(TRIAL).items() if v[0] == "users"}
_MEASURED = typer.Option(
    "--measured", metavar="NAME=VALUE", help=h("what came out for a figure; may be repeated", "指标的实际值；可重复")
)
_BY = {"as_": "--by"}


def _running(s: Session, which: str | None) -> Trial:
    if which is not None:
        return s.whole.get(which, Trial)
    found = [one for one in s.whole.of(Trial) if not one.is_closed]
    if len(found) != 1:
        raise UsageError(
            Text("no trial run is under way", "没有进行中的试运行")
            if not found
            else Text("which trial run?", "请指明试运行编号"),
            usage("pmkit trial start") if not found else Text.join(Text.same(one.id) for one in found),
        )
    return found[0]


def _start(
    s: Session,
    figure: Annotated[
        list[str] | None,
        typer.Option(
            "--figure",
            metavar="'NAME; TARGET'",
            help=h("a figure to hold: 'Availability; >= 99.9 %'; may be repeated", "指标“可用率；>= 99.9 %”；可重复"),
        ),
    ] = None,
    **values: Any,
) -> None:
    from pmkit.actions.trials import start

    given = {_OF_START[name][0]: value for name, value in values.items() if value not in NOT_GIVEN}
    edits = start(situation(s), given, figure or [], s.next_id, s.acting)
    s.write(edits, then=Text("next: pmkit trial log TEXT", "下一步：pmkit trial log 运行情况"))


def _log(
    s: Session,
    text: Annotated[str | None, typer.Argument(metavar="[TEXT]", help=h("what happened", "运行情况、故障现象"))] = None,
    trial: Annotated[str | None, typer.Option("--trial", metavar="TRL-ID", help=h("which one", "试运行编号"))] = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="DATE[THH:MM]", help=h("when (default: the day)", "发生时间"))
    ] = None,
    severity: Annotated[
        str | None,
        typer.Option(
            "--severity",
            help=h(
                "an incident: fatal, serious, normal, minor",
                "故障级别：fatal 致命、serious 严重、normal 一般、minor 轻微",
            ),
        ),
    ] = None,
    cause: Annotated[str | None, typer.Option(help=h("why", "原因"))] = None,
    action: Annotated[str | None, typer.Option(help=h("what was done", "处理"))] = None,
    downtime: Annotated[
        str | None, typer.Option(metavar="DURATION", help=h("until it ran again: 35min, 2h", "恢复时长，如 35min、2h"))
    ] = None,
    issue: Annotated[
        str | None, typer.Option("--issue", metavar="ISS-ID", help=h("a known issue", "已登记的问题"))
    ] = None,
    restart: Annotated[
        bool, typer.Option("--restart", help=h("it starts the clock again", "自次日起重新计时"))
    ] = False,
    measured: Annotated[list[str] | None, _MEASURED] = None,
) -> None:
    from pmkit.actions.trials import log

    found = _running(s, trial)
    if severity:
        severity = one_of(
            {w: k for k, t in SEVERITIES.items() for w in (k, t.en, t.zh)}.get(severity, severity), SEVERITIES
        )
    said = {
        "text": text, "at": at, "severity": severity, "cause": cause, "action": action, "downtime": downtime,
        "issue": s.whole.get(issue, Issue).id if issue else None,
    }  # fmt: skip
    given = {key: value for key, value in said.items() if value}
    edits = log(s.whole, found, given, measured or [], s.next_id, s.acting, force_restart=restart)
    notes = []
    if severity and (restart or severity in s.whole.project.acceptance.trial.restart_on):
        notes.append(Text("the clock starts again the day after", "自次日起重新计时"))
    s.write(edits, *notes)


def _finish(
    s: Session,
    which: _Which = None,
    result: Annotated[
        str, typer.Option("--result", help=h("pass, extend, fail", "pass 具备终验条件、extend 延长、fail 不具备"))
    ] = "",
    extend: Annotated[
        str | None, typer.Option("--extend", metavar="15ed", help=h("by how much", "延长的日历天数"))
    ] = None,
    measured: Annotated[list[str] | None, _MEASURED] = None,
    evidence: Annotated[str | None, EVIDENCE] = None,
    note: Annotated[str | None, NOTE] = None,
    **values: Any,
) -> None:
    from pmkit.actions.trials import finish
    from pmkit.domain.trials import RESULTS

    code = {form: key for key, word in RESULTS.items() for form in (key, word.en, word.zh)}.get(result, result)
    given = {_OF_FINISH[name][0]: value for name, value in values.items() if value not in NOT_GIVEN}
    found = _running(s, which)
    edits = finish(s.whole, found, code, given, measured or [], extend, received(evidence), s.acting, note)
    s.write(
        edits,
        then=Text("the report: pmkit report trial {id}", "试运行报告：pmkit report trial {id}").format(id=found.id),
    )


def _status(
    s: Session,
    which: _Which = None,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help=h("reporting date", "报告日期"))] = None,
) -> None:
    if as_of:
        s.today = parse_date(as_of)
    found = _running(s, which)
    days = found.days(s.today)
    if s.json:
        print_json(
            {
                "id": found.id, "status": found.status, "clock_start": found.clock_start, "days": days,
                "minimum_days": found.minimum_days, "earliest_end": found.earliest_end(s.today),
                "figures": [
                    {"name": f.name, "target": f.target, "actual": f.actual, "met": f.is_met} for f in found.figures
                ],
                "incidents": [
                    {"on": e.day, "text": e.text, "severity": e.severity, "restarts": e.restarts}
                    for e in found.incidents
                ],
            }
        )  # fmt: skip
        return
    state = tell(TRIAL.states.names[found.status]) if TRIAL.states else found.status
    out(f"{found.id}  {found.title}  {state}")
    out(
        "  "
        + tell(
            Text(
                en="{n} of {min} calendar days since {start}; complete on {end}",
                zh="自 {start} 起 {n}/{min} 个日历天，最早 {end} 期满",
            ).format(n=days, min=found.minimum_days, start=found.clock_start, end=found.earliest_end(s.today))
        )
    )
    for figure in found.figures:
        met = (
            h("?", "未判定") if figure.is_met is None else h("met", "达标") if figure.is_met else h("not met", "未达标")
        )
        out(f"  {figure.name}  {figure.target}  {figure.actual or '-'}  {met}")
    for entry in found.incidents:
        again = h("  clock restarted", "  重新计时") if entry.restarts else ""
        out(f"  {entry.day}  {tell(SEVERITIES[entry.severity or 'normal'])}  {entry.text.splitlines()[0]}{again}")


command(app, "start", h("Start the trial run", "开始试运行"), WRITING)(with_options(_start, _OF_START))
command(app, "log", h("Log what happened, or what was measured", "记录运行日志、故障或指标"), WRITING, aliases=_BY)(
    _log
)
command(app, "finish", h("Conclude the trial run", "记录试运行结论"), WRITING, aliases=_BY)(
    with_options(_finish, _OF_FINISH)
)
command(app, "status", h("Days, figures, incidents", "查看时长、指标和故障"), AT_REVISION)(_status)
list_command(app, TRIAL)
show_command(app)
set_command(app)
transitions(app, TRIAL)
