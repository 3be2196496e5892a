"""How the money stands at a day: the account, the earned value where there is one, and how far past its limits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from pmkit.domain.project import CostRules
from pmkit.kernel.errors import UsageError
from pmkit.workspace.costs import Account, accounts
from pmkit.workspace.earned import Earned, earned, has_costs
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import latest_progress, plan_of

BEFORE = date(1970, 1, 1)  # a plan without any progress


@dataclass(frozen=True)
class CostState:
    """The project's own currency; `earned` is None where nothing can be earned: no plan, or no planned cost."""

    account: Account
    earned: Earned | None
    rules: CostRules
    reported: bool  # some progress was reported up to the day

    @property
    def cpi(self) -> Decimal | None:
        """EV / AC at the newest status date; None before any progress was reported, for nothing was measured yet."""
        return self.earned.figures.cpi if self.earned and self.reported else None

    @property
    def eac_percent(self) -> Decimal | None:
        """The bottom-up estimate at completion in percent of the budget."""
        budget = self.account.total.budget
        return self.account.total.eac * 100 / budget if budget > 0 else None

    @property
    def lamp(self) -> Literal["green", "amber", "red"]:
        """Green, amber or red by the profile's limits (FORMS §3)."""
        if self._past(self.rules.cpi_red, self.rules.eac_red):
            return "red"
        return "amber" if self._past(self.rules.cpi_amber, self.rules.eac_amber) else "green"

    def _past(self, cpi: Decimal, eac: Decimal) -> bool:
        return (self.cpi is not None and self.cpi < cpi) or (self.eac_percent is not None and self.eac_percent > eac)


def cost_state(ws: Workspace, as_of: date) -> CostState:
    """The state at a day, by what was reported and booked up to it."""
    account = accounts(ws, as_of)[ws.project.currency]
    reported = latest_progress(ws, as_of)[0] is not None
    return CostState(account, _earned(ws, as_of), ws.project.cost, reported)


def _earned(ws: Workspace, as_of: date) -> Earned | None:
    plan = plan_of(ws, BEFORE)[0] if has_costs(ws) else None
    if plan is None:
        return None
    known = [b for b in ws.baselines if b.on <= as_of]
    try:
        return earned(ws, plan, known[-1] if known else None, latest_progress(ws, as_of)[0] or as_of)
    except UsageError:  # planned costs in several currencies, or nothing to spread a budget over
        return None
