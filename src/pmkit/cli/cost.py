"""`pmkit cost`: budget, orders, actual costs, estimates, and what they come to."""

from __future__ import annotations

import sys
from typing import Annotated, Any, Literal

import typer

from pmkit.cli.generic import shared_transitions
from pmkit.cli.language import h, tell
from pmkit.cli.payment import app as payment_app
from pmkit.cli.payment import invoice
from pmkit.cli.session import (
    AT_REVISION,
    WRITING,
    Session,
    command,
    group,
    one_of,
    out,
    parse_date,
    print_json,
    read_file,
)
from pmkit.cli.sheets import Mapped, Quote
from pmkit.domain.costs import ACTUAL, BUDGET, CATEGORIES, COMMITMENT, TRANSFER
from pmkit.domain.payments import INVOICE
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text

app = group(h("Budget, orders, actual costs, forecasts", "预算、订单、实际成本与估算"))
_CATEGORIES = ", ".join(c if tell(t).casefold() == c else f"{c} {tell(t)}" for c, t in CATEGORIES.items())
Category = Annotated[
    str | None, typer.Option("--category", metavar="CATEGORY", help=h("category: ", "科目：") + _CATEGORIES)
]
Amount = Annotated[str | None, typer.Option("--amount", metavar="AMOUNT", help=h("the amount", "金额"))]
Phase = Annotated[str | None, typer.Option("--phase", metavar="PH-ID", help=h("for which phase", "所属阶段"))]
Task = Annotated[str | None, typer.Option("--task", metavar="T-ID", help=h("for which task", "所属任务"))]
What = Annotated[str | None, typer.Option("--what", metavar="TEXT", help=h("what it is for", "摘要"))]
Lines = Annotated[
    list[str] | None,
    typer.Option(
        "--line",
        metavar="CATEGORY=AMOUNT[@PH1|@T-001]",
        help=h("a line, written short; may be repeated", "一行明细的简写；可重复"),
    ),
]
Title = Annotated[str | None, typer.Option("--title", metavar="TEXT", help=h("title", "名称"))]
Vendor = Annotated[str | None, typer.Option("--vendor", metavar="TEXT", help=h("from whom", "供货单位"))]


def _lines(
    s: Session,
    short: list[str] | None,
    category: str | None,
    amount: str | None,
    phase: str | None,
    task: str | None,
    what: str | None,
    *,
    needed: bool = True,
) -> list[dict[str, Any]]:
    from pmkit.actions.costs import line_of, lines_of

    found = lines_of(s.ws, short or [])
    if category or amount or phase or task or (needed and not found):
        found.append(line_of(s.ws, category, amount, phase, task, what))
    return found


def _said(s: Session, lines: list[dict[str, Any]]) -> str:
    """What an entry is called where nobody said: its categories."""
    words = dict.fromkeys(CATEGORIES[line["category"]].to(s.project.language) for line in lines)
    return ("、" if s.project.language == "zh" else ", ").join(words)


def _budget(
    s: Session,
    record_id: Annotated[str | None, typer.Argument(metavar="[BUD-ID]")] = None,
    category: Category = None,
    amount: Amount = None,
    phase: Phase = None,
    task: Task = None,
    what: What = None,
    line: Lines = None,
    contingency: Annotated[
        str | None,
        typer.Option(metavar="AMOUNT", help=h("contingency reserve, for known risks", "应急储备（已识别风险）")),
    ] = None,
    management_reserve: Annotated[
        str | None,
        typer.Option(
            "--management-reserve",
            metavar="AMOUNT",
            help=h("management reserve, for the unknown", "管理储备（未知风险）"),
        ),
    ] = None,
    from_plan: Annotated[
        bool,
        typer.Option("--from-plan", help=h("lines from the planned costs of the tasks", "由任务的计划成本生成明细")),
    ] = False,
    title: Title = None,
) -> None:
    from pmkit.actions.costs import budget, category_named, lines_from_plan

    if from_plan:
        lines = lines_from_plan(s.ws, category_named(category or "labour"))
    else:
        lines = _lines(s, line, category, amount, phase, task, what, needed=False)
    values = {"title": title, "contingency": contingency, "management_reserve": management_reserve}
    s.write(budget(s.ws, record_id, values, lines, s.next_id, s.acting))


def _commit(
    s: Session,
    title: Title = None,
    vendor: Vendor = None,
    order_no: Annotated[
        str | None, typer.Option("--order-no", metavar="TEXT", help=h("number of the order", "订单号"))
    ] = None,
    due: Annotated[str | None, typer.Option(metavar="DATE", help=h("delivery due", "交付日期"))] = None,
    category: Category = None,
    amount: Amount = None,
    phase: Phase = None,
    task: Task = None,
    what: What = None,
    line: Lines = None,
) -> None:
    from pmkit.actions.costs import commit

    lines = _lines(s, line, category, amount, phase, task, what)
    values = {"title": title or what or _said(s, lines), "vendor": vendor, "order_no": order_no, "due": due}
    s.write(commit(s.ws, values, lines, s.next_id, s.acting))


