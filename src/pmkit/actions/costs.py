"""Costs: budget lines, orders, what was spent, estimates to complete, moves inside the budget."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from pmkit.actions.records import NextId, added, check_links, started
from pmkit.domain.costs import (
    ACTUAL,
    BUDGET,
    CATEGORIES,
    COMMITMENT,
    FORECAST,
    RESERVES,
    TRANSFER,
    ActualCost,
    ActualLine,
    Budget,
    CostLine,
    Forecast,
    Transfer,
)
from pmkit.domain.kind import Kind, Record, file_data, file_value
from pmkit.domain.plan import Phase, Task
from pmkit.domain.problems import validated
from pmkit.kernel.errors import Refused, UsageError
from pmkit.kernel.money import Money
from pmkit.kernel.text import Text, did_you_mean
from pmkit.kernel.usage import usage
from pmkit.workspace.costs import ZERO, accounts, actual_lines, is_balanced, may_release, sums, unallotted
from pmkit.workspace.edits import Acting, Append, Change, Create, Edits, Set, headed
from pmkit.workspace.layout import new_path
from pmkit.workspace.model import Workspace, normal_id

_LINE = re.compile(r"(?P<category>[^=@]+)=(?P<amount>[^@]+?)(?:@(?P<at>[A-Za-z]+-?[0-9]+))?\Z")


def line_of(
    ws: Workspace, category: str | None, amount: str | None, phase: str | None, task: str | None, what: str | None
) -> dict[str, Any]:
    """One line of a cost record as its file holds it. Raises UsageError with what is missing or unknown."""
    wrong = []
    if not category:
        wrong.append(Text(en="a line needs a category", zh="明细缺少科目"))
    if not amount:
        wrong.append(Text(en="a line needs an amount", zh="明细缺少金额"))
    if wrong:
        raise UsageError(
            Text.join(wrong, en="\n", zh="\n"),
            usage("`--category hardware --amount 20000 [--phase PH1] [--task T-001]`"),
        )
    found = {
        "category": category_named(category or ""),
        "amount": str(amount_of(ws, amount or "")),
        "phase": normal_phase(phase) if phase else None,
        "task": normal_id(task) if task else None,
        "what": what,
    }
    for key, model in (("phase", Phase), ("task", Task)):
        if found[key]:
            ws.get(str(found[key]), model)
    return {key: value for key, value in found.items() if value}


def lines_of(ws: Workspace, texts: Sequence[str]) -> list[dict[str, Any]]:
    """Lines written short: `hardware=300000`, `labour=20000@PH2`, `travel=1200 USD@T-004`. Raises UsageError."""
    found = []
    for text in texts:
        match = _LINE.match(text.strip())
        if match is None:
            raise UsageError(
                Text(en="`{text}` is no line of costs", zh="`{text}` 不是成本明细").format(text=text),
                Text(
                    "write CATEGORY=AMOUNT, with @PH1 or @T-001 behind it for the phase or task",
                    "请写成 科目=金额，后面可加 @PH1 或 @T-001 表示阶段或任务",
                ),
            )
        at = match["at"] or ""
        phase, task = (at, None) if at.upper().startswith("PH") else (None, at)
        found.append(line_of(ws, match["category"].strip(), match["amount"], phase, task, None))
    return found


def normal_phase(text: str) -> str:
    """`ph2` as it is stored: `PH2`."""
    return text.strip().upper()


def category_named(text: str) -> str:
    """The category by its word in either language. Raises UsageError with the nearest one."""
    by_word = {form.casefold(): code for code, t in CATEGORIES.items() for form in (code, t.en, t.zh)}
    found = by_word.get(text.strip().casefold())
    if found is None:
        raise UsageError(
            Text(en="`{text}` is no category of costs: {known}", zh="`{text}` 不是成本科目：{known}").format(
                text=text, known=Text(", ".join(CATEGORIES), "、".join(f"{c} {t.zh}" for c, t in CATEGORIES.items()))
            ),
            did_you_mean(text, by_word),
        )
    return found


def amount_of(ws: Workspace, text: str) -> Money:
    """An amount as people type it, in the project's currency where none is written. Raises UsageError."""
    try:
        return Money.read(text, ws.project.currency)
    except ValueError:
        raise UsageError(
            Text(en="`{text}` is not an amount of money", zh="`{text}` 不是金额").format(text=text),
            Text("write it like 20000, 20,000.50 or `3000 USD`", "请写成 20000、20,000.50 或 `3000 USD`"),
        ) from None


