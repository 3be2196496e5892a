"""COM: letters that nobody answered in time, that nobody scanned, whose scan is not what came in."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.letters import Letter
from pmkit.kernel.text import Text
from pmkit.workspace.letters import awaiting_reply, who_answers
from pmkit.workspace.model import Workspace


@check(
    "COM107",
    "letter-without-scan",
    severity="warning",
    says=Text("{id} came in, and no scan of it is kept", "{id} 为来文，没有留存扫描件"),
    fix=Text("`pmkit letter receive {id} --scan FILE`", "请补登扫描件：`pmkit letter receive {id} --scan 文件`"),
)
def letter_without_scan(ws: Workspace, _: Context) -> Iterator[Hit]:
    """What others ordered or complained of is argued about by its exact words."""
    for letter in ws.of(Letter):
        if not letter.is_ours and letter.status != "draft" and next(letter.filed, None) is None:
            yield hit(letter.spot, letter.id, id=letter.id)


@check(
    "COM202",
    "letter-scan-differs",
    severity="error",
    says=Text(
        "{id}: {file} is not there, or is not the scan that was recorded", "{id}：{file} 不存在，或已不是当初的扫描件"
    ),
    fix=Text("restore it from git: `git checkout COMMIT -- {file}`", "请从 git 恢复：`git checkout 提交 -- {file}`"),
)
def letter_scan_differs(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """An order whose paper changed or is gone proves nothing."""
    for letter in ws.of(Letter):
        for number, scan in enumerate(letter.scans):
            if ctx.sha256(scan.file) != scan.sha256:
                yield hit(letter.at("scans", number, "file"), letter.id, id=letter.id, file=scan.file)


@check(
    "COM312",
    "letter-not-answered",
    severity="warning",
    says=Text(
        "{id} ({form}) was to be answered by {due}; awaited from {who}",
        "{id}（{form}）应于 {due} 前由{who}回复，至今未回复",
    ),
    fix=Text(
        "`pmkit letter reply {id}`; where it waits for others: `pmkit send {id} --remind`",
        "请执行 `pmkit letter reply {id}`；待对方回复的可催复：`pmkit send {id} --remind`",
    ),
)
def letter_not_answered(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """A letter that is not answered in time counts against whoever did not answer it."""
    for letter in awaiting_reply(ws):
        if letter.days_late(ctx.as_of):
            who = who_answers(letter)
            yield hit(letter.at("reply_by"), letter.id, id=letter.id, form=letter.form, due=letter.reply_by, who=who)
