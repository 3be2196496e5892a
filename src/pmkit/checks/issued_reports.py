"""DOC: issued reports that are not what went out, or say the same days twice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.issued_reports import REPORTS, IssuedReport
from pmkit.kernel.text import Text
from pmkit.workspace.issued_reports import issues_of
from pmkit.workspace.model import Workspace


@check(
    "DOC206",
    "issued-report-differs",
    severity="error",
    says=Text("{id}: {file} is not there, or is not what went out", "{id}：{file} 不存在，或已不是当时发出的内容"),
    fix=Text("restore it from git: `git checkout COMMIT -- {file}`", "请从 git 恢复：`git checkout 提交 -- {file}`"),
)
def issued_report_differs(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """What the customer was told is shown by the very file that they got."""
    for issued in ws.of(IssuedReport):
        for key in ("files", "photos"):
            for number, kept in enumerate(getattr(issued, key)):
                if ctx.sha256(kept.file) != kept.sha256:
                    yield hit(issued.at(key, number, "file"), issued.id, id=issued.id, file=kept.file)


@check(
    "DOC207",
    "issues-overlap",
    severity="error",
    says=Text(
        "{id} (no. {n} of the {report}) says days or a number again that {other} has",
        "{id}（{report}第 {n} 期）与 {other} 的报告期或期号重复",
    ),
    fix=Text(
        "take one back, or replace it: `pmkit report {name} --issue --correct TEXT --number {n} --summary TEXT`",
        "请撤回其中一期，或签发更正版：`pmkit report {name} --issue --correct 说明 --number {n} --summary 小结`",
    ),
)
def issues_overlap(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Two branches issued the same week: nobody can say any more which of the two is no. 5."""
    for name, report in REPORTS.items():
        known = issues_of(ws, name)
        for earlier, later in pairwise(known):
            if later.start <= earlier.finish or later.number <= earlier.number:
                at = later.at("number" if later.number <= earlier.number else "start")
                yield hit(at, later.id, id=later.id, n=later.number, report=report, other=earlier.id, name=name)
