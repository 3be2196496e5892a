"""Findings as GitHub workflow commands: they appear beside the line in a pull request.

GitHub shows ten annotations of a kind in each step and drops the rest without a word; the log keeps all.
"""

from __future__ import annotations

from collections import Counter

from pmkit.kernel.finding import Outcome
from pmkit.kernel.text import Lang, Text
from pmkit.output.text import summary

SHOWN = 10  # annotations of a kind that a step may show


def findings_github(outcome: Outcome, lang: Lang, prefix: str = "") -> str:
    """One command a finding. `prefix`: the workspace's folder inside the repository, ending in `/`.

    Those that GitHub will not show carry their place in the text, for whoever reads the log; a notice says so.
    """
    lines = []
    told: Counter[str] = Counter()
    for f in outcome.findings:
        at = f.place
        told[f.severity] += 1
        fix = f.fix.to(lang)
        message = f.says.to(lang) + (f"\n{fix}" if fix else "")
        if told[f.severity] > SHOWN:
            message = f"{prefix}{at}: {f.code} {message}"
        lines.append(annotation(f.severity, prefix + at.path, at.line, at.column, f.code, message, width=at.width))
    if any(count > SHOWN for count in told.values()):
        says = Text(
            en="{summary}; GitHub shows {n} of each, this log has all of them",
            zh="{summary}；GitHub 每类只显示 {n} 条，全部内容见本日志",
        ).format(summary=summary(outcome, lang), n=SHOWN)
        lines.append(f"::notice title=pmkit::{_data(says.to(lang))}\n")
    return "".join(lines)


def annotation(severity: str, path: str, line: int, column: int, title: str, message: str, *, width: int = 0) -> str:
    """One workflow command: `::error file=...,line=...,col=...,title=...::message`."""
    end = f",endColumn={column + width}" if width else ""
    where = f"file={_property(path)},line={line},col={column}{end},title={_property(title)}"
    return f"::{severity} {where}::{_data(message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
