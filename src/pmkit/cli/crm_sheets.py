"""The offline way: files that the CRM exported come in like a pull, files that it can import go out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pmkit.cli.crm_session import links_of, mapping, speaker_of
from pmkit.cli.crm_sync import Ended, as_crm, report
from pmkit.cli.session import Session, out, print_json, read_file
from pmkit.cli.sheets import write_file
from pmkit.domain.crm import CrmLink, ModuleMap
from pmkit.domain.kind import Record
from pmkit.domain.registry import kind_named
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text, did_you_mean

if TYPE_CHECKING:
    from pmkit.connectors.sheets import Format, Grid
    from pmkit.workspace.crm.compare import Listing
    from pmkit.workspace.crm.meta import Remote
    from pmkit.workspace.crm.said import Speaker

ID_COLUMNS = ("Record Id", "Record ID", "id", "_id", "ID", "唯一性ID", "数据ID", "记录 ID")
_PREFIX = re.compile(r"\Azcrm_")


def take_in(s: Session, file: str, module: str | None) -> None:
    """Rows are compared as a pull's: what is new comes, what changed there changes here, clashes are shown."""
    from pmkit.actions.crm import pulled
    from pmkit.connectors.sheets import read
    from pmkit.workspace.crm.compare import Comparing
    from pmkit.workspace.crm.meta import Metadata

    crm = mapping(s)
    grids = read(Path(file).name, read_file(file))
    tables = {_module_of(crm, grid, file, module): grid for grid in grids if len(grid.rows) > 1}
    rows = {name: list(_remotes(crm, name, grid)) for name, grid in tables.items()}
    links = links_of(s)

    def pages(listing: Listing) -> Iterator[Sequence[Remote]]:
        if not listing.entries[0].is_project:
            yield rows.get(listing.module, [])

    found = Comparing(crm, s.whole, links, speaker_of(s), Metadata({}, {})).run(pages, only_listed=True)
    ended = Ended()
    if not s.dry_run:
        own = s.acting
        with as_crm(s, crm) as acting:
            done = ended.pulled = pulled(s.whole, crm, found, links, s.next_id, acting, own)
            if done.edits is not None:
                written = s.write(done.edits, silent=True)
                ended.commits += [written.commit] if written.commit else []
    report(s, crm, found, ended, pull=True, push=False)


def _module_of(crm: CrmLink, grid: Grid, file: str, given: str | None) -> str:
    known = list(dict.fromkeys(entry.module for entry in crm.map))
    if given is not None:
        if given not in known:
            raise UsageError(
                Text("crm.yaml has no module {name}", "crm.yaml 中没有对象 {name}").format(name=given),
                did_you_mean(given, known),
            )
        return given
    stem = Path(file).stem
    for name in known:
        if name.casefold() in {grid.name.casefold(), stem.casefold()} or stem.casefold().startswith(name.casefold()):
            return name
    raise UsageError(
        Text("which module is “{name}” of?", "“{name}”属于哪个对象？").format(name=grid.name),
        Text("`--module {known}`", "`--module {known}`").format(known="|".join(known)),
    )


def _remotes(crm: CrmLink, module: str, grid: Grid) -> Iterator[Remote]:
    """The rows as records of theirs. Headings are field names, or their labels: case, blanks and `_` do not count."""
    from pmkit.connectors.sheets import plain_day
    from pmkit.workspace.crm.meta import Remote

    wanted = {_plain(name): name for entry in crm.map if entry.module == module for name in entry.their_fields}
    wanted |= {_plain(label): name for label, name in _labels(crm, module)}
    heads = [wanted.get(_plain(cell)) for cell in grid.rows[0]]
    ids = [n for n, cell in enumerate(grid.rows[0]) if _plain(cell) in {_plain(one) for one in ID_COLUMNS}]
    if not any(heads):
        raise UsageError(
            Text(
                "{name}: no heading is a field of {module} in crm.yaml",
                "{name}：表头中没有 crm.yaml 里 {module} 的字段",
            ).format(name=grid.name, module=module),
            Text("wanted: {names}", "可用：{names}").format(names=", ".join(wanted.values())),
        )
    for number, row in enumerate(grid.rows[1:], 2):
        values = {name: plain_day(cell) for name, cell in zip(heads, row, strict=True) if name and cell}
        record_id = _PREFIX.sub("", row[ids[0]].strip()) if ids else ""
        if values:
            yield Remote(record_id or f"row-{number}", values)


def _labels(crm: CrmLink, module: str) -> Iterator[tuple[str, str]]:
    """What our own export calls the columns."""
    for entry in crm.map:
        if entry.module == module:
            for field, mapped in entry.fields.items():
                label = _label(entry, field)
                yield label.en, mapped.theirs[0]
                yield label.zh, mapped.theirs[0]


def _label(entry: ModuleMap, field: str) -> Text:
    from pmkit.cli.crm_told import field_label

    return field_label(entry.kind, field)


def _plain(text: str) -> str:
    return re.sub(r"[\s_*＊]+", "", text).casefold()


def write_out_sheets(s: Session, file: str, module: str | None, *, overwrite: bool) -> None:
    """A sheet for each module that we write to: our key, their id where it is known, and their fields."""
    from pmkit.connectors.sheets import Column, Sheet, written
    from pmkit.workspace.crm.compare import own_key

    crm = mapping(s)
    links = links_of(s)
    speaker = speaker_of(s)
    sheets: dict[str, tuple[list[str], list[dict[str, str]]]] = {}
    for entry in crm.map:
        if not entry.pushes or entry.is_project or (module and entry.module != module):
            continue
        heads, rows = sheets.setdefault(entry.module, (["Record Id", entry.key or "Pmkit ID"], []))
        heads += [n for f, m in entry.fields.items() if entry.way(f) != "pull" for n in m.theirs if n not in heads]
        for record in s.whole.of_kind(kind_named(entry.kind)):
            seen = speaker.seen(record.id)
            if seen is None or not (speaker.may_begin(seen) or links.of(record.id, entry.module)):
                continue
            link = links.of(record.id, entry.module)
            row = {"Record Id": link.id if link else "", heads[1]: own_key(s.whole.project.code, record.id)}
            rows.append(row | dict(_cells(entry, seen, speaker)))
    tables = [
        Sheet(
            name[:31],
            tuple(Column(head) for head in heads),
            tuple(tuple(r.get(h, "") for h in heads) for r in rows),
            spare=0,
        )
        for name, (heads, rows) in sheets.items()
    ]
    if not tables:
        raise UsageError(Text("nothing is written to that module", "该对象没有需要写入的内容"))
    format_: Format = "csv" if file.lower().endswith(".csv") else "xlsx"
    if format_ == "csv" and len(tables) > 1:
        raise UsageError(
            Text("a CSV file holds one module", "CSV 文件只能存放一个对象"),
            Text("`--module {names}`, or a file .xlsx", "请用 `--module {names}` 指定，或改用 .xlsx").format(
                names="|".join(sheets)
            ),
        )
    write_file(Path(file), written(tables, format_), overwrite=overwrite)
    counts = {name: len(rows) for name, (_, rows) in sheets.items()}
    if s.json:
        print_json({"path": file, "format": format_, "records": counts})
        return
    out(file)
    for name, count in counts.items():
        out(f"  {name}  {count}")


def _cells(entry: ModuleMap, seen: Record, speaker: Speaker) -> Iterator[tuple[str, str]]:
    for field, mapped in entry.fields.items():
        if entry.way(field) != "pull":
            text = speaker.there(seen, field)
            yield mapped.theirs[0], mapped.values.get(text, text)
