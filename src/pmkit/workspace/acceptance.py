"""How the acceptance stands: criteria without cases, results that count, cases to run again, open defects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pmkit.domain.acceptance import AcceptanceCase
from pmkit.domain.acceptance_rounds import CaseResult, Round
from pmkit.domain.acceptance_stages import Stage, Waived
from pmkit.domain.deliverables import Deliverable
from pmkit.domain.issues import SEVERITIES, Issue
from pmkit.domain.requirements import Requirement
from pmkit.domain.trials import Trial
from pmkit.workspace.coverage import DROPPED
from pmkit.workspace.model import Workspace

WHOLE = Decimal(100)
# Issues of these categories are matters of the project, not defects of what is delivered.
_NO_DEFECT = frozenset({"coordination", "management", "schedule"})


# --- cases and criteria ----------------------------------------------------------------------------------------------


def living_cases(ws: Workspace) -> list[AcceptanceCase]:
    """The cases that count: not cancelled."""
    return [case for case in ws.of(AcceptanceCase) if case.status != "cancelled"]


def uncovered(ws: Workspace, requirements: Iterable[Requirement]) -> Iterator[tuple[Requirement, str]]:
    """The acceptance criteria of these requirements that no living case shows, in order."""
    covered: dict[str, set[str]] = {}
    for case in living_cases(ws):
        for requirement in case.requirements:
            covered.setdefault(requirement, set()).add((case.criterion or "").strip())
    for one in requirements:
        if one.status in DROPPED:
            continue
        for criterion in one.acceptance:
            if criterion.strip() not in covered.get(one.id, ()):
                yield one, criterion


def outdated_criteria(ws: Workspace) -> Iterator[AcceptanceCase]:
    """The cases whose criterion none of their requirements has any more."""
    for case in living_cases(ws):
        named = [r for one in case.requirements if (r := ws.find(one, Requirement)) is not None]
        known = {criterion.strip() for one in named for criterion in one.acceptance}
        if case.criterion and named and known and case.criterion.strip() not in known:
            yield case


# --- rounds ----------------------------------------------------------------------------------------------------------


def rounds(ws: Workspace, stage: str | None = None) -> list[Round]:
    """The rounds that count, in the order of their beginning; of one stage where one is named."""
    return [r for r in ws.of(Round) if r.status != "cancelled" and stage in {None, r.stage}]


def results(ws: Workspace, stage: str | None = None) -> dict[str, tuple[Round, CaseResult]]:
    """The result that counts of each case: the last one of the last round that has one."""
    return {case: (one, result) for one in rounds(ws, stage) for case, result in one.latest.items()}


def affected(ws: Workspace, case: AcceptanceCase, result: CaseResult) -> bool:
    """True where a case has to be run again although it passed.

    It says something else than when it was run, what it shows was changed since, or a new version was handed over.
    """
    if result.digest is not None and result.digest != case.digest:
        return True
    if any(ws.trace.suspect(case.id, one) is not None for one in (*case.requirements, *case.deliverables)):
        return True
    named = (ws.find(one, Deliverable) for one in deliverables_of(ws, case))
    return any(one is not None and any(v.on > result.on for v in one.versions) for one in named)


def deliverables_of(ws: Workspace, case: AcceptanceCase) -> list[str]:
    """The deliverables that a case is about: those it names, else those of its requirements."""
    if case.deliverables:
        return list(case.deliverables)
    trace = ws.trace
    found = [d for one in case.requirements for d in trace.of_kind(trace.downstream(one), "deliverable")]
    return list(dict.fromkeys(found))


def to_run(ws: Workspace, stage: str, *, everything: bool = False) -> tuple[list[AcceptanceCase], list[AcceptanceCase]]:
    """The cases for the next round of a stage, and the drafts that are left out.

    In the first round those that can be run and have not passed; later those that failed, were blocked or skipped, or
    are affected by what changed since. `everything`: all of them.
    """
    own = [case for case in living_cases(ws) if case.is_for(stage) and case.status != "waived"]
    drafts = [case for case in own if case.status == "draft"]
    known = results(ws)
    found = []
    for case in own:
        if case.status == "draft":
            continue
        last = known.get(case.id)
        passed = case.status == "passed" and (last is None or last[1].result == "pass")
        if everything or not passed or (last is not None and affected(ws, case, last[1])):
            found.append(case)
    return found, drafts


# --- figures ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Share:
    """Of some cases how many passed; those that the customer waived do not count."""

    passed: int
    of: int
    waived: int

    @property
    def percent(self) -> Decimal | None:
        return Decimal(self.passed) * WHOLE / self.of if self.of else None

    def reaches(self, wanted: Decimal) -> bool:
        """True where the share is at least that; no case, nothing to reach."""
        return self.of == 0 or Decimal(self.passed) * WHOLE >= wanted * self.of


def share(cases: Sequence[AcceptanceCase], priority: str | None = None) -> Share:
    """How many of the cases passed; of one priority where one is named."""
    own = [case for case in cases if priority in {None, case.priority}]
    waived = sum(case.status == "waived" for case in own)
    return Share(sum(case.status == "passed" for case in own), len(own) - waived, waived)


def open_defects(ws: Workspace) -> dict[str, list[Issue]]:
    """Severity -> the defects that are open, the gravest first."""
    found: dict[str, list[Issue]] = {severity: [] for severity in SEVERITIES}
    for issue in ws.of(Issue):
        if not issue.is_closed and issue.category not in _NO_DEFECT:
            found[issue.severity].append(issue)
    return found


# --- stages ----------------------------------------------------------------------------------------------------------


def stages(ws: Workspace, name: str | None = None) -> list[Stage]:
    """The stages that were not withdrawn; of one name where one is given."""
    return [one for one in ws.of(Stage) if one.status != "withdrawn" and name in {None, one.stage}]


def latest_stage(ws: Workspace, name: str) -> Stage | None:
    """The newest one of a name: a stage that failed is applied for anew."""
    found = stages(ws, name)
    return found[-1] if found else None


def latest_trial(ws: Workspace) -> Trial | None:
    """The newest trial run."""
    found = ws.of(Trial)
    return found[-1] if found else None


def waived(ws: Workspace) -> dict[str, Waived]:
    """What the customer consciously does without, by the id or code of it."""
    return {one.what: one for stage in stages(ws) for one in stage.waivers}
