"""项目周报, filled from the week's steps, the week's commits and the plan."""

from __future__ import annotations

from datetime import date

from pmkit.reports.views import weekly as view
from pmkit.reports.views.blocks import Audience, Basis, Photo
from pmkit.reports.weekly.awaited import awaited
from pmkit.reports.weekly.changes import changes
from pmkit.reports.weekly.concerns import concerns
from pmkit.reports.weekly.contract import contract_lines
from pmkit.reports.weekly.figures import figures
from pmkit.reports.weekly.goods import deliveries, work_on_site
from pmkit.reports.weekly.needed import needed
from pmkit.reports.weekly.progress import actual_percent, gantt, milestones, planned_percent
from pmkit.reports.weekly.quality import quality_notes
from pmkit.reports.weekly.receipts import receipts
from pmkit.reports.weekly.sources import Sources, Week
from pmkit.reports.weekly.suspensions import suspensions
from pmkit.reports.weekly.work import next_week, staff, staff_changes, steps_of_the_week, work
from pmkit.workspace import contracts
from pmkit.workspace.health import OURS, Judged, health, worst
from pmkit.workspace.model import Workspace
from pmkit.workspace.parties import legal_name


def weekly_report(
    sources: Sources, as_of: date, audience: Audience, basis: Basis, summary: str | None = None,
    period: Week | None = None, judged: Judged | None = None, photos: tuple[Photo, ...] = (),
) -> view.WeeklyReport:  # fmt: skip
    """The report of the week that `as_of` ends, or of another period that it ends.

    `judged`: the overall state where a person sets it. `photos`: those of section twelve.
    """
    ws, planned = sources.seen, sources.planned
    week = period or Week.of(as_of, ws.project.first_day)
    states = health(ws, planned, sources.verdict, as_of)
    overall = worst(states)
    done, not_done = work(sources, week)
    return view.WeeklyReport(
        project=ws.project.name,
        contract_no=contracts.number(ws),
        employer=legal_name(ws, "customer"),
        contractor=legal_name(ws, "supplier"),
        supervisor=legal_name(ws, "supervisor"),
        number=week.number,
        start=week.start,
        finish=week.finish,
        prepared_by=next((p.name for p in ws.people if p.can_sign_as("supplier.pm")), None),
        reviewed_by="",
        to=_names(ws, "customer"),
        cc=_names(ws, "supervisor"),
        audience=audience,
        overall=judged.lamp if judged else overall.lamp,
        overall_remarks=judged.remarks(overall) if judged else overall.because if overall.lamp != "green" else "",
        health=tuple(
            view.Health(s.aspect, s.lamp, s.because) for s in states if audience == "internal" or s.aspect not in OURS
        ),
        planned=planned_percent(sources, as_of),
        actual=actual_percent(sources),
        summary=summary,
        milestones=tuple(milestones(sources)),
        done=(*done, *work_on_site(ws, week), *steps_of_the_week(ws, week)),
        not_done=not_done,
        next_week=tuple(next_week(sources, week)),
        concerns=tuple(concerns(ws, week, sources.touched)),
        needed=tuple(needed(sources, as_of)),
        changes=tuple(changes(sources, week)),
        awaited=tuple(awaited(ws, as_of)),
        deliveries=tuple(deliveries(ws, week)),
        staff=tuple(staff(sources, week)),
        staff_changes=tuple(staff_changes(ws, week)),
        quality=tuple(quality_notes(ws, week, as_of)),
        photos=photos,
        gantt=gantt(sources, as_of),
        basis=basis,
        figures=tuple(figures(ws, as_of)) if audience == "internal" else (),
        suspensions=tuple(suspensions(ws, as_of)),
        receipts=tuple(receipts(ws, planned, as_of)) if audience == "internal" else (),
        contract=tuple(contract_lines(ws, planned, audience)),
    )


def _names(ws: Workspace, side: str) -> tuple[str, ...]:
    return tuple(p.name for p in ws.people if p.side == side and not p.left)
