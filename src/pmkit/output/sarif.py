"""Findings as SARIF 2.1.0, for code scanning."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from pmkit import __version__
from pmkit.kernel.finding import Finding, Outcome, fingerprints
from pmkit.kernel.text import Lang

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
Page = Callable[[str], str]  # a code -> its explain page as Markdown, the first line a heading `# CODE Title`


def findings_sarif(outcome: Outcome, lang: Lang, page: Page, prefix: str = "") -> str:
    """One run. Excused findings are results with a suppression; columns count Unicode characters.

    `prefix`: the workspace's folder inside the repository, ending in `/`.
    """
    findings = [*outcome.findings, *(entry.finding for entry in outcome.waived)]
    codes = sorted({finding.code for finding in findings})
    results = [
        _result(finding, name, codes, lang, prefix)
        for finding, name in zip(findings, fingerprints(findings), strict=True)
    ]
    for result, entry in zip(results[len(outcome.findings) :], outcome.waived, strict=True):
        why = f"{entry.waiver}: {entry.reason} ({entry.until})"
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": why}]
    run = {
        "tool": {"driver": {"name": "pmkit", "version": __version__, "rules": _rules(findings, codes, page)}},
        "automationDetails": {"id": "pmkit/"},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _rules(findings: Sequence[Finding], codes: Sequence[str], page: Page) -> list[dict[str, Any]]:
    severities = {finding.code: finding.severity for finding in findings}
    rules = []
    for code in codes:
        head, _, body = page(code).partition("\n")
        title = head.removeprefix(f"# {code}").strip()
        rules.append(
            {
                "id": code,
                "shortDescription": {"text": title},
                "fullDescription": {"text": title},
                "help": {"text": body.strip(), "markdown": body.strip()},
                "defaultConfiguration": {"level": severities[code]},
                "properties": {"tags": [code[:3]]},
            }
        )
    return rules


def _result(finding: Finding, name: str, codes: Sequence[str], lang: Lang, prefix: str) -> dict[str, Any]:
    at, fix = finding.place, finding.fix.to(lang)
    region = {"startLine": at.line, "startColumn": at.column}
    if at.width:
        region["endColumn"] = at.column + at.width
    location: dict[str, Any] = {
        "physicalLocation": {"artifactLocation": {"uri": quote(prefix + at.path)}, "region": region}
    }
    if finding.record:
        location["logicalLocations"] = [{"name": finding.record, "kind": "element"}]
    return {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": finding.severity,
        "message": {"text": finding.says.to(lang) + (f"\n{fix}" if fix else "")},
        "locations": [location],
        "partialFingerprints": {"pmkitFinding/v1": name},
    }
