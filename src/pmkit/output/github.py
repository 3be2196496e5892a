"""Findings as GitHub workflow commands: they appear beside the line in a pull request."""

from __future__ import annotations

from collections.abc import Sequence

from pmkit.kernel.finding import Finding
from pmkit.kernel.place import Place
from pmkit.kernel.text import Lang


def findings_github(findings: Sequence[Finding], lang: Lang, prefix: str = "") -> str:
    """One command a finding. `prefix`: the workspace's folder inside the repository, ending in `/`."""
    lines = []
    for f in findings:
        at = f.at if isinstance(f.at, Place) else Place(f.at.path)
        fix = f.fix.to(lang)
        message = _data(f.says.to(lang) + (f"\n{fix}" if fix else ""))
        where = f"file={_property(prefix + at.path)},line={at.line},col={at.column},title={_property(f.code)}"
        lines.append(f"::{f.severity} {where}::{message}\n")
    return "".join(lines)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
