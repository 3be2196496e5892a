"""成本报告, 成本总结 and 成本管理计划, filled from the records of costs and payments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from pmkit.domain.changes import STATES as CHANGE_STATES
from pmkit.domain.costs import CATEGORIES, RESERVES, Budget, Forecast, Transfer
from pmkit.domain.payments import Payment
from pmkit.domain.plan import Phase, Task
from pmkit.kernel.duration import plain
from pmkit.kernel.money import Money
from pmkit.kernel.text import Text
from pmkit.reports.bars import BarChart
from pmkit.reports.change import form_head
from pmkit.reports.curves import Series, TimeChart
from pmkit.reports.views import cost as view
from pmkit.reports.views.blocks import Basis, Prepared, Signature, Wording
from pmkit.schedule.evm import earned_value
from pmkit.workspace import contracts
from pmkit.workspace.cost_state import CostState, cost_state
from pmkit.workspace.costs import (
    ZERO,
    Account,
    Figures,
    accounts,
    actual_lines,
    booked_transfers,
    open_orders,
    sums,
    sums_of,
)
from pmkit.workspace.model import Workspace
from pmkit.workspace.parties import legal_name
from pmkit.workspace.payments import (
    STANDINGS,
    amounts,
    due_amount,
    invoiced,
    nodes,
    open_invoices,
    received,
    standing,
)
from pmkit.workspace.planning import Planned, latest_progress

NOT_SAID = Text("(not said)", "（未指定）")
THOUSAND = Decimal(1000)
MOST_POINTS = 60  # of a line in the picture


def cost_report(
    ws: Workspace, planned: Planned | None, as_of: date, basis: Basis, *, final: bool = False
) -> view.CostReport:
    """The report at a day; `final`: 成本总结, which tells of the whole project."""
    state = cost_state(ws, as_of)
    found = accounts(ws, as_of)
    first = as_of.replace(day=1)
    return view.CostReport(
        name=view.SUMMARY if final else view.REPORT,
        head=replace(form_head(ws), date=as_of),
        start=ws.project.first_day if final else max(first, ws.project.first_day),
        as_of=as_of,
        lamp=state.lamp,
        prepared=_prepared(ws),
        summary=tuple(_summary(ws, state, as_of)),
        tables=tuple(_table(ws, account) for account in found.values()),
        curve=_curve(ws, state, as_of),
        bars=_bars(state.account),
        deviations=tuple(_deviations(ws, state.account, as_of)),
        changes=tuple(_changes(ws, as_of)),
        reserves=tuple(line for account in found.values() for line in _reserves(account)),
        draws=tuple(_draws(ws, as_of)),
        receipts=tuple(receipt_lines(ws, planned, as_of)),
        received_total=tuple(receipt_totals(ws, as_of)),
        open_items=tuple(_open_items(ws, as_of)),
        forecast=tuple(_outlook(ws, state, as_of)),
        basis=basis,
    )


def _prepared(ws: Workspace) -> Prepared:
    pm = next((p.name for p in ws.people if p.can_sign_as("supplier.pm")), None)
    director = next((p.name for p in ws.people if p.side == "supplier" and p.role == "director"), "")
    return Prepared(Signature(pm), Signature(""), Signature(director))


def _summary(ws: Workspace, state: CostState, as_of: date) -> Iterator[view.Figure]:
    account, total = state.account, state.account.total
    money = account.money
    approved = all(b.status == "approved" for b in ws.of(Budget))
    draft = "" if approved else Text("the budget is a draft", "预算尚未批准")
    yield view.Figure(Text("Budget (BAC)", "预算 BAC"), money(total.budget).printed(), draft)
    yield view.Figure(
        Text("Ordered", "已签订单"),
        money(total.ordered).printed(),
        Text(en="{open} of it still to be paid", zh="其中 {open} 尚未支付").format(open=money(total.open).printed()),
    )
    yield view.Figure(
        Text("Actual cost (AC)", "实际成本 AC"), money(total.actual).printed(), _spent_this_month(ws, account, as_of)
    )
    if state.earned is not None:
        f = state.earned.figures
        yield view.Figure(Text("Planned value (PV)", "计划价值 PV"), money(f.pv).printed())
        yield view.Figure(Text("Earned value (EV)", "挣值 EV"), money(f.ev).printed())
        yield view.Figure(Text("CPI = EV / AC", "CPI = EV / AC"), _index(state.cpi))
        yield view.Figure(Text("SPI = EV / PV", "SPI = EV / PV"), _index(f.spi if state.reported else None))
    percent = (
        Text(en="{p}% of the budget", zh="为预算的 {p}%").format(p=f"{state.eac_percent:.1f}")
        if state.eac_percent
        else ""
    )
    yield view.Figure(
        Text("Estimate at completion (EAC = AC + ETC)", "完工估算 EAC（AC + ETC）"), money(total.eac).printed(), percent
    )


def _spent_this_month(ws: Workspace, account: Account, as_of: date) -> Text:
    first = as_of.replace(day=1)
    lines = (
        line.amount
        for line, entry in actual_lines(ws, as_of)
        if entry.day_of(line) >= first and line.amount.currency == account.currency
    )
    spent = Money.total(lines, account.currency).printed()
    return Text(en="{spent} of it this month", zh="其中本月 {spent}").format(spent=spent)


def _index(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"


# --- tables ----------------------------------------------------------------------------------------------------------


def _table(ws: Workspace, account: Account) -> view.Table:
    categories = []
    for category, figures in account.by_part("category").items():
        day = account.forecast_on.get(category or "")
        remarks: Wording = Text(en="ETC as estimated on {day}", zh="ETC 为 {day} 估算").format(day=day) if day else ""
        categories.append(_line(account, CATEGORIES[category or "other"], figures, remarks))
    phases = [_line(account, _phase(ws, phase), figures) for phase, figures in account.by_part("phase").items()]
    return view.Table(
        account.currency, tuple(categories), tuple(phases), _line(account, Text("Total", "合计"), account.total)
    )


def _phase(ws: Workspace, phase: str | None) -> Wording:
    record = ws.find(phase or "", Phase)
    return NOT_SAID if phase is None else f"{phase} {record.name}" if record else phase


def _line(account: Account, name: Wording, f: Figures, remarks: Wording = "") -> view.Line:
    def shown(amount: Decimal) -> str:
        return f"{account.money(amount).amount:,f}"

    rate = f"{f.variance * 100 / f.budget:.1f}" if f.budget > 0 else None
    return view.Line(
        name,
        shown(f.original),
        shown(f.changes),
        shown(f.moved),
        shown(f.budget),
        shown(f.ordered),
        shown(f.actual),
        shown(f.etc),
        shown(f.eac),
        shown(f.variance),
        rate,
        remarks,
    )


def _deviations(ws: Workspace, account: Account, as_of: date) -> Iterator[view.Deviation]:
    """Every category whose estimate is not its budget, the largest overrun first."""
    groups = account.by_part("category")
    for category, f in sorted(groups.items(), key=lambda item: item[1].variance):
        if not f.variance or category is None:
            continue
        reasons = [
            e.reason
            for e in ws.of(Forecast)
            if e.on == account.forecast_on.get(category) and e.reason and any(x.category == category for x in e.lines)
        ]
        done = [
            Text(en="{id} {title}", zh="{id} {title}").format(id=t.id, title=t.title)
            for t in booked_transfers(ws, as_of)
            if any(x.category == category for x in t.lines)
        ]
        rate = f"{f.variance * 100 / f.budget:.1f}" if f.budget > 0 else None
        variance = account.money(f.variance).printed()
        cause: Wording = "；".join(reasons) if reasons else None
        yield view.Deviation(
            CATEGORIES[category], variance, rate, cause, Text.join(done, en="; ", zh="；") if done else None
        )


def _changes(ws: Workspace, as_of: date) -> Iterator[view.ChangeLine]:
    """The changes that say an own cost or a price, with those that are not applied yet: they do not count."""
    for change in ws.changes:
        impact = change.impact
        if (impact.cost is None and impact.price is None) or change.status in {"rejected", "withdrawn"}:
            continue
        counted = change.applied_on is not None and change.applied_on <= as_of and change.status in _IN_FORCE
        yield view.ChangeLine(
            change.id,
            change.title,
            CHANGE_STATES.names[change.status],
            change.applied_on,
            impact.price.printed() if impact.price else None,
            impact.cost.printed() if impact.cost else None,
            counted,
        )


_IN_FORCE = frozenset({"applied", "verified", "closed"})


def _reserves(account: Account) -> Iterator[view.ReserveLine]:
    for name, reserve in (("contingency", account.contingency), ("management", account.management)):
        if reserve.set_aside or reserve.drawn:
            shown = [account.money(a).printed() for a in (reserve.set_aside, reserve.drawn, reserve.left)]
            label = RESERVES[name]
            yield view.ReserveLine(Text(label.en.capitalize(), label.zh), account.currency, *shown)


def _draws(ws: Workspace, as_of: date) -> Iterator[view.Draw]:
    for transfer in booked_transfers(ws, as_of):
        yield view.Draw(
            transfer.id,
            transfer.on,
            _source(transfer),
            "、".join(Money(a, c).printed() for c, a in sums(transfer.lines).items()),
            transfer.title,
            transfer.risk,
            ws.person_name(transfer.approved_by) or None,
        )


def _source(transfer: Transfer) -> Wording:
    if transfer.reserve is not None:
        return RESERVES[transfer.reserve]
    if transfer.change is not None:
        return transfer.change
    return Text.join([CATEGORIES[line.category] for line in transfer.out_of])


# --- receipts --------------------------------------------------------------------------------------------------------


def receipt_lines(ws: Workspace, planned: Planned | None, as_of: date) -> Iterator[view.ReceiptLine]:
    """A line a payment node."""
    known = amounts(ws)
    open_ = open_invoices(ws, as_of)
    for payment in nodes(ws):
        own = [one for one in open_ if one.invoice.payment == payment.id]
        due = due_amount(payment, known.get(payment.id))
        left = sums_of(one.amount for one in own)
        yield view.ReceiptLine(
            ref=payment.id,
            node=payment.title,
            due=due.printed() if due else None,
            applied=payment.applied.printed() if payment.applied else None,
            invoiced=_printed(invoiced(ws, payment.id, as_of)),
            received=_printed(received(payment, as_of)),
            open=_printed(left),
            days=max((one.days for one in own), default=0),
            status=STANDINGS[standing(ws, payment, planned, as_of)],
        )


def _printed(found: dict[str, Decimal]) -> str | None:
    return "、".join(Money(amount, currency).printed() for currency, amount in found.items()) or None


def receipt_totals(ws: Workspace, as_of: date) -> Iterator[view.Figure]:
    """Invoiced, received, receivable: for each currency by itself."""
    billed: dict[str, Decimal] = {}
    came: dict[str, Decimal] = {}
    for payment in nodes(ws):
        for into, found in ((billed, invoiced(ws, payment.id, as_of)), (came, received(payment, as_of))):
            for currency, amount in found.items():
                into[currency] = into.get(currency, ZERO) + amount
    for currency in dict.fromkeys([*billed, *came]):
        invoiced_, received_ = billed.get(currency, ZERO), came.get(currency, ZERO)
        yield view.Figure(Text("Invoiced", "已开票合计"), Money(invoiced_, currency).printed())
        yield view.Figure(Text("Received", "已收合计"), Money(received_, currency).printed())
        yield view.Figure(
            Text("Receivable = invoiced − received", "应收余额 = 已开票 − 已收"),
            Money(invoiced_ - received_, currency).printed(),
        )


def _open_items(ws: Workspace, as_of: date) -> Iterator[view.OpenItem]:
    for order, rest in open_orders(ws, as_of):
        yield view.OpenItem(order.id, order.title, order.vendor, rest.printed(), order.due)
    for one in open_invoices(ws, as_of):
        yield view.OpenItem(
            one.invoice.id, one.invoice.number, legal_name(ws, "customer"), one.amount.printed(), one.due
        )


def _outlook(ws: Workspace, state: CostState, as_of: date) -> Iterator[view.Figure]:
    """What comes of it: the estimates side by side, and what is left of the price."""
    account, total = state.account, state.account.total
    yield view.Figure(
        Text("EAC, bottom-up", "完工估算 EAC（自下而上）"),
        account.money(total.eac).printed(),
        Text("actual cost and what is still estimated", "实际成本加各科目尚需估算"),
    )
    if state.earned is not None and state.reported:
        f = state.earned.figures
        for label, value in (
            (Text("EAC = AC + (BAC − EV)", "EAC = AC + (BAC − EV)"), f.eac("1")),
            (Text("EAC = AC + (BAC − EV) / CPI", "EAC = AC + (BAC − EV) / CPI"), f.eac("CPI")),
        ):
            yield view.Figure(label, account.money(value).printed() if value is not None else None)
        yield view.Figure(Text("TCPI to keep the budget", "按预算完工所需绩效指数 TCPI"), _index(f.tcpi_bac))
    yield view.Figure(
        Text("Variance at completion (BAC − EAC)", "完工偏差（BAC − EAC）"), account.money(total.variance).printed()
    )
    price = contracts.price(ws)
    if price is not None and price.currency == account.currency:
        taken = contracts.in_the_price(ws)
        applied = [c for c in ws.changes if c.applied_on and c.applied_on <= as_of and c.status in _IN_FORCE]
        more = [c.impact.price for c in applied if c.id not in taken]
        income = Money.total([price, *(m for m in more if m and m.currency == price.currency)], price.currency)
        margin = income.amount - total.eac
        percent = f"{margin * 100 / income.amount:.1f}" if income.amount else "/"
        yield view.Figure(Text("Price with applied changes", "合同价款（含已实施变更）"), income.printed())
        yield view.Figure(
            Text("Margin at completion (price − EAC)", "预计毛利（价款 − EAC）"),
            account.money(margin).printed(),
            Text(en="{p}% of the price; taxes as budgeted", zh="占价款 {p}%，税费按预算计").format(p=percent),
        )


# --- pictures --------------------------------------------------------------------------------------------------------


def _curve(ws: Workspace, state: CostState, as_of: date) -> TimeChart | None:
    """PV over the whole plan, EV at the status dates, AC as it was booked; in thousands of the project's currency."""
    earned = state.earned
    series = []
    if earned is not None:
        end = earned.day_of(max((Decimal(c.finish) for c in earned.costs), default=ZERO))
        days = _days(ws.project.first_day - timedelta(days=1), end)
        series.append(Series(Text("Planned value PV", "计划价值 PV"), _points(days, earned.curve(days))))
        reports = [p.status_date for p in ws.progress if p.status_date <= as_of][-MOST_POINTS:]
        if reports:
            values = [
                earned_value(earned.costs, {i: e.percent for i, e in latest_progress(ws, day)[1].items()})
                for day in reports
            ]
            begin = (ws.project.first_day - timedelta(days=1), 0.0)
            series.append(Series(Text("Earned value EV", "挣值 EV"), (begin, *_points(reports, values))))
    spent = _spent(ws, state.account.currency, as_of)
    if spent:
        days = _days(min([ws.project.first_day - timedelta(days=1), *spent]), as_of)
        totals = [sum((amount for on, amount in spent.items() if on <= day), ZERO) for day in days]
        series.append(Series(Text("Actual cost AC", "实际成本 AC"), _points(days, totals)))
    if not series:
        return None
    unit = Text(f"1,000 {state.account.currency}", f"千元（{state.account.currency}）")
    return TimeChart(Text("PV, EV and AC", "计划价值、挣值与实际成本"), tuple(series), unit, as_of)


