"""What documents that went out still ask for: a reply, or somebody who finds out what became of them."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.domain.letters import Letter
from pmkit.kernel.text import Text
from pmkit.workspace.dispatches import Standing, standings
from pmkit.workspace.todo.base import Item, Situation

_OURS = {
    "unclear": Text("Find out whether {id} arrived", "核实 {id} 是否已送达"),
    "failed": Text("Send it again: {id} failed", "重新发送：{id} 发送失败"),
    "declined": Text("Settle the objection to {id}", "处理对方对 {id} 的异议"),
    "changed": Text("Send the new version: the content changed since {id}", "送出新版本：{id} 发出后内容已变更"),
    "void": Text("Have it confirmed again: the content changed since {id}", "重新送请确认：{id} 确认后内容已变更"),
}


def items(at: Situation) -> Iterator[Item]:
    """One item a document. A record whose own workflow asks the customer to confirm says so itself."""
    for standing in standings(at.ws):
        subject = standing.record or standing.dispatch
        by = standing.dispatch.steps[-1].by
        if standing.state in _OURS:
            yield Item(subject, _OURS[standing.state].format(id=standing.dispatch.id), None, (by,), "supplier")
        elif standing.state == "waiting" and not _asks_itself(standing):
            yield Item(subject, Text("Reply", "回复"), standing.dispatch.reply_by, standing.dispatch.to, "customer")


def _asks_itself(standing: Standing) -> bool:
    record = standing.record
    return isinstance(record, Letter) or (record is not None and any(due.side == "customer" for due in record.kind.due))
