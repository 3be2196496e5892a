"""`pmkit export` and `pmkit import`: records of any kind as a sheet, and back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pmkit.cli.generic import not_made_of_fields
from pmkit.cli.language import h, tell
from pmkit.cli.listing import Where, selected
from pmkit.cli.session import AT_REVISION, WRITING, Session, command, one_of, out, print_json, read_file, single
from pmkit.domain.kind import Kind, known_field
from pmkit.domain.registry import kind_named
from pmkit.kernel.errors import Refused, UsageError, cannot_write
from pmkit.kernel.text import Lang, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pmkit.actions.imports import Imported
    from pmkit.connectors.records import Reading, Yaml
    from pmkit.connectors.sheets import Grid
    from pmkit.workspace.rows import Mistake, Row

export_app, import_app = single(), single()
_BLANK_ROWS = 100
ForWhom = Annotated[
    str,
    typer.Option(metavar="internal|customer", help=h("customer leaves out what is internal", "customer 不含内部内容")),
]
SkipUnknown = Annotated[
    bool, typer.Option("--skip-unknown", help=h("leave out columns that are no field", "忽略不认识的列"))
]
Mapped = Annotated[
    list[str] | None,
    typer.Option(
        "--map", metavar="COLUMN=FIELD",
        help=h("which field another tool's column means; may be repeated", "其他工具的列对应哪个字段；可重复"),
    ),
]  # fmt: skip
Quote = Annotated[
    str, typer.Option("--quote", metavar="CHAR", help=h("the quotation mark of a CSV file", "CSV 的引号"))
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help=h("replace the file", "覆盖已有文件"))]


def _export(
    s: Session,
    kind: Annotated[str, typer.Argument(metavar="KIND", help=h("the kind of record", "记录类型"))],
    blank: Annotated[
        bool, typer.Option("--blank", help=h("an empty sheet to fill in, with an example", "空白填报表，带示例行"))
    ] = False,
    format_: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="xlsx|csv",
            help=h("xlsx or csv (default: by the name, else xlsx)", "xlsx 或 csv（默认按文件名，否则 xlsx）"),
        ),
    ] = None,
    out_: Annotated[
        str | None,
        typer.Option(
            "--out", metavar="PATH", help=h("where to write, - for standard output", "输出位置，- 为标准输出")
        ),
    ] = None,
    where: Where = None,
    lang: Annotated[
        str | None,
        typer.Option(
            metavar="zh|en", help=h("language of the sheet (default: the project's)", "表格语言（默认为项目语言）")
        ),
    ] = None,
    audience: ForWhom = "internal",
    overwrite: Overwrite = False,
) -> None:
    export(s, kind_named(kind), out_, blank=blank, format_=format_, where=where or [], lang=lang, audience=audience,
           overwrite=overwrite)  # fmt: skip


def export(
    s: Session,
    found: Kind,
    out_: str | None,
    *,
    blank: bool = False,
    format_: str | None = None,
    where: list[str] | None = None,
    lang: str | None = None,
    audience: str = "internal",
    overwrite: bool = False,
) -> None:
    """Write the records of a kind as a sheet, or an empty one to fill in."""
    from pmkit.actions.imports import FROM_ROWS
    from pmkit.connectors.records import blank_sheet, sheet_of
    from pmkit.connectors.sheets import FORMATS, written
    from pmkit.workspace.audience import for_customer

    chosen: Lang = "en" if one_of(lang or s.whole.project.language, ("zh", "en")) == "en" else "zh"
    named = Path(out_ or "").suffix.lstrip(".").lower()
    format_ = format_ or (one_of(named, FORMATS) if named else "xlsx")
    one_of(format_, FORMATS)
    one_of(audience, ("internal", "customer"))
    internal = audience == "internal"
    if blank:
        import secrets

        if found.added_by and found not in FROM_ROWS:
            raise not_made_of_fields(found)
        batch = secrets.token_hex(3)
        sheet = blank_sheet(s.whole, found, chosen, [f"{batch}-{n}" for n in range(1, _BLANK_ROWS + 1)])
    else:
        ws = s.whole if internal else for_customer(s.whole, published=True)
        records = selected(ws, found, where or [], s.today)
        sheet = sheet_of(ws, found, records, chosen, yaml_in_cells(), internal=internal)
    data = written([sheet], "csv" if format_ == "csv" else "xlsx")
    if out_ == "-":
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        return
    name = found.name + ("-blank" if blank else "" if internal else "-customer")
    target = Path(out_) if out_ else Path(f"{name}.{format_}")
    write_file(target, data, overwrite=overwrite)
    count = 0 if blank else len(sheet.rows)
    if s.json:
        print_json({"kind": found.name, "path": str(target), "format": format_, "records": count})
    else:
        count_of = h(f"  {count} {found.plural.en}", f"  {count} 条{found.plural.zh}")
        out(f"{target}{'' if blank else count_of}")
        if blank:
            again = f"pmkit import {found.name} {target}"
            out(h(f"  fill it in, then: {again}", f"  填好后执行：{again}"))


def write_file(target: Path, data: bytes, *, overwrite: bool) -> None:
    """Write a file outside the workspace's care. Refused where it exists, unless `overwrite`."""
    if target.exists() and not overwrite:
        raise Refused(
            Text(en="{path} exists already", zh="{path} 已存在").format(path=target),
            Text(
                "name another one with `--out`, or add `--overwrite`", "请用 `--out` 指定其他文件，或加 `--overwrite`"
            ),
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    except OSError as error:
        raise cannot_write(target, error) from None


def _import(
    s: Session,
    kind: Annotated[str, typer.Argument(metavar="KIND", help=h("the kind of record", "记录类型"))],
    file: Annotated[str, typer.Argument(metavar="FILE", help=h("a CSV or Excel file", "CSV 或 Excel 文件"))],
    sheet: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help=h("which sheet of a workbook (default: the first)", "工作表名（默认第一张）")
        ),
    ] = None,
    skip_unknown: SkipUnknown = False,
    map_: Mapped = None,
    quote: Quote = '"',
) -> None:
    take(s, kind_named(kind), file, sheet, skip_unknown=skip_unknown, map_=map_ or (), quote=quote)


