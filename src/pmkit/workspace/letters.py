"""What letters ask for and order: replies, the day of commencement, the days of suspension."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from pmkit.domain.letters import Letter
from pmkit.kernel.text import Text
from pmkit.workspace.model import Workspace
from pmkit.workspace.papers import party_word


@dataclass(frozen=True, slots=True)
class Suspension:
    """A stop of the work: from the day of the order to the last day without work, None while nobody ended it."""

    letter: Letter
    start: date
    finish: date | None

    def days(self, as_of: date) -> int:
        """Calendar days without work up to a day, both ends counted."""
        last = min(self.finish, as_of) if self.finish else as_of
        return max(0, (last - self.start).days + 1)


def commencement_date(ws: Workspace) -> date | None:
    """The day that the newest notice to commence (开工令) names: a contract period may start from it."""
    named = [x for x in ws.of(Letter) if x.type == "commencement" and x.is_out and x.starts is not None]
    return max(named, key=lambda x: (x.day or date.min, x.id)).starts if named else None


def suspensions(ws: Workspace) -> list[Suspension]:
    """The suspensions of the work in their order; a resumption ends the one it replies to, else the newest before."""
    found: list[Suspension] = []
    for letter in sorted((x for x in ws.of(Letter) if x.is_out and x.starts is not None), key=_day):
        start = _day(letter)
        if letter.type == "suspension":
            found.append(Suspension(letter, start, letter.ends))
        elif letter.type == "resumption":
            ended = [n for n, one in enumerate(found) if letter.reply_to in {None, one.letter.id} and one.start < start]
            if ended:
                one = found[ended[-1]]
                found[ended[-1]] = Suspension(one.letter, one.start, start - timedelta(days=1))
    return found


def told(one: Suspension, as_of: date) -> Text:
    """A suspension in a sentence: the part of the work, from when to when, how many calendar days."""
    where = one.letter.place or ""
    still = one.finish is None or one.finish > as_of
    says = (
        Text("Suspended since {a}: {n} calendar days so far ({id}{en})", "自 {a} 起停工，至今 {n} 个日历天（{id}{zh}）")
        if still
        else Text("Suspended {a} to {b}: {n} calendar days ({id}{en})", "{a} 至 {b} 停工 {n} 个日历天（{id}{zh}）")
    )
    marks = {"en": f", {where}" if where else "", "zh": f"，{where}" if where else ""}
    return says.format(a=one.start, b=one.finish, n=one.days(as_of), id=one.letter.id, **marks)


def _day(letter: Letter) -> date:
    return letter.starts or date.min


def awaiting_reply(ws: Workspace) -> list[Letter]:
    """Letters that somebody has to answer by a day, the oldest day first."""
    found = [letter for letter in ws.of(Letter) if letter.awaits_reply]
    return sorted(found, key=lambda x: (x.reply_by or date.max, x.id))


def answers(ws: Workspace, letter: Letter) -> list[Letter]:
    """The letters that reply to it and went out."""
    return [x for x in ws.of(Letter) if x.reply_to == letter.id and x.is_out]


def who_answers(letter: Letter) -> Text:
    """The parties from whom a reply is awaited."""
    return Text.join(party_word(one) for one in letter.to)
