"""CST1xx, 2xx: entries of cost that contradict themselves or each other; 3xx: costs past the profile's limits."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.checks.base import Context, Hit, check, hit
from pmkit.domain.costs import CATEGORIES, ActualCost, Budget, Commitment, CostLine, Forecast, Transfer
from pmkit.domain.kind import Record
from pmkit.domain.plan import Task
from pmkit.kernel.money import Money
from pmkit.kernel.text import Text
from pmkit.workspace.cost_state import CostState, cost_state
from pmkit.workspace.costs import (
    ZERO,
    accounts,
    booked_transfers,
    has_costs,
    is_balanced,
    may_release,
    paid_on_orders,
    sums,
    unallotted,
)
from pmkit.workspace.earned import spends
from pmkit.workspace.model import Workspace


@check(
    "CST101",
    "transfer-out-of-balance",
    severity="error",
    says=Text("{id} does not take just as much from one source as it puts in", "{id} 的调出与调入不相等，或来源不唯一"),
    fix=Text(
        "give it one source (`reserve`, `change` or `out_of`) with the same sum, or `pmkit cost void {id}`",
        "只保留一个来源（`reserve`、`change` 或 `out_of`）且金额相等，或 `pmkit cost void {id}`",
    ),
)
def transfer_out_of_balance(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Such a transfer would make the budget larger or smaller without a change, so it does not count."""
    for transfer in ws.of(Transfer):
        if transfer.status == "booked" and not is_balanced(transfer):
            yield hit(transfer.at("lines"), transfer.id, id=transfer.id)


@check(
    "CST102",
    "order-in-two-currencies",
    severity="error",
    says=Text("{id} is in {all}", "{id} 含有多个币种：{all}"),
    fix=Text("record an order for each currency", "请按币种分别登记订单"),
)
def order_in_two_currencies(ws: Workspace, _: Context) -> Iterator[Hit]:
    """What is still to be paid on an order is one sum; two currencies have none."""
    for order in ws.of(Commitment):
        found = sorted(sums(order.lines))
        if len(found) > 1:
            yield hit(order.at("lines"), order.id, id=order.id, all=", ".join(found))


@check(
    "CST104",
    "spent-on-a-draft-budget",
    severity="warning",
    says=Text("{id} is not approved, and money is being spent", "{id} 尚未批准，但已发生支出"),
    fix=Text("`pmkit cost approve {id}`", "`pmkit cost approve {id}`"),
)
def spent_on_a_draft_budget(ws: Workspace, _: Context) -> Iterator[Hit]:
    """A budget that anybody may still edit controls nothing: every overrun can be written away."""
    if spends(ws):
        for budget in ws.of(Budget):
            if budget.status == "draft":
                yield hit(budget.at("status"), budget.id, id=budget.id)


