"""Levelling against PSPLIB: `python -m bench.psplib DIR [--sets j30,j60] [--every 1] [--optimal SECONDS]`.

DIR holds a folder a set and `known.csv` with the best bounds. One CSV row an instance: file, makespan, seconds; then a
summary row a set. Every schedule is checked again for links and capacities, period by period, by code of its own.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from pathlib import Path

from pmkit.schedule.search import Jobs, finish, shortest


def read(path: Path) -> Jobs:
    """An instance in PSPLIB's (.sm) or Patterson's (.rcp) format."""
    return _sm(path.read_text()) if path.suffix == ".sm" else _rcp(path.read_text())


def _sm(text: str) -> Jobs:
    lines = text.splitlines()
    heads = {line.split(":")[0].strip(): n for n, line in enumerate(lines) if line.rstrip().endswith(":")}
    links = {}
    for line in lines[heads["PRECEDENCE RELATIONS"] + 2 :]:
        if line.startswith("*"):
            break
        number, _, _, *following = map(int, line.split())
        links[number] = following
    durations, demands = [], []
    for line in lines[heads["REQUESTS/DURATIONS"] + 3 :]:
        if line.startswith("*"):
            break
        _, _, duration, *needs = map(int, line.split())
        durations.append(duration)
        demands.append(tuple(needs))
    capacities = tuple(map(int, lines[heads["RESOURCEAVAILABILITIES"] + 2].split()))
    return _jobs(durations, [links[n + 1] for n in range(len(durations))], demands, capacities)


def _rcp(text: str) -> Jobs:
    numbers = iter(map(int, text.split()))
    count, kinds = next(numbers), next(numbers)
    capacities = tuple(next(numbers) for _ in range(kinds))
    durations, demands, links = [], [], []
    for _ in range(count):
        durations.append(next(numbers))
        demands.append(tuple(next(numbers) for _ in range(kinds)))
        links.append([next(numbers) for _ in range(next(numbers))])
    return _jobs(durations, links, demands, capacities)


def _jobs(durations: list[int], links: list[list[int]], demands: list[tuple[int, ...]], capacities: tuple) -> Jobs:
    before: list[list[tuple[int, int]]] = [[] for _ in durations]
    for job, following in enumerate(links):
        for later in following:
            before[later - 1].append((job, durations[job]))
    order = _topological(before)
    at = {job: n for n, job in enumerate(order)}
    return Jobs(
        tuple(durations[j] for j in order),
        tuple(tuple((at[i], d) for i, d in before[j]) for j in order),
        tuple(demands[j] for j in order),
        capacities,
    )


def _topological(before: list[list[tuple[int, int]]]) -> list[int]:
    done: list[int] = []
    while len(done) < len(before):
        done += [j for j, arcs in enumerate(before) if j not in done and all(i in done for i, _ in arcs)]
    return done


def violations(jobs: Jobs, starts: tuple[int, ...]) -> list[str]:
    """What a schedule breaks, found by counting every period."""
    found = [
        f"job {job} starts before job {earlier} allows"
        for job, arcs in enumerate(jobs.before)
        for earlier, distance in arcs
        if starts[job] < starts[earlier] + distance
    ]
    for period in range(finish(jobs, starts)):
        running = [j for j, s in enumerate(starts) if s <= period < s + jobs.durations[j]]
        for resource, capacity in enumerate(jobs.capacities):
            if sum(jobs.demands[j][resource] for j in running) > capacity:
                found.append(f"resource {resource} is overloaded in period {period}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sets", default="j30,j60,j90,j120,patterson,rg30,rg300")
    parser.add_argument("--every", type=int, default=1, help="only each n-th instance of a set")
    parser.add_argument("--optimal", type=float, help="seconds for the solver of pmkit[schedule]")
    given = parser.parse_args()
    with (given.folder / "known.csv").open() as file:
        known = {row["file"]: row for row in csv.DictReader(file)}
    writer = csv.writer(sys.stdout)
    writer.writerow(["file", "makespan", "seconds"])
    summaries, wrong = [], 0
    for name in given.sets.split(","):
        excess, proven, longest = [], 0, 0.0
        files = [f for f in known if f.startswith(f"{name}/")][:: given.every]
        for file in files:
            jobs = read(given.folder / file)
            begun = time.perf_counter()
            starts = shortest(jobs)
            if given.optimal:
                from pmkit.schedule.solver import solved

                starts, is_proven = solved(jobs, starts, given.optimal)
                proven += is_proven
            took = time.perf_counter() - begun
            longest = max(longest, took)
            length = finish(jobs, starts)
            for problem in violations(jobs, starts):
                wrong += 1
                sys.stderr.write(f"{file}: {problem}\n")
            if length < int(known[file]["best_lower"]):
                wrong += 1
                sys.stderr.write(f"{file}: {length} is below the known lower bound\n")
            excess.append(100 * (length / int(known[file]["best_upper"]) - 1))
            writer.writerow([file, length, f"{took:.2f}"])
            sys.stdout.flush()
        mean = sum(excess) / len(excess)
        summary = f"{name}: {len(files)} instances, mean excess {mean:.2f} %, worst {max(excess):.2f} %, "
        summary += f"longest {longest:.2f} s"
        summaries.append(summary + (f", {proven} proven optimal" if given.optimal else ""))
    for summary in summaries:
        writer.writerow([summary])
    if wrong:
        sys.exit(f"{wrong} violations")


if __name__ == "__main__":
    main()
