"""Findings for programs. The shape is stable: `docs/json.md`."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pmkit.kernel.finding import Finding
from pmkit.kernel.place import Place


def findings_json(findings: Sequence[Finding]) -> str:
    """An object with `findings`, each with code, place, both languages and the values that the message names."""
    rows = [
        {
            "code": f.code,
            "severity": f.severity,
            "path": f.at.path,
            "line": f.at.line if isinstance(f.at, Place) else 1,
            "column": f.at.column if isinstance(f.at, Place) else 1,
            "record": f.record,
            "message": {"en": f.says.en, "zh": f.says.zh},
            "fix": {"en": f.fix.en, "zh": f.fix.zh},
            "args": dict(f.args),
        }
        for f in findings
    ]
    errors = sum(f.severity == "error" for f in findings)
    value = {"findings": rows, "errors": errors, "warnings": len(rows) - errors}
    return json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n"