@check(
    "CST201",
    "category-over-budget",
    severity="warning",
    says=Text(
        "{category} will cost {eac}, {percent}% over its budget of {budget}",
        "{category}预计 {eac}，超预算 {budget} 的 {percent}%",
    ),
    fix=Text(
        "find out why; `pmkit cost forecast`, `pmkit cost transfer --from contingency`, or a change request",
        "查明原因：更新估算 `pmkit cost forecast`，动用储备 `pmkit cost transfer --from contingency`，或走变更申请",
    ),
)
def category_over_budget(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """A total that holds may hide a category that runs away while another one is late."""
    budget = _newest_budget(ws)
    if budget is None:
        return
    for account in accounts(ws, ctx.as_of).values():
        for category, figures in account.by_part("category").items():
            over = -figures.variance
            if figures.budget > 0 and over * 100 > ws.project.cost.overrun * figures.budget:
                yield hit(
                    budget.at("lines"), budget.id, category=CATEGORIES[category or "other"],
                    eac=account.money(figures.eac).printed(), budget=account.money(figures.budget).printed(),
                    percent=f"{over * 100 / figures.budget:.1f}",
                )  # fmt: skip


@check(
    "CST202",
    "reserve-overdrawn",
    severity="error",
    says=Text("more is drawn than the {reserve} holds: {left}", "{reserve}已透支：余额 {left}"),
    fix=Text("`pmkit cost void {id}`, or raise the budget by a change", "`pmkit cost void {id}`，或经变更增加预算"),
)
def reserve_overdrawn(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """A reserve that is used up twice was never there."""
    for account in accounts(ws, ctx.as_of).values():
        for name, words, reserve in (
            ("contingency", Text("contingency reserve", "应急储备"), account.contingency),
            ("management", Text("management reserve", "管理储备"), account.management),
        ):
            drawn = [t for t in booked_transfers(ws, ctx.as_of) if t.reserve == name]
            drawn = [t for t in drawn if account.currency in sums(t.lines)]
            if reserve.left < 0 and drawn:
                last = max(drawn, key=lambda t: (t.on, t.id))
                left = account.money(reserve.left).printed()
                yield hit(last.at("lines"), last.id, id=last.id, reserve=words, left=left)


@check(
    "CST203",
    "phase-and-task-disagree",
    severity="warning",
    says=Text("{id} says phase {phase}, but {task} stands in {real}", "{id} 写的是阶段 {phase}，但 {task} 属于 {real}"),
    fix=Text("leave the phase out: a task has one", "删去阶段即可，任务自有所属阶段"),
)
def phase_and_task_disagree(ws: Workspace, _: Context) -> Iterator[Hit]:
    """The task decides; whoever reads the phase in the file is misled."""
    for record, key, number, line in _lines(ws):
        task = ws.find(line.task, Task) if line.task and line.phase else None
        if task is not None and task.phase != line.phase:
            at = record.at(key, number, "phase")
            yield hit(at, record.id, id=record.id, phase=line.phase, task=task.id, real=task.phase)


@check(
    "CST204",
    "order-overpaid",
    severity="warning",
    says=Text("{paid} was spent on {id}, which is of {amount}", "{id} 金额 {amount}，已支付 {paid}"),
    fix=Text("correct the order or the entries that name it", "更正订单，或更正引用该订单的支出"),
)
def order_overpaid(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """Either something was delivered that nobody ordered, or an invoice was booked twice."""
    paid = paid_on_orders(ws, ctx.as_of)
    for order in ws.of(Commitment):
        spent = paid.get((order.id, order.currency), ZERO)
        if spent > order.amount.amount:
            yield hit(
                order.at("lines"), order.id, id=order.id, paid=Money(spent, order.currency).printed(),
                amount=order.amount.printed(),
            )  # fmt: skip


@check(
    "CST205",
    "estimate-below-orders",
    severity="warning",
    says=Text(
        "{id} leaves {etc} for {category}, but {open} is still open on orders",
        "{id} 估算{category}尚需 {etc}，但未结订单还有 {open}",
    ),
    fix=Text("`pmkit cost forecast --category {code} --remaining {open}` or more", "至少估到未结订单的金额"),
)
def estimate_below_orders(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """What is ordered will be invoiced, whatever the estimate hopes."""
    for account in accounts(ws, ctx.as_of).values():
        for category, figures in account.by_part("category").items():
            if category is not None and category in account.forecast_on and figures.open > figures.etc:
                last = [f for f in ws.of(Forecast) if f.on == account.forecast_on[category]][-1]
                yield hit(
                    last.at("lines"), last.id, id=last.id, category=CATEGORIES[category], code=category,
                    etc=account.money(figures.etc).printed(), open=account.money(figures.open).printed(),
                )  # fmt: skip


@check(
    "CST209",
    "management-reserve-not-released",
    severity="error",
    says=Text(
        "{id} draws on the management reserve without our director's approval", "{id} 未经我方主管领导批准动用管理储备"
    ),
    fix=Text("`pmkit set {id} approved_by=HANDLE`", "`pmkit set {id} approved_by=代号`"),
)
def management_reserve_not_released(ws: Workspace, _: Context) -> Iterator[Hit]:
    """It is held back from the project for what nobody foresaw, by those who answer for it."""
    for transfer in ws.of(Transfer):
        if (
            transfer.status == "booked"
            and transfer.reserve == "management"
            and not may_release(ws, transfer.approved_by)
        ):
            yield hit(transfer.at("approved_by"), transfer.id, id=transfer.id)


@check(
    "CST210",
    "cost-of-a-change-not-allotted",
    severity="warning",
    opinion=True,
    says=Text("{left} of {id} belongs to no category yet", "{id} 带来的 {left} 尚未分配到科目"),
    fix=Text(
        "`pmkit cost transfer --from {id} --category ... --amount ...`",
        "`pmkit cost transfer --from {id} --category 科目 --amount 金额`",
    ),
)
def cost_of_a_change_not_allotted(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Until somebody says what it is for, it lies under `other`, and the category that spends it looks overrun."""
    for change in ws.changes:
        cost = change.impact.cost
        if cost is not None and change.applied_on is not None:
            left = unallotted(ws, change.id, cost.currency)
            if left > 0:
                amount = Money(left, cost.currency).printed()
                yield hit(change.at("impact", "cost"), change.id, id=change.id, left=amount)


@check(
    "CST211",
    "cost-told-twice",
    severity="warning",
    says=Text(
        "{day} reports an actual cost of {task}, which counts no more: costs are booked as entries",
        "{day} 的进度填报含 {task} 的实际成本，已不再计入：实际成本以台账为准",
    ),
    fix=Text("remove `actual_cost` there", "请删去该处的 `actual_cost`"),
)
def cost_told_twice(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Two sources for one figure: sooner or later somebody believes the wrong one."""
    if spends(ws):
        for report in ws.progress:
            for number, entry in enumerate(report.tasks):
                if entry.actual_cost is not None:
                    yield hit(report.at("tasks", number, "actual_cost"), report.id, day=report.id, task=entry.id)


@check(
    "CST212",
    "voucher-booked-twice",
    severity="warning",
    says=Text(
        "{id} books voucher {voucher} over {amount}, as {other} does",
        "{id} 与 {other} 重复入账：凭证 {voucher}，{amount}",
    ),
    fix=Text("`pmkit cost void {id}` where it is the same money", "确为同一笔请执行 `pmkit cost void {id}`"),
)
def voucher_booked_twice(ws: Workspace, _: Context) -> Iterator[Hit]:
    """Typed in by hand and imported with the ledger a month later: the commonest way to spend money twice."""
    seen: dict[tuple[str, str], str] = {}
    told: set[tuple[str, str, str]] = set()
    for entry in ws.of(ActualCost):
        for number, line in enumerate(entry.lines if entry.status != "void" else ()):
            voucher = line.voucher or entry.voucher
            if voucher is None:
                continue
            mark = (voucher, str(line.amount))
            first = seen.setdefault(mark, entry.id)
            if first != entry.id and (entry.id, *mark) not in told:
                told.add((entry.id, *mark))
                at = entry.at("lines", number, "amount")
                yield hit(at, entry.id, id=entry.id, voucher=voucher, amount=line.amount.printed(), other=first)


@check(
    "CST301",
    "cpi-below-limit",
    severity="warning",
    says=Text(
        "CPI is {cpi}, below {limit}: each 1 spent earns {cpi}", "CPI 为 {cpi}，低于 {limit}，支出未换得等值进展"
    ),
    fix=Text(
        "`pmkit cost show --by task`, `pmkit plan evm`: find the tasks that cost more than they earn",
        "用 `pmkit cost show --by task` 和 `pmkit plan evm` 找出超支的任务",
    ),
)
def cpi_below_limit(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """Cost efficiency seldom recovers after the first fifth of a project; the forecast should be believed."""
    state, budget = _state(ws, ctx), _newest_budget(ws)
    if state is not None and budget is not None and state.cpi is not None and state.cpi < state.rules.cpi_amber:
        yield hit(budget.at("lines"), budget.id, cpi=f"{state.cpi:.2f}", limit=state.rules.cpi_amber)


@check(
    "CST302",
    "eac-above-limit",
    severity="warning",
    says=Text("the estimate at completion is {eac}, {percent}% of the budget", "完工估算 {eac}，为预算的 {percent}%"),
    fix=Text(
        "`pmkit cost show`: where is the variance? Then act, or ask for a change",
        "用 `pmkit cost show` 查看偏差所在科目，采取措施或提出变更",
    ),
)
def eac_above_limit(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """An overrun that is known early can still be steered; at the end it is only a figure."""
    state, budget = _state(ws, ctx), _newest_budget(ws)
    if state is not None and budget is not None and (state.eac_percent or ZERO) > state.rules.eac_amber:
        eac = state.account.money(state.account.total.eac).printed()
        yield hit(budget.at("lines"), budget.id, eac=eac, percent=f"{state.eac_percent:.1f}")


@check(
    "CST303",
    "contingency-low",
    severity="warning",
    says=Text("{left} is left of the contingency reserve, {percent}%", "应急储备余额 {left}，仅剩 {percent}%"),
    fix=Text("look at the open risks: what of them could it still pay for?", "核对未关闭风险，评估余额是否够用"),
)
def contingency_low(ws: Workspace, ctx: Context) -> Iterator[Hit]:
    """The reserve is for the risks that are still open, not for those that are past."""
    budget = _newest_budget(ws)
    for account in accounts(ws, ctx.as_of).values() if budget is not None else ():
        reserve = account.contingency
        if budget is not None and reserve.set_aside > 0 and reserve.left >= 0:
            percent = reserve.left * 100 / reserve.set_aside
            if percent < ws.project.cost.contingency_left:
                left = account.money(reserve.left).printed()
                yield hit(budget.at("contingency"), budget.id, left=left, percent=f"{percent:.1f}")


def _state(ws: Workspace, ctx: Context) -> CostState | None:
    return cost_state(ws, ctx.as_of) if has_costs(ws) else None


def _newest_budget(ws: Workspace) -> Budget | None:
    budgets = ws.of(Budget)
    return budgets[-1] if budgets else None


def _lines(ws: Workspace) -> Iterator[tuple[Record, str, int, CostLine]]:
    """Every line of every entry of cost, with where it stands."""
    for model in (Budget, Commitment, ActualCost, Forecast, Transfer):
        for record in ws.of(model):
            for key in ("lines", "out_of"):
                for number, line in enumerate(getattr(record, key, ())):
                    yield record, key, number, line
