"""进度计划与偏差报告, filled from the plan, its progress and the newest baseline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from pmkit.domain.plan import Dependency, Task
from pmkit.kernel.text import Text
from pmkit.reports.change import form_head
from pmkit.reports.curves import Series, TimeChart
from pmkit.reports.labels import duration_words
from pmkit.reports.network_chart import NetworkChart, NetworkNode
from pmkit.reports.views import plan as view
from pmkit.reports.views.blocks import Audience, Basis, Wording
from pmkit.reports.weekly.progress import actual_percent, gantt, milestones, planned_percent, work_weights
from pmkit.reports.weekly.sources import Sources
from pmkit.workspace.planning import Planned

MOST_DATES = 26  # status dates that the picture of drift goes back
MOST_LINES = 5  # milestones in it


def plan_report(
    sources: Sources,
    as_of: date,
    audience: Audience,
    basis: Basis,
    earlier: Sequence[tuple[date, Sources]],
    figures: Sequence[tuple[str, Text, Wording]] = (),
) -> view.PlanReport:
    """The report. `earlier`: the same plan with the progress up to each status date, the oldest first."""
    ws, planned, verdict = sources.seen, sources.planned, sources.verdict
    drift = verdict.drift if verdict else None
    last = drift.of(drift.project) if drift and drift.project else None
    days = [planned.item(task.id).start.date() for task in planned.ws.tasks]
    lines = {task.id: _line(sources, task) for task in planned.ws.tasks}
    return view.PlanReport(
        head=replace(form_head(ws), form_no=None, date=as_of),
        audience=audience,
        baseline=_baseline_name(sources),
        status_date=planned.status_date,
        start=min(days, default=ws.project.first_day),
        finish=planned.finish,
        baseline_finish=last.baseline_finish if last else None,
        planned=planned_percent(sources, as_of),
        actual=actual_percent(sources),
        milestones=tuple(milestones(sources)),
        moved=tuple(_moved(sources)),
        added=drift.added if drift else (),
        removed=drift.removed if drift else (),
        relinked=tuple(item.id for item in drift.items if item.relinked) if drift else (),
        critical=tuple(line for line in lines.values() if line.critical and line.percent < 100),
        phases=tuple(
            view.PhaseLines(f"{phase.id} {phase.name}", tuple(lines[task.id] for task in phase.tasks))
            for phase in planned.ws.phases
            if phase.tasks
        ),
        gantt=gantt(sources, as_of),
        progress=_s_curve(sources, earlier),
        drift=_drift_over_time(sources, earlier),
        network=_network(planned),
        basis=basis,
        figures=tuple(figures) if audience == "internal" else (),
    )  # fmt: skip


def _baseline_name(sources: Sources) -> str | None:
    if sources.verdict is None:
        return None
    known = {baseline.id: baseline for baseline in sources.whole.baselines}
    baseline = known.get(sources.verdict.baseline)
    return f"{baseline.id} {baseline.name} ({baseline.on})" if baseline else sources.verdict.baseline


def _line(sources: Sources, task: Task) -> view.Line:
    planned = sources.planned
    item = planned.item(task.id)
    was = sources.verdict.drift.of(task.id) if sources.verdict else None
    return view.Line(
        ref=task.id,
        name=task.name,
        owner=sources.seen.person_name(task.owner) or None,
        duration="" if task.duration is None else duration_words(task.duration),
        start=item.start.date(),
        finish=item.finish.date(),
        baseline_finish=was.baseline_finish if was else None,
        drift=was.finish if was else None,
        slack=round(planned.float_days(task.id), 1),
        percent=planned.percent(task.id),
        critical=item.critical,
        milestone=task.is_milestone,
    )


def _moved(sources: Sources) -> Iterator[view.Moved]:
    if sources.verdict is None:
        return
    for item in sources.verdict.drift.items:
        if item.finish:
            yield view.Moved(
                item.id, item.name, item.baseline_finish, item.forecast_finish, item.finish, item.approved,
                item.unexplained, tuple(sources.verdict.excuses.get(item.id, ())),
            )  # fmt: skip


# --- pictures --------------------------------------------------------------------------------------------------------


def _s_curve(sources: Sources, earlier: Sequence[tuple[date, Sources]]) -> TimeChart | None:
    """Percent of all work: planned by the baseline, done at each status date, forecast from there on."""
    planned = sources.planned
    spans = [(planned.item(t.id).start.date(), planned.item(t.id).finish.date()) for t in planned.ws.tasks]
    if not spans or not sum(work_weights(sources).values()):
        return None
    frozen = sources.verdict.drift.items if sources.verdict else ()
    first = min([start for start, _ in spans] + [item.baseline_start for item in frozen]) - timedelta(days=1)
    last = max([finish for _, finish in spans] + [item.baseline_finish for item in frozen])
    days = _weekly(first, last)
    series = []
    if frozen:
        points = [(day, planned_percent(sources, day)) for day in days]
        series.append(Series(Text("planned (baseline)", "计划（进度基准）"), _known(points)))
    done = [(day, actual_percent(then)) for day, then in earlier]
    if done:
        series.append(Series(Text("done", "实际完成"), ((first, 0.0), *_known(done))))
    begin = planned.status_date or first
    ahead = [begin, *(day for day in days if day > begin)]
    forecast = tuple((day, float(_forecast(sources, begin, day))) for day in ahead)
    series.append(Series(Text("forecast", "预测"), forecast, dashed=True))
    title = Text("S-curve: percent of all work", "S 曲线：累计完成百分比")
    return TimeChart(title, tuple(series), Text.same("%"), planned.status_date, ceiling=100)


def _known(points: Sequence[tuple[date, Decimal | None]]) -> tuple[tuple[date, float], ...]:
    return tuple((day, float(value)) for day, value in points if value is not None)


def _weekly(first: date, last: date) -> list[date]:
    """The two ends, and between them about fifty days at even distances of whole weeks."""
    weeks = max(1, (last - first).days // 7 // 50 + 1)
    days = [first]
    while (following := days[-1] + timedelta(weeks=weeks)) < last:
        days.append(following)
    return [*days, last]


def _forecast(sources: Sources, begin: date, day: date) -> Decimal:
    """Percent of all work that the forecast has done at the end of a day: what is left runs evenly from `begin` on."""
    planned, calendar = sources.planned, sources.planned.calendar
    weighed = work_weights(sources)
    total = sum(weighed.values())
    done = Decimal(0)
    for task_id, weight in weighed.items():
        item, percent = planned.item(task_id), planned.percent(task_id)
        start = max(item.start.date() - timedelta(days=1), begin)
        whole = calendar.workdays_between(start, item.finish.date())
        part = calendar.workdays_between(start, min(day, item.finish.date())) if day > start else 0
        share = Decimal(part) / whole if whole > 0 else Decimal(day >= item.finish.date())
        done += weight * (percent + (100 - percent) * share)
    return done / total


def _drift_over_time(sources: Sources, earlier: Sequence[tuple[date, Sources]]) -> TimeChart | None:
    """How many working days each judged milestone was late, forecast at each status date."""
    if sources.verdict is None or len(earlier) < 2:
        return None
    judged = sorted(sources.verdict.judged, key=lambda item: -abs(item.finish))[:MOST_LINES]
    series = []
    for item in judged:
        points = []
        for day, then in earlier[-MOST_DATES:]:
            was = then.verdict.drift.of(item.id) if then.verdict else None
            if was is not None:
                points.append((day, float(was.finish)))
        if points:
            series.append(Series(Text.same(f"{item.id} {item.name}"), tuple(points)))
    if not series:
        return None
    title = Text("Drift at each status date, in working days", "各状态日期的进度偏差（工作日）")
    return TimeChart(title, tuple(series), Text("days", "天"), ceiling=5)


def _network(planned: Planned) -> NetworkChart | None:
    names = {phase.id: f"{phase.id} {phase.name}" for phase in planned.ws.phases}
    nodes = tuple(
        NetworkNode(
            task.id, task.name, names.get(task.phase, task.phase), planned.item(task.id).start.date(),
            planned.item(task.id).finish.date(), tuple(Dependency.parse(text).predecessor for text in task.after),
            planned.item(task.id).critical, task.is_milestone, planned.percent(task.id) >= 100,
        )
        for task in planned.ws.tasks
    )  # fmt: skip
    return NetworkChart(nodes) if nodes else None
