"""`pmkit contract`."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from pmkit.cli.generic import (
    NOT_GIVEN,
    ask_missing,
    list_command,
    options_of,
    set_command,
    show_command,
    transitions,
    with_options,
)
from pmkit.cli.language import h, tell
from pmkit.cli.session import AT_REVISION, WRITING, Session, command, group, out, print_json, read_file
from pmkit.domain.contracts import CONTRACT, Contract
from pmkit.domain.problems import validated
from pmkit.kernel.errors import BadWorkspace, UsageError
from pmkit.kernel.text import Text
from pmkit.kernel.usage import usage

app = group(tell(CONTRACT.plural))
_HERE = frozenset({"amends", "changes", "signed_digest", "signed_names", "commenced_on", "notice"})
_fields = {name: found for name, found in options_of(CONTRACT).items() if found[0] not in _HERE}
_File = Annotated[
    str | None,
    typer.Option(
        "--file",
        metavar="FILE",
        help=h("contract.yaml, or the customer's sheet of clauses", "contract.yaml 或客户的条款表"),
    ),
]
_Sheet = Annotated[
    str | None, typer.Option("--sheet", metavar="NAME", help=h("which sheet of the workbook", "工作表名称"))
]
_Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="HEADING=FIELD",
        help=h("what a heading means; may be repeated", "表头与字段的对应；可重复"),
    ),
]
_Id = Annotated[str, typer.Argument(metavar="CTR-ID")]
_Evidence = Annotated[str | None, typer.Option("--evidence", metavar="FILE", help=h("the scan", "扫描件"))]


def _add(s: Session, file: _File = None, sheet: _Sheet = None, map_: _Map = None, **values: Any) -> None:
    from pmkit.actions.contracts import add
    from pmkit.actions.evidence import Received

    given = {_fields[name][0]: value for name, value in values.items() if value not in NOT_GIVEN}
    said = _said(s, file, sheet, map_ or [])
    whole = ask_missing(CONTRACT, {**said.values, **given})
    kept = Received(Path(file or "").name, said.source) if said.source is not None else None
    s.write(add(s.ws, whole, kept, s.next_id, s.acting), *said.told)


@dataclass(frozen=True, slots=True)
class _Said:
    """What a file says of a contract, what to tell of it, and the bytes of a sheet."""

    values: dict[str, Any]
    told: tuple[Text, ...] = ()
    source: bytes | None = None


def _said(s: Session, file: str | None, sheet: str | None, mapped: list[str]) -> _Said:
    if file is None:
        return _Said({})
    data = read_file(file)
    if file.lower().endswith((".yaml", ".yml")):
        return _Said(_yaml(file, data))
    from pmkit.connectors.clauses import clauses_of, unknown_ids
    from pmkit.connectors.sheets import read
    from pmkit.workspace.model import normal_id

    name = Path(file).name
    found = clauses_of(name, read(name, data), sheet, mapped, s.ws.project.currency)
    wrong = [*found.wrong, *unknown_ids(found, lambda one: s.ws.knows(normal_id(one)))]
    if wrong:
        line = Text(en="{cell}: {says}", zh="{cell}：{says}")
        raise UsageError(
            Text.join((line.format(cell=one.cell, says=one.says) for one in wrong), en="\n", zh="\n"),
            Text(en="correct {file}; nothing was taken", zh="请更正 {file}；未导入任何内容").format(file=name),
        )
    for clause in found.clauses:
        for key in ("requirements", "deliverables", "cases"):
            if key in clause:
                clause[key] = [normal_id(one) for one in clause[key]]
    told = (_told(found.clauses, found.sections), *_left_out(found.unknown))
    return _Said({**found.contract, "clauses": found.clauses}, told, data)


def _yaml(file: str, data: bytes) -> dict[str, Any]:
    from pmkit.store.yaml_text import decode, parse

    content, findings = decode(data, file)
    value, more = parse(content, file) if content is not None else (None, [])
    if findings or more or not isinstance(value, dict):
        says = Text(en="{path} cannot be used", zh="{path} 无法使用").format(path=file)
        raise BadWorkspace(says, None, [*findings, *more])
    return {key: one for key, one in value.items() if one is not None}


def _told(clauses: list[dict[str, Any]], sections: int) -> Text:
    return Text(
        en="{n} clauses, {stars} with ★, {worse} negative deviations; {sections} section headings left out",
        zh="条款 {n} 条，其中★ {stars} 条，负偏离 {worse} 条；略去章节标题 {sections} 行",
    ).format(
        n=len(clauses), stars=sum(1 for one in clauses if one.get("star")),
        worse=sum(1 for one in clauses if one.get("deviation") == "negative"), sections=sections,
    )  # fmt: skip


def _left_out(unknown: list[str]) -> list[Text]:
    if not unknown:
        return []
    names = Text.join(map(Text.same, unknown))
    return [Text(en="columns left out: {names}", zh="未导入的列：{names}").format(names=names)]


def _clauses(
    s: Session,
    contract_id: _Id,
    file: Annotated[str, typer.Option("--file", metavar="FILE", help=h("the sheet", "条款表"))],
    sheet: _Sheet = None,
    map_: _Map = None,
) -> None:
    from pmkit.actions.contracts import take_clauses

    said = _said(s, file, sheet, map_ or [])
    found = said.values.get("clauses", [])
    s.write(take_clauses(s.ws, s.ws.get(contract_id, Contract), found, s.acting), *said.told)


def _link(
    s: Session,
    contract_id: _Id,
    clause: Annotated[str, typer.Argument(metavar="CLAUSE", help=h("clause number", "条款号"))],
    requirement: Annotated[list[str] | None, typer.Option("--requirement", metavar="ID")] = None,
    deliverable: Annotated[list[str] | None, typer.Option("--deliverable", metavar="ID")] = None,
    case: Annotated[list[str] | None, typer.Option("--case", metavar="ID")] = None,
) -> None:
    from pmkit.actions.contracts import link

    given = {"requirements": requirement, "deliverables": deliverable, "cases": case}
    s.write(link(s.ws, s.ws.get(contract_id, Contract), clause, {k: v for k, v in given.items() if v}, s.acting))


def _sign(s: Session, contract_id: _Id, evidence: _Evidence = None) -> None:
    from pmkit.actions.contracts import sign
    from pmkit.cli.change_decide import received

    s.write(sign(s.ws, s.ws.get(contract_id, Contract), received(evidence, None), s.acting))


def _commence(
    s: Session,
    contract_id: Annotated[str | None, typer.Argument(metavar="[CTR-ID]")] = None,
    notice: Annotated[
        str | None, typer.Option("--notice", metavar="TEXT", help=h("number of the order", "开工令编号"))
    ] = None,
    evidence: _Evidence = None,
) -> None:
    from pmkit.actions.contracts import commence
    from pmkit.cli.change_decide import received

    s.write(commence(_contract(s, contract_id), notice, received(evidence, None), s.acting))


def _contract(s: Session, contract_id: str | None) -> Contract:
    from pmkit.workspace.contracts import main_contract

    found = s.ws.get(contract_id, Contract) if contract_id else main_contract(s.ws, signed=False)
    if found is None:
        raise UsageError(Text("there is no contract", "没有合同"), Text.same("`pmkit contract add --file ...`"))
    return found


def _amend(
    s: Session,
    change: Annotated[
        list[str],
        typer.Option(
            "--change",
            metavar="CR-ID",
            help=h("the change that it takes over; may be repeated", "纳入的变更；可重复"),
        ),
    ],
    file: _File = None,
    sheet: _Sheet = None,
    map_: _Map = None,
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT", help=h("name", "名称"))] = None,
    number: Annotated[str | None, typer.Option("--number", metavar="TEXT", help=h("number", "编号"))] = None,
    price: Annotated[
        str | None, typer.Option("--price", metavar="AMOUNT", help=h("the new price with tax", "新的含税价款"))
    ] = None,
    period_days: Annotated[
        str | None,
        typer.Option(
            "--period-days",
            metavar="DAYS",
            help=h("the new period in calendar days", "新的合同工期（日历天）"),
        ),
    ] = None,
) -> None:
    from pmkit.actions.contracts import amend, created
    from pmkit.output.contracts import changed_text
    from pmkit.workspace.contracts import what_changed

    said = _said(s, file, sheet, map_ or [])
    given = {"title": title, "number": number, "price": price, "period_days": period_days}
    values = {**said.values, **{key: value for key, value in given.items() if value}}
    edits = amend(s.ws, change, values, s.planned, s.next_id, s.acting)
    made = validated(Contract, {"id": edits.records[0], **created(edits)})
    lines = changed_text(what_changed(s.ws, made))
    s.write(edits, *said.told, *lines, usage(f"`pmkit contract sign {made.id} --evidence FILE`"))


def _matrix(
    s: Session,
    format_: Annotated[str, typer.Option("--format", metavar="text|csv|xlsx", help=h("how", "格式"))] = "text",
    path: Annotated[str | None, typer.Option("--out", metavar="FILE", help=h("where to", "输出文件"))] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help=h("replace the file", "覆盖已有文件"))] = False,
) -> None:
    from pmkit.cli.session import one_of
    from pmkit.output.contracts import matrix_json, matrix_rows, matrix_text
    from pmkit.output.tables import terminal_width

    one_of(format_, ("text", "csv", "xlsx"))
    if s.json:
        print_json(matrix_json(s.whole))
    elif format_ == "text":
        sys.stdout.write(matrix_text(s.whole, s.lang, terminal_width()))
    else:
        from pmkit.cli.sheets import write_file
        from pmkit.connectors.sheets import Column, Sheet, written

        heads, rows = matrix_rows(s.whole, s.lang)
        title = h("Contract compliance matrix", "合同响应对照表")
        sheet = Sheet(title, tuple(Column(head) for head in heads), tuple(map(tuple, rows)), spare=0)
        target = Path(path or f"{s.whole.project.code}_{title}.{format_}")
        write_file(target, written([sheet], "csv" if format_ == "csv" else "xlsx"), overwrite=overwrite)
        out(str(target))


command(app, "add", h("Take in a contract with its clauses", "登记合同及条款"), WRITING)(with_options(_add, _fields))
list_command(app, CONTRACT)
show_command(app)
set_command(app)
command(app, "clauses", h("Take clauses from a sheet into a draft", "向合同草稿导入条款表"), WRITING)(_clauses)
command(app, "link", h("Say what a clause leads to", "将条款关联到需求、交付物、用例"), WRITING)(_link)
command(app, "sign", h("Record that it was signed", "记录签订"), WRITING, aliases={"as_": "--by"})(_sign)
command(app, "commence", h("The period begins", "记录开工，合同工期起算"), WRITING)(_commence)
command(app, "amend", h("A supplementary agreement that takes changes over", "按变更拟定补充协议"), WRITING)(_amend)
command(app, "matrix", h("Clause by clause: response, deviation, what shows it", "合同响应对照表"), AT_REVISION)(
    _matrix
)
transitions(app, CONTRACT)
