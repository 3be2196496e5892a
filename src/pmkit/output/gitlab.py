"""Findings as GitLab's code quality report: they appear in the merge request, new ones apart from old ones."""

from __future__ import annotations

import json

from pmkit.kernel.finding import Outcome, fingerprints
from pmkit.kernel.text import Lang

_SEVERITY = {"error": "major", "warning": "minor"}


def findings_gitlab(outcome: Outcome, lang: Lang, prefix: str = "") -> str:
    """A list of objects with description, check_name, fingerprint, severity and location.

    GitLab compares the fingerprints of two branches, and shows one entry a fingerprint. `prefix`: the workspace's
    folder inside the repository, ending in `/`.
    """
    rows = [
        {
            "description": f"{f.code} {f.says.to(lang)}",
            "check_name": f.code,
            "fingerprint": name,
            "severity": _SEVERITY[f.severity],
            "location": {"path": prefix + f.place.path, "lines": {"begin": f.place.line}},
        }
        for f, name in zip(outcome.findings, fingerprints(outcome.findings), strict=True)
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"
