"""`pmkit item`: the item list of the contract, and what became of each item."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pmkit.cli.generic import add_command, set_command, show_command
from pmkit.cli.language import h, tell
from pmkit.cli.listing import Where, selected
from pmkit.cli.session import AT_REVISION, WRITING, Session, command, group, out, parse_date, print_json, read_file
from pmkit.cli.sheets import Mapped, Quote
from pmkit.domain.items import ITEM, Item
from pmkit.domain.kind import about
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from pmkit.actions.items import TakenItems
    from pmkit.connectors.item_lists import ItemList

app = group(tell(ITEM.plural))
Sheet = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help=h("which sheet of a workbook (default: the first that fits)", "工作表名（默认第一张合适的）"),
    ),
]
_LISTED = 30  # lines about single items


def _import(
    s: Session,
    file: Annotated[str, typer.Argument(metavar="FILE", help=h("a CSV or Excel file", "CSV 或 Excel 文件"))],
    sheet: Sheet = None,
    map_: Mapped = None,
    quote: Quote = '"',
) -> None:
    from pmkit.actions.items import take_items
    from pmkit.cli.sheets import mapped_columns, refuse_mistakes, sheet_named, yaml_in_cells
    from pmkit.connectors.item_lists import ROW, list_of, refuse_empty
    from pmkit.connectors.sheets import read

    grids = read(Path(file).name, read_file(file), quote=quote)
    found = list_of(
        s.whole,
        grids if sheet is None else (sheet_named(grids, sheet),),
        yaml_in_cells(),
        mapped_columns(ROW, map_ or ()),
    )
    taken = take_items(s.whole, found.rows, s.next_id, s.acting)
    mistakes = sorted([*found.mistakes, *taken.mistakes], key=lambda m: m.line)
    refuse_mistakes(s, ITEM, file, found.reading, mistakes)
    refuse_empty(found, file)
    notes = [*_changes(s, taken), *_left_out(found)]
    more = {
        "new": list(taken.new),
        "changed": {
            one: {key: {"from": old, "to": new} for key, old, new in fields} for one, fields in taken.changed.items()
        },
        "unchanged": taken.same,
        "gone": list(taken.gone),
    }
    if taken.edits is not None:
        s.write(taken.edits, *notes, more=more)
    elif s.json:
        print_json({"id": None, "path": "", "commit": None, "paths": [], **more})
    else:
        out("\n".join(tell(note) for note in notes))


def _changes(s: Session, taken: TakenItems) -> list[Text]:
    """What an import comes to, item by item."""
    counts = Text(en="{new} new, {changed} changed, {same} unchanged", zh="新增 {new}，修改 {changed}，未变 {same}")
    notes = [counts.format(new=len(taken.new), changed=len(taken.changed), same=taken.same)]
    labels = about(Item)
    for one, fields in list(taken.changed.items())[:_LISTED]:
        name = s.whole.records[one].name_to_show
        what = Text.join(
            (
                Text(en="{label} {old} → {new}", zh="{label} {old} → {new}").format(
                    label=labels[key].label, old=old if old is not None else "/", new=new if new is not None else "/"
                )
                for key, old, new in fields
            ),
            zh="；",
        )
        notes.append(Text(en="{id} {name}: {what}", zh="{id} {name}：{what}").format(id=one, name=name, what=what))
    if len(taken.changed) > _LISTED:
        notes.append(Text(en="... and {n} more", zh="……及另外 {n} 项").format(n=len(taken.changed) - _LISTED))
    if taken.gone:
        ids = Text(", ".join(taken.gone[:_LISTED]), "、".join(taken.gone[:_LISTED]))
        notes.append(
            Text(
                en="not in the file, left as they are: {ids}; no longer in the contract: `pmkit item set ID qty=0`",
                zh="文件中没有、保持不变：{ids}；确已取消的请用 `pmkit item set 编号 qty=0`",
            ).format(ids=ids)
        )
    return notes


def _left_out(found: ItemList) -> list[Text]:
    """What of the file was not taken, and what does not add up in it."""
    notes = []
    if found.totals:
        notes.append(Text(en="rows of totals left out: {n}", zh="已跳过合计行：{n} 行").format(n=found.totals))
    if found.sections:
        notes.append(Text(en="rows that name a section: {n}", zh="分部标题行：{n} 行").format(n=found.sections))
    if names := [name for name in found.reading.ignored if name.strip()]:
        joined = Text(", ".join(names), "、".join(names))
        notes.append(Text(en="columns left out: {names}", zh="未采用的列：{names}").format(names=joined))
    says = Text(
        en="row {row}: the amount says {said}, quantity × price is {comes}",
        zh="第 {row} 行：合价为 {said}，数量×单价为 {comes}",
    )
    odd = [says.format(row=line + 1, said=said.printed(), comes=comes.printed()) for line, said, comes in found.odd]
    return [*notes, *odd[:_LISTED]]


def _list(
    s: Session,
    late: Annotated[bool, typer.Option("--late", help=h("only what is late", "只列逾期未到货的"))] = False,
    where: Where = None,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help=h("reporting date", "报告日期"))] = None,
) -> None:
    from pmkit.output.goods import items_json, items_text
    from pmkit.output.tables import terminal_width
    from pmkit.workspace.goods import goods, is_late

    ws = s.whole if s.rev else s.ws
    day = parse_date(as_of) if as_of else s.today
    found = goods(ws)
    items: list[Any] = selected(ws, ITEM, where or [], day)
    if late:
        items = [item for item in items if is_late(item, found.of(item.id), day)]
    if s.json:
        print_json(items_json(found, items, day))
    elif items:
        sys.stdout.write(items_text(found, items, day, s.lang, terminal_width()))
    else:
        out(h("nothing is late", "没有逾期未到货的设备") if late else h("no items", "没有设备清单"))


command(app, "import", h("Take the item list in: CSV or Excel", "导入设备清单：CSV 或 Excel"), WRITING)(_import)
add_command(app, ITEM)
command(app, "list", h("The list, with what became of each item", "设备清单及到货、安装、调试情况"), AT_REVISION)(_list)
show_command(app)
set_command(app)
