"""Rows of somebody's ledger as lines of cost: the finance department's export, a purchasing list, a budget sheet.

Ledgers have titles above the headings, totals between the rows, amounts with signs and separators, and categories in
words of their own. What is not understood is a mistake at its cell; what was guessed is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from pmkit.connectors.records import Reading, Yaml, rows_of
from pmkit.connectors.sheets import Grid
from pmkit.domain.costs import CATEGORIES, Category
from pmkit.domain.kind import About, Kind, Record
from pmkit.domain.problems import problems
from pmkit.domain.values import Amount, Day, Line, Ref
from pmkit.kernel.money import Money
from pmkit.kernel.text import Text
from pmkit.workspace.model import Workspace
from pmkit.workspace.rows import Mistake, Path, Row


class LedgerRow(Record):
    """A row, as its columns say it."""

    on: Annotated[Day | None, About("On", "日期")] = None
    amount: Annotated[Amount | None, About("Amount", "金额")] = None
    credit: Annotated[Amount | None, About("Credit", "贷方金额")] = None
    currency: Annotated[Line | None, About("Currency", "币种")] = None
    category: Annotated[Line | None, About("Category", "科目")] = None
    phase: Annotated[Ref | None, About("Phase", "阶段")] = None
    task: Annotated[Ref | None, About("Task", "任务", links=("task",))] = None
    what: Annotated[Line | None, About("What", "摘要")] = None
    vendor: Annotated[Line | None, About("Vendor", "供货单位")] = None
    voucher: Annotated[Line | None, About("Voucher no.", "凭证号")] = None
    commitment: Annotated[Ref | None, About("Order", "对应订单", links=("commitment",))] = None


ROW = Kind(
    name="ledger row", prefix="", folder="", model=LedgerRow, label=Text("row of costs", "成本明细"),
    plural=Text("rows of costs", "成本明细"),
)  # fmt: skip
# Further headings that ledgers have, by the field that they mean.
_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "on": ("Date", "记账日期", "发生日期", "业务日期", "凭证日期", "付款日期", "报销日期", "开票日期"),
    "amount": (
        "Sum", "Debit", "借方", "借方金额", "发生额", "支出", "支出金额", "价税合计", "报销金额", "付款金额",
        "预算金额", "预算",
    ),
    "credit": ("贷方", "冲减金额"),
    "currency": ("货币",),
    "category": ("Account", "成本科目", "费用类别", "费用科目", "会计科目", "科目名称", "类别", "费用类型"),
    "phase": ("项目阶段", "所属阶段"),
    "task": ("工作任务", "WBS"),
    "what": ("Description", "Text", "说明", "事由", "用途", "内容", "名称", "费用说明", "备注"),
    "vendor": ("Supplier", "供应商", "往来单位", "对方单位", "收款单位", "客商"),
    "voucher": (
        "Voucher", "Invoice no.", "凭证字号", "凭证编号", "单据号", "单据编号", "发票号", "发票号码", "报销单号",
    ),
    "commitment": ("Order no.", "订单", "订单编号", "采购订单"),
}  # fmt: skip
# Words inside a ledger's category, and ours.
_MEANT: tuple[tuple[str, Category], ...] = (
    ("硬件", "hardware"), ("设备", "hardware"), ("服务器", "hardware"), ("材料", "hardware"),
    ("软件", "software"), ("许可", "software"), ("授权", "software"),
    ("分包", "subcontract"), ("外包", "subcontract"), ("外协", "subcontract"),
    ("人工", "labour"), ("工资", "labour"), ("薪", "labour"), ("劳务", "labour"), ("社保", "labour"),
    ("差旅", "travel"), ("交通", "travel"), ("住宿", "travel"), ("市内", "travel"),
    ("实施", "implementation"), ("安装", "implementation"), ("施工", "implementation"), ("调试", "implementation"),
    ("税", "tax"), ("其他", "other"), ("其它", "other"), ("杂费", "other"), ("办公", "other"),
    ("travel", "travel"), ("wage", "labour"), ("salar", "labour"), ("labor", "labour"), ("licen", "software"),
    ("equipment", "hardware"), ("tax", "tax"), ("install", "implementation"), ("misc", "other"),
)  # fmt: skip
TOTALS = frozenset(
    [
        "合计",
        "总计",
        "小计",
        "本月合计",
        "本年累计",
        "本期合计",
        "累计",
        "期初余额",
        "期末余额",
        "承前页",
        "过次页",
        "total",
        "subtotal",
        "sum",
        "balance",
    ]
)
_CURRENCIES = {"人民币": "CNY", "RMB": "CNY", "美元": "USD", "欧元": "EUR", "港币": "HKD", "日元": "JPY", "英镑": "GBP"}


@dataclass
class Ledger:
    """What a sheet says: lines of cost with the row that each stands in (from 0), and what is wrong.

    `guessed`: (the ledger's category, ours) -> how many rows. `totals`: rows left out because they only add up.
    """

    reading: Reading
    lines: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    guessed: Counter[tuple[str, str]] = field(default_factory=Counter)
    totals: int = 0


def ledger_of(
    ws: Workspace, grid: Grid, yaml: Yaml, mapped: Mapping[str, Path], meant: Mapping[str, str],
    category: str | None, *, needs_day: bool,
) -> Ledger:  # fmt: skip
    """The lines of a sheet. `mapped`: its headings by the field they mean; `meant`: its categories by ours.

    `category`: of rows that name none. Columns that are no field of a cost are left out.
    """
    headings = {name: (key,) for key, names in _HEADINGS.items() for name in names} | dict(mapped)
    reading = rows_of(ws, ROW, grid, yaml, skip_unknown=True, mapped=headings)
    found = Ledger(reading)
    found.mistakes += [Mistake(reading.head, None, says) for says in _columns_missing(reading, needs_day=needs_day)]
    if found.mistakes:
        return found
    words = {form.casefold(): code for code, t in CATEGORIES.items() for form in (code, t.en, t.zh)}
    words |= {word.casefold(): code for word, code in meant.items()}
    for row in reading.rows:
        _take(ws, row, found, words, category, needs_day=needs_day)
    return found


def _columns_missing(reading: Reading, *, needs_day: bool) -> list[Text]:
    says = Text(
        en="no column is the {what}; name it: `--map COLUMN={key}`", zh="没有{what}列，请指明：`--map 列名={key}`"
    )
    wanted = [("amount", Text("amount", "金额"))] + ([("on", Text("date", "日期"))] if needs_day else [])
    return [says.format(what=what, key=key) for key, what in wanted if (key,) not in reading.columns]


def _take(
    ws: Workspace, row: Row, found: Ledger, words: Mapping[str, str], category: str | None, *, needs_day: bool
) -> None:
    values = {path[0]: value for path, value in row.values.items() if value is not None}
    if _is_total(values, row):
        found.totals += 1
        return
    raw, wrong = problems(LedgerRow, {"id": "-", **_in_currency(values)})
    found.mistakes += [Mistake(row.line, loc[:1] if loc else None, says) for loc, says in wrong]
    line: dict[str, str] = {
        key: str(values[key]) for key in ("what", "vendor", "voucher", "commitment", "task") if key in values
    }
    if "phase" in values:
        line["phase"] = _phase(ws, str(values["phase"]))
    said = str(values.get("category") or "").strip()
    code = words.get(said.casefold()) or (category if not said else _guess(said))
    if code is None:
        known = Text(", ".join(CATEGORIES), "、".join(t.zh for t in CATEGORIES.values()))
        says = Text(
            en="`{text}` is no category ({known}); say which: `--category-of {text}=other`",
            zh="`{text}` 不是成本科目（{known}），请指明：`--category-of {text}=other`",
        )
        missing = Text(
            "the category is missing; `--category other` gives one", "缺少科目；可用 `--category other` 统一指定"
        )
        found.mistakes.append(
            Mistake(row.line, ("category",), says.format(text=said, known=known) if said else missing)
        )
    elif said and said.casefold() not in words:
        found.guessed[said, code] += 1
    if raw is None:
        return
    amount = raw.amount if raw.credit is None else (raw.amount or Money.parse("0", raw.credit.currency)) - raw.credit
    if amount is None:
        found.mistakes.append(Mistake(row.line, ("amount",), Text("the amount is missing", "缺少金额")))
    if needs_day and raw.on is None:
        found.mistakes.append(Mistake(row.line, ("on",), Text("the date is missing", "缺少日期")))
    if amount is not None and code is not None:
        days = {"on": raw.on.isoformat()} if needs_day and raw.on else {}
        found.lines.append((row.line, {"category": code, "amount": str(amount), **days, **line}))


def _is_total(values: Mapping[str, Any], row: Row) -> bool:
    """True for a row that only adds up others: it has no day, or says so in words."""
    texts = [str(v).strip().rstrip(":：").replace(" ", "").casefold() for v in (*values.values(), row.record_id)]
    return any(text in TOTALS for text in texts)


def _in_currency(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with the amounts in the row's own currency, where it has a column for one."""
    said = str(values.get("currency") or "").strip()
    code = _CURRENCIES.get(said, said.upper())
    found = dict(values)
    for key in ("amount", "credit"):
        if code and key in found and str(found[key])[-3:].isalpha():
            found[key] = f"{str(found[key])[:-3]}{code}"
    return found


def _phase(ws: Workspace, text: str) -> str:
    """A phase by its id or name."""
    named = {phase.name: phase.id for phase in ws.phases}
    return named.get(text.strip(), text.strip().upper())


def _guess(text: str) -> str | None:
    return next((code for word, code in _MEANT if word in text.casefold()), None)


def not_understood(reading: Reading) -> Sequence[str]:
    """The headings that are no field of a cost."""
    return [name for name in reading.ignored if name.strip()]
