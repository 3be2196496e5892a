"""`python -m bench`: pmkit beside its floors and its peers, whole processes in turn; prints the table of README.md.

The figure is the median of paired ratios, by the clock and by processor time. Options choose rows, sizes and repeats;
`--folder` keeps the generated workloads for the next time.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from bench.rows import Bench, Line, rows
from bench.workload import described

HEAD = "| what | at most | figure | by processor time | pmkit | beside | holds |\n|---|---|--:|--:|--:|--:|:-:|"


def printed(line: Line) -> str:
    if line.figure is None:
        return f"| {line.what} | {line.limit} | – | – | | {line.absent} | – |"
    cpu = "" if line.by_cpu is None else _figure(line.by_cpu)
    holds = "yes" if line.holds else "**no**"
    return f"| {line.what} | {line.limit} | {_figure(line.figure)} | {cpu} | {line.ours} | {line.other} | {holds} |"


def _figure(value: float) -> str:
    return f"{value:.3f}" if value < 0.2 else f"{value:.2f}" if value < 20 else f"{value:.0f}"


def main(arguments: Iterable[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", metavar="ROW", action="append", choices=list(rows()), help=", ".join(rows()))
    parser.add_argument("--runs", type=int, default=9, help="repeats of each side (default 9)")
    parser.add_argument("--size", type=int, default=10_000, help="records of the large workspace (default 10,000)")
    parser.add_argument("--small", type=int, default=1_000, help="of the small one, for growth (default 1,000)")
    parser.add_argument("--folder", type=Path, help="where workloads are made and kept (default: a temporary folder)")
    given = parser.parse_args(None if arguments is None else list(arguments))
    with tempfile.TemporaryDirectory(prefix="pmkit-bench-") as temporary:
        folder = (given.folder or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        bench = Bench(folder, given.runs, given.size, given.small)
        print(f"{described()}\n\n{HEAD}", flush=True)
        failed = 0
        for name in given.only or rows():
            for line in rows()[name](bench):
                print(printed(line), flush=True)
                failed += line.holds is False
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
