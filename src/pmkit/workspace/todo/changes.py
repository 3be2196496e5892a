"""What change requests wait for: the next step of each, and by when the asker wants an answer."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.domain.changes import ChangeRequest
from pmkit.domain.people import RANKS, role_label
from pmkit.kernel.text import Text
from pmkit.workspace.approvals import answer_due, level_of, missing_approvals, owed_on_paper, required
from pmkit.workspace.todo.base import Item, Situation, side_of

_STEPS = {
    "draft": Text("Submit it", "提交评估"),
    "submitted": Text("Assess the impact", "评估影响"),
    "confirmed": Text("Apply it", "实施变更"),
    "applied": Text("Verify the result", "验证实施结果"),
}


def items(at: Situation) -> Iterator[Item]:
    """One item a step; an approval for each role that is still missing."""
    for change in at.ws.changes:
        due = answer_due(at.ws, change, at.planned)
        for owed, day in owed_on_paper(at.ws, change, at.planned):
            yield Item(change, Text("Send the paper of what was agreed", "补交书面审批"), day, (owed.by,), owed.side)
        if change.status == "draft":
            side = side_of(at.ws, (change.requested_by,), "supplier")
            yield Item(change, _STEPS["draft"], due, (change.requested_by,), side)
        elif change.status in _STEPS:
            step = Text("Put it right, verify again", "整改并重新验证") if change.failed else _STEPS[change.status]
            yield Item(change, step, due, (), "supplier")
        elif change.status == "assessed":
            yield from _approvals(at, change)
        elif change.status == "approved":
            asks_customer = any(w.startswith("customer.") for w in required(at.ws, level_of(at.ws, change, at.planned)))
            if asks_customer:
                yield Item(change, Text("Confirm it", "确认变更"), due, (), "customer")
            else:
                yield Item(change, _STEPS["confirmed"], due, (), "supplier")


def _approvals(at: Situation, change: ChangeRequest) -> Iterator[Item]:
    level = level_of(at.ws, change, at.planned)
    for wanted in missing_approvals(at.ws, level, change.valid_approvals):
        side, _, role = wanted.partition(".")
        able = sorted((p for p in at.ws.people if p.can_sign_as(wanted)), key=lambda p: _rank(side, p.role))
        what = Text(en="Approve as {role}", zh="审批（{role}）").format(role=role_label(side, role))
        yield Item(change, what, answer_due(at.ws, change, at.planned), tuple(p.id for p in able), side)


def _rank(side: str, role: str) -> int:
    ranks = RANKS.get(side, ())
    return ranks.index(role) if role in ranks else len(ranks)
