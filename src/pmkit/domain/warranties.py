"""The warranty period: how long, what was inspected, and its end with the release of the retention."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field

from pmkit.domain.kind import About, Due, Evidence, Kind, Move, Part, SignedPaper, States
from pmkit.domain.papers import OnPaper
from pmkit.domain.values import Day, Handle, Line, Prose, Ref
from pmkit.kernel.text import Text

INSPECTION_RESULTS = {"normal": Text("normal", "正常"), "findings": Text("with findings", "发现问题")}


class Inspection(Part):
    """A visit during the warranty: what was looked at, and the issues that it left."""

    on: Annotated[Day, About("On", "日期")]
    by: Annotated[Line, About("By", "巡检人")]
    customer: Annotated[Handle | None, About("Customer's side", "客户方人员", links=("person",))] = None
    text: Annotated[Prose, About("What was inspected", "巡检内容")]
    result: Annotated[Literal["normal", "findings"], About("Result", "结果", words=INSPECTION_RESULTS)] = "normal"
    issues: Annotated[tuple[Ref, ...], About("Issues", "关联问题", links=("issue",))] = ()
    evidence: Annotated[Evidence | None, About("Evidence", "佐证材料")] = None


class Warranty(OnPaper):
    """A warranty period; its content is what was agreed of it."""

    title: Annotated[Line, About("Warranty", "质保", content=True)]
    start: Annotated[Day, About("Starts on", "起始日期", content=True)]
    months: Annotated[int, About("Months", "期限（月）", content=True), Field(ge=1, le=600)]
    basis: Annotated[Line | None, About("Basis", "依据", content=True)] = None
    scope: Annotated[Prose | None, About("Scope", "质保范围", content=True)] = None
    inspect_every: Annotated[
        int | None, About("Inspections every (months)", "巡检周期（月）", content=True), Field(ge=1, le=120)
    ] = None
    acceptance: Annotated[Ref | None, About("Follows the acceptance", "所依据的验收", links=("acceptance",))] = None
    payment: Annotated[Ref | None, About("Retention", "质保金节点", links=("payment",), internal=True)] = None
    owner: Annotated[Handle | None, About("Owner", "责任人", links=("person",))] = None
    inspections: Annotated[tuple[Inspection, ...], About("Inspections", "巡检记录")] = ()

    @property
    def end(self) -> date:
        """The last day of the period: the day before the same day of the month, so many months on."""
        return months_after(self.start, self.months) - timedelta(days=1)

    @property
    def next_inspection(self) -> date | None:
        """The day by which the next visit is due; None where none is agreed, or the period ends before."""
        if self.inspect_every is None or self.is_closed:
            return None
        due = months_after(max([self.start, *(one.on for one in self.inspections)]), self.inspect_every)
        return due if due <= self.end else None

    @property
    def filed(self) -> Iterator[tuple[tuple[str | int, ...], Evidence]]:
        yield from super().filed
        for n, inspection in enumerate(self.inspections):
            if inspection.evidence is not None:
                yield ("inspections", n, "evidence"), inspection.evidence


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


STATES = States(
    names={
        "running": Text("in warranty", "质保期内"),
        "completed": Text("ended", "质保期满"),
        "cancelled": Text("cancelled", "已取消"),
    },
    moves=(
        Move("end", ("running",), "completed", Text("Record the end of the warranty", "办理质保期满"),
             own_command="pmkit warranty end"),
        Move("cancel", ("running",), "cancelled", Text("Cancel", "取消"), needs=("note",)),
    ),
    closed=frozenset({"completed", "cancelled"}),
)  # fmt: skip

WARRANTY = Kind(
    name="warranty",
    prefix="WAR",
    folder="acceptance/warranties",
    model=Warranty,
    label=Text("warranty", "质保"),
    plural=Text("warranty", "质保"),
    states=STATES,
    paper=SignedPaper(Text("Warranty completion certificate", "质保期满证明")),
    columns=("title", "start", "months", "end", "status"),
    added_by="pmkit warranty start",
    due=(
        Due(Text("Inspect", "按期巡检"), ("running",), day="next_inspection", who="owner"),
        Due(Text("End the warranty", "办理质保期满"), ("running",), day="end", who="owner"),
    ),
)
