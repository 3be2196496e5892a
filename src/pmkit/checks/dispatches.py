"""COM: documents that went out and were not answered, or say something else by now; what came back and is not there."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.communications import Communication
from pmkit.domain.dispatches import Dispatch
from pmkit.kernel.text import Text
from pmkit.workspace.dispatches import standings, void_confirmation
from pmkit.workspace.model import Workspace

# Whose own check says so.
_ASKED_ELSEWHERE = frozenset({"interview", "meeting", "change", "signoff", "letter"})


@check(
    "COM201",
    "received-file-differs",
    severity="error",
    says=Text(
        "{id}: {file} is not there, or is not the file that came back", "{id}：{file} 不存在，或已不是当初收到的文件"
    ),
    fix=Text("restore it from git: `git checkout COMMIT -- {file}`", "请从 git 恢复：`git checkout 提交 -- {file}`"),
)
def received_file_differs(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """A confirmation whose evidence changed or is gone proves nothing."""
    for dispatch in ws.of(Dispatch):
        for position, reply in enumerate(dispatch.replies):
            if reply.evidence is not None and ctx.sha256(reply.evidence.file) != reply.evidence.sha256:
                at = dispatch.at("replies", position, "evidence", "file")
                yield hit(at, dispatch.id, id=dispatch.id, file=reply.evidence.file)
    for record in ws.of(Communication):
        for position, file in enumerate(record.attachments):
            if ctx.sha256(file.file) != file.sha256:
                yield hit(record.at("attachments", position, "file"), record.id, id=record.id, file=file.file)


@check(
    "COM306",
    "reply-overdue",
    severity="warning",
    says=Text("{id} went out on {sent}, and nobody replied by {due}", "{id} 已于 {sent} 发出，至 {due} 仍未收到回复"),
    fix=Text("`pmkit send {what} --remind`; file the reply with `pmkit confirm {what}`",
             "请催复：`pmkit send {what} --remind`；收到后执行 `pmkit confirm {what}`"),
)  # fmt: skip
def reply_overdue(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """What nobody answered is not agreed, and is argued about at the acceptance."""
    for standing in standings(ws):
        dispatch, record = standing.dispatch, standing.record
        if record is not None and record.kind.name in _ASKED_ELSEWHERE:
            continue
        if standing.is_overdue(ctx.as_of) and not standing.is_deemed_accepted(ctx.as_of):
            yield hit(
                dispatch.at("reply_by"), dispatch.id,
                id=dispatch.id, sent=dispatch.sent_on, due=dispatch.reply_by, what=dispatch.about or dispatch.document,
            )  # fmt: skip


@check(
    "COM307",
    "confirmation-void",
    severity="error",
    says=Text(
        "{id} changed since {who} confirmed it on {on} ({dispatch})",
        "{id} 在{who}于 {on} 确认之后内容已变更（{dispatch}）",
    ),
    fix=Text("`pmkit send {id}`, or take the edit back", "请执行 `pmkit send {id}` 重新送请确认，或撤回修改"),
)  # fmt: skip
def confirmation_void(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A confirmation holds for the text that was confirmed, and for no other."""
    of_record: dict[str, list[Dispatch]] = {}
    for dispatch in ws.of(Dispatch):
        if dispatch.about is not None:
            of_record.setdefault(dispatch.about, []).append(dispatch)
    for standing in standings(ws):
        record = standing.record
        if record is None:
            continue
        # A copy that went out after the confirmation, and waits, does not hide that the confirmation is void.
        sent = standing.dispatch if standing.state == "void" else void_confirmation(record, of_record[record.id])
        if sent is not None and (reply := sent.confirmation) is not None:
            yield hit(
                record.spot, record.id,
                id=record.id, who=ws.person_name(reply.by), on=reply.on, dispatch=sent.id,
            )  # fmt: skip


@check(
    "COM308",
    "dispatch-unclear",
    severity="warning",
    says=Text("it is not known whether {id} went out on {on}", "不清楚 {id} 是否已于 {on} 发出"),
    fix=Text("see whether it arrived; then `pmkit dispatch sent {id}` or `pmkit send {what} --again`",
             "请核对是否已送达；已送达执行 `pmkit dispatch sent {id}`，否则 `pmkit send {what} --again`"),
)  # fmt: skip
def dispatch_unclear(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A program that ended while it sent leaves a doubt; nothing is sent twice unasked, so somebody has to look."""
    for dispatch in ws.of(Dispatch):
        if dispatch.status in {"written", "sending"}:
            what = dispatch.about or dispatch.document
            yield hit(dispatch.at("status"), dispatch.id, id=dispatch.id, on=dispatch.steps[-1].on, what=what)


@check(
    "COM309",
    "objection-open",
    severity="warning",
    says=Text("{who} declined {id} on {on}, and nothing followed", "{who}已于 {on} 对 {id} 提出异议，尚未处理"),
    fix=Text("settle it, then `pmkit send {what}`", "请处理后重新发送：`pmkit send {what}`"),
)
def objection_open(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """An objection that nobody settles comes back at the worst moment."""
    for standing in standings(ws):
        dispatch = standing.dispatch
        reply = next((r for r in reversed(dispatch.replies) if r.answer == "declined"), None)
        if standing.state == "declined" and reply is not None and reply.on < ctx.as_of:
            what = dispatch.about or dispatch.document
            who = ws.person_name(reply.by)
            yield hit(dispatch.at("status"), dispatch.id, id=dispatch.id, who=who, on=reply.on, what=what)