def take(
    s: Session,
    found: Kind,
    file: str,
    sheet: str | None = None,
    *,
    skip_unknown: bool = False,
    map_: Sequence[str] = (),
    quote: str = '"',
    completed: Callable[[Sequence[Row]], Sequence[Row]] = lambda rows: rows,
) -> None:
    """Take the records of a kind from a sheet: all of it, or nothing and every mistake by its cell.

    `map_`: COLUMN=FIELD of headings that are another tool's; `completed` fills what rows leave open.
    """
    from pmkit.actions.imports import import_rows
    from pmkit.connectors.records import rows_of
    from pmkit.connectors.sheets import read

    if len(quote) != 1:
        raise UsageError(Text("`--quote` is one character", "`--quote` 应为一个字符"))
    grid = sheet_named(read(Path(file).name, read_file(file), quote=quote), sheet)
    mapped = mapped_columns(found, map_)
    reading = rows_of(s.whole, found, grid, yaml_in_cells(), skip_unknown=skip_unknown, mapped=mapped)
    refuse_mistakes(s, found, file, reading, reading.mistakes if not reading.columns else ())
    done = import_rows(s.whole, found, completed(reading.rows), s.next_id, s.acting)
    refuse_mistakes(s, found, file, reading, sorted([*reading.mistakes, *done.mistakes], key=lambda m: m.line))
    notes = []
    if reading.ignored:
        names = ", ".join(reading.ignored)
        notes.append(Text(en="columns left out: {names}", zh="已忽略的列：{names}").format(names=names))
    write_imported(s, done, *notes)


