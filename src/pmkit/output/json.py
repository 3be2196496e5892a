"""Findings for programs. The shape is stable: `docs/commands.md`, JSON."""

from __future__ import annotations

import json
from typing import Any

from pmkit.kernel.finding import Finding, Outcome, fingerprints


def findings_json(outcome: Outcome) -> str:
    """An object with `findings`, each with code, place, both languages and the values that the message names.

    `waived` holds those that somebody excused, with the waiver; `known` is a number only where news were asked for.
    """
    value = {
        "findings": [
            finding_json(finding) | {"fingerprint": name}
            for finding, name in zip(outcome.findings, fingerprints(outcome.findings), strict=True)
        ],
        "errors": outcome.of("error"),
        "warnings": outcome.of("warning"),
        "waived": [
            finding_json(entry.finding)
            | {"waiver": entry.waiver, "reason": entry.reason, "until": entry.until.isoformat()}
            for entry in outcome.waived
        ],
        "known": outcome.known,
        "adopted": outcome.adopted,
    }
    return json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n"


def finding_json(finding: Finding) -> dict[str, Any]:
    """One finding with its place and both languages."""
    at = finding.place
    return {
        "code": finding.code,
        "severity": finding.severity,
        "path": at.path,
        "line": at.line,
        "column": at.column,
        "record": finding.record,
        "message": {"en": finding.says.en, "zh": finding.says.zh},
        "fix": {"en": finding.fix.en, "zh": finding.fix.zh},
        "args": dict(finding.args),
    }
