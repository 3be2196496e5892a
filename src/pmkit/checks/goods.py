"""SIT: goods and site work that do not add up, come late, or lie without a signature."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.receipts import Receipt
from pmkit.domain.site_records import SiteRecord
from pmkit.kernel.duration import plain
from pmkit.kernel.text import Text
from pmkit.workspace.goods import Rule, goods, late_items
from pmkit.workspace.model import Workspace


def _broken(ws: Workspace, *rules: Rule) -> Iterator[Hit]:
    for one in goods(ws).wrong:
        if one.rule in rules:
            yield hit(one.record.at(*one.keys), one.record.id, id=one.record.id, what=one.says)


_SAYS = Text("{id}: {what}", "{id}：{what}")


@check(
    "SIT101",
    "serials-do-not-match-quantity",
    severity="error",
    says=_SAYS,
    fix=Text(
        "count again: `pmkit receipt correct {id} --line ...`", "请重新核对：`pmkit receipt correct {id} --line ...`"
    ),
)
def serials_differ(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A serial number stands for one piece; a list that is too long or too short proves the wrong number."""
    yield from _broken(ws, "number")


@check(
    "SIT201",
    "serial-number-twice",
    severity="error",
    says=_SAYS,
    fix=Text("look at the nameplate, and correct the wrong record", "请核对铭牌，更正有误的记录"),
)
def serial_twice(ws: Workspace, _: Context) -> Iterator[Hit]:
    """One of the two pieces is another one, and its warranty and its place hang on the number."""
    yield from _broken(ws, "twice")


@check(
    "SIT202",
    "more-arrived-than-ordered",
    severity="error",
    says=_SAYS,
    fix=Text(
        "correct the receipt; where the contract has more now: `pmkit item set ITM-ID qty=N`",
        "请更正签收单；合同数有调整的：`pmkit item set ITM 编号 qty=数量`",
    ),
)
def more_than_ordered(ws: Workspace, _: Context) -> Iterator[Hit]:
    """What the contract does not hold is not paid; most often a delivery was entered twice."""
    yield from _broken(ws, "over")


@check(
    "SIT203",
    "work-ahead-of-delivery",
    severity="error",
    says=_SAYS,
    fix=Text(
        "record the delivery (`pmkit receipt record`) or the installation (`pmkit site record`), or correct the record",
        "请补登到货（`pmkit receipt record`）或安装（`pmkit site record`），或更正记录",
    ),
)
def ahead_of_delivery(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Nothing is installed before it came, nor commissioned before it is installed: a paper in between is missing."""
    yield from _broken(ws, "unarrived", "uninstalled", "unknown")


@check(
    "SIT204",
    "photo-is-not-the-one-filed",
    severity="error",
    says=Text("{id}: {file} {problem}", "{id}：{file} {problem}"),
    fix=Text("put the file back: `git log -- {file}` has it", "请恢复原文件，可用 `git log -- {file}` 查找"),
)
def photo_differs(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """A photo proves something only as it came from the camera."""
    records: list[Receipt | SiteRecord] = [*ws.of(Receipt), *ws.of(SiteRecord)]
    for record in records:
        for number, photo in enumerate(record.photos):
            found = ctx.sha256(photo.file)
            if found != photo.sha256:
                problem = (
                    Text("is missing", "缺失") if found is None else Text("is another file", "与归档时的文件不一致")
                )
                at = record.at("photos", number, "file")
                yield hit(at, record.id, id=record.id, file=photo.file, problem=problem)


@check(
    "SIT301",
    "item-late",
    severity="warning",
    says=Text(
        "{id} {name}: {n} of {qty} missing, promised for {day}", "{id} {name}：承诺 {day} 到货，共 {qty}，尚缺 {n}"
    ),
    fix=Text(
        "ask the vendor; a new day: `pmkit item set {id} promised_on=2026-03-20`",
        "请催交；改期的：`pmkit item set {id} promised_on=2026-03-20`",
    ),
)
def item_late(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """What has not come cannot be installed; the plan feels it some days later."""
    for item, counts in late_items(ws, ctx.as_of):
        yield hit(
            item.at("promised_on"), item.id, id=item.id, name=item.name, n=plain(counts.missing), qty=plain(item.qty),
            day=item.promised_on,
        )  # fmt: skip


@check(
    "SIT302",
    "receipt-not-signed",
    severity="warning",
    says=Text("{id} of {day} is not signed yet", "{id}（{day} 到货）尚未签收"),
    fix=Text(
        "have it signed, then: `pmkit confirm {id} --by HANDLE --evidence FILE`",
        "请客户签收后执行：`pmkit confirm {id} --by 代号 --evidence 文件`",
    ),
)
def receipt_not_signed(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """Weeks later nobody signs for what nobody counted any more, and the payment on delivery waits for it."""
    days = ws.project.site.days(ws.project.site.signed_within)
    for receipt in ws.of(Receipt):
        if receipt.status == "draft" and (ctx.as_of - receipt.on).days > days:
            yield hit(receipt.at("status"), receipt.id, id=receipt.id, day=receipt.on)


@check(
    "SIT303",
    "site-record-entered-late",
    severity="warning",
    says=Text("{id}: work of {day} was entered {n} days later", "{id}：{day} 的施工在 {n} 天后才录入"),
    fix=Text(
        "record site work on the day; what changes the price is agreed while it is open to see: see your contract",
        "现场记录应当日办理；涉及价款的签证应在施工时办理，具体时限见合同",
    ),
)
def entered_late(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A record made up afterwards carries little weight, and many contracts set a time limit for claims."""
    days = ws.project.site.days(ws.project.site.entered_within)
    for record in ws.of(SiteRecord):
        if record.status != "void" and record.days_late > days:
            yield hit(record.at("on"), record.id, id=record.id, day=record.on, n=record.days_late)
