"""需求跟踪矩阵, filled from the links of a workspace."""

from __future__ import annotations

from pmkit.domain.kind import Tracked
from pmkit.domain.requirements import CATEGORIES, PRIORITIES, Requirement
from pmkit.kernel.text import Text
from pmkit.reports.views.blocks import Audience, Basis
from pmkit.reports.views.traceability import Figure, Row, TraceabilityMatrix
from pmkit.workspace.coverage import alive, coverage, linked, objectives, share, signed_in
from pmkit.workspace.links import Trace
from pmkit.workspace.model import Workspace

MOST_LACKING = 12  # ids that one line of the figures names


def traceability_matrix(ws: Workspace, audience: Audience, basis: Basis) -> TraceabilityMatrix:
    """The matrix. `ws` is what its audience may see."""
    trace = Trace(ws)
    requirements = alive(ws)
    return TraceabilityMatrix(
        project=ws.project.name,
        audience=audience,
        rows=tuple(_row(trace, r) for r in requirements),
        figures=tuple(
            Figure(one.what, share(one.must, one.of_must), share(one.all, one.of_all), _some(one.lacking))
            for one in coverage(trace, requirements)
        ),
        suspects=len(trace.suspects),
        basis=basis,
    )


def _some(ids: tuple[str, ...]) -> tuple[str, ...]:
    return ids if len(ids) <= MOST_LACKING else (*ids[:MOST_LACKING], "…")


def _row(trace: Trace, requirement: Requirement) -> Row:
    up = trace.upstream(requirement.id)
    sources = [i for i in up if trace.ws.records[i].kind.name not in {"objective", "requirement"}]
    suspect = [t for t in up if trace.suspect(requirement.id, t)]
    suspect += [h for h in trace.downstream(requirement.id) if trace.suspect(h, requirement.id)]
    states = requirement.kind.states
    return Row(
        ref=requirement.id,
        title=requirement.title,
        priority=PRIORITIES.get(requirement.priority or ""),
        category=CATEGORIES.get(requirement.category or ""),
        source=tuple(part for part in (requirement.source, *sources) if part),
        objectives=tuple(objectives(trace, requirement.id)),
        tasks=tuple(linked(trace, requirement.id, "task")),
        deliverables=tuple(linked(trace, requirement.id, "deliverable")),
        cases=tuple(_case(trace, case) for case in linked(trace, requirement.id, "case")),
        signed_in=tuple(signed_in(trace, requirement.id)),
        changes=tuple(_changes(trace, requirement.id)),
        status=states.names[requirement.status] if states else Text.same(requirement.status),
        suspect=tuple(suspect),
    )


def _case(trace: Trace, case_id: str) -> Text:
    """A case with its result, once it has one: `CAS-001 通过`."""
    record = trace.ws.records[case_id]
    states = record.kind.states
    if not isinstance(record, Tracked) or states is None or record.status in {"draft", "ready"}:
        return Text.same(case_id)
    return Text(en=f"{case_id} {states.names[record.status].en}", zh=f"{case_id} {states.names[record.status].zh}")


def _changes(trace: Trace, requirement: str) -> list[str]:
    """The changes that touch the requirement or brought it in."""
    ids = {*linked(trace, requirement, "change"), *trace.of_kind(trace.upstream(requirement), "change")}
    return [i for i in (*trace.upstream(requirement), *trace.downstream(requirement)) if i in ids]
