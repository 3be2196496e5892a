"""Closures: that a project was closed, by whom, what was left open and why, and what its archive is known by."""

from __future__ import annotations

from typing import Annotated, Literal

from pmkit.domain.kind import About, Kind, Move, Part, States, Tracked
from pmkit.domain.values import Handle, Line, Prose
from pmkit.kernel.text import Text

AUDIENCES = {
    "internal": Text("Closure report, internal", "结项报告（内部）"),
    "customer": Text("Project final report, for the customer", "项目总结报告（客户）"),
}


class LeftOpen(Part):
    """Something that was open when the project was closed, and why that was accepted."""

    item: Annotated[Line, About("Record", "编号")]
    what: Annotated[Line, About("What was open", "遗留事项")]
    reason: Annotated[Prose, About("Why it may stay open", "保留理由")]


class ClosingReport(Part):
    """A file of the closure report as it was written when the project was closed."""

    audience: Annotated[Literal["internal", "customer"], About("Reader", "读者", words=AUDIENCES)]
    file: Annotated[Line, About("File", "文件位置")]
    sha256: Annotated[Line, About("SHA-256", "SHA-256")]


class Closure(Tracked):
    """The closing of a project; its content is what was said and kept then.

    `fingerprint`: the SHA-256 of `manifest`, which names every file of the archive that stood before the closing
    itself; both reports print it. `program`: what rendered the documents; another version may write other bytes.
    """

    title: Annotated[Line, About("Title", "名称", content=True)]
    conclusion: Annotated[Prose, About("Conclusion", "结论", content=True, internal=True)]
    left_open: Annotated[tuple[LeftOpen, ...], About("Left open", "遗留事项", content=True, internal=True)] = ()
    approved_by: Annotated[Handle | None, About("Approved by", "批准", content=True, links=("person",))] = None
    fingerprint: Annotated[Line, About("Fingerprint of the archive", "归档校验码", content=True)]
    manifest: Annotated[Line, About("Manifest", "归档文件清单", content=True)]
    reports: Annotated[tuple[ClosingReport, ...], About("Reports", "结项报告文件", content=True)] = ()
    program: Annotated[Line, About("Made by", "生成程序", content=True)]


STATES = States(
    names={"closed": Text("closed", "已结项"), "reopened": Text("reopened", "已重新打开")},
    moves=(
        Move(
            "reopen", ("closed",), "reopened", Text("Open the project again", "重新打开项目"),
            own_command="pmkit reopen",
        ),
    ),
    closed=frozenset({"closed", "reopened"}),
    open_in=frozenset(),
)  # fmt: skip

CLOSURE = Kind(
    name="closure",
    prefix="CLS",
    folder="closures",
    model=Closure,
    label=Text("closure", "结项"),
    plural=Text("closures", "结项"),
    states=STATES,
    columns=("title", "fingerprint", "status"),
    added_by="pmkit close",
    traced=False,
    after_closing=True,
)
