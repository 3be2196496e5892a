"""How a project sends and asks: mail server, group robots, days to answer, clauses under which silence is consent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from pmkit.domain.kind import About, Part
from pmkit.domain.values import Handle, Line, Span
from pmkit.kernel.duration import Duration

# Days to answer by document (FORMS §3, `confirm`), in working days; what is not named asks for no reply.
REPLY_WITHIN = {
    name: Duration.parse(days)
    for name, days in {
        "interview": "5d",
        "requirements": "10d",
        "signoff": "10d",
        "minutes": "3d",
        "communication": "3d",
        "receipt": "0d",
        "acceptance": "10d",
        "change": "5d",
        "review": "5d",
    }.items()
}


class MailSettings(Part):
    """The outgoing mail server. No secret stands here: user and password come from the environment or the keyring."""

    from_: Annotated[Line | None, Field(alias="from"), About("From", "发件人")] = None
    reply_to: Annotated[Line | None, About("Reply to", "回复地址")] = None
    cc: Annotated[tuple[Handle, ...], About("Always in copy", "固定抄送", links=("person",))] = ()
    host: Annotated[Line | None, About("Server", "服务器")] = None
    port: Annotated[int | None, About("Port", "端口"), Field(ge=1, le=65535)] = None
    security: Annotated[Literal["starttls", "tls", "none"], About("Security", "加密方式")] = "starttls"


class RobotSettings(Part):
    """A group robot; its address and secret come from the environment or the keyring."""

    keyword: Annotated[Line | None, About("Keyword that each message must hold", "消息必须包含的关键词")] = None


class Deemed(Part):
    """Silence counts as consent `after` so many working days, because the contract's `clause` says so."""

    clause: Annotated[Line, About("Clause", "合同条款")]
    after: Annotated[Span, About("After", "期限")]


class ConfirmSettings(Part):
    """Until when a reply is asked for, by document, and where the contract lets silence count as consent."""

    within: Annotated[Mapping[Line, Span], About("Reply within", "回复期限")] = {}
    deemed: Annotated[Mapping[Line, Deemed], About("Deemed accepted", "逾期视为确认")] = {}

    def days_for(self, document: str) -> Duration | None:
        """How long a reply to a document may take; None where none is asked for."""
        return self.within.get(document) or REPLY_WITHIN.get(document)
