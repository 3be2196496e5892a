"""`pmkit report NAME`: documents, as Markdown or HTML."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pmkit.cli import cost_reports, meeting_reports, quality_reports, review_reports
from pmkit.cli.language import h
from pmkit.cli.progress import progress
from pmkit.cli.scheduled import scheduled
from pmkit.cli.session import AT_REVISION, Session, command, one_of, out, parse_date, print_json, single, write_out
from pmkit.domain.changes import ChangeRequest
from pmkit.kernel.errors import BadWorkspace, Refused, UsageError, cannot_write
from pmkit.kernel.text import Lang, Text
from pmkit.kernel.usage import usage
from pmkit.workspace.layout import REPORTS as FOLDER
from pmkit.workspace.layout import TEMPLATES

if TYPE_CHECKING:
    from pmkit.domain.specification import Prose
    from pmkit.reports.catalogue import Report
    from pmkit.reports.document import View
    from pmkit.reports.views.blocks import Audience, Basis
    from pmkit.reports.views.plan import PlanReport
    from pmkit.reports.views.weekly import WeeklyReport
    from pmkit.workspace.model import Workspace
    from pmkit.workspace.planning import Planned, Verdict

app = single()
AUDIENCES: tuple[Audience, ...] = ("customer", "internal")


def _report(
    s: Session,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    record_id: Annotated[str | None, typer.Argument(metavar="[ID]")] = None,
    format_: Annotated[str, typer.Option("--format", help="md, html, docx, pdf")] = "md",
    lang: Annotated[
        str | None, typer.Option(help=h("zh or en (default: the project's)", "zh 或 en（默认为项目语言）"))
    ] = None,
    audience: Annotated[
        str | None,
        typer.Option(help=h("customer (default) or internal", "读者：customer（客户，默认）或 internal（内部）")),
    ] = None,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help=h("reporting date", "报告日期"))] = None,
    out_: Annotated[
        str | None,
        typer.Option(
            "--out", metavar="PATH", help=h("where to write, - for standard output", "输出位置，- 为标准输出")
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="SGN|REF|DATE",
            help=h(
                "requirements-diff: what to compare with (default: the newest sign-off)",
                "需求差异对照的基准（默认为最近一次签认）",
            ),
        ),
    ] = None,
    summary: Annotated[str | None, typer.Option(help=h("a person's own words on the week", "本周小结"))] = None,
    version: Annotated[
        str | None,
        typer.Option(help=h("its version (requirements, fit-gap, raci)", "版本（requirements、fit-gap、raci）")),
    ] = None,
    blank: Annotated[bool, typer.Option("--blank", help=h("the empty form", "空白表单"))] = False,
    commit: Annotated[bool, typer.Option("--commit", help=h("commit what was written", "提交生成的文件"))] = False,
) -> None:
    from pmkit.reports.catalogue import report_named
    from pmkit.reports.document import FORMATS

    report = report_named(name)
    one_of(format_, FORMATS)
    reader = _reader(report, audience)
    if lang is not None:
        one_of(lang, ("zh", "en"))
    if as_of:
        s.today = parse_date(as_of)
    chosen: Lang = "en" if (lang or s.whole.project.language) == "en" else "zh"
    view = view_of(s, report, Asked(record_id, reader, blank=blank, summary=summary, version=version, against=against))
    content = rendered(s, report.name, view, chosen, format_)
    if out_ == "-":
        write_out(content)
        return
    target = Path(out_) if out_ else s.root / FOLDER / _file_name(s, report, record_id, chosen, reader, format_)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    except OSError as error:
        raise cannot_write(target, error) from None
    done = _committed(s, report, target) if commit else None
    if s.json:
        print_json({"report": report.name, "path": str(target), "lang": chosen, "format": format_, "commit": done})
    else:
        out(str(target) + (f"  {h('commit', '提交')} {done[:9]}" if done else ""))


def _reader(report: Report, audience: str | None) -> Audience:
    """Whom the document is for, where nobody said: the customer, but for one of our own house."""
    if audience is None:
        return "internal" if report.internal else "customer"
    return "internal" if one_of(audience, AUDIENCES) == "internal" else "customer"


@dataclass(frozen=True)
class Asked:
    """What was asked of a report beside its name."""

    record_id: str | None
    audience: Audience
    blank: bool = False
    summary: str | None = None
    version: str | None = None
    against: str | None = None


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
    if report.kind is not None:
        view: View = _FORMS[report.name](s, seen, asked.record_id, asked.audience, blank=asked.blank)
        return view
    if asked.record_id is not None or (asked.blank and not report.has_blank):
        raise UsageError(
            Text(en="the {name} is of the whole project", zh="{name}针对整个项目，没有编号或空白表单").format(
                name=report.title
            )
        )
    of_project: View = _OF_PROJECT[report.name](s, seen, asked)
    return of_project


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


def _weekly_view(s: Session, seen: Workspace, asked: Asked) -> View:
    return weekly_view(s, seen, asked.audience, asked.summary)


def weekly_view(s: Session, seen: Workspace, audience: Audience, summary: str | None = None) -> WeeklyReport:
    """The week up to today, as the weekly report says it."""
    from pmkit.reports.weekly.report import weekly_report
    from pmkit.reports.weekly.sources import Sources, Week

    planned = scheduled(s, s.today.isoformat())
    week = Week.of(s.today, s.whole.project.first_day)
    sources = Sources(s.whole, seen, planned, verdict(s, planned), touched(s, week.start, week.finish))
    return weekly_report(sources, s.today, audience, basis(s, planned.status_date), summary)


def _plan_view(s: Session, seen: Workspace, asked: Asked) -> View:
    return plan_view(s, seen, asked.audience)


def plan_view(s: Session, seen: Workspace, audience: Audience) -> PlanReport:
    """What the plan's report shows: also its pictures, for the terminal."""
    from pmkit.reports.plan import MOST_DATES, plan_report
    from pmkit.reports.weekly.sources import Sources

    def sources(until: date) -> Sources:
        planned = scheduled(s, until.isoformat())
        return Sources(s.whole, seen, planned, verdict(s, planned), frozenset())

    now = sources(s.today)
    dates = [p.status_date for p in s.whole.progress if p.status_date <= s.today][-MOST_DATES:]
    earlier = [(day, sources(day)) for day in dates[:-1]] + [(day, now) for day in dates[-1:]]
    figures = _earned_figures(s, now.planned) if audience == "internal" else []
    return plan_report(now, s.today, audience, basis(s, now.planned.status_date), earlier, figures)