def _actual(
    s: Session,
    title: Title = None,
    vendor: Vendor = None,
    voucher: Annotated[
        str | None, typer.Option(metavar="TEXT", help=h("number of the voucher or invoice", "凭证号或发票号"))
    ] = None,
    order: Annotated[str | None, typer.Option(metavar="ORD-ID", help=h("the order it pays", "对应订单编号"))] = None,
    category: Category = None,
    amount: Amount = None,
    phase: Phase = None,
    task: Task = None,
    what: What = None,
    line: Lines = None,
) -> None:
    from pmkit.actions.costs import alike, spend

    lines = _lines(s, line, category, amount, phase, task, what)
    values = {"title": title or what or _said(s, lines), "vendor": vendor, "voucher": voucher, "commitment": order}
    near = alike(s.ws, {**values, "on": s.acting.on.isoformat()}, lines)
    edits = spend(s.ws, values, lines, s.next_id, s.acting)
    note = Text(en="may be the same money as {ids}", zh="可能与 {ids} 重复").format(ids=", ".join(near))
    s.write(edits, *([note] if near else []), more={"alike": near})


def _import(
    s: Session,
    file: Annotated[str, typer.Argument(metavar="FILE", help=h("a CSV or Excel file", "CSV 或 Excel 文件"))],
    sheet: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help=h("which sheet of a workbook (default: the first)", "工作表名（默认第一张）")
        ),
    ] = None,
    map_: Mapped = None,
    category: Category = None,
    category_of: Annotated[
        list[str] | None,
        typer.Option(
            "--category-of",
            metavar="TEXT=CATEGORY",
            help=h("which category a word of the file means; may be repeated", "文件中的科目名对应哪个科目；可重复"),
        ),
    ] = None,
    into: Annotated[
        str,
        typer.Option(
            metavar="actual|budget", help=h("actual costs or lines of the budget", "导入为实际成本或预算明细")
        ),
    ] = "actual",
    title: Title = None,
    quote: Quote = '"',
) -> None:
    import hashlib
    from pathlib import Path

    from pmkit.actions.costs import category_named
    from pmkit.cli.sheets import mapped_columns, refuse_mistakes, sheet_named, yaml_in_cells
    from pmkit.connectors.ledgers import ROW, ledger_of, not_understood
    from pmkit.connectors.sheets import read

    is_budget = one_of(into, ("actual", "budget")) == "budget"
    data = read_file(file)
    grid = sheet_named(read(Path(file).name, data, quote=quote), sheet)
    meant = dict(_meaning(text) for text in category_of or ())
    own = category_named(category) if category else None
    mapped = mapped_columns(ROW, map_ or ())
    found = ledger_of(s.whole, grid, yaml_in_cells(), mapped, meant, own, needs_day=not is_budget)
    mistakes = sorted([*found.reading.mistakes, *found.mistakes], key=lambda m: m.line)
    refuse_mistakes(s, ACTUAL, file, found.reading, mistakes)
    notes = [
        Text(en="“{said}” taken for {ours}: {n} rows", zh="“{said}”归入{ours}：{n} 行").format(
            said=said, ours=CATEGORIES[code], n=n
        )
        for (said, code), n in sorted(found.guessed.items())
    ]
    if found.totals:
        notes.append(Text(en="rows of totals left out: {n}", zh="已跳过合计行：{n} 行").format(n=found.totals))
    if ignored := not_understood(found.reading):
        names = Text(", ".join(ignored), "、".join(ignored))
        notes.append(Text(en="columns left out: {names}", zh="未采用的列：{names}").format(names=names))
    name = Path(file).name
    if is_budget:
        _import_budget(s, found.lines, title, notes)
    else:
        values = {"title": title or Path(file).stem, "source": name, "sha256": hashlib.sha256(data).hexdigest()}
        _import_actual(s, found.lines, values, notes)


def _meaning(text: str) -> tuple[str, str]:
    from pmkit.actions.costs import category_named

    said, equals, ours = text.rpartition("=")
    if not equals or not said:
        raise UsageError(Text(en="`{text}` is not TEXT=CATEGORY", zh="`{text}` 应写成 名称=科目").format(text=text))
    return said, category_named(ours)


def _import_actual(
    s: Session, lines: list[tuple[int, dict[str, Any]]], values: dict[str, Any], notes: list[Text]
) -> None:
    from pmkit.actions.costs import take_ledger
    from pmkit.kernel.money import Money

    taken = take_ledger(s.whole, lines, values, s.next_id, s.acting)
    said = [Text(en="{new} rows new, {known} known", zh="新增 {new} 行，已有 {known} 行").format(
        new=taken.new, known=taken.known
    )]  # fmt: skip
    said += [Text.same(Money(amount, currency).printed()) for currency, amount in taken.total.items()]
    near = Text(en="row {row} may be the same money as {id}", zh="第 {row} 行可能与 {id} 重复")
    shown = [near.format(row=number + 1, id=entry) for number, entry in taken.near]
    more = {
        "new": taken.new,
        "known": taken.known,
        "near": [{"row": number + 1, "like": entry} for number, entry in taken.near],
    }
    if taken.edits is not None:
        s.write(taken.edits, Text.join(said, en=", ", zh="，"), *shown, *notes, more=more)
    elif s.json:
        print_json({"id": None, "path": "", "commit": None, "paths": [], **more})
    else:
        out("\n".join(tell(note) for note in [*said, *shown, *notes]))


