"""Objectives: what the project is for, measured; agreed at the start, answered at the end."""

from __future__ import annotations

from typing import Annotated

from pmkit.domain.kind import About, Kind, Move, States, Tracked
from pmkit.domain.values import Handle, Line, Prose
from pmkit.kernel.text import Text


class Objective(Tracked):
    """An objective; `result` is written at the end and is no part of what was agreed."""

    title: Annotated[Line, About("Objective", "目标", content=True)]
    measure: Annotated[Prose | None, About("Measure", "指标", content=True)] = None
    target: Annotated[Line | None, About("Target", "目标值", content=True)] = None
    result: Annotated[Prose | None, About("Result", "结果")] = None
    owner: Annotated[Handle | None, About("Owner", "责任人", links=("person",))] = None


STATES = States(
    names={
        "draft": Text("draft", "草稿"),
        "reviewed": Text("reviewed", "已评审"),
        "confirmed": Text("confirmed", "已确认"),
        "achieved": Text("achieved", "已达成"),
        "missed": Text("not achieved", "未达成"),
        "withdrawn": Text("withdrawn", "已撤销"),
    },
    moves=(
        Move("review", ("draft",), "reviewed", Text("Mark as reviewed", "标记为已评审")),
        Move(
            "confirm", ("reviewed",), "confirmed",
            Text("Have it signed", "送签确认"), own_command="pmkit signoff prepare",
        ),
        Move("achieve", ("confirmed",), "achieved", Text("Mark as achieved", "标记为已达成")),
        Move("miss", ("confirmed",), "missed", Text("Mark as not achieved", "标记为未达成")),
        Move("withdraw", ("draft", "reviewed"), "withdrawn", Text("Withdraw", "撤销")),
    ),
    closed=frozenset({"achieved", "missed", "withdrawn"}),
)  # fmt: skip

OBJECTIVE = Kind(
    name="objective",
    prefix="OBJ",
    folder="objectives",
    model=Objective,
    label=Text("objective", "项目目标"),
    plural=Text("objectives", "项目目标"),
    states=STATES,
    columns=("title", "measure", "target", "status"),
    signable=True,
)
