"""The reference of all commands as Markdown, in the language to speak: `python -m pmkit.cli.reference`.

Made of the same pages that `--help` prints, so that neither can be forgotten.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from pmkit.cli.app import LAZY, app, load
from pmkit.cli.language import h
from pmkit.cli.manual import Page, page_of


def reference() -> str:
    """Every command with its usage, arguments and options; options that all commands share are told once."""
    root = get_command(app)
    pages = [(path, page) for path, page in _pages(root)]
    shared = _shared([page for _, page in pages])
    lines = [
        h("# Command reference", "# 命令参考"),
        "",
        h(
            "Made of the program's own help by `pytest tests/test_reference.py --update-golden`. What a day needs "
            "stands in [commands.md](commands.md).",
            "由程序自身的帮助生成（`pytest tests/test_reference.py --update-golden`）。"
            "日常用法见 [commands.md](commands.md)。",
        ),
        "",
        h("## Options that many commands share", "## 通用选项"),
        "",
        *_rows(shared),
    ]
    for path, page in pages:
        if path:
            lines += ["", "#" * min(4, len(path) + 1) + f" pmkit {' '.join(path)}", "", f"`{page.usage}`"]
            lines += ["", page.says] if page.says else []
            own = [row for row in page.options if row not in shared and not row[0].endswith("--help")]
            rows = [*((name, text) for name, text in page.arguments if text), *own]
            lines += ["", *_rows(rows)] if rows else []
    return "\n".join(lines) + "\n"


def _pages(root: Any) -> Iterator[tuple[tuple[str, ...], Page]]:
    context = root.context_class(root, info_name="pmkit")
    yield (), page_of(root, context)
    for name in LAZY:
        yield from _below(load(name), (name,), context)


def _below(command: Any, path: tuple[str, ...], parent: Any) -> Iterator[tuple[tuple[str, ...], Page]]:
    context = command.context_class(command, info_name=path[-1], parent=parent)
    yield path, page_of(command, context)
    for name, found in getattr(command, "commands", {}).items():
        yield from _below(found, (*path, name), context)


def _shared(pages: list[Page]) -> list[tuple[str, str]]:
    """The options that at least ten commands have with the same words."""
    counts: dict[tuple[str, str], int] = {}
    for page in pages:
        for row in page.options:
            counts[row] = counts.get(row, 0) + 1
    return [row for row, count in counts.items() if count >= 10]


def _rows(rows: list[tuple[str, str]]) -> list[str]:
    return [f"- `{name}`{h(': ', '：')}{text}" if text else f"- `{name}`" for name, text in rows]


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(reference())
