"""The workspace: all records of a project at one state, frozen, with the indexes that everything asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from pmkit.domain.kind import Kind, Record
from pmkit.domain.project import Project
from pmkit.kernel.errors import UsageError
from pmkit.kernel.finding import Finding, Rule
from pmkit.kernel.ids import RecordId, natural_order
from pmkit.kernel.text import Text, did_you_mean

if TYPE_CHECKING:  # a kind is imported when somebody asks for its records
    from pmkit.domain.actions import ActionItem
    from pmkit.domain.changes import ChangeRequest
    from pmkit.domain.meetings import Meeting
    from pmkit.domain.parties import Party
    from pmkit.domain.people import Person
    from pmkit.domain.plan import Baseline, Phase, Progress, Task
    from pmkit.domain.requirements import Requirement
    from pmkit.domain.risks import Risk
    from pmkit.domain.waivers import Waiver
    from pmkit.workspace.links import Link, Trace

R = TypeVar("R", bound=Record)

ID_TWICE = Rule(
    "REF201", "id-twice", "error",
    Text("{id} stands here and in {other}", "{id} 重复：此处与 {other} 都有"),
    Text("renumber the later one", "请给较晚的一个重新编号"),
)  # fmt: skip


class Records(Mapping[str, Record]):
    """Every record by id, and by kind in the natural order of ids; here all of them in memory."""

    def __init__(self, by_id: Mapping[str, Record]) -> None:
        self._by_id = by_id

    def __getitem__(self, record_id: str) -> Record:
        return self._by_id[record_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def of(self, model: type[R]) -> tuple[R, ...]:
        """The records of a kind."""
        return self._groups.get(model, ())  # type: ignore[return-value]

    @cached_property
    def _groups(self) -> dict[type[Record], tuple[Record, ...]]:
        groups: dict[type[Record], list[Record]] = {}
        for record in self._by_id.values():
            groups.setdefault(type(record), []).append(record)
        return {model: tuple(in_order(group)) for model, group in groups.items()}


def in_order(records: Iterable[R]) -> list[R]:
    """Records in the natural order of their ids: 2 before 10."""
    return sorted(records, key=lambda record: natural_order(record.id))


@dataclass(frozen=True)
class Workspace:
    """A project and its records."""

    project: Project
    records: Records

    @staticmethod
    def assemble(project: Project, records: Iterable[Record]) -> tuple[Workspace, list[Finding]]:
        """The workspace of these records; of two with one id the first is kept and the second found."""
        by_id: dict[str, Record] = {}
        findings: list[Finding] = []
        for record in records:
            first = by_id.setdefault(record.id, record)
            if first is not record:
                findings.append(ID_TWICE.found(record.spot, record.id, id=record.id, other=first.spot.path))
        return Workspace(project, Records(by_id)), findings

    def of(self, model: type[R]) -> tuple[R, ...]:
        """All records of a kind."""
        return self.records.of(model)

    def of_kind(self, kind: Kind) -> tuple[Record, ...]:
        return self.of(kind.model)

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        from pmkit.domain.requirements import Requirement

        return self.of(Requirement)

    @property
    def changes(self) -> tuple[ChangeRequest, ...]:
        from pmkit.domain.changes import ChangeRequest

        return self.of(ChangeRequest)

    @property
    def meetings(self) -> tuple[Meeting, ...]:
        from pmkit.domain.meetings import Meeting

        return self.of(Meeting)

    @property
    def actions(self) -> tuple[ActionItem, ...]:
        from pmkit.domain.actions import ActionItem

        return self.of(ActionItem)

    @property
    def risks(self) -> tuple[Risk, ...]:
        from pmkit.domain.risks import Risk

        return self.of(Risk)

    @property
    def waivers(self) -> tuple[Waiver, ...]:
        from pmkit.domain.waivers import Waiver

        return self.of(Waiver)

    @property
    def people(self) -> tuple[Person, ...]:
        from pmkit.domain.people import Person

        return self.of(Person)

    @property
    def parties(self) -> tuple[Party, ...]:
        from pmkit.domain.parties import Party

        return self.of(Party)

    @property
    def phases(self) -> tuple[Phase, ...]:
        from pmkit.domain.plan import Phase

        return self.of(Phase)

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """Tasks and milestones in the order of the plan: phase by phase, as written."""
        from pmkit.domain.plan import Task

        by_id = {task.id: task for task in self.of(Task)}
        written = (task for phase in self.phases for task in phase.tasks)
        return tuple(by_id[task.id] for task in written if task.id in by_id and by_id[task.id].spot == task.spot)

    @property
    def progress(self) -> tuple[Progress, ...]:
        """Progress reports in the order of their status dates."""
        from pmkit.domain.plan import Progress

        return self.of(Progress)

    @property
    def baselines(self) -> tuple[Baseline, ...]:
        from pmkit.domain.plan import Baseline

        return self.of(Baseline)

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Every link of every record, looked for once."""
        from pmkit.workspace.links import links_of

        return tuple(link for record in self.records.values() for link in links_of(record))

    @cached_property
    def trace(self) -> Trace:
        """The links that are traced, both ways."""
        from pmkit.workspace.links import Trace

        return Trace(self)

    def find(self, record_id: str, model: type[R]) -> R | None:
        """The record with this id, where it is of this kind."""
        record = self.records.get(record_id)
        return record if isinstance(record, model) else None

    def get(self, record_id: str, model: type[R] = Record) -> R:  # type: ignore[assignment]
        """The record with this id. Raises UsageError with the nearest id where there is none of the kind."""
        record = self.project if record_id == self.project.kind.name else self.records.get(normal_id(record_id))
        if isinstance(record, model):
            return record
        known = [r.id for r in (self.records.values() if model is Record else self.of(model))]
        raise unknown_id(record_id, known)

    def knows(self, record_id: str) -> bool:
        """True for the id of a record, and for the profile."""
        return record_id == self.project.kind.name or record_id in self.records

    def person_name(self, handle: str | None) -> str:
        """The printed name behind a handle; the handle, or the `Name` of `Name <mail>`, where nobody has it."""
        if not handle:
            return ""
        found = self.records.get(handle)
        return found.name_to_show if found is not None else handle.partition(" <")[0]


def normal_id(text: str) -> str:
    """An id as it is stored: `req-1` is `REQ-001`; anything that is no numbered id stays as it is."""
    found = RecordId.find(text.upper())
    return str(found) if found else text


def unknown_id(record_id: str, known: Iterable[str]) -> UsageError:
    """The error for an id that nothing has."""
    return UsageError(Text(en="there is no {id}", zh="没有 {id}").format(id=record_id), did_you_mean(record_id, known))
