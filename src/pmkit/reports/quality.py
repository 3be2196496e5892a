"""Quality documents, filled from a workspace: plan, check record, nonconformity report, quality report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from pmkit.domain.actions import ACTION
from pmkit.domain.deliverables import Deliverable
from pmkit.domain.measures import printed
from pmkit.domain.quality import (
    ACTIVITY_TYPES,
    DISPOSITIONS,
    NONCONFORMITY,
    RESULTS,
    SEVERITIES,
    Nonconformity,
    QualityActivity,
    QualityCheck,
    QualityObjective,
)
from pmkit.kernel.text import Text
from pmkit.reports.change import form_head, named_with_party
from pmkit.reports.curves import Series, TimeChart
from pmkit.reports.views import quality as view
from pmkit.reports.views.blocks import Audience, Basis, Choice, Head, Prepared, Signature, sign_boxes
from pmkit.workspace.health import State
from pmkit.workspace.model import Workspace
from pmkit.workspace.quality import (
    Trend,
    activities,
    checks_done,
    open_nonconformities,
    pass_rate,
    recent_rate,
    standings,
    trend,
)

ALL_RESULTS, ALL_SEVERITIES, ALL_DISPOSITIONS = Choice.of(RESULTS), Choice.of(SEVERITIES), Choice.of(DISPOSITIONS)
_MET = {True: Text("yes", "是"), False: Text("no", "否")}


# --- the plan --------------------------------------------------------------------------------------------------------


def quality_plan(ws: Workspace, as_of: date, basis: Basis) -> view.QualityPlan:
    """The plan of what its reader may see: objectives, standards, control activities with their checklists."""
    controls = activities(ws)
    aims = [one for one in ws.of(QualityObjective) if not one.is_closed]
    named = [*(one.standard for one in aims), *(one.standard for one in controls)]
    standards = dict.fromkeys(one for one in named if one)
    covered = {link for one in controls for link in one.deliverables}
    head = replace(form_head(ws), date=as_of)
    manager = next((p.name for p in ws.people if p.can_sign_as("supplier.pm")), None)
    return view.QualityPlan(
        head=head,
        prepared=Prepared(Signature(manager), Signature(""), Signature("")),
        objectives=tuple(_objective(ws, one) for one in aims),
        standards=tuple(standards),
        activities=tuple(_activity(ws, one) for one in controls),
        uncovered=tuple(
            f"{one.id} {one.title}"
            for one in ws.of(Deliverable)
            if one.id not in covered and one.status not in {"cancelled", "accepted"}
        ),
        sign=sign_boxes(head),
        basis=basis,
    )


def _objective(ws: Workspace, one: QualityObjective) -> view.Objective:
    return view.Objective(
        ref=one.id,
        title=one.title,
        indicator=one.indicator or "",
        target=printed(one.target),
        method=one.method or "",
        frequency=one.frequency or "",
        standard=one.standard or "",
        owner=ws.person_name(one.owner),
    )


def _activity(ws: Workspace, one: QualityActivity) -> view.Activity:
    return view.Activity(
        ref=one.id,
        title=one.title,
        type=ACTIVITY_TYPES[one.type],
        deliverables=_named(ws, one.deliverables),
        standard=one.standard or "",
        when=one.when or "",
        owner=ws.person_name(one.owner),
        witness=ws.person_name(one.customer_owner),
        items=tuple((item.item, printed(item.target or "")) for item in one.items),
    )


def _named(ws: Workspace, ids: tuple[str, ...]) -> tuple[str, ...]:
    """Records by id and name, where the reader may see them."""
    return tuple(f"{one} {ws.records[one].name_to_show}" for one in ids if one in ws.records)


# --- forms -----------------------------------------------------------------------------------------------------------


def quality_head(ws: Workspace, record_id: str = "") -> Head:
    """HEAD of a form of quality: its number by project and kind (FORMS §3: BFH for a nonconformity)."""
    head = form_head(ws)
    prefix, _, number = record_id.partition("-")
    kind = "BFH" if prefix == NONCONFORMITY.prefix else "ZLJC"
    return replace(head, form_no=f"{ws.project.code}-{kind}-{number}" if number else "", date="")


def check_record(ws: Workspace, check: QualityCheck, basis: Basis) -> view.CheckRecord:
    """The record of a check; of a planned one a form with its items, to fill in on the spot."""
    head = replace(quality_head(ws, check.id), date=check.on or "")
    found = [one for one in ws.of(Nonconformity) if one.check == check.id]
    empty = None if check.is_done else ""
    return view.CheckRecord(
        head=head,
        ref=check.id,
        item=check.title,
        place=check.place or empty,
        standard=check.standard or empty,
        inspector=named_with_party(ws, check.inspector) if check.inspector else empty,
        inspected=check.inspected or empty,
        on=check.on or "",
        deliverables=Text.join(map(Text.same, _named(ws, check.deliverables))) if check.deliverables else empty,
        rows=tuple(
            view.Row(
                one.item,
                printed(one.target) if one.target else empty,
                one.measured or empty,
                Choice.of(RESULTS, one.result),
                one.note or "",
            )
            for one in check.results
        ),
        conclusion=check.conclusion or (_conclusion(check) if check.is_done else ""),
        nonconformities=tuple(one.id for one in found),
        sign=sign_boxes(head),
        basis=basis,
    )


def _conclusion(check: QualityCheck) -> Text:
    if not check.failed:
        return Text(en=f"{check.passed} items conform.", zh=f"{check.passed} 项符合要求。")
    return Text(
        en=f"{check.passed} items conform, {check.failed} do not.",
        zh=f"{check.passed} 项符合，{check.failed} 项不符合，须整改并复验。",
    )


def nonconformity_report(ws: Workspace, one: Nonconformity, basis: Basis) -> view.NonconformityReport:
    """The report of a nonconformity as far as it has come; what is still to happen stays empty to write into."""
    head = replace(quality_head(ws, one.id), date=one.opened or "")
    verified = one.verification
    return view.NonconformityReport(
        head=head,
        ref=one.id,
        subject=one.title,
        found_on=one.opened or "",
        found_by=named_with_party(ws, one.found_by) if one.found_by else None,
        responsible=one.responsible,
        deliverables=Text.join(map(Text.same, _named(ws, one.deliverables))) if one.deliverables else None,
        fact=printed(one.fact) if one.fact else None,
        clause=one.clause,
        severity=Choice.of(SEVERITIES, one.severity),
        cause=one.cause or "",
        disposition=Choice.of(DISPOSITIONS, one.disposition),
        correction=one.correction or "",
        corrective_action=one.corrective_action or "",
        owner=ws.person_name(one.owner),
        due=one.due or "",
        agreed_by=named_with_party(ws, one.agreed_by) if one.agreed_by else "",
        result=one.result or (verified.note or "" if verified else ""),
        verified_by=ws.person_name(verified.by) if verified else "",
        verified_on=verified.on if verified else "",
        closed_on=one.reached("closed") or "",
        sign=sign_boxes(head),
        basis=basis,
    )


# --- the report ------------------------------------------------------------------------------------------------------


def quality_report(ws: Workspace, state: State, as_of: date, audience: Audience, basis: Basis) -> view.QualityReport:
    """What was aimed at and what came out, up to a day; of what its audience may see."""
    rate, overall = recent_rate(ws, as_of), pass_rate(checks_done(ws, until=as_of))
    still = open_nonconformities(ws)
    coming = [one for one in ws.of(QualityCheck) if one.status == "planned"]
    return view.QualityReport(
        head=replace(form_head(ws), date=as_of),
        audience=audience,
        lamp=state.lamp,
        because=state.because,
        rate=f"{rate}%" if rate is not None else None,
        overall=f"{overall}%" if overall is not None else None,
        open=len(still),
        late=sum(one.is_overdue(as_of) for one in still),
        objectives=tuple(_standings(ws, as_of)),
        checks=tuple(_checked(ws, one) for one in checks_done(ws, until=as_of)),
        planned=tuple(_checked(ws, one) for one in sorted(coming, key=lambda c: c.on or date.max)),
        nonconformities=tuple(_nonconforming(ws, one, as_of) for one in _listed(ws)),
        improvements=tuple(_improvements(ws)),
        charts=trend_charts(trend(ws, as_of)),
        basis=basis,
    )


def _standings(ws: Workspace, as_of: date) -> Iterator[view.Objective]:
    for one in standings(ws, as_of):
        said = (one.result.measured or (RESULTS.get(one.result.result or "") or "")) if one.result else None
        yield replace(
            _objective(ws, one.objective),
            measured=said,
            on=one.check.on if one.check else None,
            met=_MET.get(one.is_met) if one.is_met is not None else None,
        )


def _checked(ws: Workspace, one: QualityCheck) -> view.Checked:
    rate = pass_rate([one])
    return view.Checked(
        ref=one.id,
        title=one.title,
        on=one.on,
        inspector=ws.person_name(one.inspector),
        items=len(one.results),
        failed=one.failed,
        rate=f"{rate}%" if rate is not None else "",
    )


def _listed(ws: Workspace) -> list[Nonconformity]:
    """Open ones first, the gravest of them before the others."""
    still = open_nonconformities(ws)
    return [*still, *(one for one in ws.of(Nonconformity) if one not in still)]


def _nonconforming(ws: Workspace, one: Nonconformity, as_of: date) -> view.Nonconforming:
    states = NONCONFORMITY.states.names if NONCONFORMITY.states else {}
    verified = one.verification
    return view.Nonconforming(
        ref=one.id,
        title=one.title,
        severity=SEVERITIES[one.severity],
        found_on=one.opened,
        cause=one.cause or "",
        disposition=DISPOSITIONS.get(one.disposition or ""),
        owner=ws.person_name(one.owner),
        due=one.due,
        overdue=(as_of - one.due).days if one.due and one.is_overdue(as_of) else 0,
        status=states.get(one.status, Text.same(one.status)),
        verified_on=verified.on if verified else None,
    )


def _improvements(ws: Workspace) -> Iterator[view.Improvement]:
    """Action items that come from anything of quality."""
    states = ACTION.states.names if ACTION.states else {}
    for action in ws.actions:
        source = ws.records.get(action.from_ or "")
        if isinstance(source, (Nonconformity, QualityCheck, QualityObjective)):
            yield view.Improvement(
                action.id, action.title, source.id, ws.person_name(action.owner), action.due, states[action.status]
            )


def trend_charts(found: Trend) -> Mapping[str, TimeChart]:
    """The trend as pictures: `rate` in percent, `open` as a number."""
    charts = {}
    rate, still = (
        Text("Items that conform, four weeks", "检查合格率（近四周）"),
        Text("Open nonconformities", "未关闭不符合项"),
    )
    if found.rate:
        charts["rate"] = TimeChart(rate, (Series(rate, _spread(found.rate)),), Text.same("%"), ceiling=100)
    if found.open:
        charts["open"] = TimeChart(still, (Series(still, _steps(found.open)),), Text("", "项"), ceiling=2)
    return charts


Points = tuple[tuple[date, float], ...]


def _spread(points: Sequence[tuple[date, float]]) -> Points:
    found = tuple(points)
    return found if len(found) > 1 else ((found[0][0] - timedelta(7), found[0][1]), *found)


def _steps(points: Sequence[tuple[date, float]]) -> Points:
    """A number that stays until it changes: the value of the day before each change is the old one."""
    found: list[tuple[date, float]] = []
    for day, value in points:
        if found and found[-1][0] < day - timedelta(1):
            found.append((day - timedelta(1), found[-1][1]))
        found.append((day, value))
    return _spread(found)
