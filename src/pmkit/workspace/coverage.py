"""How much of what was promised can be followed to the end: requirements with a source, work, proof, signature."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pmkit.domain.kind import Tracked
from pmkit.domain.requirements import Requirement
from pmkit.kernel.text import Text
from pmkit.workspace.links import Trace
from pmkit.workspace.model import Workspace

DROPPED = frozenset({"rejected", "withdrawn", "cancelled"})


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of `must` and of all living requirements how many have one thing; `lacking` are the others' ids."""

    what: Text
    key: str
    must: int
    of_must: int
    all: int
    of_all: int
    lacking: tuple[str, ...]


def alive(ws: Workspace) -> list[Requirement]:
    """The requirements that still count: neither turned down nor withdrawn."""
    return [r for r in ws.requirements if r.status not in DROPPED]


def linked(trace: Trace, record_id: str, kind: str) -> list[str]:
    """The living records of a kind directly downstream of a record."""
    return [
        other
        for other in trace.of_kind(trace.downstream(record_id), kind)
        if getattr(trace.ws.records[other], "status", "") not in DROPPED
    ]


def objectives(trace: Trace, record_id: str) -> list[str]:
    """The living objectives that the record serves."""
    found = trace.of_kind(trace.upstream(record_id), "objective")
    return [one for one in found if getattr(trace.ws.records[one], "status", "") not in DROPPED]


def signed_in(trace: Trace, record_id: str) -> list[str]:
    """The sign-offs in force that hold the record, newest last; where it was refused it is not signed."""
    found = []
    for signoff in trace.of_kind(trace.downstream(record_id), "signoff"):
        record = trace.ws.records[signoff]
        refused = any(link.keys[0] == "refused" for link in trace.between(signoff, record_id))
        if isinstance(record, Tracked) and record.status == "signed" and not refused:
            found.append(signoff)
    return found


def coverage(trace: Trace, requirements: Sequence[Requirement]) -> list[Coverage]:
    """The figures in the order of a project's life; that of objectives only where the project has written some down."""

    def passed(r: Requirement) -> bool:
        cases = [trace.ws.records[case] for case in linked(trace, r.id, "case")]
        return bool(cases) and all(getattr(case, "status", "") in {"passed", "waived"} for case in cases)

    questions: list[tuple[str, Text, Callable[[Requirement], bool]]] = [
        ("source", Text("a source", "来源"), lambda r: bool(r.source or r.from_)),
        ("objective", Text("an objective", "对应目标"), lambda r: bool(objectives(trace, r.id))),
        ("acceptance", Text("acceptance criteria", "验收标准"), lambda r: bool(r.acceptance)),
        ("signoff", Text("a signature", "签认"), lambda r: bool(signed_in(trace, r.id))),
        ("task", Text("a task", "任务"), lambda r: bool(linked(trace, r.id, "task"))),
        ("deliverable", Text("a deliverable", "交付物"), lambda r: bool(linked(trace, r.id, "deliverable"))),
        ("case", Text("an acceptance case", "验收用例"), lambda r: bool(linked(trace, r.id, "case"))),
        ("passed", Text("all cases passed or waived", "用例全部通过或豁免"), passed),
    ]
    if not any(record.kind.name == "objective" for record in trace.ws.records.values()):
        questions = [question for question in questions if question[0] != "objective"]
    must = sum(r.priority == "must" for r in requirements)
    found = []
    for key, what, holds in questions:
        having = [r for r in requirements if holds(r)]
        known = {r.id for r in having}
        lacking = tuple(r.id for r in requirements if r.id not in known)
        of_must = sum(r.priority == "must" for r in having)
        found.append(Coverage(what, key, of_must, must, len(having), len(requirements), lacking))
    return found


def share(some: int, of: int) -> str:
    """`3/4 75%`; rounded down, so that 100% means all of them."""
    return f"{some}/{of} {some * 100 // of}%" if of else "0/0"
