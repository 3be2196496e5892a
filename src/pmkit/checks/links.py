"""REF2xx: links between records."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.kernel.text import Text, did_you_mean
from pmkit.workspace.model import Workspace, links_of


@check(
    "REF202",
    "link-to-nothing",
    severity="error",
    says=Text("{id}: `{field}` names {target}, which does not exist", "{id} 的 `{field}` 引用了不存在的 {target}"),
    fix=Text("correct the id or remove it {hint}", "请更正或删除该编号。{hint}"),
)
def link_to_nothing(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A link that leads nowhere hides what a requirement, change or action is about."""
    for record in ws.records.values():
        for key, position, target in links_of(record):
            if target not in ws.records:
                at = record.at(key) if position is None else record.at(key, position)
                hint = did_you_mean(target, ws.records)
                yield hit(at, record.id, id=record.id, field=key, target=target, hint=hint)
    for report in ws.progress:
        for position, entry in enumerate(report.tasks):
            if entry.id not in ws.records:
                at = report.at("tasks", position, "id")
                hint = did_you_mean(entry.id, [t.id for t in ws.tasks])
                yield hit(at, report.id, id=report.id, field="tasks", target=entry.id, hint=hint)
