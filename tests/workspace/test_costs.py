"""The cost account always reconciles: whatever the records say, by whatever it is grouped, to the cent."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from pmkit.domain.changes import ChangeRequest
from pmkit.domain.costs import CATEGORIES, ActualCost, Budget, Commitment, Forecast, Transfer
from pmkit.domain.plan import Phase
from pmkit.domain.project import Project
from pmkit.kernel.money import Money
from pmkit.kernel.place import Spot
from pmkit.workspace.costs import accounts, budget_by_task
from pmkit.workspace.model import Workspace

FIRST = date(2026, 3, 1)
PROJECT = Project.model_validate(
    {"id": "project", "format": 1, "name": "园区", "code": "YQ", "customer": "滨海", "language": "zh", "currency": "CNY",
     "timezone": "Asia/Shanghai", "start": "2026-03-02"}
)  # fmt: skip
PHASES = {"PH1": ("T-001", "T-002"), "PH2": ("T-003",)}
CURRENCIES = ("CNY", "USD", "JPY")

days = st.integers(0, 60).map(lambda n: (FIRST + timedelta(days=n)).isoformat())
lines = st.builds(
    lambda category, cents, currency, phase, task: {
        "category": category, "amount": str(Money(Decimal(cents).scaleb(-2), currency)),
        **({"phase": phase} if phase else {}), **({"task": task} if task else {}),
    },
    st.sampled_from(list(CATEGORIES)), st.integers(-5_000, 9_999_999), st.sampled_from(CURRENCIES),
    st.sampled_from([None, *PHASES]), st.sampled_from([None, "T-001", "T-002", "T-003", "T-999"]),
)  # fmt: skip
some = st.lists(lines, min_size=1, max_size=5)


def numbered(kind, prefix, dicts):
    return [kind.model_validate({"id": f"{prefix}-{n:03}", "title": "甲", **d}) for n, d in enumerate(dicts, 1)]


@st.composite
def records(draw):
    """Entries of every kind, as many as a project may have, in three currencies."""
    budgets = [
        {"lines": draw(st.lists(lines, max_size=6)), "status": "draft", "contingency": "5000.00 CNY",
         "management_reserve": "300 JPY"}
        for _ in range(draw(st.integers(0, 2)))
    ]  # fmt: skip
    orders = []
    for _ in range(draw(st.integers(0, 3))):
        own = [line for line in draw(some) if line["amount"].endswith("CNY")]
        status = draw(st.sampled_from(["open", "closed", "cancelled"]))
        steps = [{"to": status, "on": draw(days), "by": "li.wei"}]
        orders += [{"lines": own, "on": draw(days), "status": status, "steps": steps}] if own else []
    actuals = [
        {"lines": draw(some), "on": draw(days), "status": draw(st.sampled_from(["booked", "void"])),
         **({"commitment": "ORD-001"} if draw(st.booleans()) else {})}
        for _ in range(draw(st.integers(0, 4)))
    ]  # fmt: skip
    forecasts = [{"lines": draw(some), "on": draw(days), "by": "li.wei"} for _ in range(draw(st.integers(0, 2)))]
    transfers = []
    for _ in range(draw(st.integers(0, 3))):
        own, source = draw(some), draw(st.sampled_from(["contingency", "management", "change", "out_of", "wrong"]))
        given = {"reserve": source} if source in {"contingency", "management"} else {}
        given |= {"change": "CR-001"} if source == "change" else {}
        given |= {"out_of": [{**line, "category": "other"} for line in own]} if source == "out_of" else {}
        given |= {"out_of": own[:1] * 2} if source == "wrong" else {}
        transfers.append({"lines": own, "on": draw(days), "status": "booked", **given})
    changes = [
        {"requested_by": "li.wei", "status": status, "steps": [{"to": "applied", "on": draw(days), "by": "li.wei"}],
         "impact": {"cost": draw(lines)["amount"]}}
        for status in draw(st.lists(st.sampled_from(["applied", "closed", "approved", "draft"]), max_size=3))
    ]  # fmt: skip
    phases = []
    for phase_id, ids in PHASES.items():
        raw = {"id": phase_id, "name": phase_id, "tasks": [{"id": i, "name": i, "duration": "5d"} for i in ids]}
        phases.append(Phase.model_validate(raw).placed(Spot(f"plan/{phase_id}.yaml")))
    tasks = [task.placed(Spot(phase.spot.path, ("tasks", n))) for phase in phases for n, task in enumerate(phase.tasks)]
    made = [Forecast.model_validate({"id": f"FCT-{n:03}", **d}) for n, d in enumerate(forecasts, 1)]
    made += [*numbered(Budget, "BUD", budgets), *numbered(Commitment, "ORD", orders)]
    made += [*numbered(ActualCost, "CST", actuals), *numbered(Transfer, "TRF", transfers)]
    return [*phases, *tasks, *made, *numbered(ChangeRequest, "CR", changes)]


def naive(amounts, currency):
    """A sum of amounts written `1.00 CNY`, added up by hand in one currency."""
    return sum((Decimal(str(a).split()[0]) for a in amounts if str(a).endswith(currency)), Decimal(0))


@settings(max_examples=120, deadline=None)
@given(records(), st.integers(0, 60))
def test_every_total_is_the_same_whatever_it_is_grouped_by(made, days_in):
    ws, found = Workspace.assemble(PROJECT, made)
    assert not found
    as_of = FIRST + timedelta(days=days_in)
    for currency, account in accounts(ws, as_of).items():
        total = account.total
        for part in ("phase", "category", "task"):
            groups = account.by_part(part).values()
            for name in (
                "original",
                "changes",
                "moved",
                "budget",
                "ordered",
                "open",
                "actual",
                "etc",
                "eac",
                "variance",
            ):
                whole = sum((getattr(figures, name) for figures in groups), Decimal(0))
                assert whole == getattr(total, name), (part, name)
                assert Money(whole, currency).amount == whole  # no fraction of a cent anywhere
        # against the records, added up without cells
        budgets = [r for r in made if isinstance(r, Budget)]
        actual = [
            line.amount for r in made if isinstance(r, ActualCost) and r.status != "void" for line in r.lines
            if (line.on or r.on) <= as_of
        ]  # fmt: skip
        applied = [
            r.impact.cost for r in made
            if isinstance(r, ChangeRequest) and r.status in {"applied", "closed"} and r.steps[-1].on <= as_of
        ]  # fmt: skip
        original = naive([line.amount for b in budgets for line in b.lines], currency)
        assert total.original == original
        assert total.actual == naive(actual, currency)
        assert total.changes == naive(applied, currency)
        reserves = naive([a for b in budgets for a in (b.contingency, b.management_reserve)], currency)
        assert account.whole == original + reserves + naive(applied, currency)  # transfers move, they never add
        assert total.etc >= 0


@settings(max_examples=60, deadline=None)
@given(records(), st.lists(st.integers(0, 5000), min_size=3, max_size=3))
def test_the_budget_over_the_tasks_is_the_budget(made, minutes):
    ws, _ = Workspace.assemble(PROJECT, made)
    weights = dict(zip(("T-001", "T-002", "T-003"), minutes, strict=True))
    for account in accounts(ws).values():
        spread = budget_by_task(ws, account, weights)
        unnamed = [c for c, f in account.cells.items() if f.budget and c.task not in weights]
        if any(minutes) or not unnamed:
            assert sum(spread.values(), Decimal(0)) == account.total.budget
