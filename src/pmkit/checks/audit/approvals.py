"""Approvals that nobody could give, that were rewritten, and what was decided without them."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.audit.base import Remembered, Suspicion, edited_field, found, is_adopted, new_in, state_name, without
from pmkit.checks.audit.rules import (
    AGREED_TOO_EARLY,
    APPROVAL_REWRITTEN,
    AUTHORITY_JUST_GIVEN,
    EDITED_AFTER_APPROVAL,
    MATRIX_LOOSENED,
    OWN_REQUEST,
    WITHOUT_AUTHORITY,
)
from pmkit.domain.changes import Approval, ChangeRequest
from pmkit.domain.people import Person, role_label
from pmkit.domain.plan import Task
from pmkit.kernel.text import Text
from pmkit.workspace.approvals import amount_of, level_of, missing_approvals, required, what_is_wanted
from pmkit.workspace.history import Deed, Moment
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import Planned, plan_of

SETTLED = frozenset({"confirmed", "applied", "verified", "closed"})  # the customer's agreement is in


def must_be_signed(moment: Moment, deed: Deed, change: ChangeRequest) -> bool:
    """A commit that records an approval while the profile wants those signed."""
    olds = [old.approvals for old in deed.was(ChangeRequest) if old is not None]
    wanted = moment.project is not None and moment.project.approval.signed_commits
    return wanted and bool(new_in(change.approvals, olds))


def decisions(moment: Moment, deed: Deed, change: ChangeRequest, remembered: Remembered) -> Iterator[Suspicion]:
    """Approvals that nobody could give, that were rewritten, and what was decided without them."""
    ws = moment.workspace
    olds = [old for old in deed.was(ChangeRequest) if old is not None]
    if ws is None or remembered.undoes(moment, deed):
        return
    lost = [without(old.approvals, change.approvals) for old in olds]
    if olds and all(lost):
        who = ws.person_name(lost[0][0].by)
        yield found(moment, APPROVAL_REWRITTEN, deed.path, change.id, "approvals", id=change.id, who=who)
    yield from _edited(moment, deed, change, olds, ws)
    added = new_in(change.approvals, [old.approvals for old in olds])
    agreed = SETTLED if change.status in SETTLED else {"approved"}
    became_agreed = change.status in agreed and not any(old.status in agreed for old in olds)
    if not added and not became_agreed:
        return
    planned = _planned(ws, change)
    for approval in added:
        yield from _authority(moment, deed, change, approval, ws, planned, remembered)
    if became_agreed and not is_adopted(moment):
        yield from _completeness(moment, deed, change, remembered, ws, planned)


def _edited(
    moment: Moment, deed: Deed, change: ChangeRequest, olds: list[ChangeRequest], ws: Workspace
) -> Iterator[Suspicion]:
    reopened = [step for step in new_in(change.steps, [old.steps for old in olds]) if step.to in {"assessed", "draft"}]
    approved = [old.valid_approvals for old in olds]
    if olds and all(approved) and not reopened and all(old.digest != change.digest for old in olds):
        who = Text.join(Text.same(ws.person_name(a.by)) for a in approved[0])
        yield found(
            moment, EDITED_AFTER_APPROVAL, deed.path, change.id, edited_field(olds[0], change), id=change.id, who=who
        )


def _authority(
    moment: Moment,
    deed: Deed,
    change: ChangeRequest,
    approval: Approval,
    ws: Workspace,
    planned: Planned | None,
    remembered: Remembered,
) -> Iterator[Suspicion]:
    """Whether the approver could approve: by the people and the rules as they were then."""
    person = ws.find(approval.by, Person)
    principal = ws.find(approval.for_, Person) if approval.for_ else person
    level = level_of(ws, change, planned)
    wanted = required(ws, level)
    problem = None
    if person is None:
        problem = Text("was not in people.yaml then", "其人当时不在 people.yaml 中")
    elif principal is None or (principal is not person and not principal.delegates_to(person.id, approval.on)):
        problem = Text(en="was not named to sign for {who}", zh="当时未获{who}授权代签").format(
            who=ws.person_name(approval.for_)
        )
    elif (stood := principal.stood(approval.on)) and (stood.side, stood.role) != (approval.side, approval.role):
        problem = Text(en="was {role} then", zh="其角色当时为{role}").format(role=role_label(stood.side, stood.role))
    elif not any(principal.can_sign_as(slot, approval.on) for slot in wanted):
        problem = Text(en="may not sign for level {level}", zh="其无权签署级别 {level}").format(level=level.label)
    else:
        problem = principal.beyond(approval.on, amount_of(change, approval.side))
    who = ws.person_name(approval.by)
    if problem is not None:
        yield found(
            moment, WITHOUT_AUTHORITY, deed.path, change.id, "approvals",
            id=change.id, who=who, problem=problem, wanted=what_is_wanted(ws, wanted),
        )  # fmt: skip
    before = remembered.people_before(moment)
    if problem is None and before is not None and principal is not None:
        then = before.get(principal.id)
        if then is None or not any(then.can_sign_as(slot) for slot in wanted):
            yield found(moment, AUTHORITY_JUST_GIVEN, deed.path, change.id, "approvals", id=change.id, who=who)
    may = ws.project.approval.requester.supplier == "may_approve"
    if approval.by == change.requested_by and approval.side == "supplier" and not may:
        yield found(moment, OWN_REQUEST, deed.path, change.id, "approvals", id=change.id, who=who)


def _completeness(
    moment: Moment, deed: Deed, change: ChangeRequest, remembered: Remembered, ws: Workspace, planned: Planned | None
) -> Iterator[Suspicion]:
    """Whether all approvals were there when the change became agreed: by the rules then, and by earlier ones."""
    states = change.kind.states
    said = {"id": change.id, "after": state_name(states, change.status) if states else Text.same(change.status)}
    lacking = _lacking(ws, change, planned)
    if lacking:
        yield found(
            moment, AGREED_TOO_EARLY, deed.path, change.id, "status", **said, who=what_is_wanted(ws, lacking)
        )  # fmt: skip
        return
    for policy in remembered.earlier(moment, change):
        then = Workspace(ws.project.model_copy(update={"approval": policy}), ws.records)
        lacking = _lacking(then, change, planned)
        if lacking:
            yield found(
                moment, MATRIX_LOOSENED, deed.path, change.id, "status", **said,
                commit_of_rule=remembered.changed_by or moment.commit.hash[:9], who=what_is_wanted(then, lacking),
            )  # fmt: skip
            return


def _lacking(ws: Workspace, change: ChangeRequest, planned: Planned | None) -> list[str]:
    lacking = missing_approvals(ws, level_of(ws, change, planned), change.valid_approvals)
    return [who for who in lacking if change.status != "approved" or not who.startswith("customer.")]


def _planned(ws: Workspace, change: ChangeRequest) -> Planned | None:
    """The plan as it stood, where the size of the change depends on its float: one schedule for few commits."""
    targets = (ws.find(target, Task) for target in change.impact.schedule_allowance)
    return plan_of(ws, None)[0] if any(task is not None and task.is_contractual for task in targets) else None
