"""Where the project stands against its contract: the finish in calendar days, the price with its changes."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.kernel.money import Money
from pmkit.kernel.text import Text
from pmkit.reports.views.blocks import Audience
from pmkit.workspace.approvals import cumulative_price
from pmkit.workspace.contracts import damages, deadline, main_contract, price, signed_price, without_supplement
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import Planned


def contract_lines(ws: Workspace, planned: Planned | None, audience: Audience) -> Iterator[Text]:
    """A sentence for each thing that there is to say; none without a signed contract.

    What a delay would cost us is said in our own house only.
    """
    contract = main_contract(ws)
    if contract is None:
        return
    found = deadline(ws, planned)
    if found is not None:
        yield found.says
        cost = damages(ws, found) if audience == "internal" else None
        if cost is not None:
            yield Text(
                en="liquidated damages at that finish: {amount}{cap}", zh="按预测日期计的逾期违约金：{amount}{cap}"
            ).format(
                amount=cost.amount.printed(), cap=Text(" (capped)", "（已达上限）") if cost.capped else Text("", "")
            )
    total, whole, now = cumulative_price(ws), signed_price(ws), price(ws)
    if whole is not None and total.percent is not None and total.amount:
        yield Text(
            en="agreed changes come to {amount}, {percent}% of the contract price; price in force {now}",
            zh="已批准变更累计 {amount}，占合同价款的 {percent}%；现行合同价款 {now}",
        ).format(
            amount=Money(total.amount, whole.currency).printed(), percent=f"{total.percent:.1f}",
            now=now.printed() if now else "/",
        )  # fmt: skip
    waiting = [Text.same(change.id) for change in without_supplement(ws, contract)]
    if waiting:
        yield Text(en="supplementary agreement still to be signed for {ids}", zh="{ids} 尚待签订补充协议").format(
            ids=Text.join(waiting)
        )
