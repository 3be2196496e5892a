"""CRM: what a mapping to a CRM asks for and records cannot give, or must not."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.crm import CrmLink, entry_mistakes
from pmkit.kernel.text import Text
from pmkit.workspace.model import Workspace


@check(
    "CRM101",
    "mapping-mistake",
    severity="error",
    says=Text("{says}", "{says}"),
    fix=Text(
        "correct the entry in crm.yaml; `pmkit crm connect` then holds it against the CRM",
        "请修改 crm.yaml 中的该项；`pmkit crm connect` 可再与 CRM 核对",
    ),
)
def mapping_mistake(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A sync stops at it, and what is internal or personal must not even be meant to go out."""
    for crm in ws.of(CrmLink):
        for position, says in entry_mistakes(crm):
            yield hit(crm.at("map", position), crm.id, says=says)
