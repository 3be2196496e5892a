"""RSK: risks that nobody watches."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.risks import BANDS
from pmkit.kernel.text import Text
from pmkit.workspace.model import Workspace


@check(
    "RSK101",
    "risk-without-owner",
    severity="error",
    says=Text("{id} is open and has no owner", "{id} 尚未关闭，但没有责任人"),
    fix=Text("`pmkit set {id} owner=HANDLE`", "`pmkit set {id} owner=代号`"),
)
def risk_without_owner(ws: Workspace, _: Context) -> Iterator[Hit]:
    """An open risk that nobody watches is found when it has already happened."""
    for risk in ws.risks:
        if not risk.is_closed and not risk.owner:
            yield hit(risk.at("owner"), risk.id, id=risk.id)


@check(
    "RSK102",
    "risk-not-rated",
    severity="warning",
    says=Text("{id} has no probability or no impact", "{id} 没有评定概率或影响程度"),
    fix=Text("`pmkit set {id} probability=3 impact=4`", "`pmkit set {id} probability=3 impact=4`"),
)
def risk_not_rated(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Without a rating it stands nowhere in the list."""
    for risk in ws.risks:
        if not risk.is_closed and risk.score is None:
            yield hit(risk.at("probability" if risk.probability is None else "impact"), risk.id, id=risk.id)


@check(
    "RSK103",
    "high-risk-without-response",
    severity="warning",
    says=Text("{id} is rated {band} and has no response", "{id} 等级为“{band}”，但没有应对措施"),
    fix=Text("`pmkit set {id} strategy=mitigate response='...'`", "`pmkit set {id} strategy=mitigate response='……'`"),
)
def high_risk_without_response(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A high risk that is only watched is accepted without anybody having said so."""
    for risk in ws.risks:
        if not risk.is_closed and risk.band in {"high", "extreme"} and not risk.response:
            yield hit(risk.at("response"), risk.id, id=risk.id, band=Text(en=risk.band, zh=BANDS[risk.band].zh))


@check(
    "RSK301",
    "risk-review-overdue",
    severity="warning",
    says=Text("{id} was to be reviewed on {due}", "{id} 应于 {due} 复评，已逾期"),
    fix=Text("`pmkit risk assess {id}` and set `review_on`", "`pmkit risk assess {id}`，并更新 `review_on`"),
)
def risk_review_overdue(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """A rating that is months old is a memory."""
    for risk in ws.risks:
        if not risk.is_closed and risk.review_on is not None and risk.review_on < ctx.as_of:
            yield hit(risk.at("review_on"), risk.id, id=risk.id, due=risk.review_on)


@check(
    "RSK104",
    "high-risk-without-review",
    severity="warning",
    opinion=True,
    says=Text("{id} is rated {band} and has no day of review", "{id} 等级为“{band}”，但没有安排下次评估"),
    fix=Text("`pmkit set {id} review_on=DATE`", "`pmkit set {id} review_on=日期`"),
)
def high_risk_without_review(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A rating holds for the day on which it was given."""
    for risk in ws.risks:
        if not risk.is_closed and risk.band in {"high", "extreme"} and risk.review_on is None:
            band = Text(en=risk.band, zh=BANDS[risk.band].zh)
            yield hit(risk.at("review_on"), risk.id, id=risk.id, band=band)


@check(
    "RSK302",
    "risk-response-overdue",
    severity="warning",
    says=Text("the response to {id} was due {due}", "{id} 的应对措施应于 {due} 完成，已逾期"),
    fix=Text(
        "`pmkit risk close {id}` where it is done, or agree a new day: `pmkit set {id} due=DATE`",
        "已完成的请执行 `pmkit risk close {id}`，否则商定新的日期：`pmkit set {id} due=日期`",
    ),
)
def risk_response_overdue(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """A response that is late is no response yet."""
    for risk in ws.risks:
        if not risk.is_closed and risk.due is not None and risk.due < ctx.as_of:
            yield hit(risk.at("due"), risk.id, id=risk.id, due=risk.due)
