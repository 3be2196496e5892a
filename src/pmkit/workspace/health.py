"""How the project stands: green, amber, red by aspect (defaults of FORMS §3; the worst one is the project's)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from pmkit.domain.duties import Duty
from pmkit.domain.issues import Issue
from pmkit.domain.plan import Task
from pmkit.domain.quality import Nonconformity
from pmkit.domain.rating import SERIOUS
from pmkit.kernel.text import Text
from pmkit.workspace.approvals import answer_due
from pmkit.workspace.cost_state import cost_state
from pmkit.workspace.costs import has_costs
from pmkit.workspace.dispatches import standings
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import Planned, Verdict, is_stale
from pmkit.workspace.quality import recent_rate
from pmkit.workspace.signing import to_be_signed_again

Aspect = Literal["schedule", "scope", "quality", "risk", "customer", "cost"]
OURS: frozenset[Aspect] = frozenset({"customer", "cost"})  # for our own eyes, and not the project's overall state
Lamp = Literal["green", "amber", "red"]
LAMPS: tuple[Lamp, ...] = ("green", "amber", "red")
_NAMES = {"green": Text("green", "正常"), "amber": Text("amber", "预警"), "red": Text("red", "滞后")}
ASPECTS: dict[Aspect, Text] = {
    "schedule": Text("Schedule", "进度"),
    "scope": Text("Scope", "范围"),
    "quality": Text("Quality", "质量"),
    "risk": Text("Risk", "风险"),
    "customer": Text("Customer", "客户配合"),
    "cost": Text("Cost", "成本"),
}
_WORDS = {"green": Text("on track", "正常"), "amber": Text("at risk", "预警"), "red": Text("late", "滞后")}
_SEVERE = Text("serious", "严重")  # of what is no matter of time
AMBER_FATAL, RED_FATAL = 3, 7  # days that a fatal issue is open
AMBER_RATE, RED_RATE = 90, 80  # percent of the items of checks that conform
RED_OVERDUE = 10  # days that a nonconformity is late
AMBER_DUTY, RED_DUTY = 3, 10  # days that something is late which the customer provides; red where it holds all up
AMBER_REPLY, RED_REPLY = 5, 15  # days that a reply is late
AMBER_DRIFT, RED_DRIFT = Decimal(2), Decimal(5)  # working days of drift that no approved change excuses


def lamp_word(lamp: Lamp, aspect: Aspect = "schedule") -> Text:
    """What a lamp means, for who does not see its colour."""
    return _SEVERE if lamp == "red" and aspect != "schedule" else _WORDS[lamp]


@dataclass(frozen=True, slots=True)
class State:
    """The lamp of an aspect and what lit it."""

    aspect: Aspect
    lamp: Lamp
    because: Text

    @property
    def word(self) -> Text:
        return lamp_word(self.lamp, self.aspect)


@dataclass(frozen=True, slots=True)
class Judged:
    """The overall lamp that a person sets instead of the worst one, and the reason that is printed with it."""

    lamp: Lamp
    reason: str

    def remarks(self, found: State) -> Text:
        """The reason, and what the rules come to where that is another lamp: an override is never silent."""
        if found.lamp == self.lamp:
            return Text.same(self.reason)
        says = Text(
            "{reason} (set by hand; by the rules {lamp}: {because})",
            "{reason}（人工判定；按规则为{lamp}：{because}）",
        )
        return says.format(reason=self.reason, lamp=_NAMES[found.lamp], because=found.because)


def health(ws: Workspace, planned: Planned | None, verdict: Verdict | None, as_of: date) -> list[State]:
    """The aspects in printing order. `ws` may be the customer's view: what it does not hold lights no lamp.

    Cost is an aspect only where the records have costs, that is never for the customer.
    """
    states = [_schedule(ws, planned, verdict, as_of), _scope(ws, planned, as_of), quality(ws, as_of), _risk(ws)]
    states.append(_customer(ws, planned, as_of))
    return [*states, _cost(ws, as_of)] if has_costs(ws) else states


def worst(states: Sequence[State]) -> State:
    """The state that is the project's: the first of the worst lamp; what is our own business is not among them."""
    states = [state for state in states if state.aspect not in OURS]
    return max(states, key=lambda state: (LAMPS.index(state.lamp), -states.index(state)))


