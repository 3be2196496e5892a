"""Quality: plan, checks, nonconformities, report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmkit.cli.rendering.base import Asked, basis
from pmkit.cli.session import Session
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from pmkit.reports.document import View
    from pmkit.workspace.model import Workspace


def quality_plan(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.quality import quality_plan

    return quality_plan(seen, s.today, basis(s, None))


def quality(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.quality import quality_report
    from pmkit.workspace.health import quality

    return quality_report(seen, quality(seen, s.today), s.today, asked.audience, basis(s, None))


def quality_check(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.domain.quality import QualityCheck
    from pmkit.reports.quality import ALL_RESULTS, check_record, quality_head
    from pmkit.reports.views.quality import blank_check

    if asked.blank:
        return blank_check(quality_head(seen), ALL_RESULTS)
    if asked.record_id is None:
        raise UsageError(
            Text("which check?", "请指明质量检查编号"), Text.same("pmkit report quality-check QCK-001 | --blank")
        )
    return check_record(seen, seen.get(asked.record_id, QualityCheck), basis(s, None))


def nonconformity(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.domain.quality import Nonconformity
    from pmkit.reports.quality import ALL_DISPOSITIONS, ALL_SEVERITIES, nonconformity_report, quality_head
    from pmkit.reports.views.quality import blank_nonconformity

    if asked.blank:
        return blank_nonconformity(quality_head(seen), ALL_SEVERITIES, ALL_DISPOSITIONS)
    if asked.record_id is None:
        raise UsageError(
            Text("which nonconformity?", "请指明不符合项编号"),
            Text.same("pmkit report nonconformity NCR-001 | --blank"),
        )
    return nonconformity_report(seen, seen.get(asked.record_id, Nonconformity), basis(s, None))
