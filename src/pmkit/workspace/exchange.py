"""A plan on its way in or out: what files of other programs hold, in the shapes of our own records."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pmkit.kernel.digest import canonical_json
from pmkit.kernel.duration import Duration, plain
from pmkit.kernel.finding import Finding, Rule
from pmkit.kernel.place import Place
from pmkit.kernel.text import Text

NOT_READABLE = Rule(
    "IMP101", "import-unreadable", "error",
    Text("{problem}", "{problem}"),
    Text("correct the file, or export it anew", "请更正文件，或重新导出"),
)  # fmt: skip
WRONG_IMPORT = Rule(
    "IMP102", "import-wrong-value", "error",
    Text("{what}: {problem}", "{what}：{problem}"),
    Text("correct it in the program that wrote the file", "请在生成该文件的程序中更正"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class IncomingLink:
    """A link to the task with this id in the file. `type` and `lag` as in a Dependency."""

    uid: str
    type: str = "FS"
    lag: Duration | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """A task or milestone of a file. `uid`: its id there; `phase`: the key of its phase.

    `own`: our id where the task went out from here, `checked`: its fingerprint as it went.

    `values`: fields of a Task as they are written, but for links and resources. `work`: who works on it, by the ids of
    the file's resources, with percent of the working time. `progress`: fields of a TaskProgress. `start` and `finish`:
    where the file has the task, to compare with. `place`: where it stands in the file.
    """

    uid: str
    name: str
    phase: str
    values: Mapping[str, Any]
    place: Place
    links: tuple[IncomingLink, ...] = ()
    work: tuple[tuple[str, Decimal], ...] = ()
    owner: str | None = None
    progress: Mapping[str, Any] | None = None
    start: datetime | date | None = None
    finish: datetime | date | None = None
    own: str | None = None
    checked: str = ""


@dataclass(frozen=True, slots=True)
class IncomingResource:
    """Somebody or something that works on tasks; `values`: fields of a Person as they are written."""

    uid: str
    name: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class IncomingBaseline:
    """A frozen plan of the file; `items`: by the tasks' ids, fields of a BaselineItem."""

    number: str
    items: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class NotKept:
    """Something in the file that pmkit has no place for: what, how often, where first."""

    what: str
    count: int
    place: Place


@dataclass(slots=True)
class IncomingPlan:
    """A file read: everything that it says, and what of it cannot be kept. `mistakes` make an import impossible.

    `code`: the project that `own` ids belong to, "" for this one. `fields`: those of a task that such a file can hold,
    so that silence about one means that it has none.
    """

    name: str = ""
    code: str = ""
    fields: frozenset[str] = frozenset()
    start: datetime | None = None
    status_date: date | None = None
    possible_status_date: date | None = None
    calendar: Mapping[str, Any] | None = None
    calendar_name: str = ""
    calendars: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    phases: dict[str, str] = field(default_factory=dict)
    tasks: list[Incoming] = field(default_factory=list)
    resources: list[IncomingResource] = field(default_factory=list)
    baselines: list[IncomingBaseline] = field(default_factory=list)
    not_kept: list[NotKept] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    mistakes: list[Finding] = field(default_factory=list)

    def fingerprints(self) -> dict[str, str]:
        """Eight hex digits for each of our own tasks, by id: the same for one that nobody touched in the file."""
        own = {task.uid: task.own or task.uid for task in self.tasks}
        names = {resource.uid: resource.name for resource in self.resources}
        found: dict[str, str] = {}
        for task in self.tasks:
            if task.own is None:
                continue
            said = {key: str(value) for key, value in task.values.items() if key != "source_uid"} | {
                "name": task.name,
                "phase": self.phases.get(task.phase, ""),
                "owner": task.owner or "",
                "after": sorted(f"{own.get(link.uid, link.uid)} {link.type} {link.lag}" for link in task.links),
                "resources": sorted(f"{names.get(uid, uid)} {plain(units)}" for uid, units in task.work),
            }
            found[task.own] = hashlib.sha256(canonical_json(said).encode()).hexdigest()[:8]
        return found
