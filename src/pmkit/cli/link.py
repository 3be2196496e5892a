"""`pmkit link`: the links whose far end changed, and their review."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from pmkit.cli.language import h
from pmkit.cli.session import AT_REVISION, WRITING, Session, command, group, out, print_json
from pmkit.kernel.text import Text
from pmkit.workspace.links import Link, Trace

app = group(h("Links between records, and their review", "记录间的链接及其复核"))


def _list(
    s: Session,
    record_id: Annotated[str | None, typer.Argument(metavar="[ID]")] = None,
    all_: Annotated[
        bool, typer.Option("--all", help=h("also those that are in order", "也列出无需复核的链接"))
    ] = False,
) -> None:
    trace = Trace(s.whole)
    only = trace.ws.get(record_id).id if record_id else None
    suspects = {(one.link.holder, one.link.target) for one in trace.suspects}
    unreviewed = {(link.holder, link.target) for link in trace.unreviewed}
    found: list[tuple[Link, str]] = []
    for record in trace.ws.records.values():
        for target in trace.upstream(record.id):
            state = (
                "suspect"
                if (record.id, target) in suspects
                else "unreviewed"
                if (record.id, target) in unreviewed
                else "fine"
            )
            if (all_ or state != "fine") and only in {None, record.id, target}:
                found.append((trace.between(record.id, target)[0], state))
    if s.json:
        print_json([_as_json(link, state) for link, state in found])
        return
    if not found:
        out(h("every link is in order", "没有待复核的链接"))
        return
    from pmkit.output.tables import table, terminal_width

    words = {
        "suspect": h("▲ suspect: it changed since", "▲ 需复核：对方内容已变更"),
        "unreviewed": h("never reviewed", "未曾复核"),
        "fine": h("in order", "正常"),
    }
    heads = [h("Record", "记录"), h("Title", "名称"), h("names", "链接到"), h("Title", "名称"), h("State", "状态")]
    names = trace.ws.records
    rows = [
        [link.holder, names[link.holder].name_to_show, link.target, names[link.target].name_to_show, words[state]]
        for link, state in found
    ]
    sys.stdout.write(table(heads, rows, terminal_width()))
    out(
        h(
            "`pmkit link review ID...` once you have looked at what changed (`pmkit log ID`)",
            "查看变更内容（`pmkit log 编号`）后，用 `pmkit link review 编号...` 复核",
        )
    )


def _as_json(link: Link, state: str) -> dict[str, Any]:
    return {"record": link.holder, "field": link.field, "target": link.target, "state": state}


def _review(
    s: Session,
    ids: Annotated[list[str], typer.Argument(metavar="ID...")],
    of: Annotated[
        list[str] | None,
        typer.Option("--of", metavar="ID", help=h("only links to these records", "只复核指向这些记录的链接")),
    ] = None,
) -> None:
    from pmkit.actions.links import known, review

    trace = Trace(s.whole)
    edits = review(trace, [known(trace, one) for one in ids], [known(trace, one) for one in of or []], s.acting)
    s.write(edits, edits.subject if len(edits.records) > 1 else Text.same(""))


command(app, "list", h("The links that wait for a review", "列出待复核的链接"), AT_REVISION)(_list)
command(app, "review", h("Say that a link still holds", "确认链接仍然成立"), WRITING)(_review)
