"""风险登记册, filled from the risks of a workspace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from pmkit.domain.actions import ACTION
from pmkit.domain.rating import ASPECTS, BANDS, RiskScale
from pmkit.domain.risks import RISK, STRATEGIES, Risk
from pmkit.kernel.duration import plain
from pmkit.kernel.text import Text
from pmkit.reports.change import form_head
from pmkit.reports.heat_map import HeatMap
from pmkit.reports.views.blocks import Audience, Basis
from pmkit.reports.views.risks import Entry, Measure, RiskRegister
from pmkit.workspace.model import Workspace
from pmkit.workspace.risks import Matrix, Rated, expected, expected_days, matrix


def risk_register(
    ws: Workspace, as_of: date, audience: Audience, basis: Basis, history: Mapping[str, Sequence[Rated]]
) -> RiskRegister:
    """The register of what its audience may see: open risks by score, then those that are closed.

    `history`: the ratings of each risk; like all figures of money they are for us alone.
    """
    risks = sorted(ws.risks, key=lambda r: (r.is_closed, not r.is_threat, -(r.score or 0)))
    still_open = [risk for risk in risks if not risk.is_closed]
    now, later = matrix(ws), matrix(ws, residual=True)
    sums = expected(ws, still_open)
    is_internal = audience == "internal"
    scale = ws.project.risk
    return RiskRegister(
        head=replace(form_head(ws), date=as_of),
        audience=audience,
        entries=tuple(_entry(ws, risk, history.get(risk.id, ()) if is_internal else ()) for risk in risks),
        counts=tuple((BANDS[band], n) for band, n in now.counts().items()),
        total=len(risks),
        open=len(still_open),
        total_days=plain(sums.days),
        total_expected=tuple(money.printed() for money in sums.cost.values()) if is_internal else (),
        matrix=heat_map(now) if now.cells else None,
        residual=heat_map(later) if any(r.residual for r in still_open) and later.cells else None,
        probability_words=tuple(_probability_words(scale)),
        basis=basis,
    )


def heat_map(found: Matrix) -> HeatMap:
    """The matrix as a picture."""
    levels = range(1, found.scale.scale + 1)
    return HeatMap(
        tuple(found.scale.level_name(level) for level in levels),
        {(p, i): found.band(p, i) for p in levels for i in levels},
        {at: tuple(risk.id for risk in risks) for at, risks in found.cells.items()},
    )


def _probability_words(scale: RiskScale) -> Iterator[tuple[Text, Text]]:
    """What each level of probability means: `3 medium`, `up to 50%`."""
    limits = [plain(Decimal(limit)) for limit in scale.probability_limits]
    for level in range(1, scale.scale + 1):
        name = Text(en="{n} {name}", zh="{n} {name}").format(n=level, name=scale.level_name(level))
        if level <= len(limits):
            yield name, Text(en="≤ {p}%", zh="≤{p}%").format(p=limits[level - 1])
        else:
            yield name, Text(en="> {p}%", zh="＞{p}%").format(p=limits[-1])


def _entry(ws: Workspace, risk: Risk, history: Sequence[Rated]) -> Entry:
    scale = ws.project.risk
    band, days, cost = scale.band(risk.score), expected_days(ws, risk), risk.expected_cost(scale)
    states = RISK.states.names if RISK.states else {}
    left = risk.residual
    noted = [step.note for step in risk.steps if step.note]
    given = risk.impacts.given
    earlier = tuple(rated.score for rated in history)
    return Entry(
        ref=risk.id,
        title=risk.title,
        cause=risk.cause or "",
        effect=risk.effect or "",
        category=scale.category_words().get(risk.category or "", risk.category),
        is_threat=risk.is_threat,
        identified_on=risk.identified,
        identified_by=ws.person_name(risk.identified_by or (risk.steps[0].by if risk.steps else "")),
        probability=risk.probability,
        chance=f"{plain(risk.chance)}%" if risk.chance is not None else "",
        impact=risk.impact,
        impacts=tuple((word, given[aspect]) for aspect, word in ASPECTS.items() if aspect in given),
        score=risk.score,
        band=BANDS[band] if band else None,
        strategy=STRATEGIES.get(risk.strategy or ""),
        response=risk.response or "",
        measures=tuple(_measures(ws, risk)),
        owner=ws.person_name(risk.owner) or None,
        due=risk.due,
        trigger=risk.trigger or "",
        contingency=risk.contingency or "",
        residual=(left.probability, left.impact, BANDS[scale.band(left.score) or "low"]) if left else None,
        status=states.get(risk.status, Text.same(risk.status)),
        is_open=not risk.is_closed,
        review_on=risk.review_on if not risk.is_closed else None,
        days=plain(days) if days is not None else "",
        remarks=noted[-1] if noted else "",
        scores=earlier if len(earlier) > 1 else (),
        expected=cost.printed() if cost is not None else "",
    )


def _measures(ws: Workspace, risk: Risk) -> Iterator[Measure]:
    """The action items that come from the risk."""
    for action in ws.actions:
        if action.from_ == risk.id and action.status != "cancelled":
            states = ACTION.states.names if ACTION.states else {}
            yield Measure(action.title, ws.person_name(action.owner), action.due, states[action.status])
