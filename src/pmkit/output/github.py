"""Findings as GitHub workflow commands: they appear beside the line in a pull request."""

from __future__ import annotations

from collections.abc import Sequence

from pmkit.kernel.finding import Finding
from pmkit.kernel.text import Lang


def findings_github(findings: Sequence[Finding], lang: Lang, prefix: str = "") -> str:
    """One command a finding. `prefix`: the workspace's folder inside the repository, ending in `/`."""
    lines = []
    for f in findings:
        at = f.place
        fix = f.fix.to(lang)
        message = f.says.to(lang) + (f"\n{fix}" if fix else "")
        lines.append(annotation(f.severity, prefix + at.path, at.line, at.column, f.code, message))
    return "".join(lines)


def annotation(severity: str, path: str, line: int, column: int, title: str, message: str) -> str:
    """One workflow command: `::error file=...,line=...,col=...,title=...::message`."""
    where = f"file={_property(path)},line={line},col={column},title={_property(title)}"
    return f"::{severity} {where}::{_data(message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
