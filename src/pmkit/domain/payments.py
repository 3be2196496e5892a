"""What the customer pays: the payment nodes of the contract, the papers that each needs, our invoices."""

from __future__ import annotations

from typing import Annotated, Literal

from pmkit.domain.kind import About, Kind, Move, Part, SignedPaper, States, Tracked
from pmkit.domain.papers import OnPaper
from pmkit.domain.values import Amount, Day, Line, Percent, Prose, Ref
from pmkit.kernel.text import Text

# The papers of FORMS §3 by the words that a file holds; any other text names a paper of its own.
PAPERS = {
    "contract": Text("Contract", "合同"),
    "invoice": Text("Invoice", "发票"),
    "receipts": Text("Delivery receipts", "到货签收单"),
    "preliminary_report": Text("Preliminary acceptance report", "初验报告"),
    "final_report": Text("Final acceptance report", "终验报告"),
    "handover_list": Text("Handover list", "移交清单"),
    "warranty_completion": Text("Warranty completion certificate", "质保期满证明"),
}
INVOICE_TYPES = {
    "special": Text("VAT special invoice", "增值税专用发票"),
    "ordinary": Text("VAT ordinary invoice", "增值税普通发票"),
    "other": Text("Other", "其他"),
}


class Paper(Part):
    """A paper that is at hand for a payment: a record, or a file with its hash."""

    need: Annotated[Line, About("Paper", "文件", words=PAPERS)]
    record: Annotated[Ref | None, About("Record", "记录", links=("*",))] = None
    number: Annotated[Line | None, About("No.", "编号")] = None
    file: Annotated[Line | None, About("File", "附件")] = None
    sha256: Annotated[Line | None, About("SHA-256", "SHA-256")] = None
    on: Annotated[Day | None, About("On", "日期")] = None


class Received(Part):
    """Money that came in. `invoice`: for which one; without it the oldest that is open."""

    on: Annotated[Day, About("On", "到账日期")]
    amount: Annotated[Amount, About("Amount", "到账金额")]
    invoice: Annotated[Ref | None, About("Invoice", "对应发票", links=("invoice",), internal=True)] = None
    note: Annotated[Prose | None, About("Remarks", "备注", internal=True)] = None


class Payment(OnPaper):
    """A payment node of the contract. Its amount is `amount`, else its share of the contract price."""

    title: Annotated[Line, About("Node", "节点", content=True)]
    clause: Annotated[Line | None, About("Contract clause", "合同条款", content=True)] = None
    condition: Annotated[Prose | None, About("Condition", "付款条件", content=True)] = None
    milestone: Annotated[Ref | None, About("Milestone", "里程碑", content=True, links=("task",))] = None
    share: Annotated[Percent | None, About("Share (%)", "比例（%）", content=True)] = None
    amount: Annotated[Amount | None, About("Amount", "金额", content=True)] = None
    needs: Annotated[
        tuple[Line, ...], About("Papers needed", "前提文件", content=True, option="need", words=PAPERS)
    ] = ()
    due: Annotated[Day | None, About("Due", "应付日期")] = None
    account: Annotated[Prose | None, About("Account", "收款账户")] = None
    papers: Annotated[tuple[Paper, ...], About("Papers at hand", "已具备文件")] = ()
    applied: Annotated[Amount | None, About("Applied for", "申请金额")] = None
    certified: Annotated[Amount | None, About("Certified", "审核金额")] = None
    received: Annotated[tuple[Received, ...], About("Received", "收款记录")] = ()


class Invoice(Tracked):
    """An invoice of ours to the customer, tax included."""

    number: Annotated[Line, About("Invoice no.", "发票号码", content=True)]
    on: Annotated[Day, About("Issued on", "开票日期", content=True)]
    payment: Annotated[Ref, About("Payment node", "付款节点", content=True, links=("payment",))]
    amount: Annotated[Amount, About("Amount", "价税合计", content=True)]
    tax_rate: Annotated[Percent | None, About("Tax rate (%)", "税率（%）", content=True)] = None
    type: Annotated[
        Literal["special", "ordinary", "other"] | None, About("Type", "发票类型", content=True, words=INVOICE_TYPES)
    ] = None
    due: Annotated[Day | None, About("Due", "应付日期")] = None

    @property
    def name_to_show(self) -> str:
        return self.number


PAYMENT_STATES = States(
    names={
        "not_due": Text("not due", "未到期"),
        "applied": Text("applied for", "已申请"),
        "certified": Text("certified", "已审核"),
        "invoiced": Text("invoiced", "已开票"),
        "paid": Text("paid", "已收款"),
        "cancelled": Text("cancelled", "已取消"),
    },
    moves=(
        Move("apply", ("not_due",), "applied", Text("Apply for the payment", "提交付款申请"),
             own_command="pmkit payment apply"),
        Move("certify", ("applied",), "certified", Text("Record the certified amount", "记录审核金额"),
             own_command="pmkit payment certify"),
        Move("invoice", ("not_due", "applied", "certified"), "invoiced", Text("Record the invoice", "记录开票"),
             own_command="pmkit payment invoice"),
        Move("receive", ("not_due", "applied", "certified", "invoiced"), "paid",
             Text("Record money received", "记录到账"), own_command="pmkit payment receive"),
        Move("return", ("applied", "certified"), "not_due",
             Text("Record that the application came back", "记录申请被退回")),
        Move("cancel", ("not_due",), "cancelled", Text("Cancel the node", "取消该节点")),
    ),
    closed=frozenset({"paid", "cancelled"}),
    open_in=frozenset({"not_due"}),
)  # fmt: skip
INVOICE_STATES = States(
    names={"issued": Text("issued", "已开具"), "void": Text("void", "已红冲")},
    moves=(Move("void", ("issued",), "void", Text("Void the invoice", "红冲发票")),),
    closed=frozenset({"void"}),
    open_in=frozenset(),
)

PAYMENT = Kind(
    name="payment", prefix="PAY", folder="payments", model=Payment, label=Text("payment node", "付款节点"),
    plural=Text("payment nodes", "付款节点"), states=PAYMENT_STATES, traced=False,
    paper=SignedPaper(Text("Payment application", "付款申请表"), ("applied",)),
    columns=("title", "milestone", "share", "amount", "due", "status"),
)  # fmt: skip
INVOICE = Kind(
    name="invoice", prefix="INV", folder="payments/invoices", model=Invoice, label=Text("invoice", "发票"),
    plural=Text("invoices", "发票"), states=INVOICE_STATES, visibility="internal", traced=False,
    columns=("number", "on", "payment", "amount", "status"), added_by="pmkit payment invoice", called="cost",
)  # fmt: skip
