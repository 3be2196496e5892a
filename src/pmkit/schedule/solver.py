"""The shortest schedule by constraint programming, with OR-Tools' CP-SAT (extra `schedule`): it can prove it is one."""

from __future__ import annotations

from collections.abc import Sequence

from pmkit.kernel.errors import MissingExtra
from pmkit.kernel.text import Text
from pmkit.schedule.search import Jobs, finish


def solved(jobs: Jobs, hint: Sequence[int], seconds: float, workers: int = 2) -> tuple[tuple[int, ...], bool]:
    """Starts that are at least as good as the hint's, found within the time, and whether none can be better.

    One interval a job, one cumulative constraint a resource (Baptiste, Le Pape, Nuijten 2001). `hint`: a schedule that
    keeps every rule. What is found within the time may differ between machines; a proof does not.
    Raises MissingExtra where OR-Tools is not installed.
    """
    length = finish(jobs, hint)
    if length <= jobs.bound:
        return tuple(hint), True
    try:
        from ortools.sat.python import cp_model
    except ImportError:
        raise MissingExtra("schedule", Text("`--optimal`", "`--optimal` ")) from None
    model = cp_model.CpModel()
    latest = [length - tail for tail in jobs.tails]
    starts = [
        model.new_int_var(min(head, last), max(head, last), "") for head, last in zip(jobs.heads, latest, strict=True)
    ]
    end = model.new_int_var(jobs.bound, length, "")
    spans = [
        model.new_fixed_size_interval_var(start, duration, "")
        for start, duration in zip(starts, jobs.durations, strict=True)
    ]
    for job, arcs in enumerate(jobs.before):
        model.add(end >= starts[job] + jobs.durations[job])
        for earlier, distance in arcs:
            model.add(starts[job] >= starts[earlier] + distance)
        model.add_hint(starts[job], hint[job])
    for resource, capacity in enumerate(jobs.capacities):
        users = [j for j, need in enumerate(jobs.demands) if need[resource] and jobs.durations[j]]
        model.add_cumulative([spans[j] for j in users], [jobs.demands[j][resource] for j in users], capacity)
    model.add_hint(end, length)
    model.minimize(end)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = 1
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return tuple(hint), False
    return tuple(solver.value(start) for start in starts), status == cp_model.OPTIMAL
