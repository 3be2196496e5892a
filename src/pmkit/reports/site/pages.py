"""From the sources to the pages of the portal, in the order of its navigation."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.domain.acceptance import AcceptanceCase
from pmkit.domain.actions import ActionItem
from pmkit.domain.changes import ChangeRequest
from pmkit.domain.deliverables import Deliverable
from pmkit.domain.documents import Document
from pmkit.domain.interviews import Interview
from pmkit.domain.issues import Issue
from pmkit.domain.kind import Record
from pmkit.domain.meetings import Meeting
from pmkit.domain.objectives import Objective
from pmkit.domain.requirements import CATEGORIES, FITS, PRIORITIES, Requirement
from pmkit.domain.reviews import Review
from pmkit.domain.signoffs import SignOff
from pmkit.kernel.digest import short
from pmkit.kernel.text import Text
from pmkit.reports.requirements import block
from pmkit.reports.site.gantt import gantt
from pmkit.reports.site.records import entry, found, has_page, life, record_page, stages, status_words
from pmkit.reports.site.sources import Sources
from pmkit.reports.views.change_register import ChangeRegister
from pmkit.reports.views.documents import DocumentRegister
from pmkit.reports.views.duties import DutyRegister
from pmkit.reports.views.issues import IssueLog
from pmkit.reports.views.plan import PlanReport
from pmkit.reports.views.risks import RiskRegister
from pmkit.reports.views.site import (
    ActionLine,
    Entry,
    Figure,
    Found,
    Page,
    RequirementLine,
    RequirementPage,
    SignedPaper,
    Site,
)
from pmkit.reports.views.weekly import WeeklyReport
from pmkit.reports.weekly.progress import REACHED
from pmkit.workspace.coverage import alive, linked, share
from pmkit.workspace.links import Trace
from pmkit.workspace.signing import Standing, not_signed_again, standings

HOME = "index"
NEXT_MILESTONES = 6  # on the overview
NAV: tuple[tuple[str, Text], ...] = (
    (HOME, Text("Overview", "概览")),
    ("plan", Text("Plan", "计划")),
    ("requirements", Text("Requirements", "需求")),
    ("changes", Text("Changes", "变更")),
    ("risks", Text("Risks", "风险")),
    ("meetings", Text("Meetings", "会议与待办")),
    ("matters", Text("Matters", "配合与问题")),
    ("acceptance", Text("Acceptance", "交付与验收")),
    ("documents", Text("Documents", "文档")),
)
_TITLES = {
    "matters": Text("Needed from you, and issues", "需贵方配合事项与问题"),
    "matters-internal": Text("Needed from the customer, and issues", "需建设单位配合事项与问题"),
    "meetings": Text("Meetings, minutes and actions", "会议纪要与待办事项"),
    "acceptance": Text("Deliverables, acceptance and sign-offs", "交付物、验收与签认"),
}
_SECTIONS = {
    "requirement": "requirements", "objective": "requirements", "interview": "meetings", "change": "changes",
    "deliverable": "acceptance", "case": "acceptance", "signoff": "acceptance", "meeting": "meetings",
    "action": "meetings", "review": "meetings", "duty": "matters", "issue": "matters", "risk": "risks",
    "quality-check": "acceptance", "nonconformity": "matters", "support": "matters", "document": "documents",
}  # fmt: skip


def site_of(sources: Sources) -> Site:
    """What every page says of the project."""
    project = sources.seen.project
    return Site(
        project=project.name,
        customer=project.customer,
        supplier=project.supplier,
        audience=sources.audience,
        lang=project.language,
        as_of=sources.basis.as_of,
        status_date=sources.basis.status_date,
        basis=sources.basis,
        nav=NAV,
    )


def pages(sources: Sources) -> Iterator[Page]:
    """Every page: those of the navigation first, then one a record."""
    trace = sources.seen.trace
    standing = {one.record_id: one for one in standings(sources.seen)}
    yield _overview(sources)
    yield _plan(sources)
    yield _requirements(sources, trace, standing)
    yield _changes(sources)
    yield _risks(sources)
    yield _meetings(sources)
    yield _matters(sources)
    yield _acceptance(sources, trace)
    yield _documents(sources)
    for record in sources.seen.records.values():
        if has_page(record, sources.audience):
            yield _record(sources, trace, record, standing.get(record.id))


def index(sources: Sources) -> Iterator[Found]:
    """What search finds: every record that is shown, and the pages themselves."""
    for key, label in NAV:
        yield Found(key, "", _title(sources, key), Text("page", "页面"), label.zh)
    for record in sources.seen.records.values():
        line = found(sources.seen, record, sources.audience)
        if line is not None:
            yield line
    for one in sources.downloads:
        yield Found("documents", "", one.title, one.lang, one.format)


def _title(sources: Sources, key: str) -> Text:
    if key == "matters" and sources.audience == "internal":
        return _TITLES["matters-internal"]
    return _TITLES.get(key) or dict(NAV)[key]


def _page(sources: Sources, key: str, view: object, **more: object) -> Page:
    """A page of the navigation."""
    return Page(key, _title(sources, key), key, key if key != HOME else "overview", view, more)


def _entries(sources: Sources, *kinds: type[Record]) -> tuple[Entry, ...]:
    shown = (entry(record, sources.audience) for kind in kinds for record in sources.seen.of(kind))
    return tuple(one for one in shown if one is not None)


# --- the pages of the navigation -------------------------------------------------------------------------------------


def _overview(sources: Sources) -> Page:
    weekly = sources.view("weekly", WeeklyReport)
    ahead = [one for one in weekly.milestones if one.status != REACHED] if weekly else []
    return _page(
        sources, HOME, weekly,
        milestones=tuple(sorted(ahead, key=lambda one: str(one.forecast))[:NEXT_MILESTONES]),
        figures=tuple(_figures(sources)),
        objectives=_entries(sources, Objective),
    )  # fmt: skip


def _figures(sources: Sources) -> Iterator[Figure]:
    ws, today = sources.seen, sources.basis.as_of
    living = alive(ws)
    signed = {one.record_id for one in standings(ws)}
    yield Figure(
        Text("Requirements", "需求"), str(len(living)),
        Text("signed {share}", "已签认 {share}").format(share=share(sum(r.id in signed for r in living), len(living))),
        "requirements",
    )  # fmt: skip
    changes = [c for c in ws.changes if has_page(c, sources.audience)]
    waiting = sum(c.status in {"submitted", "assessed", "approved"} for c in changes)
    yield Figure(
        Text("Changes", "变更"), str(len(changes)), Text("{n} undecided", "待决定 {n}").format(n=waiting), "changes"
    )
    issues = [one for one in ws.of(Issue) if not one.is_closed]
    late = sum(one.is_overdue(today) for one in issues)
    yield Figure(Text("Open issues", "未关闭问题"), str(len(issues)), _late(late), "matters")
    actions = [one for one in ws.actions if not one.is_closed]
    yield Figure(
        Text("Open actions", "未完成待办"), str(len(actions)), _late(sum(_overdue(sources, a) > 0 for a in actions)),
        "meetings",
    )  # fmt: skip
    cases = [one for one in ws.of(AcceptanceCase) if one.status != "withdrawn"]
    if cases:
        passed = sum(one.status in {"passed", "waived"} for one in cases)
        yield Figure(Text("Acceptance cases passed", "验收用例通过"), share(passed, len(cases)), "", "acceptance")


def _late(count: int) -> Text:
    return Text("{n} past their date", "逾期 {n}").format(n=count) if count else Text("none past its date", "无逾期")


def _overdue(sources: Sources, action: ActionItem) -> int:
    due = action.due_now
    return max(0, (sources.basis.as_of - due).days) if due and not action.is_closed else 0


def _plan(sources: Sources) -> Page:
    plan = sources.view("plan", PlanReport)
    weekly = sources.view("weekly", WeeklyReport)
    return _page(
        sources, "plan", plan,
        gantt=gantt(plan) if plan else None,
        milestones=weekly.milestones if weekly else (),
    )  # fmt: skip


def _requirements(sources: Sources, trace: Trace, standing: dict[str, Standing]) -> Page:
    lines = []
    for r in sources.seen.requirements:
        shown, signed = entry(r, sources.audience), standing.get(r.id)
        if shown is not None:
            lines.append(
                RequirementLine(
                    entry=shown,
                    category=CATEGORIES.get(r.category or ""),
                    priority=PRIORITIES.get(r.priority or ""),
                    signed=Text.same(signed.signoff.id) if signed else None,
                    changed=not_signed_again(signed) if signed else "",
                    traced=(
                        bool(linked(trace, r.id, "task")),
                        bool(linked(trace, r.id, "deliverable")),
                        bool(linked(trace, r.id, "case")),
                    ),
                )
            )
    return _page(
        sources, "requirements", tuple(lines),
        statuses=tuple(dict.fromkeys(line.entry.status for line in lines)),
        categories=tuple(word for word in CATEGORIES.values() if any(line.category == word for line in lines)),
        priorities=tuple(word for word in PRIORITIES.values() if any(line.priority == word for line in lines)),
        objectives=_entries(sources, Objective),
    )  # fmt: skip


def _changes(sources: Sources) -> Page:
    return _page(sources, "changes", sources.view("changes", ChangeRegister))


def _risks(sources: Sources) -> Page:
    return _page(sources, "risks", sources.view("risks", RiskRegister))


def _meetings(sources: Sources) -> Page:
    ws = sources.seen
    held = []
    for meeting in sorted(ws.meetings, key=lambda m: (str(m.time), m.id), reverse=True):
        shown = entry(meeting, sources.audience)
        if shown is not None:
            held.append(Entry(shown.ref, shown.title, shown.status, shown.address, meeting.day))
    actions = []
    for action in sorted(ws.actions, key=lambda a: (a.is_closed, str(a.due_now or "9999"), a.id)):
        shown = entry(action, sources.audience)
        if shown is not None:
            origin = str(action.from_ or "")
            record = ws.records.get(origin)
            is_there = record is not None and has_page(record, sources.audience)
            actions.append(
                ActionLine(
                    shown, ws.person_name(action.owner), action.due_now, _overdue(sources, action),
                    origin if is_there else "",
                )
            )  # fmt: skip
    return _page(
        sources, "meetings", tuple(held),
        actions=tuple(actions),
        interviews=_entries(sources, Interview),
        reviews=_entries(sources, Review),
    )  # fmt: skip


def _matters(sources: Sources) -> Page:
    weekly = sources.view("weekly", WeeklyReport)
    return _page(
        sources, "matters", weekly,
        duties=sources.view("duties", DutyRegister),
        issues=sources.view("issues", IssueLog),
    )  # fmt: skip


def _acceptance(sources: Sources, trace: Trace) -> Page:
    signed = []
    for one in sources.seen.of(SignOff):
        shown = entry(one, sources.audience)
        if shown is not None:
            names = tuple((sources.seen.person_name(s.by), s.on) for s in one.signed)
            signed.append(SignedPaper(shown, one.version, len(one.records), short(one.over_all), names))
    cases = [(one, linked_requirements(trace, one)) for one in _entries(sources, AcceptanceCase)]
    return _page(
        sources, "acceptance", tuple(signed),
        deliverables=_entries(sources, Deliverable),
        cases=tuple(cases),
    )  # fmt: skip


def linked_requirements(trace: Trace, one: Entry) -> tuple[str, ...]:
    """The requirements that a case proves."""
    return tuple(trace.of_kind(trace.upstream(one.ref), "requirement"))


def _documents(sources: Sources) -> Page:
    titles = {
        one.title: tuple(other for other in sources.downloads if other.title == one.title) for one in sources.downloads
    }
    return _page(
        sources, "documents", tuple(titles.items()),
        register=sources.view("documents", DocumentRegister),
        registered=frozenset(one.ref for one in _entries(sources, Document)),
    )  # fmt: skip


# --- one page a record -----------------------------------------------------------------------------------------------


def _record(sources: Sources, trace: Trace, record: Record, standing: Standing | None) -> Page:
    section = _SECTIONS[record.kind.name]
    around = stages(trace, record, sources.audience)
    told = life(sources.seen, record)
    if isinstance(record, Requirement):
        view = RequirementPage(
            block(sources.seen, record, standing), FITS.get(record.fit or ""), record.solution or "", around, told
        )
        return Page(record.id, record.title, section, "requirement", view)
    if isinstance(record, ChangeRequest) and record.id in sources.forms:
        shown = {"stages": around, "steps": told, "status": status_words(record)}
        return Page(record.id, record.title, section, "change", sources.forms[record.id], shown)
    if isinstance(record, Meeting) and record.id in sources.minutes:
        shown = {"stages": around, "steps": told, "status": status_words(record)}
        return Page(record.id, record.title, section, "meeting", sources.minutes[record.id], shown)
    return Page(record.id, record.name_to_show, section, "record", record_page(trace, record, sources.audience))
