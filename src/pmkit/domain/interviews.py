"""Interviews: who said what about which need, for the customer to confirm."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pmkit.domain.kind import About, Due, Kind, Move, Part, SignedPaper, States
from pmkit.domain.papers import OnPaper
from pmkit.domain.points import Point
from pmkit.domain.values import Clock, Day, Handle, Line, Moment, Prose
from pmkit.kernel.text import Text

MODES = {
    "onsite": Text("On site", "现场"),
    "meeting": Text("Workshop", "座谈会"),
    "video": Text("Video", "视频"),
    "phone": Text("Phone", "电话"),
    "written": Text("Questionnaire", "书面问卷"),
}


class Answer(Part):
    """A question and what was answered. `leads_to`: the requirement that comes of it, by its name or id."""

    question: Annotated[Prose, About("Question", "问题")]
    answer: Annotated[Prose | None, About("Answer", "回答要点")] = None
    leads_to: Annotated[Line | None, About("Requirement", "形成需求")] = None


class Interview(OnPaper):
    """An interview; its content is what the customer confirms."""

    title: Annotated[Line, About("Subject", "访谈主题", content=True)]
    time: Annotated[Moment, About("Time", "时间", content=True)]
    until: Annotated[Clock | None, About("Until", "结束时间", content=True)] = None
    place: Annotated[Line | None, About("Place", "地点", content=True)] = None
    mode: Annotated[
        Literal["onsite", "meeting", "video", "phone", "written"] | None,
        About("Mode", "方式", content=True, words=MODES),
    ] = None
    with_: Annotated[
        tuple[Handle, ...],
        Field(alias="with"),
        About("Interviewees", "访谈对象", content=True, unordered=True, links=("person",)),
    ] = ()
    by: Annotated[
        tuple[Handle, ...], About("Interviewers", "访谈人", content=True, unordered=True, links=("person",))
    ] = ()
    minutes_by: Annotated[Handle | None, About("Recorded by", "记录人", content=True, links=("person",))] = None
    purpose: Annotated[Prose | None, About("Purpose", "访谈目的", content=True)] = None
    practice: Annotated[Prose | None, About("Current practice and problems", "业务现状与痛点", content=True)] = None
    answers: Annotated[tuple[Answer, ...], About("Questions and answers", "问答", content=True)] = ()
    agreed: Annotated[tuple[Prose, ...], About("Agreed", "达成一致", content=True)] = ()
    open_points: Annotated[tuple[Point, ...], About("Open points", "待确认事项", content=True)] = ()
    documents: Annotated[
        tuple[Prose, ...], About("Documents received", "收到的资料", content=True, option="document")
    ] = ()
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
    closed=frozenset({"confirmed", "withdrawn"}),
)

INTERVIEW = Kind(
    name="interview",
    prefix="INT",
    folder="interviews",
    model=Interview,
    label=Text("interview", "需求访谈"),
    plural=Text("interviews", "需求访谈"),
    states=STATES,
    paper=SignedPaper(Text("Interview record", "需求访谈记录"), sealed=False),
    columns=("time", "title", "with", "status"),
    due=(
        Due(Text("Send it for confirmation", "送客户确认"), ("recorded",), who="minutes_by"),
        Due(Text("Confirm the record", "确认访谈记录"), ("sent",), day="reply_by", side="customer"),
    ),
    signable=True,
)
