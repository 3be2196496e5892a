"""Acceptance cases: skeletons from acceptance criteria, and the customer's waiver."""

from __future__ import annotations

from collections.abc import Sequence

from pmkit.actions.evidence import Received, customer, demanded
from pmkit.actions.records import NextId, ids_in_short, new_record, step_to
from pmkit.domain.acceptance import CASE, AcceptanceCase
from pmkit.domain.kind import file_data
from pmkit.domain.requirements import Requirement
from pmkit.domain.signoffs import SignOff
from pmkit.kernel.errors import Refused
from pmkit.kernel.text import Text, shorten
from pmkit.workspace.acceptance import uncovered
from pmkit.workspace.edits import Acting, Change, Create, Edits, headed
from pmkit.workspace.layout import new_path
from pmkit.workspace.model import Workspace
from pmkit.workspace.signing import signed_records


def generate(
    ws: Workspace, only: Sequence[Requirement], stage: str | None, next_id: NextId, acting: Acting
) -> Edits | None:
    """A draft case for each acceptance criterion of the signed requirements that has none yet; None where all have.

    `only`: of these requirements, signed or not.
    """
    signed = signed_records(ws.of(SignOff))
    chosen = list(only) or [one for one in ws.requirements if one.id in signed]
    if not chosen:
        raise Refused(
            Text("no requirement is signed yet", "尚无已签认的需求"),
            Text("name some: --requirement REQ-001", "可指明需求：--requirement REQ-001"),
        )
    changes: list[Change] = []
    ids: list[str] = []
    for requirement, criterion in uncovered(ws, chosen):
        alone = len(requirement.acceptance) == 1
        title = requirement.title if alone else shorten(f"{requirement.title}：{criterion.splitlines()[0]}", 80)
        given = {
            "title": title,
            "criterion": criterion,
            "method": requirement.verification[0] if requirement.verification else None,
            "stage": stage,
            "priority": "other" if requirement.priority in {"should", "could"} else None,
            "requirements": [requirement.id],
            "owner": requirement.owner,
            "customer_owner": requirement.customer_owner,
            "visibility": None if requirement.seen_by_customer else "internal",
        }
        made = new_record(ws, CASE, {k: v for k, v in given.items() if v}, next_id(CASE.prefix), acting)
        changes.append(Create(new_path(CASE, made.id), file_data(made), CASE.name))
        ids.append(made.id)
    if not ids:
        return None
    says = Text("Draft {n} cases from acceptance criteria", "按验收标准生成 {n} 个用例").format(n=len(ids))
    return Edits(tuple(changes), "case.generate", tuple(ids), headed(ids_in_short(ids), says), acting.by, acting.on)


def waive(
    ws: Workspace, cases: Sequence[AcceptanceCase], reason: str, evidence: Received | None, acting: Acting
) -> Edits:
    """The customer (`acting.by`) does without these cases, and why."""
    person = customer(ws, acting.by)
    states = CASE.states
    assert states is not None  # noqa: S101 - declared with states
    for case in cases:
        states.move(CASE, case.id, case.status, "waive")
    ids = tuple(case.id for case in cases)
    filed, attached = demanded(ids[0], evidence, Text("a waiver", "豁免"))
    changes: list[Change] = [*attached]
    for case in cases:
        changes += step_to(case, "waived", acting, reason, filed)
    says = headed(ids_in_short(ids), Text("Waived by {who}", "{who}同意豁免").format(who=person.name))
    return Edits(tuple(changes), "case.waive", ids, says, acting.by, acting.on)