# --- the budget ------------------------------------------------------------------------------------------------------


def budget(
    ws: Workspace, record_id: str | None, values: Mapping[str, str | None], lines: Sequence[Mapping[str, Any]],
    next_id: NextId, acting: Acting,
) -> Edits:  # fmt: skip
    """Lines and reserves for the draft budget (the newest, or `record_id`); the first command makes it.

    `values`: title, contingency, management_reserve. An approved budget moves by applied changes and transfers only.
    """
    known = ws.get(record_id, Budget) if record_id else None
    budgets = ws.of(Budget)
    if known is None and budgets:
        drafts = [b for b in budgets if b.status == "draft"]
        known = drafts[-1] if drafts else budgets[-1]
    said = {key: value for key, value in values.items() if value}
    for key in ("contingency", "management_reserve"):
        if key in said:
            said[key] = str(amount_of(ws, said[key] or ""))
    if not said and not lines:
        raise UsageError(
            Text("the budget needs a line or a reserve", "请给出预算明细或储备"),
            usage("`pmkit cost budget --category hardware --amount 500000 --phase PH1`, `--contingency AMOUNT`"),
        )
    if known is None:
        title = said.pop("title", None) or Text("Project budget", "项目预算").to(ws.project.language)
        return _new(ws, BUDGET, {"title": title, "lines": list(lines), **said}, next_id, acting)
    if known.status != "draft":
        raise Refused(
            Text(
                en="{id} is approved; the budget moves by applied changes and by transfers",
                zh="{id} 已批准，预算只随已实施的变更和预算调剂变动",
            ).format(id=known.id),
            Text(
                en="`pmkit cost transfer` moves money inside it; `pmkit cost revise {id}` takes it back to draft",
                zh="在预算内调剂用 `pmkit cost transfer`；确需更正用 `pmkit cost revise {id}` 退回草稿",
            ).format(id=known.id),
        )
    at = known.at("lines")
    changes: list[Change] = [Set(known.spot.path, (key,), value) for key, value in said.items()]
    changes += [Append(at.path, at.keys, line) for line in lines]
    what = (
        Text(en="Add lines: {n}", zh="新增明细 {n} 条").format(n=len(lines))
        if lines
        else Text("Set the reserves", "设置储备")
    )
    return Edits(tuple(changes), "budget.add", (known.id,), headed(known.id, what), acting.by, acting.on)


def lines_from_plan(ws: Workspace, category: str) -> list[dict[str, Any]]:
    """The planned costs of the tasks as lines of the budget, so that nobody types them twice. Raises UsageError."""
    costed = [task for task in ws.tasks if task.cost is not None]
    budgeted = {line.task for one in ws.of(Budget) for line in one.lines}
    fresh = [task for task in costed if task.id not in budgeted]
    if not fresh:
        raise UsageError(
            Text("every task with a planned cost is in the budget", "有计划成本的任务都已列入预算")
            if costed
            else Text("no task has a planned cost", "任务都没有计划成本"),
            Text("`pmkit set T-001 cost=20000`", "`pmkit set T-001 cost=20000`"),
        )
    return [{"category": category, "amount": str(task.cost), "task": task.id, "what": task.name} for task in fresh]


# --- orders and what was spent ---------------------------------------------------------------------------------------


def commit(
    ws: Workspace, values: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], next_id: NextId, acting: Acting
) -> Edits:
    """An order or subcontract."""
    if len({Money.parse(line["amount"]).currency for line in lines}) > 1:
        raise UsageError(
            Text("an order has one currency", "一个订单只能用一个币种"),
            Text("record an order for each", "请按币种分别登记订单"),
        )
    return _new(ws, COMMITMENT, {"on": acting.on.isoformat(), **values, "lines": list(lines)}, next_id, acting)


def spend(
    ws: Workspace, values: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], next_id: NextId, acting: Acting
) -> Edits:
    """Money that was spent."""
    return _new(ws, ACTUAL, {"on": acting.on.isoformat(), **values, "lines": list(lines)}, next_id, acting)


