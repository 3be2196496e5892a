"""What `--help` prints, in the reader's language, aligned for wide characters; also the rows of the reference."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pmkit.cli.language import h, language, tell
from pmkit.kernel.text import display_width, pad, wrap
from pmkit.kernel.usage import usage

_LEFT = 30  # cells of the first column; a longer name has its text below it
_WIDTH = 100  # cells of a page on a wide terminal: longer lines are hard to read
_EXTRA = re.compile(r"\s*\[(?P<what>(?:default: .*?|required|env var: .*?)(?:; .*?)?)\]\s*\Z")
_HELP = "Show this message and exit."


def stands_for(text: str) -> str:
    """The words in capitals that stand for values (`ID`, `FIELD=VALUE`), in the language to speak."""
    text = re.sub(r"\{([A-Z.-]+)\}", r"\1", text.replace("<str>", "TEXT"))  # how Typer writes some of them
    text = re.sub(r"\[\[(.+?)\](\.\.\.)?\](\.\.\.)?", lambda m: f"[{m[1]}]{m[2] or m[3] or ''}", text)
    return tell(usage(text))


@dataclass(frozen=True, slots=True)
class Page:
    """The help of a command: its usage, what it does, and rows of name and text."""

    usage: str
    says: str
    arguments: tuple[tuple[str, str], ...]
    options: tuple[tuple[str, str], ...]
    commands: tuple[tuple[str, str], ...]


def page_of(command: Any, ctx: Any) -> Page:
    """The help of a command of Typer's."""
    arguments, options = [], []
    for param in command.get_params(ctx):
        if getattr(param, "hidden", False):
            continue
        if param.param_type_name == "argument":
            arguments.append((stands_for(" ".join(param.get_usage_pieces(ctx))), _said(param.help or "")))
        elif (record := param.get_help_record(ctx)) is not None:
            options.append((_names(record[0]), _said(record[1])))
    commands = [
        (name, found.help or "")
        for name in (command.list_commands(ctx) if hasattr(command, "list_commands") else ())
        if (found := command.get_command(ctx, name)) is not None and not found.hidden
    ]
    pieces = [stands_for(piece) for piece in command.collect_usage_pieces(ctx)]
    return Page(
        " ".join([ctx.command_path, *pieces]), command.help or "", tuple(arguments), tuple(options), tuple(commands)
    )


def _names(left: str) -> str:
    """`-C, --workspace PATH` with the word for the value in the language to speak."""
    names, space, value = left.rpartition(" ")
    return f"{names} {stands_for(value)}" if space and not value.startswith("-") else left


def _said(text: str) -> str:
    """A help text with Typer's own additions in the language to speak."""
    if text == _HELP:
        return h("show this help", "显示帮助")
    match = _EXTRA.search(text)
    if not match or language() == "en":
        return text
    what = match["what"].replace("default: ", "默认：").replace("required", "必填").replace("; ", "；")
    return f"{text[: match.start()]}（{what}）"


def help_text(command: Any, ctx: Any) -> str:
    """The page as `--help` prints it."""
    from pmkit.output.tables import terminal_width

    page = page_of(command, ctx)
    width = min(_WIDTH, terminal_width())
    usage = h("Usage: ", "用法：")
    lines = wrap(page.usage, width - display_width(usage))
    text = [usage + lines[0], *(" " * display_width(usage) + line for line in lines[1:])]
    if page.says:
        text += ["", *(f"  {line}" for line in wrap(page.says, width - 2))]
    for title, rows in (
        (h("Arguments", "参数"), [row for row in page.arguments if row[1]]),
        (h("Options", "选项"), page.options),
        (h("Commands", "命令"), page.commands),
    ):
        if rows:
            text += ["", title + h(":", "："), *_columns(rows, width)]
    return "\n".join(text)


def _columns(rows: Any, width: int) -> list[str]:
    left = max((w for name, _ in rows if (w := display_width(name)) <= _LEFT), default=_LEFT)
    lines = []
    for name, text in rows:
        first, *more = wrap(text, width - left - 4) or [""]
        if display_width(name) > left:
            lines.append(f"  {name}")
            more, name, first = [first, *more], "", ""  # noqa: PLW2901 - the name has its own line
        if name:
            lines.append(f"  {pad(name, left)}  {first}".rstrip())
        lines += [f"{' ' * (left + 4)}{line}" for line in more if line]
    return lines
