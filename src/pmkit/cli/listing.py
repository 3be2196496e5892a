"""`pmkit list` and `pmkit search`: finding records."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import typer
from pydantic import BaseModel

from pmkit.cli.language import h, tell
from pmkit.cli.session import AT_REVISION, Session, command, out, print_json, single
from pmkit.domain.kind import Kind, Record, about, file_data
from pmkit.domain.registry import kind_named
from pmkit.workspace.model import Workspace, normal_id
from pmkit.workspace.query import field_of, keys_of, matches, parse_condition, sorted_by, value_by

list_app, search_app = single(), single()

Where = Annotated[
    list[str] | None,
    typer.Option(
        "--where",
        metavar="CONDITION",
        help=h(
            "only those: FIELD=VALUE (or =A|B, !=, ~ holds, !~, <, <=, >, >=); may be repeated",
            "只要符合条件的：字段=值（或 =甲|乙、!=、~ 含有、!~、<、<=、>、>=）；可重复",
        ),
    ),
]
Sort = Annotated[
    str | None,
    typer.Option("--sort", metavar="FIELD,-FIELD", help=h("by these fields; - for downwards", "按字段排序；- 为降序")),
]
Columns = Annotated[
    str | None,
    typer.Option("--columns", metavar="A,B", help=h("these columns; `all` for every one", "指定列；all 为全部")),
]


def list_command(app: typer.Typer, kind: Kind) -> None:
    """`pmkit KIND list`."""

    def run(s: Session, where: Where = None, sort: Sort = None, columns: Columns = None) -> None:
        _list(s, kind, where or [], sort, columns)

    command(app, "list", h(f"List {kind.plural.en}", f"列出{kind.plural.zh}"), AT_REVISION)(run)


def _list_any(
    s: Session,
    kind: Annotated[str, typer.Argument(metavar="KIND", help=h("the kind of record", "记录类型"))],
    where: Where = None,
    sort: Sort = None,
    columns: Columns = None,
) -> None:
    _list(s, kind_named(kind), where or [], sort, columns)


def selected(ws: Workspace, kind: Kind, where: Sequence[str], today: date) -> list[Record]:
    """The records of a kind that fulfil every condition. Raises UsageError."""
    conditions = [parse_condition(kind, text) for text in where]
    return [r for r in ws.of_kind(kind) if all(matches(ws, r, c, today) for c in conditions)]


def _list(s: Session, kind: Kind, where: Sequence[str], sort: str | None, columns: str | None) -> None:
    print_records(s, kind, selected(s.whole if s.rev else s.ws, kind, where, s.today), sort, columns)


def print_records(s: Session, kind: Kind, records: list[Record], sort: str | None, columns: str | None) -> None:
    """Records of a kind as a table, or as JSON."""
    from pmkit.cli.generic import as_json, words
    from pmkit.output.tables import table, terminal_width

    shown = [c for c in (_column_names(kind, columns) if columns else kind.columns) if c != "id"]
    paths = [keys_of(kind, key.strip()) for key in shown]
    if sort:
        records = sorted_by(records, kind, sort)
    if s.json:
        print_json([as_json(r) for r in records])
        return
    if not records:
        out(h(f"no {kind.plural.en}", f"没有{kind.plural.zh}"))
        return
    heads = [tell(about(kind.model)["id"].label), *(tell(field_of(kind, p).label) for p in paths)]
    rows = [[r.id, *(words(s, r, field_of(kind, p), p[-1], value_by(r, p)) for p in paths)] for r in records]
    sys.stdout.write(table(heads, rows, terminal_width()))


def _column_names(kind: Kind, columns: str) -> list[str]:
    if columns.strip() == "all":
        hidden = {"steps", "approvals", "results", "seen", "tasks", "items"}
        return [key for key in about(kind.model) if key not in hidden]
    return [c.strip() for c in columns.split(",") if c.strip()]


def _search(
    s: Session,
    text: Annotated[str, typer.Argument(metavar="TEXT")],
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="KIND", help=h("only this kind", "只搜索该类记录"))
    ] = None,
) -> None:
    from pmkit.cli.generic import as_json

    wanted = text.casefold()
    only = kind_named(kind) if kind else None
    found = []
    for record in s.whole.records.values():
        if only is not None and record.kind is not only:
            continue
        hit = _hit(record, wanted)
        if hit is not None:
            found.append((record, *hit))
    if s.json:
        print_json([as_json(r) | {"field": key, "text": line} for r, key, line in found])
        return
    from pmkit.output.tables import table, terminal_width

    heads = [h("ID", "编号"), h("Title", "名称"), h("Field", "字段"), h("Text", "内容")]
    rows = [[r.id, r.name_to_show, tell(about(type(r))[k].label), line] for r, k, line in found]
    sys.stdout.write(table(heads, rows, terminal_width()) if rows else h("nothing found\n", "没有找到\n"))


def _hit(record: Record, wanted: str) -> tuple[str, str] | None:
    """The first field and line that holds the text; the id counts too."""
    for key, value in file_data(record).items():
        if key in {"tasks", "items"}:
            continue
        line = next((line for line in _texts(value) if wanted in line.casefold()), None)
        if line is not None:
            return key, line
    return ("id", record.id) if wanted in record.id.casefold() or normal_id(wanted) == record.id else None


def _texts(value: Any) -> list[str]:
    if isinstance(value, (dict, BaseModel)):
        return [line for v in dict(value).values() for line in _texts(v)]
    if isinstance(value, list):
        return [line for v in value for line in _texts(v)]
    return str(value).splitlines()


command(list_app, "list", h("List the records of a kind", "列出某类记录"), AT_REVISION)(_list_any)
command(search_app, "search", h("Search all records", "全文搜索记录"), AT_REVISION)(_search)
