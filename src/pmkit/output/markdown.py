"""Findings as Markdown, for a job's summary or a comment in a merge request."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pmkit.kernel.finding import Outcome
from pmkit.kernel.text import Lang, Text
from pmkit.output.text import SEVERITY, summary

_HEADS = (
    Text("Severity", "级别"), Text("Place", "位置"), Text("Check", "检查项"), Text("Finding", "问题"),
    Text("What to do", "处理"),
)  # fmt: skip
_WAIVED = (Text("Place", "位置"), Text("Check", "检查项"), Text("Finding", "问题"), Text("Waived", "豁免理由"))
_SPECIAL = re.compile(r"[&<>\\*_{}\[\]()|~$^=]|[@#!%](?=[\w\"'])")
_MENTION = frozenset("@#!%~$")  # of a person, an issue, a label: GitHub and GitLab would link it, and tell the person


def findings_markdown(outcome: Outcome, lang: Lang) -> str:
    """A heading with the summary, a table of what counts, a folded table of what is waived."""
    title = Text("Project check: {summary}", "项目检查：{summary}").format(summary=summary(outcome, lang)).to(lang)
    parts = [f"## {title}\n"]
    if outcome.findings:
        rows = [
            (
                SEVERITY[f.severity].to(lang),
                _code(str(f.place)),
                f.code,
                _prose(f.says.to(lang)),
                _prose(f.fix.to(lang)),
            )
            for f in outcome.findings
        ]
        parts.append(_table([head.to(lang) for head in _HEADS], rows))
    if outcome.waived:
        why = Text("{id}: {reason} (until {until})", "{id}：{reason}（至 {until}）")
        rows_waived = [
            (
                _code(str(entry.finding.place)),
                entry.finding.code,
                _prose(entry.finding.says.to(lang)),
                _prose(why.format(id=entry.waiver, reason=entry.reason, until=entry.until).to(lang)),
            )
            for entry in outcome.waived
        ]
        label = Text("{n} waived", "{n} 个已豁免").format(n=len(outcome.waived)).to(lang)
        table = _table([head.to(lang) for head in _WAIVED], rows_waived)
        parts.append(f"<details><summary>{label}</summary>\n\n{table}\n</details>\n")
    return "\n".join(parts)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _prose(text: str) -> str:
    """A text of ours with values of the user's in it: code in backticks stays code, the rest is inert."""
    pieces = " ".join(text.split()).split("`")
    if len(pieces) % 2 == 0:
        return _inert(" ".join(pieces))
    return "".join(_code(piece) if place % 2 else _inert(piece) for place, piece in enumerate(pieces))


def _inert(text: str) -> str:
    """No markup, no link and no mention comes of it, wherever it is shown."""
    return _SPECIAL.sub(_harmless, text).replace("://", "&#58;//").replace("www.", "www&#46;")


def _harmless(found: re.Match[str]) -> str:
    """The character as an entity; one that begins a mention is cut off from its name by a space of no width."""
    character = found[0]
    shown = character if character in "@#!%" else f"&#{ord(character)};"
    return shown + ("&#8203;" if character in _MENTION else "")


def _code(text: str) -> str:
    return "`" + text.replace("`", "'").replace("|", "\\|") + "`" if text.strip() else ""
