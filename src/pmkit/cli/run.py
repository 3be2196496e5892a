"""The edge: what a command's end means as an exit code (SPEC §8). The only place that knows exit codes."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

import typer

from pmkit.kernel.errors import BadWorkspace, PmkitError
from pmkit.kernel.text import Text

BUG = 70
INTERRUPTED = 130
Usage: type[Exception] = typer.BadParameter.__bases__[0]  # Typer keeps its usage errors private, but not their child


def program() -> NoReturn:
    """`pmkit` as a process of its own: it ends without taking apart, object by object, what it had loaded."""
    gc.disable()  # what is imported and loaded stays until the end; looking through it again and again finds nothing
    code: object = BUG
    try:
        main()
    except SystemExit as end:
        code = end.code
    atexit._run_exitfuncs()  # noqa: SLF001 - all that a normal end would do beside that
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 0 if code is None else 1)


def main() -> None:
    """Run a command line in this process; ends in SystemExit."""
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for some costs more than reading a record
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    with exit_codes():
        if shell := os.environ.get("_PMKIT_COMPLETE"):
            from pmkit.cli.completion import answer

            sys.stdout.write(answer(shell, sys.argv[1:]))
            raise SystemExit(0)
        from pmkit.cli.app import app

        arguments = sys.argv[1:]
        while True:
            try:
                code = app(arguments, prog_name="pmkit", standalone_mode=False)
                break
            except Usage as error:
                arguments = _with_answer(arguments, error)
        sys.stdout.flush()
        raise SystemExit(code or 0)


@contextmanager
def exit_codes() -> Iterator[None]:
    """Turn every outcome into its exit code; only a bug of ours leaves a log, and nothing leaves a traceback."""
    try:
        yield
    except PmkitError as error:
        say_error(error)
        raise SystemExit(error.exit_code) from None
    except typer.Exit as end:
        raise SystemExit(end.exit_code) from None
    except (KeyboardInterrupt, typer.Abort):
        sys.stderr.write("\n")
        raise SystemExit(INTERRUPTED) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader left; nothing more to say
        raise SystemExit(0) from None
    except Usage as error:
        _say_usage(error)
        raise SystemExit(2) from None
    except Exception:  # noqa: BLE001 - the last line before a traceback
        raise SystemExit(_report_bug()) from None


def _with_answer(arguments: list[str], error: Exception) -> list[str]:
    """The command line with a missing option or argument, asked for on a terminal; in a pipe the error itself."""
    param = getattr(error, "param", None)
    asks = type(error).__name__ == "MissingParameter" and param is not None
    if not (asks and param is not None and sys.stdin.isatty() and sys.stderr.isatty()):
        raise error
    from pmkit.cli.manual import stands_for

    is_option = param.param_type_name == "option"
    name = param.opts[0] if is_option else stands_for(" ".join(param.get_usage_pieces(getattr(error, "ctx", None))))
    said = str(typer.prompt(param.help or name, err=True)).strip()
    return [*arguments, f"{param.opts[0]}={said}"] if is_option else [*arguments, said]


def say_error(error: PmkitError) -> None:
    """What is wrong and what to do, on standard error; findings first, where there are any."""
    from pmkit.cli.language import language

    lang = language()
    if isinstance(error, BadWorkspace) and error.findings:
        from pmkit.output.text import findings_text

        sys.stderr.write(findings_text(error.findings, lang))
    sys.stderr.write(f"pmkit: {error.says.to(lang)}\n")
    if error.fix is not None and error.fix.to(lang):
        fix = error.fix.to(lang).replace("\n", "\n    ")
        sys.stderr.write(f"  {Text('fix: ', '处理：').to(lang)}{fix}\n")


def _say_usage(error: Exception) -> None:
    from pmkit.cli.language import tell

    message = getattr(error, "format_message", lambda: str(error))()
    if type(error).__name__ == "NoSuchOption":
        message = _no_such_option(error)
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        sys.stderr.write(f"{message}\n")
        return
    sys.stderr.write(f"pmkit: {_translated(message)}\n")
    if context is not None:
        more = Text("see `{path} --help`", "用法见 `{path} --help`").format(path=context.command_path)
        sys.stderr.write(f"  {tell(more)}\n")


def _no_such_option(error: Exception) -> str:
    """The sentence with the one nearest option, where Typer lists all that are somewhat alike."""
    from pmkit.kernel.text import nearest

    given = str(getattr(error, "option_name", ""))
    words = {option.lstrip("-"): option for option in getattr(error, "possibilities", None) or ()}
    near = words.get(nearest(given.lstrip("-"), words) or "")  # the dashes are alike in all of them
    return f"No such option: {given}" + (f". Did you mean '{near}'?" if near else "")


def _translated(message: str) -> str:
    """Typer's own sentences in Chinese, where we speak Chinese."""
    import re

    from pmkit.cli.language import language

    if language() == "en":
        return message
    from pmkit.cli.manual import stands_for

    sentences: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
        (r"No such command '(.+?)'\.", r"没有命令 `\1`。"),
        (r"No such option: (\S+?)\.?(?= |$)", r"没有选项 \1。"),
        (r"Did you mean (.+?)\?", lambda m: f"是否想用 {_backticked(m[1])}？"),
        (r"Missing option '(.+?)'.*", r"缺少选项 \1。"),
        (r"Missing argument '(.+?)'.*", lambda m: f"缺少参数 {stands_for(m[1])}。"),
        (r"Missing command\.", "缺少子命令。"),
        (r"Option '(.+?)' does not take a value\.", r"选项 \1 不需要值。"),
        (r"Option '(.+?)' requires (\d+) arguments\.", r"选项 \1 需要 \2 个值。"),
        (r"Argument '(.+?)' takes (\d+) values\.", r"参数 \1 需要 \2 个值。"),
        (r"Value '(.*?)' is not a valid (\w+)\.", r"`\1` 不是有效的值（应为 \2）。"),
        (r"Option '(.+?)' requires an argument\.", r"选项 \1 需要一个值。"),
        (r"Got unexpected extra argument(?:s|\(s\))? \((.+?)\)", r"多余的参数：\1"),
        (r"Invalid value for '(.+?)': ", r"\1 的值无效："),
    )
    for pattern, chinese in sentences:
        message = re.sub(pattern, chinese, message)
    return re.sub(r"(?<=[。；：）]) (?=\S)", "", message)


def _backticked(names: str) -> str:
    return "、".join(f"`{name.strip(chr(39))}`" for name in names.split(", "))


def _report_bug() -> int:
    """Write versions, command and traceback to a log file that the user can send."""
    import platform
    import tempfile
    import traceback

    from pmkit import __version__
    from pmkit.cli.language import tell

    log = (
        f"pmkit {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
        f"command: {sys.argv[1:]}\n\n{traceback.format_exc()}"
    )
    with tempfile.NamedTemporaryFile("w", prefix="pmkit-bug-", suffix=".log", delete=False, encoding="utf-8") as file:
        file.write(log)
    last = traceback.format_exc().strip().splitlines()[-1]
    says = Text(
        "this is a bug in pmkit, not a mistake of yours: {last}\n  please send {log}",
        "这是 pmkit 的程序缺陷，不是您的操作问题：{last}\n  请将 {log} 发给我们",
    ).format(last=last, log=file.name)
    sys.stderr.write(f"pmkit: {tell(says)}\n")
    return BUG
