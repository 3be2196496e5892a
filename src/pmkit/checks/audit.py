"""AUD: workflow steps that history shows were taken around the workflow.

What a commit did to the records decides, not what its message says: squashing and rebasing destroy messages, and leave
honest steps honest. Messages count only where they claim something that the commit did not do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TypeVar

from pmkit.domain.approval import ApprovalPolicy
from pmkit.domain.changes import Approval, ChangeRequest
from pmkit.domain.kind import States, Step, Tracked, content
from pmkit.domain.people import Person, role_label
from pmkit.domain.plan import Phase, Progress, Task
from pmkit.domain.project import Project
from pmkit.kernel.finding import Finding, Rule
from pmkit.kernel.place import Place
from pmkit.kernel.text import Text
from pmkit.workspace.approvals import level_of, missing_approvals, required, what_is_wanted
from pmkit.workspace.history import Deed, Moment
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import Planned, plan_of

SETTLED = frozenset({"confirmed", "applied", "verified", "closed"})  # the customer's agreement is in
UNDO = "undo"
WellSigned = Callable[[Sequence[str]], AbstractSet[str]]
T = TypeVar("T")

STATUS_JUMPED = Rule(
    "AUD101", "status-jumped", "error",
    Text("{id} went from {before} to {after} without the steps between",
         "{id} 由“{before}”变为“{after}”，中间步骤缺失"),
    Text("put the status back, then take the steps with `pmkit {kind} VERB {id}`",
         "请恢复原状态，再用 `pmkit {kind} 动作 {id}` 逐步办理"),
)  # fmt: skip
STEPS_REWRITTEN = Rule(
    "AUD102", "steps-rewritten", "error",
    Text("{id}: a step that had been recorded is another or gone: {step}", "{id}：已记录的步骤被改动或删除：{step}"),
    Text("put it back; what was wrong is corrected by a further step", "请恢复该步骤；有误之处应以后续步骤更正"),
)  # fmt: skip
BORN_ADVANCED = Rule(
    "AUD103", "born-advanced", "error",
    Text("{id} was created as {after}, with nothing before it", "{id} 一新建就是“{after}”，没有此前的步骤"),
    Text("records from before pmkit come in with `pmkit adopt`", "使用 pmkit 之前的记录请用 `pmkit adopt` 纳入"),
)  # fmt: skip
WITHOUT_AUTHORITY = Rule(
    "AUD201", "approval-without-authority", "error",
    Text("{id} was approved by {who}, who {problem}", "{id} 由 {who} 审批，但{problem}"),
    Text("have it approved by: {wanted}", "请由有权限的人审批：{wanted}"),
)  # fmt: skip
OWN_REQUEST = Rule(
    "AUD202", "own-request-approved", "error",
    Text("{id} was approved by {who}, who had asked for it", "{id} 由提出人 {who} 本人审批"),
    Text("have it approved by somebody else of our side", "请由本方其他有权限的人审批"),
)  # fmt: skip
AGREED_TOO_EARLY = Rule(
    "AUD203", "agreed-without-approvals", "error",
    Text("{id} became {after} while approvals were missing: {who}", "{id} 在尚缺审批时变为“{after}”：{who}"),
    Text("assess it again and have it approved", "请重新评估并审批"),
)  # fmt: skip
EDITED_AFTER_APPROVAL = Rule(
    "AUD204", "edited-after-approval", "error",
    Text("{id} was edited after {who} had approved it", "{id} 在 {who} 审批之后被改动"),
    Text("put the approved text back, or assess again and have it approved", "请恢复审批时的内容，或重新评估并审批"),
)  # fmt: skip
APPROVAL_REWRITTEN = Rule(
    "AUD205", "approval-rewritten", "error",
    Text("{id}: the recorded approval of {who} is another or gone", "{id}：{who}的审批记录被改动或删除"),
    Text("put it back; a decision is changed by assessing again", "请恢复该审批记录；要改变决定请重新评估"),
)  # fmt: skip
EVIDENCE_REPLACED = Rule(
    "AUD206", "evidence-replaced", "error",
    Text("{id}: the evidence {file} was replaced or deleted", "{id}：佐证材料 {file} 被替换或删除"),
    Text("put back the file that was recorded: `git checkout {commit}^ -- {file}`",
         "请恢复记录时的文件：`git checkout {commit}^ -- {file}`"),
)  # fmt: skip
MATRIX_LOOSENED = Rule(
    "AUD207", "matrix-loosened", "error",
    Text("{id} could become {after} only because {commit_of_rule} had loosened the approval matrix meanwhile: {who}",
         "{id} 等待审批期间，{commit_of_rule} 放宽了审批权限表，才得以变为“{after}”；按原规则尚缺：{who}"),
    Text("have it approved by the rules that held when it was asked for", "请按提出时的审批规则补齐审批"),
)  # fmt: skip
NOT_SIGNED = Rule(
    "AUD208", "approval-not-signed", "error",
    Text("{id} was approved in a commit without a valid signature", "{id} 的审批所在提交没有有效的数字签名"),
    Text("have it approved again in a signed commit (`git config commit.gpgsign true`)",
         "请在带签名的提交中重新审批（`git config commit.gpgsign true`）"),
)  # fmt: skip
TRAILERS_DIFFER = Rule(
    "AUD301", "trailers-differ", "warning",
    Text("the commit says `{action}` of {named}, but {what}", "提交说明称对 {named} 执行 `{action}`，但{what}"),
    Text("`pmkit commit` writes what a commit really did", "`pmkit commit` 会如实写明提交所做的修改"),
)  # fmt: skip
RULES = (
    STATUS_JUMPED, STEPS_REWRITTEN, BORN_ADVANCED, WITHOUT_AUTHORITY, OWN_REQUEST, AGREED_TOO_EARLY,
    EDITED_AFTER_APPROVAL, APPROVAL_REWRITTEN, EVIDENCE_REPLACED, MATRIX_LOOSENED, NOT_SIGNED, TRAILERS_DIFFER,
)  # fmt: skip


@dataclass(frozen=True)
class Suspicion:
    """A finding of the audit, with the moment that it is about and the field of the record, where one is meant."""

    finding: Finding
    moment: Moment
    field: str | None


def audit(moments: Iterable[Moment], well_signed: WellSigned) -> Iterator[Suspicion]:
    """What went around the workflow, in the order of history (parents first); missing signatures last.

    `well_signed` picks those of some commits that carry a valid signature; it is asked once, where the profile wants
    approvals signed.
    """
    remembered = Remembered()
    to_be_signed: list[tuple[Moment, Deed]] = []
    for moment in moments:
        for deed in moment.deeds:
            yield from _workflow(moment, deed, remembered)
            if isinstance(deed.after, ChangeRequest):
                yield from _decisions(moment, deed, deed.after, remembered)
                if _must_be_signed(moment, deed, deed.after):
                    to_be_signed.append((moment, deed))
        yield from _evidence(moment)
        yield from _message(moment)
        remembered.learn(moment)
    signed = well_signed([moment.commit.hash for moment, _ in to_be_signed]) if to_be_signed else frozenset()
    for moment, deed in to_be_signed:
        if moment.commit.hash not in signed:
            yield _found(moment, NOT_SIGNED, deed.path, deed.record, "approvals", id=deed.record)


def _found(
    moment: Moment, rule: Rule, path: str, record: str | None, field: str | None, /, **args: object
) -> Suspicion:
    return Suspicion(rule.found(Place(path), record, **args), moment, field)


def _without(items: Sequence[T], others: Iterable[T]) -> list[T]:
    """The items that are not among the others, each as often as it is missing there."""
    left = list(items)
    for other in others:
        if other in left:
            left.remove(other)
    return left


def _new(items: Sequence[T], before: Iterable[Sequence[T]]) -> list[T]:
    """The items that no parent had."""
    left = list(items)
    for had in before:
        left = _without(left, had)
    return left


# --- steps -----------------------------------------------------------------------------------------------------------


def _workflow(moment: Moment, deed: Deed, remembered: Remembered) -> Iterator[Suspicion]:
    """Steps that could not follow each other, steps that were rewritten."""
    after = deed.after
    if not isinstance(after, Tracked) or after.kind.states is None or remembered.undoes(moment, deed):
        return
    states = after.kind.states
    olds = [old for old in deed.before if isinstance(old, Tracked)]
    said = {"id": after.id, "kind": after.kind.name}
    if not olds:
        first = after.steps[0].to if after.steps else after.status
        if first != states.initial and not _is_adopted(moment):
            yield _found(moment, BORN_ADVANCED, deed.path, after.id, "status", **said, after=_state(states, first))
            return
        news: list[Step] = list(after.steps)
    else:
        lost = [_without(old.steps, after.steps) for old in olds]
        if all(lost):
            yield _found(
                moment, STEPS_REWRITTEN, deed.path, after.id, "steps", **said, step=_step_words(states, lost[0][0])
            )
        news = _new(after.steps, [old.steps for old in olds])
    jump = _jump(after, news, states) or _bare_status(after, olds)
    if jump is not None:
        before, now = jump
        yield _found(
            moment, STATUS_JUMPED, deed.path, after.id, "status",
            **said, before=_state(states, before), after=_state(states, now),
        )  # fmt: skip


def _jump(record: Tracked, news: list[Step], states: States) -> tuple[str, str] | None:
    """The first new step that no move of the workflow makes from the step before it."""
    for earlier, later in zip(record.steps, record.steps[1:], strict=False):
        if later in news and not any(earlier.to in move.sources and later.to == move.to for move in states.moves):
            return earlier.to, later.to
    return None


def _bare_status(record: Tracked, olds: list[Tracked]) -> tuple[str, str] | None:
    """A status that was changed, and is not where the steps lead."""
    reached = record.steps[-1].to if record.steps else ""
    if record.status == reached or any(old.status == record.status for old in olds):
        return None
    return (olds[0].status if olds else reached or record.status), record.status


def _is_adopted(moment: Moment) -> bool:
    return any(action.split(".")[0] == "adopt" for action in moment.commit.trailers.get("Pmkit-Action", ()))


def _state(states: States, name: str) -> Text:
    return states.names.get(name, Text.same(name))


def _step_words(states: States, step: Step) -> Text:
    return Text(en="{to} on {on} by {by}", zh="{on} {by} {to}").format(
        to=_state(states, step.to), on=step.on, by=step.by
    )


def _must_be_signed(moment: Moment, deed: Deed, change: ChangeRequest) -> bool:
    """A commit that records an approval while the profile wants those signed."""
    olds = [old.approvals for old in deed.was(ChangeRequest) if old is not None]
    wanted = moment.project is not None and moment.project.approval.signed_commits
    return wanted and bool(_new(change.approvals, olds))


# --- approvals -------------------------------------------------------------------------------------------------------


class Remembered:
    """By which approval rules each decision was to be made: what the auditor remembers from commit to commit."""

    def __init__(self) -> None:
        self._after: dict[str, ApprovalPolicy] = {}  # commit -> the rules that held after it
        self._base: dict[str, ApprovalPolicy] = {}  # commit of a side branch -> the rules where the branch began
        self._asked: dict[str, ApprovalPolicy] = {}  # change request -> the rules when it was submitted
        self._changed_by = ""
        self._last: Moment | None = None

    def learn(self, moment: Moment) -> None:
        """Remember the rules of a moment that was judged."""
        here = moment.commit
        if moment.project is None:
            return
        policy = moment.project.approval
        parent = here.parents[0] if here.parents else ""
        if parent in self._after and self._after[parent] != policy:
            self._changed_by = here.hash[:9]
        if not moment.is_main:
            self._base[here.hash] = self._base.get(parent) or self._after.get(parent, policy)
        self._after[here.hash] = policy
        for deed in moment.deeds:
            if isinstance(deed.after, ChangeRequest) and deed.after.reached("submitted"):
                self._asked.setdefault(deed.record, self._base.get(here.hash) or self._after.get(parent, policy))
        self._last = moment

    def earlier(self, moment: Moment, change: ChangeRequest) -> list[ApprovalPolicy]:
        """Other rules that the change should stand: those when it was asked for, those where the branch began."""
        parent = moment.commit.parents[0] if moment.commit.parents else ""
        before = self._after.get(parent) if moment.is_main else self._base.get(parent) or self._after.get(parent)
        now = moment.project.approval if moment.project else None
        return [policy for policy in (self._asked.get(change.id), before) if policy is not None and policy != now]

    @property
    def changed_by(self) -> str:
        """The last commit that changed the rules."""
        return self._changed_by

    def undoes(self, moment: Moment, deed: Deed) -> bool:
        """True where the commit takes the last one back, as `pmkit undo` does, and says so."""
        if moment.commit.trailer("Pmkit-Action") != UNDO or self._last is None:
            return False
        if moment.commit.parents != (self._last.commit.hash,):
            return True
        undone = next((d for d in self._last.deeds if d.record == deed.record), None)
        was = undone.before[0] if undone else None
        return was is None or deed.after is None or was.__dict__ == deed.after.__dict__


def _decisions(moment: Moment, deed: Deed, change: ChangeRequest, remembered: Remembered) -> Iterator[Suspicion]:
    """Approvals that nobody could give, that were rewritten, and what was decided without them."""
    ws = moment.workspace
    olds = [old for old in deed.was(ChangeRequest) if old is not None]
    if ws is None or remembered.undoes(moment, deed):
        return
    lost = [_without(old.approvals, change.approvals) for old in olds]
    if olds and all(lost):
        who = ws.person_name(lost[0][0].by)
        yield _found(moment, APPROVAL_REWRITTEN, deed.path, change.id, "approvals", id=change.id, who=who)
    yield from _edited(moment, deed, change, olds, ws)
    added = _new(change.approvals, [old.approvals for old in olds])
    agreed = SETTLED if change.status in SETTLED else {"approved"}
    became_agreed = change.status in agreed and not any(old.status in agreed for old in olds)
    if not added and not became_agreed:
        return
    planned = _planned(ws, change)
    for approval in added:
        yield from _authority(moment, deed, change, approval, ws, planned)
    if became_agreed and not _is_adopted(moment):
        yield from _completeness(moment, deed, change, remembered, ws, planned)


def _edited(
    moment: Moment, deed: Deed, change: ChangeRequest, olds: list[ChangeRequest], ws: Workspace
) -> Iterator[Suspicion]:
    reopened = [step for step in _new(change.steps, [old.steps for old in olds]) if step.to in {"assessed", "draft"}]
    approved = [old.valid_approvals for old in olds]
    if olds and all(approved) and not reopened and all(old.digest != change.digest for old in olds):
        who = Text.join(Text.same(ws.person_name(a.by)) for a in approved[0])
        yield _found(
            moment, EDITED_AFTER_APPROVAL, deed.path, change.id, _edited_field(olds[0], change), id=change.id, who=who
        )


def _edited_field(old: ChangeRequest, new: ChangeRequest) -> str | None:
    was, now = content(old), content(new)
    return next((key for key in {**was, **now} if was.get(key) != now.get(key)), None)


def _authority(
    moment: Moment, deed: Deed, change: ChangeRequest, approval: Approval, ws: Workspace, planned: Planned | None
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
    elif (principal.side, principal.role) != (approval.side, approval.role):
        problem = Text(en="was {role} then", zh="其角色当时为{role}").format(
            role=role_label(principal.side, principal.role)
        )
    elif not any(principal.can_sign_as(slot) for slot in wanted):
        problem = Text(en="may not sign for level {level}", zh="其无权签署级别 {level}").format(level=level.label)
    who = ws.person_name(approval.by)
    if problem is not None:
        yield _found(
            moment, WITHOUT_AUTHORITY, deed.path, change.id, "approvals",
            id=change.id, who=who, problem=problem, wanted=what_is_wanted(ws, wanted),
        )  # fmt: skip
    may = ws.project.approval.requester.supplier == "may_approve"
    if approval.by == change.requested_by and approval.side == "supplier" and not may:
        yield _found(moment, OWN_REQUEST, deed.path, change.id, "approvals", id=change.id, who=who)


def _completeness(
    moment: Moment, deed: Deed, change: ChangeRequest, remembered: Remembered, ws: Workspace, planned: Planned | None
) -> Iterator[Suspicion]:
    """Whether all approvals were there when the change became agreed: by the rules then, and by earlier ones."""
    states = change.kind.states
    said = {"id": change.id, "after": _state(states, change.status) if states else Text.same(change.status)}
    lacking = _lacking(ws, change, planned)
    if lacking:
        yield _found(
            moment, AGREED_TOO_EARLY, deed.path, change.id, "status", **said, who=what_is_wanted(ws, lacking)
        )  # fmt: skip
        return
    for policy in remembered.earlier(moment, change):
        then = Workspace(ws.project.model_copy(update={"approval": policy}), ws.records)
        lacking = _lacking(then, change, planned)
        if lacking:
            yield _found(
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


# --- evidence and messages -------------------------------------------------------------------------------------------


def _evidence(moment: Moment) -> Iterator[Suspicion]:
    """Files that a record names with their hash, and that a commit replaced."""
    for path in moment.replaced:
        for change in moment.of(ChangeRequest):
            for approval in change.approvals:
                if approval.evidence is not None and approval.evidence.file == path:
                    yield _found(
                        moment, EVIDENCE_REPLACED, path, change.id, "evidence",
                        id=change.id, file=path, commit=moment.commit.hash[:9],
                    )  # fmt: skip


def _is_container(deed: Deed) -> bool:
    """A file that holds other records' lines, of which a commit names the tasks; and the profile, which has no id."""
    return isinstance(deed.after or deed.before[0], Phase | Progress | Project)


def _message(moment: Moment) -> Iterator[Suspicion]:
    """A message that names records which the commit did not touch, or leaves out some that it did."""
    commit = moment.commit
    actions = commit.trailers.get("Pmkit-Action", ())
    if len(actions) != 1 or len(commit.parents) > 1 or not moment.deeds:
        return
    named = set(commit.trailers.get("Pmkit-Record", ()))
    touched = {deed.record for deed in moment.deeds if not _is_container(deed)}
    unnamed = sorted(touched - named)
    if unnamed:
        what = Text(en="changes {ids} too", zh="还修改了 {ids}").format(ids=", ".join(unnamed))
        yield _found(
            moment, TRAILERS_DIFFER, next(d.path for d in moment.deeds if d.record == unnamed[0]), unnamed[0], None,
            action=actions[0], named=", ".join(sorted(named)) or "-", what=what,
        )  # fmt: skip
