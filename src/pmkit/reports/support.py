"""服务请求登记表, filled from the service requests of a workspace."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

from pmkit.domain.issues import SEVERITIES
from pmkit.domain.kind import normal
from pmkit.domain.support import CHANNELS, SUPPORT, SupportRequest, moment
from pmkit.kernel.text import Text
from pmkit.reports.change import form_head
from pmkit.reports.views.blocks import Audience, Basis, Wording
from pmkit.reports.views.support import Entry, SupportRegister
from pmkit.workspace.model import Workspace
from pmkit.workspace.support import answer_by, is_late


def support_register(ws: Workspace, as_of: date, audience: Audience, basis: Basis) -> SupportRegister:
    """The requests that its audience may see, in the order in which they came."""
    now = datetime.combine(as_of, time())
    requests = sorted(ws.of(SupportRequest), key=lambda one: (moment(one.reported_at), one.id))
    late = [is_late(ws, one, now) for one in requests]
    return SupportRegister(
        head=replace(form_head(ws), date=as_of),
        audience=audience,
        entries=tuple(_entry(ws, one, is_late=missed) for one, missed in zip(requests, late, strict=True)),
        total=len(requests),
        answered=sum(one.first_response is not None and not missed for one, missed in zip(requests, late, strict=True)),
        late=sum(late),
        open=sum(one.status in {"open", "responding"} for one in requests),
        basis=basis,
    )


def _entry(ws: Workspace, request: SupportRequest, *, is_late: bool) -> Entry:
    states = SUPPORT.states
    return Entry(
        ref=request.id,
        title=request.title,
        severity=SEVERITIES[request.severity],
        channel=CHANNELS.get(request.channel or ""),
        reported_at=_shown(request.reported_at),
        reported_by=ws.person_name(request.reported_by) or None,
        answer_by=f"{answer_by(ws, request):%Y-%m-%d %H:%M}",
        responded_at=_shown(request.first_response),
        in_time=False if is_late else True if request.first_response is not None else None,
        resolved_at=_shown(request.resolved_at),
        took=_took(request),
        owner=ws.person_name(request.owner) or None,
        cause=request.cause,
        solution=request.solution,
        in_warranty=request.in_warranty,
        status=states.names.get(request.status, Text.same(request.status)) if states else request.status,
    )


def _shown(value: date | datetime | None) -> str | None:
    return None if value is None else str(normal(value)).replace("T", " ")


def _took(request: SupportRequest) -> Wording:
    """How long it took until it was restored; only where both moments have a time."""
    start, end = request.reported_at, request.resolved_at
    if not isinstance(start, datetime) or not isinstance(end, datetime) or end < start:
        return None
    minutes = int((end - start).total_seconds() // 60)
    return Text("{h} h {m} min", "{h} 小时 {m} 分").format(h=minutes // 60, m=minutes % 60)
