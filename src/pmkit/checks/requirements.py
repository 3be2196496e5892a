"""REQ1xx: requirements that cannot be tested or traced."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.interviews import Interview
from pmkit.domain.requirements import Requirement
from pmkit.kernel.text import Text
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import workdays_after

CONFIRM_WITHIN = 5  # working days


def _alive(ws: Workspace) -> Iterator[Requirement]:
    return (r for r in ws.requirements if r.status not in {"rejected", "withdrawn"})


@check(
    "REQ101",
    "requirement-without-acceptance",
    severity="warning",
    says=Text("{id} has no acceptance criteria", "{id} 没有验收标准"),
    fix=Text("`pmkit set {id} acceptance+='...'`", "`pmkit set {id} acceptance+='……'`"),
)
def without_acceptance(ws: Workspace, _: Context) -> Iterator[Hit]:
    """What nobody agreed how to test cannot be accepted."""
    for r in _alive(ws):
        if not r.acceptance:
            yield hit(r.at("acceptance"), r.id, id=r.id)


@check(
    "REQ102",
    "requirement-without-statement",
    severity="warning",
    says=Text("{id} has a title but no statement", "{id} 只有名称，没有需求描述"),
    fix=Text("`pmkit set {id} statement='...'`", "`pmkit set {id} statement='……'`"),
)
def without_statement(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A title promises nothing that can be held against anybody."""
    for r in _alive(ws):
        if not (r.statement or "").strip():
            yield hit(r.at("statement"), r.id, id=r.id)


@check(
    "REQ103",
    "requirement-without-source",
    severity="warning",
    says=Text("{id} does not say where it comes from", "{id} 没有注明来源"),
    fix=Text("`pmkit set {id} source='...'`, or `from+=MTG-001`", "`pmkit set {id} source='……'`，或 `from+=MTG-001`"),
)
def without_source(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A year later somebody asks who wanted this."""
    for r in _alive(ws):
        if not r.source and not r.from_:
            yield hit(r.at("source"), r.id, id=r.id)


@check(
    "REQ104",
    "requirement-without-priority",
    severity="warning",
    says=Text("{id} has no priority", "{id} 没有优先级"),
    fix=Text(
        "`pmkit set {id} priority=must` (should, could, wont)",
        "`pmkit set {id} priority=must`（应当 should、可选 could、本期不做 wont）",
    ),
)
def without_priority(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Without priorities everything is a must, and the first delay decides what is dropped."""
    for r in _alive(ws):
        if r.priority is None:
            yield hit(r.at("priority"), r.id, id=r.id)


@check(
    "REQ301",
    "interview-unconfirmed",
    severity="warning",
    says=Text(
        "the record of {id} went out on {sent} and is not confirmed", "{id} 的访谈记录已于 {sent} 送出，尚未确认"
    ),
    fix=Text(
        "ask for the reply, then `pmkit interview confirm {id}`", "请催复，收到后执行 `pmkit interview confirm {id}`"
    ),
)
def interview_unconfirmed(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """Notes that the customer never confirmed are our notes; requirements that come from them stand on nothing."""
    for interview in ws.of(Interview):
        sent = interview.reached("sent")
        if interview.status != "sent" or sent is None:
            continue
        if ctx.as_of > (interview.reply_by or workdays_after(ctx.planned, sent, CONFIRM_WITHIN)):
            yield hit(interview.at("status"), interview.id, id=interview.id, sent=sent)
