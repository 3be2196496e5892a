"""One key at a terminal, without Enter."""

from __future__ import annotations

import sys


def asked_key(prompt: str) -> str:
    """The key that is pressed after the prompt, in lower case, and echoed; empty where the input has ended.

    The terminal hands over single keys before the prompt appears, so that none typed at once is lost.
    """
    try:
        import termios
        import tty
    except ImportError:  # Windows
        import typer

        sys.stderr.write(prompt)
        sys.stderr.flush()
        found = typer.getchar().lower()
    else:
        import os

        source = sys.stdin.fileno()
        before = termios.tcgetattr(source)
        try:
            tty.setcbreak(source, termios.TCSADRAIN)
            sys.stderr.write(prompt)
            sys.stderr.flush()
            found = os.read(source, 16).decode(errors="replace")[:1].lower()
        finally:
            termios.tcsetattr(source, termios.TCSADRAIN, before)
    sys.stderr.write(f"{found if found.isprintable() else ''}\n")
    return found
