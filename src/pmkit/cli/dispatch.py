"""`pmkit dispatch`: what went out and what came back. Also: what `send`, `confirm` and `inbox` are asked about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pmkit.cli.generic import list_command, show_command, transitions
from pmkit.cli.language import tell
from pmkit.cli.session import Session, group, one_of
from pmkit.domain.dispatches import DISPATCH, Dispatch
from pmkit.domain.issued_reports import IssuedReport
from pmkit.domain.kind import Record, Tracked
from pmkit.domain.registry import kind_of_id
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from pmkit.reports.catalogue import Report

app = group(tell(DISPATCH.plural))
list_command(app, DISPATCH)
show_command(app)
transitions(app, DISPATCH)


@dataclass(frozen=True)
class Target:
    """A document: a report, of one record or of a period; `dispatch`: one dispatch of it was named."""

    report: Report
    record: Record | None
    period: str | None
    dispatch: Dispatch | None = None

    @property
    def title(self) -> Text:
        """What the document is called: a letter by its form."""
        form: Text | None = getattr(self.record, "form", None)
        return form or self.report.title

    @property
    def about(self) -> str:
        """What tells it from other documents of its kind: the record's id or the period."""
        return self.record.id if self.record else self.period or ""

    @property
    def tag(self) -> str:
        """How the subject of a mail names it: `MTG-004`, `weekly 2026-W10`."""
        return self.record.id if self.record else f"{self.report.name} {self.period}"


def target_of(s: Session, what: str, period: str | None = None, document: str | None = None) -> Target:
    """The document behind an id or a report's name; `document`: which one, of a record that has several.

    Raises UsageError for a record that has none, Refused for an internal one.
    """
    from pmkit.reports.catalogue import REPORTS, report_named
    from pmkit.workspace.model import normal_id

    record_id = normal_id(what)
    kind = kind_of_id(record_id)
    if kind is None or kind.name in {"person", "progress"}:
        report = report_named(what)
        if report.kind is not None:
            raise UsageError(
                Text(en="which {name}?", zh="请指明{name}的编号").format(name=report.title),
                Text(en="name the record: `pmkit send ID`", zh="请写记录编号：`pmkit send 编号`"),
            )
        issued = _issued(s, report.name, period)
        return Target(report, issued, None if issued else period or period_of(report.name, s.today))
    record: Record = s.ws.get(record_id)
    if isinstance(record, IssuedReport):
        return Target(report_named(record.report), record, None)
    if isinstance(record, Dispatch):
        report = report_named(record.document)
        about: Record | None = s.ws.get(record.about) if record.about else None
        return Target(report, about, record.period, record)
    own = {r.name: r for r in REPORTS if r.kind == kind.name}
    if document is not None:
        one_of(document, own)
    found = own.get(document) if document else next((r for r in own.values() if not r.beside), None)
    if found is None:
        raise UsageError(
            Text(en="a {kind} has no document of its own", zh="{kind}没有单独的文件").format(kind=kind.label),
            Text(en="documents: {names}", zh="可发送的文件：{names}").format(
                names=Text.join(Text.same(r.name) for r in REPORTS)
            ),
        )
    if isinstance(record, Tracked) and not record.seen_by_customer:
        raise Refused(
            Text(en="{id} is internal and does not go out", zh="{id} 为内部记录，不对外发送").format(id=record.id),
            Text.same(f"pmkit set {record.id} visibility=customer"),
        )
    return Target(found, record, None)


def _issued(s: Session, report: str, period: str | None) -> IssuedReport | None:
    """What was issued of the period up to today: that is what is sent, and nothing else."""
    from pmkit.workspace.issued_reports import issue_at

    return issue_at(s.ws, report, s.today) if period is None else None


def period_of(report: str, day: date) -> str:
    """The period of a report that is made on a day: its week, its month, or the day."""
    if report == "weekly":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02d}"
    return f"{day:%Y-%m}" if report == "monthly" else day.isoformat()