def alike(ws: Workspace, values: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> list[str]:
    """The entries that may be the same money: an equal voucher number, or equal vendor, day and amount."""
    amounts = [line["amount"] for line in lines]
    found = []
    for entry in ws.of(ActualCost):
        if entry.status == "void":
            continue
        vouchers = {entry.voucher, *(line.voucher for line in entry.lines)} - {None}
        same_voucher = bool(values.get("voucher")) and values["voucher"] in vouchers
        if same_voucher or any(
            str(line.amount) in amounts
            and entry.day_of(line).isoformat() == values.get("on")
            and (line.vendor or entry.vendor) == values.get("vendor")
            for line in entry.lines
        ):
            found.append(entry.id)
    return found


# --- ledgers ---------------------------------------------------------------------------------------------------------

Mark = tuple[str, str, str, str, str]  # day, amount, vendor, voucher, text: what makes a row of a ledger the same row
NEAR_DAYS = 3


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import of a ledger comes to: the edits (None where every row was known), how many rows were known.

    `near`: rows (from 0) that are new but look like something that was booked, with the entry that they look like.
    """

    edits: Edits | None
    new: int = 0
    known: int = 0
    near: tuple[tuple[int, str], ...] = ()
    total: Mapping[str, Decimal] = field(default_factory=dict)


def take_ledger(
    ws: Workspace,
    rows: Sequence[tuple[int, Mapping[str, Any]]],
    values: Mapping[str, Any],
    next_id: NextId,
    acting: Acting,
) -> Taken:
    """The rows of a ledger as one entry. A row that was booked before is left out, however often the file comes.

    Two equal rows of one file are two expenses; of what was booked with one of them only the other is new.
    """
    booked: Counter[Mark] = Counter()
    places: dict[str, list[tuple[Mark, str]]] = {}
    for line, entry in actual_lines(ws):
        mark = _mark(entry.day_of(line).isoformat(), line, entry)
        booked[mark] += 1
        places.setdefault(mark[1], []).append((mark, entry.id))
    fresh: list[Mapping[str, Any]] = []
    near: list[tuple[int, str]] = []
    for number, raw in rows:
        mark = (raw["on"], raw["amount"], raw.get("vendor", ""), raw.get("voucher", ""), raw.get("what", ""))
        if booked[mark] > 0:
            booked[mark] -= 1
            continue
        fresh.append(raw)
        like = next((entry for other, entry in places.get(raw["amount"], ()) if _is_near(mark, other)), None)
        if like is not None:
            near.append((number, like))
    if not fresh:
        return Taken(None, 0, len(rows), tuple(near))
    last = max(str(raw["on"]) for raw in fresh)
    edits = _new(ws, ACTUAL, {**values, "on": last, "lines": fresh}, next_id, acting)
    edits = replace(edits, action="cost.import")
    total = sums(ActualLine.model_validate(raw) for raw in fresh)
    return Taken(edits, len(fresh), len(rows) - len(fresh), tuple(near), total)


def _mark(day: str, line: ActualLine, entry: ActualCost) -> Mark:
    text = line.what or ("" if entry.source else entry.title)
    return day, str(line.amount), line.vendor or entry.vendor or "", line.voucher or entry.voucher or "", text


def _is_near(one: Mark, other: Mark) -> bool:
    """True for rows of one amount with one voucher number, or days apart with one vendor or one text."""
    if one[3] and one[3] == other[3]:
        return True
    days = abs((date.fromisoformat(one[0]) - date.fromisoformat(other[0])).days)
    same_words = any(a and a == b for a, b in ((one[2], other[2]), (one[4], other[4])))
    return days <= NEAR_DAYS and same_words and not (one[3] and other[3])


def new_budget_lines(ws: Workspace, rows: Sequence[tuple[int, Mapping[str, Any]]]) -> list[Mapping[str, Any]]:
    """The rows of a budget sheet that no budget has yet: the same file twice adds nothing."""
    known = Counter(CostLine.model_validate(file_value(line)) for one in ws.of(Budget) for line in one.lines)
    fresh = []
    for _, raw in rows:
        line = CostLine.model_validate(raw)
        if known[line] > 0:
            known[line] -= 1
        else:
            fresh.append(raw)
    return fresh


# --- estimates and transfers -----------------------------------------------------------------------------------------


def forecast(
    ws: Workspace, lines: Sequence[Mapping[str, Any]], reason: str | None, next_id: NextId, acting: Acting
) -> Edits:
    """What is still to be spent from today on; what is said on one day about one thing is said once."""
    same_day = [f for f in ws.of(Forecast) if f.on == acting.on and f.by == acting.by]
    if not same_day:
        said = {"on": acting.on.isoformat(), "by": acting.by, "lines": list(lines), "reason": reason}
        return _new(ws, FORECAST, said, next_id, acting)
    known = same_day[-1]
    changes: list[Change] = []
    for raw in lines:
        line = CostLine.model_validate(raw)
        place = next((i for i, old in enumerate(known.lines) if _about(old) == _about(line)), None)
        at = known.at("lines") if place is None else known.at("lines", place, "amount")
        changes.append(Append(at.path, at.keys, raw) if place is None else Set(at.path, at.keys, raw["amount"]))
    if reason:
        changes.append(Set(known.spot.path, ("reason",), reason))
    subject = headed(known.id, Text("Estimate what is still to be spent", "估算尚需支出"))
    return Edits(tuple(changes), "forecast.set", (known.id,), subject, acting.by, acting.on)


def _about(line: CostLine) -> tuple[str | None, ...]:
    return line.category, line.phase, line.task, line.what, line.amount.currency


def transfer(
    ws: Workspace, source: str, values: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], next_id: NextId,
    acting: Acting,
) -> Edits:  # fmt: skip
    """Money moved inside the budget. `source`: contingency, management, a change's id, or CATEGORY[@PH1|@T-001].

    Refused where a reserve or a change does not hold so much, and for the management reserve without the approval of
    somebody on our side who may release it.
    """
    raw = {"on": acting.on.isoformat(), **values, "lines": list(lines), **_source(ws, source, lines)}
    record = validated(Transfer, started(TRANSFER, "TRF-000", raw, acting))
    check_links(ws, record)
    if not is_balanced(record):
        raise UsageError(Text("what is moved out and in must be equal", "调出与调入金额必须相等"))
    _refuse_overdraft(ws, record)
    if record.reserve == "management" and not may_release(ws, record.approved_by):
        raise Refused(
            Text(
                "the management reserve is released by our director, not by the project",
                "动用管理储备须经我方主管领导批准，项目经理无权自行动用",
            ),
            usage("`--approved-by HANDLE`"),
        )
    return _new(ws, TRANSFER, raw, next_id, acting)


def _source(ws: Workspace, source: str, lines: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    by_word = {form.casefold(): code for code, t in RESERVES.items() for form in (code, t.en, t.zh, t.zh[:2])}
    if source.casefold() in by_word:
        return {"reserve": by_word[source.casefold()]}
    if source.upper().startswith("CR-"):
        return {"change": normal_id(source)}
    totals = sums(CostLine.model_validate(line) for line in lines)
    category, at, place = source.partition("@")
    return {"out_of": [
        lines_of(ws, [f"{category}={amount} {currency}{at}{place}"])[0] for currency, amount in totals.items()
    ]}  # fmt: skip


def _refuse_overdraft(ws: Workspace, record: Transfer) -> None:
    """Refuse to draw more than there is."""
    for currency, amount in sums(record.lines).items():
        account = accounts(ws).get(currency)
        if record.reserve is not None:
            reserve = (
                None
                if account is None
                else account.contingency
                if record.reserve == "contingency"
                else account.management
            )
            left = reserve.left if reserve else ZERO
            name = RESERVES[record.reserve]
        elif record.change is not None:
            left = unallotted(ws, record.change, currency)
            name = Text.same(record.change)
        else:
            continue
        if amount > left:
            raise Refused(
                Text(en="{name} holds {left}, not {amount}", zh="{name}余额 {left}，不足 {amount}").format(
                    name=name, left=Money(left, currency).printed(), amount=Money(amount, currency).printed()
                ),
                Text("a change of the budget needs a change request", "增加预算须走变更申请"),
            )  # fmt: skip


# --- common ----------------------------------------------------------------------------------------------------------


def _new(ws: Workspace, kind: Kind, values: Mapping[str, Any], next_id: NextId, acting: Acting) -> Edits:
    """A new record of costs in a file of its own."""
    raw = {key: value for key, value in values.items() if value not in (None, "", [])}
    for key in ("commitment", "change", "risk"):
        if key in raw:
            raw[key] = normal_id(str(raw[key]))
    record_id = next_id(kind.prefix)
    record: Record = validated(kind.model, started(kind, record_id, raw, acting))
    check_links(ws, record)
    data = file_data(record)
    total = ", ".join(f"{amount} {currency}" for currency, amount in sums(getattr(record, "lines", ())).items())
    said = added(record) if record.name_to_show != record_id else headed(record_id, kind.label)
    subject = Text(en="{said} ({total})", zh="{said}（{total}）").format(said=said, total=total) if total else said
    return Edits(
        (Create(new_path(kind, record_id), data, kind.name),),
        f"{kind.name}.add", (record_id,), subject, acting.by, acting.on,
    )  # fmt: skip
