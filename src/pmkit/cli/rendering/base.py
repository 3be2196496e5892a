"""From a report's name to what it shows: for which audience, of which state, made from what."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pmkit.cli.progress import progress
from pmkit.cli.session import Session
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.ids import natural_order
from pmkit.kernel.text import Lang, Text
from pmkit.workspace.layout import REPORTS as FOLDER
from pmkit.workspace.layout import TEMPLATES

if TYPE_CHECKING:
    from pmkit.reports.catalogue import Report
    from pmkit.reports.document import View
    from pmkit.reports.views.blocks import Audience, Basis, Photo
    from pmkit.reports.weekly.sources import Week
    from pmkit.workspace.health import Judged
    from pmkit.workspace.model import Workspace
    from pmkit.workspace.planning import Verdict

AUDIENCES: tuple[Audience, ...] = ("customer", "internal")
_SOON = timedelta(days=60)
# The module beside this one whose function, named as the report, gives what it shows.
_HOMES = {
    "weekly": "weekly",
    "monthly": "monthly",
    "plan": "plan",
    "change": "changes",
    "changes": "changes",
    "requirements": "requirements",
    "requirements-diff": "requirements",
    "fit-gap": "requirements",
    "traceability": "requirements",
    "signoff": "signoffs",
    "interview": "interviews",
    "communication": "communications",
    "minutes": "meetings",
    "attendance": "meetings",
    "agenda": "meetings",
    "stakeholders": "people",
    "contacts": "people",
    "issues": "issues",
    "duties": "duties",
    "review": "reviews",
    "reviews": "reviews",
    "survey": "surveys",
    "surveys": "surveys",
    "training": "training",
    "support": "support",
    "lessons": "lessons",
    "risks": "risks",
    "quality-plan": "quality",
    "quality": "quality",
    "quality-check": "quality",
    "nonconformity": "quality",
    "team": "team",
    "raci": "team",
    "documents": "documents",
    "papers": "papers",
    "letter": "letters",
    "letters": "letters",
    "cost": "costs",
    "cost-plan": "costs",
    "cost-summary": "costs",
    "contract-matrix": "contracts",
    "payments": "payments",
    "payment": "payments",
    "closure": "closures",
    "items": "goods",
    "receipt": "goods",
    "site-record": "goods",
}


@dataclass(frozen=True)
class Asked:
    """What was asked of a report beside its name."""

    record_id: str | None
    audience: Audience
    blank: bool = False
    summary: str | None = None
    judged: Judged | None = None
    version: str | None = None
    against: str | None = None
    draft: bool = False
    period: Week | None = None
    photos: tuple[Photo, ...] = ()
    correction: str | None = None


def rendered(s: Session, name: str, view: View, lang: Lang, form: str) -> bytes:
    """The document of a view in a format, by the workspace's own templates where it has them."""
    from pmkit.reports.document import compose, write

    templates = s.root / TEMPLATES
    with progress(Text("writing the document", "正在生成文档")):
        document = compose(name, view, lang, templates if templates.is_dir() else None)
    return write(document, form)


def view_of(s: Session, report: Report, asked: Asked, whole: Workspace | None = None) -> View:
    """The view of a report for its audience; the customer's is made of the workspace that the customer may see.

    `whole`: the workspace to show, where it is not the one that lies there. Refused where a document of our own house
    is asked for the customer.
    """
    from pmkit.workspace.audience import for_customer

    if report.internal and asked.audience == "customer":
        raise Refused(
            Text(en="the {name} is internal as a whole", zh="{name}为内部文件，不得外发").format(name=report.title),
            Text.same(f"pmkit report {report.name} --audience internal"),
        )
    whole = whole or s.whole
    seen = whole if asked.audience == "internal" else for_customer(whole)
    if report.kind is None and (asked.record_id is not None or (asked.blank and not report.has_blank)):
        raise UsageError(
            Text(en="the {name} is of the whole project", zh="{name}针对整个项目，没有编号或空白表单").format(
                name=report.title
            )
        )
    return view_in(s, seen, report, asked)


def view_in(s: Session, seen: Workspace, report: Report, asked: Asked) -> View:
    """The view of a report, made of what its audience sees."""
    shown: View = getattr(import_module(f"{__package__}.{_HOMES[report.name]}"), report.name.replace("-", "_"))(
        s, seen, asked
    )
    return shown


def newest_of(s: Session, report: Report, audience: Audience) -> str | None:
    """The record whose form is meant where none was named: the newest that the reader may see, None without one.

    Of meetings the next one has an agenda and a sheet to sign, and the last one that was held has minutes.
    """
    from pmkit.domain.meetings import HELD, Meeting
    from pmkit.workspace.audience import for_customer
    from pmkit.workspace.meetings import coming

    if report.kind is None:
        return None
    seen = s.whole if audience == "internal" else for_customer(s.whole)
    found = [record for record in seen.records.values() if record.kind.name == report.kind]
    if report.kind == "meeting":
        meetings = [one for one in found if isinstance(one, Meeting)]
        if not report.beside:
            return max(((m.day, m.id) for m in meetings if m.status in HELD), default=(None, None))[1]
        soon = coming(seen, s.today, s.today + _SOON)
        return next((one.source.id for one in soon if one.meeting or report.name == "agenda"), None)
    return max((record.id for record in found), key=natural_order, default=None)


def sample_views(s: Session, report: Report) -> Iterator[View]:
    """The views that a report may have to show: of each audience, of the first record of its kind, of none."""
    records = [record.id for record in s.whole.records.values() if record.kind.name == report.kind][:1]
    for audience in AUDIENCES:
        asked = [Asked(record, audience) for record in records] if report.kind else [Asked(None, audience)]
        if report.kind or report.has_blank:
            asked.append(Asked(None, audience, blank=True))
        for one in asked:
            with suppress(UsageError, Refused):  # what this project has nothing for yet, what this audience may not see
                yield view_of(s, report, one)


def verdict(s: Session, planned: Any) -> Verdict | None:
    """Drift against the newest baseline up to the reporting date; None without one."""
    from pmkit.workspace.planning import frozen_items, judged

    known = [b for b in s.whole.baselines if b.on <= s.today]
    if not known:
        return None
    return judged(planned, known[-1].id, frozen_items(known[-1]), known[-1].includes, None)


def touched(s: Session, first: date, last: date) -> frozenset[str]:
    """The ids of records that commits of these days touched; commits of reports alone are no events."""
    from datetime import datetime, time
    from zoneinfo import ZoneInfo

    from pmkit.store.history import commits

    if s.git is None:
        return frozenset()
    zone = ZoneInfo(s.whole.project.timezone)
    since = datetime.combine(first, time(), zone)
    until = datetime.combine(last + timedelta(days=1), time(), zone)
    ids = set()
    for commit in commits(s.git, since=since):
        if commit.time < until:
            ids |= {
                f.path.rsplit("/", 1)[-1].removesuffix(".yaml") for f in commit.files if not f.path.startswith(FOLDER)
            }
            ids |= set(commit.trailers.get("Pmkit-Record", ()))
    return frozenset(ids)


def basis(s: Session, status_date: date | None) -> Basis:
    from pmkit import __version__
    from pmkit.reports.views.blocks import Basis

    head = s.commit_of(s.rev) if s.rev else (s.git.head if s.git else None)
    return Basis((head or "")[:9] or "-", s.today, status_date, __version__)
