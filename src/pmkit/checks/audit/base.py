"""What the parts of the audit share: its findings, and what it remembers from commit to commit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pmkit.domain.approval import ApprovalPolicy
from pmkit.domain.changes import ChangeRequest
from pmkit.domain.kind import Record, States, content
from pmkit.domain.people import Person
from pmkit.domain.signoffs import SignOff
from pmkit.kernel.finding import Finding, Rule
from pmkit.kernel.place import Place
from pmkit.kernel.text import Text
from pmkit.workspace.history import Commit, Deed, Moment

UNDO = "undo"
T = TypeVar("T")
People = Mapping[str, Person]


@dataclass(frozen=True)
class Suspicion:
    """A finding of the audit, with the commit that did it (None where it is in no history) and the field, if any."""

    finding: Finding
    commit: Commit | None
    field: str | None


def found(moment: Moment, rule: Rule, path: str, record: str | None, field: str | None, /, **args: object) -> Suspicion:
    return Suspicion(rule.found(Place(path), record, **args), moment.commit, field)


def without(items: Sequence[T], others: Iterable[T]) -> list[T]:
    """The items that are not among the others, each as often as it is missing there."""
    left = list(items)
    for other in others:
        if other in left:
            left.remove(other)
    return left


def new_in(items: Sequence[T], before: Iterable[Sequence[T]]) -> list[T]:
    """The items that no parent had."""
    left = list(items)
    for had in before:
        left = without(left, had)
    return left


def is_adopted(moment: Moment) -> bool:
    return any(action.split(".")[0] == "adopt" for action in moment.commit.trailers.get("Pmkit-Action", ()))


def edited_field(old: Record, new: Record) -> str | None:
    was, now = content(old), content(new)
    return next((key for key in {**was, **now} if was.get(key) != now.get(key)), None)


def state_name(states: States, name: str) -> Text:
    """A state in words; one that the kind does not have as it is written."""
    return states.names.get(name, Text.same(name))


class Remembered:
    """By which approval rules each decision was to be made: what the auditor remembers from commit to commit."""

    def __init__(self) -> None:
        self._after: dict[str, ApprovalPolicy] = {}  # commit -> the rules that held after it
        self._base: dict[str, ApprovalPolicy] = {}  # commit of a side branch -> the rules where the branch began
        self._asked: dict[str, ApprovalPolicy] = {}  # change request -> the rules when it was submitted
        self._people: dict[str, People] = {}  # commit -> who there was after it
        self._people_at_base: dict[str, People] = {}  # commit of a side branch -> who there was where the branch began
        self._changed_by = ""
        self._signoffs: dict[str, tuple[SignOff, ...]] = {}  # commit -> the sign-offs that stood after it
        self.commits: set[str] = set()
        self.signed_in: dict[str, Commit] = {}  # sign-off -> the commit in which it came into force
        self._last: Moment | None = None

    def learn(self, moment: Moment) -> None:
        """Remember the rules of a moment that was judged."""
        here = moment.commit
        self.commits.add(here.hash)
        self._signoffs[here.hash] = self.signoffs(moment)
        for deed in moment.deeds:
            if not isinstance(deed.after, SignOff):
                continue
            if deed.after.status == "signed" and not deed.after.adopted:
                self.signed_in.setdefault(deed.record, here)
            elif deed.after.status == "prepared":  # a signature that was taken back counts from when it is given again
                self.signed_in.pop(deed.record, None)
        if moment.project is None:
            return
        policy = moment.project.approval
        parent = here.parents[0] if here.parents else ""
        if parent in self._after and self._after[parent] != policy:
            self._changed_by = here.hash[:9]
        self._people[here.hash] = people = self.people(moment)
        if not moment.is_main:
            at_base = self._people_at_base.get(parent)
            self._people_at_base[here.hash] = self._people.get(parent, people) if at_base is None else at_base
            self._base[here.hash] = self._base.get(parent) or self._after.get(parent, policy)
        self._after[here.hash] = policy
        for deed in moment.deeds:
            if isinstance(deed.after, ChangeRequest) and deed.after.reached("submitted"):
                self._asked.setdefault(deed.record, self._base.get(here.hash) or self._after.get(parent, policy))
        self._last = moment

    def earlier(self, moment: Moment, change: ChangeRequest) -> list[ApprovalPolicy]:
        """Other rules that the change should stand: those when it was asked for, those where the branch began."""
        parent = moment.commit.parents[0] if moment.commit.parents else ""
        before = self._after.get(parent) if moment.is_main else self._base.get(parent) or self._after.get(parent)
        now = moment.project.approval if moment.project else None
        return [policy for policy in (self._asked.get(change.id), before) if policy is not None and policy != now]

    def people(self, moment: Moment) -> People:
        """Who there was after the commit: the parent's people, unless it or a merge brings others."""
        here = moment.commit
        known = self._people.get(here.parents[0]) if len(here.parents) == 1 else None
        if known is None or any(isinstance(d.after or d.before[0], Person) for d in moment.deeds):
            return {person.id: person for person in moment.of(Person)}
        return known

    def people_before(self, moment: Moment) -> People | None:
        """Who there was where the side branch of a commit began; None for a commit of the main branch."""
        parent = moment.commit.parents[0] if moment.commit.parents else ""
        return None if moment.is_main else self._people_at_base.get(parent) or self._people.get(parent)

    @property
    def changed_by(self) -> str:
        """The last commit that changed the rules."""
        return self._changed_by

    def signoffs(self, moment: Moment) -> tuple[SignOff, ...]:
        """The sign-offs as they stand after the commit: the parent's, unless it or a merge brings others."""
        here = moment.commit
        known = self._signoffs.get(here.parents[0]) if len(here.parents) == 1 else None
        if known is None or any(isinstance(d.after or d.before[0], SignOff) for d in moment.deeds):
            return tuple(moment.of(SignOff))
        return known

    def undoes(self, moment: Moment, deed: Deed) -> bool:
        """True where the commit takes the last one back, as `pmkit undo` does, and says so."""
        if moment.commit.trailer("Pmkit-Action") != UNDO or self._last is None:
            return False
        if moment.commit.parents != (self._last.commit.hash,):
            return True
        undone = next((d for d in self._last.deeds if d.record == deed.record), None)
        was = undone.before[0] if undone else None
        return was is None or deed.after is None or was.__dict__ == deed.after.__dict__
