"""Findings for a person: place, message, on a terminal the line itself, then what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pmkit.kernel.finding import Finding, Outcome, Waived
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


def waived_text(waived: Sequence[Waived], lang: Lang) -> str:
    """One paragraph an excused finding, with the reason and the day up to which it holds."""
    label = Text("waived", "已豁免")
    why = Text("{id}: {reason} (until {until})", "{id}：{reason}（至 {until}）")
    return "".join(
        f"{entry.finding.place}: {label.to(lang)} {entry.finding.code} {entry.finding.says.to(lang)}\n"
        f"  {why.format(id=entry.waiver, reason=entry.reason, until=entry.until).to(lang)}\n"
        for entry in waived
    )


def summary(outcome: Outcome, lang: Lang) -> str:
    """How many of each severity, and what is not listed: the last line of a run."""
    errors, warnings = outcome.of("error"), outcome.of("warning")
    parts = [Text("no findings", "没有发现问题")]
    if outcome.known is not None:
        parts = [Text("no new findings", "没有新增问题")]
    if outcome.findings:
        counts = Text("{errors} {error}, {warnings} {warning}", "{errors} 个错误，{warnings} 个警告")
        parts = [
            counts.format(
                errors=errors,
                error="error" if errors == 1 else "errors",
                warnings=warnings,
                warning="warning" if warnings == 1 else "warnings",
            )
        ]
    if outcome.known:
        parts.append(Text("{n} not new", "{n} 个原有问题未列出").format(n=outcome.known))
    if outcome.waived:
        parts.append(Text("{n} waived", "{n} 个已豁免").format(n=len(outcome.waived)))
    return Text.join(parts, zh="，").to(lang)


def _paragraph(finding: Finding, lang: Lang, source: Source | None, *, colour: bool) -> str:
    severity = _SEVERITY[finding.severity].to(lang)
    if colour:
        severity = f"{_COLOUR[finding.severity]}{severity}\x1b[0m"
    at = finding.place
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
