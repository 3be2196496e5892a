"""Whose agreement a change needs, who gave it, and by when it is due (the matrix of the profile, FORMAT §2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Literal

from pmkit.domain.approval import Level, Size, evidence_kind
from pmkit.domain.changes import Approval, ChangeRequest, ProposedEdit
from pmkit.domain.meetings import Meeting
from pmkit.domain.parties import Party
from pmkit.domain.people import SIDES, Person, covers, role_label
from pmkit.domain.plan import Task
from pmkit.domain.requirements import Requirement
from pmkit.kernel.duration import Duration
from pmkit.kernel.money import Money
from pmkit.kernel.text import Text
from pmkit.kernel.usage import usage
from pmkit.workspace import contracts
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import Planned, workdays_after

AGREED = frozenset({"approved", "confirmed", "applied", "verified", "closed"})


def size_of(ws: Workspace, change: ChangeRequest, planned: Planned | None) -> Size:
    """How big a change is, as assessed. Own cost stands in for a missing price; days are the longest allowance.

    Without a computed plan a touched contract milestone counts as moved.
    """
    impact = change.impact
    money = impact.price or impact.cost
    day, week = (planned.calendar.day_minutes, planned.calendar.week_minutes) if planned else (480, 2400)
    minutes = {target: span.minutes(day=day, week=week) for target, span in impact.schedule_allowance.items()}
    contract_price = contracts.signed_price(ws)
    moved = "none"
    for target, amount in minutes.items():
        task = ws.find(target, Task)
        if task is None or not task.is_contractual or amount <= 0:
            continue
        within = planned is not None and planned.float_minutes(target) >= amount
        moved = "moved" if moved == "moved" or not within else "within float"
    return Size.model_validate(
        {
            "price": money.amount if money else Decimal(0),
            "days": Decimal(max(minutes.values(), default=0)) / day,
            "contract_milestone": moved,
            "contract_price": contract_price.amount if contract_price else None,
            "contract_change": impact.supplementary_agreement,
            "reasons": tuple(_reasons(ws, change)),
            "words": tuple(_words(ws, change)),
        }
    )


# Fields that say when the final acceptance is due, and who the parties are.
_DATES = frozenset({"deadline", "must_finish_on", "finish_no_later_than", "contract", "stage"})
_PARTIES = frozenset({"customer", "supplier", "supervisor"})


def _reasons(ws: Workspace, change: ChangeRequest) -> Iterator[str]:
    """Those of the policy's `always_L4` that hold: assessed so, or plain from what the change touches."""
    impact = change.impact
    dates = [t for t, span in impact.schedule_allowance.items() if span.amount > 0]
    dates += [edit.record for edit in change.edits if edit.field in _DATES]
    if any((task := ws.find(t, Task)) is not None and task.stage == "final_acceptance" for t in dates):
        yield "final acceptance date"
    withdrawn = [r for i in change.withdraw if (r := ws.find(i, Requirement)) is not None]
    if impact.contract_scope_removed or any(_is_in_contract(r) for r in withdrawn):
        yield "contract scope removed"
    if impact.party_change or any(_is_of_party(ws, edit) for edit in change.edits):
        yield "party change"


def _is_of_party(ws: Workspace, edit: ProposedEdit) -> bool:
    """True for an edit of who a party is: in the profile, or among the parties."""
    if edit.record == ws.project.kind.name:
        return edit.field in _PARTIES
    return edit.field in {"name", "role"} and isinstance(ws.records.get(edit.record), Party)


def _is_in_contract(requirement: Requirement) -> bool:
    """True for a requirement that comes from a contract's record."""
    return any(i.startswith("CTR-") for i in requirement.from_)


def _words(ws: Workspace, change: ChangeRequest) -> Iterator[str]:
    """The change's type, and the categories of the requirements it touches or adds."""
    if change.type:
        yield change.type
    for target in (*change.affects, *change.withdraw):
        requirement = ws.find(target, Requirement)
        if requirement is not None and requirement.category:
            yield requirement.category
    for added in change.add:
        if category := added.fields.get("category"):
            yield str(category)


