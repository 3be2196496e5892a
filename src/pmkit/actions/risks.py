"""Risks: rated, answered, looked at again, and what follows when one happens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pmkit.actions.records import (
    NextId,
    as_stored,
    changes_between,
    check_links,
    check_rules,
    ids_in_short,
    new_record,
    step_to,
)
from pmkit.domain.actions import ACTION
from pmkit.domain.kind import file_data, file_value
from pmkit.domain.problems import validated
from pmkit.domain.rating import REVIEW_WITHIN
from pmkit.domain.risks import RISK, Risk
from pmkit.kernel.duration import Duration
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.money import Money
from pmkit.kernel.text import Text
from pmkit.workspace import contracts
from pmkit.workspace.calendars import project_calendar
from pmkit.workspace.edits import Acting, Change, Create, Edits, headed
from pmkit.workspace.layout import new_path
from pmkit.workspace.model import Workspace


def completed(ws: Workspace, values: Mapping[str, Any], before: Risk | None = None) -> dict[str, Any]:
    """The values of an assessment with the levels that its figures amount to, unless they are given themselves.

    A chance in percent gives the probability, a delay and a cost the impact by aspect; the highest aspect is the
    impact. A plain impact replaces the aspects.
    """
    given = as_stored(ws, RISK, {k: v for k, v in values.items() if v not in (None, {}, "")})
    aspects = dict(given.pop("impacts", {}))
    scale = ws.project.risk
    if (percent := _number(given.get("chance"))) is not None:
        given.setdefault("probability", scale.probability_level(percent))
    if (delay := given.get("delay")) is not None and "schedule" not in aspects and "impact" not in given:
        calendar = project_calendar(ws.project)
        minutes = _minutes(str(delay), calendar.day_minutes, calendar.week_minutes)
        if minutes is not None:
            aspects["schedule"] = scale.schedule_level(minutes, day=calendar.day_minutes, week=calendar.week_minutes)
    if (share := _share(ws, given.get("cost"))) is not None and "cost" not in aspects and "impact" not in given:
        aspects["cost"] = scale.cost_level(share)
    if aspects:
        known = file_value(before.impacts) if before is not None else {}
        given["impacts"] = {**known, **aspects}
        levels = [int(str(v)) for v in given["impacts"].values() if str(v).isdigit()]
        given["impact"] = max(levels, default=None)
    elif "impact" in given and before is not None and before.impacts.given:
        given["impacts"] = None
    return given


def _number(text: Any) -> Decimal | None:
    try:
        return None if text is None else Decimal(str(text))
    except ArithmeticError:
        return None  # the field's own type says what is wrong


def _minutes(text: str, day: int, week: int) -> int | None:
    try:
        return Duration.parse(text).minutes(day=day, week=week)
    except ValueError:
        return None


def _share(ws: Workspace, cost: Any) -> Decimal | None:
    """A cost in percent of the contract price; None where that is not known, or in another currency."""
    price = contracts.signed_price(ws)
    try:
        money = Money.parse(str(cost)) if cost is not None else None
    except ValueError:
        return None
    if money is None or price is None or price.currency != money.currency or not price.amount:
        return None
    return money.amount * 100 / price.amount


def assess(
    ws: Workspace, risks: Sequence[Risk], values: Mapping[str, Any], acting: Acting, note: str | None = None
) -> Edits:
    """Rate the risks, all alike: each ends with a probability, an impact and a day of its next review.

    Raises UsageError where a rating is missing, or does not fit the profile's scale.
    """
    changes: list[Change] = []
    for risk in risks:
        move = RISK.states.move(RISK, risk.id, risk.status, "assess") if RISK.states else None
        revised, made = _revised(ws, risk, values, acting.on)
        if revised.score is None:
            raise UsageError(
                Text(en="{id} has no rating yet", zh="{id} 尚未评级").format(id=risk.id),
                Text(
                    en="`pmkit risk assess {id} --probability 1..{n} --impact 1..{n}`, or in figures: `--chance 40 "
                    "--delay 8d --cost 60000`",
                    zh="`pmkit risk assess {id} --probability 1～{n} --impact 1～{n}`，"
                    "或直接给出数值：`--chance 40 --delay 8d --cost 60000`",
                ).format(id=risk.id, n=ws.project.risk.scale),
            )
        changes += made
        changes += step_to(risk, move.to if move else "assessed", acting, note)
    ids = tuple(risk.id for risk in risks)
    return Edits(
        tuple(changes),
        "risk.assess",
        ids,
        headed(ids_in_short(ids), Text("Record the assessment", "记录评估")),
        acting.by,
        acting.on,
    )


def review(ws: Workspace, risk: Risk, values: Mapping[str, Any], acting: Acting, note: str | None = None) -> Edits:
    """Look at a risk again: the rating as it is now, or confirmed as it was, and the day of the next look."""
    move = RISK.states.move(RISK, risk.id, risk.status, "review") if RISK.states else None
    _, made = _revised(ws, risk, values, acting.on)
    changes = (*made, *step_to(risk, move.to if move else risk.status, acting, note))
    return Edits(
        changes, "risk.review", (risk.id,), headed(risk.id, Text("Look at it again", "复评")), acting.by, acting.on
    )


def respond(
    ws: Workspace,
    risk: Risk,
    values: Mapping[str, Any],
    measures: Sequence[Mapping[str, Any]],
    next_id: NextId,
    acting: Acting,
    note: str | None = None,
) -> Edits:
    """Agree the response: strategy, measures as action items of their own, trigger, contingency, what is left over.

    `measures`: title, owner and due of each action item; they come from the risk, are seen by whom sees it, and are due
    when it is where they say nothing else.
    Of a risk whose response has begun, more is added without a step.
    """
    started = risk.status == "responding"
    target = "responding"
    if not started and RISK.states:
        target = RISK.states.move(RISK, risk.id, risk.status, "respond").to
    revised, changes = _revised(ws, risk, values, None)
    if not revised.response and not measures and revised.strategy != "accept":
        raise UsageError(
            Text(en="{id} has no response yet", zh="{id} 尚无应对措施").format(id=risk.id),
            Text(
                en='`pmkit risk respond {id} --strategy mitigate --response "..." --action "...; HANDLE; DATE"`',
                zh="`pmkit risk respond {id} --strategy mitigate --response “措施” --action “事项；责任人；日期”`",
            ).format(id=risk.id),
        )
    actions = []
    for measure in measures:
        given = {"from": risk.id, "visibility": risk.visibility or RISK.visibility, **measure}
        if revised.due is not None:
            given.setdefault("due", revised.due.isoformat())
        action = new_record(ws, ACTION, given, next_id(ACTION.prefix), acting)
        changes.append(Create(new_path(ACTION, action.id), file_data(action), ACTION.name))
        actions.append(action.id)
    if not started:
        changes += step_to(risk, target, acting, note)
    if not changes:
        raise Refused(
            Text(en="{id} says that already; nothing to write", zh="{id} 已是该内容，无需修改").format(id=risk.id)
        )
    what = Text("Add to the response", "补充应对措施") if started else Text("Start the response", "开始应对")
    return Edits(tuple(changes), "risk.respond", (risk.id, *actions), headed(risk.id, what), acting.by, acting.on)


def _revised(ws: Workspace, risk: Risk, values: Mapping[str, Any], reviewed: date | None) -> tuple[Risk, list[Change]]:
    """The risk with the values, and the edits that make it so. Looked at on a day, it gets the day of the next look.

    A day that was set when the risk was entered stays until it is looked at again.
    """
    given = completed(ws, values, risk)
    raw = {"id": risk.id, **file_data(risk), **given}
    if given.get("tasks"):
        raw["tasks"] = given["tasks"] = {**file_value(risk.tasks), **given["tasks"]}
    revised = validated(Risk, {k: v for k, v in raw.items() if v is not None}).placed(risk.spot)
    band = ws.project.risk.band(revised.score)
    is_set = "review_on" in given or (risk.status == "open" and risk.review_on is not None)
    if reviewed is not None and band is not None and not is_set:
        given["review_on"] = next_review = reviewed + timedelta(REVIEW_WITHIN[band])
        revised = revised.model_copy(update={"review_on": next_review})
    check_links(ws, revised)
    check_rules(ws, revised)
    return revised, changes_between(ws, risk, revised, list(given))
