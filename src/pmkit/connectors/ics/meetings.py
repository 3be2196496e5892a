"""Meetings as a calendar file (RFC 5545), for the team's calendars, or as an invitation to one of them (RFC 5546)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pmkit.connectors.ics.base import Revision, first_moment, new_calendar, written
from pmkit.domain.meeting_series import MeetingSeries
from pmkit.domain.meetings import Meeting
from pmkit.domain.people import Person
from pmkit.kernel.errors import Refused
from pmkit.kernel.recurrence import days_of
from pmkit.kernel.text import Lang, Text
from pmkit.workspace.meetings import MOST_MOVED, Occurrence, occurrences, uid_of
from pmkit.workspace.model import Workspace

if TYPE_CHECKING:
    from icalendar import Event

_AHEAD = timedelta(days=400)  # so far ahead the days off of a series without end are looked at


@dataclass(frozen=True)
class MeetingCalendar:
    """What a calendar is made of: what its reader may see, and which version of each record this is."""

    ws: Workspace
    as_of: date
    revisions: Mapping[str, Revision]
    lang: Lang

    def file(self, more: Iterable[Event] = (), handle: str | None = None) -> bytes:
        """Every meeting, or those of one person, to subscribe to or to import; `more` entries beside them."""
        calendar = new_calendar(self.ws.project, "meetings")
        calendar.add("method", "PUBLISH")
        return written(calendar, [*self._events(handle), *more], self.ws.project)

    def invitation(self, what: Meeting | MeetingSeries) -> bytes:
        """One meeting, or one series, as an invitation to its participants; one that is cancelled calls it off.

        Refused where nobody can be said to invite: neither chair nor project manager has an e-mail.
        """
        organizer = self._organizer(what)
        if organizer is None:
            raise Refused(
                Text(en="{id} has nobody with an e-mail who invites", zh="{id} 没有可作为邀请人的邮箱").format(
                    id=what.id
                ),
                Text(
                    "`pmkit person set HANDLE email=...` for the chair",
                    "请用 `pmkit person set 代号 email=……` 填写主持人邮箱",
                ),
            )
        calendar = new_calendar(self.ws.project, "meetings")
        cancelled = what.status == "cancelled"
        calendar.add("method", "CANCEL" if cancelled else "REQUEST")
        events = list(self._series(what)) if isinstance(what, MeetingSeries) else [self._one(what)]
        for event in events:
            for handle in what.with_:
                self._invite(event, handle)
        return written(calendar, events, self.ws.project)

    # --- entries ------------------------------------------------------------------------------------------------------

    def _events(self, handle: str | None) -> Iterator[Event]:
        for series in self.ws.of(MeetingSeries):
            if handle is None or handle in series.with_ or handle == series.chair:
                yield from self._series(series)
        for meeting in self.ws.meetings:
            concerns = handle is None or handle in {*meeting.with_, *meeting.present, meeting.chair}
            if concerns and (meeting.series is None or meeting.occurrence is None):
                yield self._single(meeting)

    def _one(self, meeting: Meeting) -> Event:
        """A meeting by itself: one of a series is told as the exception that it is, under the name of the series."""
        series = self.ws.find(meeting.series, MeetingSeries) if meeting.series else None
        if series is None or meeting.occurrence is None:
            return self._single(meeting)
        found = Occurrence(series, meeting.occurrence, meeting.time, meeting)
        return self._exception(found, self._zone(series), _length(series))

    def _single(self, meeting: Meeting) -> Event:
        event = self._event(meeting, meeting.id)
        self._when(event, meeting.time, self._end(meeting, timedelta(hours=1)), self._zone(None))
        self._status(event, meeting)
        return event

    def _series(self, series: MeetingSeries) -> Iterator[Event]:
        """The rule, and an entry for each meeting that is not where the rule has it."""
        if series.rrule is None:
            return
        first = next(days_of(series.rrule, series.from_, series.from_, series.from_ + timedelta(days=1500)), None)
        if first is None:
            return
        zone, length = self._zone(series), _length(series)
        last = self._last(series)
        event = self._event(series, series.id)
        self._when(event, _moment(series, first), None if series.clock is None else length, zone)
        from icalendar import vRecur

        event.add("rrule", vRecur.from_ical(_bounded(series, series.rrule, last, zone)))
        horizon = min(last or date.max, max(self.as_of, first) + _AHEAD)
        around = occurrences(self.ws, series, series.from_ - MOST_MOVED, horizon + MOST_MOVED)
        found = [o for o in around if o.day <= horizon]
        left_out = [o for o in found if o.at is None and o.meeting is None]
        if left_out:
            at = [_zoned(_moment(series, o.day), zone) for o in left_out]
            event.add("exdate", at, parameters={} if series.clock else {"VALUE": "DATE"})
        if last is not None and last < first:
            event.add("status", "CANCELLED")
        else:
            event.add("status", "CONFIRMED")
        yield event
        for occurrence in found:
            if occurrence.meeting is not None or (occurrence.at is not None and occurrence.on != occurrence.day):
                yield self._exception(occurrence, zone, length)

    def _exception(self, found: Occurrence, zone: ZoneInfo, length: timedelta) -> Event:
        series, meeting = found.series, found.meeting
        event = self._event(series, series.id, meeting)
        event.add(
            "recurrence-id",
            _zoned(_moment(series, found.day), zone),
            parameters={} if series.clock else {"VALUE": "DATE"},
        )
        at = found.at or (meeting.time if meeting else found.day)
        self._when(event, at, self._end(meeting, length) if meeting else length, self._zone(None))
        if meeting is None:
            event.add("status", "CONFIRMED")
        else:
            self._status(event, meeting)
        return event

    def _event(self, record: Meeting | MeetingSeries, record_id: str, meeting: Meeting | None = None) -> Event:
        """An entry with all but its time: of a meeting, of a series, or of one of its meetings."""
        from icalendar import Event

        revision = self.revisions.get(record_id, Revision(0, first_moment(self.ws.project)))
        told = meeting or record
        event = Event()
        event.add("uid", uid_of(record, self.ws.project))
        event.add("sequence", revision.sequence)
        event.add("dtstamp", revision.at)
        event.add("last-modified", revision.at)
        event.add("summary", told.title)
        if place := told.place or record.place:
            event.add("location", place)
        event.add("description", self._description(told, record))
        self._add_organizer(event, record)
        return event

    def _description(self, told: Meeting | MeetingSeries, record: Meeting | MeetingSeries) -> str:
        """Project, participants and agenda, a line each."""
        names = [self.ws.person_name(handle) for handle in told.with_ or record.with_]
        topics = told.agenda or record.agenda
        lines = [self.ws.project.name, told.id]
        if names:
            said = Text("Participants: {names}", "参加人员：{names}").format(names=Text.join(map(Text.same, names)))
            lines.append(said.to(self.lang))
        if topics:
            lines.append(Text("Agenda:", "议程：").to(self.lang))
            lines += [f"{n}. {topic}" for n, topic in enumerate(topics, start=1)]
        return "\n".join(lines)

    def _status(self, event: Event, meeting: Meeting) -> None:
        event.add("status", "CANCELLED" if meeting.status == "cancelled" else "CONFIRMED")

    # --- people -------------------------------------------------------------------------------------------------------

    def _organizer(self, record: Meeting | MeetingSeries) -> Person | None:
        """Our own project manager, else the chair: whoever has an address to be answered at."""
        managers = [p for p in self.ws.people if p.can_sign_as("supplier.pm") and p.email]
        chair = self.ws.find(record.chair, Person) if record.chair else None
        return managers[0] if managers else chair if chair and chair.email else None

    def _add_organizer(self, event: Event, record: Meeting | MeetingSeries) -> None:
        person = self._organizer(record)
        if person is not None:
            event.add("organizer", f"mailto:{person.email}", parameters={"CN": person.name})

    def _invite(self, event: Event, handle: str) -> None:
        person = self.ws.find(handle, Person)
        if person is not None and person.email:
            asked = {"CN": person.name, "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"}
            event.add("attendee", f"mailto:{person.email}", parameters=asked)

    # --- time ---------------------------------------------------------------------------------------------------------

    def _zone(self, series: MeetingSeries | None) -> ZoneInfo:
        return ZoneInfo((series.timezone if series else None) or self.ws.project.timezone)

    def _when(self, event: Event, at: date | datetime, length: timedelta | None, zone: ZoneInfo) -> None:
        start = _zoned(at, zone)
        event.add("dtstart", start)
        if not isinstance(at, datetime):
            event.add("dtend", at + timedelta(days=1))
        elif length:
            event.add("dtend", start + length)

    def _end(self, meeting: Meeting, usual: timedelta) -> timedelta:
        """How long a meeting takes: to its end where that is said."""
        if meeting.until is None or not isinstance(meeting.time, datetime):
            return usual
        end = datetime.combine(meeting.day, time.fromisoformat(meeting.until))
        return end - meeting.time if end > meeting.time else usual

    def _last(self, series: MeetingSeries) -> date | None:
        """The last day of a series: as agreed, or the day on which it was ended."""
        ended = series.reached("ended") if series.is_closed else None
        days = [day for day in (series.until, ended) if day is not None]
        return min(days, default=None)


def _bounded(series: MeetingSeries, rule: str, last: date | None, zone: ZoneInfo) -> str:
    """The rule with its end, in UTC where its meetings have a time (RFC 5545, 3.3.10); a rule has one end, not two."""
    if last is None:
        return rule
    if "COUNT=" in rule:
        last = max(days_of(rule, series.from_, series.from_, last), default=last)
        rule = ";".join(part for part in rule.split(";") if not part.startswith("COUNT="))
    if series.clock is None:
        return f"{rule};UNTIL={last:%Y%m%d}"
    end = datetime.combine(last, time(23, 59, 59), zone).astimezone(UTC)
    return f"{rule};UNTIL={end:%Y%m%dT%H%M%SZ}"


def _moment(series: MeetingSeries, day: date) -> date | datetime:
    return datetime.combine(day, series.clock) if series.clock else day


def _zoned(at: date | datetime, zone: ZoneInfo) -> date | datetime:
    return at.replace(tzinfo=zone) if isinstance(at, datetime) else at


def _length(series: MeetingSeries) -> timedelta:
    return timedelta(minutes=series.lasts.minutes(day=8 * 60, week=40 * 60))
