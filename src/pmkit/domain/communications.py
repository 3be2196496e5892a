"""Communication records: what was said, and promised, over the phone, in a message, at a visit."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pmkit.domain.kind import About, Due, Evidence, Kind, Move, States, Tracked
from pmkit.domain.points import Point
from pmkit.domain.values import Day, Handle, Line, Moment, Prose, Ref
from pmkit.kernel.text import Text

CHANNELS = {
    "phone": Text("Phone", "电话"),
    "im": Text("Instant message", "微信等即时通信"),
    "mail": Text("E-mail", "邮件"),
    "visit": Text("On site", "现场"),
    "video": Text("Video", "视频"),
}


class Communication(Tracked):
    """Something that was said outside a meeting; its content is what the record says."""

    title: Annotated[Line, About("Subject", "主题", content=True)]
    channel: Annotated[
        Literal["phone", "im", "mail", "visit", "video"], About("Channel", "方式", content=True, words=CHANNELS)
    ]
    time: Annotated[Moment, About("Time", "时间", content=True)]
    with_: Annotated[
        tuple[Handle, ...],
        Field(alias="with"),
        About("Other side", "对方人员", content=True, unordered=True, links=("person",)),
    ] = ()
    by: Annotated[
        tuple[Handle, ...], About("Our side", "我方人员", content=True, unordered=True, links=("person",))
    ] = ()
    summary: Annotated[Prose, About("Summary", "要点", content=True)]
    position: Annotated[Prose | None, About("Their position", "对方意见", content=True)] = None
    promises: Annotated[tuple[Point, ...], About("Promises", "承诺事项", content=True)] = ()
    follow_up: Annotated[Prose | None, About("Follow-up", "后续", content=True)] = None
    about: Annotated[tuple[Ref, ...], About("About", "涉及记录", links=("*",))] = ()
    attachments: Annotated[tuple[Evidence, ...], About("Attachments", "附件")] = ()
    recorded_by: Annotated[Handle | None, About("Recorded by", "记录人", links=("person",))] = None
    reply_by: Annotated[Day | None, About("Reply by", "回复期限")] = None


STATES = States(
    names={
        "recorded": Text("recorded", "已记录"),
        "sent": Text("sent for confirmation", "已送确认"),
        "confirmed": Text("confirmed", "已确认"),
        "withdrawn": Text("withdrawn", "已撤销"),
    },
    moves=(
        Move("send", ("recorded", "sent", "confirmed"), "sent", Text("Record that it went out", "标记为已送客户确认")),
        Move(
            "confirm",
            ("recorded", "sent"),
            "confirmed",
            Text("Record the customer's confirmation", "记录客户确认"),
            theirs=True,
        ),
        Move("withdraw", ("recorded", "sent"), "withdrawn", Text("Withdraw", "撤销")),
    ),
    closed=frozenset({"recorded", "confirmed", "withdrawn"}),
)

COMMUNICATION = Kind(
    name="communication",
    prefix="COM",
    folder="communications",
    model=Communication,
    label=Text("communication record", "沟通记录"),
    plural=Text("communication records", "沟通记录"),
    called="comm",
    states=STATES,
    columns=("time", "channel", "with", "title", "status"),
    due=(Due(Text("Confirm the record", "确认沟通记录"), ("sent",), day="reply_by", side="customer"),),
)
