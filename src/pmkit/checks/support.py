"""SUP: service requests that were answered late, or not yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.issues import SEVERITIES
from pmkit.domain.support import SupportRequest
from pmkit.kernel.text import Text
from pmkit.workspace.model import Workspace
from pmkit.workspace.support import answer_by, is_late


@check(
    "SUP101",
    "request-without-owner",
    severity="warning",
    says=Text("{id} is open and has no owner", "{id} 未解决，且没有责任人"),
    fix=Text("`pmkit set {id} owner=HANDLE`", "`pmkit set {id} owner=代号`"),
)
def request_without_owner(ws: Workspace, _: Context) -> Iterator[Hit]:
    """The customer calls again to ask who is on it."""
    for request in ws.of(SupportRequest):
        if request.status in {"open", "responding"} and not request.owner:
            yield hit(request.at("owner"), request.id, id=request.id)


@check(
    "SUP301",
    "request-answered-late",
    severity="warning",
    says=Text("{id} ({severity}) had to be answered by {until}", "{id}（{severity}）应于 {until} 前响应，已超时"),
    fix=Text(
        "answer it: `pmkit support respond {id} --responded-at DATE`; where it was in time, correct `responded_at`",
        "请响应：`pmkit support respond {id} --responded-at 时间`；已按时响应的，请更正 `responded_at`",
    ),
)
def request_answered_late(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """The time to answer is in the contract; who is late pays, or explains."""
    now = datetime.combine(ctx.as_of, time())
    for request in ws.of(SupportRequest):
        if is_late(ws, request, now):
            at = request.at("responded_at" if request.responded_at else "reported_at")
            word = SEVERITIES[request.severity]
            until = f"{answer_by(ws, request):%Y-%m-%d %H:%M}"
            severity = Text(en=word.en.lower(), zh=word.zh)
            yield hit(at, request.id, id=request.id, severity=severity, until=until)
