"""Start-up and single commands against floors, whole processes, in turn: `python -m bench [--runs 9]`.

Prints a Markdown table of medians and paired ratios. The floor of a command is named beside it: `import typer` for what
starts up, reading and parsing the same files for `check`, `git add` + `git commit` of one file for what writes.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

PYTHON = sys.executable
PMKIT = str(Path(PYTHON).with_name("pmkit"))
ENV = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {
    "GIT_AUTHOR_NAME": "bench", "GIT_AUTHOR_EMAIL": "bench@example.com",
    "GIT_COMMITTER_NAME": "bench", "GIT_COMMITTER_EMAIL": "bench@example.com", "PMKIT_LANG": "en",
}  # fmt: skip
FLOOR_READ = """
import sys, yaml
from pathlib import Path
for path in Path(sys.argv[1]).rglob("*.yaml"):
    path.stat()
    yaml.load(path.read_bytes(), yaml.CSafeLoader)
"""


def workspace(folder: Path, size: int) -> Path:
    """A workspace of `size` requirements of about sixty words, one parent each, a hundred a folder, committed."""
    root = folder / f"w{size}"
    run(
        [
            PMKIT,
            "init",
            str(root),
            "--name",
            "bench",
            "--code",
            "B",
            "--customer",
            "c",
            "--lang",
            "en",
            "--start",
            "2026-03-02",
        ]
    )
    run([PMKIT, "-C", str(root), "person", "add", "li.wei", "--name", "李伟", "--side", "supplier", "--role", "pm"])
    words = "门户、门禁和停车系统使用同一账号登录，登录失败五次后锁定账号十分钟，并记录审计日志。" * 3
    for number in range(1, size + 1):
        parent = f"parent: REQ-{number // 2:03d}\n" if number > 1 else ""
        path = root / f"requirements/{number // 100}xx/REQ-{number:03d}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            "# yaml-language-server: $schema=../../.pmkit/schemas/requirement.json\n"
            f"title: 需求 {number}\nstatement: {words}\ncategory: functional\npriority: must\n"
            f"acceptance: [用同一账号登录成功, 审计日志可查]\nsource: 访谈 2026-03-03\nowner: li.wei\n{parent}"
            "status: draft\nsteps:\n- to: draft\n  on: 2026-03-03\n  by: li.wei\n",
            encoding="utf-8",
        )
    run(["git", "-C", str(root), "add", "-A"])
    run(["git", "-C", str(root), "commit", "-qm", "records"])
    return root


def run(command: Sequence[str]) -> float:
    """Seconds that a command took as a whole process."""
    start = time.perf_counter()
    done = subprocess.run(command, env=ENV, capture_output=True, check=False)
    took = time.perf_counter() - start
    if done.returncode not in {0, 1}:
        sys.exit(f"{command}: {done.stderr.decode()}")
    return took


def compared(name: str, ours: Callable[[], float], floor: Callable[[], float], runs: int) -> None:
    """Both in turn, A B A B; a row with medians and the median of the paired ratios."""
    ours(), floor()
    pairs = [(ours(), floor()) for _ in range(runs)]
    mine, base = (statistics.median(side) * 1000 for side in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"| {name} | {mine:.0f} | {base:.0f} | {ratio:.2f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--sizes", default="10,1000,10000")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="pmkit-bench-"))
    try:
        print("| command | ms | floor ms | ratio |\n|---|--:|--:|--:|")
        typer = [PYTHON, "-c", "import typer"]
        for arguments in (["--version"], ["--help"]):
            compared(
                f"`{arguments[0]}` / import typer", lambda a=arguments: run([PMKIT, *a]), lambda: run(typer), given.runs
            )
        for size in map(int, given.sizes.split(",")):
            root = workspace(folder, size)
            at = [PMKIT, "-C", str(root)]
            compared(
                f"`show`, {size} records / import typer",
                lambda at=at: run([*at, "show", "REQ-001"]),
                lambda: run(typer),
                given.runs,
            )
            compared(
                f"`check`, first run, {size} / bare read",
                lambda at=at, root=root: (shutil.rmtree(root / ".git/pmkit", ignore_errors=True), run([*at, "check"]))[
                    1
                ],
                lambda root=root: run([PYTHON, "-c", FLOOR_READ, str(root)]),
                max(3, given.runs // 3),
            )
            compared(
                f"`check`, again, {size} / bare read",
                lambda at=at: run([*at, "check"]),
                lambda root=root: run([PYTHON, "-c", FLOOR_READ, str(root)]),
                max(3, given.runs // 3),
            )
            compared(
                f"`requirement add`, {size} / git add + commit",
                lambda at=at: run([*at, "requirement", "add", "--title", "x"]),
                lambda root=root: _git_add(root),
                given.runs,
            )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _git_add(root: Path) -> float:
    """`git add` and `git commit` of one new file."""
    name = f"file-{time.time_ns()}.txt"
    (root / name).write_text("x", encoding="utf-8")
    return run(["git", "-C", str(root), "add", name]) + run(["git", "-C", str(root), "commit", "-qm", "x", "--", name])


if __name__ == "__main__":
    main()
