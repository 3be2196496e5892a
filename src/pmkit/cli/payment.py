"""`pmkit payment`: the payment nodes of the contract, from what they need to the money that came in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pmkit.cli.generic import noun
from pmkit.cli.language import h, tell
from pmkit.cli.session import AT_REVISION, WRITING, Session, command, out, parse_date, print_json, read_file
from pmkit.domain.payments import PAYMENT, Payment
from pmkit.kernel.text import Text
from pmkit.workspace.payments import STANDINGS

if TYPE_CHECKING:
    from pmkit.workspace.planning import Planned

app = noun(PAYMENT)
Id = Annotated[str, typer.Argument(metavar="PAY-ID")]
Amount = Annotated[
    str | None, typer.Option("--amount", metavar="AMOUNT", help=h("default: all that is due", "默认为全部应付金额"))
]
Note = Annotated[str | None, typer.Option("--note", metavar="TEXT", help=h("a remark", "说明"))]


def _planned(s: Session) -> Planned | None:
    from pmkit.workspace.planning import plan_of

    return plan_of(s.ws, None)[0]


def _ready(
    s: Session,
    record_id: Annotated[str | None, typer.Argument(metavar="[PAY-ID]")] = None,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help=h("reporting date", "报告日期"))] = None,
) -> None:
    from pmkit.workspace.payments import amounts, lacks, papers, standing

    day = parse_date(as_of) if as_of else s.today
    planned = _planned(s)
    waiting = [s.ws.get(record_id, Payment)] if record_id else [p for p in s.ws.of(Payment) if p.status == "not_due"]
    sums = amounts(s.ws)
    rows: list[dict[str, Any]] = []
    for payment in waiting:
        missing = list(lacks(s.ws, payment, planned, but=("invoice",)))
        amount = sums.get(payment.id)
        rows.append(
            {
                "id": payment.id,
                "title": payment.title,
                "amount": str(amount) if amount else None,
                "standing": standing(s.ws, payment, planned, day),
                "ready": not missing,
                "missing": [
                    {"en": lack.what.en, "zh": lack.what.zh, "expected": lack.expected and lack.expected.isoformat()}
                    for lack in missing
                ],
                "papers": [
                    {
                        "need": p.need,
                        "number": p.number,
                        "at_hand": p.at_hand,
                        "under_way": {"en": p.under_way.en, "zh": p.under_way.zh} if p.under_way else None,
                    }
                    for p in papers(s.ws, payment)
                ],
            }
        )
    if s.json:
        print_json(rows)
    else:
        _say_ready(s, waiting, rows)
    if any(row["missing"] for row in (rows if record_id else rows[:1])):
        sys.exit(1)


def _say_ready(s: Session, waiting: list[Payment], rows: list[dict[str, Any]]) -> None:
    if not rows:
        out(h("no payment node waits", "没有待申请的付款节点"))
    for payment, row in zip(waiting, rows, strict=True):
        amount = row["amount"] or "/"
        out(f"{payment.id}  {payment.title}  {amount}  {tell(STANDINGS[row['standing']])}")
        for lack in row["missing"]:
            expected = h(f", expected {lack['expected']}", f"，预计 {lack['expected']}") if lack["expected"] else ""
            out(f"  - {lack[s.lang]}{expected}")
        for paper in row["papers"]:
            if paper["under_way"]:
                out(f"  · {paper['under_way'][s.lang]}")


def _usual(s: Session) -> None:
    from pmkit.actions.payments import usual

    s.write(usual(s.ws, s.next_id, s.acting))


def _apply(
    s: Session,
    record_id: Id,
    amount: Amount = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help=h("although something is missing", "缺少条件或文件时仍先申请"))
    ] = False,
    note: Note = None,
) -> None:
    from pmkit.actions.payments import apply

    payment = s.ws.get(record_id, Payment)
    s.write(
        apply(s.ws, payment, amount, _planned(s), s.acting, note, anyway=anyway),
        Text(
            en="`pmkit report payment {id}` prints the application", zh="打印付款申请表：`pmkit report payment {id}`"
        ).format(id=payment.id),
    )


def _certify(s: Session, record_id: Id, amount: Amount = None, note: Note = None) -> None:
    from pmkit.actions.costs import amount_of
    from pmkit.actions.payments import certify

    payment = s.ws.get(record_id, Payment)
    own = amount_of(s.ws, amount) if amount else payment.applied
    s.write(certify(payment, own or amount_of(s.ws, "0"), s.acting, note))


def invoice(
    s: Session,
    record_id: Id,
    number: Annotated[str, typer.Option("--number", metavar="TEXT", help=h("number of the invoice", "发票号码"))],
    amount: Amount = None,
    tax_rate: Annotated[
        str | None, typer.Option("--tax-rate", metavar="PERCENT", help=h("tax rate", "税率（%）"))
    ] = None,
    type_: Annotated[
        str | None, typer.Option("--type", metavar="special|ordinary|other", help=h("kind of invoice", "发票类型"))
    ] = None,
    due: Annotated[str | None, typer.Option("--due", metavar="DATE", help=h("to be paid by", "应付日期"))] = None,
) -> None:
    """An invoice of ours for a payment node; also `pmkit cost invoice`."""
    from pmkit.actions.payments import invoice as issue

    given = {"tax_rate": tax_rate and tax_rate.rstrip("%"), "type": type_, "due": due}
    values = {key: value for key, value in given.items() if value}
    s.write(issue(s.ws, s.ws.get(record_id, Payment), number, amount, values, s.next_id, s.acting))


def _receive(
    s: Session,
    record_id: Id,
    amount: Amount = None,
    invoice_id: Annotated[
        str | None,
        typer.Option(
            "--invoice", metavar="INV-ID", help=h("for which invoice (default: the oldest)", "对应发票（默认最早）")
        ),
    ] = None,
    note: Note = None,
) -> None:
    from pmkit.actions.payments import receive

    s.write(receive(s.ws, s.ws.get(record_id, Payment), amount, invoice_id, s.acting, note))


def _paper(
    s: Session,
    record_id: Id,
    need: Annotated[str, typer.Option("--need", metavar="TEXT", help=h("which paper", "哪份文件"))],
    record: Annotated[
        str | None, typer.Option("--record", metavar="ID", help=h("the record that it is", "对应记录"))
    ] = None,
    number: Annotated[str | None, typer.Option("--number", metavar="TEXT", help=h("its number", "文件编号"))] = None,
    file: Annotated[
        str | None,
        typer.Option("--file", metavar="FILE", help=h("the file itself, kept with its hash", "文件本身，随校验码保存")),
    ] = None,
) -> None:
    from pmkit.actions.payments import Attached, paper

    attached = Attached(Path(file).name, read_file(file)) if file else None
    s.write(paper(s.ws, s.ws.get(record_id, Payment), need, record, number, attached, s.acting))


def _ageing(
    s: Session,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help=h("reporting date", "报告日期"))] = None,
) -> None:
    from pmkit.output.payments import ageing_text, open_json
    from pmkit.output.tables import terminal_width

    day = parse_date(as_of) if as_of else s.today
    if s.json:
        print_json(open_json(s.ws, day))
    else:
        sys.stdout.write(ageing_text(s.ws, day, s.lang, terminal_width()))


command(app, "ready", h("What the next payment still lacks", "下一笔付款还缺什么"), AT_REVISION)(_ready)
command(app, "usual", h("Begin with the usual nodes: 30/30/20/17/3", "按常用比例建立付款节点：30/30/20/17/3"), WRITING)(
    _usual
)
command(app, "paper", h("Record a paper that is at hand", "登记已具备的前提文件"), WRITING)(_paper)
command(app, "apply", h("Apply for the payment", "提交付款申请"), WRITING)(_apply)
command(app, "certify", h("Record the amount that was certified", "登记审核金额"), WRITING)(_certify)
command(app, "invoice", h("Record an invoice", "登记开票"), WRITING)(invoice)
command(app, "receive", h("Record money that came in", "登记到账"), WRITING)(_receive)
command(app, "ageing", h("What is open, and for how long", "应收账款账龄"), AT_REVISION)(_ageing)
