"""Meetings that came as calendar files: planned, moved or called off as the newest version of each says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from pmkit.actions.meetings import type_called
from pmkit.actions.records import NextId, changes_between, check_links, started, step, step_to
from pmkit.domain.kind import Kind, Tracked, attribute_names, file_data, normal
from pmkit.domain.meeting_series import SERIES, MeetingSeries
from pmkit.domain.meetings import MEETING
from pmkit.domain.problems import validated
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text
from pmkit.workspace.edits import Acting, Change, Create, Edits, headed
from pmkit.workspace.layout import new_path
from pmkit.workspace.meetings import uid_of
from pmkit.workspace.model import Workspace


class Incoming(Protocol):
    """One event of a calendar file, as `connectors.ics.invitation` reads it."""

    @property
    def uid(self) -> str: ...
    @property
    def sequence(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def at(self) -> date | datetime: ...
    @property
    def until(self) -> str | None: ...
    @property
    def lasts(self) -> timedelta | None: ...
    @property
    def place(self) -> str | None: ...
    @property
    def organizer(self) -> str | None: ...
    @property
    def mails(self) -> tuple[str, ...]: ...
    @property
    def rule(self) -> str | None: ...
    @property
    def occurrence(self) -> date | None: ...
    @property
    def zone(self) -> str | None: ...
    @property
    def cancelled(self) -> bool: ...
    @property
    def line(self) -> int: ...
    @property
    def without_time(self) -> bool: ...


@dataclass
class Taken:
    """What an import comes to: the edits (None where there is nothing to write) and what to say of each event."""

    edits: Edits | None = None
    notes: list[Text] = field(default_factory=list)
    planned: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)


def take(ws: Workspace, name: str, entries: Sequence[Incoming], next_id: NextId, acting: Acting) -> Taken:
    """Plan what the events say. An event that comes again changes the meeting that it made, unless it is older.

    A meeting that was held is not touched. Raises UsageError, with the line, for an event that makes no meeting.
    """
    taker = _Taker(ws, next_id, acting)
    for entry in sorted(entries, key=lambda e: (e.occurrence is not None, e.line)):
        try:
            taker.take(entry)
        except UsageError as error:
            says = Text("{name}:{line}: {says}", "{name}:{line}：{says}").format(
                name=name, line=entry.line, says=error.says
            )
            raise UsageError(says, error.fix) from None
    taken = taker.taken
    if taker.changes:
        ids = tuple(dict.fromkeys([*taken.planned, *taken.changed, *taken.cancelled]))
        subject = headed(ids[0], Text("Import {n} from {name}", "从 {name} 导入 {n}").format(name=name, n=taker.called))
        taken.edits = Edits(tuple(taker.changes), "calendar.import", ids, subject, acting.by, acting.on)
    return taken


class _Taker:
    def __init__(self, ws: Workspace, next_id: NextId, acting: Acting) -> None:
        self.ws = ws
        self.taken = Taken()
        self.changes: list[Change] = []
        self._next_id = next_id
        self._acting = acting
        self._people = {p.email.lower(): p.id for p in ws.people if p.email}
        self._known: dict[str, Tracked] = {
            uid_of(record, ws.project): record
            for record in (*ws.of(MeetingSeries), *(m for m in ws.meetings if m.series is None))
        }
        self._titles: list[str] = []

    @property
    def called(self) -> Text:
        """What was taken in, for the commit's subject."""
        return Text.join(map(Text.same, dict.fromkeys(self._titles)))

    def take(self, entry: Incoming) -> None:
        if not entry.uid or entry.without_time:
            self._note(
                entry,
                Text("it has no {what}; passed over", "缺少 {what}，已跳过"),
                what="UID" if not entry.uid else "DTSTART",
            )
            return
        self._unknown(entry)
        known = self._known.get(entry.uid)
        if known is not None and not getattr(known, "uid", None):
            self._note(entry, Text("it is our own {id}; nothing changes", "是本项目导出的 {id}，不作改动"), id=known.id)
        elif entry.occurrence is not None:
            self._occurrence(entry, known)
        elif known is not None:
            self._again(entry, known)
        elif entry.cancelled:
            self._note(entry, Text("it calls off a meeting that is not planned here", "取消的会议在本项目中没有安排"))
        else:
            self._new(entry)

    def _new(self, entry: Incoming) -> None:
        kind = SERIES if entry.rule else MEETING
        values = self._values(entry, kind)
        self._known[entry.uid] = self._create(kind, values, entry)

    def _create(
        self, kind: Kind, values: Mapping[str, Any], entry: Incoming, links: Mapping[str, Any] | None = None
    ) -> Tracked:
        record_id = self._next_id(kind.prefix)
        record = validated(kind.model, started(kind, record_id, values, self._acting))
        check_links(self.ws, record)
        if links:
            names = attribute_names(kind.model)
            record = record.model_copy(update={names[key]: value for key, value in links.items()})
        data = file_data(record)
        if entry.cancelled:
            data |= {"status": "cancelled", "steps": [*data["steps"], step("cancelled", self._acting)]}
        self.changes.append(Create(new_path(kind, record_id), data, kind.name))
        (self.taken.cancelled if entry.cancelled else self.taken.planned).append(record_id)
        self._titles.append(record.name_to_show)
        if not isinstance(record, Tracked):
            raise TypeError(kind.name)
        return record

    def _again(self, entry: Incoming, known: Tracked) -> None:
        if known.id in self.taken.planned:
            return  # the file says it twice
        if entry.sequence < (getattr(known, "sequence", None) or 0):
            self._note(entry, Text("older than what {id} says; passed over", "比 {id} 的版本旧，已跳过"), id=known.id)
        elif known.status not in {"planned", "running"}:
            state = known.kind.states.names[known.status] if known.kind.states else Text.same(known.status)
            self._note(
                entry, Text("{id} is {state}; nothing changes", "{id} {state}，不再变动"), id=known.id, state=state
            )
        elif entry.cancelled:
            self.changes += step_to(known, "ended" if isinstance(known, MeetingSeries) else "cancelled", self._acting)
            self.taken.cancelled.append(known.id)
            self._titles.append(known.name_to_show)
        else:
            self._revise(known, self._values(entry, known.kind))

    def _revise(self, known: Tracked, values: Mapping[str, Any]) -> None:
        given = {k: v for k, v in values.items() if k not in {"type", "uid"}}
        revised = validated(type(known), {"id": known.id, **file_data(known), **given}).placed(known.spot)
        check_links(self.ws, revised)
        changes = changes_between(self.ws, known, revised, list(given))
        if changes:
            self.changes += changes
            self.taken.changed.append(known.id)
            self._titles.append(known.name_to_show)

    def _occurrence(self, entry: Incoming, series: Tracked | None) -> None:
        """One meeting of a series: moved, or called off."""
        if not isinstance(series, MeetingSeries):
            self._note(
                entry, Text("it belongs to a series that is not planned here", "所属的系列会议在本项目中没有安排")
            )
            return
        known = next((m for m in self.ws.meetings if m.series == series.id and m.occurrence == entry.occurrence), None)
        if known is not None:
            self._again(entry, known)
            return
        values = self._values(entry, MEETING)
        for key in ("uid", "type"):
            values.pop(key, None)
        if series.type:
            values["type"] = series.type
        self._create(MEETING, values, entry, {"series": series.id, "occurrence": entry.occurrence})

    def _values(self, entry: Incoming, kind: Kind) -> dict[str, Any]:
        chair = self._people.get(entry.organizer or "")
        people = [self._people[mail] for mail in entry.mails if mail in self._people]
        values: dict[str, Any] = {
            "title": entry.title or Text("Meeting", "会议").to(self.ws.project.language),
            "place": entry.place, "chair": chair,
            "with": people, "uid": entry.uid, "sequence": entry.sequence or None, "type": type_called(entry.title),
        }  # fmt: skip
        if kind is SERIES:
            day = entry.at.date() if isinstance(entry.at, datetime) else entry.at
            rule, until = _rule_and_end(entry.rule or "")
            minutes = int(entry.lasts.total_seconds() // 60) if entry.lasts else 0
            values |= {
                "rule": rule, "from": day.isoformat(), "until": until, "timezone": entry.zone, "on_holiday": "keep",
                "at": f"{entry.at:%H:%M}" if isinstance(entry.at, datetime) else None,
                "lasts": f"{minutes}min" if 0 < minutes < 1440 else None,
            }  # fmt: skip
        else:
            values |= {"time": normal(entry.at), "until": entry.until}
        return {key: value for key, value in values.items() if value}

    def _unknown(self, entry: Incoming) -> None:
        strangers = [m for m in dict.fromkeys((*entry.mails, entry.organizer)) if m and m not in self._people]
        if strangers:
            known = Text.join(map(Text.same, strangers))
            self._note(entry, Text("not in people.yaml: {mails}", "people.yaml 中没有：{mails}"), mails=known)

    def _note(self, entry: Incoming, says: Text, **values: Any) -> None:
        said = Text("{title}: {says}", "{title}：{says}").format(
            title=entry.title or "-", says=says.format(**values) if values else says
        )
        if said not in self.taken.notes:
            self.taken.notes.append(said)


def _rule_and_end(text: str) -> tuple[str, str | None]:
    from pmkit.kernel.recurrence import checked_rule

    try:
        rule, until = checked_rule(text)
    except ValueError:
        raise UsageError(
            Text("its rule `{rule}` is none that meetings have", "重复规则 `{rule}` 不适用于会议").format(rule=text),
            Text("rules that recur by the day or more slowly are taken", "只接受按日或更长周期重复的规则"),
        ) from None
    return rule, until.isoformat() if until else None
