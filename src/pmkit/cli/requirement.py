"""`pmkit requirement`: the record, and requirements from and for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pmkit.cli.generic import noun
from pmkit.cli.language import h
from pmkit.cli.session import AT_REVISION, WRITING, Session, command, one_of, out, print_json, read_file
from pmkit.cli.sheets import ForWhom, Mapped, Overwrite, Quote, SkipUnknown, export, take, write_file, write_imported
from pmkit.domain.requirements import REQUIREMENT
from pmkit.kernel.errors import BadWorkspace, UsageError
from pmkit.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from pmkit.workspace.rows import Row

app = noun(REQUIREMENT)
_REQIF = (".reqif", ".reqifz")
_MOST_FILES = 20_000


def _import(
    s: Session,
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help=h("CSV, Excel, ReqIF, or a folder kept with Doorstop", "CSV、Excel、ReqIF 文件，或 Doorstop 目录"),
        ),
    ],
    skip_unknown: SkipUnknown = False,
    map_: Mapped = None,
    quote: Quote = '"',
) -> None:
    path = Path(file)
    if path.suffix.lower() not in _REQIF and not path.is_dir():
        from pmkit.connectors.specification import titled

        take(s, REQUIREMENT, file, skip_unknown=skip_unknown, map_=map_ or (), quote=quote, completed=titled)
        return
    from pmkit.actions.imports import import_rows

    rows, notes = _tree(path) if path.is_dir() else _reqif(path)
    done = import_rows(s.whole, REQUIREMENT, rows, s.next_id, s.acting)
    if done.mistakes:
        says = Text(en="  line {line} ({key}): {says}", zh="  第 {line} 行（{key}）：{says}")
        keys = {row.line: row.record_id or row.key for row in rows}
        lines = [says.format(line=m.line + 1, key=keys.get(m.line, "-"), says=m.says) for m in done.mistakes]
        raise UsageError(
            Text(
                en="{file}: {n} mistakes, nothing was written\n{lines}",
                zh="{file}：{n} 处错误，未写入任何内容\n{lines}",
            ).format(file=file, n=len(lines), lines=Text.join(lines, en="\n", zh="\n"))
        )
    write_imported(s, done, *notes)


def _reqif(path: Path) -> tuple[list[Row], tuple[Text, ...]]:
    from pmkit.connectors.reqif import is_ours, rows_of_ours, specification
    from pmkit.connectors.specification import rows_of

    found = specification(path.name, read_file(str(path)))
    return (rows_of_ours(found) if is_ours(found) else rows_of(found)), found.lost


def _tree(folder: Path) -> tuple[list[Row], tuple[Text, ...]]:
    """The rows of a Doorstop tree, with what it holds in numbers."""
    from pmkit.connectors.doorstop import is_tree, specification
    from pmkit.connectors.specification import rows_of

    names = sorted(p for p in folder.rglob("*") if p.suffix in {".yml", ".yaml", ".md"} and not p.is_symlink())
    files = {p.relative_to(folder).as_posix(): read_file(str(p)) for p in names[:_MOST_FILES] if p.is_file()}
    if not is_tree(files):
        raise UsageError(
            Text(en="{folder} holds no `.doorstop.yml`", zh="{folder} 中没有 `.doorstop.yml`").format(folder=folder),
            Text(
                "name a ReqIF, CSV or Excel file, or the folder of such a tree",
                "请指定 ReqIF、CSV、Excel 文件或该类目录",
            ),
        )
    found, counts = specification(files, _parsed)
    says = Text(
        en="{documents} documents, {items} items, {links} links, {unreviewed} not reviewed there",
        zh="{documents} 个文档，{items} 个条目，{links} 个链接，其中 {unreviewed} 条在原工具中未评审",
    )
    numbers = {name: getattr(counts, name) for name in ("documents", "items", "links", "unreviewed")}
    return rows_of(found), (says.format(**numbers), *found.lost)


def _parsed(data: bytes, path: str) -> Mapping[str, Any]:
    """A YAML file's fields as they stand. Raises BadWorkspace with file, line and column of what is wrong."""
    from pmkit.store.yaml_text import decode, parse

    text, findings = decode(data, path)
    value, more = parse(text, path) if text is not None else (None, [])
    found = [*findings, *more]
    if found or not isinstance(value, dict):
        says = [Text(en=f"{f.at}: {f.says.en}", zh=f"{f.at}：{f.says.zh}") for f in found]
        raise BadWorkspace(Text.join(says, en="\n", zh="\n") if says else Text.same(path))
    return value


def _export(
    s: Session,
    file: Annotated[str, typer.Argument(metavar="FILE", help=h(".reqif, .xlsx or .csv", ".reqif、.xlsx 或 .csv"))],
    audience: ForWhom = "internal",
    overwrite: Overwrite = False,
) -> None:
    path = Path(file)
    one_of(path.suffix.lower(), (".reqif", ".xlsx", ".csv"))
    if path.suffix.lower() != ".reqif":
        export(s, REQUIREMENT, file, audience=audience, overwrite=overwrite)
        return
    from pmkit.connectors.reqif import outgoing, written
    from pmkit.workspace.audience import for_customer

    one_of(audience, ("internal", "customer"))
    ws = s.whole if audience == "internal" else for_customer(s.whole)
    items = [outgoing(requirement) for requirement in ws.requirements]
    write_file(path, written(ws.project.name, items, s.today, ws.project.supplier or "-"), overwrite=overwrite)
    if s.json:
        print_json({"kind": REQUIREMENT.name, "path": file, "format": "reqif", "records": len(items)})
    else:
        out(h(f"{file}  {len(items)} requirements", f"{file}  {len(items)} 条需求"))


command(app, "import", h("Take requirements from another tool's file", "从其他工具的文件导入需求"), WRITING)(_import)
command(app, "export", h("Write the requirements for another tool", "导出需求供其他工具使用"), AT_REVISION)(_export)
