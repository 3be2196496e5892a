"""The contract in force: what it and its supplementary agreements say, and where the forecast lies against its finish.

Where no contract is signed here the profile's number and price stand for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from pmkit.domain.acceptance import AcceptanceCase
from pmkit.domain.changes import ChangeRequest
from pmkit.domain.contracts import Clause, Contract
from pmkit.domain.letters import Letter
from pmkit.domain.parties import Party
from pmkit.kernel.duration import Duration
from pmkit.kernel.money import Money
from pmkit.kernel.text import Text
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import Planned

FINAL = ("final_acceptance", "final")
RESULTS = {
    "passed": Text("Conforms", "符合"),
    "failed": Text("Does not conform", "不符合"),
    "open": Text("To be shown", "待验"),
}


def main_contract(ws: Workspace, *, signed: bool = True) -> Contract | None:
    """The contract of the project: the first that amends no other. `signed`: only one that is in force."""
    return next((c for c in ws.of(Contract) if c.amends is None and (c.is_in_force or not signed)), None)


def supplements(ws: Workspace, contract: Contract) -> list[Contract]:
    """The supplementary agreements that are signed, in the order of their days."""
    found = [c for c in ws.of(Contract) if c.amends == contract.id and c.is_in_force]
    return sorted(found, key=lambda c: (c.signed_on or date.max, c.id))


def number(ws: Workspace) -> str | None:
    """The contract's number."""
    contract = main_contract(ws)
    return contract.number if contract is not None and contract.number else ws.project.contract_no


def signed_price(ws: Workspace) -> Money | None:
    """The price as first signed: what changes are held against."""
    contract = main_contract(ws)
    return contract.price if contract is not None and contract.price else ws.project.contract_price


def price(ws: Workspace, on: date | None = None) -> Money | None:
    """The price in force, today or on a day: that of the last supplementary agreement which names one, else as first
    signed.
    """
    contract = main_contract(ws)
    if contract is None:
        return ws.project.contract_price
    later = [one for one in supplements(ws, contract) if on is None or (one.signed_on or date.max) <= on]
    named = [one.price for one in (contract, *later) if one.price is not None]
    return named[-1] if named else ws.project.contract_price


def in_the_price(ws: Workspace) -> frozenset[str]:
    """The changes whose price the price in force holds already: of signed agreements that name a price."""
    contract = main_contract(ws)
    named = supplements(ws, contract) if contract is not None else []
    return frozenset(i for one in named if one.price is not None for i in one.changes)


def period_days(ws: Workspace, contract: Contract) -> int | None:
    """The calendar days of the period: those of the last agreement that names some."""
    named = [one.period_days for one in (contract, *supplements(ws, contract)) if one.period_days is not None]
    return named[-1] if named else None