def _spent(ws: Workspace, currency: str, as_of: date) -> dict[date, Decimal]:
    """What was spent on each day."""
    found: dict[date, Decimal] = {}
    for line, entry in actual_lines(ws, as_of):
        if line.amount.currency == currency:
            day = entry.day_of(line)
            found[day] = found.get(day, ZERO) + line.amount.amount
    return found


def _days(first: date, last: date) -> list[date]:
    """Days from the first to the last, a week apart or more, the last one included."""
    span = max(1, (last - first).days)
    step = max(7, -(-span // MOST_POINTS))
    return [*(first + timedelta(days=n) for n in range(0, span, step)), max(first, last)]


def _points(days: Sequence[date], values: Sequence[Decimal]) -> tuple[tuple[date, float], ...]:
    return tuple(
        (day, float((value / THOUSAND).quantize(Decimal("0.1")))) for day, value in zip(days, values, strict=True)
    )


def _bars(account: Account) -> BarChart | None:
    groups = tuple(
        (CATEGORIES[category or "other"], tuple(_thousands(a) for a in (f.budget, f.actual, f.eac)))
        for category, f in account.by_part("category").items()
    )
    if not groups:
        return None
    names = (Text("Budget", "预算"), Text("Actual", "实际"), Text("EAC", "完工估算 EAC"))
    unit = Text(f"1,000 {account.currency}", f"千元（{account.currency}）")
    return BarChart(
        Text("Budget, actual cost and estimate by category", "各科目预算、实际与完工估算"), names, groups, unit
    )


def _thousands(amount: Decimal) -> float:
    return float((amount / THOUSAND).quantize(Decimal("0.1")))


# --- the plan --------------------------------------------------------------------------------------------------------


def cost_plan(ws: Workspace, planned: Planned | None, basis: Basis) -> view.CostPlan:
    """成本管理计划: the budget by phase and category, reserves, limits, payment nodes."""
    found = accounts(ws)
    rules = ws.project.cost
    budgets = ws.of(Budget)
    known = amounts(ws)
    percent = Text("{n}%", "{n}%")
    return view.CostPlan(
        head=replace(form_head(ws), date=basis.as_of),
        prepared=_prepared(ws),
        approved=bool(budgets) and all(b.status == "approved" for b in budgets),
        matrices=tuple(_matrix(ws, account) for account in found.values() if account.total.original),
        reserves=tuple(_reserve_figures(found.values())),
        limits=(
            view.Figure(
                Text("CPI: amber, red below", "CPI 预警、严重下限"),
                f"{plain(rules.cpi_amber)} / {plain(rules.cpi_red)}",
            ),
            view.Figure(
                Text("EAC: amber, red above, of the budget", "EAC 预警、严重上限（占预算）"),
                f"{plain(rules.eac_amber)}% / {plain(rules.eac_red)}%",
            ),
            view.Figure(Text("Overrun of one category", "单科目超支上限"), percent.format(n=plain(rules.overrun))),
            view.Figure(
                Text("Contingency left, at least", "应急储备余额下限"), percent.format(n=plain(rules.contingency_left))
            ),
        ),
        nodes=tuple(_node(ws, planned, payment, known.get(payment.id)) for payment in nodes(ws)),
        basis=basis,
    )


def _matrix(ws: Workspace, account: Account) -> view.Matrix:
    used = [c for c, f in account.by_part("category").items() if f.original and c]
    cells = account.by(lambda cell: (cell.phase, cell.category))
    rows = []
    for phase, figures in account.by_part("phase").items():
        if figures.original:
            amounts_ = tuple(_cell(account, cells.get((phase, c), Figures()).original) for c in used)
            rows.append((_phase(ws, phase), amounts_, _cell(account, figures.original)))
    groups = account.by_part("category")
    return view.Matrix(
        account.currency,
        tuple(CATEGORIES[c] for c in used),
        tuple(rows),
        tuple(_cell(account, groups[c].original) for c in used),
        _cell(account, account.total.original),
    )


def _cell(account: Account, amount: Decimal) -> str:
    return f"{account.money(amount).amount:,f}" if amount else ""


def _reserve_figures(found: object) -> Iterator[view.Figure]:
    for account in found:  # type: ignore[attr-defined]
        for line in _reserves(account):
            yield view.Figure(line.name, line.set_aside)
        if account.contingency.set_aside or account.management.set_aside:
            original = account.total.original + account.contingency.set_aside
            yield view.Figure(
                Text("Cost baseline: lines and contingency", "成本基准（明细 + 应急储备）"),
                account.money(original).printed(),
            )
            whole = original + account.management.set_aside
            yield view.Figure(
                Text("Whole budget, with the management reserve", "总预算（含管理储备）"),
                account.money(whole).printed(),
            )


def _node(ws: Workspace, planned: Planned | None, payment: Payment, amount: Money | None) -> view.NodeLine:
    task = ws.find(payment.milestone or "", Task)
    return view.NodeLine(
        payment.title,
        payment.condition or payment.clause,
        f"{task.id} {task.name}" if task else None,
        planned.item(task.id).finish.date() if task and planned else payment.due,
        f"{plain(payment.share)}%" if payment.share is not None else None,
        amount.printed() if amount else None,
    )
