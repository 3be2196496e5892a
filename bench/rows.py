"""The rows of the table: what is measured, against what, and how much it may take."""

from __future__ import annotations

import importlib.util
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from bench import workload
from bench.measure import Ratio, Sample, Side, both, in_turn, median_ms, run
from bench.peers import Peers

PYTHON = sys.executable
PMKIT = str(Path(PYTHON).with_name("pmkit"))
FLOOR = str(Path(__file__).with_name("floor.py"))
PEOPLE = 50  # of the plans that are levelled
FEW = 3  # rounds with a peer that takes minutes


@dataclass(frozen=True)
class Line:
    """A line of the table. `absent`: why it could not be measured."""

    what: str
    limit: str
    most: float
    figure: float | None = None
    by_cpu: float | None = None
    ours: str = ""
    other: str = ""
    absent: str = ""

    @property
    def holds(self) -> bool | None:
        """By the clock or, on a machine that others use too, by processor time."""
        if self.figure is None:
            return None
        return min(self.figure, self.by_cpu if self.by_cpu is not None else self.figure) <= self.most


@dataclass
class Bench:
    """Where workloads lie, how often to run, how large; workloads are made once and kept."""

    folder: Path
    runs: int
    size: int
    small: int
    peers: Peers = field(default_factory=Peers)

    def place(self, name: str, make: Callable[[Path], None]) -> Path:
        root = self.folder / name
        if not (self.folder / f"{name}.made").exists():
            shutil.rmtree(root, ignore_errors=True)
            print(f"making {name} ...", file=sys.stderr, flush=True)
            make(root)
            (self.folder / f"{name}.made").touch()
            time.sleep(2.1)  # files as old as any real workspace's: the cache may trust their stamps
        return root

    def requirements(self, count: int) -> Path:
        return self.place(f"requirements-{count}", lambda root: workload.requirement_workspace(PMKIT, root, count))

    def signed(self, count: int) -> Path:
        return self.place(f"signed-{count}", lambda root: workload.signed_workspace(PMKIT, root, count))

    def plan(self, count: int, people: int | None = None) -> Path:
        name = f"plan-{count}" + (f"-{people}" if people else "")
        return self.place(name, lambda root: workload.plan_workspace(PMKIT, root, count, people))

    def busy(self, records: int, commits: int) -> Path:
        name = f"busy-{records}-{commits}"
        return self.place(name, lambda root: workload.busy_workspace(PMKIT, root, records, commits))


def pmkit(root: Path, *arguments: str, allowed: Sequence[int] = (0,)) -> Side:
    return lambda: run([PMKIT, "-C", str(root), *arguments], allowed=allowed)


def cold(root: Path, side: Side) -> Side:
    """The same with nothing remembered of the files."""

    def forget_and_run() -> Sample:
        shutil.rmtree(root / ".git/pmkit", ignore_errors=True)
        return side()

    return forget_and_run


def import_typer() -> Sample:
    return run([PYTHON, "-c", "import typer"])


def bare_read(root: Path) -> Side:
    return lambda: run([PYTHON, FLOOR, str(root)])


def git_add_commit(root: Path) -> Side:
    def add_and_commit() -> Sample:
        name = f"file-{time.time_ns()}.txt"
        (root / name).write_text("x", encoding="utf-8")
        at = ["git", "-C", str(root)]
        return both(run([*at, "add", name]), run([*at, "commit", "-qm", "x"]))

    return add_and_commit


def line(what: str, limit: str, most: float, found: Mapping[str, Sequence[Sample]], ours: str, other: str) -> Line:
    ratio = Ratio.of(found[ours], found[other])
    return Line(what, limit, most, ratio.wall, ratio.cpu,
                f"{median_ms(found[ours]):.0f} ms", f"{median_ms(found[other]):.0f} ms")  # fmt: skip


# --- the rows --------------------------------------------------------------------------------------------------------


def startup(bench: Bench) -> Iterator[Line]:
    found = in_turn(
        {
            "version": lambda: run([PMKIT, "--version"]),
            "help": lambda: run([PMKIT, "--help"]),
            "typer": import_typer,
        },
        bench.runs,
    )
    for name in ("version", "help"):
        yield line(f"`pmkit --{name}`", "1.3 × `import typer`", 1.3, found, name, "typer")


