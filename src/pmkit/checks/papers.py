"""DOC: papers that do not come back, originals that nobody filed, scans that are not what they were."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.papers import OnPaper
from pmkit.domain.registry import kinds
from pmkit.kernel.text import Text
from pmkit.workspace.model import Workspace
from pmkit.workspace.papers import paper_standings, party_word

# Whose own check looks at every file that they name.
_LOOKED_AT_ELSEWHERE = frozenset({"signoff", "change"})


@check(
    "DOC205",
    "paper-scan-differs",
    severity="error",
    says=Text(
        "{id}: {file} is not there, or is not the scan that was recorded", "{id}：{file} 不存在，或已不是当初的扫描件"
    ),
    fix=Text("restore it from git: `git checkout COMMIT -- {file}`", "请从 git 恢复：`git checkout 提交 -- {file}`"),
)
def paper_scan_differs(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """The scan is what can be shown while the original lies in somebody's cabinet."""
    for kind in kinds():
        for record in ws.of_kind(kind) if kind.paper and kind.name not in _LOOKED_AT_ELSEWHERE else ():
            for keys, scan in record.scanned if isinstance(record, OnPaper) else ():
                if ctx.sha256(scan.file) != scan.sha256:
                    yield hit(record.at(*keys, "file"), record.id, id=record.id, file=scan.file)


@check(
    "DOC305",
    "paper-not-back",
    severity="warning",
    says=Text(
        "{id}: the paper should have been back from {party} by {due}; missing: {missing}",
        "{id}：纸质文件应于 {due} 前由{party}返回，尚缺：{missing}",
    ),
    fix=Text(
        "ask for it; then `pmkit paper signed|sealed {id} --party {code}`",
        "请催办；返回后执行 `pmkit paper signed|sealed {id} --party {code}`",
    ),
)
def paper_not_back(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """Work goes on while a seal is late, and nobody asks for it until the payment hangs on it."""
    for one in paper_standings(ws, only_open=True):
        if one.at is not None and one.is_late(ctx.as_of):
            yield hit(
                one.record.at("paper"), one.record.id,
                id=one.record.id, party=party_word(one.at), due=one.due, missing=one.missing, code=one.at,
            )  # fmt: skip


@check(
    "DOC306",
    "paper-lies-with-us",
    severity="warning",
    says=Text(
        "{id}: the paper lies with us since {since}: {missing}", "{id}：纸质文件自 {since} 起停留在我方：{missing}"
    ),
    fix=Text(
        "`pmkit paper send {id} --party PARTY`, or `pmkit paper file {id} --at PLACE`",
        "请执行 `pmkit paper send {id} --party 单位`，或 `pmkit paper file {id} --at 存放处`",
    ),
)
def paper_lies_with_us(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """An original that nobody sent on or filed is the one that cannot be found at the acceptance."""
    for one in paper_standings(ws, only_open=True):
        if one.at is None and one.is_late(ctx.as_of):
            at = one.record.at("paper")
            yield hit(at, one.record.id, id=one.record.id, since=one.since, missing=one.missing)
