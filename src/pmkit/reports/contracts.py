"""合同响应对照表, filled from the contract in force and its supplementary agreements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pmkit.domain.contracts import DEVIATIONS, STARTS, Contract
from pmkit.kernel.duration import plain
from pmkit.kernel.money import capital_words
from pmkit.kernel.text import Text
from pmkit.reports.change import form_head
from pmkit.reports.views import contracts as view
from pmkit.reports.views.blocks import Basis, Wording, sign_boxes
from pmkit.workspace.contracts import (
    RESULTS,
    cases_of,
    clauses,
    deadline,
    main_contract,
    period_days,
    price,
    result_of,
    what_changed,
)
from pmkit.workspace.model import Workspace
from pmkit.workspace.planning import Planned


def compliance_matrix(ws: Workspace, planned: Planned | None, basis: Basis) -> view.ComplianceMatrix:
    """Every clause in force, with what shows it; a draft where nothing is signed yet."""
    contract = main_contract(ws) or main_contract(ws, signed=False)
    head = replace(form_head(ws), form_no=f"{ws.project.code}-HTXY", date=basis.as_of)
    whole = price(ws) or (contract.price if contract else None)
    days = period_days(ws, contract) if contract else None
    found = deadline(ws, planned)
    return view.ComplianceMatrix(
        head=head if contract is None or not contract.number else replace(head, contract_no=contract.number),
        title_of_contract=contract.title if contract else None,
        signed_on=contract.signed_on.isoformat() if contract and contract.signed_on else None,
        price=whole.printed() if whole else None,
        in_words=capital_words(whole) if whole is not None and whole.currency == "CNY" else None,
        tax_rate=f"{plain(contract.tax_rate)}%" if contract and contract.tax_rate is not None else None,
        period=_period(contract, days) if contract and days is not None else None,
        finish=found.in_short if found else None,
        clauses=tuple(_lines(ws, contract)) if contract else (),
        amended=tuple(_amended(ws, contract)) if contract else (),
        totals=_totals(ws, contract) if contract else None,
        sign=sign_boxes(head),
        basis=basis,
    )


def _period(contract: Contract, days: int) -> Text:
    return Text(en="{n} calendar days from: {start}", zh="{n} 个日历天，自{start}起算").format(
        n=days, start=STARTS[contract.period_starts]
    )


def _lines(ws: Workspace, contract: Contract) -> Iterator[view.ClauseLine]:
    for clause, source in clauses(ws, contract):
        result = result_of(ws, clause)
        yield view.ClauseLine(
            no=clause.no,
            star="★" if clause.star else "",
            text=clause.text,
            response=clause.response,
            deviation=DEVIATIONS[clause.deviation] if clause.deviation else None,
            requirements=_ids(clause.requirements),
            deliverables=_ids(clause.deliverables),
            cases=_ids(case.id for case in cases_of(ws, clause)),
            result=RESULTS[result] if result else None,
            source=source.number or source.id if source.amends else "",
        )


def _ids(ids: Iterable[str]) -> Wording:
    found = [Text.same(one) for one in ids]
    return Text.join(found) if found else None


def _amended(ws: Workspace, contract: Contract) -> Iterator[view.AmendedLine]:
    for one in ws.of(Contract):
        if one.amends == contract.id:
            for line in what_changed(ws, one):
                yield view.AmendedLine(
                    one.number or one.id, one.signed_on.isoformat() if one.signed_on else None, _ids(one.changes),
                    line.what, line.before, line.after,
                )  # fmt: skip


def _totals(ws: Workspace, contract: Contract) -> Text:
    found = [clause for clause, _ in clauses(ws, contract)]
    counts = {name: sum(1 for c in found if c.deviation == name) for name in DEVIATIONS}
    return Text(
        en="{n} clauses, {stars} with ★; deviations: {better} better, {worse} worse; {passed} shown to conform",
        zh="共 {n} 条，其中★ {stars} 条；正偏离 {better} 条，负偏离 {worse} 条；已验证符合 {passed} 条",
    ).format(
        n=len(found), stars=sum(1 for c in found if c.star), better=counts["positive"], worse=counts["negative"],
        passed=sum(1 for c in found if result_of(ws, c) == "passed"),
    )  # fmt: skip