def _schedule(ws: Workspace, planned: Planned | None, verdict: Verdict | None, as_of: date) -> State:
    if planned is None:
        return State("schedule", "red", Text("the plan cannot be scheduled", "计划无法排程"))
    late = [
        task
        for task in planned.ws.tasks
        if task.is_contractual and task.deadline is not None and _passes(planned, task)
    ]
    if late:
        names = Text.join(Text.same(task.name) for task in late)
        return State(
            "schedule", "red", Text("contract milestones forecast late: {n}", "合同里程碑预计逾期：{n}").format(n=names)
        )
    judged = verdict.judged if verdict else ()
    most = max((item.unexplained for item in judged), default=Decimal(0))
    if most > AMBER_DRIFT:
        item = next(i for i in judged if i.unexplained == most)
        because = Text("{name}: {days} d of drift not approved", "{name}：未经批准偏差 {days} 天").format(
            name=item.name, days=f"{most.normalize():f}"
        )
        return State("schedule", "red" if most > RED_DRIFT else "amber", because)
    if is_stale(planned, as_of):
        because = Text("progress last reported for {day}", "进度最近填报于 {day}").format(day=planned.status_date)
        return State("schedule", "amber", because)
    if not ws.baselines:
        return State("schedule", "green", Text("no baseline yet", "尚未设立进度基准"))
    return State("schedule", "green", Text("as planned", "按计划进行"))


def _passes(planned: Planned, task: Task) -> bool:
    limit = task.deadline
    finish = planned.item(task.id).finish
    return limit is not None and finish.date() > date(limit.year, limit.month, limit.day)


def _scope(ws: Workspace, planned: Planned | None, as_of: date) -> State:
    waiting = [
        change.id for change in ws.changes if (due := answer_due(ws, change, planned)) is not None and due < as_of
    ]
    if waiting:
        ids = Text.same(", ".join(waiting))
        return State(
            "scope", "amber", Text("undecided past their time: {ids}", "超过答复时限未决定：{ids}").format(ids=ids)
        )
    unsigned = [standing.record_id for standing, _ in to_be_signed_again(ws, planned, as_of)]
    if unsigned:
        ids = Text.same(", ".join(unsigned))
        return State(
            "scope", "amber", Text("changed and not signed again: {ids}", "变更后未重新签认：{ids}").format(ids=ids)
        )
    return State("scope", "green", Text("no undecided change is late", "无逾期未决变更"))


def quality(ws: Workspace, as_of: date) -> State:
    """By the pass rate of four weeks, fatal issues and nonconformities that wait for too long."""
    rate = recent_rate(ws, as_of)
    late = [o for o in ws.of(Nonconformity) if o.is_overdue(as_of) and o.due and (as_of - o.due).days > RED_OVERDUE]
    fatal = [
        (one, (as_of - one.raised_on).days)
        for one in ws.of(Issue)
        if one.severity == "fatal" and not one.is_closed and one.status != "resolved" and one.raised_on is not None
    ]
    if late:
        ids = Text.join(Text.same(one.id) for one in late)
        says = Text("overdue by more than {n} days: {ids}", "不符合项逾期超过 {n} 天：{ids}")
        return State("quality", "red", says.format(n=RED_OVERDUE, ids=ids))
    limits: tuple[tuple[Lamp, int, int], ...] = (("red", RED_FATAL, RED_RATE), ("amber", AMBER_FATAL, AMBER_RATE))
    for lamp, days, least in limits:
        waiting = [one.id for one, age in fatal if age > days]
        if waiting:
            says = Text("fatal issues open for more than {n} days: {ids}", "致命问题超过 {n} 天未解决：{ids}")
            return State("quality", lamp, says.format(n=days, ids=Text.join(map(Text.same, waiting))))
        if rate is not None and rate < least:
            says = Text("pass rate {rate}%, below {least}%", "检查合格率 {rate}%，低于 {least}%")
            return State("quality", lamp, says.format(rate=rate, least=least))
    if rate is not None:
        return State("quality", "green", Text("pass rate {rate}%", "检查合格率 {rate}%").format(rate=rate))
    return State("quality", "green", Text("nothing reported", "本期无"))


