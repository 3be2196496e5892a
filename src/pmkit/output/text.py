"""Findings for a person: place, message, on a terminal the line itself, then what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pmkit.kernel.finding import Finding, Outcome, Waived
from pmkit.kernel.place import Place
from pmkit.kernel.text import Lang, Text, display_width, shorten
from pmkit.output.tables import one_line

Source = Callable[[str], str | None]  # a path -> the text of that file
SEVERITY = {"error": Text("error", "错误"), "warning": Text("warning", "警告")}
_UNSHOWN = "SEC"  # a password is not printed once more, nor what a link leads to
_PAINT = {
    "error": "\x1b[1;31m", "warning": "\x1b[1;33m", "place": "\x1b[1m", "code": "\x1b[36m", "plain": "\x1b[0m",
}  # fmt: skip


def findings_text(
    findings: Sequence[Finding], lang: Lang, source: Source | None = None, *, width: int = 120, colour: bool = False
) -> str:
    """One paragraph a finding. `source` gives files' texts, for excerpts of at most `width` cells."""
    return "".join(_paragraph(f, lang, source, width, colour=colour) for f in findings)


def waived_text(waived: Sequence[Waived], lang: Lang) -> str:
    """One paragraph an excused finding, with the reason and the day up to which it holds."""
    label = Text("waived", "已豁免")
    why = Text("{id}: {reason} (until {until})", "{id}：{reason}（至 {until}）")
    return "".join(
        f"{one_line(str(entry.finding.place))}: {label.to(lang)} {entry.finding.code} "
        f"{one_line(entry.finding.says.to(lang))}\n"
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
    if outcome.adopted:
        parts.append(Text("{n} from before the adoption", "{n} 个接入时已有的问题未列出").format(n=outcome.adopted))
    if outcome.waived:
        parts.append(Text("{n} waived", "{n} 个已豁免").format(n=len(outcome.waived)))
    return Text.join(parts, zh="，").to(lang)


def _paragraph(finding: Finding, lang: Lang, source: Source | None, width: int, *, colour: bool) -> str:
    paint = _PAINT if colour else dict.fromkeys(_PAINT, "")
    at, plain = finding.place, paint["plain"]
    severity = f"{paint[finding.severity]}{SEVERITY[finding.severity].to(lang)}{plain}"
    place = f"{paint['place']}{one_line(str(at))}{plain}"
    lines = [f"{place}: {severity} {paint['code']}{finding.code}{plain} {one_line(finding.says.to(lang))}"]
    if source is not None and not finding.code.startswith(_UNSHOWN):
        lines += _excerpt(at, source(at.path), width, paint[finding.severity], plain)
    if finding.fix.to(lang):
        lines.append(f"  {Text('fix: ', '处理：').to(lang)}{one_line(finding.fix.to(lang))}")
    return "\n".join(lines) + "\n"


def _excerpt(at: Place, text: str | None, width: int, start: str, end: str) -> list[str]:
    """The line with markers under the value, aligned by display width; of a long line the part around the value."""
    rows = text.split("\n") if text else []
    if not 0 < at.line <= len(rows):
        return []
    row = "".join(ch if ch.isprintable() else " " for ch in rows[at.line - 1].removeprefix("\ufeff").rstrip("\r"))
    gutter = max(4, len(str(at.line)))
    room = max(20, width - gutter - 3)
    first, marked = at.column - 1, row[at.column - 1 : at.column - 1 + max(1, at.width)]
    limit = room - 8 - min(display_width(marked), room // 2)  # cells before the value; eight for what follows it
    left = 0
    while display_width(row[left:first]) > limit:
        left += 1
    shown, before = row[left:], row[left:first]
    if left:
        shown, before = "…" + shown[1:], "…" + before[1:]
    marks = "^" * max(1, min(display_width(marked), room - display_width(before)))
    shown = shorten(shown, room)
    return [
        f"{at.line:>{gutter}} | {shown}",
        f"{' ' * gutter} | {' ' * display_width(before)}{start}{marks}{end}",
    ]
