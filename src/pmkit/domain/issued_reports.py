"""Issued reports: the weekly and monthly reports as they went out, numbered, with a person's own words and photos."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from pmkit.domain.kind import About, Evidence, Kind, Move, Part, SignedPaper, States
from pmkit.domain.papers import OnPaper
from pmkit.domain.photos import KeptPhoto
from pmkit.domain.values import Day, Line, Prose, Ref
from pmkit.kernel.text import Text

REPORTS = {"weekly": Text("weekly report", "项目周报"), "monthly": Text("monthly report", "项目月报")}


class FrozenFile(Part):
    """The report in one format and language, as it was rendered then."""

    format: Annotated[Line, About("Format", "格式")]
    lang: Annotated[Line, About("Language", "语言")]
    file: Annotated[Line, About("File", "文件位置")]
    sha256: Annotated[Line, About("SHA-256", "SHA-256")]


class IssuedReport(OnPaper):
    """A report that went out. `commit`: the state of the records that it was made from; `program`: what rendered it.

    `corrects`: the issue of the same number that it replaces. `skipped`: why the days before it stand in no issue.
    """

    title: Annotated[Line, About("Title", "名称", content=True)]
    report: Annotated[Literal["weekly", "monthly"], About("Report", "报告", content=True, words=REPORTS)]
    number: Annotated[int, About("Issue no.", "期号", content=True), Field(ge=1, le=9999)]
    start: Annotated[Day, About("From", "报告期起", content=True)]
    finish: Annotated[Day, About("To", "报告期止", content=True)]
    summary: Annotated[Prose, About("Summary", "小结", content=True)]
    corrects: Annotated[Ref | None, About("Corrects", "更正", content=True, links=("issued-report",))] = None
    correction: Annotated[Prose | None, About("What is corrected", "更正说明", content=True)] = None
    skipped: Annotated[Prose | None, About("Why days were left out", "未报告期间的说明", content=True)] = None
    files: Annotated[tuple[FrozenFile, ...], About("Files as sent", "发出文件", content=True)] = ()
    photos: Annotated[tuple[KeptPhoto, ...], About("Photos", "照片")] = ()
    commit: Annotated[Line | None, About("Made from commit", "数据提交")] = None
    program: Annotated[Line | None, About("Made by", "生成程序")] = None

    def covers(self, day: Day) -> bool:
        return self.start <= day <= self.finish

    def frozen(self, form: str, lang: str | None = None) -> FrozenFile | None:
        """The report as it was rendered in a format and language; any language where none is named."""
        return next((f for f in self.files if f.format == form and lang in {None, f.lang}), None)

    @property
    def filed(self) -> Iterator[tuple[tuple[str | int, ...], Evidence]]:
        yield from super().filed
        for number, photo in enumerate(self.photos):
            yield ("photos", number), photo


STATES = States(
    names={
        "draft": Text("draft", "草稿"),
        "issued": Text("issued", "已签发"),
        "confirmed": Text("confirmed", "已确认"),
        "corrected": Text("replaced by a correction", "已更正"),
    },
    moves=(
        Move("issue", ("draft",), "issued", Text("Issue it", "签发"), own_command="pmkit report weekly --issue"),
        Move(
            "confirm", ("issued",), "confirmed", Text("Record the confirmation", "记录客户确认"),
            own_command="pmkit confirm",
        ),
        Move(
            "correct", ("issued", "confirmed"), "corrected", Text("Replace it by a corrected issue", "签发更正版"),
            own_command="pmkit report weekly --issue --correct",
        ),
    ),
    closed=frozenset({"issued", "confirmed", "corrected"}),
    open_in=frozenset({"draft"}),
)  # fmt: skip

ISSUED_REPORT = Kind(
    name="issued-report",
    prefix="RPT",
    folder="issued",
    model=IssuedReport,
    label=Text("issued report", "已签发报告"),
    plural=Text("issued reports", "已签发报告"),
    states=STATES,
    paper=SignedPaper(Text("Report", "报告"), sealed=False),
    columns=("report", "number", "start", "finish", "status"),
    added_by="pmkit report weekly --issue",
    traced=False,
)
