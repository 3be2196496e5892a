"""The cost account for people and programs. Amounts in JSON are decimal text, each currency by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from pmkit.domain.costs import CATEGORIES
from pmkit.domain.plan import Phase, Task
from pmkit.kernel.text import Lang, Text, display_width
from pmkit.output.tables import GAP, table
from pmkit.workspace.costs import Account, Figures, Reserve
from pmkit.workspace.model import Workspace

NOT_SAID = Text("(not said)", "（未指定）")
Part = Literal["phase", "category", "task"]
PARTS: Mapping[Part, Text] = {
    "phase": Text("Phase", "阶段"),
    "category": Text("Category", "科目"),
    "task": Text("Task", "任务"),
}
HEADS = (
    Text("Original", "原预算"), Text("Changes", "变更"), Text("Transfers", "调剂"), Text("Budget", "预算"),
    Text("Ordered", "已签订单"), Text("Actual", "实际"), Text("ETC", "尚需ETC"), Text("EAC", "估算EAC"),
    Text("Variance", "偏差"),
)  # fmt: skip


def amounts(f: Figures) -> tuple[Decimal, ...]:
    """The columns of HEADS."""
    return f.original, f.changes, f.moved, f.budget, f.ordered, f.actual, f.etc, f.eac, f.variance


def name_of(ws: Workspace, part: Part, key: str | None) -> Text:
    """A phase, category or task in words."""
    if key is None:
        return NOT_SAID
    if part == "category":
        return CATEGORIES[key]
    record = ws.find(key, Phase) or ws.find(key, Task)
    return Text.same(f"{key} {record.name}" if record else key)


def accounts_text(ws: Workspace, found: Mapping[str, Account], by: Part, day: date, lang: Lang, width: int) -> str:
    """A table a currency: a line for each phase, category or task, their total, the reserves."""
    parts = []
    for account in found.values():
        head = Text(en="costs as of {day}, in {currency}", zh="截至 {day} 的成本，币种 {currency}")
        parts.append(
            head.format(day=day, currency=account.currency).to(lang) + "\n\n" + _table(ws, account, by, lang, width)
        )
    return "\n".join(parts)


# The columns of HEADS that stay where the terminal is too narrow for all of them: no figure is ever cut.
_NAME = 16
_NARROWER = (tuple(range(9)), (3, 4, 5, 6, 7, 8), (3, 5, 7, 8), (3, 5, 8))


def _table(ws: Workspace, account: Account, by: Part, lang: Lang, width: int) -> str:
    rows = [
        [name_of(ws, by, one).to(lang), *(plain_amount(account, a) for a in amounts(figures))]
        for one, figures in account.by_part(by).items()
    ]
    rows.append([Text("Total", "合计").to(lang), *(plain_amount(account, a) for a in amounts(account.total))])
    heads = [PARTS[by].to(lang), *(head.to(lang) for head in HEADS)]
    shown = next((kept for kept in _NARROWER if _fits([heads, *rows], kept, width)), _NARROWER[-1])
    cells = [[row[0], *(row[i + 1] for i in shown)] for row in (heads, *rows)]
    lines = table(cells[0], cells[1:], width, right=range(1, len(shown) + 1))
    if len(shown) < len(HEADS):
        lines += Text("a wider terminal shows more columns", "加宽终端可显示更多列").to(lang) + "\n"
    reserves = [
        (Text("Contingency reserve", "应急储备"), account.contingency),
        (Text("Management reserve", "管理储备"), account.management),
    ]
    says = Text(
        en="{name}: {aside} set aside, {drawn} drawn, {left} left",
        zh="{name}：计提 {aside}，已动用 {drawn}，余额 {left}",
    )
    notes = []
    for name, reserve in reserves:
        if reserve != Reserve():
            values = {"aside": reserve.set_aside, "drawn": reserve.drawn, "left": reserve.left}
            notes.append(says.format(name=name, **{k: plain_amount(account, v) for k, v in values.items()}).to(lang))
    whole = Text(en="Cost baseline {base}, whole budget {whole}", zh="成本基准 {base}，总预算 {whole}")
    if notes:
        notes.append(
            whole.format(base=plain_amount(account, account.baseline), whole=plain_amount(account, account.whole)).to(
                lang
            )
        )
    return lines + ("\n" + "\n".join(notes) + "\n" if notes else "")


def _fits(rows: Sequence[Sequence[str]], kept: Sequence[int], width: int) -> bool:
    """True where these columns of figures and a name of at least a few cells fit side by side."""
    figures = sum(max(display_width(row[i + 1]) for row in rows) + len(GAP) for i in kept)
    return figures + min(_NAME, max(display_width(row[0]) for row in rows)) <= width


def plain_amount(account: Account, amount: Decimal) -> str:
    """An amount in a table that names its currency above."""
    return f"{account.money(amount).amount:,f}"


def accounts_json(ws: Workspace, found: Mapping[str, Account], day: date) -> dict[str, Any]:
    """The stable shape of `cost show --json`."""
    return {
        "as_of": day.isoformat(),
        "project_currency": ws.project.currency,
        "accounts": [_account_json(account) for account in found.values()],
    }


def _account_json(account: Account) -> dict[str, Any]:
    shown: dict[str, Any] = {"currency": account.currency, "total": _figures_json(account, account.total)}
    for part in PARTS:
        groups = account.by_part(part)
        shown[f"by_{part}"] = [{part: one, **_figures_json(account, figures)} for one, figures in groups.items()]
    for name, reserve in (("contingency", account.contingency), ("management_reserve", account.management)):
        shown[name] = {
            "set_aside": _text(account, reserve.set_aside),
            "drawn": _text(account, reserve.drawn),
            "left": _text(account, reserve.left),
        }
    return shown | {
        "cost_baseline": _text(account, account.baseline),
        "whole_budget": _text(account, account.whole),
    }


def _text(account: Account, amount: Decimal) -> str:
    return str(account.money(amount).amount)


def _figures_json(account: Account, f: Figures) -> dict[str, str]:
    names = ("original", "changes", "transfers", "budget", "ordered", "actual", "etc", "eac", "variance")
    shown = {name: _text(account, amount) for name, amount in zip(names, amounts(f), strict=True)}
    return shown | {"open_orders": _text(account, f.open)}
