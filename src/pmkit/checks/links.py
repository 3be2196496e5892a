"""REF2xx: links between records."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.kernel.text import Text, did_you_mean
from pmkit.workspace.links import links_of, unfit_link
from pmkit.workspace.model import Workspace


@check(
    "REF202",
    "link-to-nothing",
    severity="error",
    says=Text("{id}: `{field}` names {target}, which does not exist", "{id} 的 `{field}` 引用了不存在的 {target}"),
    fix=Text("correct the id or remove it; {hint}", "请更正或删除该编号。{hint}"),
)
def link_to_nothing(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A link that leads nowhere hides what a requirement, change or action is about."""
    for record in ws.records.values():
        for link in links_of(record):
            if not ws.knows(link.target):
                hint = did_you_mean(link.target, ws.records)
                at = record.at(*link.keys)
                yield hit(at, record.id, id=record.id, field=link.field, target=link.target, hint=hint)


@check(
    "REF203",
    "link-to-another-kind",
    severity="error",
    says=Text("{id}: {problem}", "{id}：{problem}"),
    fix=Text("name a record of the right kind", "请改填正确类型的记录编号"),
)
def link_to_another_kind(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A link to a record of another kind traces nowhere: a matrix leaves it out."""
    for record in ws.records.values():
        for link in links_of(record):
            if not link.fits and ws.knows(link.target):
                yield hit(record.at(*link.keys), record.id, id=record.id, problem=unfit_link(link))
