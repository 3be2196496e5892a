"""Sections 3, 4 and 10: what was done, what was not, what comes next, who is at work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from pmkit.domain.issues import Issue
from pmkit.domain.kind import Record, Tracked
from pmkit.domain.people import Person, role_label
from pmkit.domain.plan import Task
from pmkit.domain.reviews import DECISIONS, Review
from pmkit.domain.support import SupportRequest
from pmkit.domain.training import Training
from pmkit.kernel.text import Text
from pmkit.reports.views import weekly as view
from pmkit.reports.weekly.progress import frozen_items
from pmkit.reports.weekly.sources import Sources, Week
from pmkit.workspace.meetings import coming
from pmkit.workspace.model import Workspace
from pmkit.workspace.parties import legal_name
from pmkit.workspace.team import moves


def work(sources: Sources, week: Week) -> tuple[tuple[view.Done, ...], tuple[view.NotDone, ...]]:
    """What was reported in the week and is in time; what should be further than it is, and why."""
    ws, planned, frozen = sources.seen, sources.planned, frozen_items(sources)
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
            not_done.append(view.NotDone(_called(task), _owner(ws, task), due, percent, cause, task.id))
        elif entry is not None and percent > 0:
            done.append(view.Done(_called(task), _owner(ws, task), due, percent, note or ""))
    return tuple(done), (*not_done, *_late_actions(ws, week))


def _late_actions(ws: Workspace, week: Week) -> Iterator[view.NotDone]:
    """Action items that our own people should have done; those of others stand in section 6."""
    for action in ws.actions:
        owner = ws.find(action.owner, Person) if action.owner else None
        if action.is_overdue(week.finish) and (owner is None or owner.side == "supplier"):
            cause = action.outcome or Text("cause not reported yet", "原因待填报")
            name = owner.name if owner else None
            yield view.NotDone(f"{action.id} {action.title}", name, action.due_now, 0, cause, action.id)


def _called(task: Task) -> str:
    return f"{task.id} {task.name}"


def _owner(ws: Workspace, task: Task) -> str | None:
    return ws.person_name(task.owner) or None


def steps_of_the_week(ws: Workspace, week: Week) -> Iterator[view.Done]:
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
            yield view.Done(called, ws.person_name(action.owner) or None, action.due_now, 100, action.outcome or "")
    for change in ws.changes:
        if _reached_in(change, "applied", week):
            called = Text("Change applied: {id} {title}", "实施变更：{id} {title}").format(
                id=change.id, title=change.title
            )
            applied = next(step for step in reversed(change.steps) if step.to == "applied")
            yield view.Done(called, ws.person_name(applied.by) or None, None, 100, "")
    for issue in ws.of(Issue):
        solved = issue.resolution
        if solved is not None and solved.on in week:
            called = Text("Issue solved: {id} {title}", "解决问题：{id} {title}").format(id=issue.id, title=issue.title)
            yield view.Done(called, ws.person_name(issue.owner) or None, issue.due, 100, issue.action or "")
    for review in ws.of(Review):
        if _reached_in(review, "held", week) and review.decision:
            called = Text.same(f"{review.id} {review.title}")
            yield view.Done(called, ws.person_name(review.chair) or None, None, 100, _outcome(review))
    for training in ws.of(Training):
        if _reached_in(training, "held", week):
            called = Text.same(f"{training.id} {training.title}")
            yield view.Done(called, ws.person_name(training.trainer) or None, None, 100, _attendance(training))
    for request in ws.of(SupportRequest):
        if _reached_in(request, "resolved", week):
            called = Text("Service request: {id} {title}", "服务请求：{id} {title}").format(
                id=request.id, title=request.title
            )
            yield view.Done(called, ws.person_name(request.owner) or None, None, 100, request.solution or "")
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


def _attendance(training: Training) -> Text | str:
    """How many came, of how many that were expected."""
    came, expected = training.number_present, training.expected_number
    if came is None or expected is None:
        return "" if came is None else Text("{n} came", "实到 {n} 人").format(n=came)
    return Text("{n} of {all} came", "应到 {all} 人，实到 {n} 人").format(n=came, all=expected)


def _outcome(review: Review) -> Text:
    """The decision, and what is left of the comments."""
    said = [DECISIONS[review.decision]] if review.decision else []
    n, left = len(review.comments), len(review.unanswered)
    if n:
        said.append(Text(f"{n} comment{'s' * (n > 1)}", f"意见 {n} 条"))
    if left:
        said.append(Text(f"{left} to be answered", f"待答复 {left} 条"))
    return Text.join(said, en="; ", zh="；")


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


def next_week(sources: Sources, week: Week) -> Iterator[view.Next]:
    ws, planned = sources.seen, sources.planned
    for task in planned.ws.tasks:
        item = planned.item(task.id)
        if planned.percent(task.id) < 100 and item.start.date() <= week.next_end and item.finish.date() > week.finish:
            owner = ws.find(task.owner, Person) if task.owner else None
            needs = owner.name if owner is not None and owner.side != "supplier" else None
            yield view.Next(_called(task), _owner(ws, task), item.finish.date(), needs or "")
    for training in ws.of(Training):
        if training.status == "planned" and week.finish < training.day <= week.next_end:
            called = f"{training.id} {training.title}"
            yield view.Next(called, ws.person_name(training.trainer) or None, training.day, legal_name(ws, "customer"))
    for review in ws.of(Review):
        if review.status == "planned" and week.finish < review.day <= week.next_end:
            people = (ws.find(handle, Person) for handle in review.reviewers)
            others = [Text.same(p.name) for p in people if p is not None and p.side != "supplier"]
            called = f"{review.id} {review.title}"
            needs_them = Text.join(others) if others else ""
            yield view.Next(called, ws.person_name(review.chair) or None, review.day, needs_them)
    yield from _meetings(ws, week)


def _meetings(ws: Workspace, week: Week) -> Iterator[view.Next]:
    """The meetings to come of which minutes are kept; of a series the first one."""
    told = set()
    for one in coming(ws, week.finish + timedelta(days=1), week.next_end):
        key = one.series.id if one.series else one.source.id
        if key not in told and (one.series is None or one.series.minutes):
            told.add(key)
            people = (ws.find(handle, Person) for handle in one.source.with_)
            others = [Text.same(p.name) for p in people if p is not None and p.side != "supplier"]
            called = f"{one.source.id} {one.title}"
            chair = ws.person_name(one.source.chair) or None
            yield view.Next(called, chair, one.on, Text.join(others) if others else "")


def staff(sources: Sources, week: Week) -> Iterator[view.Staff]:
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


def staff_changes(ws: Workspace, week: Week) -> Iterator[view.StaffChange]:
    """Who of our own people joined or left in the week."""
    for move in moves(ws, week.start, week.finish):
        what = Text("joined", "入场") if move.joined else Text("left", "离场")
        yield view.StaffChange(move.on, move.person.name, role_label(move.person.side, move.person.role), what)