def calendar_days(span: Duration) -> int:
    """Calendar days of an extension: whole days, begun ones count; `10d` of a contract period are ten calendar days."""
    return -(-span.minutes(day=1440, week=10080) // 1440)


def extensions(ws: Workspace, contract: Contract) -> list[tuple[ChangeRequest, int]]:
    """Applied changes that grant an extension of time which no agreement has taken into its period yet, with days."""
    taken = {i for one in supplements(ws, contract) if one.period_days is not None for i in one.changes}
    return [
        (change, calendar_days(change.impact.extension))
        for change in ws.changes
        if change.applied_on is not None and change.impact.extension is not None and change.id not in taken
    ]


def start(ws: Workspace, contract: Contract) -> date | None:
    """The day on which the period begins: as recorded, by the signature, or by the commencement order of the letters.

    None while nobody said so.
    """
    if contract.commenced_on is not None or contract.period_starts == "date":
        return contract.commenced_on
    if contract.period_starts == "signed":
        return contract.signed_on
    orders = [one for one in ws.of(Letter) if one.type == "commencement" and one.status != "draft"]
    return min((one.starts for one in orders if one.starts is not None), default=None)


@dataclass(frozen=True, slots=True)
class Deadline:
    """The contract finish, and the forecast against it in calendar days. `extended`: of which by changes granted."""

    contract: Contract
    start: date
    days: int
    extended: int
    finish: date
    milestone: str | None = None
    name: str = ""
    forecast: date | None = None

    @property
    def late(self) -> int | None:
        """Calendar days by which the forecast passes the finish; negative: before it."""
        return (self.forecast - self.finish).days if self.forecast is not None else None

    @property
    def says(self) -> Text:
        """The whole in a sentence."""
        return Text(en="contract finish {rest}", zh="合同竣工日期 {rest}").format(rest=self.in_short)

    @property
    def in_short(self) -> Text:
        """The finish, how it comes about, and where the forecast lies."""
        extended = Text("", "")
        if self.extended:
            extended = Text(en=" + {n} granted", zh=" + 顺延 {n} 天").format(n=self.extended)
        whole = Text(
            en="{finish} ({days} calendar days{extended} from {start})",
            zh="{finish}（自 {start} 起 {days} 个日历天{extended}）",
        ).format(finish=self.finish, days=self.days, extended=extended, start=self.start)
        if self.forecast is None or self.late is None:
            return whole
        return Text(en="{whole}; {milestone} {name} forecast {forecast}: {late}",
                    zh="{whole}；{milestone} {name}预测 {forecast}：{late}").format(
            whole=whole, milestone=self.milestone, name=self.name, forecast=self.forecast, late=lateness(self.late)
        )  # fmt: skip


def lateness(days: int) -> Text:
    """`12 calendar days late`."""
    if days > 0:
        return Text(en="{n} calendar days late", zh="超出 {n} 个日历天").format(n=days)
    if days < 0:
        return Text(en="{n} calendar days in hand", zh="提前 {n} 个日历天").format(n=-days)
    return Text("on the day", "恰为当日")


def deadline(ws: Workspace, planned: Planned | None) -> Deadline | None:
    """The contract finish: start of the period + calendar days + extensions granted by applied changes.

    The day of the start does not count itself (Civil Code of the PRC, art. 201), unless the contract says so. None
    without a signed contract, a period or a start.
    """
    contract = main_contract(ws)
    begin = start(ws, contract) if contract is not None else None
    days = period_days(ws, contract) if contract is not None else None
    if contract is None or begin is None or days is None:
        return None
    extended = sum(n for _, n in extensions(ws, contract))
    finish = begin + timedelta(days=days + extended - contract.first_day_counts)
    last = _last(ws, contract, planned)
    if planned is None or last is None:
        return Deadline(contract, begin, days, extended, finish)
    item = planned.item(last)
    named = next((task.name for task in ws.tasks if task.id == last), "")
    return Deadline(contract, begin, days, extended, finish, last, named, item.finish.date())


def _last(ws: Workspace, contract: Contract, planned: Planned | None) -> str | None:
    """What the contract is finished with: as it says, the final acceptance, else what ends last."""
    if planned is None or not ws.tasks:
        return None
    if contract.finish_by and any(task.id == contract.finish_by for task in ws.tasks):
        return contract.finish_by
    final = [task.id for task in ws.tasks if task.stage in FINAL]
    milestones = [task.id for task in ws.tasks if task.is_milestone]
    among = final or milestones or [task.id for task in ws.tasks]
    return max(among, key=lambda one: planned.item(one).finish)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the delay would cost, and how it comes about."""

    amount: Money
    capped: bool


def damages(ws: Workspace, found: Deadline) -> Forecast | None:
    """Liquidated damages for the forecast delay: rate x price x calendar days, up to the cap."""
    rule, whole, late = found.contract.damages, price(ws), found.late
    if rule is None or whole is None or late is None or late <= 0:
        return None
    amount = whole.amount * rule.rate * late / 100
    cap = whole.amount * rule.cap / 100 if rule.cap is not None else None
    capped = cap is not None and amount > cap
    return Forecast(Money(cap if capped and cap is not None else amount, whole.currency), capped)


def clauses(ws: Workspace, contract: Contract) -> Iterator[tuple[Clause, Contract]]:
    """The clauses in force, each with the agreement that says it: of one number the last word counts."""
    said: dict[str, tuple[Clause, Contract]] = {}
    for one in (contract, *supplements(ws, contract)):
        said |= {clause.no: (clause, one) for clause in one.clauses}
    return iter(said.values())


def cases_of(ws: Workspace, clause: Clause) -> list[AcceptanceCase]:
    """The acceptance cases that show a clause: those it names, and those of the requirements it names."""
    wanted = set(clause.requirements)
    return [c for c in ws.of(AcceptanceCase) if c.id in clause.cases or wanted & set(c.requirements)]


def result_of(ws: Workspace, clause: Clause) -> str | None:
    """`passed`, `failed` or `open`, by its cases; None where nothing shows it."""
    states = [case.status for case in cases_of(ws, clause) if case.status != "cancelled"]
    if not states:
        return None
    if "failed" in states:
        return "failed"
    return "passed" if all(state in {"passed", "waived"} for state in states) else "open"


def without_supplement(ws: Workspace, contract: Contract) -> Iterator[ChangeRequest]:
    """Applied changes that want a supplementary agreement, by their own word, and stand in none that is signed."""
    taken = {i for one in supplements(ws, contract) for i in one.changes}
    for change in ws.changes:
        wants = change.impact.supplementary_agreement or change.impact.party_change
        if change.applied_on is not None and wants and change.id not in taken:
            yield change


def share_of_supplements(ws: Workspace, contract: Contract) -> Decimal | None:
    """By how many percent the supplementary agreements have raised the price as first signed."""
    now = price(ws)
    if contract.price is None or now is None or not contract.price.amount or now.currency != contract.price.currency:
        return None
    return (now.amount - contract.price.amount) * 100 / contract.price.amount


@dataclass(frozen=True, slots=True)
class Amended:
    """A line of what a supplementary agreement makes otherwise; None for what was not there before."""

    what: Text
    before: str | None
    after: str


def what_changed(ws: Workspace, one: Contract) -> Iterator[Amended]:
    """What a supplementary agreement makes otherwise, against the contract and the agreements before it."""
    base = ws.find(one.amends or "", Contract)
    if base is None:
        return
    before = [base]
    for other in supplements(ws, base):
        if other.id == one.id:
            break
        before.append(other)
    prices = [c.price for c in before if c.price is not None]
    periods = [c.period_days for c in before if c.period_days is not None]
    known = {clause.no: clause.text for c in before for clause in c.clauses}
    if one.price is not None:
        yield Amended(
            Text("Price with tax", "含税合同价款"), prices[-1].printed() if prices else None, one.price.printed()
        )
    if one.period_days is not None:
        said = Text("Period (calendar days)", "合同工期（日历天）")
        yield Amended(said, str(periods[-1]) if periods else None, str(one.period_days))
    for clause in one.clauses:
        yield Amended(Text(en="Clause {no}", zh="条款 {no}").format(no=clause.no), known.get(clause.no), clause.text)


def figures(found: Deadline | None) -> dict[str, object]:
    """The contract finish for programs: the day, and by how many calendar days the forecast passes it."""
    return {
        "contract_finish": found.finish.isoformat() if found else None,
        "contract_late_days": found.late if found else None,
    }


def renamed(ws: Workspace, contract: Contract) -> Iterator[tuple[Party, str]]:
    """Parties that are called otherwise than when the contract was signed, and by no applied change."""
    changed = {
        edit.record
        for change in ws.changes
        if change.applied_on is not None
        for edit in change.edits
        if edit.field in {"name", "role"}
    }
    for handle, name in contract.signed_names.items():
        party = ws.find(handle, Party)
        if party is not None and party.name != name and handle not in changed:
            yield party, name
