"""Chapters 6, 8, 10, 11 and 14: quality, risks and issues, satisfaction, what was handed over, warranty."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.domain.deliverables import TYPES as DELIVERABLE_TYPES
from pmkit.domain.deliverables import Deliverable
from pmkit.domain.documents import Document
from pmkit.domain.issues import SEVERITIES, Issue
from pmkit.domain.quality import Nonconformity
from pmkit.domain.rating import BANDS
from pmkit.domain.support import SupportRequest
from pmkit.domain.surveys import STAGES, Survey
from pmkit.domain.training import Training
from pmkit.kernel.text import Text
from pmkit.reports.closure.sources import Sources, by_state, refs, state_of
from pmkit.reports.labels import duration_words
from pmkit.reports.views import closure as view
from pmkit.reports.views.closure import Fact, Ref
from pmkit.workspace.quality import checks_done, open_nonconformities, pass_rate, standings

_MET = {True: Text("met", "达标"), False: Text("not met", "未达标"), None: Text("not measured", "未测量")}


def quality(at: Sources) -> Iterator[Fact]:
    """Checks, their pass rate, nonconformities and how they ended."""
    done = checks_done(at.seen, until=at.as_of)
    rate = pass_rate(done)
    yield Fact(Text("Checks carried out", "质量检查次数"), str(len(done)), refs(done))
    yield Fact(Text("Pass rate of all items", "检查项合格率"), None if rate is None else f"{rate:.1f}%")
    found = at.seen.of(Nonconformity)
    open_ = open_nonconformities(at.seen)
    yield Fact(Text("Nonconformities", "不符合项"), str(len(found)), refs(found))
    yield Fact(Text("of them open", "其中未关闭"), str(len(open_)), refs(open_))


def quality_goals(at: Sources) -> Iterator[view.QualityGoal]:
    """The quality objectives with their latest measurement."""
    for one in standings(at.seen, at.as_of):
        measured = one.result.measured if one.result else None
        yield view.QualityGoal(
            Ref(one.objective.id), one.objective.title, one.objective.target, measured,
            Ref(one.check.id) if one.check else None, _MET[one.is_met],
        )  # fmt: skip


def risks(at: Sources) -> list[Fact]:
    """How many risks ended how."""
    found = at.seen.risks
    return [Fact(Text("Risks", "风险总数"), str(len(found)), refs(found)), *by_state(found)] if found else []


def risk_lines(at: Sources) -> Iterator[view.Concern]:
    """The risks that happened or are still there, and the high ones that did neither."""
    scale = at.seen.project.risk
    for risk in at.seen.risks:
        band = scale.band(risk.score) if risk.score is not None else None
        if risk.status != "closed" or band in {"high", "extreme"}:
            yield view.Concern(
                Ref(risk.id), risk.title, BANDS[band] if band else None, _last_note(risk) or risk.response,
                state_of(risk),
            )  # fmt: skip


def _last_note(record: Issue | object) -> str | None:
    steps = getattr(record, "steps", ())
    return next((step.note for step in reversed(steps) if step.note), None)


def issues(at: Sources) -> list[Fact]:
    """How many issues of each severity, and how many are open."""
    found = at.seen.of(Issue)
    facts = [
        Fact(label, str(len(own)), refs(own))
        for code, label in SEVERITIES.items()
        if (own := [one for one in found if one.severity == code])
    ]
    open_ = [one for one in found if not one.is_closed]
    facts = [Fact(Text("Issues", "问题总数"), str(len(found)), refs(found)), *facts]
    return [*facts, Fact(Text("still open", "尚未关闭"), str(len(open_)), refs(open_))] if found else []


def issue_lines(at: Sources) -> Iterator[view.Concern]:
    """The grave issues and those still open, with what was done."""
    for issue in at.seen.of(Issue):
        if issue.is_grave or not issue.is_closed:
            yield view.Concern(
                Ref(issue.id), issue.title, SEVERITIES.get(issue.severity or ""), issue.action, state_of(issue)
            )


def surveys(at: Sources) -> Iterator[view.SurveyLine]:
    """The surveys; what was scored is our own business (FORMS §1.23)."""
    for one in at.seen.of(Survey):
        if one.status == "cancelled":
            continue
        whole = at.whole.get(one.id, Survey)
        shown = (str(whole.score) if whole.score is not None else None) if at.is_internal else None
        recommended = whole.recommendation if at.is_internal else None
        yield view.SurveyLine(
            Ref(one.id), one.title, STAGES[one.stage], state_of(one), len(whole.answers), shown,
            None if recommended is None else str(recommended),
        )  # fmt: skip


def deliverables(at: Sources) -> Iterator[view.Handed]:
    """What was promised and what became of it."""
    for one in at.seen.of(Deliverable):
        newest = one.versions[-1] if one.versions else None
        yield view.Handed(
            Ref(one.id), one.title, DELIVERABLE_TYPES.get(one.type or ""), newest.version if newest else None,
            one.reached("accepted"), state_of(one),
        )  # fmt: skip


def documents(at: Sources) -> Iterator[view.Handed]:
    """The documents that were released."""
    for one in at.seen.of(Document):
        if one.status == "released":
            place = one.location or one.place or one.file
            yield view.Handed(Ref(one.id), one.title, place, one.version, one.reached("released"), state_of(one))


def training(at: Sources) -> Iterator[view.Handed]:
    """The training that was held: who works with the system afterwards has to know it."""
    for one in at.seen.of(Training):
        if one.status != "cancelled":
            came = one.number_present
            says = None if came is None else Text("{n} present", "实到 {n} 人").format(n=came)
            yield view.Handed(Ref(one.id), one.title, says, None, one.day, state_of(one))


def warranty(at: Sources) -> Iterator[Fact]:
    """How soon requests are answered, and those there have been."""
    times = at.seen.project.support
    own = (Ref(at.seen.project.kind.name),)
    for code, label in SEVERITIES.items():
        says = Text("{label}: answered within", "{label}故障响应时限").format(label=label)
        yield Fact(says, duration_words(times.of(code)), own)
    requests = at.seen.of(SupportRequest)
    if requests:
        yield Fact(Text("Service requests", "服务请求"), str(len(requests)), refs(requests))
        open_ = [one for one in requests if not one.is_closed]
        yield Fact(Text("of them open", "其中未关闭"), str(len(open_)), refs(open_))
