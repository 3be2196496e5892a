"""Stakeholders: where they stand, when each was last spoken to, and whether the communication plan is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pmkit.domain.communications import Communication
from pmkit.domain.dispatches import Dispatch
from pmkit.domain.interviews import Interview
from pmkit.domain.people import Contact, Person
from pmkit.kernel.text import Text
from pmkit.workspace.meetings import calendar_of_days_off
from pmkit.workspace.model import Workspace

# The classes of the influence/interest grid; a middle value counts as high: better one call too many.
CLASSES = {
    (True, True): Text("manage closely", "重点管理"),
    (True, False): Text("keep satisfied", "令其满意"),
    (False, True): Text("keep informed", "随时告知"),
    (False, False): Text("monitor", "监督关注"),
}
_MODES = {"onsite": "visit", "meeting": "meeting", "video": "video", "phone": "phone", "written": "mail"}
_INTERVALS = {"day": 1, "week": 7, "month": 31}


@dataclass(frozen=True, slots=True)
class Spoken:
    """A day on which somebody was spoken to, by which channel, and the record that tells of it."""

    on: date
    channel: str
    record: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A line of the communication plan: when it was last kept, and by when it is due again."""

    person: Person
    number: int
    line: Contact
    last: Spoken | None
    due: date

    def is_missed(self, as_of: date) -> bool:
        """The day by which it was due is over."""
        return as_of > self.due


def stakeholders(ws: Workspace) -> list[Person]:
    """The people outside our own house who are still there, in the order of the file."""
    return [p for p in ws.people if p.side != "supplier" and not p.left and p.resource == "work"]


def class_of(person: Person) -> Text | None:
    """The class in the influence/interest grid; None where either is not known."""
    if person.influence is None or person.interest is None:
        return None
    return CLASSES[person.influence != "low", person.interest != "low"]


def spoken(ws: Workspace, as_of: date) -> dict[str, list[Spoken]]:
    """For each person the days on which they were spoken to, up to a day, the newest first."""
    found: dict[str, list[Spoken]] = {}
    for handle, one in _all(ws):
        if one.on <= as_of:
            found.setdefault(handle, []).append(one)
    for days in found.values():
        days.sort(key=lambda s: (s.on, s.record), reverse=True)
    return found


def _all(ws: Workspace) -> Iterator[tuple[str, Spoken]]:
    for meeting in ws.meetings:
        if meeting.was_held:
            for handle in meeting.present:
                yield handle, Spoken(meeting.day, "meeting", meeting.id)
    for interview in ws.of(Interview):
        if interview.status != "withdrawn":
            day = interview.time.date() if isinstance(interview.time, datetime) else interview.time
            for handle in interview.with_:
                yield handle, Spoken(day, _MODES.get(interview.mode or "", "meeting"), interview.id)

    for said in ws.of(Communication):
        if said.status != "withdrawn":
            day = said.time.date() if isinstance(said.time, datetime) else said.time
            for handle in said.with_:
                yield handle, Spoken(day, said.channel, said.id)

    for sent in ws.of(Dispatch):
        if sent.sent_on is not None and sent.channel == "mail":
            for handle in (*sent.to, *sent.cc):
                yield handle, Spoken(sent.sent_on, "mail", sent.id)


def plan_kept(ws: Workspace, as_of: date) -> list[Kept]:
    """Every line of the communication plan, the one that is due first first.

    Without a channel any will do. The first time counts from the line's first day, else the project's; a day off moves
    what is due on to the next working day.
    """
    calendar = calendar_of_days_off(ws)
    told = spoken(ws, as_of)
    found = []
    for person in ws.people:
        if person.left:
            continue
        for number, line in enumerate(person.communication):
            fitting = (s for s in told.get(person.id, ()) if line.channel in {None, s.channel})
            last = next(fitting, None)
            due = (last.on if last else line.from_ or ws.project.first_day) + interval(line.every)
            if not calendar.is_workday(due):
                due = calendar.next_workday(due)
            found.append(Kept(person, number, line, last, due))
    return sorted(found, key=lambda k: (k.due, k.person.id))


def interval(every: str) -> timedelta:
    """How long may pass from one time to the next: `2 weeks` are 14 days, a month is 31."""
    count, _, unit = every.rpartition(" ")
    return timedelta(days=int(count or 1) * _INTERVALS[unit.removesuffix("s")])