def show(bench: Bench) -> Iterator[Line]:
    few, many = bench.requirements(10), bench.requirements(bench.size)
    found = in_turn(
        {
            "few": pmkit(few, "show", "REQ-001"),
            "many": pmkit(many, "show", "REQ-001"),
            "typer": import_typer,
        },
        bench.runs,
    )
    yield line("`show REQ-001`, 10 records", "3.2 × `import typer`", 3.2, found, "few", "typer")
    yield line(f"`show REQ-001`, {bench.size:,} records", "1.2 × with 10 records", 1.2, found, "many", "few")


def check(bench: Bench) -> Iterator[Line]:
    small, root = bench.requirements(bench.small), bench.requirements(bench.size)
    sides = {
        "first": cold(root, pmkit(root, "check")),
        "again": pmkit(root, "check"),
        "floor": bare_read(root),
        "small": cold(small, pmkit(small, "check")),
        "small again": pmkit(small, "check"),
    }
    found = in_turn(sides, max(FEW, bench.runs // 2))
    what = f"`check`, {bench.size:,} requirements, first run"
    yield line(what, "2.5 × a bare read of the files", 2.5, found, "first", "floor")
    yield line("the same", growth(bench), 11, found, "first", "small")
    memory = max(sample.memory for name in ("first", "again") for sample in found[name])
    yield Line("the same, peak memory", "200 MiB", 200, memory)
    what = f"`check`, {bench.size:,} requirements, second run"
    yield line(what, "0.8 × a bare read of the files", 0.8, found, "again", "floor")
    yield line("the same", f"{growth(bench)} (not a limit)", 11, found, "again", "small again")


def growth(bench: Bench) -> str:
    return f"11 × with {bench.small:,}"


def check_and_peers(bench: Bench) -> Iterator[Line]:
    root = bench.requirements(bench.size)
    first = f"`check`, {bench.size:,} requirements, first run"
    limit = "0.1 × `doorstop -F` on the same content"
    if program := bench.peers.doorstop:
        peer = bench.place(f"doorstop-{bench.size}", lambda at: workload.doorstop(program, at, bench.size))
        sides = {
            "ours": cold(root, pmkit(root, "check")),
            "peer": lambda: run([program, "-F"], peer, allowed=(0, 1)),
        }
        yield line(first, limit, 0.1, in_turn(sides, FEW), "ours", "peer")
    else:
        yield Line(first, limit, 0.1, absent=bench.peers.why("doorstop"))
    again = f"`check`, {bench.size:,} requirements, second run"
    limit = "0.15 × the second run of sphinx-needs"
    if builder := bench.peers.sphinx_needs:
        peer = bench.place(f"sphinx-{bench.size}", lambda at: workload.sphinx_needs(at, bench.size))
        sides = {
            "ours": pmkit(root, "check"),
            "peer": lambda: run([builder, "-q", "-b", "needs", ".", "out"], peer, allowed=(0, 1)),
        }
        yield line(again, limit, 0.15, in_turn(sides, FEW), "ours", "peer")
    else:
        yield Line(again, limit, 0.15, absent=bench.peers.why("sphinx-needs"))


def add(bench: Bench) -> Iterator[Line]:
    small, root = bench.requirements(bench.small), bench.requirements(bench.size)
    beside = bench.place(f"git-{bench.size}", lambda at: shutil.copytree(root, at))
    add_one = ("requirement", "add", "--title", "One more requirement", "--statement", "As agreed", "--owner", "li.wei",
               "--priority", "must", "--category", "functional", "--accept", "Shown", "--source", "Call")  # fmt: skip
    found = in_turn(
        {"many": pmkit(root, *add_one), "small": pmkit(small, *add_one), "git": git_add_commit(beside)}, bench.runs
    )
    what = f"`requirement add` at {bench.size:,} records, with its commit"
    yield line(what, "5.5 × `git add` + `git commit` of one file", 5.5, found, "many", "git")
    yield line("the same", f"1.2 × at {bench.small:,}", 1.2, found, "many", "small")
    limit = f"0.05 × `doorstop add` at {bench.size:,}"
    if program := bench.peers.doorstop:
        peer = bench.place(f"doorstop-{bench.size}", lambda at: workload.doorstop(program, at, bench.size))
        sides = {"ours": pmkit(root, *add_one), "peer": lambda: run([program, "add", "SYS"], peer)}
        yield line("the same", limit, 0.05, in_turn(sides, FEW), "ours", "peer")
    else:
        yield Line("the same", limit, 0.05, absent=bench.peers.why("doorstop"))


def plan(bench: Bench) -> Iterator[Line]:
    small, root = bench.plan(bench.small), bench.plan(bench.size)
    shown = ("plan", "show", "--json")
    found = in_turn(
        {
            "cold": cold(root, pmkit(root, *shown)),
            "again": pmkit(root, *shown),
            "small": cold(small, pmkit(small, *shown)),
            "small again": pmkit(small, *shown),
        },
        max(FEW, bench.runs // 2),
    )
    what = f"`plan show --json`, {bench.size:,} tasks"
    yield line(f"{what}, first run", growth(bench), 11, found, "cold", "small")
    yield line(f"{what}, cache valid", growth(bench), 11, found, "again", "small again")
    if program := bench.peers.tj3:
        peer = bench.place(f"tj3-{bench.size}", lambda at: workload.taskjuggler(at, bench.size))
        sides = {
            "cold": cold(root, pmkit(root, *shown)),
            "again": pmkit(root, *shown),
            "peer": lambda: run([program, "--silent", "--no-reports", "plan.tjp"], peer),
        }
        found = in_turn(sides, FEW)
        yield line(f"{what}, first run", "0.12 × `tj3 --no-reports`", 0.12, found, "cold", "peer")
        yield line(f"{what}, cache valid", "0.06 × `tj3 --no-reports`", 0.06, found, "again", "peer")
    else:
        yield Line(what, "0.12 and 0.06 × `tj3 --no-reports`", 0.06, absent=bench.peers.why("tj3"))


def level(bench: Bench) -> Iterator[Line]:
    """Levelling without writing; the peer levels the same tasks and people. Fifty of them, for any number of tasks."""
    few, many = bench.size, bench.size * 5
    small, root, large = (bench.plan(count, PEOPLE) for count in (bench.small, few, many))
    levelled = ("plan", "level", "--dry-run", "--json")
    what = f"`plan level`, {few:,} tasks, {PEOPLE} people"
    found = in_turn({"many": pmkit(root, *levelled), "small": pmkit(small, *levelled)}, FEW)
    yield line(what, f"12 × with {bench.small:,}", 12, found, "many", "small")
    found = in_turn({"many": pmkit(large, *levelled), "few": pmkit(root, *levelled)}, FEW)
    yield line(f"`plan level`, {many:,} tasks, {PEOPLE} people", f"7 × with {few:,}", 7, found, "many", "few")
    if program := bench.peers.tj3:
        peer = bench.place(f"tj3-{bench.size}-{PEOPLE}", lambda at: workload.taskjuggler(at, bench.size, PEOPLE))
        tj3 = lambda: run([program, "--silent", "--no-reports", "plan.tjp"], peer)  # noqa: E731
        found = in_turn({"ours": pmkit(root, *levelled), "peer": tj3}, FEW)
        yield line(what, "0.3 × `tj3 --no-reports`", 0.3, found, "ours", "peer")
    else:
        yield Line(what, "0.3 × `tj3 --no-reports`", 0.3, absent=bench.peers.why("tj3"))


def simulate(bench: Bench) -> Iterator[Line]:
    """Ten thousand runs of a plan in which every task has an estimate."""
    root = bench.place("estimates-1000", lambda at: workload.estimated_workspace(PMKIT, at, 1000))
    sides = {"runs": pmkit(root, "plan", "simulate", "--runs", "10000"), "show": pmkit(root, "plan", "show")}
    what = "`plan simulate`, 10,000 runs of 1,000 tasks, NumPy"
    if importlib.util.find_spec("numpy") is None:
        yield Line(what, "5 × `plan show`", 5, absent="NumPy is not installed: pip install 'pmkit[simulate]'")
        return
    yield line(what, "5 × `plan show`", 5, in_turn(sides, bench.runs), "runs", "show")


def plan_sizes(bench: Bench) -> Iterator[Line]:
    """The same plan (three links and one person a task) in three sizes beside the peer, and growth to five times."""
    shown = ("plan", "show", "--json")
    for count, most in ((100, 0.6), (bench.small, 0.3), (bench.size, 0.06)):
        root, what = bench.plan(count), f"`plan show --json`, {count:,} tasks, cache valid"
        limit = f"{most} × `tj3 --no-reports`"
        if program := bench.peers.tj3:
            peer = bench.place(f"tj3-{count}", lambda at, n=count: workload.taskjuggler(at, n))
            sides = {
                "ours": pmkit(root, *shown),
                "peer": lambda at=peer, tj3=program: run([tj3, "--silent", "--no-reports", "plan.tjp"], at),
            }
            yield line(what, limit, most, in_turn(sides, FEW), "ours", "peer")
        else:
            yield Line(what, limit, most, absent=bench.peers.why("tj3"))
    large = bench.size * 5
    few, many = bench.plan(bench.size), bench.plan(large)
    found = in_turn({"many": pmkit(many, *shown), "few": pmkit(few, *shown)}, FEW)
    what = f"`plan show --json`, {large:,} tasks, cache valid"
    yield line(what, f"6 × with {bench.size:,}", 6, found, "many", "few")


def trace(bench: Bench) -> Iterator[Line]:
    root = bench.requirements(bench.size)
    found = in_turn(
        {
            "csv": pmkit(root, "trace", "--matrix", "--format", "csv"),
            "html": pmkit(root, "trace", "--matrix", "--format", "html"),
            "coverage": pmkit(root, "trace"),
            "floor": bare_read(root),
        },
        max(FEW, bench.runs // 2),
    )
    what = f"`trace --matrix`, {bench.size:,} requirements, cache valid"
    yield line(f"{what}, CSV", "1.5 × a bare read of the files", 1.5, found, "csv", "floor")
    yield line(f"{what}, HTML", "7 × a bare read of the files", 7, found, "html", "floor")
    yield line(
        f"`trace`, {bench.size:,} requirements, cache valid", "1.5 × a bare read", 1.5, found, "coverage", "floor"
    )


def signoff(bench: Bench) -> Iterator[Line]:
    """What is signed, checked against what was signed; and the signature itself, which touches every record."""
    root, small = bench.signed(bench.size), bench.signed(bench.small)
    sides = {
        "verify": pmkit(root, "signoff", "verify"),
        "small": pmkit(small, "signoff", "verify"),
        "floor": bare_read(root),
    }
    found = in_turn(sides, max(FEW, bench.runs // 2))
    what = f"`signoff verify`, {bench.size:,} requirements, cache valid"
    yield line(what, "2.5 × a bare read of the files", 2.5, found, "verify", "floor")
    yield line("the same", growth(bench), 11, found, "verify", "small")
    again = bench.place(f"signing-{bench.size}", lambda at: shutil.copytree(root, at))
    few = bench.place(f"signing-{bench.small}", lambda at: shutil.copytree(small, at))
    found = in_turn({"record": sign(again), "small": sign(few), "git": sign_by_git(again)}, FEW)
    what = f"`signoff record` of {bench.size:,} requirements, with its commit"
    yield line(what, "6 × git writing and committing the same files", 6, found, "record", "git")
    yield line("the same", growth(bench), 11, found, "record", "small")


def put_back(root: Path) -> str:
    """The workspace as it was before its signature; the commit that holds the signature."""
    run(["git", "-C", str(root), "reset", "-q", "--hard", f"{workload.SIGNED}^"])
    run(["git", "-C", str(root), "update-ref", "-d", "refs/tags/signoff/SGN-001"])
    return workload.SIGNED


def sign(root: Path) -> Side:
    signature = ("--by", "wang.fang", "--date", "2026-03-10", "--evidence", str(root / ".git/scan.pdf"))

    def once() -> Sample:
        put_back(root)
        (root / ".git/scan.pdf").write_bytes(b"scan")
        return run([PMKIT, "-C", str(root), "signoff", "record", "SGN-001", *signature])

    return once


def sign_by_git(root: Path) -> Side:
    def once() -> Sample:
        signed, at = put_back(root), ["git", "-C", str(root)]
        return both(run([*at, "checkout", "-q", signed, "--", "."]), run([*at, "commit", "-qm", "signed"]))

    return once


def weekly(bench: Bench) -> Iterator[Line]:
    count = max(100, bench.size // 5)
    root = bench.busy(count, count)
    found = in_turn(
        {
            "report": pmkit(root, "report", "weekly", "--out", "-"),
            "check": pmkit(root, "check", allowed=(0, 1)),
        },
        bench.runs,
    )
    what = f"`report weekly`, {count:,} records, {count:,} commits"
    yield line(what, "3 × `check` of the same, cache valid", 3, found, "report", "check")


def audit(bench: Bench) -> Iterator[Line]:
    records, commits = max(100, bench.size // 5), bench.size
    root = bench.busy(records, commits)
    log = ["git", "-C", str(root), "log", "--raw", "--no-abbrev", "--format=%H%x00%P%x00%B"]
    sides = {"audit": pmkit(root, "audit", allowed=(0, 1)), "log": lambda: run(log)}
    found = in_turn(sides, max(FEW, bench.runs // 2))
    what = f"`audit`, {records:,} records, {commits:,} commits"
    yield line(what, "20 × `git log --raw` of the same", 20, found, "audit", "log")


def crm(bench: Bench) -> Iterator[Line]:
    """A sync in which nothing changed, against a CRM on loopback that runs in this process."""
    from bench.crm import linked_workspace, served

    if importlib.util.find_spec("httpx2") is None:
        yield Line("`crm sync` without changes", growth(bench), 11, absent="pip install 'pmkit[crm]'")
        return
    small, root = (
        bench.place(f"crm-{n}", lambda at, n=n: linked_workspace(PMKIT, at, n)) for n in (bench.small, bench.size)
    )
    found: dict[str, list[Sample]] = {}
    calls = {}
    for name, at in (("small", small), ("many", root)):
        with served(at) as server:
            found |= in_turn({name: pmkit(at, "crm", "sync"), f"{name} status": pmkit(at, "status")}, FEW)
            calls[name] = sum(call.startswith("GET") for call in server.calls) / (FEW + 1)
    what = f"`crm sync` without changes, {bench.size:,} linked records"
    yield line(what, growth(bench), 11, found, "many", "small")
    pages = (bench.size - bench.small) / 200
    more = calls["many"] - calls["small"]
    limit = f"one more a page of 200, that is {pages:.0f}, than with {bench.small:,}"
    yield Line(f"the same, calls: {calls['many']:.0f}", limit, pages + 1, more)
    memory, beside = (max(sample.memory for sample in found[name]) for name in ("many", "many status"))
    yield Line(
        "the same, peak memory",
        "2 × `status` of the same",
        2,
        memory / beside,
        None,
        f"{memory:.0f} MiB",
        f"{beside:.0f} MiB",
    )


def git_processes(bench: Bench) -> Iterator[Line]:
    from bench.processes import COMMANDS, started

    few, many = bench.busy(200, 100), bench.busy(max(200, bench.size // 5), max(100, bench.size // 5))
    for arguments in COMMANDS:
        for root in (few, many):
            started(root, PMKIT, arguments)  # what is remembered once is remembered
        less, more = started(few, PMKIT, arguments), started(many, PMKIT, arguments)
        what = f"git processes of `{' '.join(arguments[:2])}`: {more}"
        yield Line(what, "none more with 10 × the records, 20 × the commits", 0, float(more - less))


def writers(bench: Bench) -> Iterator[Line]:
    from bench.processes import lost_by_writers

    root = bench.folder / "writers"
    shutil.rmtree(root, ignore_errors=True)
    workload.new_project(PMKIT, root)
    each = 100 if bench.size >= 1000 else 5
    lost = lost_by_writers(root, PMKIT, each)
    yield Line(f"two writers, {each} requirements each: ids or commits lost", "0", 0, float(lost))


@cache
def rows() -> Mapping[str, Callable[[Bench], Iterator[Line]]]:
    """Every row by the name that `--only` takes."""
    return {
        "startup": startup, "show": show, "check": check, "peers": check_and_peers, "add": add, "plan": plan,
        "plan-sizes": plan_sizes, "level": level, "simulate": simulate, "trace": trace, "signoff": signoff,
        "audit": audit, "weekly": weekly, "crm": crm, "git": git_processes, "writers": writers,
    }  # fmt: skip
