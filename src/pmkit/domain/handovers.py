"""Handover lists: what is handed over beside the deliverables, line by line. Passwords are never written down."""

from __future__ import annotations

from typing import Annotated, Literal

from pmkit.domain.kind import About, Due, Kind, Move, Part, SignedPaper, States
from pmkit.domain.papers import OnPaper
from pmkit.domain.values import Day, Handle, Line, Prose
from pmkit.kernel.text import Text

SECTIONS = {
    "equipment": Text("Equipment", "设备"),
    "software": Text("Software and licences", "软件与许可"),
    "source": Text("Source code and configuration", "源代码与配置"),
    "accounts": Text("Accounts", "账号"),
    "documents": Text("Documents", "文档"),
    "spares": Text("Spares, tools, keys", "备件、工具、钥匙"),
}
Section = Literal["equipment", "software", "source", "accounts", "documents", "spares"]


class HandedOver(Part):
    """A line: what it is, its model or version, serial or licence number, how many, where, in which condition."""

    section: Annotated[Section, About("Section", "类别", words=SECTIONS)]
    name: Annotated[Line, About("Name", "名称")]
    model: Annotated[Line | None, About("Model, version", "型号、版本")] = None
    number: Annotated[Line | None, About("Serial no., licence no.", "序列号、许可号")] = None
    quantity: Annotated[Line | None, About("Quantity", "数量")] = None
    place: Annotated[Line | None, About("Place, medium, way of handing over", "位置、介质、移交方式")] = None
    condition: Annotated[Line | None, About("Condition, valid until", "状态、有效期")] = None


class Handover(OnPaper):
    """A handover list; its content is all that it says."""

    title: Annotated[Line, About("Title", "名称", content=True)]
    on: Annotated[Day | None, About("On", "移交日期", content=True)] = None
    giver: Annotated[Handle | None, About("Handed over by", "移交人", content=True, links=("person",))] = None
    receiver: Annotated[Handle | None, About("Received by", "接收人", content=True, links=("person",))] = None
    witness: Annotated[Handle | None, About("Witnessed by", "监交人", content=True, links=("person",))] = None
    lines: Annotated[tuple[HandedOver, ...], About("Lines", "清单", content=True)] = ()
    left_open: Annotated[Prose | None, About("Left open", "遗留事项", content=True)] = None


STATES = States(
    names={
        "draft": Text("draft", "编制中"),
        "handed_over": Text("handed over", "已移交"),
        "cancelled": Text("cancelled", "已取消"),
    },
    moves=(
        Move("sign", ("draft",), "handed_over", Text("Record that it was handed over", "记录移交签收"),
             own_command="pmkit acceptance handover sign"),
        Move("cancel", ("draft",), "cancelled", Text("Cancel", "取消")),
    ),
    closed=frozenset({"handed_over", "cancelled"}),
    open_in=frozenset({"draft"}),
)  # fmt: skip

HANDOVER = Kind(
    name="handover",
    prefix="HND",
    folder="acceptance/handovers",
    model=Handover,
    label=Text("handover list", "移交清单"),
    plural=Text("handover lists", "移交清单"),
    states=STATES,
    paper=SignedPaper(Text("Handover list", "移交清单")),
    called="acceptance handover",
    columns=("title", "on", "receiver", "status"),
    due=(Due(Text("Hand over and have it signed", "移交并签收"), ("draft",), day="on", who="giver"),),
)
