"""项目月报, made of the weekly report's sections over a month, and of what only a month shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pmkit.domain.documents import STATES as DOCUMENT_STATES
from pmkit.domain.documents import Document
from pmkit.domain.issues import Issue
from pmkit.domain.people import SIDES
from pmkit.domain.receipts import STATES as RECEIPT_STATES
from pmkit.domain.receipts import Receipt
from pmkit.domain.signoffs import SignOff
from pmkit.domain.site_records import STATES as SITE_STATES
from pmkit.domain.site_records import SiteRecord
from pmkit.domain.surveys import STATES as SURVEY_STATES
from pmkit.domain.surveys import Survey
from pmkit.kernel.text import Text
from pmkit.reports.curves import TimeChart
from pmkit.reports.views import monthly as view
from pmkit.reports.views.blocks import Audience, Basis, Prepared, Signature
from pmkit.reports.views.weekly import Milestone, WeeklyReport
from pmkit.reports.weekly.progress import REACHED, milestones
from pmkit.reports.weekly.receipts import receipts
from pmkit.reports.weekly.report import weekly_report
from pmkit.reports.weekly.sources import Sources, Week
from pmkit.workspace.model import Workspace


@dataclass(frozen=True)
class Month(Week):
    """The reporting month: its first day to the day of the report; its number counts from the project's first month."""

    @staticmethod
    def of(as_of: date, project_start: date) -> Month:
        number = (as_of.year - project_start.year) * 12 + as_of.month - project_start.month + 1
        return Month(as_of.replace(day=1), as_of, max(1, number))

    @property
    def next_end(self) -> date:
        """The last day of the next month."""
        following = (self.finish.replace(day=1) + timedelta(days=31)).replace(day=1)
        return (following + timedelta(days=31)).replace(day=1) - timedelta(days=1)

    @property
    def before(self) -> date:
        """The last day of the month before."""
        return self.start - timedelta(days=1)


def monthly_report(
    sources: Sources, earlier: Sources | None, as_of: date, audience: Audience, basis: Basis, curve: TimeChart | None,
    summary: str | None = None, period: Month | None = None,
) -> view.MonthlyReport:  # fmt: skip
    """The report of the month that `as_of` ends. `earlier`: the same plan with the progress up to the month before."""
    ws = sources.seen
    month = period or Month.of(as_of, ws.project.first_day)
    body = weekly_report(sources, as_of, audience, basis, summary, month)
    compared = tuple(_compared(sources, earlier))
    return view.MonthlyReport(
        body=body,
        prepared=Prepared(Signature(body.prepared_by), Signature(""), Signature("")),
        curve=curve,
        milestones=compared,
        variances=tuple(_variances(body, ws)),
        payments=tuple(receipts(ws, sources.planned, as_of)),
        papers=tuple(_papers(ws, month)),
        feedback=tuple(_feedback(ws, month)),
        decisions=tuple(_decisions(ws, body, month)),
        annexes=tuple(_annexes(ws, month)),
    )


def _compared(sources: Sources, earlier: Sources | None) -> Iterator[view.Compared]:
    was = {str(m.name): m for m in milestones(earlier)} if earlier else {}
    calendar = sources.planned.calendar
    for now in milestones(sources):
        before = was[str(now.name)].forecast if str(now.name) in was else None
        moved = calendar.workdays_between(before, now.forecast) if before and now.forecast else None
        yield view.Compared(now, before, moved)


def _variances(body: WeeklyReport, ws: Workspace) -> Iterator[view.Variance]:
    """Work done against work planned, each milestone still to come that moved, what changes ask for."""
    causes = _causes(body)
    if body.planned is not None and body.actual is not None and body.planned != body.actual:
        yield view.Variance(
            Text("Progress", "进度（完成比例）"), f"{body.planned}%", f"{body.actual}%",
            f"{body.actual - body.planned:+}%", causes, _measures(ws, [n.ref for n in body.not_done]),
            _effect(body.milestones),
        )  # fmt: skip
    for milestone in body.milestones:
        if milestone.drift and milestone.status != REACHED:
            granted = Text("approved: {n} days", "其中已批准 {n} 天").format(n=milestone.approved)
            why = [*([granted] if milestone.approved else []), *([causes] if causes else [])]
            yield view.Variance(
                Text("Milestone: {name}", "里程碑：{name}").format(name=milestone.name), _day(milestone.baseline),
                _day(milestone.forecast), Text("{n} days", "{n} 天").format(n=f"{milestone.drift:+}"),
                Text.join(why, en="; ", zh="；") if why else None,
                _measures(ws, [milestone.ref]), milestone.status,
            )  # fmt: skip
    asked = [c for c in body.changes if c.days]
    if asked:
        days = Text.join(Text("{ref} {n} days", "{ref} {n} 天").format(ref=c.ref, n=f"{c.days:+}") for c in asked)
        names = Text.join(Text.same(c.title) for c in asked)
        yield view.Variance(Text("Scope (changes)", "范围（变更）"), None, names, days, None, None, None)