def level_of(ws: Workspace, change: ChangeRequest, planned: Planned | None) -> Level:
    """The row of the approval matrix that a change belongs to, as the plan and the contract are."""
    return ws.project.approval.level(size_of(ws, change, planned))


def level_in_force(ws: Workspace, change: ChangeRequest, planned: Planned | None) -> Level:
    """The row by which a change that was applied was approved, the plan having moved on since; else today's."""
    if change.applied_on is not None:
        known = [level for a in change.valid_approvals if (level := ws.project.approval.find(a.level)) is not None]
        if known:
            return known[-1]
    return level_of(ws, change, planned)


def required(ws: Workspace, level: Level) -> list[str]:
    """The roles whose agreement the row needs: `side.role`, or several joined by `|` of which one will do.

    `if_any` counts where somebody is there to give it.
    """
    return [
        *level.all,
        *(["|".join(level.any_of)] if level.any_of else []),
        *(wanted for wanted in level.if_any if any(p.can_sign_as(wanted) for p in ws.people)),
    ]


def is_customers(wanted: str) -> bool:
    """True for a role, or a choice of roles, of the customer's side alone."""
    return all(one.strip().startswith("customer.") for one in wanted.split("|"))


def missing_approvals(
    ws: Workspace, level: Level, approvals: Sequence[Approval], *, settled: bool = False
) -> list[str]:
    """The roles that nobody among the approvals stands for. Each person counts for one role only, however often they
    approved.

    `settled`: the change is in force, and the roles of that time count, as they were recorded.
    """
    wanted = required(ws, level)
    approvals = list({a.for_ or a.by: a for a in approvals}.values())
    fits = [[n for n, a in enumerate(approvals) if _stands_for(ws, a, w, settled=settled)] for w in wanted]
    taken: dict[int, int] = {}

    def give(slot: int, tried: set[int]) -> bool:
        for approval in fits[slot]:
            if approval not in tried:
                tried.add(approval)
                if approval not in taken or give(taken[approval], tried):
                    taken[approval] = slot
                    return True
        return False

    # What fewer people can give goes first, or a director would be taken for the project manager and be missing above.
    hardest_first = sorted(range(len(wanted)), key=lambda slot: sum(p.can_sign_as(wanted[slot]) for p in ws.people))
    lacking = {slot for slot in hardest_first if not give(slot, set())}
    return [w for slot, w in enumerate(wanted) if slot in lacking]


def _stands_for(ws: Workspace, approval: Approval, wanted: str, *, settled: bool) -> bool:
    """True where an approval counts for a role: by the person's own, or by that of whom they signed for.

    Somebody who left since they approved did approve.
    """
    if settled:
        return covers(approval.side, approval.role, wanted)
    principal = ws.find(approval.for_ or approval.by, Person)
    if principal is None or (approval.for_ and not principal.delegates_to(approval.by, approval.on)):
        return False
    stood = principal.stood(approval.on)
    return covers(stood.side, stood.role, wanted)


def signs_for(ws: Workspace, person: Person, wanted: Sequence[str], on: date) -> Person | None:
    """In whose right a person may sign for one of the roles on that day: their own, or somebody's who is away."""
    if any(person.can_sign_as(w, on) for w in wanted):
        return person
    return next(
        (
            p
            for p in ws.people
            if p.side == person.side
            and not person.left
            and p.delegates_to(person.id, on)
            and any(p.can_sign_as(w, on) for w in wanted)
        ),
        None,
    )


def amount_of(change: ChangeRequest, side: str) -> Money | None:
    """The amount that an approval binds its side to: the price; for our own house its cost where there is none."""
    impact = change.impact
    return impact.price or (impact.cost if side == "supplier" else None)


