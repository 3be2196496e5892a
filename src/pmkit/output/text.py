"""Findings for a person: place, message, on a terminal the line itself, then what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pmkit.kernel.finding import Finding
from pmkit.kernel.place import Place
from pmkit.kernel.text import Lang, Text, display_width, shorten

Source = Callable[[str], str | None]  # a path -> the text of that file
_SEVERITY = {"error": Text("error", "错误"), "warning": Text("warning", "警告")}
_COLOUR = {"error": "\x1b[31m", "warning": "\x1b[33m"}


def findings_text(
    findings: Sequence[Finding], lang: Lang, source: Source | None = None, *, colour: bool = False
) -> str:
    """One paragraph a finding. `source` gives files' texts, for excerpts."""
    return "".join(_paragraph(f, lang, source, colour=colour) for f in findings)


def summary(findings: Sequence[Finding], lang: Lang) -> str:
    """How many of each severity: the last line of a run."""
    errors = sum(f.severity == "error" for f in findings)
    warnings = len(findings) - errors
    if not findings:
        return Text("no findings", "没有发现问题").to(lang)
    return (
        Text("{errors} {error}, {warnings} {warning}", "{errors} 个错误，{warnings} 个警告")
        .format(
            errors=errors,
            error="error" if errors == 1 else "errors",
            warnings=warnings,
            warning="warning" if warnings == 1 else "warnings",
        )
        .to(lang)
    )


def _paragraph(finding: Finding, lang: Lang, source: Source | None, *, colour: bool) -> str:
    severity = _SEVERITY[finding.severity].to(lang)
    if colour:
        severity = f"{_COLOUR[finding.severity]}{severity}\x1b[0m"
    at = finding.at if isinstance(finding.at, Place) else Place(finding.at.path)
    lines = [f"{at}: {severity} {finding.code} {finding.says.to(lang)}"]
    if source is not None:
        lines += _excerpt(at, source(at.path))
    if finding.fix.to(lang):
        lines.append(f"  {Text('fix: ', '处理：').to(lang)}{finding.fix.to(lang)}")
    return "\n".join(lines) + "\n"


def _excerpt(at: Place, text: str | None) -> list[str]:
    """The line with markers under the value, aligned by display width."""
    rows = text.split("\n") if text else []
    if not 0 < at.line <= len(rows):
        return []
    row = rows[at.line - 1].removeprefix("\ufeff").rstrip("\r").replace("\t", " ")
    before, marked = row[: at.column - 1], row[at.column - 1 : at.column - 1 + max(1, at.width)]
    number = f"{at.line:>4}"
    marks = "^" * max(1, min(display_width(marked), 60))
    return [f"{number} | {shorten(row, 100)}", f"     | {' ' * display_width(before)}{marks}"]
