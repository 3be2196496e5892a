"""Deliverables: what is handed over, for which requirements, in which version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from pmkit.domain.kind import About, Due, Kind, Move, Part, States, Tracked
from pmkit.domain.values import Day, Handle, Line, Prose, Ref
from pmkit.kernel.text import Text

TYPES = {
    "hardware": Text("Hardware", "硬件设备"),
    "software": Text("Software", "软件"),
    "document": Text("Document", "文档"),
    "data": Text("Data", "数据"),
    "service": Text("Service", "服务"),
    "training": Text("Training", "培训"),
}


class DeliverableVersion(Part):
    """A version that was handed over: its file, where there is one, with the SHA-256 of its bytes.

    `place`: where it lies, where that is not in the workspace; `document`: its entry in the register.
    """

    version: Annotated[Line, About("Version", "版本")]
    on: Annotated[Day, About("On", "日期")]
    file: Annotated[Line | None, About("File", "文件")] = None
    sha256: Annotated[Line | None, About("SHA-256", "SHA-256")] = None
    place: Annotated[Line | None, About("Place", "存放位置")] = None
    document: Annotated[Ref | None, About("Document", "登记文件", links=("document",))] = None
    note: Annotated[Prose | None, About("Remarks", "说明")] = None


class Deliverable(Tracked):
    """A deliverable; its content is what was promised of it."""

    title: Annotated[Line, About("Title", "名称", content=True)]
    description: Annotated[Prose | None, About("Description", "描述", content=True)] = None
    type: Annotated[
        Literal["hardware", "software", "document", "data", "service", "training"] | None,
        About("Type", "类别", content=True, words=TYPES),
    ] = None
    acceptance: Annotated[
        tuple[Prose, ...], About("Acceptance criteria", "验收标准", content=True, option="accept")
    ] = ()
    requirements: Annotated[
        tuple[Ref, ...], About("Requirements", "对应需求", unordered=True, links=("requirement",), option="requirement")
    ] = ()
    tasks: Annotated[
        tuple[Ref, ...], About("Made by tasks", "形成任务", unordered=True, links=("task",), option="task")
    ] = ()
    owner: Annotated[Handle | None, About("Owner", "责任人", links=("person",))] = None
    customer_owner: Annotated[Handle | None, About("Customer's owner", "客户方责任人", links=("person",))] = None
    due: Annotated[Day | None, About("Due", "完成时限")] = None
    versions: Annotated[tuple[DeliverableVersion, ...], About("Versions", "版本记录")] = ()
    seen: Annotated[Mapping[str, str], About("Seen", "链接复核"), Field(default_factory=dict)]

    @property
    def current(self) -> DeliverableVersion | None:
        """The version that was handed over last."""
        return self.versions[-1] if self.versions else None


STATES = States(
    names={
        "planned": Text("planned", "待提交"),
        "submitted": Text("submitted", "已提交"),
        "accepted": Text("accepted", "已接收"),
        "rejected": Text("rejected", "退回整改"),
        "cancelled": Text("cancelled", "已取消"),
    },
    moves=(
        Move(
            "submit", ("planned", "rejected", "submitted", "accepted"), "submitted",
            Text("Record that a version was handed over", "记录提交的版本"), own_command="pmkit deliverable submit",
        ),
        Move(
            "accept", ("submitted",), "accepted",
            Text("Record that the customer took it", "记录客户已接收"), theirs=True,
        ),
        Move(
            "reject", ("submitted",), "rejected",
            Text("Record that it went back", "记录退回整改"), own_command="pmkit deliverable reject",
        ),
        Move("cancel", ("planned", "rejected"), "cancelled", Text("Cancel", "取消")),
    ),
    closed=frozenset({"accepted", "cancelled"}),
)  # fmt: skip

DELIVERABLE = Kind(
    name="deliverable",
    prefix="DLV",
    folder="deliverables",
    model=Deliverable,
    label=Text("deliverable", "交付物"),
    plural=Text("deliverables", "交付物"),
    states=STATES,
    columns=("title", "type", "requirements", "due", "status"),
    due=(
        Due(Text("Hand it over", "提交"), ("planned", "rejected"), day="due", who="owner"),
        Due(Text("Accept or reject it", "接收或退回"), ("submitted",), who="customer_owner", side="customer"),
    ),
)
