"""RSK: risks that nobody watches."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.rating import BANDS, SERIOUS
from pmkit.domain.risks import Risk
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
    fix=Text.same("`pmkit risk assess {id} --probability 3 --impact 4`"),
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
    fix=Text(
        "`pmkit risk respond {id} --strategy mitigate --response '...'`",
        "`pmkit risk respond {id} --strategy mitigate --response '……'`",
    ),
)
def high_risk_without_response(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A high risk that is only watched is accepted without anybody having said so."""
    for risk in ws.risks:
        if _is_serious(ws, risk) and not risk.response and risk.strategy != "accept":
            yield hit(risk.at("response"), risk.id, id=risk.id, band=_band(ws, risk))


@check(
    "RSK301",
    "risk-review-overdue",
    severity="warning",
    says=Text("{id} was to be reviewed on {due}", "{id} 应于 {due} 复评，已逾期"),
    fix=Text.same("`pmkit risk review {id}`"),
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
        if _is_serious(ws, risk) and risk.review_on is None:
            yield hit(risk.at("review_on"), risk.id, id=risk.id, band=_band(ws, risk))


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


def _is_serious(ws: Workspace, risk: Risk) -> bool:
    """An open threat that is rated high or extreme."""
    return not risk.is_closed and risk.is_threat and ws.project.risk.band(risk.score) in SERIOUS


def _band(ws: Workspace, risk: Risk) -> Text:
    band = ws.project.risk.band(risk.score) or "low"
    return Text(en=band, zh=BANDS[band].zh)


@check(
    "RSK105",
    "risk-outside-the-scale",
    severity="error",
    says=Text("{id}, `{key}`: {problem}", "{id} 的 `{key}`：{problem}"),
    fix=Text(
        "rate it anew (`pmkit risk assess {id}`), or mend `risk:` in pmkit.yaml",
        "重新评级（`pmkit risk assess {id}`），或修改 pmkit.yaml 的 `risk:`",
    ),
)
def risk_outside_the_scale(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Ratings on another scale than the project's make a list in which nobody knows what is high."""
    for risk in ws.risks:
        for key, problem in risk.kind.rules(risk, ws.project):
            yield hit(risk.at(key), risk.id, id=risk.id, key=key, problem=problem)


@check(
    "RSK106",
    "risk-scale-does-not-fit",
    severity="error",
    says=Text("the profile's `risk.{key}` {problem}", "项目概况的 `risk.{key}` {problem}"),
    fix=Text(
        "one value a level; for limits one less: `probability: [10, 30, 50, 70]`",
        "每级一个值，上限少一个：`probability: [10, 30, 50, 70]`",
    ),
)
def risk_scale_does_not_fit(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Limits that do not rise, or are too few, put risks into the wrong level without anybody seeing it."""
    for key, problem in ws.project.risk.problems():
        yield hit(ws.project.at("risk", key), "project", key=key, problem=problem)


@check(
    "RSK201",
    "response-not-begun",
    severity="warning",
    says=Text("{id} is rated extreme; nobody has agreed a response", "{id} 等级为“极高”，应对措施尚未确定并启动"),
    fix=Text(
        "`pmkit risk respond {id} --strategy ... --response '...' --action 'TEXT; HANDLE; DATE'`",
        "`pmkit risk respond {id} --strategy … --response '……' --action '事项；责任人；日期'`",
    ),
)
def response_not_begun(ws: Workspace, _: Context) -> Iterator[Hit]:
    """What is written in a field binds nobody; the step says that somebody decided it."""
    for risk in ws.risks:
        is_extreme = _is_serious(ws, risk) and ws.project.risk.band(risk.score) == "extreme"
        if is_extreme and risk.response and risk.status != "responding":
            yield hit(risk.at("status"), risk.id, id=risk.id)


@check(
    "RSK202",
    "trigger-without-contingency",
    severity="warning",
    opinion=True,
    says=Text("{id} is rated {band} and has no {what}", "{id} 等级为“{band}”，但没有{what}"),
    fix=Text(
        "`pmkit risk respond {id} --trigger '...' --contingency '...'`",
        "`pmkit risk respond {id} --trigger '……' --contingency '……'`",
    ),
)
def trigger_without_contingency(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Who knows the sign and the plan beforehand loses no week when it happens."""
    for risk in ws.risks:
        if _is_serious(ws, risk):
            for key, what in (
                ("trigger", Text("trigger", "触发条件")),
                ("contingency", Text("contingency", "应急措施")),
            ):
                if not getattr(risk, key):
                    yield hit(risk.at(key), risk.id, id=risk.id, band=_band(ws, risk), what=what)