def _risk(ws: Workspace) -> State:
    """Red: an extreme one whose response nobody agreed; amber: a high one without a measure."""
    threats = [risk for risk in ws.risks if not risk.is_closed and risk.is_threat]
    band = {risk.id: ws.project.risk.band(risk.score) for risk in threats}
    extreme = [risk.id for risk in threats if band[risk.id] == "extreme" and risk.status != "responding"]
    if extreme:
        says = Text("rated extreme, no response agreed: {ids}", "极高风险的应对措施尚未确定：{ids}")
        return State("risk", "red", says.format(ids=Text.join(map(Text.same, extreme))))
    measured = {str(action.from_) for action in ws.actions}
    bare = [
        risk.id
        for risk in threats
        if band[risk.id] in SERIOUS and not risk.response and risk.strategy != "accept" and risk.id not in measured
    ]
    if bare:
        says = Text("rated high without a measure: {ids}", "高风险尚无应对措施：{ids}")
        return State("risk", "amber", says.format(ids=Text.join(map(Text.same, bare))))
    return State("risk", "green", Text("under control", "受控"))


def _customer(ws: Workspace, planned: Planned | None, as_of: date) -> State:
    """By duties that are late, and documents to which no reply came; a reply is late from its own deadline on."""
    duties = [(duty, duty.days_late(as_of)) for duty in ws.of(Duty) if not duty.is_closed]
    replies = [(one.dispatch.about or one.dispatch.id, one.days_overdue(as_of)) for one in standings(ws)]
    duty = Text("{ids} late by more than {n} days", "{ids} 逾期超过 {n} 天")
    reply = Text("no reply to {ids} for more than {n} days", "{ids} 逾期未回复超过 {n} 天")
    found: tuple[tuple[Lamp, Text, int, list[str]], ...] = (
        ("red", duty, RED_DUTY, [d.id for d, days in duties if days > RED_DUTY and _holds_all_up(planned, d)]),
        ("red", reply, RED_REPLY, [what for what, days in replies if days > RED_REPLY]),
        ("amber", duty, AMBER_DUTY, [d.id for d, days in duties if days > AMBER_DUTY]),
        ("amber", reply, AMBER_REPLY, [what for what, days in replies if days > AMBER_REPLY]),
    )
    for lamp, says, most, ids in found:
        if ids:
            return State("customer", lamp, says.format(n=most, ids=Text.join(map(Text.same, ids))))
    return State("customer", "green", Text("nothing is late", "配合与回复均按期"))


def _holds_all_up(planned: Planned | None, duty: Duty) -> bool:
    """True where work that waits for it has no float left."""
    if planned is None:
        return False
    return any(task in planned.schedule.items and planned.float_minutes(task) <= 0 for task in duty.blocks)


def _cost(ws: Workspace, as_of: date) -> State:
    state = cost_state(ws, as_of)
    cpi = f"{state.cpi:.2f}" if state.cpi is not None else "/"
    eac = f"{state.eac_percent:.1f}%" if state.eac_percent is not None else "/"
    because = Text("CPI {cpi}, EAC {eac} of the budget", "CPI {cpi}，EAC 为预算的 {eac}").format(cpi=cpi, eac=eac)
    return State("cost", state.lamp, because)
