"""What went out and what came back: how the newest dispatch of each document stands, derived from digests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pmkit.domain.dispatches import ROBOTS, Dispatch
from pmkit.domain.kind import Record, Tracked
from pmkit.domain.mailing import ConfirmSettings
from pmkit.kernel.calendar import WorkCalendar
from pmkit.kernel.duration import Duration
from pmkit.kernel.ids import natural_order
from pmkit.kernel.text import Text
from pmkit.workspace.model import Workspace

State = Literal["unclear", "failed", "waiting", "changed", "declined", "confirmed", "void", "sent"]
# Their own approvals and signatures hold the digest of what was agreed.
_JUDGED_ELSEWHERE = frozenset({"change", "signoff"})

_SAYS: dict[State, Text] = {
    "unclear": Text("may have been sent on {on}, not certain", "{on} 可能已发出，结果不明"),
    "failed": Text("could not be sent on {on}", "{on} 发送失败"),
    "waiting": Text("sent on {on}, reply asked for by {due}", "{on} 发出，请于 {due} 前回复"),
    "changed": Text("sent on {on}; its content changed since", "{on} 发出，此后内容已变更"),
    "declined": Text("declined on {on}", "{on} 对方不同意"),
    "confirmed": Text("confirmed on {on} by {who}", "{on} 由{who}确认"),
    "void": Text(
        "the confirmation of {on} by {who} is void: the content changed since", "{on} {who}的确认已失效：内容已变更"
    ),
    "sent": Text("sent on {on}", "{on} 发出"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """How a document stands: its newest dispatch, and the record that it is the form of (None for a report)."""

    dispatch: Dispatch
    record: Record | None

    @property
    def is_old(self) -> bool:
        """True where the record says something else than what went out."""
        sent = self.dispatch.digest_sent
        return (
            self.record is not None
            and sent is not None
            and self.record.kind.name not in _JUDGED_ELSEWHERE
            and sent != self.record.digest
        )

    @property
    def state(self) -> State:
        match self.dispatch.status:
            case "sending" | "written":
                return "unclear"
            case "failed":
                return "failed"
            case "declined":
                return "declined"
            case "confirmed":
                return "void" if self.is_old else "confirmed"
        if self.dispatch.reply_by is None:
            return "sent"
        return "changed" if self.is_old else "waiting"

    def is_overdue(self, as_of: date) -> bool:
        """A reply was asked for, and the day has passed."""
        due = self.dispatch.reply_by
        return self.state in {"waiting", "changed"} and due is not None and due < as_of

    def days_overdue(self, as_of: date) -> int:
        """Calendar days since the day by which a reply was asked for; 0 where it came or silence is consent."""
        due = self.dispatch.reply_by
        late = due is not None and self.is_overdue(as_of) and not self.is_deemed_accepted(as_of)
        return (as_of - due).days if late and due is not None else 0

    def is_deemed_accepted(self, as_of: date) -> bool:
        """The contract lets silence count as consent, and the day has passed."""
        day = self.dispatch.deemed_on
        return self.state == "waiting" and day is not None and day < as_of

    def says(self, ws: Workspace) -> Text:
        """The standing in a sentence."""
        reply = self.dispatch.confirmation
        state = self.state
        on = reply.on if reply and state in {"confirmed", "void"} else self.dispatch.steps[-1].on
        return _SAYS[state].format(on=on, due=self.dispatch.reply_by, who=ws.person_name(reply.by) if reply else "")


def standing_of(record: Record, dispatches: Iterable[Dispatch]) -> Standing | None:
    """How the document of a record stands; None where it never went out. Robots only tell; they ask for nothing."""
    own = [d for d in dispatches if d.about == record.id and counts(d) and d.digest_sent is not None]
    return Standing(newest(own), record) if own else None


def void_confirmation(record: Record, dispatches: Iterable[Dispatch]) -> Dispatch | None:
    """The dispatch whose confirmation a record's state still claims, although it says something else by now."""
    states = record.kind.states
    if not isinstance(record, Tracked) or states is None or record.kind.name in _JUDGED_ELSEWHERE:
        return None
    if not any(record.status == move.to for move in states.moves if move.theirs):
        return None
    held = [d for d in dispatches if d.about == record.id and d.confirmation and d.digest_sent is not None]
    found = newest(held) if held else None
    return found if found is not None and found.digest_sent != record.digest else None


def silence(record: Record, dispatches: Iterable[Dispatch]) -> tuple[date | None, str | None]:
    """The day after which an unanswered document is deemed accepted, and under which clause; None without one."""
    standing = standing_of(record, dispatches)
    if standing is None or standing.state != "waiting" or standing.dispatch.deemed_on is None:
        return None, None
    return standing.dispatch.deemed_on, standing.dispatch.deemed_under


def counts(dispatch: Dispatch) -> bool:
    """True for a dispatch that a reply can answer."""
    return dispatch.channel not in ROBOTS and dispatch.status != "superseded"


def newest(dispatches: Iterable[Dispatch]) -> Dispatch:
    """The last one, by its number."""
    return max(dispatches, key=lambda d: natural_order(d.id))


def standings(ws: Workspace) -> Iterator[Standing]:
    """The newest dispatch of each document, in the order in which they went out."""
    groups: dict[tuple[str, str], list[Dispatch]] = {}
    for dispatch in ws.of(Dispatch):
        if counts(dispatch):
            groups.setdefault(document_key(dispatch), []).append(dispatch)
    for dispatch in sorted(map(newest, groups.values()), key=lambda d: natural_order(d.id)):
        record = ws.records.get(dispatch.about) if dispatch.about else None
        if dispatch.about is None or record is not None:
            yield Standing(dispatch, record)


def document_key(dispatch: Dispatch) -> tuple[str, str]:
    """Which document it is: the record's, or the report's of a period."""
    return dispatch.document, dispatch.about or dispatch.period or ""


def reply_day(settings: ConfirmSettings, document: str, calendar: WorkCalendar, sent: date) -> date | None:
    """The day by which a reply to a document is asked for; None where none is."""
    within = settings.days_for(document)
    return None if within is None else days_later(calendar, sent, within)


def days_later(calendar: WorkCalendar, day: date, span: Duration) -> date:
    """The day after a span: working days of the calendar, or calendar days for an elapsed one."""
    if span.is_elapsed:
        return day + timedelta(days=-(-span.minutes(day=1440, week=10080) // 1440))
    for _ in range(span.minutes(day=1, week=5)):
        day = calendar.next_workday(day)
    return day
