"""Training: what was taught to whom, who came, how it went."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from pmkit.domain.kind import About, Due, Kind, Move, Part, SignedPaper, States
from pmkit.domain.papers import OnPaper
from pmkit.domain.surveys import mean
from pmkit.domain.values import Flag, Handle, Line, Moment, Prose, Ref
from pmkit.kernel.text import Text

MODES = {
    "classroom": Text("Classroom", "课堂讲授"),
    "hands_on": Text("Hands-on", "上机实操"),
    "online": Text("Online", "线上培训"),
    "on_site": Text("On site", "现场指导"),
}


class Attendee(Part):
    """Somebody who was expected or came. A name, or a handle of people.yaml; all of it is personal."""

    name: Annotated[Line, About("Name", "姓名")]
    organisation: Annotated[Line | None, About("Organisation, department", "单位部门")] = None
    position: Annotated[Line | None, About("Position", "职务")] = None
    phone: Annotated[Line | None, About("Telephone", "联系电话")] = None
    present: Annotated[Flag, About("Present", "到场")] = False
    score: Annotated[int | None, About("Assessment (0-100)", "考核得分（0-100）"), Field(ge=0, le=100)] = None
    feedback: Annotated[int | None, About("Feedback (1-5)", "学员评分（1-5）"), Field(ge=1, le=5)] = None


PASS = 60  # of 100


class Training(OnPaper):
    """A training session; its content is what was taught. Who came is personal: in the signed papers, nowhere else."""

    title: Annotated[Line, About("Course", "课程", content=True)]
    time: Annotated[Moment, About("Time", "时间", content=True)]
    hours: Annotated[Decimal | None, About("Hours", "时长（小时）", content=True), Field(gt=0, le=999)] = None
    place: Annotated[Line | None, About("Place", "地点", content=True)] = None
    mode: Annotated[
        Literal["classroom", "hands_on", "online", "on_site"] | None,
        About("Mode", "方式", content=True, words=MODES),
    ] = None
    trainer: Annotated[Handle | None, About("Trainer", "讲师", content=True, links=("person",))] = None
    material: Annotated[tuple[Line, ...], About("Material", "教材", content=True)] = ()
    outline: Annotated[tuple[Prose, ...], About("Outline", "提纲", content=True)] = ()
    requirements: Annotated[
        tuple[Ref, ...], About("Requirements", "对应需求", unordered=True, links=("requirement",), option="requirement")
    ] = ()
    expected: Annotated[int | None, About("Expected", "应到人数", content=True), Field(ge=1, le=9999)] = None
    came: Annotated[int | None, About("Came", "实到人数", content=True), Field(ge=0, le=9999)] = None
    attendees: Annotated[tuple[Attendee, ...], About("Attendees", "参训人员", personal=True)] = ()
    result: Annotated[Prose | None, About("Assessment", "考核结果", content=True)] = None
    improve: Annotated[Prose | None, About("To improve", "问题改进")] = None
    seen: Annotated[Mapping[str, str], About("Seen", "链接复核"), Field(default_factory=dict)]

    @property
    def day(self) -> date:
        """The day on which it is, or was."""
        return self.time.date() if isinstance(self.time, datetime) else self.time

    @property
    def expected_number(self) -> int | None:
        """How many were expected: as said, else the names on the list."""
        return self.expected or len(self.attendees) or None

    @property
    def number_present(self) -> int | None:
        """How many came: as said, else those marked present; None before it was held."""
        if self.status not in {"held", "confirmed"}:
            return None
        return self.came if self.came is not None else sum(one.present for one in self.attendees)

    @property
    def feedback(self) -> Decimal | None:
        """The average of the attendees' marks from 1 to 5."""
        given = [one.feedback for one in self.attendees if one.feedback is not None]
        return mean(given) if given else None

    @property
    def passed(self) -> tuple[int, int] | None:
        """How many passed the assessment (60 of 100), of how many who took it; None where nobody did."""
        given = [one.score for one in self.attendees if one.score is not None]
        return (sum(score >= PASS for score in given), len(given)) if given else None


STATES = States(
    names={
        "planned": Text("planned", "已安排"),
        "held": Text("held", "已培训"),
        "confirmed": Text("confirmed by the customer", "客户已签字"),
        "cancelled": Text("cancelled", "已取消"),
    },
    moves=(
        Move(
            "record", ("planned", "held"), "held", Text("Record that it was held", "记录培训情况"),
            own_command="pmkit training record",
        ),
        Move(
            "confirm", ("held",), "confirmed", Text("Record the customer's signature", "记录客户签字确认"),
            theirs=True,
        ),
        Move("cancel", ("planned",), "cancelled", Text("Cancel", "取消培训")),
    ),
    closed=frozenset({"confirmed", "cancelled"}),
)  # fmt: skip

TRAINING = Kind(
    name="training",
    prefix="TRN",
    folder="training",
    model=Training,
    label=Text("training", "培训"),
    plural=Text("training", "培训"),
    states=STATES,
    paper=SignedPaper(Text("Training record", "培训记录"), sealed=False),
    columns=("time", "title", "trainer", "status"),
    due=(
        Due(Text("Hold the training", "组织培训"), ("planned",), day="day", who="trainer"),
        Due(Text("Have it signed", "请客户签字确认"), ("held",), who="trainer"),
    ),
)