def _import_budget(s: Session, lines: list[tuple[int, dict[str, Any]]], title: str | None, notes: list[Text]) -> None:
    from pmkit.actions.costs import budget, new_budget_lines

    fresh = new_budget_lines(s.whole, [(n, {k: v for k, v in raw.items() if k in _BUDGETED}) for n, raw in lines])
    more = {"new": len(fresh), "known": len(lines) - len(fresh), "near": []}
    said = Text(en="{new} rows new, {known} known", zh="新增 {new} 行，已有 {known} 行").format(
        new=more["new"], known=more["known"]
    )
    if fresh:
        s.write(budget(s.whole, None, {"title": title}, fresh, s.next_id, s.acting), said, *notes, more=more)
    elif s.json:
        print_json({"id": None, "path": "", "commit": None, "paths": [], **more})
    else:
        out("\n".join(tell(note) for note in [said, *notes]))


_BUDGETED = frozenset({"category", "amount", "phase", "task", "what"})


def _forecast(
    s: Session,
    category: Category = None,
    remaining: Annotated[
        str | None,
        typer.Option("--remaining", "--amount", metavar="AMOUNT", help=h("still to be spent (ETC)", "尚需支出（ETC）")),
    ] = None,
    phase: Phase = None,
    task: Task = None,
    what: What = None,
    line: Lines = None,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help=h("why", "说明"))] = None,
) -> None:
    from pmkit.actions.costs import forecast

    lines = _lines(s, line, category, remaining, phase, task, what)
    s.write(forecast(s.ws, lines, reason, s.next_id, s.acting))


def _transfer(
    s: Session,
    from_: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="SOURCE",
            help=h(
                "contingency, management, a change's id, or CATEGORY[@PH1|@T-001]",
                "contingency 应急储备、management 管理储备、变更编号，或 科目[@PH1|@T-001]",
            ),
        ),
    ],
    category: Category = None,
    amount: Amount = None,
    phase: Phase = None,
    task: Task = None,
    what: What = None,
    line: Lines = None,
    reason: Annotated[str | None, typer.Option("--reason", "--title", metavar="TEXT", help=h("why", "事由"))] = None,
    risk: Annotated[str | None, typer.Option(metavar="RSK-ID", help=h("the risk that took it", "对应风险编号"))] = None,
    approved_by: Annotated[
        str | None, typer.Option("--approved-by", metavar="HANDLE", help=h("who released it", "批准人"))
    ] = None,
) -> None:
    from pmkit.actions.costs import transfer

    lines = _lines(s, line, category, amount, phase, task, what)
    values = {"title": reason, "risk": risk, "approved_by": approved_by}
    s.write(transfer(s.ws, from_, {k: v for k, v in values.items() if v}, lines, s.next_id, s.acting))


def _show(
    s: Session,
    by: Annotated[
        str,
        typer.Option(
            "--by",
            metavar="phase|category|task",
            help=h("phase, category or task", "phase 阶段、category 科目、task 任务"),
        ),
    ] = "category",
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help=h("what was known by that day", "截至该日"))] = None,
) -> None:
    from pmkit.output.costs import PARTS, accounts_json, accounts_text
    from pmkit.output.tables import terminal_width
    from pmkit.workspace.costs import accounts

    part: Literal["phase", "category", "task"] = one_of(by, PARTS)  # type: ignore[assignment]
    day = parse_date(as_of) if as_of else s.today
    found = accounts(s.whole, day)
    if s.json:
        print_json(accounts_json(s.whole, found, day))
    else:
        sys.stdout.write(accounts_text(s.whole, found, part, day, s.lang, terminal_width()))


command(
    app, "show", h("What was budgeted, ordered, spent, and is still to come", "预算、已签、实际与估算一览"), AT_REVISION
)(_show)
command(app, "budget", h("Add lines and reserves to the budget", "编制预算：明细与储备"), WRITING)(_budget)
command(app, "commit", h("Record an order or subcontract", "登记订单或分包合同"), WRITING)(_commit)
command(app, "actual", h("Record money that was spent", "登记实际支出"), WRITING)(_actual)
command(app, "import", h("Take a ledger in: CSV or Excel", "导入台账：CSV 或 Excel"), WRITING)(_import)
command(app, "forecast", h("Say what is still to be spent", "估算尚需支出"), WRITING)(_forecast)
command(app, "transfer", h("Move money inside the budget, or draw on a reserve", "预算调剂、动用储备"), WRITING)(
    _transfer
)
command(app, "invoice", h("Record an invoice for a payment node", "为付款节点登记开票"), WRITING)(invoice)
app.add_typer(payment_app, name="payment", help=h("Payment nodes, invoices, receipts", "付款节点、发票与回款"))
shared_transitions(app, (BUDGET, COMMITMENT, ACTUAL, TRANSFER, INVOICE))
