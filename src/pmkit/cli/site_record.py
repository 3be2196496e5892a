"""`pmkit site record`: what was done on site; the noun has the portal's commands, too."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from pmkit.cli.generic import NOT_GIVEN, list_command, options_of, set_command, show_command, transitions, with_options
from pmkit.cli.interview import people_of
from pmkit.cli.language import h
from pmkit.cli.photos import Captions, Photos, taken_photos
from pmkit.cli.session import WRITING, Session, command
from pmkit.cli.site import app as app  # noqa: PLC0414 - one noun, two subjects
from pmkit.domain.site_records import SITE, TYPES, SiteRecord
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

Id = Annotated[str, typer.Argument(metavar="SIT-ID")]
Note = Annotated[str | None, typer.Option("--note", metavar="TEXT", help=h("why", "原因"))]
_FIELDS = {
    name: found
    for name, found in options_of(SITE).items()
    if found[0] not in {"entered", "visibility", "tags", "notes"}
}  # fmt: skip


def _record(
    s: Session,
    site_id: Annotated[
        str | None, typer.Argument(metavar="[SIT-ID]", help=h("a draft to finish", "待补全的草稿编号"))
    ] = None,
    items: Annotated[
        list[str] | None,
        typer.Option(
            "--items", "--item", metavar="LINE",
            help=h("`ITM-003=2`, `ITM-003 2 SN1,SN2`, or an item alone for all that is left; may be repeated",
                   "`ITM-003=2`、`ITM-003 2 SN1,SN2`，只写清单项则为全部剩余数量；可重复"),
        ),
    ] = None,
    serials: Annotated[
        list[str] | None,
        typer.Option(
            "--serials", "--serial", metavar="SN,SN",
            help=h("serial numbers; they say which item", "序列号，据此对应清单项"),
        ),
    ] = None,
    check: Annotated[
        list[str] | None,
        typer.Option(
            "--check", metavar="ITEM;REQUIRED;RESULT",
            help=h("what was checked; may be repeated", "检查项;要求;结果；可重复"),
        ),
    ] = None,
    work_line: Annotated[
        list[str] | None,
        typer.Option(
            "--quantity", metavar="LINE",
            help=h("works of a site instruction: `cable tray 12m @ 85`; may be repeated",
                   "签证工程量：`桥架改道 12m @ 85`；可重复"),
        ),
    ] = None,
    photos: Photos = None,
    caption: Captions = None,
    draft: Annotated[bool, typer.Option("--draft", help=h("finish it later", "先存草稿"))] = False,
    **values: Any,
) -> None:  # fmt: skip
    from pmkit.actions.site_records import check_of, finish, items_of, record, work_of

    given = {_FIELDS[name][0]: value for name, value in values.items() if value not in NOT_GIVEN}
    known = s.ws.get(site_id, SiteRecord) if site_id else None
    type_ = given.get("type", known.type if known else "")
    if not type_:
        words = Text.join(Text(code, f"{code} {label.zh}") for code, label in TYPES.items())
        raise UsageError(
            Text("what kind of record?", "请用 `--type` 指明记录类型"),
            Text(en="`--type` with one of {words}", zh="可选：{words}").format(words=words),
        )
    if lines := items_of(s.ws, type_, items or [], serials or []):
        given["items"] = lines
    if "people" in given:  # `赵强,孙莉` is two people
        given["people"] = people_of(given["people"])
    if check:
        given["checks"] = [check_of(text) for text in check]
    if work_line:
        given["works"] = [work_of(s.ws, text) for text in work_line]
    taken = taken_photos(photos, caption)
    edits = (
        finish(s.ws, known, given, taken, s.acting, is_draft=draft)
        if known
        else record(s.ws, given, taken, s.next_id, s.acting, s.today, is_draft=draft)
    )
    then = Text("next: pmkit report site-record {id}", "下一步：pmkit report site-record {id}")
    s.write(edits, then=then.format(id=edits.records[0]))


def _void(s: Session, site_id: Id, note: Note = None) -> None:
    from pmkit.actions.site_records import take_back

    s.write(take_back(s.ws, s.ws.get(site_id, SiteRecord), "void", note, s.acting))


def _revise(s: Session, site_id: Id, note: Note = None) -> None:
    from pmkit.actions.site_records import take_back

    s.write(take_back(s.ws, s.ws.get(site_id, SiteRecord), "revise", note, s.acting))


command(app, "record", h("Record work on site", "登记现场工作"), WRITING)(with_options(_record, _FIELDS))
command(app, "revise", h("Take a record back to draft", "退回草稿修改"), WRITING)(_revise)
command(app, "void", h("Void a record: its counts are taken back", "作废现场记录，冲回安装、调试数"), WRITING)(_void)
list_command(app, SITE)
show_command(app)
set_command(app)
transitions(app, SITE)