def _earned_figures(s: Session, planned: Planned) -> list[Any]:
    """Earned value at the status date; nothing where the plan has no costs."""
    from pmkit.output.earned import figures
    from pmkit.workspace.earned import earned, has_costs

    if not has_costs(s.whole):
        return []
    known = [b for b in s.whole.baselines if b.on <= s.today]
    plan = scheduled(s, date(1970, 1, 1).isoformat())
    return figures(earned(s.whole, plan, known[-1] if known else None, planned.status_date or s.today))


def _changes_view(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.change_register import change_register
    from pmkit.workspace.planning import plan_of

    planned = plan_of(s.whole, None)[0]
    return change_register(s.whole, seen, planned, asked.audience, basis(s, planned.status_date if planned else None))


def _requirements_diff_view(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.domain.signoffs import SignOff
    from pmkit.reports.requirements_diff import requirements_diff
    from pmkit.workspace.audience import for_customer

    signed = [one.id for one in seen.of(SignOff) if one.status == "signed" and one.subject == "requirements"]
    against = asked.against or (signed[-1] if signed else None)
    if against is None:
        raise UsageError(
            Text("with what is it to be compared?", "请指明与哪个状态对照"),
            usage("`pmkit report requirements-diff --against SGN-001|REF|DATE [--rev SGN-002|REF|DATE]`"),
        )
    earlier = Session(workspace=str(s.root), rev=against)
    old = earlier.whole if asked.audience == "internal" else for_customer(earlier.whole)
    after = Text.same(s.rev) if s.rev else Text(en=f"the state of {s.today}", zh=f"{s.today} 的状态")
    return requirements_diff(old, seen, against, after, asked.audience, basis(s, None))


def _team_view(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.team import team_report
    from pmkit.workspace.planning import plan_of

    planned = plan_of(s.whole, None)[0] if asked.audience == "internal" else None
    return team_report(seen, planned, asked.audience, basis(s, planned.status_date if planned else None))


def _raci_view(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.change import form_head
    from pmkit.reports.raci import LEGEND, responsibility_matrix
    from pmkit.reports.views.raci import blank_matrix

    if asked.blank:
        return blank_matrix(form_head(seen), LEGEND)
    return responsibility_matrix(seen, asked.version, asked.audience, basis(s, None))


def _documents_view(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.documents import document_register

    return document_register(s.whole, seen, asked.audience, basis(s, None))


def _traceability_view(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.traceability import traceability_matrix

    return traceability_matrix(seen, asked.audience, basis(s, None))


def _requirements_view(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.requirements import specification

    version = asked.version or _signed_version(s)
    return specification(seen, read_specification(s), version, s.today, basis(s, None))


def _fit_gap_view(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.change import form_head
    from pmkit.reports.fit_gap import fit_gap_table
    from pmkit.reports.views.fit_gap import blank_fit_gap

    if asked.blank:
        return blank_fit_gap(form_head(seen))
    return fit_gap_table(seen, asked.version, s.today, basis(s, None))


def _signed_version(s: Session) -> str | None:
    """The version that was signed, where the state that is read is that of a sign-off (`--rev signoff/SGN-001`)."""
    from pmkit.domain.signoffs import SignOff

    signoff = s.whole.find((s.rev or "").removeprefix("signoff/"), SignOff)
    return signoff.version if signoff is not None and signoff.subject == "requirements" else None


def read_specification(s: Session) -> Prose:
    """The prose of the specification at the state that is read; empty where nobody wrote any. Raises BadWorkspace."""
    from pmkit.domain.specification import FILE, parse_specification
    from pmkit.store.yaml_text import decode

    if s.rev is not None:
        data = s.need_git().contents_at(s.commit_of(s.rev), [FILE]).get(FILE, b"")
    else:
        path = s.root / FILE
        data = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
    text, findings = decode(data, FILE)
    if text is None:
        raise BadWorkspace(Text(en="{path} cannot be used", zh="{path} 无法使用").format(path=FILE), None, findings)
    return parse_specification(text)


def _change_view(s: Session, seen: Any, record_id: str | None, audience: Audience, *, blank: bool) -> View:
    from pmkit.reports.change import change_form, form_head
    from pmkit.reports.views.change import blank_change
    from pmkit.workspace.approvals import level_in_force
    from pmkit.workspace.impact import computed
    from pmkit.workspace.links import Trace
    from pmkit.workspace.planning import plan_of

    if blank:
        return blank_change(form_head(seen), audience=audience)
    if record_id is None:
        raise UsageError(
            Text("which change request?", "请指明变更编号"), Text.same("pmkit report change CR-001 | --blank")
        )
    planned = plan_of(s.whole, None)[0]
    whole = s.whole.get(record_id, ChangeRequest)
    change = seen.get(whole.id, ChangeRequest)
    return change_form(
        seen, change, level_in_force(s.whole, whole, planned), audience,
        basis(s, planned.status_date if planned else None), computed(Trace(seen), change, planned),
    )  # fmt: skip


def _interview_view(s: Session, seen: Any, record_id: str | None, _: Audience, *, blank: bool) -> View:
    from pmkit.domain.interviews import Interview
    from pmkit.reports.interview import interview_head, interview_record
    from pmkit.reports.views.interview import blank_interview

    if blank:
        return blank_interview(interview_head(seen))
    if record_id is None:
        raise UsageError(
            Text("which interview?", "请指明访谈编号"), Text.same("pmkit report interview INT-001 | --blank")
        )
    return interview_record(seen, seen.get(record_id, Interview), basis(s, None))


def _communication_view(s: Session, seen: Any, record_id: str | None, _: Audience, *, blank: bool) -> View:
    from pmkit.domain.communications import Communication
    from pmkit.reports.communication import communication_head, communication_record
    from pmkit.reports.views.communication import blank_communication

    if blank:
        return blank_communication(communication_head(seen))
    if record_id is None:
        raise UsageError(
            Text("which communication record?", "请指明沟通记录编号"),
            Text.same("pmkit report communication COM-001 | --blank"),
        )
    return communication_record(seen, seen.get(record_id, Communication), basis(s, None))


def _signoff_view(s: Session, seen: Any, record_id: str | None, _: Audience, *, blank: bool) -> View:
    from pmkit.domain.signoffs import SignOff
    from pmkit.reports.signoff import sheet_head, sign_off_sheet
    from pmkit.reports.views.signoff import blank_sheet

    if blank:
        return blank_sheet(sheet_head(seen))
    if record_id is None:
        raise UsageError(Text("which sign-off?", "请指明签认编号"), Text.same("pmkit report signoff SGN-001 | --blank"))
    return sign_off_sheet(seen, seen.get(record_id, SignOff), basis(s, None))


def verdict(s: Session, planned: Any) -> Verdict | None:
    """Drift against the newest baseline up to the reporting date; None without one."""
    from pmkit.workspace.planning import frozen_items, judged

    known = [b for b in s.whole.baselines if b.on <= s.today]
    if not known:
        return None
    return judged(planned, known[-1].id, frozen_items(known[-1]), known[-1].includes, None)


def touched(s: Session, first: date, last: date) -> frozenset[str]:
    """The ids of records that commits of these days touched; commits of reports alone are no events."""
    from datetime import datetime, time, timedelta
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


def _file_name(s: Session, report: Report, record_id: str | None, lang: str, audience: str, format_: str) -> str:
    """A telling name: `weekly-2026-W10-zh.md`, `change-CR-001-zh.html`."""
    year, week, _ = s.today.isocalendar()
    period = f"{s.today:%Y-%m}" if report.name == "monthly" else f"{year}-W{week:02d}"
    about = record_id.upper() if record_id else "blank" if report.kind else period
    internal = "-internal" if audience == "internal" else ""
    return f"{report.name}-{about}{internal}-{lang}.{format_}"


def _committed(s: Session, report: Report, target: Path) -> str:
    from pmkit.store.transaction import commit_message
    from pmkit.workspace.edits import Edits

    path = target.resolve().relative_to(s.root.resolve()).as_posix()
    edits = Edits(
        (),
        f"report.{report.name}",
        (),
        Text("Render {path}", "生成 {path}").format(path=path),
        s.acting.by,
        s.acting.on,
    )
    return s.need_git().commit([path], commit_message(edits, s.whole.project.language, s.acting.recorded_by))


_FORMS = (
    meeting_reports.FORMS
    | review_reports.FORMS
    | cost_reports.FORMS
    | quality_reports.FORMS
    | {
        "change": _change_view,
        "communication": _communication_view,
        "interview": _interview_view,
        "signoff": _signoff_view,
    }
)
_OF_PROJECT = (
    meeting_reports.OF_PROJECT
    | review_reports.OF_PROJECT
    | cost_reports.OF_PROJECT
    | quality_reports.OF_PROJECT
    | {
        "weekly": _weekly_view,
        "plan": _plan_view,
        "team": _team_view,
        "raci": _raci_view,
        "documents": _documents_view,
        "traceability": _traceability_view,
        "changes": _changes_view,
        "requirements-diff": _requirements_diff_view,
        "requirements": _requirements_view,
        "fit-gap": _fit_gap_view,
    }
)
command(app, "report", h("Write a document", "生成文档"), AT_REVISION)(_report)
