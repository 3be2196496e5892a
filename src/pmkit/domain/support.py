"""Support requests: what the customer reported, how fast somebody answered, what was done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated, Literal

from pydantic import Field

from pmkit.domain.issues import SEVERITIES, Severity
from pmkit.domain.kind import About, Due, Kind, Move, States, Tracked
from pmkit.domain.values import Flag, Handle, Line, Moment, Prose, Ref
from pmkit.kernel.text import Text

CHANNELS = {
    "phone": Text("Telephone", "电话"),
    "im": Text("Instant message", "即时通信"),
    "mail": Text("E-mail", "邮件"),
    "onsite": Text("On site", "现场"),
    "portal": Text("Ticket", "工单系统"),
}


class SupportRequest(Tracked):
    """A service request; its content is what was reported and what was done."""

    title: Annotated[Line, About("Request", "服务请求", content=True)]
    description: Annotated[Prose | None, About("Description", "描述", content=True)] = None
    severity: Annotated[Severity, About("Severity", "严重程度", content=True, words=SEVERITIES)] = "normal"
    channel: Annotated[
        Literal["phone", "im", "mail", "onsite", "portal"] | None,
        About("Channel", "方式", content=True, words=CHANNELS),
    ] = None
    reported_at: Annotated[Moment, About("Reported at", "报修时间", content=True)]
    reported_by: Annotated[Handle | None, About("Reported by", "报修人", content=True, links=("person",))] = None
    responded_at: Annotated[Moment | None, About("Responded at", "响应时间", content=True)] = None
    resolved_at: Annotated[Moment | None, About("Restored at", "恢复时间", content=True)] = None
    owner: Annotated[Handle | None, About("Owner", "责任人", links=("person",))] = None
    cause: Annotated[Prose | None, About("Cause", "原因", content=True)] = None
    solution: Annotated[Prose | None, About("Solution", "处理结果", content=True)] = None
    in_warranty: Annotated[Flag, About("In the warranty period", "质保期内", content=True)] = True
    issues: Annotated[
        tuple[Ref, ...], About("Issues", "关联问题", unordered=True, links=("issue",), option="issue")
    ] = ()
    affects: Annotated[tuple[Ref, ...], About("Affects", "影响对象", unordered=True, links=("*",))] = ()
    seen: Annotated[Mapping[str, str], About("Seen", "链接复核"), Field(default_factory=dict)]

    @property
    def first_response(self) -> date | datetime | None:
        """When somebody answered: as said, else when it was resolved."""
        return self.responded_at or self.resolved_at


def moment(value: date | datetime, *, end: bool = False) -> datetime:
    """A day as its first or last minute: who gives no time is not held to one."""
    if isinstance(value, datetime):
        return value
    return datetime.combine(value, time(23, 59) if end else time())


STATES = States(
    names={
        "open": Text("open", "待响应"),
        "responding": Text("being worked on", "处理中"),
        "resolved": Text("resolved", "已解决"),
        "closed": Text("closed", "已关闭"),
    },
    moves=(
        Move(
            "respond", ("open",), "responding", Text("Record that somebody answered", "记录响应"),
            takes=("responded_at", "owner"),
        ),
        Move(
            "resolve", ("open", "responding"), "resolved", Text("Record that it is resolved", "记录已解决"),
            takes=("resolved_at", "responded_at", "cause", "solution", "issues"), needs=("solution",),
        ),
        Move("close", ("resolved",), "closed", Text("Close; the customer agrees", "客户确认后关闭")),
        Move("reopen", ("resolved", "closed"), "responding", Text("Take it up again", "重新处理")),
    ),
    closed=frozenset({"closed"}),
)  # fmt: skip

SUPPORT = Kind(
    name="support",
    prefix="SUP",
    folder="support",
    model=SupportRequest,
    label=Text("service request", "服务请求"),
    plural=Text("service requests", "服务请求"),
    states=STATES,
    after_closing=True,
    columns=("reported_at", "title", "severity", "owner", "status"),
    due=(
        Due(Text("Answer it", "响应服务请求"), ("open",), day="reported_at", who="owner"),
        Due(Text("Resolve it", "解决服务请求"), ("responding",), who="owner"),
        Due(Text("Ask whether it works, and close it", "回访客户并关闭"), ("resolved",), who="owner"),
    ),
)
