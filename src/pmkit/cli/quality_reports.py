"""The documents of risks and quality, for `pmkit report`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from pmkit.cli.report import Asked
    from pmkit.cli.session import Session
    from pmkit.reports.document import View
    from pmkit.reports.views.blocks import Audience
    from pmkit.workspace.model import Workspace
    from pmkit.workspace.risks import Rated


def rating_history(s: Session) -> dict[str, list[Rated]]:
    """How each risk was rated over time, out of git; nothing outside a repository."""
    from pmkit.domain.risks import RISK
    from pmkit.store.history import versions_of
    from pmkit.workspace.risks import ratings

    if s.git is None:
        return {}
    return {name.removesuffix(".yaml"): ratings(found) for name, found in versions_of(s.git, RISK.folder).items()}


def _risks_view(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.cli.report import basis
    from pmkit.reports.change import form_head
    from pmkit.reports.risks import risk_register
    from pmkit.reports.views.risks import blank_register

    if asked.blank:
        return blank_register(form_head(seen))
    history = rating_history(s) if asked.audience == "internal" else {}
    return risk_register(seen, s.today, asked.audience, basis(s, None), history)


def _quality_plan_view(s: Session, seen: Workspace, _: Asked) -> View:
    from pmkit.cli.report import basis
    from pmkit.reports.quality import quality_plan

    return quality_plan(seen, s.today, basis(s, None))


def _quality_view(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.cli.report import basis
    from pmkit.reports.quality import quality_report
    from pmkit.workspace.health import quality

    return quality_report(seen, quality(seen, s.today), s.today, asked.audience, basis(s, None))


def _quality_check_view(s: Session, seen: Workspace, record_id: str | None, _: Audience, *, blank: bool) -> View:
    from pmkit.cli.report import basis
    from pmkit.domain.quality import QualityCheck
    from pmkit.reports.quality import ALL_RESULTS, check_record, quality_head
    from pmkit.reports.views.quality import blank_check

    if blank:
        return blank_check(quality_head(seen), ALL_RESULTS)
    if record_id is None:
        raise UsageError(
            Text("which check?", "请指明质量检查编号"), Text.same("pmkit report quality-check QCK-001 | --blank")
        )
    return check_record(seen, seen.get(record_id, QualityCheck), basis(s, None))


def _nonconformity_view(s: Session, seen: Workspace, record_id: str | None, _: Audience, *, blank: bool) -> View:
    from pmkit.cli.report import basis
    from pmkit.domain.quality import Nonconformity
    from pmkit.reports.quality import ALL_DISPOSITIONS, ALL_SEVERITIES, nonconformity_report, quality_head
    from pmkit.reports.views.quality import blank_nonconformity

    if blank:
        return blank_nonconformity(quality_head(seen), ALL_SEVERITIES, ALL_DISPOSITIONS)
    if record_id is None:
        raise UsageError(
            Text("which nonconformity?", "请指明不符合项编号"),
            Text.same("pmkit report nonconformity NCR-001 | --blank"),
        )
    return nonconformity_report(seen, seen.get(record_id, Nonconformity), basis(s, None))


FORMS: dict[str, Callable[..., Any]] = {
    "quality-check": _quality_check_view,
    "nonconformity": _nonconformity_view,
}
OF_PROJECT: dict[str, Callable[..., Any]] = {
    "risks": _risks_view,
    "quality-plan": _quality_plan_view,
    "quality": _quality_view,
}
