"""项目周报, filled from the week's steps, the week's commits and the plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from pmkit.domain.changes import STATES, ChangeRequest
from pmkit.domain.interviews import Interview
from pmkit.domain.kind import Record, Tracked
from pmkit.domain.people import Person, role_label
from pmkit.domain.plan import Task
from pmkit.domain.risks import RISK, Risk
from pmkit.domain.signoffs import SignOff
from pmkit.kernel.money import Money
from pmkit.kernel.text import Text
from pmkit.reports.charts import GanttChart, GanttRow
from pmkit.reports.views import weekly as view
from pmkit.reports.views.blocks import Audience, Basis
from pmkit.schedule.drift import ItemDrift
from pmkit.workspace.approvals import answer_due, level_of, missing_approvals
from pmkit.workspace.health import health, worst
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import Planned, Verdict, watched
from pmkit.workspace.signing import not_signed_again, prepared_records, unsigned_changes

_FINISH = Text("finish of the project ({name})", "项目完工（{name}）")
_REACHED = Text("reached", "已完成")
_LAMP = {"green": Text("on time", "正常"), "amber": Text("at risk", "预警"), "red": Text("late", "滞后")}


@dataclass(frozen=True)
class Week:
    """The reporting week: Monday to the day of the report; its number counts from the project's first week."""

    start: date
    finish: date
    number: int

    @staticmethod
    def of(as_of: date, project_start: date) -> Week:
        monday = as_of - timedelta(days=as_of.weekday())
        first = project_start - timedelta(days=project_start.weekday())
        return Week(monday, as_of, max(1, (monday - first).days // 7 + 1))

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day <= self.finish

    @property
    def next_end(self) -> date:
        """The Sunday after the next Monday."""
        return self.start + timedelta(days=13)


@dataclass(frozen=True)
class Sources:
    """What the report is made of. `seen` is what its audience may see of `whole`; the plan is always the whole one's.

    `touched`: ids of records that the week's commits changed.
    """

    whole: Workspace
    seen: Workspace
    planned: Planned
    verdict: Verdict | None
    touched: AbstractSet[str]


def weekly_report(
    sources: Sources, as_of: date, audience: Audience, basis: Basis, summary: str | None = None
) -> view.WeeklyReport:
    """The report of the week that `as_of` ends."""
    ws, planned = sources.seen, sources.planned
    week = Week.of(as_of, ws.project.first_day)
    states = health(ws, planned, sources.verdict, as_of)
    overall = worst(states)
    done, not_done = _work(sources, week)
    return view.WeeklyReport(
        project=ws.project.name,
        contract_no=ws.project.contract_no,
        employer=ws.project.customer,
        contractor=ws.project.supplier,
        supervisor=ws.project.supervisor,
        number=week.number,
        start=week.start,
        finish=week.finish,
        prepared_by=next((p.name for p in ws.people if p.can_sign_as("supplier.pm")), None),
        reviewed_by="",
        to=_names(ws, "customer"),
        cc=_names(ws, "supervisor"),
        audience=audience,
        overall=overall.lamp,
        overall_remarks=overall.because if overall.lamp != "green" else "",
        health=tuple(view.Health(s.aspect, s.lamp, s.because) for s in states),
        planned=planned_percent(sources, as_of),
        actual=actual_percent(sources),
        summary=summary,
        milestones=tuple(milestones(sources)),
        done=(*done, *_other_steps(ws, week)),
        not_done=not_done,
        next_week=tuple(_next_week(sources, week)),
        concerns=tuple(_concerns(ws, week, sources.touched)),
        needed=tuple(_needed(sources, as_of)),
        changes=tuple(_changes(sources, week)),
        awaited=tuple(_awaited(ws)),
        deliveries=(),
        staff=tuple(_staff(sources, week)),
        quality=(),
        photos=(),
        gantt=gantt(sources, as_of),
        basis=basis,
        figures=tuple(_figures(ws)) if audience == "internal" else (),
    )


def _names(ws: Workspace, side: str) -> tuple[str, ...]:
    return tuple(p.name for p in ws.people if p.side == side and not p.left)


# --- the plan --------------------------------------------------------------------------------------------------------


def _frozen(sources: Sources) -> dict[str, ItemDrift]:
    return {item.id: item for item in sources.verdict.drift.items} if sources.verdict else {}


def work_weights(sources: Sources) -> dict[str, int]:
    """How much each task counts: the working days that its baseline, or without one its forecast, spans."""
    planned, frozen = sources.planned, _frozen(sources)
    weights = {}
    for task in planned.ws.tasks:
        if not task.is_milestone:
            was, now = frozen.get(task.id), planned.item(task.id)
            start, finish = (was.baseline_start, was.baseline_finish) if was else (now.start.date(), now.finish.date())
            weights[task.id] = planned.calendar.workdays_between(start - timedelta(days=1), finish)
    return weights


def planned_percent(sources: Sources, as_of: date) -> Decimal | None:
    """How much of the baseline's working days lies behind; None without a baseline."""
    calendar, weights = sources.planned.calendar, work_weights(sources)
    total = behind = 0
    for item in _frozen(sources).values():
        if not item.milestone:
            total += weights[item.id]
            until = min(as_of, item.baseline_finish)
            behind += max(0, calendar.workdays_between(item.baseline_start - timedelta(days=1), until))
    return _share(Decimal(behind), Decimal(total))


def actual_percent(sources: Sources) -> Decimal | None:
    """What was reported as done, by the same weights; None without progress."""
    if sources.planned.status_date is None:
        return None
    weights = work_weights(sources)
    done = sum((sources.planned.percent(task_id) * weight for task_id, weight in weights.items()), Decimal(0))
    return _share(done / 100, Decimal(sum(weights.values())))


def _share(part: Decimal, whole: Decimal) -> Decimal | None:
    return (part * 100 / whole).quantize(Decimal(1)) if whole else None


def milestones(sources: Sources) -> Iterator[view.Milestone]:
    frozen, planned = _frozen(sources), sources.planned
    failing = sources.verdict.failing if sources.verdict else ()
    for task in watched(planned, sources.verdict):
        item = frozen.get(task.id)
        deadline = task.deadline if task.is_contractual else None
        contract = date(deadline.year, deadline.month, deadline.day) if deadline else None
        forecast = planned.item(task.id).finish.date()
        is_red = task.id in failing or (contract is not None and forecast > contract)
        lamp = "red" if is_red else "amber" if item and item.unexplained > 0 else "green"
        yield view.Milestone(
            name=task.name if task.is_milestone else _FINISH.format(name=task.name),
            contractual=task.is_contractual,
            baseline=item.baseline_finish if item else contract,
            forecast=forecast,
            drift=item.finish if item else None,
            approved=item.approved if item else None,
            unexplained=item.unexplained if item else None,
            status=_REACHED if planned.percent(task.id) == 100 else _LAMP[lamp],
        )


def _work(sources: Sources, week: Week) -> tuple[tuple[view.Done, ...], tuple[view.NotDone, ...]]:
    """What was reported in the week and is in time; what should be further than it is, and why."""
    ws, planned, frozen = sources.seen, sources.planned, _frozen(sources)
    reported = {entry.id: entry for p in ws.progress if p.status_date in week for entry in p.tasks}
    done, not_done = [], []
    for task in planned.ws.tasks:
        item = frozen.get(task.id)
        due = item.baseline_finish if item else planned.item(task.id).finish.date()
        percent = planned.percent(task.id)
        entry = reported.get(task.id)
        note = entry.note if entry else None
        if percent < 100 and due <= week.finish:
            cause = note or Text("cause not reported yet", "原因待填报")
            not_done.append(view.NotDone(_called(task), _owner(ws, task), due, percent, cause))
        elif entry is not None and percent > 0:
            done.append(view.Done(_called(task), _owner(ws, task), due, percent, note or ""))
    return tuple(done), tuple(not_done)


def _called(task: Task) -> str:
    return f"{task.id} {task.name}"


def _owner(ws: Workspace, task: Task) -> str | None:
    return ws.person_name(task.owner) or None


def _other_steps(ws: Workspace, week: Week) -> Iterator[view.Done]:
    """What else came to a result in the week: meetings held, actions done, changes applied, requirements moved on."""
    for meeting in ws.meetings:
        if _reached_in(meeting, "held", week):
            called = Text.same(f"{meeting.id} {meeting.title}")
            n = len(meeting.decisions)
            result = Text(f"{n} decision{'s' * (n > 1)}", f"议定 {n} 项") if n else ""
            yield view.Done(called, ws.person_name(meeting.chair) or None, None, 100, result)
    for action in ws.actions:
        if _reached_in(action, "done", week):
            called = Text.same(f"{action.id} {action.title}")
            yield view.Done(called, ws.person_name(action.owner) or None, action.due, 100, action.result or "")
    for change in ws.changes:
        if _reached_in(change, "applied", week):
            called = Text("Change applied: {id} {title}", "实施变更：{id} {title}").format(
                id=change.id, title=change.title
            )
            applied = next(step for step in reversed(change.steps) if step.to == "applied")
            yield view.Done(called, ws.person_name(applied.by) or None, None, 100, "")
    for state, label in (
        ("draft", Text("Requirements written: {ids}", "编制需求：{ids}")),
        ("reviewed", Text("Requirements reviewed: {ids}", "评审需求：{ids}")),
        ("confirmed", Text("Requirements confirmed: {ids}", "签认需求：{ids}")),
    ):
        moved = [r for r in ws.requirements if _reached_in(r, state, week)]
        if moved:
            owners = list(dict.fromkeys(ws.person_name(r.owner) for r in moved if r.owner))
            owner = Text.join(Text.same(name) for name in owners[:3]) if owners else None
            yield view.Done(label.format(ids=_listed(moved)), owner, None, 100, "")


def _reached_in(record: Tracked, state: str, week: Week) -> bool:
    return any(step.to == state and step.on in week for step in record.steps)


def _listed(records: Sequence[Record]) -> Text:
    """A few records by id and name, more by id, many as a number."""
    if len(records) <= 2:
        return Text.join(Text.same(f"{r.id} {r.name_to_show}") for r in records)
    if len(records) <= 6:
        return Text.join(Text.same(r.id) for r in records)
    return Text("{first} … {last}, {n} in all", "{first}～{last} 等 {n} 项").format(
        first=records[0].id, last=records[-1].id, n=len(records)
    )


def _next_week(sources: Sources, week: Week) -> Iterator[view.Next]:
    ws, planned = sources.seen, sources.planned
    for task in planned.ws.tasks:
        item = planned.item(task.id)
        if planned.percent(task.id) < 100 and item.start.date() <= week.next_end and item.finish.date() > week.finish:
            owner = ws.find(task.owner, Person) if task.owner else None
            needs = owner.name if owner is not None and owner.side != "supplier" else None
            yield view.Next(_called(task), _owner(ws, task), item.finish.date(), needs or "")


def _staff(sources: Sources, week: Week) -> Iterator[view.Staff]:
    """Our own people with work in the week."""
    ws, planned = sources.seen, sources.planned
    work: dict[str, list[str]] = {}
    for task in planned.ws.tasks:
        item = planned.item(task.id)
        if task.duration and item.start.date() <= week.finish and item.finish.date() >= week.start:
            for given in task.assignments:
                work.setdefault(given.target, []).append(task.name)
    for handle, tasks in work.items():
        person = ws.find(handle, Person)
        if person is not None and person.side == "supplier":
            yield view.Staff(person.name, role_label(person.side, person.role), Text.join(Text.same(t) for t in tasks))


def gantt(sources: Sources, as_of: date) -> GanttChart | None:
    """The plan as a picture: forecast beside baseline, phase by phase."""
    planned, frozen = sources.planned, _frozen(sources)
    if not planned.ws.tasks:
        return None
    names = {phase.id: phase.name for phase in planned.ws.phases}
    rows = []
    for task in planned.ws.tasks:
        item, was = planned.item(task.id), frozen.get(task.id)
        rows.append(
            GanttRow(
                id=task.id,
                name=task.name,
                phase=names.get(task.phase, task.phase),
                start=item.start.date(),
                finish=item.finish.date(),
                baseline_start=was.baseline_start if was else None,
                baseline_finish=was.baseline_finish if was else None,
                percent=planned.percent(task.id),
                critical=item.critical,
                milestone=task.is_milestone,
            )
        )
    is_day_off: Callable[[date], bool] = lambda day: not planned.calendar.is_workday(day)  # noqa: E731 - one line, one use
    return GanttChart(tuple(rows), as_of, planned.status_date, is_day_off)


# --- what people wait for --------------------------------------------------------------------------------------------


def _concerns(ws: Workspace, week: Week, touched: AbstractSet[str]) -> Iterator[view.Concern]:
    """Open risks that are high, or new or changed in the week; the highest first."""
    for risk in sorted(ws.risks, key=lambda r: (-(r.score or 0), r.id)):
        is_news = risk.id in touched or any(step.on in week for step in risk.steps)
        if (not risk.is_closed and risk.band in {"high", "extreme"}) or is_news:
            yield view.Concern(
                ref=risk.id,
                description=risk.title,
                impact=risk.effect or "",
                action=risk.response or "",
                owner=ws.person_name(risk.owner) or None,
                due=risk.due,
                status=_state(risk),
            )


def _state(risk: Risk) -> Text:
    return RISK.states.names.get(risk.status, Text.same(risk.status)) if RISK.states else Text.same(risk.status)


def _needed(sources: Sources, as_of: date) -> Iterator[view.Needed]:
    """Decisions on changes, and actions that somebody outside took on."""
    ws, planned = sources.seen, sources.planned
    for change in ws.changes:
        if change.status not in {"submitted", "assessed", "approved"}:
            continue
        lacking = missing_approvals(
            sources.whole, level_of(sources.whole, _whole(sources, change), planned), change.valid_approvals
        )
        sides = {wanted.partition(".")[0] for wanted in lacking}
        if "customer" in sides:
            due = answer_due(sources.whole, _whole(sources, change), planned)
            yield view.Needed(
                ref=change.id,
                matter=Text("Decide on the change “{title}”", "对变更“{title}”作出决定").format(title=change.title),
                whom=ws.project.customer,
                needed_on=due,
                overdue=max(0, (as_of - due).days) if due else 0,
                impact=change.impact.scope or "",
            )
    for action in ws.actions:
        owner = ws.find(action.owner, Person) if action.owner else None
        if not action.is_closed and owner is not None and owner.side != "supplier":
            overdue = (as_of - action.due).days if action.due else 0
            yield view.Needed(action.id, action.title, owner.name, action.due, max(0, overdue), "")


def _whole(sources: Sources, change: ChangeRequest) -> ChangeRequest:
    return sources.whole.get(change.id, ChangeRequest)


def _changes(sources: Sources, week: Week) -> Iterator[view.Change]:
    """Changes that are open, or took a step in the week."""
    ws, calendar = sources.seen, sources.planned.calendar
    for change in ws.changes:
        if change.is_closed and not any(step.on in week for step in change.steps):
            continue
        days = max(
            (
                span.minutes(day=calendar.day_minutes, week=calendar.week_minutes)
                for span in change.impact.schedule_allowance.values()
            ),
            default=None,
        )
        yield view.Change(
            ref=change.id,
            title=change.title,
            raised_by=ws.person_name(change.requested_by) or None,
            days=Decimal(days) / calendar.day_minutes if days is not None else None,
            price=change.impact.price,
            status=STATES.names.get(change.status, Text.same(change.status)),
        )


def _awaited(ws: Workspace) -> Iterator[view.Awaited]:
    """What waits for the customer: minutes and interviews to confirm, sheets to sign, changed texts to sign again."""
    for meeting in ws.meetings:
        if meeting.status == "sent":
            sent = meeting.reached("sent")
            document = Text("Minutes {id} {title}", "会议纪要 {id} {title}").format(id=meeting.id, title=meeting.title)
            due = meeting.reply_by or (sent + timedelta(days=3) if sent else None)
            yield view.Awaited(document, sent, due, Text("awaiting confirmation", "待确认"))
    for interview in ws.of(Interview):
        if interview.status == "sent":
            document = Text("Interview record {id} {title}", "需求访谈记录 {id} {title}").format(
                id=interview.id, title=interview.title
            )
            yield view.Awaited(
                document, interview.reached("sent"), interview.reply_by, Text("awaiting confirmation", "待确认")
            )
    yield from _unsigned(ws)


def _unsigned(ws: Workspace) -> Iterator[view.Awaited]:
    """Sheets that are out for signature, and records that changed since they were signed."""
    for signoff in ws.of(SignOff):
        if signoff.status == "prepared":
            document = Text("Sign-off sheet {id} {title}", "确认单 {id} {title}").format(
                id=signoff.id, title=signoff.title
            )
            state = Text("signed in part", "部分签署") if signoff.signed else Text("awaiting signature", "待签署")
            yield view.Awaited(document, signoff.reached("prepared"), signoff.reply_by, state)
    out = prepared_records(ws.of(SignOff))
    for standing in unsigned_changes(ws):
        if standing.record_id not in out:
            record = ws.records[standing.record_id]
            document = Text("{id} {title}, signed in {signoff}", "{id} {title}（{signoff} 签认）").format(
                id=record.id, title=record.name_to_show, signoff=standing.signoff.id
            )
            yield view.Awaited(document, None, None, not_signed_again(standing))


def _figures(ws: Workspace) -> Iterator[view.Figure]:
    """Internal sums: what applied changes bring in and cost."""
    applied = [c for c in ws.changes if c.status in {"applied", "verified", "closed"}]
    for label, amounts in (
        (Text("Price of applied changes", "已实施变更价款"), [c.impact.price for c in applied]),
        (Text("Own cost of applied changes", "已实施变更内部成本"), [c.impact.cost for c in applied]),
    ):
        known = [a for a in amounts if a is not None]
        if known:
            total = Money(Decimal(0), known[0].currency)
            for amount in known:
                total += amount
            yield view.Figure(label, total.printed())
