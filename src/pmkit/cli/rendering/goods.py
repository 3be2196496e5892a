"""Goods and site: the register of items, receipts, site records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmkit.cli.photos import shown_photos
from pmkit.cli.rendering.base import Asked, basis
from pmkit.cli.session import Session
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from pmkit.reports.document import View
    from pmkit.workspace.model import Workspace


def items(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.reports.goods import item_register

    return item_register(seen, s.today, asked.audience, basis(s, None))


def receipt(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.domain.receipts import Receipt
    from pmkit.reports.goods import receipt_form, receipt_head, receipt_sign
    from pmkit.reports.views.goods import blank_receipt

    if asked.blank:
        head = receipt_head(seen)
        return blank_receipt(head, receipt_sign(seen, head))
    if asked.record_id is None:
        raise UsageError(
            Text("which receipt?", "请指明到货签收单编号"), Text.same("pmkit report receipt RCV-001 | --blank")
        )
    one = seen.get(asked.record_id, Receipt)
    return receipt_form(seen, one, shown_photos(s, one.photos, one.name_to_show), basis(s, None))


def site_record(s: Session, seen: Workspace, asked: Asked) -> View:
    from pmkit.cli.session import one_of
    from pmkit.domain.site_records import TYPES, SiteRecord
    from pmkit.reports.site_record import site_form, site_head
    from pmkit.reports.views.site_record import blank_site

    if asked.blank:
        return blank_site(site_head(seen), one_of(asked.record_id or "install", TYPES))
    if asked.record_id is None:
        raise UsageError(
            Text("which site record?", "请指明现场记录编号"),
            Text.same(f"pmkit report site-record SIT-001 | [{'|'.join(TYPES)}] --blank"),
        )
    one = seen.get(asked.record_id, SiteRecord)
    return site_form(seen, one, shown_photos(s, one.photos, one.name_to_show), basis(s, None))
