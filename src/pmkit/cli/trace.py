"""`pmkit trace`, `pmkit impact`: where a record comes from and what follows from it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pmkit.cli.language import h, language, tell
from pmkit.cli.session import AT_REVISION, Session, command, one_of, out, print_json, single
from pmkit.domain.kind import Record, Tracked
from pmkit.domain.plan import Task
from pmkit.kernel.errors import UsageError, cannot_write
from pmkit.kernel.text import LANGS, Lang, Text, shorten
from pmkit.workspace.links import Trace

if TYPE_CHECKING:
    from pmkit.workspace.coverage import Coverage

trace_app, impact_app = single(), single()
FORMATS = ("text", "md", "html", "csv", "xlsx")


def _trace(
    s: Session,
    record_id: Annotated[str | None, typer.Argument(metavar="[ID]")] = None,
    matrix: Annotated[bool, typer.Option("--matrix", help=h("the traceability matrix", "需求跟踪矩阵"))] = False,
    format_: Annotated[str, typer.Option("--format", help="text, md, html, csv, xlsx")] = "text",
    lang: Annotated[
        str | None, typer.Option(help=h("zh or en (default: the project's)", "zh 或 en（默认为项目语言）"))
    ] = None,
    audience: Annotated[
        str, typer.Option(help=h("customer or internal", "读者：customer（客户）或 internal（内部）"))
    ] = "internal",
    out_: Annotated[
        str | None, typer.Option("--out", metavar="PATH", help=h("where to write", "输出位置（默认标准输出）"))
    ] = None,
) -> None:
    one_of(format_, FORMATS)
    one_of(audience, ("customer", "internal"))
    if matrix:
        if record_id is not None:
            raise UsageError(
                Text("the matrix is of the whole project", "跟踪矩阵针对整个项目"),
                Text.same(f"pmkit trace {record_id} | pmkit trace --matrix"),
            )
        _matrix(s, format_, lang, audience, out_)
        return
    if format_ != "text" or out_:
        raise UsageError(
            Text("--format and --out go with --matrix", "--format 和 --out 须与 --matrix 同用"),
            Text.same("pmkit trace --matrix --format html --out matrix.html"),
        )
    trace = Trace(s.whole)
    if record_id is None:
        _coverage(s, trace)
        return
    record: Record = s.whole.get(record_id)
    if s.json:
        data = _node_json(trace, record.id)
        data["upstream"] = _branches_json(trace, record.id, trace.upstream, upwards=True)
        data["downstream"] = _branches_json(trace, record.id, trace.downstream, upwards=False)
        print_json(data)
        return
    from pmkit.output.tree import tree_lines

    out(_line(record))
    drawn = []
    for title, step, upwards in (
        (h("comes from", "来源"), trace.upstream, True),
        (h("leads to", "去向"), trace.downstream, False),
    ):
        lines = list(tree_lines(_branches(trace, record.id, step, upwards=upwards)))
        out(f"\n{title}")
        out("\n".join(lines) or h("   nothing", "   无"))
        drawn += lines
    if any(line.endswith("▲") for line in drawn):
        out(
            h(
                "\n▲ the other end changed since the link was last reviewed: `pmkit link list`, `pmkit link review ID`",
                "\n▲ 需复核：链接对方的内容已变更。可用 `pmkit link list` 查看，`pmkit link review 编号` 复核",
            )
        )


def _line(record: Record, *, seen: bool = False, suspect: bool = False) -> str:
    """A record on one line: kind, id, title, state."""
    label = tell(record.kind.label)
    if isinstance(record, Task) and record.is_milestone:
        label = h("milestone", "里程碑")
    state = state_words(record)
    parts = [label, record.id, shorten(record.name_to_show, 60), f"[{state}]" if state else ""]
    parts += [h("(see above)", "（见上）") if seen else "", "▲" if suspect else ""]
    return " ".join(part for part in parts if part)


def state_words(record: Record) -> str:
    """The state of a record in words; nothing for kinds that have none."""
    states = record.kind.states
    if not isinstance(record, Tracked) or states is None:
        return ""
    return tell(states.names.get(record.status, Text.same(record.status)))


def _branches(
    trace: Trace, start: str, step: Callable[[str], list[str]], *, upwards: bool, known: set[str] | None = None
) -> list[Any]:
    """The branches from a record; what stands further up already is named once more, but not followed again."""
    from pmkit.output.tree import Branch

    known = {start} if known is None else known
    found = []
    for other in step(start):
        holder, target = (start, other) if upwards else (other, start)
        again = other in known and bool(step(other))
        suspect = trace.suspect(holder, target) is not None
        line = _line(trace.ws.records[other], seen=again, suspect=suspect)
        if other in known:
            found.append(Branch(line))
            continue
        known.add(other)
        found.append(Branch(line, _branches(trace, other, step, upwards=upwards, known=known)))
    return found


def _branches_json(
    trace: Trace, start: str, step: Callable[[str], list[str]], *, upwards: bool, known: set[str] | None = None
) -> list[dict[str, Any]]:
    known = {start} if known is None else known
    found = []
    for other in step(start):
        holder, target = (start, other) if upwards else (other, start)
        data = _node_json(trace, other)
        data["fields"] = sorted({link.field for link in trace.between(holder, target)})
        data["suspect"] = trace.suspect(holder, target) is not None
        if other not in known:
            known.add(other)
            below = _branches_json(trace, other, step, upwards=upwards, known=known)
            if below:
                data["upstream" if upwards else "downstream"] = below
        found.append(data)
    return found


def _node_json(trace: Trace, record_id: str) -> dict[str, Any]:
    record = trace.ws.records[record_id]
    return {
        "id": record_id,
        "kind": record.kind.name,
        "title": record.name_to_show,
        "status": getattr(record, "status", None),
    }


def _coverage(s: Session, trace: Trace) -> None:
    """How much of the requirements is covered, and which are not."""
    from pmkit.workspace.coverage import alive, coverage, share

    found = coverage(trace, alive(trace.ws))
    if s.json:
        print_json(
            {
                "coverage": [_coverage_json(one) for one in found],
                "suspect_links": len(trace.suspects),
                "unreviewed_links": len(trace.unreviewed),
            }
        )
        return
    from pmkit.output.tables import table, terminal_width

    heads = [h("requirements with", "需求已具备"), h("must", "必须"), h("all", "全部"), h("still without", "尚缺")]
    rows = [
        [tell(one.what), share(one.must, one.of_must), share(one.all, one.of_all), " ".join(one.lacking)]
        for one in found
    ]
    sys.stdout.write(table(heads, rows, terminal_width(), right=(1, 2)))
    if trace.suspects:
        out(
            h(f"▲ {len(trace.suspects)} suspect links", f"▲ {len(trace.suspects)} 条链接需复核")
            + h(": `pmkit link list`", "：`pmkit link list`")
        )


def _coverage_json(one: Coverage) -> dict[str, Any]:
    return {
        "what": one.key, "must": one.must, "of_must": one.of_must, "all": one.all, "of_all": one.of_all,
        "lacking": list(one.lacking),
    }  # fmt: skip


def _matrix(s: Session, format_: str, lang: str | None, audience: str, path: str | None) -> None:
    from pmkit.cli.rendering.base import basis
    from pmkit.reports.traceability import traceability_matrix
    from pmkit.workspace.audience import for_customer

    if lang is not None:
        one_of(lang, LANGS)
    chosen: Lang = "en" if (lang or (language() if format_ == "text" else s.whole.project.language)) == "en" else "zh"
    ws = s.whole if audience == "internal" else for_customer(s.whole)
    view = traceability_matrix(ws, "internal" if audience == "internal" else "customer", basis(s, None))
    if s.json:
        keys = ("no", "id", "title", "priority", "category", "source", "objectives", "tasks", "deliverables", "cases",
                 "signed_in", "changes", "status", "suspect")  # fmt: skip
        print_json([dict(zip(keys, row.cells(n, chosen), strict=True)) for n, row in enumerate(view.rows, 1)])
        return
    if format_ in {"csv", "xlsx"}:
        from pmkit.connectors.sheets import Column, Sheet, written

        rows = tuple(row.cells(number, chosen) for number, row in enumerate(view.rows, 1))
        columns = tuple(Column(heading.to(chosen)) for heading, _ in view.columns)
        _write(written([Sheet(view.title(chosen), columns, rows)], "xlsx" if format_ == "xlsx" else "csv"), path)
    elif format_ == "text":
        from pmkit.output.tables import table, terminal_width

        shown = (1, 2, 3, 7, 8, 9, 10, 11, 12, 13)  # category, source and objective take paper, or a spreadsheet
        heads = [view.columns[n][0].to(chosen) for n in shown]
        cells = [row.cells(number, chosen) for number, row in enumerate(view.rows, 1)]
        _write(table(heads, [[row[n] for n in shown] for row in cells], terminal_width()).encode(), path)
    else:
        from pmkit.reports.document import compose, write
        from pmkit.workspace.layout import TEMPLATES

        templates = s.root / TEMPLATES
        document = compose("traceability", view, chosen, templates if templates.is_dir() else None)
        _write(write(document, format_), path)


def _write(content: bytes, path: str | None) -> None:
    """To the file, whose path is printed, or to standard output."""
    if path is None or path == "-":
        sys.stdout.buffer.write(content)
        return
    from pathlib import Path

    try:
        Path(path).write_bytes(content)
    except OSError as error:
        raise cannot_write(path, error) from None
    out(path)


def _impact(s: Session, record_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    from pmkit.workspace.impact import reach_of

    trace = Trace(s.whole)
    record: Record = s.whole.get(record_id)
    reach = reach_of(trace, record, s.planned)
    if s.json:
        print_json(
            {
                "id": record.id,
                "downstream": [_node_json(trace, i) | {"path": list(path)} for i, path in reach.records.items()],
                "milestones": [
                    {"id": m, "title": trace.ws.records[m].name_to_show, "after": list(path)}
                    for m, path in reach.milestones.items()
                ],
            }
        )
        return
    out(_line(record))
    if not reach.records and not reach.milestones:
        out(h("nothing follows from it", "没有受其影响的记录"))
        return
    from pmkit.output.tables import table, terminal_width

    heads = [h("Kind", "类型"), h("ID", "编号"), h("Title", "名称"), h("State", "状态"), h("by way of", "经由")]
    rows = []
    for other, path in sorted(reach.records.items(), key=lambda item: _order(trace.ws.records[item[0]])):
        found = trace.ws.records[other]
        rows.append([tell(found.kind.label), other, found.name_to_show, state_words(found), " → ".join(path[:-1])])
    for other, path in reach.milestones.items():
        found = trace.ws.records[other]
        rows.append([h("milestone", "里程碑"), other, found.name_to_show, _forecast(s, other), " → ".join(path[:-1])])
    sys.stdout.write(table(heads, rows, terminal_width()))


def _order(record: Record) -> tuple[int, str]:
    """Kinds in the order of a project's life, the others behind."""
    from pmkit.workspace.impact import KINDS_IN_ORDER as ORDER

    name = record.kind.name
    return (ORDER.index(name), "") if name in ORDER else (len(ORDER), name)


def _forecast(s: Session, milestone: str) -> str:
    """When the plan reaches the milestone."""
    return s.planned.item(milestone).finish.date().isoformat() if s.planned else ""


command(trace_app, "trace", h("Where a record comes from and leads to", "查看记录的来源与去向"), AT_REVISION)(_trace)
command(impact_app, "impact", h("Everything that follows from a record", "列出受某条记录影响的全部内容"), AT_REVISION)(
    _impact
)
