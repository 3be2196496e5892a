"""What stood when a running project was adopted is counted and not listed, each until its record is touched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pmkit.domain.adoptions import Adoption, KnownFinding, state_digest
from pmkit.kernel.finding import Finding
from pmkit.workspace.model import Workspace


def may_be_adopted(ws: Workspace, findings: Iterable[Finding]) -> list[KnownFinding]:
    """The findings that an adoption takes in: those of a record that can be read, each check of it once."""
    found = {
        (finding.code, finding.record): KnownFinding(
            check=finding.code, record=finding.record, digest=state_digest(ws.records[finding.record])
        )
        for finding in findings
        if not finding.is_broken and finding.record is not None and finding.record in ws.records
    }
    return sorted(found.values(), key=lambda known: (known.record, known.check))


def listed(ws: Workspace, findings: Sequence[Finding]) -> tuple[list[Finding], int]:
    """The findings that are listed, and how many are not: known at adoption, of a record that nobody touched since."""
    known = {(k.check, k.record): k.digest for a in ws.of(Adoption) if not a.is_closed for k in a.findings}
    if not known:
        return list(findings), 0
    digests: dict[str, str] = {}

    def is_quiet(finding: Finding) -> bool:
        record = ws.records.get(finding.record or "")
        then = known.get((finding.code, finding.record or ""))
        if then is None or record is None or finding.is_broken:
            return False
        if record.id not in digests:
            digests[record.id] = state_digest(record)
        return digests[record.id] == then

    kept = [finding for finding in findings if not is_quiet(finding)]
    return kept, len(findings) - len(kept)
