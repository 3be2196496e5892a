"""会议纪要, filled from a meeting, its actions and those that earlier meetings left open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from pmkit.domain.actions import STATES, ActionItem
from pmkit.domain.dispatches import Dispatch
from pmkit.domain.meetings import Meeting
from pmkit.kernel.digest import short
from pmkit.kernel.text import Text
from pmkit.reports.parties import by_party, owner_of
from pmkit.reports.views.blocks import Basis, Wording
from pmkit.reports.views.minutes import Action, Followed, Minutes, Party, Signer, Topic
from pmkit.workspace.dispatches import silence
from pmkit.workspace.meetings import actions_of, carried_over, minutes_digest, status_on
from pmkit.workspace.model import Workspace
from pmkit.workspace.parties import organisation_of

_WEEKDAYS = tuple(
    Text(en, f"周{zh}")
    for en, zh in zip(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), "一二三四五六日", strict=True)
)


def minutes(ws: Workspace, meeting: Meeting, basis: Basis) -> Minutes:
    """The minutes as the record stands; actions of earlier meetings as they stood on its day."""
    return Minutes(
        project=ws.project.name,
        ref=meeting.id,
        form_no=f"{ws.project.code}-HYJY-{meeting.id.rpartition('-')[2]}",
        subject=meeting.title,
        number=meeting.number,
        time=moment_words(meeting.time, meeting.until),
        place=meeting.place,
        chair=ws.person_name(meeting.chair) or None,
        minutes_by=ws.person_name(meeting.minutes_by) or None,
        reviewed_by=ws.person_name(meeting.reviewed_by) or "",
        present=tuple(_parties(ws, meeting.present)),
        absent=_names(ws, meeting.absent),
        cc=Text.join(map(Text.same, meeting.cc)) if meeting.cc else None,
        followed=tuple(
            followed(ws, action, meeting.day) for action in carried_over(ws, meeting.series, meeting.time, meeting.id)
        ),
        topics=tuple(Topic(topic.title, topic.discussion or "") for topic in meeting.topics),
        decisions=meeting.decisions,
        actions=tuple(_action(ws, action) for action in actions_of(ws, meeting)),
        escalations=meeting.escalations,
        next_at=moment_words(meeting.next_at) if meeting.next_at else None,
        reply_by=meeting.confirmation_due,
        deemed=_clause(ws),
        signers=tuple(_signers(ws, meeting.present)),
        annexes=tuple(_annexes(meeting)),
        fingerprint=short(minutes_digest(ws, meeting)),
        basis=basis,
        deemed_on=silence(meeting, ws.of(Dispatch))[0],
    )


def _annexes(meeting: Meeting) -> Iterable[Wording]:
    """What is attached; the attendance sheet always is."""
    if not any("签到" in one or "attendance" in one.casefold() for one in meeting.annexes):
        yield Text("Attendance sheet", "会议签到表")
    yield from meeting.annexes


def _clause(ws: Workspace) -> str | None:
    """The clause of the contract by which silence confirms minutes; None without one."""
    deemed = ws.project.confirm.deemed.get("minutes")
    return deemed.clause if deemed else None


def moment_words(at: date | datetime, until: str | None = None) -> Text:
    """`2026年3月6日（周五）15:00～16:30`, `Fri 2026-03-06 15:00–16:30`."""
    day, weekday = at.date() if isinstance(at, datetime) else at, _WEEKDAYS[at.weekday()]
    clock = f"{at:%H:%M}" if isinstance(at, datetime) else ""
    end = Text(f"–{until}", f"～{until}") if until else Text.same("")
    return Text(
        f"{weekday.en} {day.isoformat()} {clock}{end.en}".strip(),
        f"{day.year}年{day.month}月{day.day}日（{weekday.zh}）{clock}{end.zh}",
    )


def _names(ws: Workspace, handles: Iterable[str]) -> Text | None:
    names = [Text.same(ws.person_name(handle)) for handle in handles]
    return Text.join(names) if names else None


def _parties(ws: Workspace, handles: Iterable[str]) -> Iterable[Party]:
    for word, people in by_party(ws, handles):
        organisations: dict[str, list[Text]] = {}
        for person in people:
            called = Text.same(person.name)
            if person.position:
                called = Text(f"{person.name} ({person.position})", f"{person.name}（{person.position}）")
            organisations.setdefault(organisation_of(ws, person) or "", []).append(called)
        for organisation, names in organisations.items():
            shown = Text(f"{word.en}: {organisation}", f"{word.zh}：{organisation}") if organisation else word
            yield Party(shown, Text.join(names))


def _signers(ws: Workspace, handles: Iterable[str]) -> Iterable[Signer]:
    for word, people in by_party(ws, handles):
        for person in people:
            yield Signer(organisation_of(ws, person) or word, person.name)


def followed(ws: Workspace, action: ActionItem, day: date) -> Followed:
    """An action of an earlier meeting as it stood on a day."""
    party, owner = owner_of(ws, action.owner)
    status = status_on(action, day)
    state = STATES.names[status]
    outcome = state
    if action.outcome and status == action.status:
        outcome = Text("{state}: {what}", "{state}：{what}").format(state=state, what=action.outcome)
    if action.extended_to:
        outcome = Text("{said} (extended to {day})", "{said}（延期至 {day}）").format(
            said=outcome, day=action.extended_to
        )
    return Followed(f"{action.id} {action.title}", party, owner, action.due, outcome)


def _action(ws: Workspace, action: ActionItem) -> Action:
    party, owner = owner_of(ws, action.owner)
    done = action.reached("done") if action.status == "done" else None
    result: Text | str = action.outcome or ""
    if done and action.outcome:
        result = Text(f"{done}: {action.outcome}", f"{done}：{action.outcome}")
    elif done:
        result = Text(f"done {done}", f"{done} 完成")
    return Action(action.id, action.title, party, owner, action.due, result)
