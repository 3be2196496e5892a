"""What is measured, generated: deterministic, and the same content for pmkit and for each peer.

N requirements: the first tenth are roots, each of the others has one root as its parent; a title of five words, a text
of sixty. A plan of N tasks: layers as wide as the team, each task with three links to the layer before and one owner.
"""

from __future__ import annotations

import os
import platform
import random
import re
import subprocess
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from bench.measure import ENV, run

WORDS = """the system provide interface operator record approve within seconds after receipt of a valid request
and store an audit entry with user time source result so that review can trace every change back to its origin while
batch transfer retry limit queue gateway server client report screen field code table index backup restore encrypt
monitor alarm threshold capacity response error message session token role""".split()  # noqa: SIM905 - easier to read
ROOTS = 10  # one requirement in so many has no parent
PER_FILE = 100  # tasks of a phase, requirements of a peer's document


@dataclass(frozen=True)
class Item:
    """One requirement: number from 1, parent's number or None."""

    number: int
    title: str
    text: str
    parent: int | None


def requirements(count: int) -> Iterator[Item]:
    rng = random.Random(count)
    roots = max(1, count // ROOTS)
    for number in range(1, count + 1):
        title = " ".join(rng.choice(WORDS) for _ in range(5)).capitalize()
        parent = rng.randint(1, roots) if number > roots else None
        yield Item(number, title, sentence(rng), parent)


def sentence(rng: random.Random) -> str:
    """Sixty words, and one promise: a statement with several is a finding of its own."""
    return "The system shall " + " ".join(rng.choice(WORDS) for _ in range(57)) + "."


@dataclass(frozen=True)
class Work:
    """One task: number from 0, days, number of its owner, numbers of what it waits for."""

    number: int
    name: str
    days: int
    owner: int
    after: tuple[int, ...]


def team(count: int) -> int:
    return max(4, count // 100)


def tasks(count: int, people: int | None = None) -> Iterator[Work]:
    """Tasks in layers, three links to the layer before; the layer is as wide as the team, which may be smaller."""
    rng = random.Random(count + 1)
    width = team(count)
    for number in range(count):
        layer, slot = divmod(number, width)
        first = (layer - 1) * width
        after = tuple(sorted(rng.sample(range(first, first + width), k=3))) if layer else ()
        yield Work(number, f"Task {number} {rng.choice(WORDS)}", rng.randint(1, 5), slot % (people or width), after)


# --- pmkit's own files -----------------------------------------------------------------------------------------------


def requirement_file(item: Item) -> tuple[str, str]:
    """Path and text, as pmkit itself lays them out."""
    folder = "requirements" if item.number <= 999 else f"requirements/{item.number // 100}xx"
    parent = f"parent: REQ-{item.parent:03d}\n" if item.parent else ""
    hint = "../" * (folder.count("/") + 1) + ".pmkit/schemas/requirement.json"
    text = (
        f"# yaml-language-server: $schema={hint}\ntitle: {item.title}\nstatement: |\n"
        f"{textwrap.indent(textwrap.fill(item.text, 78), '  ')}\n"
        "category: functional\npriority: must\nacceptance:\n- Shown in the acceptance test\n"
        f"source: Interview 2026-03-03\nowner: li.wei\n{parent}"
        "status: draft\nsteps:\n- to: draft\n  on: 2026-03-03\n  by: li.wei\n"
    )
    return f"{folder}/REQ-{item.number:03d}.yaml", text


def task_item(work: Work) -> str:
    after = f"  after: [{', '.join(f'T-{n + 1:03d}' for n in work.after)}]\n" if work.after else ""
    number = f"T-{work.number + 1:03d}"
    return f"- id: {number}\n  name: {work.name}\n  duration: {work.days}d\n  owner: p{work.owner}\n{after}"


def new_project(pmkit: str, root: Path) -> None:
    """An empty project with one person, made by pmkit itself."""
    name = ("--name", "bench", "--code", "B", "--customer", "c", "--lang", "en", "--start", "2026-03-02")
    run([pmkit, "init", str(root), *name])
    who = ("li.wei", "--name", "Li Wei", "--side", "supplier", "--role", "pm", "--email", "bench@example.com")
    run([pmkit, "-C", str(root), "person", "add", *who])


def write(root: Path, path: str, text: str) -> None:
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


def commit_all(root: Path) -> None:
    run(["git", "-C", str(root), "add", "-A"])
    run(["git", "-C", str(root), "commit", "-qm", "records"])


def requirement_workspace(pmkit: str, root: Path, count: int) -> None:
    new_project(pmkit, root)
    for item in requirements(count):
        write(root, *requirement_file(item))
    commit_all(root)


SIGNED = "refs/bench/signed"  # where the signature of a signed workspace is, whatever becomes of its branch


def signed_workspace(pmkit: str, root: Path, count: int) -> None:
    """Requirements that were reviewed, put out as a specification, and signed by the customer."""
    new_project(pmkit, root)
    for item in requirements(count):
        path, text = requirement_file(item)
        text = text.replace("status: draft\n", "status: reviewed\n")
        write(root, path, f"{text}- to: reviewed\n  on: 2026-03-04\n  by: li.wei\n")
    commit_all(root)
    at = [pmkit, "-C", str(root)]
    run([*at, "person", "add", "wang.fang", "--name", "Wang Fang", "--side", "customer", "--role", "pm"])
    run([*at, "signoff", "prepare", "requirements", "--date", "2026-03-05"])
    scan = root / ".git/scan.pdf"
    scan.write_bytes(b"scan")
    by = ("--by", "wang.fang", "--date", "2026-03-10")
    run([*at, "signoff", "record", "SGN-001", *by, "--evidence", str(scan)])
    run(["git", "-C", str(root), "update-ref", SIGNED, "HEAD"])


def plan_workspace(pmkit: str, root: Path, count: int, people: int | None = None) -> None:
    new_project(pmkit, root)
    listed = (root / "people.yaml").read_text(encoding="utf-8")
    for owner in range(people or team(count)):
        listed += f"- id: p{owner}\n  name: Person {owner}\n  side: supplier\n  role: developer\n"
    write(root, "people.yaml", listed)
    phases: dict[int, list[str]] = {}
    for work in tasks(count, people):
        phases.setdefault(work.number // PER_FILE, []).append(task_item(work))
    for number, items in phases.items():
        write(root, f"plan/PH{number + 1}.yaml", f"name: Phase {number + 1}\ntasks:\n{''.join(items)}")
    commit_all(root)


def estimated_workspace(pmkit: str, root: Path, count: int) -> None:
    """A plan whose tasks of days may turn out to be ones of hours or of weeks."""
    plan_workspace(pmkit, root, count)
    for path in sorted((root / "plan").glob("PH*.yaml")):
        text = path.read_text(encoding="utf-8")
        spread = r"\g<0>\n  best: \g<1>h\n  worst: \g<1>w"
        path.write_text(re.sub(r"^  duration: ([0-9]+)d$", spread, text, flags=re.MULTILINE), encoding="utf-8")
    commit_all(root)


def busy_workspace(pmkit: str, root: Path, records: int, commits: int) -> None:
    """A project with records of many kinds, a plan, a baseline and progress, and as many commits as asked for."""
    new_project(pmkit, root)
    start = date(2026, 3, 2)
    profile = (root / "pmkit.yaml").read_text(encoding="utf-8")
    write(root, "pmkit.yaml", profile + "today: 2026-11-20\n")
    for item in requirements(records * 6 // 10):
        write(root, *requirement_file(item))
    busy_plan = list(tasks(records * 2 // 10))
    phases: dict[int, list[str]] = {}
    for work in busy_plan:
        phases.setdefault(work.number // PER_FILE, []).append(task_item(work).replace(f"p{work.owner}", "li.wei"))
    for number, items in phases.items():
        write(root, f"plan/PH{number + 1}.yaml", f"name: Phase {number + 1}\ntasks:\n{''.join(items)}")
    rng = random.Random(records)
    step = "status: {0}\nsteps:\n- to: {0}\n  on: {1}\n  by: li.wei\n"
    changing = []
    for number in range(1, records // 10 + 1):
        day = start + timedelta(days=number % 250)
        risk = (
            f"title: {rng.choice(WORDS)} {number}\ncause: {sentence(rng)}\nprobability: {number % 5 + 1}\nimpact: 3\n"
            f"strategy: mitigate\nresponse: Watch it\nowner: li.wei\n{step.format('identified', day)}"
        )
        action = f"title: Do {number}\nowner: li.wei\ndue: 2026-12-{number % 28 + 1:02d}\n{step.format('open', day)}"
        for path, text in ((f"risks/RSK-{number:03d}.yaml", risk), (f"actions/ACT-{number:03d}.yaml", action)):
            write(root, path, text)
            changing.append((path, text))
    commit_all(root)
    at = [pmkit, "-C", str(root)]
    run([*at, "plan", "baseline", "--name", "First", "--date", "2026-03-03"])
    for number, work in enumerate(busy_plan[:20]):
        day = start + timedelta(days=7 * (number // 4) + 14)
        reported = ("--percent", "50", "--remaining", "2d", "--date", day.isoformat())
        run([*at, "plan", "progress", f"T-{work.number + 1:03d}", *reported])
    _history(root, changing, commits)


def _history(root: Path, files: list[tuple[str, str]], commits: int) -> None:
    """Commits that change one record each, an hour apart, up to the reporting day."""
    head = subprocess.run(["git", "-C", str(root), "rev-parse", "HEAD"], capture_output=True, check=True, text=True)
    lines = [b"reset refs/heads/main\n", b"from %s\n" % head.stdout.strip().encode()]
    end = 1795168800  # 2026-11-20
    for number in range(commits):
        path, text = files[number * 37 % len(files)]
        body = f"{text}notes: revised {number}\n".encode()
        record = path.rpartition("/")[2].removesuffix(".yaml")
        message = f"{record}: Set notes\n\nPmkit-Record: {record}\nPmkit-Action: risk.set\nPmkit-By: li.wei\n".encode()
        who = b"bench <bench@example.com> %d +0000\n" % (end - (commits - number) * 3600)
        lines.append(b"commit refs/heads/main\nauthor " + who + b"committer " + who)
        lines.append(b"data %d\n%s\nM 100644 inline %s\ndata %d\n%s\n" % (
            len(message), message, path.encode(), len(body), body))  # fmt: skip
    subprocess.run(["git", "-C", str(root), "fast-import", "--quiet", "--force"], input=b"".join(lines), check=True)
    run(["git", "-C", str(root), "reset", "-q", "--hard", "main"])


# --- the same content for the peers ----------------------------------------------------------------------------------


def doorstop(program: str, root: Path, count: int) -> None:
    """One document of roots, one of the others; links stamped once, so that a check finds nothing to write."""
    for prefix, parent in (("STK", ""), ("SYS", "  parent: STK\n")):
        write(
            root, f"{prefix.lower()}/.doorstop.yml", f"settings:\n  digits: 5\n{parent}  prefix: {prefix}\n  sep: '-'\n"
        )
    roots = max(1, count // ROOTS)
    for item in requirements(count):
        is_root = item.parent is None
        links = f"links:\n- STK-{item.parent:05d}: null\n" if not is_root else "links: []\n"
        name = f"stk/STK-{item.number:05d}.yml" if is_root else f"sys/SYS-{item.number - roots:05d}.yml"
        text = textwrap.indent(textwrap.fill(item.text, 78), "  ")
        write(root, name,
              f"active: true\nderived: false\nheader: |\n  {item.title}\nlevel: '1.{item.number}'\n{links}"
              f"normative: true\nref: ''\nreviewed: null\nstatus: draft\ntext: |\n{text}\n")  # fmt: skip
    run(["git", "init", "-q", "-b", "main", str(root)])
    commit_all(root)
    run([program], root, allowed=(0, 1))
    run([program, "review", "all"], root)
    run(["git", "-C", str(root), "commit", "-qam", "reviewed"], allowed=(0, 1))


def sphinx_needs(root: Path, count: int) -> None:
    """A hundred needs a page."""
    write(root, "conf.py",
          "project = 'p'\nextensions = ['sphinx_needs']\n"
          "needs_types = [dict(directive='req', title='Requirement', prefix='REQ_', color='#fff', style='node')]\n"
          "needs_id_regex = '^REQ_[0-9]{5}$'\nneeds_build_json = False\nhtml_theme = 'alabaster'\n")  # fmt: skip
    index = "Requirements\n============\n\n.. toctree::\n\n"
    pages: dict[int, str] = {}
    for item in requirements(count):
        links = f"   :links: REQ_{item.parent:05d}\n" if item.parent else ""
        text = textwrap.indent(textwrap.fill(item.text, 78), "   ")
        page = item.number // PER_FILE
        pages[page] = pages.get(page, f"Page {page}\n==========\n") + (
            f"\n.. req:: {item.title}\n   :id: REQ_{item.number:05d}\n   :status: draft\n{links}\n{text}\n"
        )
    for page, text in pages.items():
        write(root, f"page{page:03d}.rst", text)
        index += f"   page{page:03d}\n"
    write(root, "index.rst", index)


def taskjuggler(root: Path, count: int, people: int | None = None) -> None:
    years = 3 if people is None else 9
    text = f'project p "P" 2026-03-02 +{years}y {{\n  timezone "UTC"\n  currency "CNY"\n}}\n'
    text += "".join(f'resource r{owner} "R{owner}"\n' for owner in range(people or team(count)))
    for work in tasks(count, people):
        after = f"  depends {', '.join(f'!t{n}' for n in work.after)}\n" if work.after else ""
        text += f'task t{work.number} "{work.name}" {{\n  effort {work.days}d\n  allocate r{work.owner}\n{after}}}\n'
    write(root, "plan.tjp", text)


def described() -> str:
    """The machine and the programs, for the head of a table."""
    git = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True, env=ENV).stdout.strip()
    return f"{platform.python_implementation()} {platform.python_version()}, {git}, {os.cpu_count()} cores"