@dataclass(frozen=True, slots=True)
class CumulativePrice:
    """What all agreed changes and one more come to, against the contract price. `percent`: None without a contract."""

    amount: Decimal
    percent: Decimal | None
    state: Literal["fine", "warn", "stop"]


def cumulative_price(ws: Workspace, change: ChangeRequest | None = None) -> CumulativePrice:
    """The sum of the prices of the agreed changes, and of `change` where it is not one of them yet.

    Additions and reductions count against each other; prices in another currency than the contract's do not count.
    """
    contract = contracts.signed_price(ws)
    currency = contract.currency if contract else ws.project.currency
    counted = [c for c in ws.changes if c.status in AGREED and (change is None or c.id != change.id)]
    if change is not None:
        counted.append(change)
    amount = sum(
        (c.impact.price.amount for c in counted if c.impact.price and c.impact.price.currency == currency), Decimal(0)
    )
    if contract is None or not contract.amount:
        return CumulativePrice(amount, None, "fine")
    limits = ws.project.approval.cumulative_price
    percent = amount * 100 / contract.amount
    if percent > Decimal(limits.stop[:-1]):
        return CumulativePrice(amount, percent, "stop")
    return CumulativePrice(amount, percent, "warn" if percent > Decimal(limits.warn[:-1]) else "fine")


def what_is_wanted(ws: Workspace, wanted: Sequence[str], on: date | None = None) -> Text:
    """The roles in words, each with the people who could sign for it, on that day also for somebody who is away."""
    return Text.join([_slot_in_words(ws, slot, on) for slot in wanted], en="; ", zh="；")


def _slot_in_words(ws: Workspace, slot: str, on: date | None) -> Text:
    labels = []
    for one in slot.split("|"):
        side, _, role = one.strip().partition(".")
        label = Text(en="{side} {role}", zh="{side}{role}")
        labels.append(label.format(side=SIDES.get(side, Text.same(side)), role=role_label(side, role)))
    label = Text.join(labels, en=" or ", zh="或")
    names = []
    for person in (p for p in ws.people if p.can_sign_as(slot)):
        names.append(Text(en=f"{person.name} ({person.id})", zh=f"{person.name}（{person.id}）"))
        for delegation in person.delegations:
            if on is not None and delegation.covers(on):
                other = ws.person_name(delegation.to)
                says = Text(en="{who} ({id}) for {name}", zh="{who}（{id}，代{name}）")
                names.append(says.format(who=other, id=delegation.to, name=person.name))
    nobody = Text(en=": nobody yet", zh="：暂无人员")
    people = Text.join(names, en=" / ", zh="、")
    listed = Text(en=f": {people.en}", zh=f"：{people.zh}") if names else nobody
    return Text(en=label.en + listed.en, zh=label.zh + listed.zh)


def answer_due(ws: Workspace, change: ChangeRequest, planned: Planned | None) -> date | None:
    """The day by which a submitted change is to be decided: the asker's, else by the matrix; None for any other."""
    if change.status not in {"submitted", "assessed"} or planned is None:
        return None
    if change.decision_by is not None:
        return change.decision_by
    submitted = change.reached("submitted")
    within = ws.project.approval.answer_within
    answer = within.get("emergency") if change.urgency == "emergency" else None
    answer = answer or within.get(level_of(ws, change, planned).id)
    return _after(planned, submitted, answer.within) if submitted is not None and answer is not None else None