def _causes(body: WeeklyReport) -> Text | None:
    """What people reported as the cause of late work; most of it says so of the first few."""
    said = Text("{task}: {cause}", "{task}：{cause}")
    causes = [said.format(task=n.task, cause=n.cause) for n in body.not_done if isinstance(n.cause, str) and n.cause]
    return Text.join(causes[:3], en="; ", zh="；") if causes else None


def _measures(ws: Workspace, late: Sequence[str]) -> Text | None:
    """What is done about open issues that name what is late; of other issues nothing is known to help."""
    wanted = set(late)
    open_ones = [i for i in ws.of(Issue) if i.action and not i.is_closed and wanted & {*i.affects, *i.from_}]
    measures = [Text.same(f"{issue.id} {issue.action}") for issue in open_ones]
    return Text.join(measures[:3], en="; ", zh="；") if measures else None


def _effect(lines: tuple[Milestone, ...]) -> Text | None:
    late = [m for m in lines if m.drift and m.drift > 0]
    said = (Text("{name} {n} days", "{name} {n} 天").format(name=m.name, n=f"{m.drift:+}") for m in late)
    return Text.join(said) if late else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _papers(ws: Workspace, month: Month) -> Iterator[view.Paper]:
    """Documents released and signed, sheets signed."""
    for document in ws.of(Document):
        released = document.reached("released")
        if released is not None and released in month:
            state = DOCUMENT_STATES.names.get(document.status, Text.same(document.status))
            yield view.Paper(document.id, document.title, str(document.version), released, state)
        for one in document.signed:
            if one.on in month:
                party = SIDES.get(one.side, Text.same(one.side))
                says = Text("signed by the {party}", "{party}已签署").format(party=party)
                yield view.Paper(document.id, document.title, one.version, one.on, says)
    for signoff in ws.of(SignOff):
        if signoff.signed_on is not None and signoff.signed_on in month:
            yield view.Paper(signoff.id, signoff.title, signoff.version, signoff.signed_on, Text("signed", "已签署"))

    for receipt in ws.of(Receipt):
        signed = receipt.reached("signed")
        if signed is not None and signed in month:
            called = Text("Delivery receipt: {name}", "到货签收单：{name}").format(name=receipt.name_to_show)
            yield view.Paper(receipt.id, called, "", signed, RECEIPT_STATES.names[receipt.status])
    for site in ws.of(SiteRecord):
        confirmed = site.reached("confirmed")
        if confirmed is not None and confirmed in month:
            called = Text("{type}: {name}", "{type}：{name}").format(type=site.label, name=site.name_to_show)
            yield view.Paper(site.id, called, "", confirmed, SITE_STATES.names[site.status])


def _feedback(ws: Workspace, month: Month) -> Iterator[tuple[Text, Text]]:
    """Surveys that went out or were answered in the month; what was scored is internal."""
    for survey in ws.of(Survey):
        answered = [answer for answer in survey.answers if answer.on in month]
        if answered or any(step.on in month for step in survey.steps):
            state = SURVEY_STATES.names.get(survey.status, Text.same(survey.status))
            said = Text("{state}; {n} answers, {score} of 5", "{state}；回收 {n} 份，平均 {score} 分（满分 5 分）")
            score = survey.score
            result = said.format(state=state, n=len(survey.answers), score=f"{score:.1f}") if score else state
            yield Text.same(f"{survey.id} {survey.title}"), result


def _decisions(ws: Workspace, body: WeeklyReport, month: Month) -> Iterator[view.Decision]:
    """Changes that wait for a decision, and what meetings of the month escalated."""
    for need in body.needed:
        if need.ref.startswith("CR-"):
            yield view.Decision(need.ref, need.matter, need.whom, need.needed_on)
    for meeting in ws.meetings:
        if meeting.was_held and meeting.day in month:
            for matter in meeting.escalations:
                yield view.Decision(meeting.id, matter, None, None)


def _annexes(ws: Workspace, month: Month) -> Iterator[Text]:
    """The minutes of the month."""
    for meeting in ws.meetings:
        if meeting.was_held and meeting.day in month:
            yield Text("Minutes {id} {title}", "会议纪要 {id} {title}").format(id=meeting.id, title=meeting.title)