def mapped_columns(kind: Kind, texts: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """`COLUMN=FIELD` as heading -> path. Raises UsageError with the nearest field."""
    found = {}
    for text in texts:
        column, equals, field = text.rpartition("=")
        if not equals or not column:
            raise UsageError(
                Text(en="`{text}` is not COLUMN=FIELD", zh="`{text}` 应写成 列名=字段").format(text=text),
            )
        known_field(kind, field.split(".")[0])
        found[column] = tuple(field.split("."))
    return found


def write_imported(s: Session, done: Imported, *notes_: Text, more: Mapping[str, Any] | None = None) -> None:
    """Write what an import comes to, and say how much it is; `more` keys go into the JSON."""
    notes = [
        Text(en="{new} new, {changed} changed, {same} unchanged", zh="新增 {new}，修改 {changed}，未变 {same}").format(
            new=len(done.new), changed=len(done.changed), same=done.same
        )
    ]
    if done.proposed:
        notes.append(_proposed(done))
    if s.dry_run:
        notes += [Text.same(f"{record_id}: {', '.join(keys)}") for record_id, keys in done.changed.items()]
    notes += notes_
    counts = {
        "new": list(done.new),
        "changed": {record_id: list(keys) for record_id, keys in done.changed.items()},
        "unchanged": done.same,
        "proposed": {record_id: list(keys) for record_id, keys in done.proposed.items()},
        "request": done.request,
        **(more or {}),
    }
    if done.edits is None:
        if s.json:
            print_json({"id": None, "path": "", "commit": None, "paths": [], **counts})
        else:
            out("\n".join(tell(note) for note in notes))
        return
    s.write(done.edits, *notes, more=counts)


def _proposed(done: Imported) -> Text:
    """What of the file is signed and so became a proposal."""
    what = Text.same(", ".join(f"{record_id} ({', '.join(keys)})" for record_id, keys in done.proposed.items()))
    if done.request is None:
        return Text(
            en="signed, and proposed already: {what}", zh="以下内容已签认，所做修改已在变更申请中：{what}"
        ).format(what=what)
    return Text(
        en="signed, so proposed in {id}: {what}; `pmkit change submit {id}` goes on with it",
        zh="以下内容已签认，所做修改列入变更申请 {id}：{what}；请用 `pmkit change submit {id}` 提交",
    ).format(id=done.request, what=what)


def sheet_named(grids: tuple[Grid, ...], name: str | None) -> Grid:
    """The sheet of a workbook that was asked for, else the first. Raises UsageError with the nearest name."""
    if name is None:
        return grids[0]
    titles = {grid.name: grid for grid in grids}
    return titles[one_of(name, titles)]


def refuse_mistakes(s: Session, kind: Kind, file: str, reading: Reading, mistakes: Any) -> None:
    """End the command with every mistake, each by its cell: exit 4 where all of them are the workflow's, else 2."""
    if not mistakes:
        return
    lines = [_line(reading, mistake) for mistake in mistakes]
    if s.json:
        rows = [_mistake_json(reading, mistake) for mistake in mistakes]
        print_json({"kind": kind.name, "path": file, "mistakes": rows})
    says = Text(
        en="{file}: {n} mistakes, nothing was written\n{lines}", zh="{file}：{n} 处错误，未写入任何内容\n{lines}"
    )
    error = Refused if all(m.refused for m in mistakes) else UsageError
    raise error(says.format(file=file, n=len(lines), lines=Text.join(lines, en="\n", zh="\n")))


def _at(reading: Reading, mistake: Mistake) -> str:
    """The cell of a mistake, `B7`; the row's first one where it is about the whole row."""
    from pmkit.connectors.sheets import address

    path = mistake.path or ()
    if path[:1] == ("",) and len(path) == 2:
        return address(mistake.line, int(path[1]))
    return address(mistake.line, reading.columns.get(path, min(reading.columns.values(), default=0)))


def _line(reading: Reading, mistake: Mistake) -> Text:
    return Text(en="  {at}: {says}", zh="  {at}：{says}").format(at=_at(reading, mistake), says=mistake.says)


def _mistake_json(reading: Reading, mistake: Mistake) -> dict[str, Any]:
    field = ".".join(mistake.path or ()) if mistake.path and mistake.path[0] else None
    return {
        "cell": _at(reading, mistake),
        "row": mistake.line + 1,
        "field": field,
        "message": {"en": mistake.says.en, "zh": mistake.says.zh},
        "refused": mistake.refused,
    }


def yaml_in_cells() -> Yaml:
    """Nested values as they stand in a file."""
    from pmkit.connectors.records import Yaml
    from pmkit.store.yaml_read import parse
    from pmkit.store.yaml_write import list_lines, mapping_lines

    def dump(value: Any) -> str:
        return "\n".join(mapping_lines(value, 0) if isinstance(value, dict) else list_lines(value, 0))

    def read(text: str) -> Any:
        value, findings = parse(text, "")
        if findings:
            raise ValueError(tell(findings[0].says))
        return value

    return Yaml(dump, read)


command(export_app, "export", h("Write the records of a kind as a sheet", "把某类记录导出为表格"), AT_REVISION)(_export)
command(import_app, "import", h("Take the records of a kind from a sheet", "从表格批量导入某类记录"), WRITING)(_import)