def _after(planned: Planned | None, day: date, span: Duration) -> date:
    """The day that lies a time after another one: elapsed time by the calendar, working days by the project's."""
    if span.is_elapsed:
        return day + timedelta(days=-(-span.minutes(day=1440, week=10080) // 1440))
    return workdays_after(planned, day, span.minutes(day=1, week=5))


def is_urgent(ws: Workspace, change: ChangeRequest) -> bool:
    """True for an emergency in which any word will do at first, as the profile's `answer_within` has it."""
    answer = ws.project.approval.answer_within.get("emergency")
    return change.urgency == "emergency" and answer is not None and answer.written is not None


def on_paper(level: Level, approval: Approval) -> bool:
    """True for an approval whose evidence is what its level asks for; our own side's needs none."""
    if approval.side == "supplier" or approval.evidence is None:
        return approval.side == "supplier"
    return level.accepts(approval.evidence.kind or evidence_kind(approval.evidence.file))


def owed_on_paper(ws: Workspace, change: ChangeRequest, planned: Planned | None) -> Iterator[tuple[Approval, date]]:
    """The approvals that were given in an emergency by any word, and the day by which each has to follow on paper."""
    answer = ws.project.approval.answer_within.get("emergency")
    if not is_urgent(ws, change) or change.status in {"rejected", "withdrawn"} or answer is None:
        return
    for who, given in groupby(sorted(change.valid_approvals, key=_principal), key=_principal):
        mine = list(given)
        level = ws.project.approval.find(mine[0].level) or level_of(ws, change, planned)
        if who and answer.written is not None and not any(on_paper(level, one) for one in mine):
            yield mine[0], _after(planned, mine[0].on, answer.written)


def _principal(approval: Approval) -> str:
    return approval.for_ or approval.by


def meeting_of(ws: Workspace, change: ChangeRequest) -> Meeting | None:
    """The meeting that decided on what the change says today: named by an approval, and held."""
    for approval in reversed(change.valid_approvals):
        meeting = ws.find(approval.meeting or "", Meeting)
        if meeting is not None and was_held(meeting):
            return meeting
    return None


def was_held(meeting: Meeting) -> bool:
    """True for a meeting that took place."""
    return meeting.status not in {"planned", "cancelled"}


def next_step(ws: Workspace, change: ChangeRequest, planned: Planned | None, on: date) -> Text:
    """What comes next for a change, with the command that does it; of an assessed one who has to approve."""
    match change.status:
        case "draft":
            says = Text("submit it: {c}", "提交评估：{c}").format(c=_command(change, "submit"))
        case "submitted":
            says = Text("assess the impact: {c}", "评估影响：{c}").format(
                c=_command(change, "assess", "--price AMOUNT --schedule DURATION --milestone M-...")
            )
        case "assessed":
            level = level_of(ws, change, planned)
            lacking = missing_approvals(ws, level, change.valid_approvals)
            asks_meeting = level.meeting and meeting_of(ws, change) is None
            says = Text("level {level}, still to approve: {who}\n  {c}", "级别 {level}，尚缺审批：{who}\n  {c}").format(
                level=level.label,
                who=what_is_wanted(ws, lacking, on),
                c=_command(
                    change, "approve", f"--as HANDLE {'--meeting MTG-... ' * bool(asks_meeting)}[--evidence FILE]"
                ),
            )
        case "approved" if any(is_customers(w) for w in required(ws, level_of(ws, change, planned))):
            says = Text("the customer has to confirm: {c}", "待客户确认：{c}").format(
                c=_command(change, "confirm", "--by HANDLE --evidence FILE")
            )
        case "approved" | "confirmed":
            says = Text("make the edits: {c}", "实施变更：{c}").format(c=_command(change, "apply"))
        case "applied":
            says = Text("check the result: {c}", "验证实施结果：{c}")
            if change.failed:
                says = Text("put it right, then check again: {c}", "整改后重新验证：{c}")
            says = says.format(c=_command(change, "verify", "--by HANDLE [--failed] --note TEXT"))
        case "verified":
            says = Text("close it: {c}", "关闭：{c}").format(c=_command(change, "close"))
        case "deferred":
            says = Text("take it up again: {c}", "恢复办理：{c}").format(c=_command(change, "submit"))
        case _:
            return Text("nothing follows", "流程已结束")
    return Text("next: {what}", "下一步：{what}").format(what=says)


def _command(change: ChangeRequest, verb: str, options: str = "") -> Text:
    return usage(f"`pmkit change {verb} {change.id}{' ' if options else ''}{options}`")
