"""The clauses of the contract for terminals, spreadsheets and programs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pmkit.domain.contracts import DEVIATIONS
from pmkit.kernel.text import Lang, Text, shorten
from pmkit.output.tables import table
from pmkit.workspace.contracts import RESULTS, Amended, cases_of, clauses, main_contract, result_of
from pmkit.workspace.model import Workspace

HEADS = (
    Text("Clause", "条款号"), Text("★", "★"), Text("What is asked for", "要求原文"), Text("Response", "投标响应"),
    Text("Deviation", "偏离"), Text("Requirements", "需求编号"), Text("Deliverables", "交付物"), Text("Cases", "用例"),
    Text("Result", "结果"),
)  # fmt: skip


def matrix_rows(ws: Workspace, lang: Lang) -> tuple[list[str], list[list[str]]]:
    """The headings and a row a clause."""
    contract = main_contract(ws, signed=False)
    rows = []
    for clause, _ in clauses(ws, contract) if contract is not None else ():
        result = result_of(ws, clause)
        rows.append(
            [
                clause.no, "★" if clause.star else "", clause.text, clause.response or "",
                DEVIATIONS[clause.deviation].to(lang) if clause.deviation else "",
                _ids(clause.requirements, lang), _ids(clause.deliverables, lang),
                _ids([case.id for case in cases_of(ws, clause)], lang), RESULTS[result].to(lang) if result else "",
            ]
        )  # fmt: skip
    return [head.to(lang) for head in HEADS], rows


def _ids(ids: Iterable[str], lang: Lang) -> str:
    return Text(", ", "、").to(lang).join(ids)


def matrix_text(ws: Workspace, lang: Lang, width: int) -> str:
    """A line a clause, what it says cut to what the terminal holds."""
    heads, rows = matrix_rows(ws, lang)
    if not rows:
        return Text("the contract has no clauses\n", "合同没有条款\n").to(lang)
    room = max(12, (width - 60) // 2)
    short = [
        [shorten(" ".join(cell.split()), room) if n in {2, 3} else cell for n, cell in enumerate(row)] for row in rows
    ]
    return table(heads, short, width)


def matrix_json(ws: Workspace) -> list[dict[str, Any]]:
    """The stable shape of `contract matrix --json`."""
    contract = main_contract(ws, signed=False)
    return [
        {
            "contract": source.id, "no": clause.no, "star": clause.star, "text": clause.text,
            "response": clause.response, "deviation": clause.deviation, "requirements": list(clause.requirements),
            "deliverables": list(clause.deliverables), "cases": [case.id for case in cases_of(ws, clause)],
            "result": result_of(ws, clause),
        }
        for clause, source in (clauses(ws, contract) if contract is not None else ())
    ]  # fmt: skip


def changed_text(lines: Iterable[Amended]) -> list[Text]:
    """What an agreement makes otherwise, a line each."""
    says = Text("{what}: {before} -> {after}", "{what}：{before} -> {after}")
    return [
        says.format(what=line.what, before=shorten(line.before or "/", 40), after=shorten(line.after, 40))
        for line in lines
    ]
